#pragma once

#include "base/clock.h"

#include <optional>
#include <utility>

namespace pigeon {

/// What one client's packets may take of a turn of the event loop: a small PUBLISH that thousands of filters match costs
/// milliseconds, and others come before the next thousand of them. Made anew for each turn; broker thread.
class TurnShare
{
public:
    /// `isWatched`: it had more than its share before, so the clock is looked at after each packet.
    TurnShare(const Clock &clock, bool isWatched)
        : m_clock(clock)
        , m_packetsPerLook(isWatched ? 1 : packetsPerLook)
        , m_untilLook(m_packetsPerLook)
    {
    }
    /// To be called after each packet; the time when it has used up its share.
    std::optional<TimePoint> usedUpAt()
    {
        if (--m_untilLook > 0) [[likely]]
            return std::nullopt;
        m_untilLook = m_packetsPerLook;
        const TimePoint now = m_clock.now();
        if (!std::exchange(m_hasBegun, true))
            m_begin = now;
        return now - m_begin > most ? std::optional(now) : std::nullopt;
    }

private:
    static constexpr Milliseconds most{10};
    static constexpr int packetsPerLook = 8; // at the clock, which is not free

    const Clock &m_clock;
    const int m_packetsPerLook;
    int m_untilLook;
    bool m_hasBegun = false;
    TimePoint m_begin; // the first look
};

} // namespace pigeon
