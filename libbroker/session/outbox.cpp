#include "session/outbox.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "session/connection.h"
#include "session/dropcount.h"
#include "session/forward.h"
#include "session/services.h"
#include "session/session.h"

#include <algorithm>

namespace pigeon {

namespace {

// The work of one step of a replay, counted in comparisons of a topic with a filter: what a client asks for at once
// does not hold up the others.
constexpr size_t replayWork = 20'000;
constexpr size_t replayMessages = 256;

qsizetype bytesOf(const RetainedReplay &replay)
{
    qsizetype bytes = 0;
    for (const RetainedReplay::Filter &each : replay.filters)
        bytes += static_cast<qsizetype>(sizeof each) + each.filter.size();
    return bytes;
}

void setExtras(MessageCopy &copy, std::span<const quint32> identifiers, const QByteArray &sharedFilter)
{
    if (identifiers.empty() && sharedFilter.isEmpty())
        return;
    copy.extras = std::make_unique<CopyExtras>();
    copy.extras->subscriptionIdentifiers.assign(identifiers.begin(), identifiers.end());
    copy.extras->sharedFilter = sharedFilter;
}

std::span<const quint32> identifiersOf(const MessageCopy &copy)
{
    return copy.extras ? std::span<const quint32>(copy.extras->subscriptionIdentifiers) : std::span<const quint32>();
}

/// A retained message goes with the right of who published it [CVE-2018-12546]; the broker's own is nobody's.
bool mayStillStand(Policy &policy, const Message &message)
{
    const OriginPtr &origin = message.origin();
    const bool isOfClient = origin && !origin->clientId.isEmpty();
    return !isOfClient || !isFailure(policy.mayPublish(*origin, message.topic()));
}

} // namespace

Outbox::Outbox(Session &session, Services &services)
    : m_session(session)
    , m_services(services)
    , m_queue(session, services)
{
}

/// Also of a session that is going to end with its connection, as long as some of its queue is in the store alone.
bool Outbox::isKept() const
{
    return (m_session.isDurable() || m_queue.isPartlyUnloaded()) && m_services.store.keeps();
}

// --- from the exchange ---------------------------------------------------------------------------------------

DeliveryOutcome Outbox::deliver(Publication &publication, const Delivery &delivery, StoreBatch &batch)
{
    if (delivery.qos == QoS::AtMostOnce)
        return deliverUnacknowledged(publication, delivery);
    return accept(makeCopy(publication, delivery, batch), batch);
}

DeliveryOutcome Outbox::deliverUnacknowledged(Publication &publication, const Delivery &delivery)
{
    // QoS 0 is for whoever is there: it is never queued (3.1.2.4 lets a server choose so).
    if (!m_connection)
        return DeliveryOutcome::Dropped;
    if (m_connection->isOutputFull(publication.bytes())) {
        countDrop(m_services, DropReason::OutputFull, m_session, publication, QoS::AtMostOnce, delivery.observed);
        logFirstDrop("it does not read, QoS 0 messages for it");
        return DeliveryOutcome::Dropped;
    }
    PublishLayout layout;
    layout.retain = delivery.retain;
    setExpiryLeft(publication, layout);
    layout.subscriptionIdentifiers = delivery.subscriptionIdentifiers;
    if (!m_connection->sendPublish(publication, layout)) {
        countDrop(m_services, DropReason::PacketTooLarge, m_session, publication, QoS::AtMostOnce, delivery.observed);
        return DeliveryOutcome::Dropped;
    }
    if (DeliveryObserver *const observer = m_services.observers.ofDelivery(delivery.observed)) [[unlikely]]
        observer->sent(m_session, publication, delivery);
    return DeliveryOutcome::Taken;
}

MessageCopy Outbox::makeCopy(Publication &publication, const Delivery &delivery, StoreBatch &batch)
{
    MessageCopy copy;
    copy.message = publication.message();
    copy.number = ++m_lastNumber;
    copy.qos = delivery.qos;
    copy.retain = delivery.retain;
    copy.isForwardAsked = delivery.isForwardAsked;
    copy.observed = delivery.observed;
    setExtras(copy, delivery.subscriptionIdentifiers, delivery.sharedFilter);
    if (copy.qos != QoS::AtMostOnce && isKept()) {
        StoredDelivery &row = batch.addDelivery(m_session.clientId());
        row.number = copy.number;
        row.message = copy.message;
        row.qos = copy.qos;
        row.retain = copy.retain;
        row.isForwardAsked = copy.isForwardAsked;
        row.subscriptionIdentifiers.assign(
            delivery.subscriptionIdentifiers.begin(), delivery.subscriptionIdentifiers.end());
        row.sharedFilter = delivery.sharedFilter;
    }
    return copy;
}

MessageCopy Outbox::hold(Publication &publication, const Delivery &delivery, StoreBatch &batch)
{
    return makeCopy(publication, delivery, batch);
}

DeliveryOutcome Outbox::deliverHeld(MessageCopy copy)
{
    const bool hasExpired = isExpired(*copy.message); // while it was held [MQTT-3.3.2-5]
    if (copy.qos == QoS::AtMostOnce) {
        if (hasExpired) {
            countDrop(m_services, DropReason::Expired, m_session, copy);
            return DeliveryOutcome::Dropped;
        }
        Publication publication(copy.message);
        Delivery delivery;
        delivery.retain = copy.retain;
        delivery.observed = copy.observed;
        delivery.subscriptionIdentifiers = identifiersOf(copy);
        return deliverUnacknowledged(publication, delivery);
    }
    StoreBatch batch(m_services.store);
    if (hasExpired) {
        const DeliveryOutcome dropped = drop(DropReason::Expired, copy, batch);
        batch.note();
        return dropped;
    }
    const DeliveryOutcome outcome = accept(std::move(copy), batch);
    batch.note();
    return outcome;
}

DeliveryOutcome Outbox::accept(MessageCopy copy, StoreBatch &batch)
{
    // A live message never overtakes one that waits [MQTT-4.6.0-5].
    if (mayStart()) {
        start(std::move(copy), batch);
        return DeliveryOutcome::Taken;
    }
    if (!makeRoom(bytesOf(copy), batch))
        return drop(DropReason::QueueFull, copy, batch);
    if (DeliveryObserver *const observer = m_services.observers.ofDelivery(copy.observed)) [[unlikely]]
        observer->queued(m_session, copy);
    m_queue.add(std::move(copy), isKept());
    return DeliveryOutcome::Taken;
}

bool Outbox::isOpen() const
{
    return mayStart();
}

bool Outbox::makeRoom(qsizetype bytes, StoreBatch &batch)
{
    // One that is too large for an empty queue would drive out all others in vain.
    const bool canFit = static_cast<quint64>(bytes) <= m_services.options.maximumQueuedBytes;
    if (m_services.options.queueFull == QueueFullPolicy::DropOldest && canFit) {
        while (m_queue.hasNext() && !hasRoom(bytes))
            drop(DropReason::QueueFull, m_queue.takeNext(), batch);
    }
    return hasRoom(bytes);
}

DeliveryOutcome Outbox::drop(DropReason reason, const MessageCopy &copy, StoreBatch &batch)
{
    countDrop(m_services, reason, m_session, copy);
    if (reason == DropReason::QueueFull)
        logFirstDrop("its queue is full, messages for it");
    forget(copy, batch);
    return DeliveryOutcome::Dropped;
}

/// One line when it begins, not one a message.
void Outbox::logFirstDrop(const char *why)
{
    if (!std::exchange(m_isDropLogged, true))
        qCWarning(logSession, "%s: %s are dropped (%llu wait, %llu bytes)", LogAbout(infoOf(m_session)).text(), why, static_cast<unsigned long long>(m_queue.messages()),
            static_cast<unsigned long long>(m_queue.bytes()));
}

void Outbox::forget(const MessageCopy &copy, StoreBatch &batch)
{
    if (isKept())
        batch.add(change::RemoveDelivery{m_session.clientId(), copy.number});
}

void Outbox::forget(const MessageCopy &copy)
{
    if (!isKept())
        return;
    StoreBatch batch(m_services.store);
    forget(copy, batch);
    // Nobody waits for a removal: at worst the client gets the message again after a crash, as QoS 1 allows; a
    // QoS 2 message is finished by its repeated PUBREL.
    batch.note();
}

bool Outbox::isExpired(const Message &message) const
{
    return message.expirySeconds() && *message.secondsLeft(m_services.clock.wallTime()) <= 0;
}

/// What the receiver is told: the received interval minus the time that the message waited here [MQTT-3.3.2-6].
void Outbox::setExpiryLeft(const Publication &publication, PublishLayout &layout) const
{
    if (publication.expirySeconds())
        layout.messageExpirySeconds = publication.expirySecondsLeft(m_services.clock.wallTime());
}

// --- from the connection -------------------------------------------------------------------------------------

void Outbox::open(Connection &connection, quint16 receiveMaximum)
{
    m_connection = &connection;
    m_initialQuota = std::min(receiveMaximum, m_services.options.maximumInflight);
    m_quota = m_initialQuota; // not carried over from the connection before (4.9)
    m_toSend.clear();
    m_inFlight.forEach([this](InFlight::Entry &entry) {
        entry.mustSend = entry.stage == InFlight::Stage::Sent || entry.stage == InFlight::Stage::Released;
        entry.isCounted = false;
        if (entry.mustSend)
            m_toSend.pushBack(entry.packetId);
        return true;
    });
    pump();
}

void Outbox::shut()
{
    m_connection = nullptr;
    m_inFlight.forEach([](InFlight::Entry &entry) {
        // Only what was really sent is a repeat the next time [MQTT-3.3.1-3].
        if (entry.stage == InFlight::Stage::Sent && !entry.mustSend)
            entry.isResent = true;
        return true;
    });
}

bool Outbox::canSend() const
{
    // [MQTT-4.9.0-2] [MQTT-3.3.4-9]; a client that does not read gets no more than its share of memory.
    return m_connection && m_quota > 0 && m_inFlight.size() < m_initialQuota
        && m_inFlight.bytes() < m_services.options.maximumQueuedBytes && !m_connection->isCongested();
}

bool Outbox::mayStart() const
{
    return m_queue.isEmpty() && m_toSend.isEmpty() && canSend();
}

void Outbox::pump()
{
    if (m_pumping || !m_connection)
        return;
    m_pumping = true;
    do {
        while (sendStarted() && m_queue.hasNext() && canSend())
            startNext();
        if (m_queue.isPartlyUnloaded())
            m_queue.refill();
    } while (m_toSend.isEmpty() && m_queue.hasNext() && canSend()); // the store has answered at once
    if (m_toSend.isEmpty()) {
        replaySome();
        sendStarted(); // a store that is durable at once has let them go meanwhile
    }
    if (m_queue.isEmpty())
        m_isDropLogged = false;
    m_pumping = false;
}

void Outbox::startNext()
{
    MessageCopy copy = m_queue.takeNext();
    Policy &policy = m_services.policy;
    StoreBatch batch(m_services.store);
    if (isExpired(*copy.message)) // [MQTT-3.3.2-5]
        drop(DropReason::Expired, copy, batch);
    else if (policy.asksBeforeDelivery() // the right may be gone by now
        && !policy.mayReceive(m_session.clientId(), m_session.userName(), copy.message->topic()))
        drop(DropReason::NotAllowed, copy, batch);
    else if (!copy.isForwardAsked && policy.asksBeforeForward()
        && !forward(policy, m_session.clientId(), copy.message, copy.qos, copy.retain))
        drop(DropReason::NotAllowed, copy, batch);
    else
        start(std::move(copy), batch);
    batch.note();
}

/// `batch` may still hold the copy's own row: what is given up at once is struck behind it.
void Outbox::start(MessageCopy copy, StoreBatch &batch)
{
    const bool isKept = this->isKept();
    const bool needsDurableId = isKept && copy.qos == QoS::ExactlyOnce;
    const bool mustLineUp = needsDurableId || (m_sendGate && !m_sendGate->isEmpty());
    InFlight::Entry &entry
        = m_inFlight.add(std::move(copy), mustLineUp ? InFlight::Stage::WaitsForStore : InFlight::Stage::Sent);
    const auto sent = [this, &entry] {
        return change::UpdateDelivery{
            m_session.clientId(), entry.copy.number, DeliveryStage::Sent, entry.packetId};
    };
    // QoS 1: nobody waits for it. After a crash that forgets it the message comes as a new one.
    if (isKept && !needsDurableId)
        batch.add(sent());
    if (!mustLineUp) {
        transmit(entry, batch);
        return;
    }
    // A packet id that a crash forgets could name another message afterwards: it is durable before it is sent.
    // What comes after such a message lines up behind it.
    StoreBatch ownBatch(m_services.store);
    if (needsDurableId)
        ownBatch.add(sent());
    if (!m_sendGate)
        m_sendGate = std::make_shared<AckGate>(m_services.tickets);
    m_sendGate->run(ownBatch.commit(),
        [session = m_session.weak_from_this(), packetId = entry.packetId](StoreStatus status) {
            if (const auto alive = session.lock())
                alive->outbox().sentIsDurable(packetId, status);
        });
}

void Outbox::sentIsDurable(quint16 packetId, StoreStatus status)
{
    InFlight::Entry *entry = m_inFlight.find(packetId);
    if (!entry || entry->stage != InFlight::Stage::WaitsForStore)
        return;
    if (status == StoreStatus::Failed) {
        // Back to where it was, behind earlier ones that came back before it [MQTT-4.6.0-5]: the store still has it as
        // queued. The client comes again, and then we try again.
        m_queue.putBack(m_inFlight.finish(*entry));
        if (m_connection)
            m_connection->fail({ReasonCode::QuotaExceeded, "4.3.3", "the store could not keep a packet identifier"});
        return;
    }
    entry->stage = InFlight::Stage::Sent;
    entry->mustSend = true;
    if (m_connection)
        m_toSend.pushBack(packetId);
    pump();
}

void Outbox::transmit(InFlight::Entry &entry, StoreBatch &batch)
{
    Publication publication(entry.copy.message);
    PublishLayout layout;
    layout.qos = entry.copy.qos;
    layout.retain = entry.copy.retain;
    layout.duplicate = entry.isResent;
    layout.packetId = entry.packetId;
    layout.subscriptionIdentifiers = identifiersOf(entry.copy);
    setExpiryLeft(publication, layout);
    entry.mustSend = false;
    if (m_connection->sendPublish(publication, layout)) {
        entry.isCounted = true;
        --m_quota;
        if (DeliveryObserver *const observer = m_services.observers.ofDelivery(entry.copy.observed)) [[unlikely]]
            observer->sent(m_session, entry.copy, entry.packetId, entry.isResent);
        return;
    }
    // Too large for this client: it counts as sent and acknowledged [MQTT-3.1.2-25].
    drop(DropReason::PacketTooLarge, m_inFlight.finish(entry), batch);
}

/// Sends what has its packet id and was not sent on this connection; false when something has to wait.
bool Outbox::sendStarted()
{
    while (m_connection && !m_toSend.isEmpty()) { // in the order of the first sending [MQTT-4.6.0-1]
        const quint16 packetId = m_toSend.front();
        InFlight::Entry *entry = m_inFlight.find(packetId);
        if (entry && entry->mustSend) {
            if (entry->stage == InFlight::Stage::Released) {
                entry->mustSend = false;
                releaseWhenDurable(packetId, 0);
            } else if (!entry->isResent && isExpired(*entry->copy.message)) {
                StoreBatch batch(m_services.store);
                drop(DropReason::Expired, m_inFlight.finish(*entry), batch);
                batch.note();
            } else if (m_quota == 0 || m_connection->isCongested()) {
                return false;
            } else {
                StoreBatch batch(m_services.store);
                transmit(*entry, batch);
                batch.note();
            }
        }
        m_toSend.popFront();
    }
    return true;
}

void Outbox::finish(InFlight::Entry &entry, ReasonCode reason)
{
    const quint16 packetId = entry.packetId;
    const bool isCounted = entry.isCounted;
    const MessageCopy copy = m_inFlight.finish(entry);
    forget(copy);
    if (DeliveryObserver *const observer = m_services.observers.ofDelivery(copy.observed)) [[unlikely]]
        observer->acknowledged(m_session, copy, packetId, reason);
    if (m_connection && m_services.events.wants(Events::Acknowledged))
        m_services.events.acknowledged({m_connection->info(), packetId, copy.qos, reason, copy.message});
    // The PUBCOMP of a message whose PUBLISH went out on an earlier connection opens no place in the window of this
    // one: it would let one PUBLISH more go than the client takes [MQTT-3.3.4-9].
    if (isCounted)
        m_quota = std::min(m_quota + 1, m_initialQuota);
    pump();
}

Outbox::Acknowledged Outbox::puback(quint16 packetId, ReasonCode reason)
{
    // Whatever the reason, the message is acknowledged and never sent again [MQTT-4.4.0-2] [MQTT-4.8.2-6].
    InFlight::Entry *entry = m_inFlight.find(packetId);
    if (!entry || entry->stage == InFlight::Stage::WaitsForStore)
        return Acknowledged::Unknown;
    if (entry->copy.qos != QoS::AtLeastOnce)
        return Acknowledged::Mismatch;
    finish(*entry, reason);
    return Acknowledged::Yes;
}

Outbox::Acknowledged Outbox::pubrec(quint16 packetId, ReasonCode reason)
{
    InFlight::Entry *entry = m_inFlight.find(packetId);
    if (!entry || entry->stage == InFlight::Stage::WaitsForStore)
        return Acknowledged::Unknown;
    if (entry->copy.qos != QoS::ExactlyOnce)
        return Acknowledged::Mismatch;
    if (isFailure(reason)) { // [MQTT-4.4.0-2]
        finish(*entry, reason);
        return Acknowledged::Yes;
    }
    if (entry->stage == InFlight::Stage::Released) {
        releaseWhenDurable(packetId, 0);
        return Acknowledged::Yes;
    }
    // From here on the PUBLISH is never sent again [MQTT-4.3.3-6]: that must be durable before the PUBREL goes,
    // else a crash would send the PUBLISH anew to a client that has completed it.
    entry->stage = InFlight::Stage::Released;
    entry->mustSend = false;
    if (DeliveryObserver *const observer = m_services.observers.ofDelivery(entry->copy.observed)) [[unlikely]]
        observer->received(m_session, entry->copy, packetId, reason);
    StoreBatch batch(m_services.store);
    if (isKept())
        batch.add(change::UpdateDelivery{m_session.clientId(), entry->copy.number, DeliveryStage::Released, packetId});
    releaseWhenDurable(packetId, batch.commit());
    return Acknowledged::Yes;
}

void Outbox::releaseWhenDurable(quint16 packetId, Ticket ticket)
{
    m_session.gate().run(ticket, [session = m_session.weak_from_this(), packetId](StoreStatus status) {
        const auto alive = session.lock();
        if (!alive)
            return;
        // As if the PUBREC had not come: without its row a PUBREL, now or on the next connection, rests on nothing.
        InFlight::Entry *entry = alive->outbox().m_inFlight.find(packetId);
        if (status == StoreStatus::Failed && entry && entry->stage == InFlight::Stage::Released) {
            entry->stage = InFlight::Stage::Sent;
            entry->isResent = true;
        }
        Connection *connection = alive->outbox().m_connection;
        if (!connection)
            return;
        if (status == StoreStatus::Failed)
            connection->fail({ReasonCode::QuotaExceeded, "4.3.3", "the store could not keep a PUBREC"});
        else
            connection->sendAcknowledge(PacketType::Pubrel, packetId, ReasonCode::Success); // [MQTT-4.3.3-4]
    });
}

void Outbox::releaseUnknown(quint16 packetId)
{
    m_session.gate().run(0, [session = m_session.weak_from_this(), packetId](StoreStatus) {
        const auto alive = session.lock();
        if (alive && alive->outbox().m_connection)
            alive->outbox().m_connection->sendAcknowledge(
                PacketType::Pubrel, packetId, ReasonCode::PacketIdentifierNotFound);
    });
}

Outbox::Acknowledged Outbox::pubcomp(quint16 packetId)
{
    InFlight::Entry *entry = m_inFlight.find(packetId);
    if (!entry || entry->stage == InFlight::Stage::WaitsForStore)
        return Acknowledged::Unknown;
    if (entry->stage != InFlight::Stage::Released)
        return Acknowledged::Mismatch;
    finish(*entry, ReasonCode::Success);
    return Acknowledged::Yes;
}

// --- retained messages ---------------------------------------------------------------------------------------

void Outbox::replay(RetainedReplay replay)
{
    if (!m_replays)
        m_replays = std::make_unique<Replays>([this] { pump(); });
    m_replays->bytes += bytesOf(replay);
    m_replays->waiting.pushBack(std::move(replay));
    pump();
}

bool Outbox::hasRoomForReplay() const
{
    // Bounded as the output that it will become is.
    return !m_replays || m_replays->bytes < static_cast<qsizetype>(m_services.options.maximumOutputBytes);
}

void Outbox::replaySome()
{
    if (!m_replays || !m_queue.isEmpty() || !canSend())
        return;
    if (replayStep(m_replays->waiting.front()))
        m_replays->bytes -= bytesOf(m_replays->waiting.popFront());
    if (m_replays->waiting.isEmpty())
        m_replays.reset();
    else if (canSend()) // else an acknowledgement or the drained output goes on
        m_services.deadlines.set(m_replays->next, m_services.clock.now());
}

/// One step of a replay; true when it is done.
bool Outbox::replayStep(RetainedReplay &replay)
{
    size_t left = std::clamp<size_t>(replayWork / replay.filters.size(), 1, replayMessages);
    while (left > 0 && !replay.isDone()) {
        if (!m_session.subscriptions().contains(replay.filters[replay.current].filter)) { // [MQTT-3.10.4-2]
            ++replay.current;
            replay.after.clear();
            continue;
        }
        // Taken out of the set first: what sending does must not meet it while it is being visited.
        std::vector<MessagePtr> messages;
        std::optional<QByteArray> reached = m_services.retained.matchSome(
            replay.after, replay.filters[replay.current].filter, left, [&messages](const MessagePtr &message) {
                messages.push_back(message);
                return true;
            });
        for (const MessagePtr &message : messages) {
            if (!canSend())
                return false; // goes on behind `after` when there is room again
            replay.after = message->topic().toByteArray();
            replayOne(replay, message);
        }
        if (reached) {
            replay.after = std::move(*reached);
        } else {
            ++replay.current;
            replay.after.clear();
        }
    }
    return replay.isDone();
}

void Outbox::replayOne(RetainedReplay &replay, const MessagePtr &message)
{
    const bool isOwn = message->origin() && message->origin()->clientId == m_session.clientId();
    if (!replay.isDue(message->topic(), isOwn) || isExpired(*message))
        return;
    Policy &policy = m_services.policy;
    if (policy.asksBeforeDelivery()
        && !(policy.mayReceive(m_session.clientId(), m_session.userName(), message->topic())
            && mayStillStand(policy, *message)))
        return;
    const QoS qos = std::min(message->qos(), replay.maximumQoS(message->topic(), isOwn)); // [MQTT-3.8.4-8]
    MessagePtr forwarded = message;
    if (policy.asksBeforeForward() && !forward(policy, m_session.clientId(), forwarded, qos, true)) {
        Publication refused(message);
        countDrop(m_services, DropReason::NotAllowed, m_session, refused, qos, 0);
        return;
    }
    Publication publication(forwarded);
    Delivery delivery;
    delivery.isForwardAsked = true;
    delivery.qos = qos;
    delivery.retain = true; // [MQTT3-3.3.1-8]
    const quint32 identifiers[] = {replay.subscriptionIdentifier};
    if (replay.subscriptionIdentifier != 0)
        delivery.subscriptionIdentifiers = identifiers;
    if (delivery.qos == QoS::AtMostOnce) {
        PublishLayout layout;
        layout.retain = true;
        layout.subscriptionIdentifiers = delivery.subscriptionIdentifiers;
        setExpiryLeft(publication, layout);
        if (!m_connection->sendPublish(publication, layout))
            countDrop(m_services, DropReason::PacketTooLarge, m_session, publication, QoS::AtMostOnce, 0);
        else if (DeliveryObserver *const observer = m_services.observers.ofDelivery(0))
            observer->sent(m_session, publication, delivery);
        return;
    }
    StoreBatch batch(m_services.store);
    MessageCopy copy = makeCopy(publication, delivery, batch);
    batch.commit();
    start(std::move(copy), batch);
    batch.note();
}

// --- from the session ----------------------------------------------------------------------------------------

std::vector<MessageCopy> Outbox::takeUnsentShared(const std::function<bool(const MessageCopy &)> &wanted)
{
    return m_queue.takeShared(wanted);
}

void Outbox::putBack(std::vector<MessageCopy> copies)
{
    while (!copies.empty()) {
        m_queue.putBack(std::move(copies.back()));
        copies.pop_back();
    }
}

std::vector<MessageCopy> Outbox::takeAtEnd()
{
    std::vector<MessageCopy> taken;
    const auto give = [this, &taken](MessageCopy copy, bool mayBeGivenOn) {
        if (mayBeGivenOn)
            taken.push_back(std::move(copy));
        else
            countDrop(m_services, DropReason::SessionEnded, m_session, copy);
    };
    m_inFlight.forEach([&give](InFlight::Entry &entry) {
        const bool mayBeGivenOn = entry.copy.isShared() && entry.copy.qos == QoS::AtLeastOnce;
        give(std::move(entry.copy), mayBeGivenOn);
        return true;
    });
    m_inFlight.clear();
    m_services.counters.drop(DropReason::SessionEnded) += m_queue.forgetUnloaded();
    while (m_queue.hasNext()) {
        MessageCopy copy = m_queue.takeNext();
        const bool mayBeGivenOn = copy.isShared();
        give(std::move(copy), mayBeGivenOn);
    }
    m_replays.reset();
    return taken;
}

void Outbox::clearQueue(StoreBatch &batch)
{
    if (isKept())
        batch.add(change::RemoveQueued{m_session.clientId(), m_lastNumber});
    if (const quint64 unloaded = m_queue.forgetUnloaded()) { // not here to be told one by one
        m_services.counters.drop(DropReason::QueueCleared) += unloaded;
        m_session.countDrop(DropReason::QueueCleared, unloaded);
    }
    while (m_queue.hasNext())
        countDrop(m_services, DropReason::QueueCleared, m_session, m_queue.takeNext());
    m_isDropLogged = false;
}

void Outbox::restore(StoredDelivery delivery)
{
    m_lastNumber = std::max(m_lastNumber, delivery.number);
    const DeliveryStage stage = delivery.stage;
    const quint16 packetId = delivery.packetId;
    MessageCopy copy = copyOf(std::move(delivery));
    if (stage == DeliveryStage::Queued)
        m_queue.restore(std::move(copy));
    else
        m_inFlight.restore(std::move(copy), packetId,
            stage == DeliveryStage::Sent ? InFlight::Stage::Sent : InFlight::Stage::Released);
}

void Outbox::restoreUnloaded(const UnloadedDeliveries &unloaded)
{
    m_lastNumber = std::max(m_lastNumber, unloaded.lastNumber);
    m_queue.restoreUnloaded(unloaded);
}

void Outbox::fetched(StoreStatus status, std::vector<StoredDelivery> deliveries, size_t asked)
{
    m_queue.fetched(status, std::move(deliveries), asked);
    pump();
}

} // namespace pigeon
