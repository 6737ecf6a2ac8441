#pragma once

#include "base/admission.h"
#include "base/link.h"
#include "transport/speech.h"
#include "transport/tlsterms.h"
#include "transport/trustedpeers.h"

#include <QBasicTimer>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

#include <pigeon/listeneroptions.h>

class QIODevice;
class QSslPreSharedKeyAuthenticator;
class QSslSocket;
class QTcpSocket;
class QWebSocket;
class QWebSocketServer;

namespace pigeon {

class FirstByte;
class Gate;
class ProxyPreamble;

/// What the connections of one listener go through before they are links.
struct ArrivalTerms
{
    ProxyProtocol proxy = ProxyProtocol::None;
    bool proxyRequiresTls = false;
    bool proxyRequiresCertificate = false;
    bool takesProxyIdentity = false; ///< the user is the common name of the certificate that the proxy has verified
    TrustedPeers proxies; ///< whose headers, of PROXY and of HTTP, are believed
    bool readsForwardedFor = false;
    std::shared_ptr<const TlsTerms> tls; ///< null = none
    WebSocketOptions webSocket;
    Speech speech; ///< of all of them
    bool isDecidedByClients = false; ///< `speech` says nothing: the first byte of each does
    bool requiresTls = false; ///< of those who decide
    std::function<std::optional<Admission>(const PeerFacts &)> admit; ///< see Door
    std::chrono::milliseconds timeout{0};
};

/// A connection on its way in: the PROXY header, TLS, then the upgrade to WebSocket, as the listener wants it or as the
/// client begins, until a deadline. As soon as it is known where it comes from it is asked whether it may come at all.
/// Broker thread; says once how it ended and is to be deleted then, later, since its socket may be on the stack.
class Arrival final : public QObject
{
    Q_OBJECT

public:
    /// Owns `descriptor`.
    Arrival(qintptr descriptor, PeerFacts peer, const ArrivalTerms &terms);
    ~Arrival() override;

    void start();

    /// After `ended`: the stream of MQTT, a device or, where neither TLS nor WebSocket is spoken, a descriptor; with
    /// neither of them it came to nothing, and `problem` says why, unless it was not let in, which was told already.
    std::unique_ptr<QIODevice> takeDevice();
    qintptr takeDescriptor() { return m_hasEnded && m_problem.isEmpty() ? std::exchange(m_descriptor, -1) : -1; }
    const PeerFacts &peer() const { return m_peer; }
    const QByteArray &problem() const { return m_problem; }
    /// Empty: nobody was asked yet.
    Admission takeAdmission() { return std::move(m_admission); }

Q_SIGNALS:
    void ended();

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    void readProxyHeader();
    void takeProxyHeader();
    void comeIn();
    bool isAdmitted();
    void takeFirstByte();
    void decideWithinTls();
    void setSpeech(Speech speech);
    void speak();
    void startSocket();
    void makeSocket();
    template <typename Socket>
    void makeGatedSocket();
    void startTls();
    void secured();
    QByteArray certificateProblem() const;
    bool takeIdentity();
    void offerKey(QSslPreSharedKeyAuthenticator *question);
    void startUpgrade();
    void upgraded();
    bool isAcceptable(QWebSocket &socket);
    bool takeForwardedFor(const QWebSocket &socket);
    void arrived(std::unique_ptr<QIODevice> device);
    void fail(const QByteArray &problem);
    void end();

    qintptr m_descriptor; // ours until a socket has it; -1 then
    PeerFacts m_peer;
    const ArrivalTerms &m_terms; // the listener's, which outlives us
    const std::shared_ptr<const TlsTerms> m_tlsTerms; // those of our begin, whatever the listener has by now
    Speech m_speech;
    Admission m_admission;
    std::unique_ptr<ProxyPreamble> m_proxyPreamble;
    std::unique_ptr<FirstByte> m_firstByte;
    QByteArray m_keyIdentity; // of the pre-shared key
    std::unique_ptr<QTcpSocket> m_socket; // null when it has gone on into a device
    QSslSocket *m_tls = nullptr; // the same, when it is one
    Gate *m_gate = nullptr; // the same, when it may be a WebSocket's
    std::unique_ptr<QWebSocketServer> m_server; // of this upgrade alone, so that its WebSocket is known to be this one
    std::unique_ptr<QIODevice> m_device;
    QByteArray m_problem;
    QBasicTimer m_deadline;
    bool m_hasEnded = false;
};

} // namespace pigeon
