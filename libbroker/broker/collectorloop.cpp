#include "broker/collectorloop.h"

#include "broker/observednames.h"

#include <algorithm>

namespace pigeon {

namespace {

constexpr qint64 reportInterval = 500'000'000; // nanoseconds
constexpr qint64 nanosecondsOfMillisecond = 1'000'000;
constexpr int longestBetweenCollections = 50; // milliseconds: TapBounds count on it
constexpr int mostUntaken = 2;

} // namespace

CollectorLoop::CollectorLoop(std::shared_ptr<TapChannel> channel, Handover handover)
    : m_collector(std::move(channel))
    , m_handover(std::move(handover))
    , m_log(LogTap::open())
    , m_timer(this)
{
    connect(&m_timer, &QTimer::timeout, this, [this] { collect(); });
}

void CollectorLoop::start(int milliseconds)
{
    m_interval = milliseconds * nanosecondsOfMillisecond;
    m_timer.start(std::min(milliseconds, longestBetweenCollections));
}

void CollectorLoop::collect()
{
    if (m_untaken.load(std::memory_order_relaxed) >= mostUntaken)
        return;
    const qint64 now = steadyNow();
    if (now - m_lastReport >= reportInterval) {
        m_lastReport = now;
        m_handover.report();
    }
    if (m_collector.collect())
        m_handover.renew();
    // A timer that comes a little early must not wait for the next one.
    if (now - m_lastHandover >= m_interval - m_timer.interval() * nanosecondsOfMillisecond / 2)
        handOver(now);
}

void CollectorLoop::handOver(qint64 now)
{
    m_lastHandover = now;
    auto collected = std::make_shared<Collector::Collected>(m_collector.take(observedNow()));
    collected->batch.log = m_log->take();
    collected->batch.losses.logLines = m_log->lost();
    if (collected->needsSnapshot)
        m_handover.snapshot();
    const bool isLogNew = !collected->batch.log.empty() || collected->batch.losses.logLines != m_lastLost;
    m_lastLost = collected->batch.losses.logLines;
    if (!collected->isAnything && !isLogNew && !collected->snapshot && !collected->hasEnded)
        return;
    m_untaken.fetch_add(1, std::memory_order_relaxed);
    m_handover.collected(std::move(collected));
}

} // namespace pigeon
