#pragma once

#include "storage/openturn.h"
#include "storage/statereader.h"
#include "storage/storagethread.h"

namespace pigeon {

/// The durable store. It hands commits and questions to the storage thread and answers to its owner; it touches the
/// disk itself only to load. Opener's thread.
class SqliteStore final : public Store
{
public:
    /// `file` has been prepared.
    SqliteStore(std::unique_ptr<StoreFile> file, const SqliteStoreOptions &options);
    /// Waits until what was committed is on the disk, as long as flush does, but tells nobody.
    ~SqliteStore() override;

    bool keeps() const override { return true; }
    void load(StoreVisitor &visitor, const LoadBounds &bounds) override;
    Ticket commit(std::span<StoreChange> changes) override { return add(changes, true); }
    void note(std::span<StoreChange> changes) override { add(changes, false); }
    void fetch(const QByteArray &clientId, quint64 after, size_t count, Fetched fetched) override;
    quint64 waitingBytes() const override { return m_waitingBytes; }
    /// While writing fails, commits fail after the retry limit; relaxed ones never do: with them it returns then.
    void flush() override;

private:
    Ticket add(std::span<StoreChange> changes, bool isAwaited);
    StoredState read(const LoadBounds &bounds);
    StoredState readOnce(const LoadBounds &bounds);
    void takeAnswers();
    void take(CommitsSettled &settled);
    WorkQueue &queue();
    void take(FetchAnswered &answered);
    void take(const StoreHealth &health);
    bool isAllSettled() const { return m_settled == m_lastTicket && m_fetches.empty(); }
    Ticket relaxedTicket();
    void hurryIfMuch();
    void tell(Ticket last, StoreStatus status);
    void drop();
    void reportDropped();

    const SqliteStoreOptions m_options;
    const bool m_isRelaxed;
    std::unique_ptr<StoreFile> m_file;
    Ticket m_lastTicket = 0;
    Ticket m_settled = 0;
    Ticket m_told = 0; // the last one of which was told
    Ticket m_lastAwaited = 0; // relaxed: the last one that was given out
    quint64 m_waitingBytes = 0;
    bool m_isHurried = false; // since the last answer
    quint64 m_droppedCommits = 0; // relaxed, since writing fails
    bool m_isEnding = false;
    std::deque<Fetched> m_fetches; // answered in their order
    AnswerBox m_answers;
    std::deque<StoreAnswer> m_arrived; // taken out of it, still to be told
    std::unique_ptr<StorageThread> m_thread; // last but for what hands over to it: it ends first
    OpenTurn m_turn;
};

} // namespace pigeon
