#pragma once

#include "monitor/records.h"

#include <deque>

namespace pigeon {

/// How much went on in a span of time, from two readings of the totals.
struct RatePoint
{
    qint64 when = 0; ///< ns since the epoch of Unix, the end of the span
    double messagesIn = 0; ///< a second, as for all of these
    double messagesOut = 0;
    double bytesIn = 0;
    double bytesOut = 0;
    double drops = 0;
    double connects = 0;
    quint64 connected = 0; ///< at that moment
    quint64 queued = 0; ///< messages, at that moment
};

/// The rates of the last half hour, a point a second. Window's thread.
class RateHistory
{
public:
    static constexpr size_t maximumPoints = 1800;

    void add(const MonitorTotals &totals);
    void clear();
    const std::deque<RatePoint> &points() const { return m_points; }
    /// Now; zero before there are two readings.
    RatePoint last() const { return m_points.empty() ? RatePoint() : m_points.back(); }

private:
    std::deque<RatePoint> m_points;
    std::optional<MonitorTotals> m_before;
};

} // namespace pigeon
