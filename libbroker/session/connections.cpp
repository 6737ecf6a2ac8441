#include "session/connections.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "session/peerinfo.h"
#include "session/services.h"
#include "session/session.h"

#include <algorithm>

namespace pigeon {

const char *Connections::whyFull(const PeerFacts &peer) const
{
    if (m_connections.size() >= m_services.options.maximumConnections)
        return "there are too many connections";
    const auto found = m_perListener.find(peer.terms.get());
    if (found != m_perListener.end() && found->second >= peer.terms->maximumConnections)
        return "there are too many connections through this listener";
    return nullptr;
}

void Connections::count(const PeerFacts &peer, int change)
{
    if (peer.terms && peer.terms->maximumConnections > 0 && (m_perListener[peer.terms.get()] += change) == 0)
        m_perListener.erase(peer.terms.get()); // the address may be another's next
}

/// Null: it counts as connection number `m_lastSerial` from now on.
const char *Connections::whyNotCome(const PeerFacts &peer)
{
    const char *why = whyFull(peer);
    if (!why)
        why = m_services.policy.whyNotCome(peer, m_lastSerial + 1);
    if (!why)
        ++m_lastSerial;
    return why;
}

std::optional<Admission> Connections::admit(const PeerFacts &peer)
{
    if (const char *why = whyNotCome(peer)) {
        turnAway(peer, why);
        return std::nullopt;
    }
    return Admission(m_lastSerial, [&policy = m_services.policy, address = peer.address, serial = m_lastSerial] {
        policy.gone(address, serial);
    });
}

Connection *Connections::add(std::unique_ptr<Link> link, Admission admission)
{
    // Others may have come while it had its handshake.
    if (const char *why = admission.isEmpty() ? whyNotCome(link->peer()) : whyFull(link->peer())) {
        turnAway(link->peer(), why);
        link->close();
        return nullptr;
    }
    const quint64 serial = admission.isEmpty() ? m_lastSerial : admission.take();
    count(link->peer(), 1);
    ++m_services.counters.connectionsAccepted;
    auto connection = std::make_unique<Connection>(std::move(link), serial, m_services);
    Connection *added = connection.get();
    m_connections.emplace(added, std::move(connection));
    return added;
}

void Connections::turnAway(const PeerFacts &peer, const char *why)
{
    constexpr Milliseconds logInterval{1'000}; // who floods us must not fill the disk with our log
    ++m_services.counters.connectionsRefused;
    ++m_turnedAway;
    const ClientInfo client = infoOf(peer);
    const TimePoint now = m_services.clock.now();
    if (m_turnedAway == 1 || now >= m_nextTurnAwayLog) {
        qCWarning(logSecurity, "%s is refused: %s; %llu so far", LogAbout(client).text(), why,
            static_cast<unsigned long long>(m_turnedAway));
        m_nextTurnAwayLog = now + logInterval;
    }
    if (m_services.events.wants(Events::ConnectionError))
        m_services.events.connectionError(client, {ReasonCode::ServerBusy, {}, why});
}

void Connections::retire(Connection &connection)
{
    const auto found = m_connections.find(&connection);
    if (found == m_connections.end())
        return;
    count(connection.peer(), -1);
    m_services.policy.gone(connection.peer().address, connection.serial());
    const bool isFirst = m_ended.empty();
    m_ended.push_back(std::move(found->second));
    m_connections.erase(found);
    if (isFirst && m_retired)
        m_retired();
}

void Connections::reap()
{
    // Destroying one may end no other, but keep the set steady all the same.
    const std::vector<std::unique_ptr<Connection>> ended = std::exchange(m_ended, {});
}

void Connections::disconnectAll(ReasonCode reason, const char *text)
{
    std::vector<Connection *> all;
    all.reserve(m_connections.size());
    for (const auto &[key, connection] : m_connections)
        all.push_back(key);
    // Wills first, while those who watch for them can still be told.
    std::stable_partition(all.begin(), all.end(),
        [](const Connection *each) { return each->session() && each->session()->will(); });
    for (Connection *connection : all)
        connection->disconnect(reason, text);
}

void Connections::disconnectBarred(ReasonCode reason, const QByteArray &text)
{
    const auto isBarred = [this](const Connection &each) {
        const ClientInfo client = each.info();
        return isFailure(m_services.policy.mayConnect(client.clientId, client.userName, each.peer()));
    };
    disconnectWhere(isBarred, reason, text);
}

qsizetype Connections::disconnectWhere(
    const std::function<bool(const Connection &)> &isMeant, ReasonCode reason, const QByteArray &text)
{
    std::vector<Connection *> meant;
    for (const auto &[key, connection] : m_connections) {
        if (isMeant(*connection))
            meant.push_back(key);
    }
    for (Connection *connection : meant)
        connection->disconnect(reason, text);
    return static_cast<qsizetype>(meant.size());
}

} // namespace pigeon
