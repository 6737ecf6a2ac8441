#include "capture/latencies.h"

#include <algorithm>
#include <cmath>

namespace pigeon {

namespace {

constexpr double stepsPerOctave = 4;
constexpr double nanosecondsPerMicrosecond = 1000;

} // namespace

void Latencies::add(qint64 nanoseconds)
{
    const double microseconds = static_cast<double>(nanoseconds) / nanosecondsPerMicrosecond;
    const int step = microseconds < 1 ? 0 : static_cast<int>(std::log2(microseconds) * stepsPerOctave);
    ++m_counts[static_cast<size_t>(std::min(step, steps - 1))];
    ++m_count;
}

void Latencies::add(const Latencies &other)
{
    for (size_t step = 0; step < m_counts.size(); ++step)
        m_counts[step] += other.m_counts[step];
    m_count += other.m_count;
}

void Latencies::fade()
{
    m_count = 0;
    for (quint32 &count : m_counts) {
        count /= 2;
        m_count += count;
    }
}

qint64 Latencies::below(double share) const
{
    if (isEmpty())
        return -1;
    quint64 left = static_cast<quint64>(std::ceil(static_cast<double>(m_count) * share));
    for (int step = 0; step < steps; ++step) {
        if (left <= countIn(step))
            return beginOf(step + 1);
        left -= countIn(step);
    }
    return beginOf(steps);
}

qint64 Latencies::beginOf(int step)
{
    return static_cast<qint64>(std::exp2(step / stepsPerOctave) * nanosecondsPerMicrosecond);
}

} // namespace pigeon
