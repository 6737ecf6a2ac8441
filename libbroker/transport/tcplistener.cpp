#include "transport/tcplistener.h"

#include "base/logging.h"
#include "transport/linkturn.h"
#include "transport/streamsocket.h"
#include "transport/tcplink.h"

#include <QSocketNotifier>
#include <QTcpServer>

#include <cerrno>
#include <cstring>

namespace pigeon {

namespace {

bool isExhaustion(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

QString bracketed(const QHostAddress &address)
{
    const QString text = address.toString();
    return address.protocol() == QAbstractSocket::IPv6Protocol ? u'[' + text + u']' : text;
}
} // namespace

TcpListener::TcpListener(QObject *parent)
    : QObject(parent)
    , m_acceptor(std::make_unique<QTcpServer>())
    , m_turn(LinkTurn::create())
    , m_reserve(std::make_unique<ReserveDescriptor>())
{
    m_acceptor->setListenBacklogSize(backlog);
    m_resume.setSingleShot(true);
    m_resume.setInterval(exhaustionPause);
    connect(&m_resume, &QTimer::timeout, this, [this] {
        logRefusals();
        if (m_arrivals)
            m_arrivals->setEnabled(true);
    });
}

TcpListener::~TcpListener() = default;

std::optional<QString> TcpListener::listen(const QHostAddress &address, quint16 port)
{
    if (!m_acceptor->listen(address, port))
        return listenError(address, port);
    // Accepted sockets inherit it on Linux and the BSDs, which saves a system call for each connection.
    StreamSocket::setNoDelay(m_acceptor->socketDescriptor());
    // As of Qt 6.4.2 the engine keeps its first error, which is that nobody waits any more: it would never see that
    // descriptors have run out, and spin. So the server only listens and connections are accepted here.
    m_acceptor->pauseAccepting();
    m_arrivals = std::make_unique<QSocketNotifier>(m_acceptor->socketDescriptor(), QSocketNotifier::Read);
    connect(m_arrivals.get(), &QSocketNotifier::activated, this, [this] { acceptWaiting(); });
    m_name = QStringLiteral("tcp %1:%2").arg(bracketed(this->address())).arg(this->port()).toLatin1();
    return std::nullopt;
}

QString TcpListener::listenError(const QHostAddress &address, quint16 port) const
{
    const QString where = QStringLiteral("Port %1 on %2").arg(port).arg(bracketed(address));
    switch (m_acceptor->serverError()) {
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
        return where + QStringLiteral(" cannot be opened: %1.").arg(m_acceptor->errorString());
    }
}

qsizetype TcpListener::finishingLinks() const
{
    return m_turn->children().size();
}

void TcpListener::close()
{
    m_resume.stop();
    if (m_arrivals) { // it may be its signal that has led here
        m_arrivals->setEnabled(false);
        m_arrivals.release()->deleteLater();
    }
    m_acceptor->close();
}

bool TcpListener::isListening() const
{
    return m_acceptor->isListening();
}

quint16 TcpListener::port() const
{
    return m_acceptor->serverPort();
}

QHostAddress TcpListener::address() const
{
    return m_acceptor->serverAddress();
}

void TcpListener::acceptWaiting()
{
    for (int left = acceptedPerTurn; left > 0 && m_acceptor->isListening(); --left) {
        int error = 0;
        const qintptr descriptor = StreamSocket::accept(m_acceptor->socketDescriptor(), error);
        if (descriptor < 0) {
            if (error != 0)
                acceptFailed(error);
            return;
        }
        accepted(descriptor);
    }
}

void TcpListener::accepted(qintptr descriptor)
{
    auto link = std::make_unique<TcpLink>(descriptor, StreamSocket::peerFacts(descriptor, m_name), m_turn);
    if (m_newLink)
        m_newLink(std::move(link));
}

void TcpListener::acceptFailed(int error)
{
    m_arrivals->setEnabled(false); // going on at once would only spin
    m_resume.start();
    if (!isExhaustion(error)) {
        qCWarning(logConnection, "%s: cannot accept a connection: %s", m_name.constData(), strerror(error));
        return;
    }
    m_refused += quint64(m_reserve->refuseWaiting(m_acceptor->socketDescriptor()));
    logRefusals();
}

void TcpListener::logRefusals()
{
    if (m_refused == m_refusedLogged || (m_sinceLogged.isValid() && !m_sinceLogged.hasExpired(1000)))
        return;
    qCWarning(logConnection,
        "%s: no file descriptor left, %llu connections refused: raise the limit (ulimit -n, LimitNOFILE= of the"
        " service) or allow fewer connections",
        m_name.constData(), static_cast<unsigned long long>(m_refused - m_refusedLogged));
    m_sinceLogged.start();
    m_refusedLogged = m_refused;
}

} // namespace pigeon
