#pragma once

#include "base/clock.h"

#include <QtGlobal>

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
    ~Deadline();
    Deadline(const Deadline &) = delete;
    Deadline &operator=(const Deadline &) = delete;

    /// False as well while the callback runs: a deadline that is due is no longer set.
    bool isSet() const { return m_wheel != nullptr; }
    /// Precondition: isSet().
    TimePoint at() const { return m_at; }
    void cancel();

private:
    friend class DeadlineWheel;
    std::function<void()> m_due;
    DeadlineWheel *m_wheel = nullptr;
    Deadline **m_link = nullptr; // what points to this one: the head of a list or the one before
    Deadline *m_next = nullptr;
    bool *m_destroyed = nullptr; // while the callback runs: where to tell that its owner is gone
    TimePoint m_at;
};

/// All deadlines of the broker in one timing wheel: setting and cancelling cost the same however many there
/// are. It has no timer of its own: the host asks when to wake and calls `advance`. Broker thread.
///
/// The next 82 s lie in slots of one tick each; what is later waits in coarse buckets of 41 s and moves to its
/// slot when its time comes near, so that far deadlines wake the host once a bucket, not once a slot.
class DeadlineWheel
{
public:
    /// A deadline is due at most this much late; none is ever early.
    static constexpr Milliseconds resolution{20};
    static constexpr size_t slotCount = 4096;
    static constexpr size_t bucketCount = 256; // of slotCount / 2 ticks each: 2.9 hours, then round again

    explicit DeadlineWheel(const Clock &clock);
    /// Deadlines that are still set are let go of, not fired.
    ~DeadlineWheel();
    DeadlineWheel(const DeadlineWheel &) = delete;
    DeadlineWheel &operator=(const DeadlineWheel &) = delete;

    /// Sets or moves `deadline`; a moment in the past is due at the next `advance`.
    void set(Deadline &deadline, TimePoint at);
    /// Fires what is due by the clock, the earliest first. A due callback may set, cancel and destroy deadlines,
    /// its own included; what it sets in the past waits for the next `advance`. Called from a due callback it
    /// does nothing. The host asks for `nextWake` afterwards.
    void advance();
    /// When `advance` is to be called next, in the past when something is overdue; nothing when no deadline is set.
    std::optional<TimePoint> nextWake() const;
    /// Called when the next wake has become earlier than the host was told. Not called during `advance`.
    void setWakeChanged(std::function<void()> wakeChanged) { m_wakeChanged = std::move(wakeChanged); }

private:
    friend class Deadline;
    using Tick = qint64;
    template <size_t count>
    struct Ring
    {
        static size_t indexOf(Tick position) { return size_t(position) & (count - 1); }
        bool owns(Deadline **link) const { return link >= heads.data() && link < heads.data() + count; }
        void push(Tick position, Deadline &deadline);
        void vacated(Deadline **head);
        Deadline *take(Tick position);
        std::optional<Tick> firstOccupied(Tick from) const;

        std::array<Deadline *, count> heads{};
        std::array<quint64, count / 64> occupied{};
    };

    static Tick dueTick(TimePoint at);
    static Tick elapsedTick(TimePoint now);
    static TimePoint timeOf(Tick tick) { return TimePoint(tick * resolution); }
    static Tick bucketOf(Tick tick) { return tick / Tick(slotCount / 2); }
    static void pushFront(Deadline *&head, Deadline &deadline);

    TimePoint link(Deadline &deadline);
    void unlink(Deadline &deadline);
    void collectSlots(Tick now);
    void spreadBuckets();
    void fire();

    const Clock &m_clock;
    Ring<slotCount> m_slots;
    Ring<bucketCount> m_buckets;
    Deadline *m_overdue = nullptr; // set in the past, for the next advance
    Deadline *m_due = nullptr; // being fired
    std::function<void()> m_wakeChanged;
    size_t m_count = 0;
    Tick m_current; // everything before this tick has been fired
    Tick m_spread; // buckets up to this one have been spread over the slots
    bool m_advancing = false;
    mutable std::optional<TimePoint> m_promisedWake; // what the host was told
};

} // namespace pigeon
