#pragma once

#include <QObject>

class QAction;
class QMenu;
class QToolBar;

namespace pigeon {

class MainWindow;

/// Menus and tool bar of the window. Every action is an action of the window, so that the command palette finds it. GUI
/// thread.
class WindowActions final : public QObject
{
    Q_OBJECT

public:
    explicit WindowActions(MainWindow &window);

private:
    QAction *add(QMenu *menu, const QString &text, const QString &iconName, const QKeySequence &keys, const std::function<void()> &apply);
    void makeFileMenu();
    void makeBrokerMenu();
    void makeViewMenu();
    void makeTrafficMenu();
    void makeHelpMenu();
    void makeToolBar();
    void showFilterHelp();
    void fillRecent(QMenu *menu);

    MainWindow &m_window;
    QAction *m_commands = nullptr;
};

} // namespace pigeon
