#include "capture/deliverycounts.h"

#include <cstdlib>

namespace pigeon {

namespace {

constexpr qint64 fadeEvery = 10'000'000'000; // ns, as those of clients: the last half minute or so

} // namespace

bool isDelivered(const DeliveryRecord &record)
{
    if (record.step == DeliveryStep::Sent)
        return record.qos == QoS::AtMostOnce;
    return record.step == DeliveryStep::Acknowledged && !isFailure(record.reason);
}

void DeliveryCounts::add(const DeliveryEnd &end)
{
    if (end.when < m_since)
        return;
    ++(end.isDropped ? m_dropped : m_delivered);
    if (m_latencies && end.latency >= 0)
        addLatency(end);
}

/// They fade when something new comes and not with the clock, so that of a subscription with a message an hour the last one
/// stays to be seen.
void DeliveryCounts::addLatency(const DeliveryEnd &end)
{
    const qint64 passed = std::abs(end.when - m_fadedAt); // the clock may step back
    for (qint64 left = passed; left >= fadeEvery && !m_latencies->isEmpty(); left -= fadeEvery)
        m_latencies->fade();
    if (passed >= fadeEvery)
        m_fadedAt = end.when;
    m_latencies->add(end.latency);
}

} // namespace pigeon
