#pragma once

#include "base/admission.h"
#include "session/connection.h"
#include "session/services.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace pigeon {

/// All network connections, from accept to the end. One that has ended is destroyed at the next `reap`, since
/// it may end inside a call of its own. Broker thread.
class Connections
{
public:
    explicit Connections(Services &services)
        : m_services(services)
    {
    }
    /// Whether that peer may come, before a handshake that costs something. Nothing: it was turned away; else it counts
    /// as a connection for Policy until the admission is given back or `add`ed. The admission ends before the policy.
    std::optional<Admission> admit(const PeerFacts &peer);
    /// A stranger has come, with what `admit` has said, if that was asked; null when it was turned away.
    Connection *add(std::unique_ptr<Link> link, Admission admission = {});
    void retire(Connection &connection);
    /// Destroys what was retired.
    void reap();
    /// Called when the first connection since the last `reap` was retired: the host calls `reap` soon.
    void setRetired(std::function<void()> retired) { m_retired = std::move(retired); }
    /// Ends all of them, `reason` said to 5.0 clients.
    void disconnectAll(ReasonCode reason, const char *text);
    /// Ends those whose clients may not be here any more.
    void disconnectBarred(ReasonCode reason, const QByteArray &text);
    /// Ends those that `isMeant` says; how many.
    qsizetype disconnectWhere(
        const std::function<bool(const Connection &)> &isMeant, ReasonCode reason, const QByteArray &text);

    size_t size() const { return m_connections.size(); }
    /// Connections whose clients were let in.
    size_t connected() const { return m_connected; }
    void countConnected(int change)
    {
        m_connected = static_cast<size_t>(static_cast<std::ptrdiff_t>(m_connected) + change);
        m_services.counters.mostConnected = std::max<quint64>(m_services.counters.mostConnected, m_connected);
    }
    template <typename Visit>
    void forEach(Visit &&visit) const
    {
        for (const auto &[key, connection] : m_connections)
            visit(*connection);
    }

private:
    const char *whyFull(const PeerFacts &peer) const;
    const char *whyNotCome(const PeerFacts &peer);
    void count(const PeerFacts &peer, int change);
    void turnAway(const PeerFacts &peer, const char *why);

    Services &m_services;
    std::unordered_map<const ListenerTerms *, qsizetype> m_perListener; // those that bound them
    std::unordered_map<Connection *, std::unique_ptr<Connection>> m_connections;
    std::vector<std::unique_ptr<Connection>> m_ended;
    std::function<void()> m_retired;
    size_t m_connected = 0;
    quint64 m_lastSerial = 0;
    quint64 m_turnedAway = 0;
    TimePoint m_nextTurnAwayLog;
};

} // namespace pigeon
