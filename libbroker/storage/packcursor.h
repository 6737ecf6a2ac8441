#pragma once

#include "storage/packcodec.h"
#include "storage/statement.h"

#include <deque>

namespace pigeon {

/// The columns first, last, count and content of a row, from column `at` on.
Pack packOf(const Statement &row, int at);

/// Goes through the deliveries of one session that lie in packs, in the order of their numbers. In the connection's
/// thread; calls may throw SqlError.
class PackCursor
{
public:
    explicit PackCursor(Database &database);

    /// Those with numbers above `after`. What has expired at `now` is passed over.
    void start(qint64 session, quint64 after, std::chrono::milliseconds now = {});
    /// The one that `take` gives; null: there are no more.
    const StoredDelivery *peek();
    StoredDelivery take();
    void finish();

    /// Deliveries that could not be read since the last call.
    quint64 takeDamaged() { return std::exchange(m_damaged, 0); }

private:
    bool readNext();

    Statement m_rows;
    OriginPool m_origins;
    std::deque<StoredDelivery> m_read;
    quint64 m_after = 0;
    std::chrono::milliseconds m_now{0};
    quint64 m_damaged = 0;
    bool m_isOpen = false;
};

} // namespace pigeon
