#pragma once

#include "brokerprocess.h"
#include "options.h"
#include "workloads.h"

#include <algorithm>
#include <stdexcept>

namespace bench {

// What workloads have in common.

/// A broker that does not answer for so long fails.
constexpr std::chrono::milliseconds patience{10'000};
/// Before what is measured, a tenth of it: the broker has its memory and its topics by then.
constexpr uint64_t warmUpShare = 10;

inline Duration durationOf(const Options &options)
{
    return {options.messages, std::chrono::seconds(options.seconds), 0};
}

inline Duration warmUpOf(Duration duration)
{
    duration.messages = duration.messages > 0 ? std::max<uint64_t>(duration.messages / warmUpShare, 1) : 0;
    duration.time /= warmUpShare;
    return duration;
}

/// Takes the broker's CPU time and the wall time over `work` into `result`.
template <typename Work>
void measure(const BrokerProcess &broker, Result &result, Work &&work)
{
    const auto cpu = broker.cpuTime();
    const auto begin = Clock::now();
    work();
    result.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    result.cpuMicroseconds += std::chrono::duration<double, std::micro>(broker.cpuTime() - cpu).count();
}

/// Takes what the broker's memory grew by, for each unit, into `result`; warm-up is the caller's.
template <typename Work>
void measureMemory(const BrokerProcess &broker, Result &result, Work &&work)
{
    if (!broker.isKnown())
        throw std::runtime_error("the broker's process must be known: --pid or --broker");
    const int64_t before = broker.residentBytes();
    measure(broker, result, work);
    const int64_t after = broker.residentBytes();
    result.figures["bytes_each"] = static_cast<double>(after - before) / static_cast<double>(result.units);
    result.figures["resident_mb"] = static_cast<double>(after) / 1e6;
}

/// p50, p99 and the highest as microseconds, with these names behind `prefix`.
inline void addPercentiles(std::vector<uint32_t> nanoseconds, const std::string &prefix, Result &result)
{
    std::sort(nanoseconds.begin(), nanoseconds.end());
    const auto microseconds = [&nanoseconds](size_t percent) {
        return nanoseconds.empty() ? 0.0 : nanoseconds[(nanoseconds.size() - 1) * percent / 100] / 1000.0;
    };
    result.figures[prefix + "p50_us"] = microseconds(50);
    result.figures[prefix + "p99_us"] = microseconds(99);
    result.figures[prefix + "max_us"] = microseconds(100);
}

} // namespace bench
