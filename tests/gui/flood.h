#pragma once

#include <QByteArray>
#include <QThread>

#include <atomic>
#include <vector>

namespace pigeon {

/// A thousand devices with ten topics each that publish at a steady rate over loopback, and ten programs that subscribe to a
/// tenth of it each. It counts what it has sent and what has come. A thread of its own on plain sockets, so that it costs
/// little beside what is measured.
class Flood final : public QThread
{
public:
    static constexpr int devices = 1'000;
    static constexpr int topicsOfDevice = 10;
    static constexpr int subscribers = 10;

    Flood(quint16 port, int messagesPerSecond);
    ~Flood() override;

    /// Nothing more is sent; what is under way is still read for a while.
    void end() { m_isOver = true; }
    bool isConnected() const { return m_isConnected; }
    bool hasFailed() const { return m_hasFailed; }
    quint64 sent() const { return m_sent; }
    quint64 received() const { return m_received; }

protected:
    void run() override;

private:
    int connectAs(const QByteArray &clientId);
    bool connectAll();
    void sendLot(int device);
    void readAll();
    bool write(int socket, const QByteArray &bytes);

    const quint16 m_port;
    const int m_messagesPerSecond;
    std::vector<int> m_devices;
    std::vector<int> m_subscribers;
    std::vector<QByteArray> m_parts; // of each subscriber: the begin of a packet that is not there as a whole
    std::atomic<bool> m_isOver = false;
    std::atomic<bool> m_isConnected = false;
    std::atomic<bool> m_hasFailed = false;
    std::atomic<quint64> m_sent = 0;
    std::atomic<quint64> m_received = 0;
    quint64 m_turn = 0;
};

} // namespace pigeon
