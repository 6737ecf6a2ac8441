#include "window/perspectives.h"

#include "look/measure.h"
#include "views/clientspage.h"
#include "views/messagespage.h"
#include "views/overviewpage.h"
#include "views/packetspage.h"
#include "window/mainwindow.h"
#include "window/preferences.h"

#include <QCoreApplication>
#include <QDockWidget>
#include <QTabWidget>

namespace pigeon {

namespace {

enum class Page { Messages, Clients, Overview };

/// What a perspective shows at first.
struct Arrangement
{
    const char *name; ///< to be translated in the context "Perspectives"
    const char *key;
    Page page;
    bool hasTopics;
    bool hasInspector;
    bool hasPublish;
    bool hasMatch;
};

constexpr std::array arrangements{
    Arrangement{QT_TRANSLATE_NOOP("Perspectives", "Watch"), "watch", Page::Messages, true, true, false, false},
    Arrangement{QT_TRANSLATE_NOOP("Perspectives", "Debug a device"), "device", Page::Clients, false, false, false, false},
    Arrangement{QT_TRANSLATE_NOOP("Perspectives", "Publish and test"), "publish", Page::Messages, true, false, true, true},
    Arrangement{QT_TRANSLATE_NOOP("Perspectives", "Administer"), "administer", Page::Overview, false, false, false, false},
};

constexpr double wideEnough = 105; // em: of a window of 1680 points with a font of usual size

const QByteArray awayMark = QByteArrayLiteral("away");

const Arrangement &arrangementOf(int perspective) { return arrangements[static_cast<size_t>(perspective)]; }

} // namespace

Perspectives::Perspectives(MainWindow &window)
    : m_window(window)
{
}

int Perspectives::count() { return static_cast<int>(arrangements.size()); }

QString Perspectives::nameOf(int perspective)
{
    return QCoreApplication::translate("Perspectives", arrangementOf(perspective).name);
}

QString Perspectives::keyOf(int perspective)
{
    return QStringLiteral("perspective-") + QLatin1String(arrangementOf(perspective).key);
}

/// Whether the inspector was hidden for its page alone.
QString Perspectives::awayKeyOf(int perspective) { return keyOf(perspective) + QStringLiteral("-inspector"); }

void Perspectives::show(int perspective)
{
    if (perspective == m_current)
        return;
    keep();
    m_current = perspective;
    arrange(perspective);
    takeKept();
}

/// As its user has left it, where that is so.
void Perspectives::takeKept()
{
    const QByteArray state = m_window.m_preferences.layout(keyOf(m_current));
    if (!state.isEmpty()) {
        m_window.restoreState(state);
        m_window.m_isInspectorAway = m_window.m_preferences.layout(awayKeyOf(m_current)) == awayMark;
    }
    m_window.fitInspector();
}

void Perspectives::arrange(int perspective)
{
    const Arrangement &wanted = arrangementOf(perspective);
    const std::array<ViewPage *, 3> pages{m_window.m_messages, m_window.m_clients, m_window.m_overview};
    m_window.showPage(pages[static_cast<size_t>(wanted.page)]);
    m_window.addDockWidget(Qt::LeftDockWidgetArea, m_window.m_topicsDock);
    // Beside the rows where there is room for both, below them where not.
    const bool isWide = m_window.width() >= em(&m_window, wideEnough);
    m_window.addDockWidget(isWide ? Qt::RightDockWidgetArea : Qt::BottomDockWidgetArea, m_window.m_inspectorDock);
    m_window.addDockWidget(Qt::BottomDockWidgetArea, m_window.m_publishDock);
    m_window.splitDockWidget(m_window.m_publishDock, m_window.m_matchDock, Qt::Horizontal);
    const std::pair<QDockWidget *, bool> docks[] = {{m_window.m_topicsDock, wanted.hasTopics},
        {m_window.m_inspectorDock, wanted.hasInspector}, {m_window.m_publishDock, wanted.hasPublish}, {m_window.m_matchDock, wanted.hasMatch}};
    for (const auto &[dock, isShown] : docks) {
        dock->setFloating(false);
        dock->setVisible(isShown);
    }
    m_window.m_isInspectorAway = false;
    m_window.m_isInspectorKept = false;
    m_window.resizeDocks({m_window.m_topicsDock}, {m_window.width() * (isWide ? 18 : 23) / 100}, Qt::Horizontal);
    m_window.resizeDocks({m_window.m_publishDock, m_window.m_matchDock}, {m_window.width() * 11 / 20, m_window.width() * 9 / 20}, Qt::Horizontal);
    m_window.resizeDocks({m_window.m_publishDock}, {m_window.height() * 4 / 10}, Qt::Vertical);
    if (isWide)
        m_window.resizeDocks({m_window.m_inspectorDock}, {m_window.width() / 4}, Qt::Horizontal);
    else
        m_window.resizeDocks({m_window.m_inspectorDock}, {m_window.height() * 28 / 100}, Qt::Vertical);
}

void Perspectives::keep()
{
    m_window.m_preferences.setLayout(keyOf(m_current), m_window.saveState());
    m_window.m_preferences.setLayout(awayKeyOf(m_current), m_window.m_isInspectorAway ? awayMark : QByteArray());
}

void Perspectives::save()
{
    keep();
    m_window.m_preferences.setValue(QStringLiteral("perspective"), m_current);
}

void Perspectives::restore()
{
    m_current = std::clamp(m_window.m_preferences.value(QStringLiteral("perspective")).toInt(), 0, count() - 1);
    arrange(m_current);
    takeKept();
}

void Perspectives::reset()
{
    m_window.m_preferences.forgetLayouts();
    arrange(m_current);
    m_window.fitInspector();
}

} // namespace pigeon
