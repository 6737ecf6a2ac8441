#include "transport/arrival.h"

#include "transport/firstbyte.h"
#include "transport/gatedsocket.h"
#include "transport/peername.h"
#include "transport/proxypreamble.h"
#include "transport/streamsocket.h"
#include "transport/websocketdevice.h"

#include <QNetworkRequest>
#include <QSslCertificate>
#include <QSslCipher>
#include <QSslError>
#include <QSslPreSharedKeyAuthenticator>
#include <QTimerEvent>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketCorsAuthenticator>
#include <QWebSocketServer>

namespace pigeon {

namespace {

constexpr qint64 frameHeadBytes = 14;
/// Of a handshake: Qt takes requests of 8 KiB, and the longest hello of TLS is a record of 16 KiB.
constexpr qint64 mostUnreadBytes = 32 * 1024;

/// What an MQTT client may call what it speaks [MQTT-6.0.0-3], and 3.1's name for it.
const QStringList &subprotocols()
{
    static const QStringList names{QStringLiteral("mqtt"), QStringLiteral("mqttv3.1")};
    return names;
}

/// Not QSslCipher::protocol: that is the version in which the cipher came up first.
QByteArray nameOf(QSsl::SslProtocol version)
{
    switch (version) {
    case QSsl::TlsV1_2:
        return QByteArrayLiteral("TLSv1.2");
    case QSsl::TlsV1_3:
        return QByteArrayLiteral("TLSv1.3");
    default: // a listener takes no other
        return QByteArrayLiteral("TLS");
    }
}

} // namespace

Arrival::Arrival(qintptr descriptor, PeerFacts peer, const ArrivalTerms &terms)
    : m_descriptor(descriptor)
    , m_peer(std::move(peer))
    , m_terms(terms)
    , m_tlsTerms(terms.tls)
    , m_speech(terms.speech)
{
}

Arrival::~Arrival()
{
    // A signal of theirs may be on the stack.
    if (m_server) {
        m_server->disconnect(this);
        m_server.release()->deleteLater();
    }
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket.release()->deleteLater();
    }
    if (m_proxyPreamble) {
        m_proxyPreamble->disconnect(this);
        m_proxyPreamble->stop();
        m_proxyPreamble.release()->deleteLater();
    }
    if (m_firstByte) {
        m_firstByte->disconnect(this);
        m_firstByte->stop();
        m_firstByte.release()->deleteLater();
    }
    StreamSocket left(m_descriptor); // closes it, where nobody has it
}

void Arrival::start()
{
    m_deadline.start(static_cast<int>(m_terms.timeout.count()), this);
    if (m_terms.proxy != ProxyProtocol::None)
        readProxyHeader();
    else
        comeIn();
}

// ---- PROXY

void Arrival::readProxyHeader()
{
    if (!m_terms.proxies.contains(m_peer.address)) {
        fail("only trusted proxies may connect here (trusted_proxies)");
        return;
    }
    m_proxyPreamble = std::make_unique<ProxyPreamble>(m_descriptor, m_terms.proxy);
    connect(m_proxyPreamble.get(), &ProxyPreamble::ended, this, &Arrival::takeProxyHeader);
}

void Arrival::takeProxyHeader()
{
    const ProxyHeader &header = m_proxyPreamble->header();
    QByteArray problem = m_proxyPreamble->problem();
    if (problem.isEmpty() && m_terms.proxyRequiresTls && !header.hasTls)
        problem = "the client does not speak TLS with the proxy";
    if (problem.isEmpty() && m_terms.proxyRequiresCertificate && !header.hasCertificate)
        problem = "the client has shown the proxy no certificate that it could verify";
    if (problem.isEmpty() && m_terms.takesProxyIdentity && (header.commonName.isEmpty() || header.commonName.contains('\0')))
        problem = "the proxy tells no common name of the client's certificate";
    if (!header.address.isEmpty()) { // also for the log of what is refused
        m_peer.address = header.address;
        m_peer.port = header.port;
    }
    if (m_terms.takesProxyIdentity)
        m_peer.identity = header.commonName;
    if (problem.isEmpty())
        comeIn();
    else
        fail(problem);
}

// ---- Who may come, and what is spoken

/// It is known where the client is.
void Arrival::comeIn()
{
    if (!isAdmitted())
        return;
    if (!m_terms.isDecidedByClients) {
        speak();
        return;
    }
    m_firstByte = std::make_unique<FirstByte>(m_descriptor);
    connect(m_firstByte.get(), &FirstByte::ended, this, &Arrival::takeFirstByte);
}

/// Before a handshake costs anything. Of a proxy that may tell of the client only in its request, later.
bool Arrival::isAdmitted()
{
    const bool isToldLater = m_terms.readsForwardedFor && m_terms.proxies.contains(m_peer.address);
    if (isToldLater || !m_terms.admit)
        return true;
    std::optional<Admission> admission = m_terms.admit(m_peer);
    if (admission) {
        m_admission = std::move(*admission);
        return true;
    }
    StreamSocket(std::exchange(m_descriptor, -1)).close();
    end();
    return false;
}

/// Fails closed: nothing that TLS is to prove can be left out by speaking none.
void Arrival::takeFirstByte()
{
    const std::optional<char> first = m_firstByte->value();
    if (!first) {
        fail("the peer closed the connection");
        return;
    }
    setSpeech(speechOf(*first));
    if (m_speech.isTls && !m_tlsTerms)
        fail("the client speaks TLS, for which the listener has neither a certificate nor pre-shared keys");
    else if (!m_speech.isTls && m_terms.requiresTls)
        fail("the client does not speak TLS, without which nobody comes in here");
    else
        speak();
}

/// TLS within TLS is none of ours: MQTT's decoder has it.
void Arrival::decideWithinTls()
{
    char first = 0;
    if (m_tls->peek(&first, 1) != 1)
        return;
    disconnect(m_tls, &QSslSocket::readyRead, this, nullptr);
    setSpeech({true, speechOf(first).isWebSocket});
    if (m_speech.isWebSocket)
        startUpgrade();
    else
        arrived(std::move(m_socket));
}

void Arrival::setSpeech(Speech speech)
{
    m_speech = speech;
    if (m_peer.door.isEmpty())
        m_peer.door = m_peer.listener;
    m_peer.listener = m_speech.name() + m_peer.door.mid(m_peer.door.indexOf(' '));
}

void Arrival::speak()
{
    if (m_speech.isTls || m_speech.isWebSocket)
        startSocket();
    else
        end();
}

// ---- The socket

void Arrival::startSocket()
{
    makeSocket();
    // All that may be there before somebody reads it: what a stranger sends is kept no longer than that.
    m_socket->setReadBufferSize(mostUnreadBytes);
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this,
        [this] { fail(m_socket ? m_socket->errorString().toUtf8() : QByteArray()); });
    connect(m_socket.get(), &QAbstractSocket::disconnected, this, [this] { fail("the peer closed the connection"); });
    if (!m_socket->setSocketDescriptor(std::exchange(m_descriptor, -1)))
        fail(m_socket->errorString().toUtf8());
    else if (m_tls)
        startTls();
    else
        startUpgrade();
}

void Arrival::makeSocket()
{
    if (m_speech.isTls && (m_speech.isWebSocket || m_terms.isDecidedByClients)) {
        makeGatedSocket<QSslSocket>();
    } else if (m_speech.isTls) {
        m_socket = std::make_unique<QSslSocket>();
    } else {
        makeGatedSocket<QTcpSocket>();
    }
    m_tls = qobject_cast<QSslSocket *>(m_socket.get());
}

template <typename Socket>
void Arrival::makeGatedSocket()
{
    auto socket = std::make_unique<GatedSocket<Socket>>();
    m_gate = socket.get();
    m_socket = std::move(socket);
}

// ---- TLS

void Arrival::startTls()
{
    m_tls->setSslConfiguration(m_tlsTerms->configuration);
    connect(m_tls, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        QList<QSslError> left = errors;
        if (m_tlsTerms->ignoresDates)
            left.removeIf([](const QSslError &each) {
                return each.error() == QSslError::CertificateExpired || each.error() == QSslError::CertificateNotYetValid;
            });
        if (left.isEmpty())
            m_tls->ignoreSslErrors(errors);
        else
            fail("the client's certificate is refused: " + left.first().errorString().toUtf8());
    });
    if (m_tlsTerms->usesKeys)
        connect(m_tls, &QSslSocket::preSharedKeyAuthenticationRequired, this, &Arrival::offerKey);
    connect(m_tls, &QSslSocket::encrypted, this, &Arrival::secured);
    m_tls->startServerEncryption();
}

/// An identity that nobody has gets no key, and the handshake fails.
void Arrival::offerKey(QSslPreSharedKeyAuthenticator *question)
{
    const QByteArray identity = question->identity();
    m_keyIdentity = QByteArray(identity.constData(), identity.size()); // it lies in memory of OpenSSL's
    question->setPreSharedKey(m_tlsTerms->keys.find(m_keyIdentity));
}

void Arrival::secured()
{
    if (const QByteArray problem = certificateProblem(); !problem.isEmpty()) {
        fail("the client's certificate is refused: " + problem);
        return;
    }
    if (m_tlsTerms->userName != UserNameSource::Connect && !takeIdentity())
        return;
    m_peer.tls = std::make_shared<const TlsFacts>(
        TlsFacts{nameOf(m_tls->sessionProtocol()), m_tls->sessionCipher().name().toLatin1()});
    if (m_terms.isDecidedByClients) {
        connect(m_tls, &QSslSocket::readyRead, this, &Arrival::decideWithinTls);
        decideWithinTls();
    } else if (m_speech.isWebSocket) {
        startUpgrade();
    } else {
        arrived(std::move(m_socket));
    }
}

/// Before a byte of MQTT is read: as of Qt 6.4.2 no list of revoked certificates is looked at.
QByteArray Arrival::certificateProblem() const
{
    return m_tlsTerms->revocation
        ? m_tlsTerms->revocation->problemOf(m_tls->peerCertificateChain(), m_tlsTerms->ignoresDates)
        : QByteArray();
}

bool Arrival::takeIdentity()
{
    m_peer.identity
        = m_tlsTerms->usesKeys ? m_keyIdentity : userNameOf(m_tls->peerCertificate(), m_tlsTerms->userName);
    if (m_peer.identity.isEmpty() || m_peer.identity.contains('\0')) {
        fail(QByteArray("the client has proven no ") + describe(m_tlsTerms->userName) + ", or several");
        return false;
    }
    return true;
}

// ---- WebSocket

void Arrival::startUpgrade()
{
    const auto mode = m_tls ? QWebSocketServer::SecureMode : QWebSocketServer::NonSecureMode;
    m_server = std::make_unique<QWebSocketServer>(QString(), mode);
    m_server->setSupportedSubprotocols(subprotocols());
    m_server->setHandshakeTimeout(m_terms.timeout);
    connect(m_server.get(), &QWebSocketServer::originAuthenticationRequired, this,
        [this](QWebSocketCorsAuthenticator *question) {
            const QStringList &allowed = m_terms.webSocket.allowedOrigins;
            const QString origin = question->origin();
            question->setAllowed(allowed.isEmpty() || origin.isEmpty() || allowed.contains(origin, Qt::CaseInsensitive));
        });
    connect(m_server.get(), &QWebSocketServer::newConnection, this, &Arrival::upgraded);
    m_server->handleConnection(m_socket.get());
}

void Arrival::upgraded()
{
    std::unique_ptr<QWebSocket> socket(m_server->nextPendingConnection());
    socket->setParent(nullptr); // it outlives the server
    m_socket->disconnect(this);
    m_socket.release()->setParent(socket.get());
    const WebSocketOptions &options = m_terms.webSocket;
    m_gate->resize(options.maximumFrameBytes + frameHeadBytes); // it sees a frame when it is there as a whole
    socket->setMaxAllowedIncomingFrameSize(options.maximumFrameBytes);
    socket->setMaxAllowedIncomingMessageSize(options.maximumFrameBytes);
    if (isAcceptable(*socket)) {
        arrived(std::make_unique<WebSocketDevice>(std::move(socket), *m_gate));
        return;
    }
    socket.release()->deleteLater();
    end();
}

bool Arrival::isAcceptable(QWebSocket &socket)
{
    const QString &path = m_terms.webSocket.path;
    if (!subprotocols().contains(socket.subprotocol())) { // [MQTT-6.0.0-3]
        m_problem = "the client offers no sub-protocol mqtt";
        socket.close(QWebSocketProtocol::CloseCodeProtocolError, QStringLiteral("sub-protocol mqtt is missing"));
    } else if (!path.isEmpty() && socket.requestUrl().path() != path) {
        m_problem = "the client asks for another path";
        socket.close(QWebSocketProtocol::CloseCodePolicyViolated, QStringLiteral("there is nothing at that path"));
    } else if (m_terms.readsForwardedFor && !takeForwardedFor(socket)) {
        socket.close(QWebSocketProtocol::CloseCodePolicyViolated, QStringLiteral("X-Forwarded-For is not believed"));
    }
    return m_problem.isEmpty();
}

/// Where a proxy says that the client is: believed when it is one of ours, and refused from all others, who have no
/// reason to send it but to pass for somebody else.
bool Arrival::takeForwardedFor(const QWebSocket &socket)
{
    const QByteArray header = socket.request().rawHeader("X-Forwarded-For");
    if (header.isEmpty())
        return true;
    const QByteArray client
        = m_terms.proxies.contains(m_peer.address) ? m_terms.proxies.clientOf(header) : QByteArray();
    if (client.isEmpty()) {
        m_problem = m_terms.proxies.contains(m_peer.address)
            ? "its X-Forwarded-For is no list of addresses"
            : "its X-Forwarded-For is not believed: it is no trusted proxy (trusted_proxies)";
        return false;
    }
    m_peer.address = client;
    m_peer.port = 0;
    return true;
}

// ---- The end

void Arrival::arrived(std::unique_ptr<QIODevice> device)
{
    device->disconnect(this);
    m_device = std::move(device);
    end();
}

std::unique_ptr<QIODevice> Arrival::takeDevice()
{
    return std::move(m_device);
}

void Arrival::fail(const QByteArray &problem)
{
    if (m_problem.isEmpty())
        m_problem = problem;
    end();
}

void Arrival::end()
{
    m_deadline.stop();
    if (!std::exchange(m_hasEnded, true))
        Q_EMIT ended();
}

void Arrival::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_deadline.timerId())
        fail("the handshake took too long");
}

} // namespace pigeon
