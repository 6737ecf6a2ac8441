#pragma once

#include "storage/deliverywriter.h"

namespace pigeon {

/// Writes what a batch comes to as rows, inside of a transaction that its caller holds. Removals first, so that a full
/// file takes a batch that frees as much as it needs. In the connection's thread; every call may throw SqlError.
class RowWriter
{
public:
    explicit RowWriter(Database &database);

    /// Returns how many rows were inserted, changed or removed.
    qint64 write(const FoldedBatch &batch);

private:
    using SessionChanges = FoldedBatch::SessionChanges;
    /// A session of the batch and what is known of it.
    struct Target
    {
        const QByteArray &clientId;
        const SessionChanges &changes;
        std::optional<qint64> key; // nothing: no such session, or not yet
        quint64 highestRemoved = 0; // of its deliveries

        bool willBeThere() const { return key || changes.put; }
    };

    void count(qint64 rows) { m_rows += rows; }
    std::optional<qint64> keyOf(const QByteArray &clientId);
    static DeliveryWriter::Receivers receiversIn(const std::vector<Target> &targets);
    void remove(Target &target);
    void removeSession(Target &target);
    void removeParts(const Target &target);
    void put(Target &target);
    void putSession(Target &target);
    void putParts(const Target &target);
    void keepLastNumber(const Target &target);
    void removeNamed(const FoldedBatch &batch);
    void putNamed(const FoldedBatch &batch);
    void putRetained(const Message &message);
    void putWill(const QByteArray &clientId, const StoredWill &will);

    DeliveryWriter m_deliveries;
    Statement m_findSession, m_insertSession, m_updateSession, m_raiseLastNumber, m_deleteSession;
    Statement m_putSubscription, m_deleteSubscription, m_deleteSubscriptions;
    Statement m_putInboundId, m_deleteInboundId, m_deleteInboundIds;
    Statement m_putRetained, m_deleteRetained;
    Statement m_putWill, m_deleteWill;
    qint64 m_rows = 0;
};

} // namespace pigeon
