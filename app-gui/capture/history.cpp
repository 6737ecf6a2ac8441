#include "capture/history.h"

#include <numeric>

namespace pigeon {

namespace {

constexpr qint64 pointEvery = 900'000'000; // ns: totals come twice a second, every second one makes a point
constexpr double nanosecondsPerSecond = 1e9;

quint64 sumOf(const std::array<quint64, dropReasonCount> &drops)
{
    return std::accumulate(drops.begin(), drops.end(), quint64(0));
}

} // namespace

void RateHistory::add(const MonitorTotals &totals)
{
    if (!m_before) {
        m_before = totals;
        return;
    }
    const MonitorTotals &before = *m_before;
    if (totals.when < before.when) { // the clock was set back: what lies ahead of it now has no place on the axis
        while (!m_points.empty() && m_points.back().when > totals.when)
            m_points.pop_back();
        m_before = totals;
        return;
    }
    if (totals.when - before.when < pointEvery)
        return;
    const double seconds = static_cast<double>(totals.when - before.when) / nanosecondsPerSecond;
    const auto rate = [seconds](quint64 now, quint64 then) {
        return now >= then ? static_cast<double>(now - then) / seconds : 0;
    };
    m_points.push_back({totals.when, rate(totals.messagesIn, before.messagesIn),
        rate(totals.messagesOut, before.messagesOut), rate(totals.bytesIn, before.bytesIn),
        rate(totals.bytesOut, before.bytesOut), rate(sumOf(totals.drops), sumOf(before.drops)),
        rate(totals.connectionsAccepted, before.connectionsAccepted), totals.connected, totals.queuedMessages});
    if (m_points.size() > maximumPoints)
        m_points.pop_front();
    m_before = totals;
}

void RateHistory::clear()
{
    m_points.clear();
    m_before.reset();
}

} // namespace pigeon
