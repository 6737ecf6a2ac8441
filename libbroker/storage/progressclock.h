#pragma once

#include "base/clock.h"

#include <pigeon/sqlitestore.h>

#include <thread>

namespace pigeon {

/// Tells that something takes long: nothing in the first second, then about once a second. One per opening. It tells in
/// the thread it was made in and is silent elsewhere: a file that is salvaged while the broker runs holds up no start.
class ProgressClock
{
public:
    using Tell = std::function<void(const StoreProgress &)>;

    explicit ProgressClock(Tell tell)
        : m_tell(std::move(tell))
        , m_next(SystemClock().now() + Seconds(1))
    {
    }
    void begin(StoreProgress::Step step)
    {
        m_progress = {step, 0};
        look();
    }
    void countRow()
    {
        // The clock costs as much as reading a column.
        if (++m_progress.rows % 1'024 == 0)
            look();
    }

private:
    void look()
    {
        const TimePoint now = SystemClock().now();
        if (!m_tell || now < m_next || std::this_thread::get_id() != m_thread)
            return;
        m_next = now + Seconds(1);
        m_tell(m_progress);
    }

    Tell m_tell;
    const std::thread::id m_thread = std::this_thread::get_id();
    TimePoint m_next;
    StoreProgress m_progress;
};

} // namespace pigeon
