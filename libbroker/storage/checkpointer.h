#pragma once

#include "storage/database.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace pigeon {

/// Writes the log into the database file while it grows, in a thread and on a connection of its own, so that commits need
/// not wait for the disk meanwhile. The log begins anew only after a moment in which all of it is in the file: when it has
/// become long the writer does what is left by itself, which is little. Made, told and destroyed in the storage thread; the
/// thread begins with the first checkpoint.
class Checkpointer
{
public:
    using Open = std::function<std::unique_ptr<Database>()>;

    /// `open` is called in the thread; may throw SqlError. `longLog` in pages.
    Checkpointer(Open open, qint64 longLog);
    /// Waits for a checkpoint that is under way.
    ~Checkpointer();
    Checkpointer(const Checkpointer &) = delete;
    Checkpointer &operator=(const Checkpointer &) = delete;

    /// A transaction of so many bytes, about, has been committed.
    void committed(quint64 bytes) { m_bytes += bytes + bytesOfTransaction; }
    /// To be called before the next one is begun on `writer`: begins a checkpoint when it is time, or finishes the log.
    /// Waits where the disk is much slower than what is committed.
    void makeWay(Database &writer);

    /// Writes into the file what it can without waiting for anybody. False: another connection is at it. Throws SqlError.
    static bool checkpoint(Database &database, qint64 *logPages = nullptr);

private:
    // Pages that a transaction writes beside its own.
    static constexpr quint64 bytesOfTransaction = 16 * 1024;

    void begin();
    void finish(Database &writer);
    void run();
    bool await();
    void end(bool isLogLong);

    const Open m_open;
    const qint64 m_longLog;
    quint64 m_bytes = 0; // committed since the last checkpoint was asked for
    std::atomic<bool> m_isWriterToFinish = false; // nothing is begun until it has
    std::mutex m_mutex; // of the next two
    bool m_isBusy = false; // asked for or under way
    bool m_isOver = false;
    std::condition_variable m_changed;
    std::thread m_thread; // last: it uses the others
};

} // namespace pigeon
