#include "storage/checkpointer.h"

#include "storage/statement.h"

namespace pigeon {

namespace {

// So much of commits is a checkpoint. A message counts with all that it takes in memory, some five times what it takes in
// the log.
constexpr quint64 enoughBytes = 4 * 1024 * 1024;
// The writer goes on while no more than that has been committed since a checkpoint was asked for: so the log stays bounded
// also on a disk that takes less than what comes.
constexpr quint64 mostBytesMeanwhile = 8 * enoughBytes;

} // namespace

Checkpointer::Checkpointer(Open open, qint64 longLog)
    : m_open(std::move(open))
    , m_longLog(longLog)
{
}

Checkpointer::~Checkpointer()
{
    if (!m_thread.joinable())
        return;
    {
        const std::scoped_lock lock(m_mutex);
        m_isOver = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

bool Checkpointer::checkpoint(Database &database, qint64 *logPages)
{
    Statement statement(database, QStringLiteral("PRAGMA wal_checkpoint(PASSIVE)"));
    statement.start();
    if (!statement.next() || statement.integer(0) != 0)
        return false;
    if (logPages)
        *logPages = statement.integer(1);
    return true;
}

// --- storage thread ----------------------------------------------------------------------------------------------

void Checkpointer::makeWay(Database &writer)
{
    if (m_isWriterToFinish.load(std::memory_order_acquire))
        finish(writer);
    else if (m_bytes >= enoughBytes)
        begin();
}

/// The pages of the last checkpoint's time are left. Nobody is at it: the thread rests until this is done.
void Checkpointer::finish(Database &writer)
{
    try {
        checkpoint(writer);
    } catch (const SqlError &) { // what is committed is in the log; a log that cannot be written any more is told of
    }
    m_isWriterToFinish.store(false, std::memory_order_relaxed);
}

void Checkpointer::begin()
{
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
    {
        std::unique_lock lock(m_mutex);
        if (m_isBusy && m_bytes < mostBytesMeanwhile)
            return;
        m_changed.wait(lock, [this] { return !m_isBusy; });
        if (m_isWriterToFinish.load(std::memory_order_relaxed))
            return; // with the next transaction
        m_isBusy = true;
        m_bytes = 0;
    }
    m_changed.notify_all();
}

// --- thread of its own -------------------------------------------------------------------------------------------

void Checkpointer::run()
{
    std::unique_ptr<Database> database;
    while (await()) {
        qint64 pages = 0;
        try {
            if (!database)
                database = m_open();
            checkpoint(*database, &pages);
        } catch (const SqlError &) {
            database.reset(); // who writes finds out, and tells
        }
        end(pages >= m_longLog);
    }
}

/// False when it is over.
bool Checkpointer::await()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_isBusy || m_isOver; });
    return !m_isOver;
}

void Checkpointer::end(bool isLogLong)
{
    m_isWriterToFinish.store(isLogLong, std::memory_order_release);
    {
        const std::scoped_lock lock(m_mutex);
        m_isBusy = false;
    }
    m_changed.notify_all();
}

} // namespace pigeon
