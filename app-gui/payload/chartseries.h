#pragma once

#include <QPointF>

#include <vector>

namespace pigeon {

/// One value at one moment.
struct ChartPoint
{
    double when = 0; ///< ms since the epoch of Unix
    double value = 0;

    friend bool operator==(const ChartPoint &, const ChartPoint &) = default;
};

/// As many points as can be seen in `columns` columns: of each column the first, the least, the greatest and the last, so
/// that no peak is lost. `points` are in the order of time. Pure.
std::vector<ChartPoint> decimated(const std::vector<ChartPoint> &points, double from, double to, int columns);

/// True where values from `low` to `high` are one value but for rounding. Pure.
bool isFlat(double low, double high);
/// Round numbers between `low` and `high`, about as many as `count` and four times as many at most, in steps of 1, 2 or 5.
/// Pure.
std::vector<double> roundTicks(double low, double high, int count);
/// The same for times: seconds, minutes, hours, days, in ms.
std::vector<double> timeTicks(double from, double to, int count);

} // namespace pigeon
