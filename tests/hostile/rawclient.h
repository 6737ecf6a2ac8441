#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace pigeon::test {

/// A socket that says whatever it is told to: no rule of MQTT is kept by it. Every wait has an end.
class RawClient
{
public:
    static constexpr int patienceMilliseconds = 5'000;

    /// `receiveBufferBytes` > 0: a client that can be made to read slowly has a small buffer.
    explicit RawClient(quint16 port, int receiveBufferBytes = 0);
    ~RawClient() { close(); }
    RawClient(RawClient &&other) noexcept;
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    bool isOpen() const { return m_descriptor >= 0; }
    /// Sends all of `bytes`; false when the broker has ended the connection or does not read.
    bool send(QByteArrayView bytes, int timeoutMilliseconds = patienceMilliseconds);
    /// Sends what the system takes at once; -1 when the connection has ended.
    qsizetype sendSome(QByteArrayView bytes);

    /// The next whole packet, empty when none came in time or the connection ended first.
    QByteArray takePacket(int timeoutMilliseconds = patienceMilliseconds);
    /// Takes at most `most` bytes off the socket, waiting for none; returns how many.
    qsizetype readSome(qsizetype most);
    /// Reads and keeps what comes until the broker ends the connection; false when it does not in time.
    bool waitForEnd(int timeoutMilliseconds = patienceMilliseconds);
    bool hasEnded() const { return m_hasEnded; }
    /// What was received and not taken as a packet.
    const QByteArray &received() const { return m_received; }

    void endOutput();
    /// Ends with a reset: the other side finds its connection broken, what was under way is lost.
    void reset();
    void close();

private:
    bool waitFor(short events, int timeoutMilliseconds);
    bool receive(int timeoutMilliseconds);

    int m_descriptor = -1;
    bool m_hasEnded = false;
    QByteArray m_received;
};

/// The size of the packet that `bytes` begin with; 0 when it is not whole.
qsizetype packetSize(QByteArrayView bytes);

} // namespace pigeon::test
