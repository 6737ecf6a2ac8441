#include "transport/websocketdevice.h"

#include "transport/gatedsocket.h"

#include <QWebSocket>

#include <algorithm>
#include <cstring>

namespace pigeon {

WebSocketDevice::WebSocketDevice(std::unique_ptr<QWebSocket> socket, Gate &gate)
    : m_socket(std::move(socket))
    , m_gate(&gate)
{
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, &WebSocketDevice::received);
    // A frame of a message that may become long says already what it is.
    // Queued: it closes the socket, which says this in the middle of reading.
    connect(m_socket.get(), &QWebSocket::textFrameReceived, this, &WebSocketDevice::receivedText, Qt::QueuedConnection);
    connect(m_socket.get(), &QWebSocket::bytesWritten, this, &WebSocketDevice::bytesWritten);
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
        m_gate = nullptr; // nothing comes and goes any more
        Q_EMIT readChannelFinished();
    });
    QIODevice::open(ReadWrite | Unbuffered);
}

WebSocketDevice::~WebSocketDevice()
{
    m_socket->disconnect(this);
    m_socket.release()->deleteLater(); // a signal of it may be on the stack
}

// ---- Input

void WebSocketDevice::received(const QByteArray &message)
{
    if (message.isEmpty() || !isOpen())
        return;
    m_received.appendShared(message);
    // Only here, between two messages: Qt closes a WebSocket that sees no byte of a frame it has begun for 5 seconds.
    if (m_gate && m_received.size() >= mostReceivedBytes)
        m_gate->shut();
    Q_EMIT readyRead();
}

/// [MQTT-6.0.0-1]
void WebSocketDevice::receivedText()
{
    m_socket->close(QWebSocketProtocol::CloseCodeDatatypeNotSupported, QStringLiteral("MQTT is binary"));
}

qint64 WebSocketDevice::bytesAvailable() const
{
    return m_received.size() + QIODevice::bytesAvailable();
}

qint64 WebSocketDevice::readData(char *to, qint64 most)
{
    qint64 taken = 0;
    while (taken < most && !m_received.isEmpty()) {
        const QByteArrayView front = m_received.front();
        const qint64 bytes = std::min<qint64>(front.size(), most - taken);
        std::memcpy(to + taken, front.data(), size_t(bytes));
        m_received.removeFront(bytes);
        taken += bytes;
    }
    if (m_received.isEmpty() && m_gate)
        m_gate->reopen();
    return taken;
}

// ---- Output

qint64 WebSocketDevice::bytesToWrite() const
{
    return m_gate ? m_gate->unsentBytes() : 0;
}

qint64 WebSocketDevice::writeData(const char *bytes, qint64 count)
{
    if (!m_socket->isValid())
        return -1;
    m_socket->sendBinaryMessage(QByteArray::fromRawData(bytes, count)); // copied into frames before it returns
    return count;
}

void WebSocketDevice::close()
{
    if (!isOpen())
        return;
    QIODevice::close();
    m_gate = nullptr;
    m_received.clear();
    m_socket->close();
}

} // namespace pigeon
