#include "window/windowactions.h"

#include "filter/filterhelp.h"
#include "look/icons.h"
#include "look/measure.h"
#include "publish/publishpanel.h"
#include "views/packetspage.h"
#include "views/viewpage.h"
#include "window/aboutdialog.h"
#include "window/mainwindow.h"
#include "window/perspectives.h"
#include "window/preferences.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QMenuBar>
#include <QTabWidget>
#include <QTextBrowser>
#include <QToolBar>
#include <QVBoxLayout>

namespace pigeon {

WindowActions::WindowActions(MainWindow &window)
    : QObject(&window)
    , m_window(window)
{
    makeFileMenu();
    makeBrokerMenu();
    makeViewMenu();
    makeTrafficMenu();
    makeHelpMenu();
    makeToolBar();
}

QAction *WindowActions::add(
    QMenu *menu, const QString &text, const QString &iconName, const QKeySequence &keys, const std::function<void()> &apply)
{
    QAction *action = menu->addAction(iconName.isEmpty() ? QIcon() : icon(iconName), text, this, apply);
    action->setShortcut(keys);
    action->setProperty("where", menu->title().remove(u'&'));
    m_window.addAction(action);
    return action;
}

void WindowActions::makeFileMenu()
{
    QMenu *menu = m_window.menuBar()->addMenu(tr("&File"));
    add(menu, tr("&Open a configuration file …"), QStringLiteral("open"), QKeySequence::Open, [this] { m_window.openFile({}); });
    QMenu *recent = menu->addMenu(tr("Open &recent"));
    connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
    menu->addSeparator();
    add(menu, tr("&Settings …"), QStringLiteral("settings"), QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { m_window.showSettings(); });
    menu->addSeparator();
    add(menu, tr("&Quit"), {}, QKeySequence::Quit, [this] { m_window.close(); });
}

void WindowActions::fillRecent(QMenu *menu)
{
    menu->clear();
    const QStringList files = m_window.m_preferences.recentConfigFiles();
    for (const QString &file : files)
        menu->addAction(QDir::toNativeSeparators(file).replace(u'&', QStringLiteral("&&")), this, [this, file] { m_window.openFile(file); });
    if (files.isEmpty())
        menu->addAction(tr("None was opened yet"))->setEnabled(false);
}

void WindowActions::makeBrokerMenu()
{
    QMenu *menu = m_window.menuBar()->addMenu(tr("&Broker"));
    Workbench &bench = m_window.workbench();
    m_window.m_startAction = add(menu, tr("&Start"), QStringLiteral("start"), {}, [&bench] { bench.runAgain(); });
    m_window.m_stopAction = add(menu, tr("S&top"), QStringLiteral("stop"), {}, [&bench] { bench.stop(); });
    m_window.m_restartAction = add(menu, tr("&Restart"), QStringLiteral("restart"), {}, [&bench] { bench.host().restart(); });
    menu->addSeparator();
    add(menu, tr("&Configuration …"), QStringLiteral("broker"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_B), [this] { m_window.editConfiguration(); });
    m_window.m_workActions.append(add(menu, tr("&Bans …"), QStringLiteral("ban"), {}, [this] { m_window.showBans(); }));
    menu->addSeparator();
    m_window.m_demoAction = add(menu, tr("&Demo traffic"), QStringLiteral("demo"), {}, [] { });
    m_window.m_demoAction->setCheckable(true);
    m_window.m_demoAction->setToolTip(tr("Simulated devices that publish below demo/"));
    connect(m_window.m_demoAction, &QAction::toggled, this, [&bench](bool isOn) { bench.setDemo(isOn); });
}

void WindowActions::makeViewMenu()
{
    QMenu *menu = m_window.menuBar()->addMenu(tr("&View"));
    for (int i = 0; i < m_window.m_tabs->count(); ++i) {
        auto *page = static_cast<ViewPage *>(m_window.m_tabs->widget(i));
        QAction *action = add(menu, page->title(), {}, QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + i)), [this, page] { m_window.showPage(page); });
        action->setIcon(page->pageIcon());
        m_window.m_workActions.append(action);
    }
    menu->addSeparator();
    const std::pair<QDockWidget *, QKeySequence> docks[] = {{m_window.m_topicsDock, QKeySequence(Qt::ALT | Qt::Key_8)},
        {m_window.m_inspectorDock, QKeySequence(Qt::ALT | Qt::Key_0)}, {m_window.m_publishDock, QKeySequence(Qt::ALT | Qt::Key_9)}, {m_window.m_matchDock, QKeySequence()}};
    for (const auto &[dock, keys] : docks) {
        QAction *action = dock->toggleViewAction();
        action->setShortcut(keys);
        action->setIcon(dock->windowIcon());
        action->setProperty("where", tr("Dock"));
        menu->addAction(action);
        m_window.addAction(action);
        m_window.m_workActions.append(action);
    }
    menu->addSeparator();
    QMenu *perspectives = menu->addMenu(icon(QStringLiteral("layout")), tr("&Perspective"));
    auto *group = new QActionGroup(this);
    for (int i = 0; i < Perspectives::count(); ++i) {
        QAction *action = add(perspectives, Perspectives::nameOf(i), {}, QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key(Qt::Key_1 + i)),
            [this, i] { m_window.m_perspectives->show(i); });
        action->setCheckable(true);
        action->setChecked(i == m_window.m_perspectives->current());
        group->addAction(action);
        m_window.m_workActions.append(action);
    }
    QAction *reset = add(menu, tr("Reset &layout"), {}, {}, [this] { m_window.m_perspectives->reset(); });
    m_window.m_workActions.append(reset);
    menu->addSeparator();
    QAction *next = add(menu, tr("Next pane"), {}, QKeySequence(Qt::Key_F6), [this] { m_window.focusNextPane(); });
    m_window.m_workActions.append(next);
}

void WindowActions::makeTrafficMenu()
{
    QMenu *menu = m_window.menuBar()->addMenu(tr("&Traffic"));
    m_window.m_freezeAction = add(menu, tr("Free&ze the views") + QStringLiteral("\t") + tr("Space"), QStringLiteral("freeze"), {}, [] { });
    m_window.m_freezeAction->setCheckable(true);
    m_window.m_freezeAction->setToolTip(tr("Freeze the views (Space): rows, counts and what their cells say stand still, also where it is copied "
                                           "or exported; the tip of a cell says so where it is of a later moment. The status line goes on, "
                                           "and nothing is lost that the ring still holds."));
    connect(m_window.m_freezeAction, &QAction::toggled, &m_window, &MainWindow::setFrozen);
    const auto work = [&](const QString &text, const QString &iconName, const QKeySequence &keys, const std::function<void()> &apply) {
        m_window.m_workActions.append(add(menu, text, iconName, keys, apply));
    };
    m_window.m_workActions.append(m_window.m_freezeAction);
    work(tr("&Filter"), QStringLiteral("filter"), QKeySequence::Find, [this] { m_window.focusedPage()->beginFilter(); });
    work(tr("Find &next"), QStringLiteral("search"), QKeySequence(Qt::Key_F3), [this] { m_window.focusedPage()->find(true); });
    work(tr("Find &previous"), {}, QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] { m_window.focusedPage()->find(false); });
    menu->addSeparator();
    work(tr("&Clear messages and packets"), QStringLiteral("trash"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { m_window.clearTraffic(); });
    work(tr("&Refresh everything"), QStringLiteral("restart"), QKeySequence(Qt::Key_F5), [this] { m_window.workbench().source().refresh(); });
    menu->addSeparator();
    // Not as shortcuts: on a row the same keys are about its topic, which would be ambiguous. See keyPressEvent.
    const auto shown = [](const QString &text, Qt::Key key) {
        return text + u'\t' + QKeySequence(Qt::CTRL | key).toString(QKeySequence::NativeText);
    };
    work(shown(tr("&Publish a message …"), Qt::Key_P), QStringLiteral("publish"), {}, [this] { m_window.openPublish({}); });
    work(shown(tr("&Who would get it? (match tester)"), Qt::Key_T), QStringLiteral("match"), {}, [this] { m_window.openMatch({}); });
    work(tr("P&ublish the message"), QStringLiteral("publish"), {}, [this] { m_window.m_publish->send(); });
}

void WindowActions::makeHelpMenu()
{
    QMenu *menu = m_window.menuBar()->addMenu(tr("&Help"));
    add(menu, tr("&Filters"), QStringLiteral("filter"), QKeySequence::HelpContents, [this] { showFilterHelp(); });
    m_commands = add(menu, tr("&All commands …"), QStringLiteral("commands"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P),
        [this] { m_window.showCommands(); });
    menu->addSeparator();
    add(menu, tr("About &Pigeon"), QStringLiteral("about"), {}, [this] { (new AboutDialog(&m_window))->show(); });
}

void WindowActions::showFilterHelp()
{
    auto *dialog = new QDialog(&m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Filters"));
    auto *page = new QTextBrowser(dialog);
    page->setHtml(filterHelpPage());
    page->setAccessibleName(tr("Filters"));
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(page);
    dialog->resize(em(dialog, 42), em(dialog, 36));
    dialog->show();
}

void WindowActions::makeToolBar()
{
    auto *bar = m_window.addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize(QSize(em(&m_window, 1.2), em(&m_window, 1.2)));
    bar->addAction(m_window.m_startAction);
    bar->addAction(m_window.m_stopAction);
    bar->addSeparator();
    bar->addAction(m_window.m_freezeAction);
    bar->addSeparator();
    bar->addAction(m_window.m_topicsDock->toggleViewAction());
    bar->addAction(m_window.m_inspectorDock->toggleViewAction());
    bar->addAction(m_window.m_publishDock->toggleViewAction());
    bar->addAction(m_window.m_matchDock->toggleViewAction());
    auto *gap = new QWidget(bar);
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(gap);
    m_window.m_addressPlace = bar->addWidget(m_window.m_addressArea); // only this hides it
    bar->addAction(m_commands);
    m_commands->setIconText(tr("Commands"));
    m_window.m_freezeAction->setIconText(tr("Freeze"));
    bar->toggleViewAction()->setProperty("where", tr("View"));
}

} // namespace pigeon
