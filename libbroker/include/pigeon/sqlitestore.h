#pragma once

#include <pigeon/options.h>
#include <pigeon/store.h>

#include <QByteArrayList>
#include <QString>

#include <memory>

namespace pigeon {

/// How far a long start has come.
struct StoreProgress
{
    enum class Step { Checking, Salvaging, Loading };
    Step step = Step::Loading;
    quint64 rows = 0; ///< read so far; 0 where it cannot be told
};

/// How to open a durable store. Since 0.1.
struct SqliteStoreOptions
{
    QString file; ///< its directory must exist; `<file>.lock`, `<file>-wal` and `<file>-shm` lie beside it
    Durability durability = Durability::Full;
    /// How often writing is tried again while it fails, and how long a commit may wait before it is Failed. Relaxed
    /// commits never are.
    std::chrono::milliseconds retryInterval{1'000};
    std::chrono::milliseconds retryLimit{10'000};
    /// Relaxed: what waits while writing fails, in bytes; what comes beyond that is dropped, counted and logged.
    quint64 maximumWaitingBytes = 64 * 1024 * 1024;
    /// The database file grows no further, as if the disk were full; in bytes, 0 = no bound.
    quint64 maximumFileBytes = 0;
    /// Called on the opener's thread while opening or loading takes longer than a second, about once a second.
    std::function<void(const StoreProgress &)> progress;
};

/// A store, or a sentence for people that says why there is none and what to do.
struct OpenedStore
{
    std::unique_ptr<Store> store;
    QString error;
};

/// Opens the store in `options.file` and makes it if there is none. It belongs to the calling thread, which must have
/// an event loop to hear of tickets; the disk is worked on in a thread of its own. One process may hold a file.
///
/// A damaged file is no error: it is set aside under a name with the date, what can be read of it is taken over into a
/// new one, the log and `health().text` say so. A file of a newer version, of another program, or one that is in use is
/// refused and left untouched. Since 0.1.
OpenedStore openSqliteStore(const SqliteStoreOptions &options);

/// What a look at a store's file has found.
struct StoreReport
{
    bool isSound = false;
    QByteArrayList problems; ///< not sound: sentences, the first hundred at most
    bool isInUse = false; ///< a broker has it open; its figures are those of one moment
    int schemaVersion = 0;
    quint64 sessions = 0;
    quint64 subscriptions = 0;
    quint64 queuedDeliveries = 0; ///< not sent yet
    quint64 inFlightDeliveries = 0; ///< sent, not acknowledged
    quint64 messages = 0; ///< that the deliveries hold; one with many receivers counts once
    quint64 inboundIds = 0; ///< QoS 2 exchanges of publishers that wait for their PUBREL
    quint64 retained = 0;
    quint64 wills = 0;
    quint64 fileBytes = 0; ///< on the disk, the write-ahead log included
    quint64 liveBytes = 0; ///< of them in use
};

/// Reads all of `file` and changes nothing, also while a broker uses it. Any thread. Since 0.1.
StoreReport checkSqliteStore(const QString &file);

} // namespace pigeon
