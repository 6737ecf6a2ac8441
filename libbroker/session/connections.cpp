#include "session/connections.h"

#include "base/logging.h"
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

void Connections::turnAway(Link &link, const char *why)
{
    ++m_services.counters.connectionsRefused;
    qCWarning(logSecurity, "A connection from %s on %s is refused: %s", link.peer().address.constData(),
        link.peer().listener.constData(), why);
    if (m_services.events.wants(Events::ConnectionError)) {
        ClientInfo client;
        client.address = link.peer().address;
        client.port = link.peer().port;
        client.listener = link.peer().listener;
        m_services.events.connectionError(client, {ReasonCode::ServerBusy, {}, why});
    }
    link.close();
}

Connection *Connections::add(std::unique_ptr<Link> link)
{
    if (const char *why = whyFull(link->peer())) {
        turnAway(*link, why);
        return nullptr;
    }
    count(link->peer(), 1);
    ++m_services.counters.connectionsAccepted;
    auto connection = std::make_unique<Connection>(std::move(link), ++m_lastSerial, m_services);
    Connection *added = connection.get();
    m_connections.emplace(added, std::move(connection));
    return added;
}

void Connections::retire(Connection &connection)
{
    const auto found = m_connections.find(&connection);
    if (found == m_connections.end())
        return;
    count(connection.peer(), -1);
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
    std::vector<Connection *> barred;
    for (const auto &[key, connection] : m_connections) {
        const ClientInfo client = connection->info();
        if (isFailure(m_services.policy.mayConnect(client.clientId, client.userName, connection->peer())))
            barred.push_back(key);
    }
    for (Connection *connection : barred)
        connection->disconnect(reason, text);
}

} // namespace pigeon
