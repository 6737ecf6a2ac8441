#pragma once

#include "window/democlient.h"

#include <memory>
#include <random>
#include <set>
#include <vector>

namespace pigeon {

/// Some simulated devices that connect over this machine's network like real ones and publish below `demo/`: sensors with JSON, a meter
/// that speaks binary, switches with retained states, a subscriber that is slow and one that comes and goes. Their client
/// ids begin with `demo-`. Off until it is asked for. GUI thread.
class DemoTraffic final : public QObject
{
    Q_OBJECT

public:
    /// How to come to the broker.
    struct Way
    {
        QHostAddress address;
        quint16 port = 0;
        QByteArray mountPoint = {}; ///< of the listener: what the broker puts before their topics
        QByteArray user = {}; ///< empty: they have no name
        QByteArray password = {};
    };
    explicit DemoTraffic(QObject *parent = nullptr);
    ~DemoTraffic() override;

    void start(const Way &way);
    /// They go, and when it returns the broker has taken the last that they sent, unless it needs long for that. What they
    /// leave behind: retained messages, and sessions that outlive their connections.
    void stop();
    /// The topics that they left retained messages of, as the broker names them; they are forgotten here.
    std::vector<QByteArray> takeRetainedTopics();
    static std::vector<QByteArray> lastingSessions() { return {"demo-slow-logger"}; }
    bool isRunning() const { return !m_clients.empty(); }

Q_SIGNALS:
    /// The broker does not let them in. Once for each start; who hears of it stops them.
    void refused(pigeon::DemoClient::Refusal refusal);

private:
    void giveUp(DemoClient::Refusal refusal);
    DemoClient *addClient(const QByteArray &clientId, const QByteArray &willTopic = {}, bool cleanSession = true);
    void makeSensors();
    void makeMeters();
    void makeSwitches();
    void makeSubscribers();
    void every(std::chrono::milliseconds interval, const std::function<void()> &act);
    double wave(double middle, double reach, double secondsPerTurn) const;

    Way m_way;
    bool m_isRefused = false;
    std::set<QByteArray> m_retained;
    std::vector<std::unique_ptr<DemoClient>> m_clients;
    std::vector<std::unique_ptr<QTimer>> m_timers;
    std::mt19937 m_random{20261126}; // the same pictures each time
    quint64 m_turn = 0;
};

} // namespace pigeon
