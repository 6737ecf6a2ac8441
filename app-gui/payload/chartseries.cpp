#include "payload/chartseries.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace pigeon {

namespace {

constexpr double second = 1000;
constexpr double minute = 60 * second;
constexpr double hour = 60 * minute;
constexpr double day = 24 * hour;
constexpr std::array timeSteps = {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, second, 2 * second, 5 * second,
    10 * second, 15 * second, 30 * second, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour,
    2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 30 * day};

/// Counted in whole numbers: a step that is lost in the rounding of `low` would never come to an end.
std::vector<double> ticks(double low, double high, double step, int count)
{
    if (!std::isfinite(step) || low + step == low)
        return {low};
    const double first = std::ceil(low / step);
    const double last = std::floor((high - first * step) / step + 1e-9);
    std::vector<double> all;
    for (int i = 0; i <= std::min(last, 4.0 * count); ++i)
        all.push_back((first + i) * step);
    return all;
}

/// What is seen of one column.
class Column
{
public:
    void add(const ChartPoint &point)
    {
        if (m_isEmpty)
            m_first = m_low = m_high = point;
        m_isEmpty = false;
        m_last = point;
        if (point.value < m_low.value)
            m_low = point;
        if (point.value > m_high.value)
            m_high = point;
    }
    void moveTo(std::vector<ChartPoint> &points)
    {
        if (m_isEmpty)
            return;
        const bool isLowFirst = m_low.when <= m_high.when;
        for (const ChartPoint &point : {m_first, isLowFirst ? m_low : m_high, isLowFirst ? m_high : m_low, m_last}) {
            if (points.empty() || !(points.back() == point))
                points.push_back(point);
        }
        m_isEmpty = true;
    }

private:
    bool m_isEmpty = true;
    ChartPoint m_first;
    ChartPoint m_low;
    ChartPoint m_high;
    ChartPoint m_last;
};

} // namespace

std::vector<ChartPoint> decimated(const std::vector<ChartPoint> &points, double from, double to, int columns)
{
    std::vector<ChartPoint> seen;
    if (columns <= 0 || to <= from)
        return points;
    Column column;
    int at = -1;
    for (const ChartPoint &point : points) {
        const int place = static_cast<int>((point.when - from) / (to - from) * columns);
        if (place != at)
            column.moveTo(seen);
        at = place;
        column.add(point);
    }
    column.moveTo(seen);
    return seen;
}

bool isFlat(double low, double high)
{
    constexpr double unitsInLastPlace = 8; // less has no room for marks, and is the rounding of whoever measured
    const double greatest = std::max(std::abs(low), std::abs(high));
    return high - low <= greatest * std::numeric_limits<double>::epsilon() * unitsInLastPlace;
}

std::vector<double> roundTicks(double low, double high, int count)
{
    if (!(high > low) || count < 1)
        return {low};
    const double rough = (high - low) / count;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    const double share = rough / power;
    return ticks(low, high, power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10), count);
}

std::vector<double> timeTicks(double from, double to, int count)
{
    if (!(to > from) || count < 1)
        return {from};
    const auto step = std::ranges::lower_bound(timeSteps, (to - from) / count);
    return ticks(from, to, step == timeSteps.end() ? timeSteps.back() : *step, count);
}

} // namespace pigeon
