#pragma once

#include "storage/messagerow.h"
#include "storage/packcursor.h"

#include <pigeon/store.h>

namespace pigeon {

/// Makes deliveries of rows of their own; those of one message share it again, over a whole load or within one `queuedAbove`. In the
/// connection's thread; calls may throw SqlError.
class DeliveryReader
{
public:
    explicit DeliveryReader(Database &database);

    /// What a query must select for `read`.
    static QString columns();
    static constexpr int columnCount = 8 + messageColumnCount;
    /// Nothing when the row is damaged.
    std::optional<StoredDelivery> read(const Statement &row);

    /// Queued deliveries of a client, in rows and in packs, with numbers above `after`, the lowest first, at most
    /// `count`.
    std::vector<StoredDelivery> queuedAbove(const QByteArray &clientId, quint64 after, size_t count);

private:
    MessagePtr messageOf(const Statement &row);
    MessagePtr sharedMessage(qint64 id);

    Statement m_findSession, m_queuedAbove;
    PackCursor m_packs;
    Statement m_findMessage;
    MessageReader m_messages;
    QHash<qint64, MessagePtr> m_shared;
};

} // namespace pigeon
