#pragma once

#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/frame.h"

#include <QTcpSocket>
#include <QTest>

#include <optional>

namespace pigeon::test {

/// A client on a real socket: packets out, packets in. Nothing of it checks what the broker does: tests do.
class SocketClient
{
public:
    explicit SocketClient(quint16 port, ProtocolVersion version = ProtocolVersion::Mqtt5)
        : m_version(version)
    {
        m_socket.connectToHost(QHostAddress::LocalHost, port);
    }
    void send(const Packet &packet) { m_socket.write(encodePacket(packet, m_version)); }
    void sendBytes(const QByteArray &bytes) { m_socket.write(bytes); }
    void connect(const QByteArray &clientId, bool cleanStart = true)
    {
        ConnectPacket packet;
        packet.clientId = clientId;
        packet.cleanStart = cleanStart;
        connect(std::move(packet));
    }
    /// In the client's version, whatever the packet says.
    void connect(ConnectPacket packet)
    {
        packet.version = m_version;
        send(packet);
    }
    /// The next packet of type T when it has come.
    template <typename T>
    std::optional<T> take()
    {
        m_received += m_socket.readAll();
        const FrameCut cut = cutFrame(m_received, 268'435'460);
        if (cut.status != FrameCut::Status::Complete)
            return std::nullopt;
        Result<Packet, ProtocolError> packet = decodePacket(cut.frame, m_version, Sender::Server, {});
        if (!packet || !std::holds_alternative<T>(*packet))
            return std::nullopt;
        m_received.remove(0, cut.size);
        return std::get<T>(std::move(*packet));
    }
    bool isClosed() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }
    QTcpSocket &socket() { return m_socket; }

private:
    QTcpSocket m_socket;
    ProtocolVersion m_version;
    QByteArray m_received;
};

/// The next packet, which must be a T.
template <typename T>
std::optional<T> waitFor(SocketClient &client)
{
    std::optional<T> packet;
    if (!QTest::qWaitFor([&] { return (packet = client.take<T>()).has_value(); }, 5'000))
        qWarning("The packet did not come");
    return packet;
}

inline SubscribePacket subscription(const QByteArray &filter, QoS qos, quint16 packetId = 1)
{
    SubscribePacket packet;
    packet.packetId = packetId;
    packet.entries.push_back({filter, qos, false, false, RetainHandling::SendAlways});
    return packet;
}

} // namespace pigeon::test
