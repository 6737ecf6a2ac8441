#pragma once

#include "storage/workqueue.h"

#include <QObject>

#include <condition_variable>
#include <mutex>

namespace pigeon {

/// What became of commits.
struct CommitsSettled
{
    StoreStatus status = StoreStatus::Durable;
    Ticket last = 0; ///< and all before it
    quint64 bytes = 0; ///< of those that have their end now
    /// Lots of which all have. They go back to where they were made: memory that one thread takes and another gives back
    /// costs both of them a lock.
    std::vector<CommitLot> lots;
};
struct FetchAnswered
{
    StoreStatus status = StoreStatus::Durable;
    std::vector<StoredDelivery> deliveries;
};
using StoreAnswer = std::variant<CommitsSettled, FetchAnswered, StoreHealth>;

/// The way back from the storage thread to the opener's: one queued event, however many answers it brings. Both
/// threads; made in the opener's, where `arrived` is called.
class AnswerBox
{
public:
    explicit AnswerBox(std::function<void()> arrived)
        : m_arrived(std::move(arrived))
    {
    }

    /// Storage thread.
    void put(std::vector<StoreAnswer> answers)
    {
        if (answers.empty())
            return;
        std::unique_lock lock(m_mutex);
        std::move(answers.begin(), answers.end(), std::back_inserter(m_answers));
        const bool isTold = std::exchange(m_isTold, true);
        lock.unlock(); // see WorkQueue
        m_changed.notify_one();
        // Queued because that is what crosses threads; an event that is on its way brings these along.
        if (!isTold)
            QMetaObject::invokeMethod(&m_home, m_arrived, Qt::QueuedConnection);
    }
    /// Opener's thread.
    std::vector<StoreAnswer> take()
    {
        const std::scoped_lock lock(m_mutex);
        m_isTold = false;
        return std::exchange(m_answers, {});
    }
    /// Waits for something to take; false when nothing came until `until` (nothing: for ever). Opener's thread.
    bool wait(std::optional<TimePoint> until)
    {
        std::unique_lock lock(m_mutex);
        const auto isThere = [this] { return !m_answers.empty(); };
        if (until)
            return m_changed.wait_until(lock, *until, isThere);
        m_changed.wait(lock, isThere);
        return true;
    }

private:
    QObject m_home; // in the opener's thread
    const std::function<void()> m_arrived;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<StoreAnswer> m_answers;
    bool m_isTold = false;
};

} // namespace pigeon
