#include "transport/arrival.h"

#include "transport/gatedsocket.h"
#include "transport/linkturn.h"
#include "transport/websocketdevice.h"

#include <QSslCertificate>
#include <QSslError>
#include <QTimerEvent>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketCorsAuthenticator>
#include <QWebSocketServer>

namespace pigeon {

namespace {

constexpr qint64 frameHeadBytes = 14;

/// What an MQTT client may call what it speaks [MQTT-6.0.0-3], and 3.1's name for it.
const QStringList &subprotocols()
{
    static const QStringList names{QStringLiteral("mqtt"), QStringLiteral("mqttv3.1")};
    return names;
}

} // namespace

Arrival::Arrival(qintptr descriptor, PeerFacts peer, const ArrivalTerms &terms)
    : m_descriptor(descriptor)
    , m_peer(std::move(peer))
    , m_terms(terms)
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
}

void Arrival::start()
{
    m_deadline.start(static_cast<int>(m_terms.timeout.count()), this);
    makeSocket();
    // All that may be there before somebody reads it; a WebSocket sees a frame when it is there as a whole.
    m_socket->setReadBufferSize(m_terms.webSocket ? m_terms.webSocket->maximumFrameBytes + frameHeadBytes
                                                  : static_cast<qint64>(LinkTurn::readBufferBytes));
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this,
        [this] { fail(m_socket ? m_socket->errorString().toUtf8() : QByteArray()); });
    connect(m_socket.get(), &QAbstractSocket::disconnected, this, [this] { fail("the peer closed the connection"); });
    if (!m_socket->setSocketDescriptor(m_descriptor))
        fail(m_socket->errorString().toUtf8());
    else if (m_tls)
        startTls();
    else
        startUpgrade();
}

void Arrival::makeSocket()
{
    if (m_terms.tls && m_terms.webSocket) {
        makeGatedSocket<QSslSocket>();
    } else if (m_terms.tls) {
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
    m_tls->setSslConfiguration(*m_terms.tls);
    connect(m_tls, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        if (!errors.isEmpty())
            fail("the client's certificate is refused: " + errors.first().errorString().toUtf8());
    });
    connect(m_tls, &QSslSocket::encrypted, this, &Arrival::secured);
    m_tls->startServerEncryption();
}

void Arrival::secured()
{
    if (m_terms.hasIdentity && !takeIdentity())
        return;
    if (m_terms.webSocket)
        startUpgrade();
    else
        arrived(std::move(m_socket));
}

/// One name, or nobody: which of two is meant is nothing to guess.
bool Arrival::takeIdentity()
{
    const QStringList names = m_tls->peerCertificate().subjectInfo(QSslCertificate::CommonName);
    m_peer.identity = names.size() == 1 ? names.first().toUtf8() : QByteArray();
    if (m_peer.identity.isEmpty() || m_peer.identity.contains('\0')) {
        fail("the client's certificate has no common name, or several");
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
            const QStringList &allowed = m_terms.webSocket->allowedOrigins;
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
    const WebSocketOptions &options = *m_terms.webSocket;
    socket->setMaxAllowedIncomingFrameSize(options.maximumFrameBytes);
    socket->setMaxAllowedIncomingMessageSize(options.maximumFrameBytes);
    if (!subprotocols().contains(socket->subprotocol())) { // [MQTT-6.0.0-3]
        m_problem = "the client offers no sub-protocol mqtt";
        socket->close(QWebSocketProtocol::CloseCodeProtocolError, QStringLiteral("sub-protocol mqtt is missing"));
    } else if (!options.path.isEmpty() && socket->requestUrl().path() != options.path) {
        m_problem = "the client asks for another path";
        socket->close(QWebSocketProtocol::CloseCodePolicyViolated, QStringLiteral("there is nothing at that path"));
    }
    if (m_problem.isEmpty()) {
        arrived(std::make_unique<WebSocketDevice>(std::move(socket), *m_gate));
        return;
    }
    socket.release()->deleteLater();
    end();
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
