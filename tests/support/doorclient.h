#pragma once

#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/frame.h"

#include <pigeon/listeneroptions.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QLocalSocket>
#include <QSslCertificate>
#include <QSslSocket>
#include <QTest>
#include <QThread>
#include <QtEndian>

#include <memory>
#include <optional>
#include <utility>

namespace pigeon::test {

/// Frames of WebSocket as a client makes them, by hand, so that a test can make wrong ones as well. The mask is of
/// zeros: it leaves the bytes as they are.
namespace websocket {
enum Opcode : quint8 { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

inline QByteArray frame(const QByteArray &payload, quint8 opcode = Binary, bool isLast = true)
{
    QByteArray bytes;
    bytes.append(static_cast<char>((isLast ? 0x80 : 0) | opcode));
    if (payload.size() < 126) {
        bytes.append(static_cast<char>(0x80 | payload.size()));
    } else if (payload.size() < 65'536) {
        bytes.append(static_cast<char>(0x80 | 126)).resize(4);
        qToBigEndian(static_cast<quint16>(payload.size()), bytes.data() + 2);
    } else {
        bytes.append(static_cast<char>(0x80 | 127)).resize(10);
        qToBigEndian(static_cast<quint64>(payload.size()), bytes.data() + 2);
    }
    return bytes + QByteArray(4, '\0') + payload;
}

inline QByteArray request(const QByteArray &more = "Sec-WebSocket-Protocol: mqtt\r\n", const QByteArray &path = "/mqtt")
{
    return "GET " + path
        + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + more + "\r\n";
}

struct Received
{
    quint8 opcode = 0;
    QByteArray payload;
};

/// Cuts one frame of a server off the front, when it is there.
inline std::optional<Received> cut(QByteArray &bytes)
{
    if (bytes.size() < 2)
        return std::nullopt;
    const auto *raw = reinterpret_cast<const uchar *>(bytes.constData());
    qsizetype head = 2;
    quint64 length = raw[1] & 0x7F;
    if (length >= 126) {
        head = length == 126 ? 4 : 10;
        if (bytes.size() < head)
            return std::nullopt;
        length = length == 126 ? qFromBigEndian<quint16>(raw + 2) : qFromBigEndian<quint64>(raw + 2);
    }
    if (static_cast<quint64>(bytes.size() - head) < length)
        return std::nullopt;
    Received frame{static_cast<quint8>(raw[0] & 0x0F), bytes.mid(head, static_cast<qsizetype>(length))};
    bytes.remove(0, head + static_cast<qsizetype>(length));
    return frame;
}
} // namespace websocket

/// An MQTT client on any connected stream, within WebSocket frames or not.
class DoorClient
{
public:
    DoorClient(std::unique_ptr<QIODevice> device, bool isWebSocket, const QByteArray &request = websocket::request())
        : m_device(std::move(device))
        , m_isWebSocket(isWebSocket)
    {
        if (isWebSocket)
            m_device->write(request);
    }
    void send(const Packet &packet) { sendBytes(encodePacket(packet, ProtocolVersion::Mqtt5)); }
    void sendBytes(const QByteArray &bytes) { sendRaw(m_isWebSocket ? websocket::frame(bytes) : bytes); }
    /// Within WebSocket nothing may be sent before the request was answered: it waits for that.
    void sendRaw(const QByteArray &bytes)
    {
        if (m_isWebSocket && m_answer.isEmpty())
            m_unsent += bytes;
        else
            m_device->write(bytes);
    }
    void connect(const QByteArray &clientId)
    {
        ConnectPacket packet;
        packet.clientId = clientId;
        packet.version = ProtocolVersion::Mqtt5;
        send(packet);
    }
    /// The next packet when it has come and is a T.
    template <typename T>
    std::optional<T> take()
    {
        receive();
        const FrameCut cut = cutFrame(m_stream, 268'435'460);
        if (cut.status != FrameCut::Status::Complete)
            return std::nullopt;
        Result<Packet, ProtocolError> packet
            = decodePacket(cut.frame, ProtocolVersion::Mqtt5, Sender::Server, {});
        if (!packet || !std::holds_alternative<T>(*packet))
            return std::nullopt;
        T taken = std::get<T>(std::move(*packet));
        m_stream.remove(0, cut.size);
        return taken;
    }
    template <typename T>
    std::optional<T> waitFor()
    {
        std::optional<T> packet;
        const QDeadlineTimer deadline(20'000);
        while (!(packet = take<T>()) && !deadline.hasExpired()) {
            QCoreApplication::processEvents();
            QThread::usleep(100); // qWaitFor sleeps for 10 ms, which a large message of many pieces multiplies
        }
        if (!packet)
            qWarning("The packet did not come; %lld bytes are there", static_cast<long long>(m_stream.size()));
        return packet;
    }
    bool isClosed() const { return !m_device->isOpen() || !isConnected(); }
    QIODevice &device() { return *m_device; }
    /// Of WebSocket: the answer to the request, and the status of the frame that closed it.
    const QByteArray &answer() const { return m_answer; }
    quint16 closeStatus()
    {
        receive();
        return m_closeStatus;
    }
    qsizetype pongs() const { return m_pongs; }

private:
    bool isConnected() const
    {
        if (const auto *socket = qobject_cast<const QAbstractSocket *>(m_device.get()))
            return socket->state() != QAbstractSocket::UnconnectedState;
        const auto *local = qobject_cast<const QLocalSocket *>(m_device.get());
        return local && local->state() != QLocalSocket::UnconnectedState;
    }
    void receive()
    {
        if (!m_isWebSocket) {
            m_stream += m_device->readAll();
            return;
        }
        m_frames += m_device->readAll();
        if (m_answer.isEmpty()) {
            const qsizetype end = m_frames.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            m_answer = m_frames.left(end + 4);
            m_frames.remove(0, end + 4);
            m_device->write(std::exchange(m_unsent, {}));
        }
        while (const std::optional<websocket::Received> frame = websocket::cut(m_frames))
            take(*frame);
    }
    void take(const websocket::Received &frame)
    {
        if (frame.opcode == websocket::Close && frame.payload.size() >= 2)
            m_closeStatus = qFromBigEndian<quint16>(frame.payload.constData());
        else if (frame.opcode == websocket::Pong)
            ++m_pongs;
        else if (frame.opcode == websocket::Binary || frame.opcode == websocket::Continuation)
            m_stream += frame.payload;
    }

    std::unique_ptr<QIODevice> m_device;
    bool m_isWebSocket;
    QByteArray m_answer;
    QByteArray m_unsent;
    QByteArray m_frames; // bytes that are not whole frames yet
    QByteArray m_stream;
    quint16 m_closeStatus = 0;
    qsizetype m_pongs = 0;
};

inline bool isWebSocket(ListenerKind kind)
{
    return kind == ListenerKind::WebSocket || kind == ListenerKind::WebSocketTls;
}

/// A TLS socket on the way to `port`; the caller waits for `encrypted`.
inline std::unique_ptr<QSslSocket> dialTls(quint16 port, const QList<QSslCertificate> &authorities,
    const QString &name = QStringLiteral("localhost"), const QString &identity = {})
{
    auto socket = std::make_unique<QSslSocket>();
    QSslConfiguration configuration = socket->sslConfiguration();
    configuration.setCaCertificates(authorities);
    socket->setSslConfiguration(configuration);
    if (!identity.isEmpty()) {
        socket->setLocalCertificateChain(QSslCertificate::fromPath(identity + QStringLiteral(".pem")));
        socket->setPrivateKey(identity + QStringLiteral(".key"), QSsl::Ec);
    }
    socket->connectToHostEncrypted(QStringLiteral("127.0.0.1"), port, name);
    return socket;
}

} // namespace pigeon::test
