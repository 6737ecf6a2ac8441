#include "session/exchange.h"

#include "base/logging.h"
#include "protocol/topic.h"
#include "session/connection.h"
#include "session/dropcount.h"
#include "session/forward.h"
#include "session/listeners.h"
#include "session/services.h"
#include "session/session.h"

namespace pigeon {

namespace {

Session &sessionOf(Subscriber &subscriber)
{
    return static_cast<Session &>(subscriber);
}

const Session &sessionOf(const Subscriber &subscriber)
{
    return static_cast<const Session &>(subscriber);
}

QByteArray sharedFilterOf(const SharedGroup &group)
{
    return "$share/" + group.name().toByteArray() + '/' + group.filter().toByteArray();
}

} // namespace

// --- publishing ----------------------------------------------------------------------------------------------

PublishOutcome Exchange::publish(Publication &publication, const Session *publisher, StoreBatch &batch)
{
    const PublishOutcome outcome = forEachReceiver(publication, publisher, batch, [&](Session &receiver, Publication &forwarded, const Delivery &delivery) {
        receiver.outbox().deliver(forwarded, delivery, batch);
    });
    if (outcome.listeners > 0)
        m_services.listeners.deliver(publication.message());
    if (const std::optional<PublishedEvent> event = publishedEvent(publication, publisher, outcome))
        m_services.events.published(*event);
    return outcome;
}

PublishOutcome Exchange::publishHeld(Publication &publication, const Session *publisher, StoreBatch &batch,
    HeldDeliveries &held)
{
    const PublishOutcome outcome = forEachReceiver(publication, publisher, batch, [&](Session &receiver, Publication &forwarded, const Delivery &delivery) {
        held.deliveries.push_back({receiver.weak_from_this(), receiver.clientId(), receiver.outbox().hold(forwarded, delivery, batch)});
    });
    if (outcome.listeners > 0)
        held.forListeners = publication.message();
    held.event = publishedEvent(publication, publisher, outcome);
    return outcome;
}

void Exchange::release(HeldDeliveries held)
{
    for (HeldDeliveries::Held &each : held.deliveries) {
        const std::shared_ptr<Session> receiver = each.session.lock();
        if (receiver && !receiver->hasEnded()) {
            receiver->outbox().deliverHeld(std::move(each.copy));
        } else if (receiver && each.copy.isShared()) { // not yet gone out of memory: another member may have it
            std::vector<MessageCopy> copies;
            copies.push_back(std::move(each.copy));
            handOverAtEnd(std::move(copies), *receiver);
        } else {
            countDrop(m_services, DropReason::SessionEnded, each.clientId, each.copy);
        }
    }
    if (held.forListeners)
        m_services.listeners.deliver(held.forListeners);
    if (held.event)
        m_services.events.published(*held.event);
}

PublishOutcome Exchange::publishDirectly(Publication &publication, const Session *publisher)
{
    StoreBatch batch(m_services.store);
    return publishDirectly(publication, publisher, batch);
}

PublishOutcome Exchange::publishDirectly(Publication &publication, const Session *publisher, Ticket &ticket)
{
    StoreBatch batch(m_services.store);
    return publishDirectly(publication, publisher, batch, &ticket);
}

PublishOutcome Exchange::publishDirectly(
    Publication &publication, const Session *publisher, StoreBatch &batch, Ticket *ticket)
{
    const auto commit = [&batch, ticket] {
        const Ticket committed = batch.commit();
        if (ticket)
            *ticket = committed;
    };
    if (!batch.keeps() || publication.qos() != QoS::ExactlyOnce) {
        const PublishOutcome outcome = publish(publication, publisher, batch);
        commit();
        return outcome;
    }
    // The rows of the message come before the rows of its packet ids.
    HeldDeliveries held;
    const PublishOutcome outcome = publishHeld(publication, publisher, batch, held);
    commit();
    release(std::move(held));
    return outcome;
}

template <typename Visit>
PublishOutcome Exchange::forEachReceiver(
    Publication &publication, const Session *publisher, StoreBatch &batch, Visit &&visit)
{
    if (const char *why = refusal(publication))
        return {ReasonCode::QuotaExceeded, why};
    std::unique_ptr<MatchList> matches = borrowMatches();
    m_services.subscriptions.match(
        publication.topic(), publisher,
        [this, &publication](const Subscriber &member) { return readiness(sessionOf(member), publication.qos(), publication.bytes()); },
        *matches);
    const char *why = nullptr;
    if (isRefusedByQueue(publication, *matches))
        why = "the queue of a receiver is full";
    else if (m_services.store.health().isFailing && isRefusedByStore(publication, publisher, *matches))
        why = "the store cannot keep it now";
    if (why) {
        m_spareMatches.push_back(std::move(matches));
        return {ReasonCode::QuotaExceeded, why};
    }
    ObservedMessage observed(m_services.observers, publication, publisher);
    if (publication.retain())
        keepRetained(publication, batch);

    Policy &policy = m_services.policy;
    const bool asks = policy.asksBeforeDelivery();
    const bool asksForward = policy.asksBeforeForward();
    std::vector<quint32> identifiers;
    for (const Match &match : matches->matches) {
        Session &receiver = sessionOf(*match.subscriber);
        if (asks && !policy.mayReceive(receiver.clientId(), receiver.userName(), publication.topic())) {
            countDrop(m_services, DropReason::NotAllowed, receiver, publication,
                std::min(publication.qos(), match.maximumQoS), m_services.observers.current);
            continue;
        }
        Delivery delivery;
        delivery.observed = m_services.observers.current;
        delivery.qos = std::min(publication.qos(), match.maximumQoS); // [MQTT-3.8.4-8]
        delivery.retain = publication.retain() && match.retainAsPublished; // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
        if (match.firstIdentifier >= 0) { // [MQTT-3.3.4-3] [MQTT-3.3.4-4]
            identifiers.clear();
            matches->collectIdentifiers(match, identifiers);
            delivery.subscriptionIdentifiers = identifiers;
        }
        if (match.group && delivery.qos != QoS::AtMostOnce)
            delivery.sharedFilter = sharedFilterOf(*match.group);
        if (!asksForward || !receiver.connection()) { // who is away is asked about when it is sent
            visit(receiver, publication, delivery);
            continue;
        }
        MessagePtr message = publication.message();
        delivery.isForwardAsked = true;
        if (!forward(policy, receiver.clientId(), message, delivery.qos, delivery.retain)) {
            countDrop(m_services, DropReason::NotAllowed, receiver, publication, delivery.qos, delivery.observed);
        } else {
            Publication forwarded(message);
            visit(receiver, forwarded, delivery);
        }
    }
    PublishOutcome outcome;
    if (!m_services.listeners.isEmpty())
        outcome.listeners = m_services.listeners.count(publication.topic());
    outcome.receivers = static_cast<qsizetype>(matches->matches.size()) + outcome.listeners;
    observed.setReceivers(outcome.receivers);
    m_spareMatches.push_back(std::move(matches));
    return outcome;
}

/// Nothing when nobody listens, or when it was refused.
std::optional<PublishedEvent> Exchange::publishedEvent(
    Publication &publication, const Session *publisher, const PublishOutcome &outcome) const
{
    if (!m_services.events.wants(Events::Published) || isFailure(outcome.reason))
        return std::nullopt;
    PublishedEvent event;
    event.message = publication.message();
    event.receivers = outcome.receivers;
    const OriginPtr &origin = publication.origin();
    event.isByClient = origin && !origin->clientId.isEmpty();
    const Connection *connection = publisher ? publisher->connection() : nullptr;
    if (event.isByClient && connection && connection->origin() == origin) {
        event.client = connection->info();
    } else if (event.isByClient) { // a will: its connection is gone, perhaps another one is there
        event.client.clientId = origin->clientId;
        event.client.userName = origin->userName;
        event.client.address = origin->address;
    }
    return event;
}

std::unique_ptr<MatchList> Exchange::borrowMatches()
{
    if (m_spareMatches.empty())
        return std::make_unique<MatchList>();
    std::unique_ptr<MatchList> matches = std::move(m_spareMatches.back());
    m_spareMatches.pop_back();
    return matches;
}

/// Why it cannot be taken by anybody; null when it can.
const char *Exchange::refusal(const Publication &publication) const
{
    const BrokerOptions &options = m_services.options;
    if ((publication.qos() == QoS::AtMostOnce && !publication.retain()) || isSystemTopic(publication.topic()))
        return nullptr; // nothing of it must be kept; the broker's own figures are few and wanted most when all is full
    const bool isMemoryFull = options.maximumMessageMemory > 0
        && static_cast<quint64>(Message::totalMemoryBytes() + publication.bytes()) > options.maximumMessageMemory;
    const bool isRetainedFull = publication.retain() && !publication.payload().isEmpty()
        && static_cast<quint64>(m_services.retained.size()) >= options.maximumRetained
        && !m_services.retained.find(publication.topic());
    return isMemoryFull   ? "the memory for messages is used up"
        : isRetainedFull ? "there are as many retained messages as may be"
                         : nullptr;
}

/// While the store fails: who can be told so is told at once, before anybody has the message. Whom only a close would
/// tell waits: the store tries again for some time.
bool Exchange::isRefusedByStore(
    const Publication &publication, const Session *publisher, const MatchList &matches) const
{
    const Connection *connection = publisher ? publisher->connection() : nullptr;
    const bool canBeTold = connection ? connection->negotiated().version == ProtocolVersion::Mqtt5
                                      : publication.origin()->clientId.isEmpty(); // the program itself, no will
    const bool isForStore = [&] {
        if (publication.retain() && publication.qos() != QoS::AtMostOnce)
            return true;
        return std::any_of(matches.matches.begin(), matches.matches.end(), [&publication](const Match &match) {
            return std::min(publication.qos(), match.maximumQoS) != QoS::AtMostOnce
                && sessionOf(std::as_const(*match.subscriber)).isDurable();
        });
    }();
    return canBeTold && isForStore && !isSystemTopic(publication.topic());
}

bool Exchange::isRefusedByQueue(Publication &publication, const MatchList &matches) const
{
    if (m_services.options.queueFull != QueueFullPolicy::Refuse)
        return false;
    return std::any_of(matches.matches.begin(), matches.matches.end(), [&publication](const Match &match) {
        const Outbox &outbox = sessionOf(std::as_const(*match.subscriber)).outbox();
        return std::min(publication.qos(), match.maximumQoS) != QoS::AtMostOnce && !outbox.isOpen()
            && !outbox.hasRoom(publication.message()->memoryBytes()); // what the queue will count
    });
}

void Exchange::keepRetained(Publication &publication, StoreBatch &batch)
{
    const bool isKept = !isSystemTopic(publication.topic()); // after a restart the broker tells them anew
    if (publication.payload().isEmpty()) { // [MQTT-3.3.1-6] [MQTT-3.3.1-7]
        if (m_services.retained.remove(publication.topic()) && m_services.observers.state)
            m_services.observers.state->retainedRemoved(publication.topic());
        // Even if there is none here: an earlier removal may have failed in the store.
        if (isKept)
            batch.add(change::RemoveRetained{publication.topic().toByteArray()});
        return;
    }
    m_services.retained.set(publication.message()); // [MQTT-3.3.1-5]
    if (m_services.observers.state)
        m_services.observers.state->retainedSet(publication.message());
    if (isKept)
        batch.add(change::PutRetained{publication.message()});
}

// --- shared subscriptions ------------------------------------------------------------------------------------

SharedGroup::Readiness Exchange::readiness(const Session &member, QoS qos, qsizetype bytes) const
{
    const Outbox &outbox = member.outbox();
    if (qos == QoS::AtMostOnce) // for whoever is there; it takes no place in a window or queue
        return member.connection() ? SharedGroup::Readiness::Yes : SharedGroup::Readiness::No;
    if (outbox.isOpen())
        return SharedGroup::Readiness::Yes;
    // Away, or busy with its whole window: it may get it later when nobody else can take it now. When all are full,
    // the queue of one of them decides as it does for a single subscriber: nothing is lost without a trace.
    return outbox.hasRoom(bytes) ? SharedGroup::Readiness::IfNobodyElse
                                               : SharedGroup::Readiness::AsLastResort;
}

Session *Exchange::nextMember(const MessageCopy &copy, const Session &from, bool onlyReady, Delivery &delivery)
{
    const FilterParts parts = splitFilter(copy.extras->sharedFilter);
    SharedGroup *group = m_services.subscriptions.sharedGroup(parts.group, parts.filter);
    if (!group)
        return nullptr;
    const Publication publication(copy.message);
    const SharedGroup::Member *member = group->next([&](const Subscriber &each) {
        if (&sessionOf(each) == &from)
            return SharedGroup::Readiness::No;
        const SharedGroup::Readiness ready = readiness(sessionOf(each), publication.qos(), publication.bytes());
        const SharedGroup::Readiness least
            = onlyReady ? SharedGroup::Readiness::Yes : SharedGroup::Readiness::IfNobodyElse;
        return ready < least ? SharedGroup::Readiness::No : ready;
    });
    if (!member)
        return nullptr;
    delivery.qos = std::min(copy.message->qos(), member->options.maximumQoS); // [MQTT-4.8.2-3]
    delivery.retain = copy.message->isRetained() && member->options.retainAsPublished;
    delivery.sharedFilter = copy.extras->sharedFilter;
    delivery.observed = copy.observed;
    m_identifiers.clear();
    if (member->options.identifier != 0)
        m_identifiers.push_back(member->options.identifier);
    delivery.subscriptionIdentifiers = m_identifiers;
    return &sessionOf(*member->subscriber);
}

bool Exchange::giveToMember(MessageCopy &copy, Session &from, bool onlyReady)
{
    Delivery delivery;
    Session *member = nextMember(copy, from, onlyReady, delivery);
    if (!member)
        return false;
    Publication publication(copy.message);
    StoreBatch batch(m_services.store);
    if (from.isDurable() && !from.hasEnded()) // else its rows went with it; the number may be another session's
        batch.add(change::RemoveDelivery{from.clientId(), copy.number});
    HeldDeliveries held;
    held.deliveries.push_back({member->weak_from_this(), member->clientId(), member->outbox().hold(publication, delivery, batch)});
    batch.commit();
    release(std::move(held));
    return true;
}

void Exchange::handOverUnsent(Session &from, const QSet<QByteArray> &filters)
{
    if (!from.outbox().hasUnsentShared())
        return;
    std::vector<MessageCopy> copies = from.outbox().takeUnsentShared([&filters](const MessageCopy &copy) {
        return filters.isEmpty() || filters.contains(copy.extras->sharedFilter);
    });
    std::vector<MessageCopy> left;
    QSet<QByteArray> stuck; // groups of which nobody can take more: they are not asked again for each message
    for (MessageCopy &copy : copies) {
        const QByteArray group = copy.extras->sharedFilter;
        if (stuck.contains(group) || !giveToMember(copy, from, true)) {
            stuck.insert(group);
            left.push_back(std::move(copy));
        }
    }
    from.outbox().putBack(std::move(left));
}

void Exchange::handOverAtEnd(std::vector<MessageCopy> copies, Session &from)
{
    for (MessageCopy &copy : copies) {
        if (!giveToMember(copy, from, false))
            countDrop(m_services, DropReason::SessionEnded, from, copy);
    }
}

void Exchange::collectForShared(Session &arrived, const QList<QByteArray> &filters)
{
    if (!arrived.outbox().isOpen())
        return;
    QHash<Session *, QSet<QByteArray>> away; // a queue is gone through once, however many filters there are
    for (const QByteArray &filter : filters) {
        const FilterParts parts = splitFilter(filter);
        if (parts.group.isEmpty())
            continue;
        const SharedGroup *group = m_services.subscriptions.sharedGroup(parts.group, parts.filter);
        for (size_t i = 0; group && i < group->members().size(); ++i) {
            Session &member = sessionOf(*group->members()[i].subscriber);
            if (&member != &arrived && !member.connection() && member.outbox().hasUnsentShared())
                away[&member].insert(filter);
        }
    }
    for (auto each = away.cbegin(); each != away.cend(); ++each)
        handOverUnsent(*each.key(), each.value());
}

} // namespace pigeon
