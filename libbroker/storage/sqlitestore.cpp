#include "storage/sqlitestore.h"

#include "base/logging.h"

namespace pigeon {

namespace {

// Relaxed: nobody waits for the disk as long as no more than this waits to be written. Who commits faster than the disk
// writes would else fill the memory.
constexpr quint64 relaxedBytes = 16 * 1024 * 1024;
constexpr quint64 relaxedHurryBytes = relaxedBytes / 4; // from here on the disk does not wait either

quint64 bytesOf(const change::AddDelivery &add)
{
    return static_cast<quint64>(add.delivery.message->memoryBytes())
        + add.delivery.subscriptionIdentifiers.size() * sizeof(quint32);
}

quint64 bytesOf(const change::PutRetained &put)
{
    return static_cast<quint64>(put.message->memoryBytes());
}

quint64 bytesOf(const change::PutWill &put)
{
    return static_cast<quint64>(put.will->fields.topic.size() + put.will->fields.payload.size());
}

template <typename Change>
quint64 bytesOf(const Change &)
{
    return 0; // names that its session holds anyway
}

quint64 bytesOfAll(std::span<const StoreChange> changes)
{
    quint64 bytes = changes.size() * sizeof(StoreChange);
    for (const StoreChange &change : changes)
        bytes += visitChange(change, [](const auto &each) { return bytesOf(each); });
    return bytes;
}

} // namespace

OpenedStore openSqliteStore(const SqliteStoreOptions &options)
{
    auto file = std::make_unique<StoreFile>(options);
    if (const QByteArray sentence = file->prepare(); !sentence.isEmpty())
        return {nullptr, QString::fromLocal8Bit(sentence)};
    return {std::make_unique<SqliteStore>(std::move(file), options), {}};
}

SqliteStore::SqliteStore(std::unique_ptr<StoreFile> file, const SqliteStoreOptions &options)
    : m_options(options)
    , m_isRelaxed(options.durability == Durability::Relaxed)
    , m_file(std::move(file))
    , m_answers([this] { takeAnswers(); })
    , m_thread(std::make_unique<StorageThread>(*m_file, options, m_answers))
    , m_turn(m_thread->queue())
{
    setHealth({false, m_file->alarm()});
}

SqliteStore::~SqliteStore()
{
    m_isEnding = true;
    flush();
}

void SqliteStore::load(StoreVisitor &visitor, const LoadBounds &bounds)
{
    StoredState state = read(bounds);
    if (state.damagedRows > 0)
        qCCritical(logStore, "%llu rows of the store %s make no sense and are left out",
            static_cast<unsigned long long>(state.damagedRows), m_file->name().constData());
    for (RestoredSession &session : state.sessions)
        visitor.restore(std::move(session));
    for (MessagePtr &message : state.retained)
        visitor.restore(std::move(message));
}

/// Everything is read before anything is told: what turns out to be damaged halfway is read anew from what is left.
StoredState SqliteStore::read(const LoadBounds &bounds)
{
    try {
        try {
            return readOnce(bounds);
        } catch (const SqlError &error) {
            if (error.fault() != SqlFault::Damage && !error.isReadError())
                throw;
            m_file->replaceDamaged(error.text);
            setHealth({false, m_file->alarm()});
            return readOnce(bounds);
        }
    } catch (const SqlError &error) {
        const QByteArray sentence = error.sentence(m_file->name());
        qCCritical(logStore, "The broker starts without what was kept: %s", sentence.constData());
        setHealth({false, "started without what was kept: " + sentence});
    }
    return {};
}

StoredState SqliteStore::readOnce(const LoadBounds &bounds)
{
    const std::unique_ptr<Database> database = m_file->open();
    StateReader reader(*database, bounds, SystemClock().wallTime(), m_file->progress());
    StoredState state = reader.read();
    reader.removeOvertaken();
    return state;
}

Ticket SqliteStore::add(std::span<StoreChange> changes, bool isAwaited)
{
    if (changes.empty())
        return 0;
    if (m_isRelaxed && health().isFailing && m_waitingBytes > m_options.maximumWaitingBytes) {
        drop();
        return 0;
    }
    const quint64 bytes = bytesOfAll(changes);
    m_waitingBytes += bytes;
    m_turn.add(++m_lastTicket, changes, bytes, isAwaited);
    return m_isRelaxed ? relaxedTicket() : m_lastTicket;
}

Ticket SqliteStore::relaxedTicket()
{
    hurryIfMuch();
    if (m_waitingBytes <= relaxedBytes || health().isFailing)
        return 0;
    return m_lastAwaited = m_lastTicket;
}

/// Relaxed, once for all that waits.
void SqliteStore::hurryIfMuch()
{
    if (m_waitingBytes > relaxedHurryBytes && !std::exchange(m_isHurried, true))
        queue().hurry();
}

void SqliteStore::drop()
{
    if (m_droppedCommits++ == 0)
        qCCritical(logStore, "Commits are dropped: more than %llu bytes wait for the store %s",
            static_cast<unsigned long long>(m_options.maximumWaitingBytes), m_file->name().constData());
}

void SqliteStore::reportDropped()
{
    if (const quint64 dropped = std::exchange(m_droppedCommits, 0))
        qCCritical(logStore, "%llu commits were dropped while the store %s could not be written",
            static_cast<unsigned long long>(dropped), m_file->name().constData());
}

void SqliteStore::fetch(const QByteArray &clientId, quint64 after, size_t count, Fetched fetched)
{
    m_fetches.push_back(std::move(fetched));
    queue().add(PendingFetch{clientId, after, count, SystemClock().now()});
}

void SqliteStore::flush()
{
    const std::optional<TimePoint> until
        = m_isRelaxed ? std::optional(SystemClock().now() + m_options.retryLimit) : std::nullopt;
    while (!isAllSettled()) {
        queue().hurry(); // who is told of an end may commit more, and no event loop runs to hand that over
        if (m_arrived.empty() && !m_answers.wait(until))
            return;
        takeAnswers();
    }
}

void SqliteStore::takeAnswers()
{
    for (StoreAnswer &answer : m_answers.take())
        m_arrived.push_back(std::move(answer));
    // Who is told may flush, and so come back here: each answer is dealt with once, in their order.
    while (!m_arrived.empty()) {
        StoreAnswer answer = std::move(m_arrived.front());
        m_arrived.pop_front();
        std::visit([this](auto &each) { take(each); }, answer);
    }
}

void SqliteStore::take(CommitsSettled &settled)
{
    m_waitingBytes -= settled.bytes;
    m_settled = settled.last;
    m_isHurried = false;
    if (m_isRelaxed)
        hurryIfMuch();
    for (CommitLot &lot : settled.lots)
        m_turn.reuse(std::move(lot));
    tell(m_settled, settled.status);
}

/// What goes to the storage thread now comes after all that was committed.
WorkQueue &SqliteStore::queue()
{
    m_turn.handOver();
    return m_thread->queue();
}

/// Up to `last`, of those whom it was not told yet; relaxed: where a ticket was given out.
void SqliteStore::tell(Ticket last, StoreStatus status)
{
    const Ticket told = std::exchange(m_told, std::max(m_told, last));
    if (m_isEnding)
        return;
    const Ticket lastAwaited = m_isRelaxed ? std::min(last, m_lastAwaited) : last;
    if (told < lastAwaited)
        complete(told + 1, lastAwaited, status);
}

void SqliteStore::take(FetchAnswered &answered)
{
    const Fetched fetched = std::move(m_fetches.front());
    m_fetches.pop_front();
    if (!m_isEnding)
        fetched(answered.status, std::move(answered.deliveries));
}

void SqliteStore::take(const StoreHealth &health)
{
    if (m_isEnding)
        return;
    if (!health.isFailing)
        reportDropped();
    setHealth(health); // first: who is told may commit more, and is not to wait for that
    if (health.isFailing && m_isRelaxed)
        tell(m_lastTicket, StoreStatus::Durable); // as durable as relaxed promises; now it may take long
}

} // namespace pigeon
