#include "transport/handshakedoor.h"

#include "base/logging.h"
#include "transport/devicelink.h"
#include "transport/linkturn.h"
#include "transport/tlssettings.h"

#include <QIODevice>

#include <algorithm>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

bool isTls(ListenerKind kind)
{
    return kind == ListenerKind::Tls || kind == ListenerKind::WebSocketTls;
}

bool isWebSocket(ListenerKind kind)
{
    return kind == ListenerKind::WebSocket || kind == ListenerKind::WebSocketTls;
}

const char *nameOf(ListenerKind kind)
{
    if (isWebSocket(kind))
        return isTls(kind) ? "wss" : "ws";
    return "tls";
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
    if (const std::optional<QString> problem = readTerms(options))
        return problem;
    m_mostArrivals = options.maximumHandshakes;
    m_listener.setDescriptorHandler(nameOf(options.kind),
        [this](qintptr descriptor, PeerFacts peer) { accepted(descriptor, std::move(peer)); });
    return m_listener.listen(options.address, options.port, options.listeningSocket);
}

std::optional<QString> HandshakeDoor::readTerms(const ListenerOptions &options)
{
    if (const std::optional<QString> problem = boundsProblem(options))
        return problem;
    m_terms.timeout = options.handshakeTimeout;
    if (isWebSocket(options.kind))
        m_terms.webSocket = options.webSocket;
    if (!isTls(options.kind))
        return std::nullopt;
    const TlsSettings settings = readTlsSettings(options.tls);
    if (!settings.problem.isEmpty())
        return settings.problem;
    if (!settings.warning.isEmpty())
        qCWarning(logBroker, "%s", qUtf8Printable(settings.warning));
    m_terms.tls = settings.configuration;
    m_terms.hasIdentity = options.tls.identityAsUserName;
    return std::nullopt;
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
    if (m_arrivals.size() >= m_mostArrivals) {
        qCInfo(logConnection, "%s: %s is closed: its handshake is the oldest of %zu", name().constData(),
            m_arrivals.front()->peer().address.constData(), m_arrivals.size());
        forget(m_arrivals.front());
    }
    auto *arrival = new Arrival(descriptor, std::move(peer), m_terms);
    arrival->setParent(this);
    m_arrivals.push_back(arrival);
    connect(arrival, &Arrival::ended, this, [this, arrival] { ended(arrival); });
    arrival->start();
}

void HandshakeDoor::ended(Arrival *arrival)
{
    std::unique_ptr<QIODevice> device = arrival->takeDevice();
    const PeerFacts peer = arrival->peer();
    if (!device)
        qCInfo(logConnection, "%s: %s is closed before it was connected: %s", name().constData(),
            peer.address.constData(), arrival->problem().constData());
    forget(arrival);
    if (device)
        handOver(std::make_unique<DeviceLink>(std::move(device), peer, m_turn));
}

void HandshakeDoor::forget(Arrival *arrival)
{
    std::erase(m_arrivals, arrival);
    arrival->disconnect(this);
    arrival->deleteLater(); // it may be its signal that has led here
}

} // namespace pigeon
