#include "storage/packcursor.h"

#include "storage/rowcodec.h"
#include "storage/schema.h"

namespace pigeon {

Pack packOf(const Statement &row, int at)
{
    Pack pack;
    pack.first = static_cast<quint64>(row.integer(at));
    pack.last = static_cast<quint64>(row.integer(at + 1));
    pack.count = static_cast<quint64>(row.integer(at + 2));
    pack.content = row.bytes(at + 3);
    return pack;
}

PackCursor::PackCursor(Database &database)
    : m_rows(database, // from the last pack that begins at `after` or before it
          sql("SELECT", column::content, ",", column::count, "FROM", table::packs, "WHERE", column::session, "= ? AND",
              column::first, ">= coalesce((SELECT max(", column::first, ") FROM", table::packs, "WHERE",
              column::session, "= ? AND", column::first, "<= ?), 0) ORDER BY", column::first))
{
}

void PackCursor::start(qint64 session, quint64 after, std::chrono::milliseconds now)
{
    m_after = after;
    m_now = now;
    m_read.clear();
    m_rows.start(session, session, after);
    m_isOpen = true;
}

const StoredDelivery *PackCursor::peek()
{
    while (m_read.empty() && m_isOpen) {
        if (!readNext())
            m_isOpen = false;
    }
    return m_read.empty() ? nullptr : &m_read.front();
}

StoredDelivery PackCursor::take()
{
    StoredDelivery delivery = std::move(m_read.front());
    m_read.pop_front();
    return delivery;
}

void PackCursor::finish()
{
    if (std::exchange(m_isOpen, false))
        m_rows.finish();
    m_read.clear();
    m_origins.clear();
}

bool PackCursor::readNext()
{
    if (!m_rows.next())
        return false;
    const QByteArray content = m_rows.bytes(0);
    std::vector<StoredDelivery> deliveries;
    if (!readPack(content, m_origins, deliveries))
        m_damaged += static_cast<quint64>(m_rows.integer(1)) - std::min<quint64>(deliveries.size(), m_rows.integer(1));
    for (StoredDelivery &each : deliveries) {
        const auto expiry = expiresAt(*each.message);
        if (each.number > m_after && (!expiry || *expiry > m_now))
            m_read.push_back(std::move(each));
    }
    return true;
}

} // namespace pigeon
