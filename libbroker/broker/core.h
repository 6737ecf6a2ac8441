#pragma once

#include "session/commands.h"
#include "session/connections.h"
#include "session/exchange.h"
#include "session/listeners.h"
#include "session/publishslots.h"
#include "session/services.h"
#include "session/sessionregistry.h"

namespace pigeon {

/// A whole broker without sockets, threads and timers: the parts of the room `session`, put together. Bytes come
/// in through `connect`, time passes when the clock does and `turn` is called. Broker thread.
class BrokerCore final : private StoreVisitor
{
public:
    /// Everything given outlives the core; `events` null: nobody listens.
    BrokerCore(BrokerOptions options, const Clock &clock, Store &store, Policy &policy, Events *events = nullptr);
    ~BrokerCore();
    BrokerCore(const BrokerCore &) = delete;
    BrokerCore &operator=(const BrokerCore &) = delete;

    /// Takes in what the store kept; once, before the first connection.
    void restore();
    /// Bounds and habits from now on; see Broker::reload for what holds when.
    void setOptions(const BrokerOptions &options);
    /// A stranger at the other end of `link`; null when it was turned away.
    Connection *connect(std::unique_ptr<Link> link, Admission admission = {})
    {
        return m_connections.add(std::move(link), std::move(admission));
    }
    /// Does what is due by the clock and destroys what has ended. The host calls it when `nextWake` comes and
    /// after connections ended.
    void turn();
    std::optional<TimePoint> nextWake() const { return m_deadlines.nextWake(); }

    Services &services() { return m_services; }
    DeadlineWheel &deadlines() { return m_deadlines; }
    Connections &connections() { return m_connections; }
    SessionRegistry &sessions() { return m_sessions; }
    Commands &commands() { return m_commands; }
    const Counters &counters() const { return m_counters; }

private:
    void restore(RestoredSession session) override;
    void restore(MessagePtr retained) override;
    void sweepRetained();

    BrokerOptions m_options;
    Events m_silence;
    Counters m_counters;
    Tickets m_tickets;
    DeadlineWheel m_deadlines;
    SubscriptionTree m_subscriptions;
    RetainedTopics m_retained;
    Listeners m_listeners;
    PublishSlots m_publishSlots;
    Services m_services;
    SessionRegistry m_sessions;
    Exchange m_exchange;
    Connections m_connections;
    Commands m_commands;
    Deadline m_sweepDeadline;
};

} // namespace pigeon
