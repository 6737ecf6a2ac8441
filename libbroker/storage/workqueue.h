#pragma once

#include "base/clock.h"
#include "base/prefetch.h"

#include <pigeon/store.h>

#include <condition_variable>
#include <iterator>
#include <mutex>
#include <span>

namespace pigeon {

/// A commit on its way to the disk.
struct PendingCommit
{
    Ticket ticket = 0;
    std::vector<StoreChange> changes;
    quint64 bytes = 0;
    TimePoint since;
    bool isAwaited = true; ///< somebody is told when it is durable
};

/// For a walk over commits that were made, or written, in the other thread: the changes of a later one.
inline void prefetchChanges(std::span<const PendingCommit> commits, size_t current)
{
    constexpr size_t ahead = 6;
    if (current + ahead < commits.size())
        prefetch(commits[current + ahead].changes.data(), sizeof(StoreChange));
}

/// A question to the store on its way to the disk; questions are answered in their order.
struct PendingFetch
{
    QByteArray clientId;
    quint64 after = 0;
    size_t count = 0;
    TimePoint since;
};

/// What waits for the storage thread.
struct StoreWork
{
    std::vector<PendingCommit> commits;
    std::vector<PendingFetch> fetches;
    bool isAwaited = false; ///< one of the commits is
    bool isUrgent = false; ///< commits that may wait shall be written now
    bool isOver = false; ///< nothing will come after this

    bool isHurried() const { return isUrgent || isOver; }
    bool isPressing() const { return !fetches.empty() || isHurried(); }
    bool isEmpty() const { return commits.empty() && !isPressing(); }
};

/// What the storage thread is not woken for before its time.
enum class Gather {
    Nothing,
    Notes, ///< commits that nobody waits for
    Commits,
};

/// The way from the broker thread to the storage thread: things are put in under a lock that is held for a few
/// instructions and taken out all at once. The other thread is woken when the lock is free again: it often runs at once, in
/// place of the one that has woken it, and would only wait for the lock. Both threads.
class WorkQueue
{
public:
    /// `isAwaited`: one of the commits is.
    void add(std::vector<PendingCommit> commits, bool isAwaited)
    {
        change([&] {
            const bool mustWake = m_work.commits.empty() || (isAwaited && !m_work.isAwaited);
            m_work.isAwaited = m_work.isAwaited || isAwaited;
            if (m_work.commits.empty())
                m_work.commits = std::move(commits);
            else
                std::move(commits.begin(), commits.end(), std::back_inserter(m_work.commits));
            return mustWake;
        });
    }
    void add(PendingFetch fetch)
    {
        change([&] {
            m_work.fetches.push_back(std::move(fetch));
            return true;
        });
    }
    void hurry()
    {
        change([this] { return m_work.isUrgent = true; });
    }
    void end()
    {
        change([this] { return m_work.isOver = true; });
    }

    /// All that is there; waits for something that is not to be gathered until `until`, nothing: for ever. Storage
    /// thread.
    StoreWork take(std::optional<TimePoint> until, Gather gather)
    {
        std::unique_lock lock(m_mutex);
        const auto isThere = [this, gather] {
            return m_work.isPressing() || (gather != Gather::Commits && m_work.isAwaited)
                || (gather == Gather::Nothing && !m_work.commits.empty());
        };
        if (until)
            m_changed.wait_until(lock, *until, isThere);
        else
            m_changed.wait(lock, isThere);
        return std::exchange(m_work, {});
    }

private:
    /// `apply` says whether the storage thread must wake.
    template <typename Function>
    void change(Function &&apply)
    {
        std::unique_lock lock(m_mutex);
        const bool mustWake = apply();
        lock.unlock();
        if (mustWake)
            m_changed.notify_one();
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    StoreWork m_work;
};

} // namespace pigeon
