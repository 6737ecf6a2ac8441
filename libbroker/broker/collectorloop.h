#pragma once

#include "broker/gate.h"
#include "monitor/collector.h"
#include "monitor/logtap.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>

namespace pigeon {

/// Collects what a broker's tap has put into its channel, often enough for the channel, and hands it over at the interval;
/// has the tap report what it only tells when it is asked. While what was handed over is not taken it waits: then records
/// are lost, and counted, instead of heaping up. Lives in the collector's thread.
class CollectorLoop final : public QObject
{
    Q_OBJECT

public:
    struct Handover
    {
        std::function<void(std::shared_ptr<Collector::Collected>)> collected; ///< is to call `taken` some time
        std::function<void()> renew; ///< the ring was emptied
        std::function<void()> report; ///< ask the tap for totals and counts
        std::function<void()> snapshot; ///< and for everything
    };
    CollectorLoop(std::shared_ptr<TapChannel> channel, Handover handover);

    /// Any thread: one of the batches that were handed over has been dealt with.
    void taken() { m_untaken.fetch_sub(1, std::memory_order_relaxed); }

public Q_SLOTS:
    void start(int milliseconds);
    /// Before its thread ends.
    void stop() { m_timer.stop(); }

private:
    void collect();
    void handOver(qint64 now);

    Collector m_collector;
    const Handover m_handover;
    const std::shared_ptr<LogTap> m_log;
    QTimer m_timer;
    std::atomic<int> m_untaken{0};
    // Nanoseconds of the clock that nobody sets back.
    qint64 m_interval = 0;
    qint64 m_lastHandover = 0;
    qint64 m_lastReport = 0;
    quint64 m_lastLost = 0;
};

} // namespace pigeon
