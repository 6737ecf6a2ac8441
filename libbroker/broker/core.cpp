#include "broker/core.h"

#include "base/logging.h"

namespace pigeon {

namespace {

// Expired retained messages are found when they are asked for; the sweep only gives their memory back.
constexpr Milliseconds sweepInterval{5'000};
constexpr qsizetype sweptAtOnce = 10'000;

} // namespace

BrokerCore::BrokerCore(
    BrokerOptions options, const Clock &clock, Store &store, Policy &policy, Events *events)
    : m_options(std::move(options))
    , m_deadlines(clock)
    , m_publishSlots(m_options.maximumConcurrentPublishes, m_options.maximumStoreBytes, store)
    , m_services{m_options, clock, m_deadlines, store, policy, events ? *events : m_silence, m_counters, m_tickets, m_subscriptions, m_retained,
          m_sessions, m_exchange, m_connections, m_listeners, m_publishSlots, {}}
    , m_sessions(m_services)
    , m_exchange(m_services)
    , m_connections(m_services)
    , m_commands(m_services)
    , m_sweepDeadline([this] { sweepRetained(); })
{
    store.setCompleted([this](Ticket first, Ticket last, StoreStatus status) {
        if (status == StoreStatus::Failed) { // noticed here, since not everything that is kept is waited for
            m_counters.storeFailures += last - first + 1;
            qCCritical(logStore, "The store could not keep %llu changes: what it promised does not survive a crash",
                static_cast<unsigned long long>(last - first + 1));
        }
        m_tickets.complete(first, last, status);
    });
}

BrokerCore::~BrokerCore()
{
    m_services.store.setCompleted({});
}

void BrokerCore::setOptions(const BrokerOptions &options)
{
    m_options = options;
    m_publishSlots.setBounds(m_options.maximumConcurrentPublishes, m_options.maximumStoreBytes);
}

void BrokerCore::restore()
{
    m_services.store.load(*this, {m_options.queueMemoryMessages, m_options.queueMemoryBytes});
    m_sessions.restored();
}

void BrokerCore::restore(RestoredSession session)
{
    m_sessions.restore(std::move(session));
}

void BrokerCore::restore(MessagePtr retained)
{
    m_retained.set(retained);
}

void BrokerCore::turn()
{
    if (!m_sweepDeadline.isSet() && m_retained.size() > 0)
        m_deadlines.set(m_sweepDeadline, m_services.clock.now() + sweepInterval);
    m_deadlines.advance();
    m_connections.reap();
    m_sessions.reap();
}

void BrokerCore::sweepRetained()
{
    const Milliseconds now = m_services.clock.wallTime();
    StoreBatch batch(m_services.store);
    m_retained.sweep(sweptAtOnce, [this, now, &batch](const Message &message) {
        const std::optional<qint64> left = message.secondsLeft(now);
        const bool isGone = left && *left <= 0;
        if (isGone)
            batch.add(change::RemoveRetained{message.topic().toByteArray()});
        if (isGone && m_services.observers.state)
            m_services.observers.state->retainedRemoved(message.topic());
        return isGone;
    });
    batch.commit();
    if (m_retained.size() > 0)
        m_deadlines.set(m_sweepDeadline, m_services.clock.now() + sweepInterval);
}

} // namespace pigeon
