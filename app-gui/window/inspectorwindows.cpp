#include "window/inspectorwindows.h"

#include "look/measure.h"
#include "payload/inspector.h"
#include "views/inspectorpanel.h"
#include "views/wishes.h"
#include "window/inspectorwindow.h"
#include "window/preferences.h"

namespace pigeon {

namespace {

constexpr QLatin1String layoutName("inspectorWindow");

} // namespace

InspectorWindows::InspectorWindows(Capture &capture, Wishes &wishes, Preferences &preferences, QWidget *mainWindow)
    : QObject(mainWindow)
    , m_capture(capture)
    , m_wishes(wishes)
    , m_preferences(preferences)
    , m_mainWindow(mainWindow)
{
    connect(&wishes, &Wishes::messageWindowWanted, this, [this](quint64 logRow) {
        show([logRow](InspectorPanel &panel) { panel.showMessage(logRow); });
    });
    connect(&wishes, &Wishes::packetWindowWanted, this, [this](quint64 logRow) {
        show([logRow](InspectorPanel &panel) { panel.showPacket(logRow); });
    });
    connect(&wishes, &Wishes::retainedWindowWanted, this, [this](const MessagePtr &message) {
        show([message](InspectorPanel &panel) { panel.showRetained(message); });
    });
}

InspectorWindows::~InspectorWindows()
{
    for (InspectorWindow *window : std::as_const(m_open))
        window->disconnect(this);
    qDeleteAll(m_open);
}

template <typename Show>
void InspectorWindows::show(Show show)
{
    if (m_open.size() >= most) {
        m_wishes.say(Tone::Warning, tr("%n inspector(s) are open in windows of their own: close one of them first.", nullptr, int(most)),
            tr("Close all of them"), [this] { closeAll(); }, std::chrono::seconds(15));
        return;
    }
    auto *window = new InspectorWindow(m_capture, m_wishes);
    connect(window, &InspectorWindow::leaving, this, [this, window] {
        m_preferences.setLayout(layoutName, window->saveGeometry());
        m_open.removeOne(window);
    });
    connect(window->panel()->inspector(), &Inspector::filterWanted, m_mainWindow, [this] { // which shows what passes
        m_mainWindow->raise();
        m_mainWindow->activateWindow();
    });
    place(*window);
    m_open.append(window);
    show(*window->panel());
    window->panel()->setFrozen(m_isFrozen);
    window->takeTitle();
    window->show();
}

/// Where the last one stood; beside one that is still there.
void InspectorWindows::place(InspectorWindow &window)
{
    window.resize(em(&window, 44), em(&window, 34));
    if (m_open.isEmpty()) {
        window.restoreGeometry(m_preferences.layout(layoutName));
        return;
    }
    const InspectorWindow &last = *m_open.constLast();
    window.resize(last.size());
    window.move(last.pos() + QPoint(em(&window, 1.6), em(&window, 1.6)));
}

void InspectorWindows::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    for (const InspectorWindow *window : std::as_const(m_open))
        window->panel()->setFrozen(isFrozen);
}

void InspectorWindows::tick()
{
    for (const InspectorWindow *window : std::as_const(m_open))
        window->panel()->tick();
}

void InspectorWindows::closeAll()
{
    const QList<InspectorWindow *> open = m_open; // each takes itself out
    for (InspectorWindow *window : open)
        window->close();
}

} // namespace pigeon
