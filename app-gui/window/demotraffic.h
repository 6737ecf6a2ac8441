#pragma once

#include <QObject>
#include <QTimer>

#include <memory>
#include <random>
#include <vector>

namespace pigeon {

class DemoClient;

/// Some simulated devices that connect over loopback like real ones and publish below `demo/`: sensors with JSON, a meter
/// that speaks binary, switches with retained states, a subscriber that is slow and one that comes and goes. Their client
/// ids begin with `demo-`. Off until it is asked for. GUI thread.
class DemoTraffic final : public QObject
{
    Q_OBJECT

public:
    explicit DemoTraffic(QObject *parent = nullptr);
    ~DemoTraffic() override;

    /// Connects them to that port of this machine.
    void start(quint16 port);
    /// They go. What they leave behind: retained messages, and sessions that outlive their connections.
    void stop();
    static QByteArray everything() { return "demo/#"; }
    static std::vector<QByteArray> lastingSessions() { return {"demo-slow-logger"}; }
    bool isRunning() const { return !m_clients.empty(); }

private:
    DemoClient *addClient(const QByteArray &clientId, const QByteArray &willTopic = {}, bool cleanSession = true);
    void makeSensors();
    void makeMeters();
    void makeSwitches();
    void makeSubscribers();
    void every(std::chrono::milliseconds interval, const std::function<void()> &act);
    double wave(double middle, double reach, double secondsPerTurn) const;

    quint16 m_port = 0;
    std::vector<std::unique_ptr<DemoClient>> m_clients;
    std::vector<std::unique_ptr<QTimer>> m_timers;
    std::mt19937 m_random{20261126}; // the same pictures each time
    quint64 m_turn = 0;
};

} // namespace pigeon
