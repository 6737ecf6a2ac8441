#pragma once

#include <QtGlobal>

#include <array>

namespace pigeon {

/// How long things took, in steps of a quarter octave, from a microsecond to some minutes. What is old counts for less and
/// less (`fade`), so that it says how things are now. A value.
class Latencies
{
public:
    void add(qint64 nanoseconds);
    /// All that the other one has counted.
    void add(const Latencies &other);
    /// Halves what was counted so far.
    void fade();
    bool isEmpty() const { return m_count == 0; }
    /// The time, in ns, that a share of all (0.5, 0.95) stay below, to within a fifth; -1 when nothing was counted.
    qint64 below(double share) const;

    static constexpr int steps = 112; // four to an octave: 1 µs to 2^28 µs, four minutes
    /// How many fell into a step, for a histogram; where it begins, in ns.
    quint32 countIn(int step) const { return m_counts[static_cast<size_t>(step)]; }
    static qint64 beginOf(int step);

private:
    std::array<quint32, steps> m_counts{};
    quint64 m_count = 0;
};

} // namespace pigeon
