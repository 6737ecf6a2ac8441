#pragma once

#include "base/recordring.h"
#include "monitor/records.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

namespace pigeon {

/// How large the taps of one broker are.
struct TapBounds
{
    size_t ringBytes = 4 * 1024 * 1024; ///< of hot records: 50 000 messages a second with all about them, for 100 ms
    qint64 payloadBytes = 64 * 1024 * 1024; ///< of large messages on their way to who looks on; beyond, they are left out
    size_t changes = 100'000; ///< rare records between two collections; beyond, a new snapshot is taken
    // Hot records: more than somebody can look at, and as many as cost the broker little. Beyond they are counted and not
    // made. So many at once, which is what comes while a collection is late,
    quint32 messages = 8'000;
    quint32 deliveries = 20'000;
    quint32 packets = 16'000;
    // and so many a second for long.
    quint32 messagesPerSecond = 60'000;
    quint32 deliveriesPerSecond = 150'000;
    quint32 packetsPerSecond = 150'000;
    quint32 clientNames = 1'000'000;
    quint32 topicNames = 2'000'000;
    quint32 strangerNames = 10'000; ///< of those client ids: of connections that were refused, and of no session before
    qint64 nameBytes = 64 * 1024 * 1024; ///< of client ids, and of topics as much again
    quint16 packetBytes = 1'024; ///< kept of each packet
    qsizetype copiedPayloadBytes = 4'096; ///< payloads up to here are copied into the ring; larger ones are referred to
};

/// Rare records: what happens to connections, sessions and what they hold, in the order in which it happened.
struct TapChanges
{
    std::vector<NumberedName> newClients;
    std::vector<std::variant<ClientFacts, ClientNumber>> clients; ///< facts of one, or the number of one that has ended
    std::vector<ClientCounts> counts;
    std::vector<ConnectionEvent> events;
    std::vector<SubscriptionChange> subscriptions;
    std::vector<RetainedChange> retained;
    std::optional<std::vector<Ban>> bans;
    std::optional<MonitorTotals> totals;
    std::optional<MonitorSnapshot> snapshot; ///< stands before everything else here
    bool needsSnapshot = false; ///< some did not fit
    std::optional<QString> hasEnded; ///< the broker is no more: why

    /// Those that are bounded.
    size_t size() const { return clients.size() + events.size() + subscriptions.size() + retained.size(); }
};

/// What broker thread and collector share: hot records go through a ring without a lock, rare ones through a list with one.
/// Neither ever waits for the other. What is lost is counted. Both threads.
class TapChannel
{
public:
    explicit TapChannel(const TapBounds &limits = {});
    /// Lets go of the messages that nobody has collected.
    ~TapChannel();
    TapChannel(const TapChannel &) = delete;
    TapChannel &operator=(const TapChannel &) = delete;

    const TapBounds bounds;
    RecordRing ring;

    /// Kinds of what can be lost; each counter has one writer, the broker thread.
    enum Loss { Messages, Deliveries, Packets, Events, Payloads, lossCount };
    void lose(Loss kind, quint64 count = 1)
    {
        std::atomic<quint64> &counter = m_losses[kind];
        counter.store(counter.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    void setLost(Loss kind, quint64 count) { m_losses[kind].store(count, std::memory_order_relaxed); }
    TapLosses losses() const;

    /// Bytes of messages that records refer to, in here and in what was collected and has not been dealt with.
    std::atomic<qint64> heldBytes{0};
    /// What a message counts there.
    static qint64 sizeOf(QByteArrayView topic, QByteArrayView properties, QByteArrayView payload)
    {
        return topic.size() + properties.size() + payload.size();
    }
    static qint64 sizeOf(const Message &message)
    {
        return sizeOf(message.topic(), message.properties(), message.payload());
    }
    /// Broker thread: false where one more message of that size is too much. Else it counts until HeldBytes lets it go.
    bool hold(qint64 size)
    {
        if (heldBytes.load(std::memory_order_relaxed) + size > bounds.payloadBytes) {
            lose(Payloads);
            return false;
        }
        heldBytes.fetch_add(size, std::memory_order_relaxed);
        return true;
    }

    /// Broker thread: `add` puts its records into the list, unless there are too many.
    template <typename Add>
    void change(Add &&add)
    {
        const std::lock_guard lock(m_mutex);
        if (m_changes.size() < bounds.changes) {
            add(m_changes);
        } else {
            lose(Events);
            m_changes.needsSnapshot = true;
        }
    }
    /// The same for what has to come through, whatever there is: names, snapshots, totals, the end.
    template <typename Add>
    void tell(Add &&add)
    {
        const std::lock_guard lock(m_mutex);
        add(m_changes);
    }
    /// Collector: takes all that there is.
    TapChanges takeChanges();

private:
    std::mutex m_mutex;
    TapChanges m_changes;
    std::atomic<quint64> m_losses[lossCount] = {};
};

} // namespace pigeon
