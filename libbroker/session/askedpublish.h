#pragma once

#include <pigeon/store.h>

namespace pigeon {

/// The end of a publish of which the program is asked when it was handed on: it waits for the store and for the program,
/// whichever comes first. Shared by the two who bring the answers. Broker thread.
class AskedPublish
{
public:
    enum class End { NotYet, Kept, Refused, Failed };

    /// The store's answer. What it comes to then; other than NotYet once.
    End stored(StoreStatus status)
    {
        m_isStored = true;
        m_isFailed = status == StoreStatus::Failed;
        return end();
    }
    /// The program's answer.
    End answered(bool isDone)
    {
        m_isAnswered = true;
        m_isRefused = !isDone;
        return end();
    }

private:
    End end()
    {
        const End now = m_isFailed ? End::Failed
            : m_isRefused          ? End::Refused
            : m_isStored && m_isAnswered ? End::Kept
                                         : End::NotYet;
        if (m_isOver || now == End::NotYet)
            return End::NotYet;
        m_isOver = true;
        return now;
    }

    bool m_isStored = false;
    bool m_isFailed = false;
    bool m_isAnswered = false;
    bool m_isRefused = false;
    bool m_isOver = false;
};

} // namespace pigeon
