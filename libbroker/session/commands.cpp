#include "session/commands.h"

#include "protocol/encoder.h"
#include "protocol/reasoncodes.h"
#include "protocol/soundness.h"
#include "protocol/topic.h"
#include "session/askedpublish.h"
#include "session/connection.h"
#include "session/exchange.h"
#include "session/forward.h"
#include "session/granting.h"
#include "session/services.h"
#include "session/session.h"
#include "session/sessionregistry.h"
#include "session/storebatch.h"

namespace pigeon {

namespace {

void tell(const Completion &done, const Outcome &outcome)
{
    if (done)
        done(outcome);
}

MessageParts partsOf(const PublishPacket &packet, const QByteArray &properties, OriginPtr origin = Origin::create({}, {}, {}))
{
    MessageParts parts;
    parts.topic = packet.topic;
    parts.payload = packet.payload;
    parts.sharedPayload = packet.payload;
    parts.properties = properties;
    parts.qos = packet.qos;
    parts.retain = packet.retain;
    parts.origin = std::move(origin);
    parts.expirySeconds = packet.properties.messageExpiryInterval;
    return parts;
}

const Outcome notKept{ReasonCode::QuotaExceeded, "the store could not keep it", {}};
const Outcome unsound{ReasonCode::TopicNameInvalid, "it is no PUBLISH that a client could have sent", {}};

OriginPtr originOf(const Session &session)
{
    return session.connection() ? session.connection()->origin()
                                : Origin::create(session.clientId(), session.userName(), {});
}

ReasonCode firstFailure(const std::vector<ReasonCode> &reasons)
{
    for (const ReasonCode reason : reasons) {
        if (isFailure(reason))
            return reason;
    }
    return ReasonCode::Success;
}

Outcome outcomeOf(std::vector<ReasonCode> reasons, const char *failure)
{
    const ReasonCode first = firstFailure(reasons);
    return {first, isFailure(first) ? QByteArray(failure) : QByteArray(), std::move(reasons)};
}

} // namespace

Commands::Commands(Services &services)
    : m_services(services)
    , m_gate(std::make_shared<AckGate>(services.tickets))
{
}

Session *Commands::find(const QByteArray &clientId, const Completion &done) const
{
    Session *session = m_services.sessions.find(clientId);
    if (!session)
        tell(done, {ReasonCode::UnspecifiedError, "there is no session of that client id", {}});
    return session;
}

void Commands::tellWhenDurable(Ticket ticket, Outcome outcome, Completion done)
{
    m_gate->run(ticket, [outcome = std::move(outcome), done = std::move(done)](StoreStatus status) {
        if (status == StoreStatus::Failed)
            tell(done, notKept);
        else
            tell(done, outcome);
    });
}

// --- publishing ----------------------------------------------------------------------------------------------

Outcome Commands::publish(const PublishPacket &packet, Completion done)
{
    return publishFrom(nullptr, Origin::create({}, {}, {}), packet, std::move(done));
}

void Commands::publishAs(const QByteArray &clientId, const PublishPacket &packet, Completion done)
{
    Session *session = find(clientId, done);
    if (!session)
        return;
    const OriginPtr origin = originOf(*session);
    if (const ReasonCode allowed = m_services.policy.mayPublish(*origin, packet.topic); isFailure(allowed))
        tell(done, {allowed, "the client may not publish there", {}});
    else
        publishFrom(session, origin, packet, std::move(done));
}

Outcome Commands::publishFrom(Session *publisher, OriginPtr origin, const PublishPacket &packet, Completion done)
{
    if (!isSoundPublish(packet)) {
        tell(done, unsound);
        return unsound;
    }
    const QByteArray properties = encodeForwardedProperties(packet.properties);
    Publication publication(partsOf(packet, properties, std::move(origin)), m_services.clock);
    Ticket ticket = 0;
    const PublishOutcome outcome = m_services.exchange.publishDirectly(publication, publisher, ticket);
    if (isFailure(outcome.reason)) {
        const Outcome refused{outcome.reason, outcome.text, {}};
        tell(done, refused);
        return refused;
    }
    if (m_services.policy.asksAfterPublish())
        askAfterPublish(publication.message(), outcome.receivers, ticket, std::move(done));
    else if (done)
        tellWhenDurable(ticket, {}, std::move(done));
    return {};
}

void Commands::askAfterPublish(const MessagePtr &message, qsizetype receivers, Ticket ticket, Completion done)
{
    PublishedEvent event;
    event.message = message;
    event.receivers = receivers;
    const auto asked = std::make_shared<AskedPublish>();
    const auto conclude = [done = std::move(done)](AskedPublish::End end) {
        if (end == AskedPublish::End::Kept)
            tell(done, {});
        else if (end == AskedPublish::End::Failed)
            tell(done, notKept);
        else if (end == AskedPublish::End::Refused)
            tell(done, {ReasonCode::ImplementationSpecificError, "the published handler refused it", {}});
    };
    m_gate->run(ticket, [asked, conclude](StoreStatus status) { conclude(asked->stored(status)); });
    m_services.policy.published(event,
        [asked, conclude](const PublishedDecision &decision) { conclude(asked->answered(decision.isDone)); });
}

void Commands::publishTo(const QByteArray &clientId, const PublishPacket &packet, Completion done)
{
    if (!isSoundPublish(packet)) {
        tell(done, unsound);
        return;
    }
    Session *session = find(clientId, done);
    if (!session)
        return;
    if (packet.qos == QoS::AtMostOnce && !session->connection()) {
        tell(done, {ReasonCode::UnspecifiedError, "the client is not connected, and QoS 0 is for whoever is there", {}});
        return;
    }
    const QByteArray properties = encodeForwardedProperties(packet.properties);
    MessagePtr message = Message::create([&] {
        MessageParts parts = partsOf(packet, properties);
        parts.retain = false;
        parts.arrival = m_services.clock.wallTime();
        return parts;
    }());
    Delivery delivery;
    delivery.qos = packet.qos;
    delivery.isForwardAsked = session->connection() != nullptr; // who is away is asked about when it is sent
    if (delivery.isForwardAsked && m_services.policy.asksBeforeForward()
        && !forward(m_services.policy, clientId, message, packet.qos, false)) {
        tell(done, {ReasonCode::NotAuthorized, "the authorizeForward handler dropped it", {}});
        return;
    }
    Publication publication(message);
    ObservedMessage observed(m_services.observers, publication, nullptr);
    observed.setReceivers(1);
    delivery.observed = m_services.observers.current;
    StoreBatch batch(m_services.store);
    MessageCopy copy = session->outbox().hold(publication, delivery, batch);
    const Ticket ticket = batch.commit(); // its row first, then those of its packet id
    const bool isTaken = session->outbox().deliverHeld(std::move(copy)) == DeliveryOutcome::Taken;
    tellWhenDurable(ticket,
        isTaken ? Outcome() : Outcome{ReasonCode::QuotaExceeded, "the client cannot be given more now", {}},
        std::move(done));
}

// --- retained messages ---------------------------------------------------------------------------------------

std::vector<MessagePtr> Commands::removeRetained(const std::vector<QByteArray> &topics, Completion done)
{
    std::vector<MessagePtr> removed;
    StoreBatch batch(m_services.store);
    for (const QByteArray &topic : topics) {
        MessagePtr message = m_services.retained.remove(topic);
        if (!message)
            continue;
        if (!isSystemTopic(topic))
            batch.add(change::RemoveRetained{topic});
        if (m_services.observers.state)
            m_services.observers.state->retainedRemoved(topic);
        removed.push_back(std::move(message));
    }
    tellWhenDurable(batch.commit(), {}, std::move(done));
    return removed;
}

quint64 Commands::restoreRetained(const std::vector<MessagePtr> &messages, Completion done)
{
    quint64 restored = 0;
    StoreBatch batch(m_services.store);
    const Milliseconds now = m_services.clock.wallTime();
    for (const MessagePtr &message : messages) {
        const bool isOver = message->secondsLeft(now).value_or(1) <= 0;
        if (isOver || message->payload().isEmpty() || m_services.retained.find(message->topic()))
            continue;
        m_services.retained.set(message);
        if (!isSystemTopic(message->topic()))
            batch.add(change::PutRetained{message});
        if (m_services.observers.state)
            m_services.observers.state->retainedSet(message);
        ++restored;
    }
    tellWhenDurable(batch.commit(), {}, std::move(done));
    return restored;
}

// --- subscriptions -------------------------------------------------------------------------------------------

void Commands::subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32 identifier,
    Completion done)
{
    Session *session = find(clientId, done);
    if (!session)
        return;
    const OriginPtr origin = originOf(*session);
    const Granting granting(*session, origin, m_services);
    std::vector<AskedEntry> asked;
    for (const SubscribeEntry &entry : entries)
        asked.push_back({entry, granting.refusal(entry)});
    if (!m_services.policy.asksBeforeSubscribe()) {
        grant(*session, asked, identifier, std::move(done));
        return;
    }
    const std::weak_ptr<Session> weak = session->weak_from_this();
    // The one who asked is answered in any case, so the answers are always of interest.
    askAboutEntries(
        m_services.policy, infoOf(*session), std::move(asked), [] { return true; },
        [this, weak, identifier, done = std::move(done)](const std::vector<AskedEntry> &decided) mutable {
            const std::shared_ptr<Session> alive = weak.lock();
            if (alive && !alive->hasEnded())
                grant(*alive, decided, identifier, std::move(done));
            else
                tell(done, {ReasonCode::UnspecifiedError, "the session has ended meanwhile", {}});
        });
}

void Commands::grant(
    Session &session, const std::vector<AskedEntry> &entries, quint32 identifier, Completion done)
{
    const OriginPtr origin = originOf(session);
    const bool isBridge = session.connection() && session.connection()->negotiated().isBridge;
    Grants grants = Granting(session, origin, m_services).grant(entries, identifier, isBridge);
    const Ticket ticket = grants.ticket;
    session.gate().run(ticket,
        [weak = session.weak_from_this(), services = &m_services, origin, grants = std::move(grants),
            done = std::move(done)](StoreStatus status) mutable {
            if (status == StoreStatus::Failed) {
                tell(done, {ReasonCode::QuotaExceeded, "the store could not keep the subscriptions", {}});
                return;
            }
            const Outcome outcome = outcomeOf(grants.reasons, "not every filter was granted");
            const std::shared_ptr<Session> alive = weak.lock();
            if (alive && !alive->hasEnded())
                Granting(*alive, origin, *services).follow(std::move(grants), infoOf(*alive));
            tell(done, outcome);
        });
}

void Commands::unsubscribe(const QByteArray &clientId, const std::vector<QByteArray> &filters, Completion done)
{
    Session *session = find(clientId, done);
    if (!session)
        return;
    const OriginPtr origin = originOf(*session);
    Removals removals = Granting(*session, origin, m_services).remove(filters);
    if (m_services.events.wants(Events::Unsubscribed))
        m_services.events.unsubscribed(infoOf(*session), filters);
    tellWhenDurable(
        removals.ticket, outcomeOf(std::move(removals.reasons), "not every filter is one"), std::move(done));
}

// --- the session ---------------------------------------------------------------------------------------------

void Commands::clearQueue(const QByteArray &clientId, Completion done)
{
    Session *session = find(clientId, done);
    if (!session)
        return;
    StoreBatch batch(m_services.store);
    session->outbox().clearQueue(batch);
    tellWhenDurable(batch.commit(), {}, std::move(done));
}

void Commands::disconnect(const QByteArray &clientId, ReasonCode reason, const QByteArray &text,
    const QByteArray &serverReference, Completion done)
{
    Session *session = find(clientId, done);
    if (!session)
        return;
    if (!session->connection()) {
        tell(done, {ReasonCode::UnspecifiedError, "the client is not connected", {}});
        return;
    }
    session->connection()->disconnect(reason, text, serverReference);
    tell(done, {});
}

void Commands::endSession(const QByteArray &clientId, ReasonCode reason, const QByteArray &text, Completion done)
{
    Session *session = find(clientId, done);
    if (!session)
        return;
    session->setExpirySeconds(0); // it ends with its connection
    if (session->connection())
        session->connection()->disconnect(reason, text);
    else
        m_services.sessions.end(*session);
    tell(done, {});
}

} // namespace pigeon
