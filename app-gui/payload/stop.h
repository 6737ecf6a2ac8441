#pragma once

#include <atomic>
#include <chrono>

namespace pigeon {

/// When work on another thread is to end early: nobody wants it any more, or it has had its time. Asked from inside loops,
/// it looks at the clock only now and then.
class Stop
{
public:
    Stop() = default;
    Stop(const std::atomic<bool> &isCancelled, std::chrono::milliseconds most)
        : m_isCancelled(&isCancelled)
        , m_deadline(std::chrono::steady_clock::now() + most)
    {
    }
    bool operator()()
    {
        if (++m_asked % 1024 == 0 && m_isCancelled)
            m_isDue = m_isDue || *m_isCancelled || std::chrono::steady_clock::now() > m_deadline;
        return m_isDue;
    }
    bool isDue() const { return m_isDue; }

private:
    const std::atomic<bool> *m_isCancelled = nullptr;
    std::chrono::steady_clock::time_point m_deadline;
    unsigned m_asked = 0;
    bool m_isDue = false;
};

} // namespace pigeon
