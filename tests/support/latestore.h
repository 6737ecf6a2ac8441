#pragma once

#include <pigeon/store.h>

#include <deque>
#include <map>
#include <set>

namespace pigeon::test {

/// When and how a LateStore says that a commit is durable.
enum class StoreMode {
    EachTurn, ///< one commit a turn, in order
    Batches, ///< all of them every third turn
    OutOfTurn, ///< the latest first
    Failing, ///< one commit a turn, each of them failed
    Manual, ///< only when the test says so
};

/// A store that keeps everything in plain maps, that is never durable at once, and that a test can have finish
/// late, in batches, out of turn or with errors. What was not completed is lost when a test "crashes" the broker.
class LateStore final : public Store
{
public:
    explicit LateStore(StoreMode mode)
        : m_mode(mode)
    {
    }
    void setMode(StoreMode mode) { m_mode = mode; }

    bool keeps() const override { return true; }
    void load(StoreVisitor &visitor, const LoadBounds &bounds) override;
    Ticket commit(std::span<StoreChange> changes) override;
    /// Answered in the turn after the commits before it; Failed while `failFetches`.
    void fetch(const QByteArray &clientId, quint64 after, size_t count, Fetched fetched) override;
    void failFetches(bool fail) { m_failFetches = fail; }
    /// What a store says whose disk is full, and then has room again.
    void setFailing(bool failing) { setHealth({failing, failing ? "the disk is full" : QByteArray()}); }

    /// One turn of the store; true when something was completed or is going to be.
    bool turn();
    /// Keeps `changes` at once.
    void keep(std::vector<StoreChange> changes)
    {
        commit(changes);
        completeOldest();
    }
    /// Completes the oldest commit; false when there is none.
    bool completeOldest(StoreStatus status = StoreStatus::Durable);
    size_t pending() const { return m_pending.size(); }
    /// Commits asked for, ever.
    quint64 commits() const { return m_lastTicket; }
    /// A crash: what is not durable never was.
    void loseWhatIsPending()
    {
        m_pending.clear();
        m_fetches.clear();
    }

    struct SessionRows
    {
        StoredSession session;
        std::map<QByteArray, StoredSubscription> subscriptions;
        std::map<quint64, StoredDelivery> deliveries;
        std::set<quint16> inboundIds;
    };
    std::map<QByteArray, SessionRows> sessions;
    std::map<QByteArray, MessagePtr> retained;
    std::map<QByteArray, StoredWill> wills;

private:
    struct Pending
    {
        Ticket ticket;
        std::vector<StoreChange> changes;
    };
    struct Fetch
    {
        Ticket behind; // the last commit before it
        QByteArray clientId;
        quint64 after;
        size_t count;
        Fetched fetched;
    };
    void finish(Pending pending, StoreStatus status);
    bool answerFetches();
    std::vector<StoredDelivery> queuedAbove(const QByteArray &clientId, quint64 after, size_t count) const;
    void apply(const StoreChange &change);

    StoreMode m_mode;
    std::deque<Pending> m_pending;
    std::deque<Fetch> m_fetches;
    bool m_failFetches = false;
    Ticket m_lastTicket = 0;
    int m_turns = 0;
};

} // namespace pigeon::test
