#include "storage/groupcommit.h"

#include "base/logging.h"

#include <algorithm>

namespace pigeon {

namespace {

// How long relaxed commits gather: half of the second that they are promised to be written in.
constexpr Milliseconds relaxedDelay{500};
// How long notes gather: a client that acknowledges at once is worth one row's change, not two.
constexpr Milliseconds noteDelay{20};
// The store is at rest when nothing came for so long; then it tidies up, else it does a bit as often.
constexpr Milliseconds restDelay{200};

/// Whether the answer to a fetch depends on a change.
class Concerns
{
public:
    explicit Concerns(const PendingFetch &fetch)
        : m_fetch(fetch)
    {
    }
    bool operator()(const change::AddDelivery &add) const { return isBehind(add.clientId, add.delivery.number); }
    bool operator()(const change::UpdateDelivery &update) const { return isBehind(update.clientId, update.number); }
    bool operator()(const change::RemoveDelivery &remove) const { return isBehind(remove.clientId, remove.number); }
    bool operator()(const change::RemoveQueued &remove) const { return isBehind(remove.clientId, remove.upTo); }
    bool operator()(const change::PutSession &put) const { return put.session.clientId == m_fetch.clientId; }
    bool operator()(const change::RemoveSession &remove) const { return remove.clientId == m_fetch.clientId; }
    template <typename Change>
    bool operator()(const Change &) const
    {
        return false;
    }

private:
    bool isBehind(const QByteArray &clientId, quint64 number) const
    {
        return number > m_fetch.after && clientId == m_fetch.clientId;
    }
    const PendingFetch &m_fetch;
};

bool concerns(const StoreChange &change, const PendingFetch &fetch)
{
    return visitChange(change, Concerns(fetch));
}

} // namespace

GroupCommit::Connection::Connection(StoreFile &file, Durability durability)
    : database(file.open())
    , writer(*database)
    , reader(*database)
    , upkeep(*database)
{
    if (durability != Durability::Full)
        checkpointer.emplace([&file] { return file.open(); }, StoreFile::longLog);
}

GroupCommit::GroupCommit(StoreFile &file, const SqliteStoreOptions &options)
    : m_file(file)
    , m_options(options)
    , m_isRelaxed(options.durability == Durability::Relaxed)
{
}

void GroupCommit::add(StoreWork work)
{
    for (CommitLot &lot : work.lots)
        m_commits.append(std::move(lot));
    std::move(work.fetches.begin(), work.fetches.end(), std::back_inserter(m_fetches));
    m_isAwaited = m_isAwaited || work.isAwaited;
    m_isUrgent = m_isUrgent || work.isHurried();
}

std::optional<TimePoint> GroupCommit::wakeAt() const
{
    if (m_retryAt)
        return m_commits.isEmpty() || m_isRelaxed ? *m_retryAt
                                                : std::min(*m_retryAt, m_commits.since() + m_options.retryLimit);
    if (!m_commits.isEmpty())
        return m_commits.since() + gatherDelay();
    return m_upkeepAt;
}

bool GroupCommit::isWorkDue(TimePoint now) const
{
    return m_retryAt ? now >= *m_retryAt : !m_fetches.empty() || isWriteDue(now);
}

bool GroupCommit::isWriteDue(TimePoint now) const
{
    if (m_commits.isEmpty())
        return false;
    return m_isUrgent || (m_isAwaited && !m_isRelaxed) || now >= m_commits.since() + gatherDelay();
}

/// Whether an answer to a fetch would show what waits. A client that empties its queue notes what it was sent and has
/// acknowledged, none of it behind what it asks for next: that may go on gathering, and most of it cancels out.
bool GroupCommit::isAskedFor() const
{
    return m_commits.isAnyChange([this](const StoreChange &change) {
        return std::any_of(m_fetches.begin(), m_fetches.end(),
            [&change](const PendingFetch &fetch) { return concerns(change, fetch); });
    });
}

Milliseconds GroupCommit::gatherDelay() const
{
    return m_isRelaxed ? relaxedDelay : noteDelay;
}

void GroupCommit::run(TimePoint now)
{
    if (isWorkDue(now))
        attempt(now);
    if (m_retryAt)
        giveUp(now);
    else
        keepUp(now);
    if (m_commits.isEmpty())
        m_isAwaited = false;
    if (m_commits.isEmpty() && m_fetches.empty())
        m_isUrgent = false;
}

void GroupCommit::attempt(TimePoint now)
{
    try {
        try {
            doAll(now);
        } catch (const SqlError &error) {
            if (error.fault() != SqlFault::Damage)
                throw;
            repair(error);
            doAll(now);
        }
        m_lastWork = now;
        if (!m_upkeepAt)
            m_upkeepAt = now + restDelay;
        recover();
    } catch (const SqlError &error) {
        // Nothing of what was begun is kept; a new connection finds out by itself what works again.
        m_connection.reset();
        fail(error);
    }
}

void GroupCommit::doAll(TimePoint now)
{
    if (m_retryAt && m_commits.isEmpty())
        probe();
    if (m_retryAt || isWriteDue(now) || isAskedFor())
        writeAll();
    answerFetches();
}

void GroupCommit::writeAll()
{
    if (m_commits.isEmpty())
        return;
    try {
        write(m_commits.size());
        settle(m_commits.size(), StoreStatus::Durable);
    } catch (const SqlError &error) {
        if (error.fault() != SqlFault::Request)
            throw;
        writeEach();
    }
}

/// One of the commits cannot be kept: the others do not fail with it.
void GroupCommit::writeEach()
{
    while (!m_commits.isEmpty()) {
        try {
            write(1);
            settle(1, StoreStatus::Durable);
        } catch (const SqlError &error) {
            if (error.fault() != SqlFault::Request)
                throw;
            qCCritical(logStore, "A commit of %zu changes is not kept: %s", m_commits.front().size(),
                error.sentence(m_file.name()).constData());
            settle(1, StoreStatus::Failed);
        }
    }
}

/// The first `count` commits in one transaction.
void GroupCommit::write(size_t count)
{
    if (connection().checkpointer)
        connection().checkpointer->makeWay(*connection().database);
    FoldedBatch batch;
    quint64 bytes = 0;
    bool mustSync = false;
    m_commits.forFirst(count, [&](const CommitLot::Commit &commit, std::span<const StoreChange> changes) {
        bytes += commit.bytes;
        mustSync = mustSync || commit.isAwaited;
        for (const StoreChange &change : changes)
            batch.add(change);
    });
    setSync(mustSync);
    Transaction transaction(*connection().database);
    connection().writer.write(batch);
    transaction.commit();
    m_isUnsynced = !mustSync;
    if (connection().checkpointer)
        connection().checkpointer->committed(bytes);
}

/// What nobody waits for need not go to the disk by itself: the log is one file, so the next commit that somebody waits
/// for takes it along. A client that empties its queue would else wait for the disk at each fetch.
void GroupCommit::setSync(bool isWanted)
{
    if (m_options.durability != Durability::Full || connection().syncs == isWanted)
        return;
    connection().database->execute(
        isWanted ? QStringLiteral("PRAGMA synchronous = FULL") : QStringLiteral("PRAGMA synchronous = NORMAL"));
    connection().syncs = isWanted;
}

void GroupCommit::syncAtRest()
{
    if (m_options.durability == Durability::Full && m_isUnsynced)
        m_isUnsynced = !Checkpointer::checkpoint(*connection().database); // it syncs the log first
}

void GroupCommit::repair(const SqlError &error)
{
    m_connection.reset();
    m_file.replaceDamaged(error.text);
    m_answers.emplace_back(StoreHealth{m_retryAt.has_value(), m_file.alarm()});
}

/// Nobody commits to a store that fails: whether it works again shows by writing something that changes nothing, and
/// by taking room and giving it back.
void GroupCommit::probe()
{
    Database &database = *connection().database;
    const qint64 version = database.number(QStringLiteral("PRAGMA user_version"));
    database.execute(QStringLiteral("PRAGMA user_version = %1").arg(version));
    const Transaction neverCommitted(database);
    database.execute(QStringLiteral("CREATE TABLE probe (bytes)"));
    database.execute(QStringLiteral("INSERT INTO probe VALUES (zeroblob(65536))"));
}

void GroupCommit::answerFetches()
{
    while (!m_fetches.empty()) {
        m_answers.emplace_back(answer(m_fetches.front()));
        m_fetches.pop_front();
    }
}

FetchAnswered GroupCommit::answer(const PendingFetch &fetch)
{
    try {
        return {StoreStatus::Durable, connection().reader.queuedAbove(fetch.clientId, fetch.after, fetch.count)};
    } catch (const SqlError &error) {
        if (error.fault() == SqlFault::Damage)
            throw; // answered from what is left of the file
        qCCritical(logStore, "The queue of client \"%s\" cannot be read: %s", fetch.clientId.constData(),
            error.sentence(m_file.name()).constData());
        return {StoreStatus::Failed, {}};
    }
}

void GroupCommit::giveUp(TimePoint now)
{
    const auto isOverdue = [this, now](TimePoint since) { return now - since >= m_options.retryLimit; };
    if (!m_isRelaxed)
        settle(m_commits.cameUntil(now - m_options.retryLimit), StoreStatus::Failed);
    while (!m_fetches.empty() && isOverdue(m_fetches.front().since)) {
        m_answers.emplace_back(FetchAnswered{StoreStatus::Failed, {}});
        m_fetches.pop_front();
    }
}

void GroupCommit::keepUp(TimePoint now)
{
    if (!m_upkeepAt || now < *m_upkeepAt)
        return;
    m_upkeepAt.reset();
    try {
        const bool isAtRest = now - m_lastWork >= restDelay;
        if (isAtRest)
            syncAtRest();
        if (connection().upkeep.step(isAtRest))
            m_upkeepAt = isAtRest ? now : now + restDelay;
        else if (!isAtRest)
            m_upkeepAt = m_lastWork + restDelay;
    } catch (const SqlError &error) {
        m_connection.reset();
        qCWarning(logStore, "Free room is not given back: %s", error.sentence(m_file.name()).constData());
    }
}

GroupCommit::Connection &GroupCommit::connection()
{
    if (!m_connection)
        m_connection = std::make_unique<Connection>(m_file, m_options.durability);
    return *m_connection;
}

/// The first `count` commits have their end.
void GroupCommit::settle(size_t count, StoreStatus status)
{
    if (count == 0)
        return;
    CommitsSettled settled = m_commits.takeFirst(count, status);
    CommitsSettled *const last = m_answers.empty() ? nullptr : std::get_if<CommitsSettled>(&m_answers.back());
    if (!last || last->status != status) {
        m_answers.emplace_back(std::move(settled));
        return;
    }
    last->last = settled.last;
    last->bytes += settled.bytes;
    std::move(settled.lots.begin(), settled.lots.end(), std::back_inserter(last->lots));
}

void GroupCommit::fail(const SqlError &error)
{
    const bool begins = !m_retryAt;
    m_retryAt = SystemClock().now() + m_options.retryInterval;
    if (!begins)
        return;
    const QByteArray sentence = error.sentence(m_file.name());
    qCCritical(logStore, "Nothing can be kept: %s. It is tried again every %lld ms", sentence.constData(),
        static_cast<long long>(m_options.retryInterval.count()));
    m_answers.emplace_back(StoreHealth{true, sentence});
}

void GroupCommit::recover()
{
    if (!m_retryAt)
        return;
    m_retryAt.reset();
    qCWarning(logStore, "The store %s can be written again", m_file.name().constData());
    m_answers.emplace_back(StoreHealth{false, m_file.alarm()});
}

} // namespace pigeon
