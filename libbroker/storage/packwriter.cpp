#include "storage/packwriter.h"

#include "base/logging.h"
#include "storage/schema.h"

#include <algorithm>
#include <limits>

namespace pigeon {

PackWriter::PackWriter(Database &database)
    : m_insert(database,
          sql("INSERT INTO", table::packs, "(", column::session, ",", column::first, ",", column::last, ",",
              column::count, ",", column::bytes, ",", column::expiresAt, ",", column::content,
              ") VALUES (?, ?, ?, ?, ?, ?, ?)"))
    , m_delete(database, sql("DELETE FROM", table::packs, "WHERE", column::id, "= ?"))
    , m_deleteAll(database, sql("DELETE FROM", table::packs, "WHERE", column::session, "= ?"))
    , m_deleteUpTo(database,
          sql("DELETE FROM", table::packs, "WHERE", column::session, "= ? AND", column::first, "<= ? AND", column::last,
              "<= ?"))
    , m_find(database,
          sql("SELECT", column::id, ",", column::first, ",", column::last, ",", column::content, "FROM", table::packs,
              "WHERE", column::session, "= ? AND", column::first, "<= ? ORDER BY", column::first, "DESC LIMIT 1"))
    , m_firstAbove(database,
          sql("SELECT min(", column::first, ") FROM", table::packs, "WHERE", column::session, "= ? AND", column::first,
              "> ?"))
    , m_last(database,
          sql("SELECT", column::last, "FROM", table::packs, "WHERE", column::session, "= ? ORDER BY", column::first,
              "DESC LIMIT 1"))
    , m_lastUpTo(database,
          sql("SELECT max(", column::last, ") FROM", table::packs, "WHERE", column::session, "= ? AND", column::first,
              "<= ? AND", column::last, "<= ?"))
    , m_countSome(database,
          sql("SELECT count(*) FROM (SELECT 1 FROM", table::packs, "WHERE", column::session, "= ? LIMIT ?)"))
{
}

void PackWriter::begin(qint64 session)
{
    m_session = session;
    m_encoder.clear();
    m_open.reset();
    m_highest.reset();
    m_origins.clear();
    m_gapFrom = 1;
    m_gapTo = 0;
}

// --- adding ------------------------------------------------------------------------------------------------------

bool PackWriter::isAboveAll(quint64 number)
{
    if (!m_highest)
        m_highest = highest();
    return number > *m_highest && number > m_encoder.last();
}

quint64 PackWriter::highest()
{
    m_last.start(m_session);
    const quint64 last = m_last.next() ? static_cast<quint64>(m_last.integer(0)) : 0;
    m_last.finish();
    return last;
}

void PackWriter::add(const StoredDelivery &delivery)
{
    if (m_encoder.add(delivery))
        return;
    write();
    (void)m_encoder.add(delivery); // alone it fits
}

void PackWriter::flush()
{
    if (!m_encoder.isEmpty())
        write();
}

void PackWriter::write()
{
    const Pack pack = m_encoder.pack();
    m_insert.run(m_session, pack.first, pack.last, pack.count, pack.bytes, pack.expiresAt, pack.content);
    ++m_rows;
    if (m_highest)
        m_highest = std::max(*m_highest, pack.last);
    m_encoder.clear();
}

// --- taking ------------------------------------------------------------------------------------------------------

/// Makes the pack that spans `number` the open one; false: there is none.
bool PackWriter::open(quint64 number)
{
    if (m_open && m_open->spans(number))
        return true;
    if (m_gapFrom <= number && number <= m_gapTo)
        return false;
    close();
    m_find.start(m_session, number);
    quint64 below = 0;
    if (m_find.next()) {
        Open found;
        found.id = m_find.integer(0);
        found.first = static_cast<quint64>(m_find.integer(1));
        found.last = below = static_cast<quint64>(m_find.integer(2));
        if (found.spans(number)) {
            if (!readPack(m_find.bytes(3), m_origins, found.deliveries))
                qCWarning(logStore, "A row of a queue is damaged: messages %llu to %llu of it are lost",
                    found.deliveries.empty() ? found.first : found.deliveries.back().number + 1, found.last);
            m_open = std::move(found);
        }
        m_find.finish();
    }
    if (m_open)
        return true;
    m_firstAbove.start(m_session, number);
    m_gapFrom = below + 1;
    m_gapTo = m_firstAbove.next() && !m_firstAbove.isNull(0) ? static_cast<quint64>(m_firstAbove.integer(0)) - 1
                                                             : std::numeric_limits<quint64>::max();
    m_firstAbove.finish();
    return false;
}

/// The delivery of that number in the open pack; null: it was not there, or is no more.
StoredDelivery *PackWriter::find(quint64 number)
{
    const auto found = std::lower_bound(m_open->deliveries.begin(), m_open->deliveries.end(), number,
        [](const StoredDelivery &each, quint64 wanted) { return each.number < wanted; });
    return found != m_open->deliveries.end() && found->number == number && found->message ? &*found : nullptr;
}

bool PackWriter::holds(quint64 number)
{
    return open(number) && find(number);
}

std::optional<StoredDelivery> PackWriter::take(quint64 number)
{
    StoredDelivery *found = open(number) ? find(number) : nullptr;
    if (!found)
        return std::nullopt;
    m_open->isChanged = true;
    StoredDelivery taken = std::move(*found);
    found->number = taken.number; // it is found by
    return taken;
}

quint64 PackWriter::removeUpTo(quint64 upTo)
{
    close();
    quint64 highest = 0;
    m_lastUpTo.start(m_session, upTo, upTo);
    if (m_lastUpTo.next() && !m_lastUpTo.isNull(0))
        highest = static_cast<quint64>(m_lastUpTo.integer(0));
    m_lastUpTo.finish();
    if (highest > 0)
        m_rows += m_deleteUpTo.run(m_session, upTo, upTo);
    if (!open(upTo))
        return highest;
    for (StoredDelivery &each : m_open->deliveries) {
        if (each.number > upTo)
            break;
        highest = std::max(highest, each.number);
        each.message = nullptr;
        m_open->isChanged = true;
    }
    close();
    return highest;
}

void PackWriter::close()
{
    if (!m_open)
        return;
    const Open closed = std::move(*m_open);
    m_open.reset();
    if (!closed.isChanged)
        return;
    m_rows += m_delete.run(closed.id);
    for (const StoredDelivery &each : closed.deliveries) {
        if (each.message)
            add(each);
    }
    flush();
}

// --- all of a session --------------------------------------------------------------------------------------------

void PackWriter::removeAll(qint64 session)
{
    m_rows += m_deleteAll.run(session);
}

int PackWriter::countSome(qint64 session, int most)
{
    m_countSome.start(session, most);
    const int count = m_countSome.next() ? static_cast<int>(m_countSome.integer(0)) : 0;
    m_countSome.finish();
    return count;
}

} // namespace pigeon
