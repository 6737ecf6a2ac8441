#pragma once

#include <pigeon/message.h>
#include <pigeon/packets.h>

#include <QByteArray>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

/// What a store must do: keep the changes of sessions, queues and retained messages, in order, atomically per
/// commit, and say when a commit is durable. The broker thread calls it; nothing in it blocks.
namespace pigeon {

/// Names one commit until it is durable. 0 = nothing to wait for.
using Ticket = quint64;

enum class StoreStatus {
    Durable, ///< survives what the store promises to survive
    Failed, ///< not kept: nothing of the commit is
};

/// A session that outlives its connection, without its parts.
struct StoredSession
{
    QByteArray clientId;
    QByteArray userName; ///< the authenticated user it belongs to; empty when nobody checked
    quint32 expirySeconds = 0; ///< 0xFFFFFFFF = never
    std::optional<std::chrono::milliseconds> endsAt; ///< wall time; nothing while connected or when it never ends
};

/// One subscription of a session.
struct StoredSubscription
{
    QByteArray filter; ///< with `$share/<group>/`
    QoS maximumQoS = QoS::AtMostOnce;
    bool noLocal = false;
    bool retainAsPublished = false;
    quint32 identifier = 0; ///< 0 = none
};

/// How far the delivery of one message to one client has come.
enum class DeliveryStage : quint8 {
    Queued, ///< not sent, no packet id
    Sent, ///< PUBLISH with its packet id may have been sent: QoS 1 waits for PUBACK, QoS 2 for PUBREC
    Released, ///< QoS 2: PUBREC came, PUBREL is repeated until PUBCOMP
};

/// One message for one client: the row per receiver.
struct StoredDelivery
{
    quint64 number = 0; ///< of the session, rising in the order of delivery, never used twice
    MessagePtr message; ///< one message may have many deliveries: kept once
    QoS qos = QoS::AtLeastOnce; ///< at which it is delivered
    bool retain = false;
    bool isForwardAsked = false; ///< the program has had its say about this copy
    std::vector<quint32> subscriptionIdentifiers;
    QByteArray sharedFilter; ///< `$share/<group>/<filter>` when it came through one, else empty
    DeliveryStage stage = DeliveryStage::Queued;
    quint16 packetId = 0; ///< from Sent on
};

/// A will that waits for its connection to end, or for its delay after that.
struct StoredWill
{
    WillFields fields;
    QByteArray userName; ///< the authenticated user of the client; empty when nobody checked
    QByteArray address; ///< where the client was connected from
    std::optional<std::chrono::milliseconds> dueAt; ///< wall time; nothing while connected
};

/// One change. `clientId` names the session that it belongs to.
namespace change {
struct PutSession
{
    StoredSession session;
};
/// Ends a session with all its parts, the will excepted.
struct RemoveSession
{
    QByteArray clientId;
};
struct PutSubscription
{
    QByteArray clientId;
    StoredSubscription subscription;
};
struct RemoveSubscription
{
    QByteArray clientId;
    QByteArray filter;
};
struct AddDelivery
{
    QByteArray clientId;
    StoredDelivery delivery;
};
/// Moves a delivery to `stage`; `packetId` is set from Sent on, 0 when it goes back to the queue.
struct UpdateDelivery
{
    QByteArray clientId;
    quint64 number = 0;
    DeliveryStage stage = DeliveryStage::Sent;
    quint16 packetId = 0;
};
struct RemoveDelivery
{
    QByteArray clientId;
    quint64 number = 0;
};
/// Removes what is queued (stage Queued) with a number up to and with `upTo`.
struct RemoveQueued
{
    QByteArray clientId;
    quint64 upTo = 0;
};
/// An inbound QoS 2 packet id that waits for its PUBREL.
struct AddInboundId
{
    QByteArray clientId;
    quint16 packetId = 0;
};
struct RemoveInboundId
{
    QByteArray clientId;
    quint16 packetId = 0;
};
struct PutRetained
{
    MessagePtr message;
};
struct RemoveRetained
{
    QByteArray topic;
};
struct PutWill
{
    PutWill(QByteArray id, StoredWill stored)
        : clientId(std::move(id))
        , will(std::make_shared<const StoredWill>(std::move(stored)))
    {
    }
    QByteArray clientId;
    std::shared_ptr<const StoredWill> will; ///< never null; apart, so that the many small changes are not as large
};
struct RemoveWill
{
    QByteArray clientId;
};
} // namespace change

/// Those that are no part of a message on its way.
using OtherChange = std::variant<change::PutSession, change::RemoveSession, change::PutSubscription,
    change::RemoveSubscription, change::RemoveQueued, change::PutRetained, change::RemoveRetained, change::PutWill,
    change::RemoveWill>;
/// Few alternatives, since a variant of more than eleven goes through a table of functions whenever it is moved, visited
/// or destroyed, which is what a message costs most in a durable broker.
using StoreChange = std::variant<change::AddDelivery, change::UpdateDelivery, change::RemoveDelivery,
    change::AddInboundId, change::RemoveInboundId, OtherChange>;

/// Calls `visitor` with the change itself.
template <typename Visitor>
decltype(auto) visitChange(const StoreChange &change, Visitor &&visitor)
{
    return std::visit(
        [&visitor]<typename Change>(const Change &each) -> decltype(auto) {
            if constexpr (std::is_same_v<Change, OtherChange>)
                return std::visit(visitor, each);
            else
                return visitor(each);
        },
        change);
}

/// What of a session is read when a broker starts. A queue may be longer than memory is meant to hold: what comes after
/// its first messages stays in the store until it is fetched.
struct LoadBounds
{
    size_t queuedPerSession = 1'000; ///< deliveries of the stage Queued that are told at once, the lowest numbers
    quint64 queuedBytesPerSession = 1024 * 1024; ///< about what their messages may take; one may always be told
};

/// Deliveries of one session that are in the store only.
struct UnloadedDeliveries
{
    quint64 count = 0;
    quint64 bytes = 0; ///< about what their messages would take in memory
    quint64 lastNumber = 0; ///< the highest number of any delivery of the session, told ones included
};

/// Everything that was kept of one session. A will may be all there is: its client had a session that ends with its
/// connection; then `session` has the client id and an expiry of 0.
struct RestoredSession
{
    StoredSession session;
    std::vector<StoredSubscription> subscriptions;
    std::vector<StoredDelivery> deliveries; ///< in the order of their numbers: what is under way, and the first queued
    UnloadedDeliveries unloaded; ///< queued ones behind these
    std::vector<quint16> inboundIds;
    std::optional<StoredWill> will;
};

/// Hears what the store kept, while it is loaded.
class StoreVisitor
{
public:
    virtual void restore(RestoredSession session) = 0;
    virtual void restore(MessagePtr retained) = 0;

protected:
    ~StoreVisitor() = default;
};

/// Whether a store can keep what it is given now.
struct StoreHealth
{
    bool isFailing = false; ///< the last attempt has failed; it is tried again until it succeeds
    /// For people. Failing: what failed, where, and what to do. Else what an operator has to know of how the store was
    /// found, for example that it was damaged; empty when all is well.
    QByteArray text;
};

/// The interface of every store. Called on the broker thread only; answers on the broker thread only.
class Store
{
public:
    /// What became of the commits with the tickets `first` to `last`.
    using Completed = std::function<void(Ticket first, Ticket last, StoreStatus)>;
    using Fetched = std::function<void(StoreStatus, std::vector<StoredDelivery>)>;
    using HealthChanged = std::function<void(const StoreHealth &)>;

    virtual ~Store() = default;

    /// False when nothing outlives the process: then nobody makes changes for it, and everything is as durable
    /// as it will ever be at once.
    virtual bool keeps() const = 0;
    /// Tells everything that was kept; once, before the first commit. The default keeps nothing.
    virtual void load(StoreVisitor &, const LoadBounds &) { }
    /// Keeps all of `changes` or nothing of it, after everything that was committed before; they are moved from.
    /// Returns the ticket that `completed` will name, exactly once and never from inside `commit`; 0 when it is
    /// durable already. Tickets rise.
    virtual Ticket commit(std::span<StoreChange> changes) = 0;
    /// Keeps `changes` as `commit` does, in order with what is committed, but nobody is given a ticket to wait for: a
    /// store may make them durable a little later, together with the next commit, and so save its way to the disk.
    virtual void note(std::span<StoreChange> changes) { commit(changes); }
    /// Reads deliveries of a session that are queued (stage Queued), with numbers above `after`, the lowest first, at
    /// most `count`. `fetched` is called once, perhaps from inside `fetch`, and sees everything that was committed
    /// before; Failed: nothing could be read. A store that has something to fetch tells tickets in the order of the
    /// commits, and answers a fetch after the tickets of all that the answer shows. The default has nothing that was not
    /// told by `load`.
    virtual void fetch([[maybe_unused]] const QByteArray &clientId, [[maybe_unused]] quint64 after,
        [[maybe_unused]] size_t count, Fetched fetched)
    {
        fetched(StoreStatus::Durable, {});
    }
    /// Commits that are not durable yet, bytes: what a store that is slower than its callers makes them hold.
    virtual quint64 waitingBytes() const { return 0; }
    /// Blocks until everything that was committed is durable or has failed, and all of it was told.
    virtual void flush() { }

    const StoreHealth &health() const { return m_health; }
    /// Who hears of tickets; set once before the first commit.
    void setCompleted(Completed completed) { m_completed = std::move(completed); }
    /// Who hears when the store begins to fail, and when it has recovered.
    void setHealthChanged(HealthChanged changed) { m_healthChanged = std::move(changed); }

protected:
    void complete(Ticket first, Ticket last, StoreStatus status)
    {
        if (m_completed)
            m_completed(first, last, status);
    }
    void setHealth(StoreHealth health)
    {
        m_health = std::move(health);
        if (m_healthChanged)
            m_healthChanged(m_health);
    }

private:
    Completed m_completed;
    HealthChanged m_healthChanged;
    StoreHealth m_health;
};

} // namespace pigeon
