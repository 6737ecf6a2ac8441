#pragma once

#include "base/clock.h"

#include <array>
#include <functional>
#include <optional>

namespace pigeon {

class DeadlineWheel;

/// One moment at which something is due, owned by the one it concerns; ends silently with its owner.
class Deadline
{
public:
    explicit Deadline(std::function<void()> due)
        : m_due(std::move(due))
    {
    }
    ~Deadline() { cancel(); }
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    bool isSet() const { return m_wheel != nullptr; }
    /// Precondition: isSet().
    TimePoint at() const { return m_at; }
    void cancel();

private:
    friend class DeadlineWheel;
    std::function<void()> m_due;
    DeadlineWheel *m_wheel = nullptr;
    Deadline *m_previous = nullptr;
    Deadline *m_next = nullptr;
    TimePoint m_at;
};

/// All deadlines of the broker in one hashed timing wheel: setting and cancelling cost the same however
/// many there are. It has no timer of its own: the host asks when to wake and calls `advance`. Broker thread.
class DeadlineWheel
{
public:
    /// A deadline is due at most this much late; none is ever early.
    static constexpr Milliseconds resolution{20};
    static constexpr size_t slotCount = 4096;

    explicit DeadlineWheel(const Clock &clock);
    /// Deadlines that are still set are let go of, not fired.
    ~DeadlineWheel();

    /// Sets or moves `deadline`; a moment in the past is due at the next `advance`.
    void set(Deadline &deadline, TimePoint at);
    /// Fires what is due by the clock. A due callback may set, cancel and destroy deadlines, its own included.
    void advance();
    /// When `advance` is to be called next; nothing when no deadline is set.
    std::optional<TimePoint> nextWake() const;
    /// Called when the next wake has become earlier than the host was told.
    void setWakeChanged(std::function<void()> wakeChanged) { m_wakeChanged = std::move(wakeChanged); }

private:
    friend class Deadline;
    using Tick = qint64;
    Tick tickOf(TimePoint at) const;
    void link(Deadline &deadline);
    void unlink(Deadline &deadline);

    const Clock &m_clock;
    std::array<Deadline *, slotCount> m_slots{};
    std::array<quint64, slotCount / 64> m_occupied{};
    std::function<void()> m_wakeChanged;
    size_t m_count = 0;
    Tick m_current; // everything before this tick has been fired
    Deadline *m_firing = nullptr; // the next one of the slot that is being fired
    mutable std::optional<TimePoint> m_promisedWake;
};

} // namespace pigeon
