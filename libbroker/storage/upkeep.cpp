#include "storage/upkeep.h"

#include "storage/schema.h"

#include <QFileInfo>

namespace pigeon {

namespace {

// Free pages (of 4 KiB) that stay: a queue that grows and shrinks all day need not move the end of the file.
constexpr qint64 keptFreePages = 256;
constexpr qint64 keptLogBytes = 4 * 1024 * 1024; // as much of a small disk as nobody minds
constexpr qint64 pagesPerStep = 256;
constexpr int deliveriesPerStep = 1'000;
constexpr int packsPerStep = 100;

} // namespace

Upkeep::Upkeep(Database &database)
    : m_database(database)
    , m_findEnded(database, sql("SELECT", column::session, "FROM", table::ended, "LIMIT 1"))
    , m_removeSome(database,
          sql("DELETE FROM", table::deliveries, "WHERE", column::session, "= ? AND", column::number, "IN (SELECT",
              column::number, "FROM", table::deliveries, "WHERE", column::session, "= ? ORDER BY", column::number,
              "LIMIT ?)"))
    , m_removePacks(database,
          sql("DELETE FROM", table::packs, "WHERE", column::id, "IN (SELECT", column::id, "FROM", table::packs, "WHERE",
              column::session, "= ? LIMIT ?)"))
    , m_removeEnded(database, sql("DELETE FROM", table::ended, "WHERE", column::session, "= ?"))
{
}

bool Upkeep::step(bool isAtRest)
{
    return removeEnded() || (isAtRest && shrink());
}

bool Upkeep::removeEnded()
{
    m_findEnded.start();
    if (!m_findEnded.next())
        return false;
    const qint64 session = m_findEnded.integer(0);
    m_findEnded.finish();
    Transaction transaction(m_database);
    const bool areRowsGone = m_removeSome.run(session, session, deliveriesPerStep) < deliveriesPerStep;
    if (areRowsGone && m_removePacks.run(session, packsPerStep) < packsPerStep)
        m_removeEnded.run(session);
    transaction.commit();
    return true;
}

bool Upkeep::isLogLong() const
{
    return QFileInfo(m_database.handle().databaseName() + QStringLiteral("-wal")).size() > keptLogBytes;
}

bool Upkeep::shrink()
{
    const qint64 surplus = m_database.number(QStringLiteral("PRAGMA freelist_count")) - keptFreePages;
    if (surplus > 0) {
        m_database.execute(QStringLiteral("PRAGMA incremental_vacuum(%1)").arg(std::min(surplus, pagesPerStep)));
        m_hasShrunk = true;
        return true;
    }
    if (m_hasShrunk || isLogLong()) // so far in the log alone
        m_database.execute(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
    m_hasShrunk = false;
    return false;
}

} // namespace pigeon
