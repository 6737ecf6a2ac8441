#pragma once

#include "storage/workqueue.h"

#include <QObject>

namespace pigeon {

/// The commits of one turn of the event loop. They go to the storage thread together when the turn is over, or when they
/// are many: it is woken once for all of them rather than for each. Opener's thread.
class OpenTurn
{
public:
    explicit OpenTurn(WorkQueue &queue)
        : m_queue(queue)
    {
    }

    /// `since` is the time of the first commit of the turn.
    void add(PendingCommit commit)
    {
        const bool isFirst = m_commits.empty();
        commit.since = isFirst ? SystemClock().now() : m_commits.front().since;
        m_isAwaited = m_isAwaited || commit.isAwaited;
        m_commits.push_back(std::move(commit));
        if (m_commits.size() >= many)
            handOver();
        else if (isFirst && !std::exchange(m_isToldOfEnd, true)) // queued: it comes when all that is there has been read
            QMetaObject::invokeMethod(&m_home, [this] { endTurn(); }, Qt::QueuedConnection);
    }
    void handOver()
    {
        if (m_commits.empty())
            return;
        m_queue.add(std::exchange(m_commits, std::exchange(m_spare, {})), std::exchange(m_isAwaited, false));
    }
    /// Room for the commits of another turn.
    void reuse(std::vector<PendingCommit> room)
    {
        room.clear();
        if (room.capacity() <= mostRoom && room.capacity() > m_spare.capacity())
            m_spare = std::move(room);
    }

private:
    // The storage thread begins while the rest of a long turn is still being read.
    static constexpr size_t many = 1'000;
    static constexpr size_t mostRoom = 4 * many;

    void endTurn()
    {
        m_isToldOfEnd = false;
        handOver();
    }

    WorkQueue &m_queue;
    std::vector<PendingCommit> m_commits;
    std::vector<PendingCommit> m_spare;
    bool m_isAwaited = false; // one of the commits is
    bool m_isToldOfEnd = false;
    QObject m_home; // last: what is queued for it goes first
};

} // namespace pigeon
