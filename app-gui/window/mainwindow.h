#pragma once

#include "look/theme.h"
#include "window/programline.h"
#include "window/workbench.h"

#include <QMainWindow>
#include <QTimer>

class QDockWidget;
class QLabel;
class QStackedWidget;
class QTabWidget;

namespace pigeon {

class Banner;
class ClientsPage;
class CommandPalette;
class ConfigDialog;
class FirstRunPage;
class InspectorPanel;
class InspectorWindows;
class LogPage;
class MatchPanel;
class MessagesPage;
class OverviewPage;
class PacketsPage;
class Perspectives;
class Preferences;
class PublishPanel;
class RetainedMessagesPage;
class StatusLine;
class SubscriptionsPage;
class TopicsPage;
class ViewPage;
class Wishes;

/// The window: pages in tabs, docks around them, a banner above and a status line below. It puts together what others know
/// and do, and follows the broker's coming and going. GUI thread; workbench and preferences must outlive it.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(Workbench &workbench, Preferences &preferences, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Does what the command line asks for; without a wish it goes on where it was the last time.
    void begin(const ProgramLine &line);

    Workbench &workbench() { return m_workbench; }
    void setFrozen(bool isFrozen);
    bool isFrozen() const { return m_isFrozen; }
    void showPage(ViewPage *page);
    Banner *banner() const { return m_banner; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    friend class Perspectives;
    friend class WindowActions;
    void makePages();
    void makeDocks();
    QDockWidget *addDock(const QString &title, const QString &name, QWidget *content, Qt::DockWidgetArea area);
    void makeAddressArea();
    void connectWishes();
    void connectWorkbench();
    void showStarted(const QStringList &listeners, const QStringList &urls);
    void showListening(const QStringList &listeners, const QStringList &urls);
    void showStopped();
    void showFailure(const QString &text, quint16 freePort);
    void enableActions();
    void openFile(const QString &path);
    /// With that topic filled in; empty: with what is there.
    void openPublish(const QByteArray &topic);
    void openMatch(const QByteArray &topic);
    void editConfiguration();
    void showBans();
    void showSettings();
    void showCommands();
    void takeFrame();
    void tick();
    void fitRate();
    void save();
    void restore();
    QList<QDockWidget *> docks() const;
    ViewPage *focusedPage() const;
    void focusNextPane();
    void clearTraffic();
    void fitInspector();
    void showInspector();
    bool isWorking() const; ///< pages are shown, not the first-run page

    Preferences &m_preferences;
    Workbench &m_workbench;
    Wishes *const m_wishes;
    Banner *const m_banner;
    QStackedWidget *const m_stack;
    FirstRunPage *const m_firstRun;
    QTabWidget *const m_tabs;
    StatusLine *const m_status;
    QWidget *const m_addressArea;
    QAction *m_addressPlace = nullptr; ///< of the area in the tool bar
    QLabel *m_address = nullptr;
    QLabel *m_demoMark = nullptr;
    OverviewPage *m_overview = nullptr;
    MessagesPage *m_messages = nullptr;
    ClientsPage *m_clients = nullptr;
    SubscriptionsPage *m_subscriptions = nullptr;
    RetainedMessagesPage *m_retained = nullptr;
    PacketsPage *m_packets = nullptr;
    LogPage *m_log = nullptr;
    TopicsPage *m_topics = nullptr;
    InspectorPanel *m_inspector = nullptr;
    PublishPanel *m_publish = nullptr;
    MatchPanel *m_match = nullptr;
    QDockWidget *m_topicsDock = nullptr;
    QDockWidget *m_inspectorDock = nullptr;
    QDockWidget *m_publishDock = nullptr;
    QDockWidget *m_matchDock = nullptr;
    QList<ViewPage *> m_pages; ///< all, also those in docks
    InspectorWindows *m_inspectorWindows = nullptr;
    std::unique_ptr<Perspectives> m_perspectives;
    CommandPalette *m_palette = nullptr;
    QAction *m_startAction = nullptr;
    QAction *m_stopAction = nullptr;
    QAction *m_restartAction = nullptr;
    QAction *m_freezeAction = nullptr;
    QAction *m_demoAction = nullptr;
    QList<QAction *> m_workActions; ///< make sense while pages are shown
    QTimer m_ticks;
    QList<std::pair<QDockWidget *, bool>> m_hiddenDocks; ///< while the first-run page is shown
    bool m_hasRun = false; ///< the broker, since the window was opened
    bool m_isFrozen = false;
    bool m_isInspectorAway = false; ///< hidden as long as a page is shown that has nothing to inspect
    bool m_isInspectorKept = false; ///< somebody has shown it on such a page
    quint64 m_frozenAt = 0;
    qint64 m_totalsAt = 0;
};

} // namespace pigeon
