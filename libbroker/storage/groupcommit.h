#pragma once

#include "storage/answerbox.h"
#include "storage/checkpointer.h"
#include "storage/commitline.h"
#include "storage/deliveryreader.h"
#include "storage/rowwriter.h"
#include "storage/storefile.h"
#include "storage/upkeep.h"
#include "storage/workqueue.h"

#include <deque>

namespace pigeon {

/// Writes all commits that wait in one transaction, tries again while the disk cannot, and gives up those that have
/// waited too long. A commit that fails by itself does not take others with it. In the storage thread, which asks
/// `wakeAt` and calls `run`; it knows no thread.
class GroupCommit
{
public:
    GroupCommit(StoreFile &file, const SqliteStoreOptions &options);

    void add(StoreWork work);
    /// Does what is due at `now`.
    void run(TimePoint now);
    /// When `run` has to be called even if no work comes; nothing: never.
    std::optional<TimePoint> wakeAt() const;
    /// What is to gather until then rather than be handed over as it comes.
    Gather gathers() const
    {
        if (m_retryAt || (m_isRelaxed && !m_commits.isEmpty()))
            return Gather::Commits;
        return m_commits.isEmpty() ? Gather::Nothing : Gather::Notes;
    }
    std::vector<StoreAnswer> takeAnswers() { return std::exchange(m_answers, {}); }
    /// Commits that are lost if this ends now.
    size_t unwritten() const { return m_commits.size(); }

private:
    /// A connection and what works on it.
    struct Connection
    {
        Connection(StoreFile &file, Durability durability);
        std::unique_ptr<Database> database; // first: it outlives its statements
        RowWriter writer;
        DeliveryReader reader;
        Upkeep upkeep;
        /// With durability full each transaction waits for the disk, and would wait for what another thread writes as well.
        std::optional<Checkpointer> checkpointer;
        bool syncs = true; // each transaction, with durability full
    };
    Connection &connection();

    bool isWorkDue(TimePoint now) const;
    bool isWriteDue(TimePoint now) const;
    bool isAskedFor() const;
    Milliseconds gatherDelay() const;
    void attempt(TimePoint now);
    void doAll(TimePoint now);
    void writeAll();
    void writeEach();
    void write(size_t count);
    void setSync(bool isWanted);
    void syncAtRest();
    void repair(const SqlError &error);
    void probe();
    void answerFetches();
    FetchAnswered answer(const PendingFetch &fetch);
    void giveUp(TimePoint now);
    void keepUp(TimePoint now);

    void settle(size_t count, StoreStatus status);
    void fail(const SqlError &error);
    void recover();

    StoreFile &m_file;
    const SqliteStoreOptions m_options;
    const bool m_isRelaxed;
    std::unique_ptr<Connection> m_connection;

    CommitLine m_commits;
    std::deque<PendingFetch> m_fetches;
    std::vector<StoreAnswer> m_answers;
    bool m_isAwaited = false; // one of the commits is
    bool m_isUrgent = false; // somebody waits for what may otherwise gather
    std::optional<TimePoint> m_retryAt; // set while writing fails
    bool m_isUnsynced = false; // full: the last transactions were not awaited and may be in the system's memory alone
    std::optional<TimePoint> m_upkeepAt;
    TimePoint m_lastWork;
};

} // namespace pigeon
