#include "transport/handshakedoor.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "transport/devicelink.h"
#include "transport/linkturn.h"
#include "transport/streamsocket.h"
#include "transport/tcplink.h"
#include "transport/tlsrenewal.h"

#include <QIODevice>

#include <algorithm>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

const char *nameOf(ListenerKind kind)
{
    return kind == ListenerKind::Any ? "any" : speechOf(kind).name();
}

bool mayBeWebSocket(ListenerKind kind)
{
    return kind == ListenerKind::Any || speechOf(kind).isWebSocket;
}

std::optional<QString> boundsProblem(const ListenerOptions &options)
{
    if (options.handshakeTimeout < 1ms || options.handshakeTimeout > 1h)
        return QStringLiteral("handshakeTimeout must be from 1 ms to 1 h.");
    if (options.maximumHandshakes < 1 || options.maximumHandshakes > 100'000)
        return QStringLiteral("maximumHandshakes must be from 1 to 100000.");
    const quint32 frame = options.webSocket.maximumFrameBytes;
    if (frame < 1'024 || frame > 268'435'460)
        return QStringLiteral("maximumFrameBytes must be from 1024 to 268435460.");
    return std::nullopt;
}

} // namespace

HandshakeDoor::HandshakeDoor()
    : m_turn(LinkTurn::create())
{
}

HandshakeDoor::~HandshakeDoor()
{
    close();
}

std::optional<QString> HandshakeDoor::listen(const ListenerOptions &options)
{
    if (const std::optional<QString> problem = readTerms(options)) {
        const StreamSocket closed(options.listeningSocket); // it was handed over to us
        return problem;
    }
    m_mostArrivals = options.maximumHandshakes;
    m_listener.setDescriptorHandler(nameOf(options.kind),
        [this](qintptr descriptor, PeerFacts peer) { accepted(descriptor, std::move(peer)); });
    const std::optional<QString> problem = m_listener.listen(options);
    if (m_renewal)
        m_renewal->setName(name());
    return problem;
}

std::optional<QString> HandshakeDoor::readTerms(const ListenerOptions &options)
{
    if (const std::optional<QString> problem = boundsProblem(options))
        return problem;
    m_terms.timeout = options.handshakeTimeout;
    m_terms.webSocket = options.webSocket;
    m_terms.speech = speechOf(options.kind);
    m_terms.isDecidedByClients = options.kind == ListenerKind::Any;
    m_terms.requiresTls = options.speaksTls() && options.tls.provesClients();
    m_terms.admit = [this](const PeerFacts &peer) { return admit(peer); };
    if (const std::optional<QString> problem = readProxies(options))
        return problem;
    return options.speaksTls() ? readTls(options) : std::nullopt;
}

std::optional<QString> HandshakeDoor::readTls(const ListenerOptions &options)
{
    m_renewal = std::make_unique<TlsRenewal>(options.tls);
    const QString problem = m_renewal->read();
    m_renewal->take();
    return problem.isEmpty() ? std::nullopt : std::optional(problem);
}

std::optional<QString> HandshakeDoor::readProxies(const ListenerOptions &options)
{
    m_terms.proxy = options.proxyProtocol;
    m_terms.readsForwardedFor = mayBeWebSocket(options.kind) && !options.trustedProxies.isEmpty();
    QStringList proxies = options.trustedProxies;
    if (proxies.isEmpty() && m_terms.proxy != ProxyProtocol::None)
        proxies = {QStringLiteral("127.0.0.0/8"), QStringLiteral("::1")};
    const QString problem = m_terms.proxies.read(proxies);
    if (!problem.isEmpty())
        return problem;
    const bool knowsTls = m_terms.proxy == ProxyProtocol::Version2 && !options.speaksTls();
    const bool isIdentity = options.tls.userName == UserNameSource::Identity;
    m_terms.proxyRequiresTls = options.proxyRequiresTls;
    m_terms.proxyRequiresCertificate = knowsTls && options.tls.requireCertificate;
    m_terms.takesProxyIdentity = m_terms.proxyRequiresCertificate && isIdentity;
    return std::nullopt;
}

QString HandshakeDoor::readFiles()
{
    const QString problem = m_renewal ? m_renewal->read() : QString();
    return problem.isEmpty() ? problem : QString::fromUtf8(name()) + QStringLiteral(": ") + problem;
}

void HandshakeDoor::takeFiles()
{
    if (m_renewal)
        m_renewal->take();
}

void HandshakeDoor::close()
{
    m_listener.close();
    while (!m_arrivals.empty())
        forget(m_arrivals.front());
}

qsizetype HandshakeDoor::finishingLinks() const
{
    return m_turn->children().size();
}

void HandshakeDoor::accepted(qintptr descriptor, PeerFacts peer)
{
    if (m_renewal)
        m_terms.tls = m_renewal->terms();
    auto *arrival = new Arrival(descriptor, std::move(peer), m_terms);
    arrival->setParent(this);
    m_arrivals.push_back(arrival);
    connect(arrival, &Arrival::ended, this, [this, arrival] { ended(arrival); });
    arrival->start();
    if (m_arrivals.size() > m_mostArrivals) // now, since one that may not come ends nobody's
        endOldest();
}

void HandshakeDoor::endOldest()
{
    Arrival *oldest = m_arrivals.front();
    refuse(oldest->peer(), "its handshake is the oldest of " + QByteArray::number(qsizetype(m_mostArrivals)));
    forget(oldest);
}

void HandshakeDoor::ended(Arrival *arrival)
{
    std::unique_ptr<QIODevice> device = arrival->takeDevice();
    const qintptr descriptor = arrival->takeDescriptor();
    const PeerFacts peer = arrival->peer();
    const QByteArray problem = arrival->problem();
    Admission admission = arrival->takeAdmission();
    forget(arrival);
    if (device)
        handOver(std::make_unique<DeviceLink>(std::move(device), peer, m_turn), std::move(admission));
    else if (descriptor >= 0)
        handOver(std::make_unique<TcpLink>(descriptor, peer, m_turn), std::move(admission));
    else if (!problem.isEmpty())
        refuse(peer, problem);
}

void HandshakeDoor::refuse(const PeerFacts &peer, const QByteArray &why)
{
    qCInfo(logConnection, "%s is closed before it was connected: %s",
        LogAbout(LogSubject{{}, {}, peer.address, peer.port, peer.listener}).text(), why.constData());
    tellRefused(peer, why);
}

void HandshakeDoor::forget(Arrival *arrival)
{
    std::erase(m_arrivals, arrival);
    arrival->disconnect(this);
    arrival->takeAdmission(); // is given back at once, unless a link has it
    arrival->deleteLater(); // it may be its signal that has led here
}

} // namespace pigeon
