#pragma once

#include "base/clock.h"

#include <pigeon/store.h>

#include <condition_variable>
#include <mutex>
#include <span>

namespace pigeon {

/// Commits on their way to the disk, in the order of their tickets. The changes of all of them lie one behind the other:
/// a walk over what another processor has written last is fast where it goes straight on.
struct CommitLot
{
    struct Commit
    {
        size_t end = 0; ///< of its changes; they begin where those of the one before it end
        quint64 bytes = 0;
        bool isAwaited = true; ///< somebody is told when it is durable
    };
    Ticket first = 0; ///< ticket of the first commit
    TimePoint since; ///< when the first was made
    std::vector<Commit> commits;
    std::vector<StoreChange> changes;

    bool isEmpty() const { return commits.empty(); }
    /// Before there is one: where the changes of the first begin.
    size_t beginOf(size_t commit) const { return commit == 0 ? 0 : commits[commit - 1].end; }
    std::span<const StoreChange> changesOf(size_t commit) const
    {
        return std::span(changes).subspan(beginOf(commit), commits[commit].end - beginOf(commit));
    }
    /// Keeps its room.
    void clear()
    {
        commits.clear();
        changes.clear();
    }
};

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
    std::vector<CommitLot> lots;
    std::vector<PendingFetch> fetches;
    bool isAwaited = false; ///< one of the commits is
    bool isUrgent = false; ///< commits that may wait shall be written now
    bool isOver = false; ///< nothing will come after this

    bool isHurried() const { return isUrgent || isOver; }
    bool isPressing() const { return !fetches.empty() || isHurried(); }
    bool isEmpty() const { return lots.empty() && !isPressing(); }
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
    void add(CommitLot lot, bool isAwaited)
    {
        change([&] {
            const bool mustWake = m_work.lots.empty() || (isAwaited && !m_work.isAwaited);
            m_work.isAwaited = m_work.isAwaited || isAwaited;
            m_work.lots.push_back(std::move(lot));
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
                || (gather == Gather::Nothing && !m_work.lots.empty());
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
