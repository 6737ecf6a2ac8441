#include "storage/upkeep.h"

namespace pigeon {

namespace {

// Free pages (of 4 KiB) that stay: a queue that grows and shrinks all day need not move the end of the file.
constexpr qint64 keptFreePages = 256;
constexpr qint64 pagesPerStep = 256;

} // namespace

bool Upkeep::step()
{
    const qint64 surplus = m_database.number(QStringLiteral("PRAGMA freelist_count")) - keptFreePages;
    if (surplus > 0) {
        m_database.execute(QStringLiteral("PRAGMA incremental_vacuum(%1)").arg(std::min(surplus, pagesPerStep)));
        m_hasShrunk = true;
        return true;
    }
    if (m_hasShrunk) // so far in the log alone
        m_database.execute(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
    m_hasShrunk = false;
    return false;
}

} // namespace pigeon
