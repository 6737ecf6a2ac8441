#pragma once

#include "storage/foldedbatch.h"
#include "storage/statement.h"

namespace pigeon {

/// Writes the deliveries of sessions and the messages that they share. Part of RowWriter, which knows the sessions;
/// in its thread, every call may throw SqlError. What is returned are rows inserted, changed or removed.
class DeliveryWriter
{
public:
    explicit DeliveryWriter(Database &database);

    /// How many of the deliveries that will be inserted a message has.
    using Receivers = QHash<const Message *, int>;
    /// To be called for each batch before its first `insert`.
    void begin(Receivers receivers);
    /// Removes all of a session that ends, or, if there are many, leaves them to be removed later.
    qint64 removeAll(qint64 session);
    /// Raises `highestRemoved` to the highest number of the rows that go.
    qint64 takeStep(qint64 session, const FoldedBatch::Step &step, quint64 &highestRemoved);
    qint64 insert(qint64 session, const FoldedBatch::NewDelivery &added);
    /// Whether a delivery with a higher number is there.
    bool isAnyAbove(qint64 session, quint64 number);

private:
    qint64 removeQueued(qint64 session, quint64 upTo, quint64 &highestRemoved);
    bool liesInRow(const Message &message) const;
    qint64 sharedRow(const Message &message);

    Statement m_insert, m_insertShared, m_update, m_delete, m_deleteAll;
    Statement m_countSome, m_leaveForLater;
    Statement m_highestQueued, m_deleteQueued, m_isAnyAbove;
    Statement m_insertMessage;

    qint64 m_rows = 0;
    Receivers m_receivers; // of the batch
    QHash<const Message *, qint64> m_messageRows; // written in the batch
};

} // namespace pigeon
