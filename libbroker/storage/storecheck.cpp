#include "storage/fileheader.h"
#include "storage/lockfile.h"
#include "storage/packcursor.h"
#include "storage/schema.h"
#include "storage/statement.h"

#include <pigeon/sqlitestore.h>

#include <QFileInfo>

namespace pigeon {

namespace {

void note(StoreReport &report, const QByteArray &problem)
{
    report.problems.append(problem);
}

quint64 countOf(Database &database, const char *table, const char *condition = "1")
{
    return static_cast<quint64>(database.number(sql("SELECT count(*) FROM", table, "WHERE", condition)));
}

void lookForDamage(Database &database, StoreReport &report)
{
    for (const QByteArray &line : database.texts(QStringLiteral("PRAGMA integrity_check(100)"))) {
        if (line != "ok")
            note(report, line);
    }
}

/// What no check of SQLite knows of: rows that refer to others.
void lookForLooseEnds(Database &database, StoreReport &report)
{
    for (const char *table : {table::subscriptions, table::deliveries, table::packs, table::inboundIds}) {
        const quint64 lost = countOf(database, table,
            "session NOT IN (SELECT id FROM sessions) AND session NOT IN (SELECT session FROM ended)");
        if (lost > 0)
            note(report, QByteArray::number(lost) + " rows of " + table + " belong to no session");
    }
    const quint64 empty = countOf(
        database, table::deliveries, "message IS NOT NULL AND message NOT IN (SELECT id FROM messages)");
    if (empty > 0)
        note(report, QByteArray::number(empty) + " deliveries have no message");
}

/// Nor of this: whether a row with many deliveries holds what its columns say.
void lookIntoPacks(Database &database, StoreReport &report)
{
    quint64 damaged = 0;
    OriginPool origins;
    std::vector<StoredDelivery> deliveries;
    Statement row(database,
        sql("SELECT", column::first, ",", column::last, ",", column::count, ",", column::content, "FROM", table::packs));
    row.start();
    while (row.next()) {
        deliveries.clear();
        damaged += !readPack(packOf(row, 0), origins, deliveries);
    }
    if (damaged > 0)
        note(report, QByteArray::number(damaged) + " rows of packs are damaged");
}

void countRows(Database &database, StoreReport &report)
{
    report.sessions = countOf(database, table::sessions);
    report.subscriptions = countOf(database, table::subscriptions);
    const quint64 packed = static_cast<quint64>(database.number(sql("SELECT coalesce(sum(", column::count, "), 0) FROM",
        table::packs, "WHERE", column::session, "IN (SELECT id FROM sessions)")));
    report.queuedDeliveries
        = packed + countOf(database, table::deliveries, "stage = 0 AND session IN (SELECT id FROM sessions)");
    report.inFlightDeliveries
        = countOf(database, table::deliveries, "stage <> 0 AND session IN (SELECT id FROM sessions)");
    report.messages
        = packed + countOf(database, table::messages) + countOf(database, table::deliveries, "message IS NULL");
    report.inboundIds = countOf(database, table::inboundIds);
    report.retained = countOf(database, table::retained);
    report.wills = countOf(database, table::wills);
}

void measure(Database &database, const QString &file, StoreReport &report)
{
    const auto size = [](const QString &name) { return static_cast<quint64>(QFileInfo(name).size()); };
    report.fileBytes = size(file) + size(file + QStringLiteral("-wal"));
    const qint64 pages = database.number(QStringLiteral("PRAGMA page_count"));
    const qint64 free = database.number(QStringLiteral("PRAGMA freelist_count"));
    report.liveBytes = static_cast<quint64>((pages - free) * database.number(QStringLiteral("PRAGMA page_size")));
}

/// Without a log beside it, and with nobody who could begin one, the file can be read without a trace.
Database::Access accessTo(const QString &file, bool isHeld)
{
    const bool hasLog = QFileInfo::exists(file + QStringLiteral("-wal"));
    return isHeld && !hasLog ? Database::Access::Frozen : Database::Access::ReadOnly;
}

/// Why the file need not be opened; null when it must be.
const char *problemOf(FileHeader::Kind kind)
{
    switch (kind) {
    case FileHeader::Kind::Missing:
        return "there is no such file";
    case FileHeader::Kind::Unreadable:
        return "the file cannot be read";
    case FileHeader::Kind::Empty:
        return "the file is empty";
    case FileHeader::Kind::NotADatabase:
        return "the file is not a database";
    case FileHeader::Kind::Database:
        break;
    }
    return nullptr;
}

void read(const QString &file, bool isHeld, StoreReport &report)
{
    Database database(file, accessTo(file, isHeld));
    // All of it as it is at one moment, while a broker may go on writing.
    database.execute(QStringLiteral("BEGIN"));
    report.schemaVersion = Schema::versionOf(database);
    measure(database, file, report);
    if (database.number(QStringLiteral("PRAGMA application_id")) != Schema::applicationId) {
        note(report, "it is the database of another program");
        return;
    }
    if (report.schemaVersion < Schema::newestVersion()) {
        note(report, "its schema is the older " + QByteArray::number(report.schemaVersion) + ": the next start of a broker makes it "
                + QByteArray::number(Schema::newestVersion()) + ", then it can be looked into");
        return;
    }
    if (report.schemaVersion != Schema::newestVersion()) {
        note(report, "its schema is " + QByteArray::number(report.schemaVersion) + ", this version of the broker reads "
                + QByteArray::number(Schema::newestVersion()));
        return;
    }
    lookForDamage(database, report);
    countRows(database, report);
    lookForLooseEnds(database, report);
    lookIntoPacks(database, report);
}

} // namespace

StoreReport checkSqliteStore(const QString &file)
{
    StoreReport report;
    const FileHeader header = FileHeader::of(file);
    if (const char *problem = problemOf(header.kind)) {
        note(report, problem);
        return report;
    }
    // Held until the end, so that no broker begins in the middle; made by a broker only, since whoever looks may be
    // another user than it.
    LockFile lock(file + QStringLiteral(".lock"));
    const LockFile::Result result = lock.takeIfThere();
    report.isInUse = result == LockFile::Result::HeldByAnother;
    try {
        read(file, result == LockFile::Result::Held, report);
    } catch (const SqlError &error) {
        note(report, error.text + " (SQLite error " + QByteArray::number(error.code) + ')');
    }
    report.isSound = report.problems.isEmpty();
    return report;
}

} // namespace pigeon
