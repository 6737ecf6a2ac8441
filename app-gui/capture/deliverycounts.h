#pragma once

#include "capture/latencies.h"

#include "monitor/records.h"

#include <memory>

namespace pigeon {

/// The step after which the receiver has the message, as far as the broker can know.
bool isDelivered(const DeliveryRecord &record);

/// How one delivery has ended.
struct DeliveryEnd
{
    ClientNumber receiver = 0;
    TopicNumber topic = 0; ///< 0: its topic has no number
    QByteArrayView topicName;
    qint64 when = 0; ///< ns since the epoch of Unix
    bool isDropped = false; ///< else the receiver has it
    qint64 latency = -1; ///< ns since it was published; -1: not known, or dropped
};

/// What became of the messages that a subscription was for. A value that is moved.
class DeliveryCounts
{
public:
    /// `since` in ns since the epoch of Unix: what was before was not for it.
    explicit DeliveryCounts(qint64 since)
        : m_since(since)
    {
    }
    void add(const DeliveryEnd &end);
    /// From now on latencies count as well.
    void measure() { m_latencies = std::make_unique<Latencies>(); }

    quint64 delivered() const { return m_delivered; }
    quint64 dropped() const { return m_dropped; }
    /// Of those that were delivered lately; null: they are not measured.
    const Latencies *latencies() const { return m_latencies.get(); }
    /// The time, in ns, that nineteen of twenty took less than; -1: not measured.
    qint64 p95() const { return m_latencies ? m_latencies->below(0.95) : -1; }

private:
    void addLatency(const DeliveryEnd &end);

    qint64 m_since;
    quint64 m_delivered = 0;
    quint64 m_dropped = 0;
    std::unique_ptr<Latencies> m_latencies; // half a kilobyte, which of very many subscriptions most never need
    qint64 m_fadedAt = 0; // ns since the epoch of Unix
};

} // namespace pigeon
