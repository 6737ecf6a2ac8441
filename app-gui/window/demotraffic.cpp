#include "window/demotraffic.h"

#include <QDateTime>
#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

#include <cmath>
#include <numbers>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

// Longer than a broker needs that is not overloaded, and not so long that the window seems to hang.
constexpr auto longestGoodbye = 500ms;

const std::array rooms{"kitchen", "living", "office", "cellar", "garage", "attic"};

QByteArray json(const QJsonObject &object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

double rounded(double value) { return std::round(value * 10) / 10; }

/// What a meter sends: voltage, current and power as big-endian numbers behind a counter.
QByteArray meterFrame(quint32 counter, double volts, double amperes)
{
    QByteArray frame(12, Qt::Uninitialized);
    qToBigEndian(counter, frame.data());
    qToBigEndian(static_cast<quint16>(volts * 10), frame.data() + 4);
    qToBigEndian(static_cast<quint16>(amperes * 100), frame.data() + 6);
    qToBigEndian(static_cast<quint32>(volts * amperes), frame.data() + 8);
    return frame;
}

} // namespace

DemoTraffic::DemoTraffic(QObject *parent)
    : QObject(parent)
{
}

DemoTraffic::~DemoTraffic() { stop(); }

void DemoTraffic::start(const Way &way)
{
    stop();
    m_way = way;
    m_isRefused = false;
    makeSubscribers(); // first, so that there is somebody to hear
    makeSensors();
    makeMeters();
    makeSwitches();
}

void DemoTraffic::stop()
{
    m_timers.clear();
    for (const auto &client : m_clients) {
        client->disconnect(this);
        client->disconnectFromBroker();
    }
    const QDeadlineTimer deadline(longestGoodbye);
    for (const auto &client : m_clients)
        client->waitUntilGone(std::chrono::milliseconds(deadline.remainingTime()));
    m_clients.clear();
}

std::vector<QByteArray> DemoTraffic::takeRetainedTopics()
{
    const std::set<QByteArray> topics = std::exchange(m_retained, {});
    return {topics.begin(), topics.end()};
}

void DemoTraffic::giveUp(DemoClient::Refusal refusal)
{
    if (std::exchange(m_isRefused, true))
        return; // it refuses each of them
    // Queued: who hears of it stops us, and the client is still in its signal.
    QMetaObject::invokeMethod(this, [this, refusal] {
        if (m_isRefused && isRunning())
            Q_EMIT refused(refusal);
    }, Qt::QueuedConnection);
}

DemoClient *DemoTraffic::addClient(const QByteArray &clientId, const QByteArray &willTopic, bool cleanSession)
{
    DemoClient::Terms terms{.clientId = clientId, .willTopic = willTopic, .willPayload = willTopic.isEmpty() ? "" : "offline"};
    terms.cleanSession = cleanSession;
    terms.user = m_way.user;
    terms.password = m_way.password;
    m_clients.push_back(std::make_unique<DemoClient>(terms));
    DemoClient *client = m_clients.back().get();
    connect(client, &DemoClient::refused, this, &DemoTraffic::giveUp);
    connect(client, &DemoClient::retains, this, [this](const QByteArray &topic) { m_retained.insert(m_way.mountPoint + topic); });
    client->connectTo(m_way.address, m_way.port);
    return client;
}

void DemoTraffic::every(std::chrono::milliseconds interval, const std::function<void()> &act)
{
    m_timers.push_back(std::make_unique<QTimer>());
    connect(m_timers.back().get(), &QTimer::timeout, this, act);
    m_timers.back()->start(interval);
}

double DemoTraffic::wave(double middle, double reach, double secondsPerTurn) const
{
    const double seconds = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
    return middle + reach * std::sin(2 * std::numbers::pi * seconds / secondsPerTurn);
}

void DemoTraffic::makeSensors()
{
    for (size_t i = 0; i < rooms.size(); ++i) {
        const QByteArray room = rooms[i];
        DemoClient *client = addClient("demo-climate-" + room, "demo/house/" + room + "/status");
        connect(client, &DemoClient::connected, this,
            [client, room] { client->publish("demo/house/" + room + "/status", "online", 1, true); });
        every(std::chrono::milliseconds(400 + 130 * i), [this, client, room, i] {
            const double temperature = rounded(wave(19 + double(i), 2.5, 40 + double(i) * 7) + std::uniform_real_distribution(-0.2, 0.2)(m_random));
            const double humidity = rounded(wave(50, 12, 65 + double(i) * 11));
            client->publish("demo/house/" + room + "/climate",
                json({{QLatin1String("temperature"), temperature}, {QLatin1String("humidity"), humidity},
                    {QLatin1String("battery"), 100 - int(i) * 9}, {QLatin1String("unit"), QLatin1String("C")}}), 1);
            client->publish("demo/house/" + room + "/temperature", QByteArray::number(temperature, 'f', 1));
        });
    }
}

void DemoTraffic::makeMeters()
{
    DemoClient *meter = addClient("demo-meter-1");
    every(200ms, [this, meter] {
        ++m_turn;
        meter->publish("demo/energy/meter1/frame", meterFrame(quint32(m_turn), wave(230, 3, 17), wave(6, 4, 29)), 0);
        if (m_turn % 25 == 0)
            meter->publish("demo/energy/meter1/total", QByteArray::number(1234.5 + double(m_turn) / 100, 'f', 2), 2, true);
    });
}

void DemoTraffic::makeSwitches()
{
    DemoClient *hub = addClient("demo-light-hub", "demo/lights/hub/status");
    every(2'500ms, [this, hub] {
        const QByteArray room = rooms[m_random() % rooms.size()];
        const bool isOn = m_random() % 2;
        hub->publish("demo/lights/" + room + "/state",
            json({{QLatin1String("state"), QLatin1String(isOn ? "ON" : "OFF")}, {QLatin1String("brightness"), isOn ? int(m_random() % 255) : 0}}), 1, true);
    });
    connect(hub, &DemoClient::connected, this, [this, hub] {
        hub->publish("demo/lights/hub/status", "online", 1, true);
        for (const char *room : rooms)
            hub->publish(QByteArray("demo/lights/") + room + "/state", R"({"state":"OFF","brightness":0})", 1, true);
    });

    // One that loses its connection again and again, without a word.
    DemoClient *flapping = addClient("demo-flapping", "demo/sensor/flapping/status");
    every(7s, [this, flapping] {
        if (flapping->isConnected())
            flapping->vanish();
        else
            flapping->connectTo(m_way.address, m_way.port);
    });
    every(1s, [flapping] { flapping->publish("demo/sensor/flapping/value", "42", 1); });
}

void DemoTraffic::makeSubscribers()
{
    DemoClient *dashboard = addClient("demo-dashboard");
    connect(dashboard, &DemoClient::connected, this, [dashboard] { dashboard->subscribe("demo/#", 0); });
    DemoClient *controller = addClient("demo-controller");
    connect(controller, &DemoClient::connected, this, [controller] { controller->subscribe("demo/house/+/climate", 1); });
    DemoClient *lights = addClient("demo-light-panel");
    connect(lights, &DemoClient::connected, this, [lights] { lights->subscribe("demo/lights/+/state", 2); });
    // Takes a third of a second for each message: they wait for it.
    DemoClient *slow = addClient("demo-slow-logger", {}, false);
    slow->setSlowness(350ms);
    connect(slow, &DemoClient::connected, this, [slow] { slow->subscribe("demo/house/+/climate", 1); });
}

} // namespace pigeon
