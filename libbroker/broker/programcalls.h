#pragma once

#include <QObject>

#include <deque>
#include <functional>

namespace pigeon {

/// Knows when code of the program (a slot, a handler, a completion) runs in the middle of the broker's work, and keeps
/// what that code asks for until the work is done: so it may call whatever it likes. Broker thread.
class ProgramCalls
{
public:
    /// Lives while code of the program is being called.
    class Inside
    {
    public:
        explicit Inside(ProgramCalls &calls)
            : m_calls(calls)
        {
            ++m_calls.m_depth;
        }
        ~Inside()
        {
            if (--m_calls.m_depth == 0 && !m_calls.m_waiting.empty())
                m_calls.post();
        }
        Inside(const Inside &) = delete;
        Inside &operator=(const Inside &) = delete;

    private:
        ProgramCalls &m_calls;
    };

    /// True when a request made now has to wait: for the work to be done, or for earlier requests.
    bool mustWait() const { return m_depth > 0 || !m_waiting.empty(); }
    /// Does `request` now, or as soon as it may; requests keep their order.
    void run(std::function<void()> request)
    {
        if (!mustWait()) {
            request();
            return;
        }
        m_waiting.push_back(std::move(request));
        if (m_depth == 0)
            post();
    }
    /// Forgets what waits: the broker ends.
    void forget() { m_waiting.clear(); }

private:
    void post()
    {
        // Queued: whoever has called the broker's work may be in the middle of something of its own.
        QMetaObject::invokeMethod(&m_context, [this] { runWaiting(); }, Qt::QueuedConnection);
    }
    void runWaiting()
    {
        for (size_t left = m_waiting.size(); left > 0 && m_depth == 0 && !m_waiting.empty(); --left) {
            const std::function<void()> request = std::move(m_waiting.front());
            // Taken out only afterwards, so that what it leads to lines up behind the others.
            request();
            if (!m_waiting.empty())
                m_waiting.pop_front();
        }
        if (!m_waiting.empty() && m_depth == 0)
            post();
    }

    QObject m_context;
    std::deque<std::function<void()>> m_waiting;
    int m_depth = 0;
};

} // namespace pigeon
