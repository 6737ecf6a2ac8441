#include "window/mainwindow.h"

#include "look/banner.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"
#include "match/matchpanel.h"
#include "publish/publishpanel.h"
#include "views/bansdialog.h"
#include "views/clientspage.h"
#include "views/inspectorpanel.h"
#include "views/logpage.h"
#include "views/messagespage.h"
#include "views/overviewpage.h"
#include "views/packetspage.h"
#include "views/retainedmessagespage.h"
#include "views/subscriptionspage.h"
#include "views/topicspage.h"
#include "views/wishes.h"
#include "window/commandpalette.h"
#include "window/configdialog.h"
#include "window/demologindialog.h"
#include "window/inspectorwindows.h"
#include "window/perspectives.h"
#include "window/preferences.h"
#include "window/settingsdialog.h"
#include "window/statusline.h"
#include "window/windowactions.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QFileDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QScreen>
#include <QMenu>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

// Ages and rates that nobody signals: four times a second is as fast as they are read.
constexpr auto tickInterval = 250ms;
constexpr int hiddenFrames = 1;

} // namespace

MainWindow::MainWindow(Workbench &workbench, Preferences &preferences, QWidget *parent)
    : QMainWindow(parent)
    , m_preferences(preferences)
    , m_workbench(workbench)
    , m_wishes(new Wishes(this))
    , m_banner(new Banner(this))
    , m_stack(new QStackedWidget(this))
    , m_firstRun(new FirstRunPage(this))
    , m_tabs(new QTabWidget(this))
    , m_status(new StatusLine(this))
    , m_addressArea(new QWidget(this))
{
    setObjectName(QStringLiteral("pigeon"));
    setWindowTitle(tr("Pigeon"));
    setDockNestingEnabled(true);
    makePages();
    makeDocks();

    auto *middle = new QWidget(this);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_stack, 1);
    m_stack->addWidget(m_firstRun);
    m_stack->addWidget(m_tabs);
    setCentralWidget(middle);
    makeAddressArea();
    statusBar()->addPermanentWidget(m_status, 1);
    statusBar()->setSizeGripEnabled(false);

    m_perspectives = std::make_unique<Perspectives>(*this);
    new WindowActions(*this);
    m_palette = new CommandPalette(this);
    connectWishes();
    connectWorkbench();
    restore();
    showStopped();
    m_ticks.callOnTimeout(this, &MainWindow::tick);
    m_ticks.start(tickInterval);
}

MainWindow::~MainWindow() = default;

void MainWindow::makePages()
{
    Capture &capture = m_workbench.capture();
    MonitorSource &source = m_workbench.source();
    const FilterNames *names = &m_workbench.names();
    m_overview = new OverviewPage(capture, *m_wishes);
    m_messages = new MessagesPage(capture, names, *m_wishes);
    m_clients = new ClientsPage(capture, source, names, *m_wishes);
    m_subscriptions = new SubscriptionsPage(capture, source, names, *m_wishes);
    m_retained = new RetainedMessagesPage(capture, source, names, *m_wishes);
    m_packets = new PacketsPage(capture, names, *m_wishes);
    m_log = new LogPage(capture, names, *m_wishes);
    m_topics = new TopicsPage(capture, names, *m_wishes, this);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Views"));
    for (ViewPage *page : std::initializer_list<ViewPage *>{m_overview, m_messages, m_clients, m_subscriptions, m_retained, m_packets, m_log}) {
        m_tabs->addTab(page, page->pageIcon(), page->title());
        m_pages.append(page);
    }
    m_pages.append(m_topics);
    m_tabs->setCurrentWidget(m_messages);
    m_inspector = new InspectorPanel(capture, *m_wishes, this);
    m_inspectorWindows = new InspectorWindows(capture, *m_wishes, m_preferences, this);
    m_publish = new PublishPanel(source, names, this);
    m_match = new MatchPanel(source, names, this);
}

void MainWindow::makeDocks()
{
    m_topicsDock = addDock(m_topics->title(), QStringLiteral("topics"), m_topics, Qt::LeftDockWidgetArea);
    m_inspectorDock = addDock(tr("Inspector"), QStringLiteral("inspector"), m_inspector, Qt::BottomDockWidgetArea);
    m_publishDock = addDock(tr("Publish"), QStringLiteral("publish"), m_publish, Qt::BottomDockWidgetArea);
    m_matchDock = addDock(tr("Match tester"), QStringLiteral("match"), m_match, Qt::BottomDockWidgetArea);
}

QDockWidget *MainWindow::addDock(const QString &title, const QString &name, QWidget *content, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name + QStringLiteral("Dock")); // saveState goes by it
    dock->setWindowIcon(icon(name));
    dock->setWidget(content);
    addDockWidget(area, dock);
    return dock;
}

void MainWindow::makeAddressArea()
{
    m_address = new QLabel(m_addressArea);
    m_address->setTextFormat(Qt::PlainText);
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_address->setAccessibleName(tr("Address to type into a device"));
    m_demoMark = new QLabel(tr("demo traffic"), m_addressArea);
    m_demoMark->setToolTip(tr("Simulated devices publish below demo/; Broker, Demo traffic ends it"));
    m_demoMark->setMargin(em(this, 0.2));
    m_demoMark->setAutoFillBackground(true);
    m_demoMark->hide();
    auto *copy = new QToolButton(m_addressArea);
    copy->setIcon(icon(QStringLiteral("copy")));
    copy->setAutoRaise(true);
    copy->setToolTip(tr("Copy the address that devices connect to"));
    copy->setAccessibleName(tr("Copy the address"));
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_address->text()); });
    auto *row = new QHBoxLayout(m_addressArea);
    row->setContentsMargins({});
    row->addWidget(m_demoMark);
    row->addWidget(m_address);
    row->addWidget(copy);
}

void MainWindow::connectWishes()
{
    connect(m_wishes, &Wishes::said, m_banner, &Banner::say);
    connect(m_wishes, &Wishes::inspectorWanted, this, [this] {
        showInspector();
        m_inspectorDock->raise();
    });
    connect(m_wishes, &Wishes::topicWanted, this, [this] {
        if (m_isInspectorAway) // of the tree beside the page there is something to inspect
            showInspector();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::fitInspector);
    connect(m_inspectorDock->toggleViewAction(), &QAction::triggered, this, [this](bool isShown) {
        m_isInspectorAway = false;
        m_isInspectorKept = isShown && !static_cast<ViewPage *>(m_tabs->currentWidget())->canInspect();
    });
    connect(m_wishes, &Wishes::messageWanted, m_inspector, &InspectorPanel::showMessage);
    connect(m_wishes, &Wishes::packetWanted, m_inspector, &InspectorPanel::showPacket);
    connect(m_wishes, &Wishes::retainedWanted, m_inspector, &InspectorPanel::showRetained);
    connect(m_wishes, &Wishes::topicWanted, m_inspector, &InspectorPanel::showTopic);
    connect(m_wishes, &Wishes::messagesWanted, this, [this](const QString &filter) {
        showPage(m_messages);
        m_messages->applyFilter(filter);
    });
    connect(m_wishes, &Wishes::packetsWanted, this, [this](const QString &filter) {
        showPage(m_packets);
        m_packets->applyFilter(filter);
    });
    connect(m_wishes, &Wishes::clientWanted, this, [this](const QByteArray &clientId) {
        showPage(m_clients);
        m_clients->showClient(clientId);
    });
    connect(m_wishes, &Wishes::publishWanted, this, &MainWindow::openPublish);
    connect(m_wishes, &Wishes::matchWanted, this, &MainWindow::openMatch);
    connect(m_wishes, &Wishes::startWanted, this, [this] { m_startAction->trigger(); });
    connect(m_match, &MatchPanel::clientAsked, m_wishes, &Wishes::clientWanted);
    connect(m_topics, &TopicsPage::retainedDeletionWanted, m_retained, &RetainedMessagesPage::deleteTopics);
    connect(m_topics, &TopicsPage::retainedDeletionBelowWanted, m_retained, &RetainedMessagesPage::deleteBelow);
    connect(m_packets, &PacketsPage::recordingChanged, &m_workbench, &Workbench::setPacketsWanted);
    connect(m_publish, &PublishPanel::kept, this, [this] { m_preferences.setValue(QStringLiteral("publish"), m_publish->saved()); });
}

void MainWindow::openPublish(const QByteArray &topic)
{
    m_publishDock->show();
    m_publishDock->raise();
    m_publish->setFocus();
    if (!topic.isEmpty())
        m_publish->setTopic(QString::fromUtf8(topic));
}

void MainWindow::openMatch(const QByteArray &topic)
{
    m_matchDock->show();
    m_matchDock->raise();
    m_match->setFocus();
    if (!topic.isEmpty())
        m_match->setTopic(QString::fromUtf8(topic));
}

void MainWindow::connectWorkbench()
{
    connect(&m_workbench, &Workbench::started, this, &MainWindow::showStarted);
    connect(&m_workbench, &Workbench::listening, this, &MainWindow::showListening);
    connect(&m_workbench, &Workbench::stopped, this, &MainWindow::showStopped);
    connect(&m_workbench, &Workbench::failed, this, &MainWindow::showFailure);
    connect(&m_workbench, &Workbench::noticed, this, [this](const QString &text) { m_banner->say(Tone::Good, text, {}, {}, 10s); });
    connect(&m_workbench, &Workbench::demoChanged, this, [this](bool isOn) {
        m_demoMark->setVisible(isOn);
        const QSignalBlocker blocker(m_demoAction);
        m_demoAction->setChecked(isOn);
    });
    connect(&m_workbench, &Workbench::demoLoginWanted, this, [this](const QString &refused) {
        auto *dialog = new DemoLoginDialog(refused, this);
        connect(dialog, &QDialog::accepted, this, [this, dialog] {
            m_workbench.setDemoLogin(dialog->user(), dialog->password());
            m_workbench.setDemo(true);
        });
        dialog->open();
    });
    connect(&m_workbench.host(), &window::BrokerHost::stateChanged, this, [this] { enableActions(); });
    connect(&m_workbench.capture(), &Capture::updated, this, &MainWindow::takeFrame);
    connect(&m_workbench.capture(), &Capture::reset, this, &MainWindow::takeFrame);
    connect(m_firstRun, &FirstRunPage::runWanted, &m_workbench, &Workbench::run);
    connect(m_firstRun, &FirstRunPage::fileWanted, this, &MainWindow::openFile);
}

void MainWindow::begin(const ProgramLine &line)
{
    m_workbench.setDemo(line.isDemo);
    m_firstRun->setDemo(line.isDemo); // where it is chosen once more
    if (!line.configFile.isEmpty())
        m_workbench.chooseFile(line.configFile, line.port);
    else if (line.port)
        m_workbench.choosePort(*line.port);
    if (line.isStopped)
        m_workbench.checkChosen();
    else
        m_workbench.runAgain(); // of the last time, where nothing is chosen
    enableActions();
}

void MainWindow::showStarted(const QStringList &listeners, const QStringList &urls)
{
    m_hasRun = true;
    m_stack->setCurrentWidget(m_tabs);
    for (auto [dock, isShown] : std::exchange(m_hiddenDocks, {}))
        dock->setVisible(isShown);
    fitInspector();
    showListening(listeners, urls);
    enableActions();
    focusedPage()->setFocus();
}

void MainWindow::showListening(const QStringList &listeners, const QStringList &urls)
{
    m_status->showRunning(listeners);
    m_address->setText(urls.value(0));
    m_address->setToolTip(urls.join(u'\n'));
    m_addressPlace->setVisible(!urls.isEmpty());
    m_messages->setUrls(urls);
    m_clients->setUrls(urls);
}

void MainWindow::showStopped()
{
    m_status->showStopped({});
    m_messages->setUrls({});
    m_clients->setUrls({});
    m_addressPlace->setVisible(false);
    m_firstRun->setRecentFiles(m_preferences.recentConfigFiles());
    if (!m_hasRun) { // what was seen can still be looked at after a stop
        m_stack->setCurrentWidget(m_firstRun);
        const bool isFirst = m_hiddenDocks.isEmpty();
        for (QDockWidget *dock : docks()) {
            if (isFirst)
                m_hiddenDocks.append({dock, !dock->isHidden()});
            dock->hide();
        }
    }
    enableActions();
}

void MainWindow::showFailure(const QString &text, quint16 freePort)
{
    if (!m_workbench.isRunning())
        m_status->showStopped(tr("could not start"));
    if (freePort == 0)
        m_banner->say(Tone::Bad, text, tr("Configuration …"), [this] { editConfiguration(); });
    else
        m_banner->say(Tone::Bad, text, tr("Use port %1").arg(freePort), [this] { m_workbench.runOnFreePort(); });
}

void MainWindow::enableActions()
{
    using State = window::BrokerHost::State;
    const State state = m_workbench.host().state();
    m_startAction->setEnabled(state == State::Stopped && m_workbench.hasChosen());
    m_stopAction->setEnabled(state == State::Running);
    m_restartAction->setEnabled(state == State::Running);
    m_demoAction->setEnabled(state == State::Running);
    for (QAction *action : std::as_const(m_workActions))
        action->setEnabled(isWorking());
}

bool MainWindow::isWorking() const { return m_stack->currentWidget() == m_tabs; }

void MainWindow::openFile(const QString &path)
{
    const QString file = path.isEmpty()
        ? QFileDialog::getOpenFileName(this, tr("Open a configuration file"), {}, tr("Configuration files (*.conf);;All files (*)"))
        : path;
    if (!file.isEmpty())
        m_workbench.runFile(file);
}

void MainWindow::editConfiguration()
{
    const QString file = m_workbench.configFile();
    const QList<ConfigDialog *> open = findChildren<ConfigDialog *>();
    for (ConfigDialog *each : open) {
        if (each->file() == file) { // two of them would save over each other
            each->show();
            each->raise();
            each->activateWindow();
            return;
        }
    }
    auto *dialog = new ConfigDialog(file, m_workbench.configText(), this);
    connect(dialog, &ConfigDialog::applied, this, [this, dialog](const QString &path, const QString &text) {
        if (m_workbench.applyText(path, text))
            dialog->setSaved();
    });
    connect(dialog, &ConfigDialog::restartWanted, this, [this, dialog](const QString &path, const QString &text) {
        if (!m_workbench.saveText(path, text))
            return;
        dialog->setSaved();
        m_workbench.runAgain();
    });
    dialog->show();
}

void MainWindow::showBans() { (new BansDialog(m_workbench.capture(), m_workbench.source(), *m_wishes, this))->show(); }

void MainWindow::showSettings()
{
    auto *dialog = new SettingsDialog(m_preferences, this);
    connect(dialog, &SettingsDialog::themeChanged, this, [this] { applyTheme(m_preferences.theme()); });
    connect(dialog, &SettingsDialog::rateChanged, this, &MainWindow::fitRate);
    dialog->show();
}

void MainWindow::showCommands()
{
    QList<QAction *> all;
    const QList<QAction *> actions = findChildren<QAction *>();
    for (QAction *action : actions) {
        const bool isCommand = !action->text().isEmpty() && !action->isSeparator() && !action->menu() && action->property("where").isValid();
        if (isCommand && action->isEnabled())
            all.append(action);
    }
    m_palette->open(all);
}

void MainWindow::showPage(ViewPage *page)
{
    m_tabs->setCurrentWidget(page);
    page->setFocus();
}

QList<QDockWidget *> MainWindow::docks() const { return {m_topicsDock, m_inspectorDock, m_publishDock, m_matchDock}; }

ViewPage *MainWindow::focusedPage() const
{
    const QWidget *focus = QApplication::focusWidget();
    return focus && m_topics->isAncestorOf(focus) ? m_topics : static_cast<ViewPage *>(m_tabs->currentWidget());
}

void MainWindow::focusNextPane()
{
    QList<QWidget *> panes{m_tabs->currentWidget()};
    for (const QDockWidget *dock : docks())
        panes.append(dock->widget());
    const QWidget *focus = QApplication::focusWidget();
    qsizetype current = 0;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focus && panes[i]->isAncestorOf(focus))
            current = i;
    }
    for (qsizetype step = 1; step <= panes.size(); ++step) {
        QWidget *pane = panes[(current + step) % panes.size()];
        if (!pane->isVisible())
            continue;
        QWidget *first = pane->focusProxy() ? pane : pane->nextInFocusChain();
        first->setFocus(Qt::TabFocusReason);
        return;
    }
}

/// On a page without anything to inspect the inspector would take room for nothing; it comes back with the next page that has.
void MainWindow::fitInspector()
{
    const bool canInspect = static_cast<ViewPage *>(m_tabs->currentWidget())->canInspect();
    if (canInspect && m_isInspectorAway)
        showInspector();
    else if (!canInspect && !m_isInspectorKept && isWorking() && !m_inspectorDock->isHidden() && !m_inspectorDock->isFloating()) {
        m_isInspectorAway = true;
        m_inspectorDock->hide();
    }
}

void MainWindow::showInspector()
{
    m_isInspectorAway = false;
    m_inspectorDock->show();
}

void MainWindow::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    m_frozenAt = m_workbench.capture().messages().end();
    for (ViewPage *page : std::as_const(m_pages))
        page->setFrozen(isFrozen);
    m_inspector->setFrozen(isFrozen);
    m_inspectorWindows->setFrozen(isFrozen);
    const QSignalBlocker blocker(m_freezeAction);
    m_freezeAction->setChecked(isFrozen);
    takeFrame();
}

void MainWindow::clearTraffic() { m_workbench.capture().clearTraffic(); }

void MainWindow::takeFrame()
{
    const Capture &capture = m_workbench.capture();
    if (capture.totals().when != m_totalsAt && m_workbench.isRunning()) {
        m_totalsAt = capture.totals().when;
        m_status->take(capture.totals(), capture.limits());
        m_status->take(capture.losses());
        const MessageLog &log = capture.messages();
        m_status->showRing(log.end() - log.begin(), log.capacity(), log.begin(), static_cast<quint64>(log.bytes()));
    }
    const quint64 end = capture.messages().end();
    m_status->showBehind(m_isFrozen ? std::optional<quint64>(end - std::min(m_frozenAt, end)) : std::nullopt);
}

void MainWindow::tick()
{
    m_inspectorWindows->tick();
    if (isMinimized() || !isVisible())
        return;
    for (ViewPage *page : std::as_const(m_pages))
        page->tick();
    m_inspector->tick();
}

void MainWindow::fitRate() { m_workbench.setFrames(isMinimized() ? hiddenFrames : m_preferences.framesPerSecond()); }

void MainWindow::keyPressEvent(QKeyEvent *event)
{
    // A shortcut would take the keys from buttons, check boxes and pages, where they are about a row; what nobody wants
    // comes here.
    const QKeyCombination keys = event->keyCombination();
    if (!isWorking())
        QMainWindow::keyPressEvent(event);
    else if (keys == QKeyCombination(Qt::Key_Space))
        setFrozen(!m_isFrozen);
    else if (keys == QKeyCombination(Qt::CTRL, Qt::Key_P))
        openPublish({});
    else if (keys == QKeyCombination(Qt::CTRL, Qt::Key_T))
        openMatch({});
    else
        QMainWindow::keyPressEvent(event);
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        fitRate();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_inspectorWindows->closeAll();
    save();
    event->accept();
}

void MainWindow::save()
{
    m_preferences.setLayout(QStringLiteral("geometry"), saveGeometry());
    if (m_hasRun)
        m_perspectives->save();
    for (const ViewPage *page : std::as_const(m_pages))
        m_preferences.setValue(QStringLiteral("pages/") + page->objectName(), page->saved());
    m_preferences.setValue(QStringLiteral("publish"), m_publish->saved());
}

void MainWindow::restore()
{
    resize(QSize(em(this, 96), em(this, 60)).boundedTo(screen()->availableSize() * 9 / 10));
    restoreGeometry(m_preferences.layout(QStringLiteral("geometry")));
    m_perspectives->restore();
    for (ViewPage *page : std::as_const(m_pages)) {
        const QVariantMap saved = m_preferences.value(QStringLiteral("pages/") + page->objectName()).toMap();
        if (!saved.isEmpty())
            page->restore(saved);
    }
    m_publish->restore(m_preferences.value(QStringLiteral("publish")).toByteArray());
}

} // namespace pigeon
