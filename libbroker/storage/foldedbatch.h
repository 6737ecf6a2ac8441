#pragma once

#include <pigeon/store.h>

#include <QHash>

#include <map>
#include <set>

namespace pigeon {

/// What a sequence of changes comes to: what is added and removed again within it is struck and never written, what is
/// moved on is written as it is in the end. A subscriber that acknowledges before its batch is written so costs the
/// disk nothing. It points into the changes, which must outlive it. Pure data, any thread; knows no SQL.
class FoldedBatch
{
public:
    void add(const StoreChange &change);

    struct Progress
    {
        DeliveryStage stage = DeliveryStage::Queued;
        quint16 packetId = 0;
    };
    struct NewDelivery
    {
        const StoredDelivery *delivery = nullptr;
        Progress progress;
    };
    /// Changes of deliveries that were there before the batch. To be done in this order: what is queued and at most
    /// `removeQueuedUpTo` goes, `progress` is made, `removed` go. Most sessions have one step.
    struct Step
    {
        std::optional<quint64> removeQueuedUpTo;
        std::map<quint64, Progress> progress;
        std::set<quint64> removed;
    };
    struct SessionChanges
    {
        bool isRemoved = false; ///< all that was there before the batch goes first
        const StoredSession *put = nullptr;
        QHash<QByteArray, const StoredSubscription *> subscriptions; ///< null: removed
        std::vector<Step> steps;
        std::map<quint64, NewDelivery> added; ///< after all steps
        QHash<quint16, bool> inboundIds; ///< false: removed
    };

    const QHash<QByteArray, SessionChanges> &sessions() const { return m_sessions; }
    const QHash<QByteArray, const Message *> &retained() const { return m_retained; } ///< null: removed
    const QHash<QByteArray, const StoredWill *> &wills() const { return m_wills; } ///< null: removed

private:
    void apply(const change::PutSession &put);
    void apply(const change::RemoveSession &remove);
    void apply(const change::PutSubscription &put);
    void apply(const change::RemoveSubscription &remove);
    void apply(const change::AddDelivery &add);
    void apply(const change::UpdateDelivery &update);
    void apply(const change::RemoveDelivery &remove);
    void apply(const change::RemoveQueued &remove);
    void apply(const change::AddInboundId &add);
    void apply(const change::RemoveInboundId &remove);
    void apply(const change::PutRetained &put);
    void apply(const change::RemoveRetained &remove);
    void apply(const change::PutWill &put);
    void apply(const change::RemoveWill &remove);

    QHash<QByteArray, SessionChanges> m_sessions;
    QHash<QByteArray, const Message *> m_retained;
    QHash<QByteArray, const StoredWill *> m_wills;
};

} // namespace pigeon
