#include "storage/foldedbatch.h"

#include "base/prefetch.h"

namespace pigeon {

namespace {

constexpr size_t usualBytes = 128; // of origin, topic and payload: what is longer comes line by line, as it is read

/// The step that a change of a delivery from before the batch belongs to.
FoldedBatch::Step &lastStep(FoldedBatch::SessionChanges &session)
{
    if (session.steps.empty())
        session.steps.emplace_back();
    return session.steps.back();
}

} // namespace

void FoldedBatch::add(const StoreChange &change)
{
    visitChange(change, [this](const auto &each) { apply(each); });
}

/// Most changes in a row are of one session, and bear the very name that the broker has of it.
FoldedBatch::SessionChanges &FoldedBatch::changesOf(const QByteArray &clientId)
{
    if (m_last && clientId.constData() == m_lastId.constData() && clientId.size() == m_lastId.size())
        return *m_last;
    m_last = &m_sessions[clientId];
    m_lastId = clientId;
    return *m_last;
}

void FoldedBatch::apply(const change::PutSession &put)
{
    changesOf(put.session.clientId).put = &put.session;
}

void FoldedBatch::apply(const change::RemoveSession &remove)
{
    SessionChanges &changes = changesOf(remove.clientId);
    changes = SessionChanges();
    changes.isRemoved = true;
}

void FoldedBatch::apply(const change::PutSubscription &put)
{
    changesOf(put.clientId).subscriptions[put.subscription.filter] = &put.subscription;
}

void FoldedBatch::apply(const change::RemoveSubscription &remove)
{
    changesOf(remove.clientId).subscriptions[remove.filter] = nullptr;
}

void FoldedBatch::apply(const change::AddDelivery &add)
{
    const StoredDelivery &delivery = add.delivery;
    prefetch(delivery.message.get(), sizeof(Message) + usualBytes); // written later
    changesOf(add.clientId).added.insertOrAssign(
        delivery.number, NewDelivery{&delivery, {delivery.stage, delivery.packetId}});
}

void FoldedBatch::apply(const change::UpdateDelivery &update)
{
    SessionChanges &session = changesOf(update.clientId);
    const Progress progress{update.stage, update.packetId};
    if (NewDelivery *added = session.added.find(update.number))
        added->progress = progress;
    else
        lastStep(session).progress[update.number] = progress;
}

void FoldedBatch::apply(const change::RemoveDelivery &remove)
{
    SessionChanges &session = changesOf(remove.clientId);
    if (session.added.erase(remove.number))
        return; // numbers are never used twice: there is none from before
    Step &step = lastStep(session);
    step.progress.erase(remove.number);
    step.removed.insert(remove.number);
}

/// Whether a row is queued is known only where it lies: what was changed before it must be written before it.
void FoldedBatch::apply(const change::RemoveQueued &remove)
{
    SessionChanges &session = changesOf(remove.clientId);
    session.added.eraseIf([&remove](quint64 number, const NewDelivery &added) {
        return number <= remove.upTo && added.progress.stage == DeliveryStage::Queued;
    });
    session.steps.emplace_back().removeQueuedUpTo = remove.upTo;
}

// An id is used again and again, and one that was meant to be gone may be there after a commit that failed: removing
// is done even when the id was added in this batch. A removal of nothing writes nothing.
void FoldedBatch::apply(const change::AddInboundId &add)
{
    changesOf(add.clientId).inboundIds[add.packetId] = true;
}

void FoldedBatch::apply(const change::RemoveInboundId &remove)
{
    changesOf(remove.clientId).inboundIds[remove.packetId] = false;
}

void FoldedBatch::apply(const change::PutRetained &put)
{
    m_retained[put.message->topic().toByteArray()] = put.message.get();
}

void FoldedBatch::apply(const change::RemoveRetained &remove)
{
    m_retained[remove.topic] = nullptr;
}

void FoldedBatch::apply(const change::PutWill &put)
{
    m_wills[put.clientId] = put.will.get();
}

void FoldedBatch::apply(const change::RemoveWill &remove)
{
    m_wills[remove.clientId] = nullptr;
}

} // namespace pigeon
