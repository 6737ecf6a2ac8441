#include "monitor/systree.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace pigeon {

namespace {

/// A number that is shown as it is.
struct Figure
{
    const char *topic;
    quint64 SystemSnapshot::*value;
};

constexpr Figure figures[] = {
    {"clients/connected", &SystemSnapshot::clientsConnected},
    {"clients/disconnected", &SystemSnapshot::clientsDisconnected},
    {"clients/expired", &SystemSnapshot::clientsExpired},
    {"clients/maximum", &SystemSnapshot::clientsMaximum},
    {"messages/received", &SystemSnapshot::messagesReceived},
    {"messages/sent", &SystemSnapshot::messagesSent},
    {"publish/messages/received", &SystemSnapshot::publishReceived},
    {"publish/messages/sent", &SystemSnapshot::publishSent},
    {"publish/messages/dropped", &SystemSnapshot::publishDropped},
    {"publish/bytes/received", &SystemSnapshot::publishBytesReceived},
    {"publish/bytes/sent", &SystemSnapshot::publishBytesSent},
    {"bytes/received", &SystemSnapshot::bytesReceived},
    {"bytes/sent", &SystemSnapshot::bytesSent},
    {"retained messages/count", &SystemSnapshot::retainedMessages},
    {"subscriptions/count", &SystemSnapshot::subscriptions},
    {"shared_subscriptions/count", &SystemSnapshot::sharedSubscriptions},
    {"store/messages/count", &SystemSnapshot::storeMessages},
    {"store/messages/bytes", &SystemSnapshot::storeBytes},
    {"packet/out/count", &SystemSnapshot::packetsOut},
    {"packet/out/bytes", &SystemSnapshot::packetsOutBytes},
};

/// A total of which the load is shown.
constexpr Figure loads[] = {
    {"load/messages/received", &SystemSnapshot::messagesReceived},
    {"load/messages/sent", &SystemSnapshot::messagesSent},
    {"load/publish/received", &SystemSnapshot::publishReceived},
    {"load/publish/sent", &SystemSnapshot::publishSent},
    {"load/publish/dropped", &SystemSnapshot::publishDropped},
    {"load/bytes/received", &SystemSnapshot::bytesReceived},
    {"load/bytes/sent", &SystemSnapshot::bytesSent},
    {"load/sockets", &SystemSnapshot::socketsOpened},
    {"load/connections", &SystemSnapshot::connectsReceived},
};

struct Window
{
    const char *name;
    double seconds;
};

constexpr std::array<Window, 3> windows = {Window{"/1min", 60}, Window{"/5min", 300}, Window{"/15min", 900}};

/// What is made of more than one number.
constexpr const char *others[] = {"version", "uptime", "clients/total", "heap/current", "heap/maximum"};
enum Other : size_t { Version, Uptime, ClientsTotal, HeapCurrent, HeapMaximum };

constexpr size_t firstFigure = std::size(others);
constexpr size_t firstLoad = firstFigure + std::size(figures);

} // namespace

SystemTree::SystemTree(const QByteArray &version, TimePoint begin)
    : m_loads(std::size(loads))
    , m_begin(begin)
    , m_lastUpdate(begin)
    , m_version(version)
{
    const auto add = [this](const QByteArray &name) { m_shown.push_back({"$SYS/broker/" + name, QByteArray()}); };
    for (const char *other : others)
        add(other);
    for (const Figure &figure : figures)
        add(figure.topic);
    for (const Figure &load : loads) {
        for (const Window &window : windows)
            add(QByteArray(load.topic) + window.name);
    }
}

std::vector<SystemMessage> SystemTree::update(const SystemSnapshot &snapshot, TimePoint now)
{
    std::vector<SystemMessage> changed;
    const auto putNumber = [this, &changed](size_t place, quint64 number) {
        put(place, QByteArray::number(number), changed);
    };
    put(Version, m_version, changed);
    const auto uptime = std::chrono::duration_cast<Seconds>(now - m_begin).count();
    put(Uptime, QByteArray::number(static_cast<qint64>(uptime)) + " seconds", changed);
    putNumber(ClientsTotal, snapshot.clientsConnected + snapshot.clientsDisconnected);
    if (snapshot.memoryBytes > 0) {
        m_memoryMaximum = std::max(m_memoryMaximum, snapshot.memoryBytes);
        putNumber(HeapCurrent, snapshot.memoryBytes);
        putNumber(HeapMaximum, m_memoryMaximum);
    }
    for (size_t i = 0; i < std::size(figures); ++i)
        putNumber(firstFigure + i, snapshot.*figures[i].value);

    const double elapsed = std::chrono::duration<double>(now - m_lastUpdate).count();
    m_lastUpdate = now;
    for (size_t i = 0; i < std::size(loads); ++i) {
        Load &load = m_loads[i];
        const quint64 total = snapshot.*loads[i].value;
        const double perMinute = elapsed > 0 ? static_cast<double>(total - load.last) * 60 / elapsed : 0;
        if (elapsed > 0)
            load.last = total; // else it counts the next time
        for (size_t each = 0; each < windows.size(); ++each) {
            double &average = load.perMinute[each];
            average = perMinute + std::exp(-elapsed / windows[each].seconds) * (average - perMinute);
            put(firstLoad + i * windows.size() + each, QByteArray::number(average, 'f', 2), changed);
        }
    }
    return changed;
}

void SystemTree::put(size_t place, QByteArray payload, std::vector<SystemMessage> &changed)
{
    SystemMessage &shown = m_shown[place];
    if (shown.payload == payload)
        return;
    shown.payload = std::move(payload);
    changed.push_back(shown);
}

} // namespace pigeon
