#pragma once

#include "storage/packcursor.h"

namespace pigeon {

/// The deliveries of one session in the order of their numbers, whether they lie in rows of their own or in packs. Both
/// have been started; the number is the first column of a row. In the connection's thread; `next` may throw SqlError.
class DeliverySequence
{
public:
    DeliverySequence(Statement &rows, PackCursor &packs)
        : m_rows(rows)
        , m_packs(packs)
        , m_hasRow(rows.next())
    {
    }
    ~DeliverySequence()
    {
        m_rows.finish();
        m_packs.finish();
    }
    DeliverySequence(const DeliverySequence &) = delete;
    DeliverySequence &operator=(const DeliverySequence &) = delete;

    enum class From { End, Row, Pack };
    /// Where the next delivery lies: it is the row that `rows` stands at, or what `packs` gives (to be taken).
    From next()
    {
        if (std::exchange(m_isRowUsed, false))
            m_hasRow = m_rows.next();
        const StoredDelivery *packed = m_packs.peek();
        if (!m_hasRow)
            return packed ? From::Pack : From::End;
        if (packed && packed->number < static_cast<quint64>(m_rows.integer(0)))
            return From::Pack;
        m_isRowUsed = true;
        return From::Row;
    }

private:
    Statement &m_rows;
    PackCursor &m_packs;
    bool m_hasRow;
    bool m_isRowUsed = false;
};

} // namespace pigeon
