#include "base/deadlinewheel.h"

#include <algorithm>
#include <bit>

namespace pigeon {

Deadline::~Deadline()
{
    cancel();
    if (m_destroyed)
        *m_destroyed = true;
}

void Deadline::cancel()
{
    if (m_wheel)
        m_wheel->unlink(*this);
}

template <size_t count>
void DeadlineWheel::Ring<count>::push(Tick position, Deadline &deadline)
{
    const size_t index = indexOf(position);
    pushFront(heads[index], deadline);
    occupied[index / 64] |= quint64(1) << (index % 64);
}

template <size_t count>
void DeadlineWheel::Ring<count>::vacated(Deadline **head)
{
    const auto index = size_t(head - heads.data());
    occupied[index / 64] &= ~(quint64(1) << (index % 64));
}

template <size_t count>
Deadline *DeadlineWheel::Ring<count>::take(Tick position)
{
    Deadline **head = &heads[indexOf(position)];
    vacated(head);
    return std::exchange(*head, nullptr);
}

template <size_t count>
std::optional<DeadlineWheel::Tick> DeadlineWheel::Ring<count>::firstOccupied(Tick from) const
{
    const size_t start = indexOf(from);
    constexpr size_t words = count / 64;
    // The word of the start is looked at twice: its upper part first, its lower part after all others.
    for (size_t step = 0; step <= words; ++step) {
        const size_t word = (start / 64 + step) % words;
        quint64 bits = occupied[word];
        if (step == 0)
            bits &= ~quint64(0) << (start % 64);
        if (bits != 0) {
            const size_t index = word * 64 + size_t(std::countr_zero(bits));
            return from + Tick((index - start) & (count - 1));
        }
    }
    return std::nullopt;
}

DeadlineWheel::DeadlineWheel(const Clock &clock)
    : m_clock(clock)
    , m_current(elapsedTick(clock.now()) + 1)
    , m_spread(bucketOf(m_current) + 1)
{
}

DeadlineWheel::~DeadlineWheel()
{
    const auto letGo = [](Deadline *deadline) {
        while (deadline) {
            deadline->m_wheel = nullptr;
            deadline = std::exchange(deadline->m_next, nullptr);
        }
    };
    std::for_each(m_slots.heads.begin(), m_slots.heads.end(), letGo);
    std::for_each(m_buckets.heads.begin(), m_buckets.heads.end(), letGo);
    letGo(m_overdue);
    letGo(m_due);
}

DeadlineWheel::Tick DeadlineWheel::dueTick(TimePoint at)
{
    constexpr auto tick = std::chrono::microseconds(resolution).count();
    const auto time = at.time_since_epoch().count();
    return time / tick + (time % tick > 0 ? 1 : 0);
}

DeadlineWheel::Tick DeadlineWheel::elapsedTick(TimePoint now)
{
    return std::chrono::floor<Milliseconds>(now.time_since_epoch()) / resolution;
}

void DeadlineWheel::pushFront(Deadline *&head, Deadline &deadline)
{
    deadline.m_link = &head;
    deadline.m_next = head;
    if (head)
        head->m_link = &deadline.m_next;
    head = &deadline;
}

void DeadlineWheel::set(Deadline &deadline, TimePoint at)
{
    if (deadline.m_wheel == this && dueTick(deadline.m_at) == dueTick(at) && dueTick(at) >= m_current) {
        deadline.m_at = at;
        return;
    }
    deadline.cancel();
    deadline.m_at = at;
    const TimePoint wake = link(deadline);
    if (m_advancing || (m_promisedWake && wake >= *m_promisedWake))
        return;
    m_promisedWake = wake;
    if (m_wakeChanged)
        m_wakeChanged();
}

/// Puts `deadline` where its time is and returns when the host has to wake for it.
TimePoint DeadlineWheel::link(Deadline &deadline)
{
    deadline.m_wheel = this;
    ++m_count;
    const Tick tick = dueTick(deadline.m_at);
    if (tick < m_current) {
        pushFront(m_overdue, deadline);
        return timeOf(m_current - 1);
    }
    if (const Tick bucket = bucketOf(tick); bucket > m_spread) {
        m_buckets.push(bucket, deadline);
        return timeOf((bucket - 1) * Tick(slotCount / 2));
    }
    m_slots.push(tick, deadline);
    return timeOf(tick);
}

void DeadlineWheel::unlink(Deadline &deadline)
{
    *deadline.m_link = deadline.m_next;
    if (deadline.m_next)
        deadline.m_next->m_link = deadline.m_link;
    else if (m_slots.owns(deadline.m_link))
        m_slots.vacated(deadline.m_link);
    else if (m_buckets.owns(deadline.m_link))
        m_buckets.vacated(deadline.m_link);
    deadline.m_wheel = nullptr;
    deadline.m_link = nullptr;
    deadline.m_next = nullptr;
    --m_count;
}

void DeadlineWheel::advance()
{
    if (m_advancing)
        return;
    const Tick now = elapsedTick(m_clock.now());
    m_promisedWake.reset();
    if (now < m_current && !m_overdue)
        return;
    m_advancing = true;
    if (now >= m_current) {
        collectSlots(now);
        m_current = now + 1;
        spreadBuckets();
    }
    while (Deadline *deadline = m_overdue) { // last in, last out: each push reverses the order again
        unlink(*deadline);
        ++m_count;
        deadline->m_wheel = this;
        pushFront(m_due, *deadline);
    }
    fire();
    m_advancing = false;
}

/// Lists are last in first out, and so is m_due: going from the latest slot to the earliest makes the order right.
void DeadlineWheel::collectSlots(Tick now)
{
    const Tick last = std::min(now, m_current + Tick(slotCount) - 1);
    for (Tick tick = last; tick >= m_current; --tick) {
        const size_t index = Ring<slotCount>::indexOf(tick);
        if (m_slots.occupied[index / 64] == 0) {
            tick -= Tick(index % 64);
            continue;
        }
        for (Deadline *deadline = m_slots.take(tick); deadline;) {
            Deadline *next = deadline->m_next;
            pushFront(m_due, *deadline);
            deadline = next;
        }
    }
}

void DeadlineWheel::spreadBuckets()
{
    const Tick wanted = bucketOf(m_current) + 1;
    // After a long sleep each bucket is looked at once, whatever it holds finds its place.
    const Tick first = std::max(m_spread + 1, wanted - Tick(bucketCount) + 1);
    m_spread = std::max(m_spread, wanted);
    for (Tick bucket = first; bucket <= wanted; ++bucket) {
        for (Deadline *deadline = m_buckets.take(bucket); deadline;) {
            Deadline *next = deadline->m_next;
            if (dueTick(deadline->m_at) < m_current) {
                pushFront(m_due, *deadline);
            } else {
                --m_count;
                link(*deadline);
            }
            deadline = next;
        }
    }
}

void DeadlineWheel::fire()
{
    while (Deadline *deadline = m_due) {
        unlink(*deadline);
        // The callback may destroy its deadline: it must not go with it while it runs.
        bool destroyed = false;
        deadline->m_destroyed = &destroyed;
        std::function<void()> due = std::move(deadline->m_due);
        due();
        if (destroyed)
            continue;
        deadline->m_due = std::move(due);
        deadline->m_destroyed = nullptr;
    }
}

std::optional<TimePoint> DeadlineWheel::nextWake() const
{
    m_promisedWake.reset();
    if (m_count == 0)
        return m_promisedWake;
    if (m_overdue) {
        m_promisedWake = timeOf(m_current - 1);
        return m_promisedWake;
    }
    if (const std::optional<Tick> slot = m_slots.firstOccupied(m_current))
        m_promisedWake = timeOf(*slot);
    if (const std::optional<Tick> bucket = m_buckets.firstOccupied(m_spread + 1)) {
        const TimePoint wake = timeOf((*bucket - 1) * Tick(slotCount / 2));
        m_promisedWake = m_promisedWake ? std::min(*m_promisedWake, wake) : wake;
    }
    return m_promisedWake;
}

} // namespace pigeon
