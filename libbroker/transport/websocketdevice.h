#pragma once

#include "base/bytequeue.h"

#include <QIODevice>

#include <memory>

class QWebSocket;

namespace pigeon {

class Gate;

/// The bytes within the binary messages of a WebSocket, as a stream: how messages were cut is of no meaning to MQTT
/// [MQTT-6.0.0-2]. While nobody reads it, some messages wait here and the peer's further bytes in the socket. Broker
/// thread; knows no packets.
class WebSocketDevice final : public QIODevice
{
    Q_OBJECT

public:
    /// Once so much waits here, no further message is taken from the socket. Clients send a frame for each packet: what
    /// has come with one read is to be handled in one turn.
    static constexpr qsizetype mostReceivedBytes = 64 * 1024;

    /// `gate` is that of the WebSocket's socket and lives as long as it does.
    WebSocketDevice(std::unique_ptr<QWebSocket> socket, Gate &gate);
    ~WebSocketDevice() override;

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override;
    qint64 bytesToWrite() const override;
    void close() override;

protected:
    qint64 readData(char *to, qint64 most) override;
    qint64 writeData(const char *bytes, qint64 count) override;

private:
    void received(const QByteArray &message);
    void receivedText();

    std::unique_ptr<QWebSocket> m_socket;
    Gate *m_gate; // null: the peer has gone
    ByteQueue m_received;
};

} // namespace pigeon
