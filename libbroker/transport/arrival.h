#pragma once

#include "base/link.h"

#include <QBasicTimer>
#include <QObject>
#include <QSslConfiguration>

#include <functional>
#include <memory>
#include <optional>

#include <pigeon/listeneroptions.h>

class QIODevice;
class QSslSocket;
class QTcpSocket;
class QWebSocketServer;

namespace pigeon {

class Gate;

/// What the connections of one listener go through before they are links.
struct ArrivalTerms
{
    std::optional<QSslConfiguration> tls; ///< none = plain TCP
    bool hasIdentity = false; ///< the user is the common name of the client's certificate
    std::optional<WebSocketOptions> webSocket;
    std::chrono::milliseconds timeout{0};
};

/// A connection on its way in: TLS, then the upgrade to WebSocket, whichever the listener wants, until a deadline.
/// Broker thread; says once how it ended and is to be deleted then, later, since its socket may be on the stack.
class Arrival final : public QObject
{
    Q_OBJECT

public:
    /// Owns `descriptor`.
    Arrival(qintptr descriptor, PeerFacts peer, const ArrivalTerms &terms);
    ~Arrival() override;

    void start();

    /// After `ended`: the stream of MQTT; null = it came to nothing, and `problem` says why.
    std::unique_ptr<QIODevice> takeDevice();
    const PeerFacts &peer() const { return m_peer; }
    const QByteArray &problem() const { return m_problem; }

Q_SIGNALS:
    void ended();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void makeSocket();
    template <typename Socket>
    void makeGatedSocket();
    void startTls();
    void secured();
    bool takeIdentity();
    void startUpgrade();
    void upgraded();
    void arrived(std::unique_ptr<QIODevice> device);
    void fail(const QByteArray &problem);
    void end();

    const qintptr m_descriptor;
    PeerFacts m_peer;
    const ArrivalTerms &m_terms; // the listener's, which outlives us
    std::unique_ptr<QTcpSocket> m_socket; // null when it has gone on into a device
    QSslSocket *m_tls = nullptr; // the same, when it is one
    Gate *m_gate = nullptr; // the same, when it will be a WebSocket's
    std::unique_ptr<QWebSocketServer> m_server; // of this upgrade alone, so that its WebSocket is known to be this one
    std::unique_ptr<QIODevice> m_device;
    QByteArray m_problem;
    QBasicTimer m_deadline;
    bool m_hasEnded = false;
};

} // namespace pigeon
