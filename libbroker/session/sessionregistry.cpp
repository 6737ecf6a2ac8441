#include "session/sessionregistry.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "protocol/soundness.h"
#include "session/connection.h"
#include "session/exchange.h"
#include "session/services.h"

#include <QUuid>

namespace pigeon {

namespace {

constexpr quint32 never = 0xFFFFFFFF;

LogSubject subjectOf(const Origin &origin)
{
    return {origin.clientId, origin.userName, origin.address, 0, {}};
}

} // namespace

SessionRegistry::~SessionRegistry()
{
    for (const std::shared_ptr<Session> &session : std::as_const(m_sessions))
        session->unsubscribeAll();
}

Session *SessionRegistry::find(const QByteArray &clientId) const
{
    const auto found = m_sessions.constFind(clientId);
    return found == m_sessions.cend() ? nullptr : found->get();
}

Session &SessionRegistry::create(const QByteArray &clientId, const QByteArray &userName)
{
    auto session = std::make_shared<Session>(clientId, userName, m_services);
    Session &created = *session;
    m_sessions.insert(clientId, std::move(session));
    return created;
}

QByteArray SessionRegistry::newClientId(const QByteArray &prefix) const
{
    QByteArray id;
    do {
        id = prefix + QUuid::createUuid().toByteArray(QUuid::Id128);
    } while (m_sessions.contains(id));
    return id;
}

void SessionRegistry::connectionEnded(
    Session &session, bool willIsDue, const std::function<void()> &tellDisconnected)
{
    session.detach();
    if (!willIsDue)
        discardWill(session);
    if (session.expirySeconds() == 0) {
        end(session, tellDisconnected); // [MQTT-4.1.0-2]
        return;
    }
    leaveWill(session);
    goOffline(session);
    m_services.exchange.handOverUnsent(session);
    tellDisconnected();
}

void SessionRegistry::discardWill(Session &session)
{
    if (!session.takeWill())
        return;
    StoreBatch batch(m_services.store);
    batch.add(change::RemoveWill{session.clientId()});
    batch.commit();
}

void SessionRegistry::leaveWill(Session &session)
{
    if (!session.will())
        return;
    const quint32 delay = session.will()->fields.properties.willDelayInterval.value_or(0);
    if (delay == 0) {
        publishWill(session);
        return;
    }
    // A session that ends first publishes it then [MQTT-3.1.2-8].
    m_services.deadlines.set(session.willDeadline(), m_services.clock.now() + Seconds(delay));
    StoreBatch batch(m_services.store);
    batch.add(change::PutWill{session.clientId(),
        {session.will()->fields, session.userName(), session.will()->origin->address,
            m_services.clock.wallTime() + Milliseconds(Seconds(delay))}});
    batch.commit();
}

void SessionRegistry::goOffline(Session &session)
{
    std::optional<Milliseconds> endsAt;
    if (session.expirySeconds() != never) {
        const Seconds kept(session.expirySeconds());
        m_services.deadlines.set(session.endDeadline(), m_services.clock.now() + kept);
        endsAt = m_services.clock.wallTime() + Milliseconds(kept);
    }
    session.m_offlinePlace = m_offline.insert(m_offline.end(), &session);
    StoreBatch batch(m_services.store);
    batch.add(change::PutSession{session.stored(endsAt)});
    session.setStored(true);
    batch.commit();
    while (m_offline.size() > m_services.options.maximumOfflineSessions) {
        qCWarning(logSession, "%s: its session ends, since more than %u wait for their clients",
            LogAbout(infoOf(*m_offline.front())).text(), m_services.options.maximumOfflineSessions);
        end(*m_offline.front());
    }
}

void SessionRegistry::comeBack(Session &session)
{
    session.endDeadline().cancel();
    if (session.m_offlinePlace) {
        m_offline.erase(*session.m_offlinePlace);
        session.m_offlinePlace.reset();
    }
}

void SessionRegistry::resumed(Session &session)
{
    comeBack(session);
    // One that is due and whose deadline has not been told yet is not in time any more: above all one without a delay
    // whose connection ended with the broker, when its client is back as soon as there is a broker [MQTT-3.1.2-8].
    const Deadline &due = session.willDeadline();
    if (due.isSet() && due.at() <= m_services.clock.now())
        publishWill(session);
    else
        discardWill(session); // in time [MQTT-3.1.3-9]
}

void SessionRegistry::end(Session &session, const std::function<void()> &tellDisconnected)
{
    comeBack(session);
    // Out of the set first, so that nobody finds it any more.
    m_ended.push_back(m_sessions.take(session.clientId()));
    QList<QByteArray> filters; // for who listens
    if (m_services.events.wants(Events::Unsubscribed))
        filters = session.subscriptions().keys();
    session.unsubscribeAll();
    m_services.exchange.handOverAtEnd(session.outbox().takeAtEnd(), session);
    session.m_hasEnded = true;
    StoreBatch batch(m_services.store);
    if (session.isStored()) // a client that comes and goes without anything durable writes nothing
        batch.add(change::RemoveSession{session.clientId()});
    batch.commit();
    publishWill(session);
    if (tellDisconnected)
        tellDisconnected();
    tellEnd(session, filters);
}

void SessionRegistry::tellEnd(const Session &session, const QList<QByteArray> &filters) const
{
    Events &events = m_services.events;
    if (!filters.isEmpty())
        events.unsubscribed(infoOf(session), std::vector<QByteArray>(filters.begin(), filters.end()));
    if (events.wants(Events::SessionExpired))
        events.sessionExpired(session.clientId());
}

void SessionRegistry::publishWill(Session &session)
{
    const std::unique_ptr<Will> will = session.takeWill();
    if (!will)
        return;
    if (m_services.policy.asksBeforePublish()) {
        askAboutWill(session, *will);
        return;
    }
    StoreBatch batch(m_services.store);
    batch.add(change::RemoveWill{session.clientId()}); // [MQTT-3.1.2-10]
    publish(*will, &session, batch);
    batch.commit();
}

/// Nobody waits for the answer: not the client, which is gone, and not its successor's CONNACK.
void SessionRegistry::askAboutWill(Session &session, const Will &will)
{
    ClientInfo client;
    client.clientId = session.clientId();
    client.userName = session.userName();
    client.address = will.origin->address;
    PublishPacket packet;
    packet.topic = will.fields.topic;
    packet.payload = will.fields.payload;
    packet.qos = will.fields.qos;
    packet.retain = will.fields.retain;
    packet.properties = will.fields.properties;
    packet.properties.willDelayInterval.reset();
    m_services.policy.authorizePublish(client, std::move(packet),
        [this, weak = session.weak_from_this(), clientId = session.clientId(), origin = will.origin](
            const PublishDecision &decision) {
            const std::shared_ptr<Session> publisher = weak.lock();
            StoreBatch batch(m_services.store);
            batch.add(change::RemoveWill{clientId});
            if (decision.publish && isSoundPublish(*decision.publish)) {
                const PublishPacket &granted = *decision.publish;
                const WillFields fields{granted.topic, granted.payload, granted.qos, granted.retain, granted.properties};
                publish(Will{fields, origin}, publisher.get(), batch);
            } else {
                ++m_services.counters.publishRefused;
                qCWarning(logSecurity, "%s: its will is not published: not authorized", LogAbout(subjectOf(*origin)).text());
            }
            batch.commit();
        });
}

/// The will's row goes in one commit with the rows that it makes: a crash neither loses nor repeats it.
void SessionRegistry::publish(const Will &will, const Session *publisher, StoreBatch &batch)
{
    const ReasonCode allowed = m_services.policy.mayPublish(*will.origin, will.fields.topic);
    if (isFailure(allowed)) {
        ++m_services.counters.publishRefused;
        qCWarning(logSecurity, "%s: its will on %s is not published: not authorized",
            LogAbout(subjectOf(*will.origin)).text(), quotedName(will.fields.topic).constData());
        return;
    }
    const QByteArray properties = encodeForwardedProperties(will.fields.properties);
    MessageParts parts;
    parts.topic = will.fields.topic;
    parts.payload = will.fields.payload;
    parts.properties = properties;
    parts.qos = will.fields.qos;
    parts.retain = will.fields.retain; // [MQTT-3.1.2-14] [MQTT-3.1.2-15]
    parts.origin = will.origin;
    parts.expirySeconds = will.fields.properties.messageExpiryInterval;
    Publication publication(parts, m_services.clock);
    const PublishOutcome outcome = m_services.exchange.publishDirectly(publication, publisher, batch);
    if (!isFailure(outcome.reason)) {
        tellHandler(publication.message(), outcome.receivers);
    } else {
        ++m_services.counters.publishRefused;
        qCWarning(logSession, "%s: its will on %s is not published: %s", LogAbout(subjectOf(*will.origin)).text(),
            quotedName(will.fields.topic).constData(), outcome.text);
    }
}

/// The handler `published` hears of wills, too; nobody waits for what it says.
void SessionRegistry::tellHandler(const MessagePtr &message, qsizetype receivers)
{
    if (!m_services.policy.asksAfterPublish())
        return;
    PublishedEvent event;
    event.message = message;
    event.isByClient = true;
    event.client.clientId = message->origin()->clientId;
    event.client.userName = message->origin()->userName;
    event.client.address = message->origin()->address;
    event.receivers = receivers;
    m_services.policy.published(event, [](const PublishedDecision &) {});
}

void SessionRegistry::restore(RestoredSession stored)
{
    Session &session = create(stored.session.clientId,
        stored.will ? stored.will->userName : stored.session.userName);
    session.setExpirySeconds(stored.session.expirySeconds);
    session.setStored(true);
    for (const StoredSubscription &each : stored.subscriptions)
        session.subscribe(
            each.filter, {each.maximumQoS, each.noLocal, each.retainAsPublished, each.identifier});
    for (StoredDelivery &each : stored.deliveries)
        session.outbox().restore(std::move(each));
    session.outbox().restoreUnloaded(stored.unloaded);
    for (const quint16 packetId : stored.inboundIds)
        session.inboundIds().insert(packetId);

    // The crash ended every connection: a session that had one waits from now on.
    const Milliseconds now = m_services.clock.wallTime();
    const auto setDeadline = [this, now](Deadline &deadline, Milliseconds wall) {
        m_services.deadlines.set(deadline, m_services.clock.now() + std::max(Milliseconds(0), wall - now));
    };
    session.m_offlinePlace = m_offline.insert(m_offline.end(), &session);
    if (stored.session.expirySeconds != never) {
        const Milliseconds endsAt = stored.session.endsAt.value_or(now + Seconds(stored.session.expirySeconds));
        setDeadline(session.endDeadline(), endsAt);
        if (session.isDurable() && !stored.session.endsAt)
            m_begunByRestart.emplace_back(change::PutSession{session.stored(endsAt)});
    }
    if (stored.will) {
        const auto delay = Seconds(stored.will->fields.properties.willDelayInterval.value_or(0));
        const Milliseconds dueAt = stored.will->dueAt.value_or(now + delay);
        if (!std::exchange(stored.will->dueAt, dueAt))
            m_begunByRestart.emplace_back(change::PutWill{session.clientId(), *stored.will});
        session.setWill(Will{std::move(stored.will->fields),
            Origin::create(session.clientId(), session.userName(), stored.will->address)});
        setDeadline(session.willDeadline(), dueAt);
    }
}

void SessionRegistry::restored()
{
    StoreBatch batch(m_services.store);
    for (StoreChange &change : std::exchange(m_begunByRestart, {}))
        batch.add(std::move(change));
    batch.commit();
}

} // namespace pigeon
