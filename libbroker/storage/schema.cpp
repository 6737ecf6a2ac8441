#include "storage/schema.h"

#include <array>

namespace pigeon {

namespace {

constexpr TableSpec tables[] = {
    {table::sessions, column::id},
    {table::messages, column::id},
    {table::subscriptions, "session, filter"},
    {table::deliveries, "session, number"},
    {table::packs, column::id},
    {table::ended, column::session},
    {table::inboundIds, "session, packet_id"},
    {table::retained, column::topic},
    {table::wills, column::clientId},
};

// Steps are history: they are never changed and name everything as it was then. Payloads stand last in their rows, so
// that nobody who wants other columns reads through them.
constexpr const char *toVersion1[] = {
    "CREATE TABLE sessions ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, client_id BLOB NOT NULL UNIQUE, user_name BLOB NOT NULL,"
    " expiry_seconds INTEGER NOT NULL, ends_at INTEGER, last_number INTEGER NOT NULL DEFAULT 0)",

    "CREATE TABLE subscriptions ("
    " session INTEGER NOT NULL, filter BLOB NOT NULL, maximum_qos INTEGER NOT NULL, no_local INTEGER NOT NULL,"
    " retain_as_published INTEGER NOT NULL, identifier INTEGER NOT NULL,"
    " PRIMARY KEY (session, filter)) WITHOUT ROWID",

    "CREATE TABLE messages ("
    " id INTEGER PRIMARY KEY, receivers INTEGER NOT NULL, expires_at INTEGER,"
    " published INTEGER NOT NULL, arrival INTEGER NOT NULL, publisher BLOB NOT NULL,"
    " publisher_user BLOB NOT NULL, publisher_address BLOB NOT NULL,"
    " properties BLOB NOT NULL, topic BLOB NOT NULL, payload BLOB NOT NULL)",

    "CREATE TABLE deliveries ("
    " session INTEGER NOT NULL, number INTEGER NOT NULL, stage INTEGER NOT NULL, packet_id INTEGER NOT NULL,"
    " qos INTEGER NOT NULL, flags INTEGER NOT NULL, bytes INTEGER NOT NULL, expires_at INTEGER, message INTEGER,"
    " identifiers BLOB, shared_filter BLOB,"
    " published INTEGER, arrival INTEGER, publisher BLOB, publisher_user BLOB,"
    " publisher_address BLOB,"
    " properties BLOB, topic BLOB, payload BLOB,"
    " PRIMARY KEY (session, number)) WITHOUT ROWID",

    "CREATE TRIGGER receiver_gone AFTER DELETE ON deliveries WHEN OLD.message IS NOT NULL BEGIN"
    " UPDATE messages SET receivers = receivers - 1 WHERE id = OLD.message;"
    " DELETE FROM messages WHERE id = OLD.message AND receivers <= 0;"
    " END",

    "CREATE TABLE ended (session INTEGER PRIMARY KEY)",

    "CREATE TABLE inbound_ids ("
    " session INTEGER NOT NULL, packet_id INTEGER NOT NULL,"
    " PRIMARY KEY (session, packet_id)) WITHOUT ROWID",

    "CREATE TABLE retained ("
    " topic BLOB NOT NULL PRIMARY KEY, expires_at INTEGER,"
    " published INTEGER NOT NULL, arrival INTEGER NOT NULL, publisher BLOB NOT NULL,"
    " publisher_user BLOB NOT NULL, publisher_address BLOB NOT NULL,"
    " properties BLOB NOT NULL, payload BLOB NOT NULL) WITHOUT ROWID",

    "CREATE TABLE wills ("
    " client_id BLOB NOT NULL PRIMARY KEY, user_name BLOB NOT NULL, address BLOB NOT NULL, due_at INTEGER,"
    " qos INTEGER NOT NULL, retain INTEGER NOT NULL, properties BLOB NOT NULL, topic BLOB NOT NULL,"
    " payload BLOB NOT NULL) WITHOUT ROWID",
};

// Most of what waits is written in packs; rows of before stay what they are.
constexpr const char *toVersion2[] = {
    "CREATE TABLE packs ("
    " id INTEGER PRIMARY KEY, session INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " count INTEGER NOT NULL, bytes INTEGER NOT NULL, expires_at INTEGER, content BLOB NOT NULL)",

    "CREATE UNIQUE INDEX packs_of_session ON packs (session, first)",
};

constexpr SchemaStep steps[] = {SchemaStep(toVersion1), SchemaStep(toVersion2)};

void takeStep(Database &database, SchemaStep step, int version)
{
    Transaction transaction(database);
    for (const char *statement : step)
        database.execute(QString::fromLatin1(statement));
    database.execute(QStringLiteral("PRAGMA application_id = %1").arg(Schema::applicationId));
    database.execute(QStringLiteral("PRAGMA user_version = %1").arg(version));
    transaction.commit();
}

} // namespace

std::span<const TableSpec> allTables()
{
    return tables;
}

int Schema::newestVersion()
{
    return static_cast<int>(std::size(steps));
}

int Schema::versionOf(Database &database)
{
    return static_cast<int>(database.number(QStringLiteral("PRAGMA user_version")));
}

void Schema::migrate(Database &database, int version)
{
    migrate(database, std::span<const SchemaStep>(steps).first(static_cast<size_t>(version)));
}

void Schema::migrate(Database &database, std::span<const SchemaStep> stepsToTake)
{
    for (auto done = static_cast<size_t>(versionOf(database)); done < stepsToTake.size(); ++done)
        takeStep(database, stepsToTake[done], static_cast<int>(done) + 1);
}

} // namespace pigeon
