#include "capture/connectiontable.h"

namespace pigeon {

void ConnectionTable::note(ClientNumber client, const ClientInfo &info)
{
    if (info.connection == 0)
        return;
    const std::scoped_lock lock(m_mutex);
    const auto [entry, isNew] = m_connections.try_emplace(info.connection);
    if (!isNew && (entry->second.client != 0 || client == 0))
        return;
    entry->second = {client, info.address, info.port, info.listener};
    m_lateTellings += m_missed.erase(info.connection);
    if (m_connections.size() > maximumConnections)
        m_connections.erase(m_connections.begin());
}

void ConnectionTable::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_connections.clear();
    m_missed.clear();
}

// Without the lock: only this thread changes anything.
const SeenConnection *ConnectionTable::find(quint64 number) const
{
    const auto found = m_connections.find(number);
    return found == m_connections.end() ? nullptr : &found->second;
}

std::optional<SeenConnection> ConnectionTable::ask(quint64 number, Wish wish) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_connections.find(number);
    if (found != m_connections.end() && (found->second.client != 0 || wish == Wish::Address))
        return found->second;
    if (m_missed.size() >= maximumConnections)
        m_missed.clear(); // of connections that have ended without a word, most of them
    m_missed.insert(number);
    return std::nullopt;
}

quint64 ConnectionTable::lateTellings() const
{
    const std::scoped_lock lock(m_mutex);
    return m_lateTellings;
}

} // namespace pigeon
