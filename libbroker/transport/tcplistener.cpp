#include "transport/tcplistener.h"

#include "transport/linkturn.h"
#include "transport/streamsocket.h"
#include "transport/tcplink.h"

#include <QTcpServer>

#include <cerrno>

namespace pigeon {

namespace {

QString bracketed(const QHostAddress &address)
{
    const QString text = address.toString();
    return address.protocol() == QAbstractSocket::IPv6Protocol ? u'[' + text + u']' : text;
}
} // namespace

TcpListener::TcpListener(QObject *parent)
    : Door(parent)
    , m_server(std::make_unique<QTcpServer>())
    , m_acceptor([this](qintptr descriptor) { accepted(descriptor); })
    , m_turn(LinkTurn::create())
{
    m_server->setListenBacklogSize(Acceptor::backlog);
}

TcpListener::~TcpListener() = default;

std::optional<QString> TcpListener::listen(const QHostAddress &address, quint16 port, qintptr socket)
{
    if (socket >= 0) {
        if (const std::optional<QString> problem = takeOver(socket))
            return problem;
    } else if (!m_server->listen(address, port)) {
        return listenError(address, port);
    }
    // Accepted sockets inherit it on Linux and the BSDs, which saves a system call for each connection.
    StreamSocket::setNoDelay(m_server->socketDescriptor());
    // As of Qt 6.4.2 the engine keeps its first error, which is that nobody waits any more: it would never see that
    // descriptors have run out, and spin. So the server only listens and connections are accepted here.
    m_server->pauseAccepting();
    m_name = m_kind + QStringLiteral(" %1:%2").arg(bracketed(this->address())).arg(this->port()).toLatin1();
    m_acceptor.start(m_server->socketDescriptor(), m_name);
    return std::nullopt;
}

std::optional<QString> TcpListener::listen(const ListenerOptions &options)
{
    m_terms = options.terms;
    const std::optional<QString> problem = listen(options.address, options.port, options.listeningSocket);
    return problem || options.networkInterface.isEmpty() ? problem : bindToInterface(options.networkInterface);
}

std::optional<QString> TcpListener::bindToInterface(const QString &interface)
{
    const qintptr descriptor = m_server->socketDescriptor();
    if (StreamSocket::bindToInterface(descriptor, interface.toUtf8())) {
        ReserveDescriptor().refuseWaiting(descriptor); // whoever has come before, from wherever
        return std::nullopt;
    }
    const QString why = qt_error_string(errno);
    close();
    return QStringLiteral("%1 cannot be opened on the network interface \"%2\" alone: %3. `ip link` shows the interfaces; "
                          "a user other than root may need the capability CAP_NET_RAW.")
        .arg(QString::fromUtf8(m_name), interface, why);
}

std::optional<QString> TcpListener::takeOver(qintptr socket)
{
    if (m_server->setSocketDescriptor(socket))
        return std::nullopt;
    const StreamSocket closed(socket); // it was handed over to us
    return QStringLiteral("The socket that was handed over (descriptor %1) cannot be listened on: %2.")
        .arg(socket)
        .arg(m_server->errorString());
}

QString TcpListener::listenError(const QHostAddress &address, quint16 port) const
{
    const QString where = QStringLiteral("Port %1 on %2").arg(port).arg(bracketed(address));
    switch (m_server->serverError()) {
    case QAbstractSocket::AddressInUseError:
        return where
            + QStringLiteral(" is already in use: stop the program that listens there (`ss -ltnp 'sport = :%1'` shows it)"
                             " or choose another port with -p.")
                  .arg(port);
    case QAbstractSocket::SocketAccessError:
        return where
            + QStringLiteral(" may not be opened by this user: ports below 1024 need the capability CAP_NET_BIND_SERVICE"
                             " (as a systemd service: AmbientCapabilities=CAP_NET_BIND_SERVICE); grant it or choose a"
                             " port from 1024 on with -p.");
    case QAbstractSocket::SocketAddressNotAvailableError:
        return where
            + QStringLiteral(" cannot be opened: no interface of this machine has that address (`ip address` shows what"
                             " there is); listen on one of its addresses, or on 0.0.0.0 or :: for all.");
    default:
        return where + QStringLiteral(" cannot be opened: %1.").arg(m_server->errorString());
    }
}

qsizetype TcpListener::finishingLinks() const
{
    return m_turn->children().size();
}

void TcpListener::setDescriptorHandler(const char *kind, DescriptorHandler handler)
{
    m_kind = kind;
    m_descriptorHandler = std::move(handler);
}

void TcpListener::close()
{
    m_acceptor.stop();
    m_server->close();
}

qintptr TcpListener::listeningSocket() const
{
    return m_server->socketDescriptor();
}

bool TcpListener::isListening() const
{
    return m_server->isListening();
}

quint16 TcpListener::port() const
{
    return m_server->serverPort();
}

QHostAddress TcpListener::address() const
{
    return m_server->serverAddress();
}

void TcpListener::accepted(qintptr descriptor)
{
    PeerFacts peer = StreamSocket::peerFacts(descriptor, m_name);
    peer.terms = m_terms;
    if (m_descriptorHandler)
        m_descriptorHandler(descriptor, std::move(peer));
    else
        handOver(std::make_unique<TcpLink>(descriptor, std::move(peer), m_turn));
}

} // namespace pigeon
