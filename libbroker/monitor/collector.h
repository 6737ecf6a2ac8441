#pragma once

#include "monitor/tapchannel.h"

#include <QHash>

#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace pigeon {

/// Bytes that a channel has held for what was collected; they are let go of with it.
class HeldBytes
{
public:
    HeldBytes() = default;
    HeldBytes(HeldBytes &&other) noexcept
        : m_channel(std::move(other.m_channel))
        , m_bytes(std::exchange(other.m_bytes, 0))
    {
    }
    HeldBytes &operator=(HeldBytes &&other) noexcept
    {
        std::swap(m_channel, other.m_channel);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~HeldBytes()
    {
        if (m_channel)
            m_channel->heldBytes.fetch_sub(m_bytes, std::memory_order_relaxed);
    }
    void add(const std::shared_ptr<TapChannel> &channel, qint64 bytes)
    {
        m_channel = channel;
        m_bytes += bytes;
    }

private:
    std::shared_ptr<TapChannel> m_channel;
    qint64 m_bytes = 0;
};

namespace tap {
struct Message;
struct Delivery;
struct Packet;
}

/// Makes what observers are told of what the broker thread has put into a channel: names get their numbers, copied bytes
/// become messages, what happened twice is said once. One thread, not the broker's; knows no timer and no observer.
class Collector
{
public:
    explicit Collector(std::shared_ptr<TapChannel> channel);

    /// What has come since the last time.
    struct Collected
    {
        std::optional<MonitorSnapshot> snapshot; ///< stands before the batch
        MonitorBatch batch;
        bool isAnything = false; ///< false: nothing is worth telling
        bool needsSnapshot = false; ///< changes were lost: have one taken
        std::optional<QString> hasEnded;
        HeldBytes held; ///< of the messages of the batch: the channel counts them until this is gone
    };
    /// Empties the channel. True when there were hot records in it: the tap may make more.
    bool collect();
    /// All that was collected since the last call. `when`: now, in nanoseconds since the epoch of Unix.
    Collected take(qint64 when);

private:
    void add(TapChanges changes);
    void begin(MonitorSnapshot snapshot);
    void foldClients();
    void learn(const ClientFacts &facts);
    void add(const tap::Message &message, MonitorBatch &batch);
    void add(const tap::Delivery &delivery, MonitorBatch &batch);
    void add(const tap::Packet &packet, MonitorBatch &batch);
    TopicNumber numberOf(QByteArrayView topic, MonitorBatch &batch);
    const OriginPtr &originOf(ClientNumber client, PublishedBy by);
    quint64 wholeNumber(quint32 low) const;

    const std::shared_ptr<TapChannel> m_channel;
    Collected m_collected; // so far
    std::vector<std::variant<ClientFacts, ClientNumber>> m_clients; // the same
    QHash<QByteArray, TopicNumber> m_topics;
    std::vector<OriginPtr> m_origins; // by client; the first is the broker's
    std::vector<NumberedName> m_clientNames;
    qint64 m_topicBytes = 0;
    quint64 m_lastNumber = 0; // of a message
    std::vector<TopicNumber> m_topicOfMessage; // of the last ones, by their low bits
    TapLosses m_losses; // as told
};

/// Messages behind the last one whose topic the collector still knows: deliveries of older ones bring it along.
inline constexpr quint32 rememberedMessages = 1 << 16;

} // namespace pigeon
