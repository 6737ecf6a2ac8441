#pragma once

#include "storage/foldedbatch.h"
#include "storage/packwriter.h"

namespace pigeon {

/// Writes the deliveries of sessions and the messages that they share. Part of RowWriter, which knows the sessions;
/// in its thread, every call may throw SqlError. What is returned are rows inserted, changed or removed.
class DeliveryWriter
{
public:
    explicit DeliveryWriter(Database &database);

    /// How many of the deliveries that will be inserted a message has; one when it is not named.
    using Receivers = QHash<const Message *, int>;
    /// To be called for each batch before its first `insert`.
    void begin(Receivers receivers);
    /// What is called next is about this session; its numbers are inserted in their order.
    void beginSession(qint64 session);
    /// Writes what `insert` has gathered.
    qint64 endSession();
    /// Removes all of a session that ends, or, if there are many, leaves them to be removed later.
    qint64 removeAll(qint64 session);
    /// Raises `highestRemoved` to the highest number of the rows that go.
    qint64 takeStep(qint64 session, const FoldedBatch::Step &step, quint64 &highestRemoved);
    void insert(qint64 session, const FoldedBatch::NewDelivery &added);
    /// Whether a delivery with a higher number is there; what was inserted is, after `endSession`.
    bool isAnyAbove(qint64 session, quint64 number);

private:
    void removeQueued(qint64 session, quint64 upTo, quint64 &highestRemoved);
    void moveOn(qint64 session, quint64 number, FoldedBatch::Progress progress);
    void remove(qint64 session, quint64 number, quint64 &highestRemoved);
    bool liesInRow(const Message &message) const;
    bool liesInPack(const FoldedBatch::NewDelivery &added);
    void insertRow(qint64 session, const StoredDelivery &delivery, FoldedBatch::Progress progress, bool inRow);
    qint64 sharedRow(const Message &message);
    qint64 takeRows() { return std::exchange(m_rows, 0) + m_packs.takeRows(); }

    Statement m_insert, m_insertShared, m_update, m_delete, m_deleteAll;
    Statement m_countSome, m_leaveForLater;
    Statement m_highestQueued, m_deleteQueued, m_isAnyAbove;
    Statement m_insertMessage;

    PackWriter m_packs;
    qint64 m_rows = 0; // since they were taken
    Receivers m_receivers; // of the batch
    QHash<const Message *, qint64> m_messageRows; // written in the batch
};

} // namespace pigeon
