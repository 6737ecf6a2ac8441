#pragma once

#include "storage/database.h"
#include "storage/lockfile.h"
#include "storage/progressclock.h"

#include <pigeon/sqlitestore.h>

namespace pigeon {

/// The file of a store: held by one process, private to its user, of the newest version and sound before anybody reads
/// or writes a row. A damaged one is set aside and replaced by what can be read of it. Used by one thread at a time;
/// knows nothing of commits.
class StoreFile
{
public:
    explicit StoreFile(const SqliteStoreOptions &options);

    /// Locks, makes or looks through the file. Returns why it cannot be used, a sentence; empty: it can.
    QByteArray prepare();
    /// From so many pages on the log is to begin anew, where a thread of its own writes it into the file.
    static constexpr int longLog = 2'000;
    /// A connection for the calling thread, with the store's settings. Throws SqlError. Any thread.
    std::unique_ptr<Database> open();
    /// The file turned out to be damaged: puts a new one in its place with what can be read. No connection to it may be
    /// open. Throws SqlError when that is not possible now.
    void replaceDamaged(const QByteArray &why);

    QByteArray name() const;
    /// What an operator has to know of how the file was found; empty when all was well.
    const QByteArray &alarm() const { return m_alarm; }
    ProgressClock &progress() { return m_progress; }

private:
    QByteArray refusal();
    QByteArray refusalOfLock();
    QByteArray refusalOfHeader() const;
    QByteArray refusalOfSchema(Database &database) const;
    QByteArray lookThrough();
    void create();
    void makePrivate() const;
    void check(Database &database);
    bool isCheckDue() const;
    QString setAside();

    const SqliteStoreOptions m_options;
    const QString m_file; // without symbolic links
    LockFile m_lock;
    ProgressClock m_progress;
    QByteArray m_alarm;
};

} // namespace pigeon
