#pragma once

#include "base/clock.h"

namespace pigeon::test {

/// A clock that stands still until a test turns it.
class ManualClock final : public Clock
{
public:
    TimePoint now() const override { return m_now; }
    Milliseconds wallTime() const override { return m_wall; }
    void advance(Milliseconds by)
    {
        m_now += by;
        m_wall += by;
    }

private:
    TimePoint m_now{std::chrono::hours(1)};
    Milliseconds m_wall{1'700'000'000'000};
};

} // namespace pigeon::test
