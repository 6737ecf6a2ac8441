#include "session/subscribing.h"

#include "base/logging.h"
#include "protocol/reasoncodes.h"
#include "protocol/topic.h"
#include "session/connection.h"
#include "session/exchange.h"
#include "session/services.h"
#include "session/session.h"

namespace pigeon {

namespace {

bool isBeforeMqtt5(const Connection &connection)
{
    return connection.negotiated().version != ProtocolVersion::Mqtt5;
}

} // namespace

// A filter that is no filter: 5.0 answers it for itself (0x8F), before that the packet is malformed.
bool Subscribing::areFiltersServed(const QByteArray &filter)
{
    const std::optional<ProtocolError> error = topicFilterError(filter);
    if (!error || !isBeforeMqtt5(m_connection))
        return true;
    m_connection.fail(*error);
    return false;
}

ReasonCode Subscribing::refusal(const SubscribeEntry &entry) const
{
    const BrokerOptions &options = m_services.options;
    const Session &session = *m_connection.session();
    if (topicFilterError(entry.filter)
        || topicLevels(splitFilter(entry.filter).filter) > static_cast<int>(options.maximumTopicLevels))
        return ReasonCode::TopicFilterInvalid;
    if (!options.allowSystemTopics && isSystemTopic(splitFilter(entry.filter).filter))
        return ReasonCode::NotAuthorized;
    if (!session.outbox().hasRoomForReplay())
        return ReasonCode::QuotaExceeded; // the client asks for more and more without taking what it asked for
    if (!session.subscriptions().contains(entry.filter)
        && static_cast<quint32>(session.subscriptions().size()) >= options.maximumSubscriptions)
        return ReasonCode::QuotaExceeded;
    return m_services.policy.maySubscribe(*m_connection.origin(), entry);
}

void Subscribing::subscribe(const SubscribePacket &packet)
{
    for (const SubscribeEntry &entry : packet.entries) {
        if (!areFiltersServed(entry.filter))
            return;
    }
    if (m_services.policy.asksBeforeSubscribe()) {
        m_connection.suspend(Connection::State::Connected); // its further packets wait for the answers
        auto questions = std::make_shared<Questions>();
        questions->packet = packet;
        questions->refused.resize(packet.entries.size());
        askNext(questions);
    } else {
        grant(packet, {});
    }
}

/// Asks about one filter after the other; answers may come at once or much later.
void Subscribing::askNext(const std::shared_ptr<Questions> &questions)
{
    while (questions->next < questions->packet.entries.size()) {
        const SubscribeEntry &entry = questions->packet.entries[questions->next];
        if (const ReasonCode refused = refusal(entry); isFailure(refused)) {
            questions->refused[questions->next++] = refused;
            continue;
        }
        questions->isAsking = true;
        questions->isOpen = true;
        m_services.policy.authorizeSubscribe(m_connection.info(), entry,
            [connection = &m_connection, services = &m_services, questions, lives = m_connection.stillLives()](
                const SubscribeDecision &decision) {
                if (!lives())
                    return;
                questions->answer(decision);
                if (!questions->isAsking)
                    Subscribing(*connection, *services).askNext(questions);
            });
        questions->isAsking = false;
        if (questions->isOpen)
            return;
    }
    const std::function<bool()> lives = m_connection.stillLives();
    grant(questions->packet, questions->refused);
    if (lives())
        m_connection.resume(Connection::State::Connected);
}

void Subscribing::Questions::answer(const SubscribeDecision &decision)
{
    isOpen = false;
    SubscribeEntry &entry = packet.entries[next];
    const bool isSound = decision.entry && isMqttText(decision.entry->filter)
        && !topicFilterError(decision.entry->filter)
        && !(decision.entry->noLocal && decision.entry->filter.startsWith("$share/"));
    if (isSound)
        entry = *decision.entry;
    else
        refused[next] = isReasonAllowed(decision.reason, PacketType::Suback, Sender::Server) && isFailure(decision.reason)
            ? decision.reason
            : ReasonCode::NotAuthorized;
    ++next;
}

/// `handlerRefused` is empty, or has for each filter what a handler has said: Success, or why not.
void Subscribing::grant(const SubscribePacket &packet, const std::vector<ReasonCode> &handlerRefused)
{
    Session &session = *m_connection.session();
    const bool isBridge = m_connection.negotiated().isBridge;
    const quint32 identifier = packet.properties.subscriptionIdentifiers.empty()
        ? 0
        : packet.properties.subscriptionIdentifiers.front();
    SubackPacket suback;
    suback.packetId = packet.packetId; // [MQTT-3.8.4-2]
    RetainedReplay replay;
    replay.subscriptionIdentifier = identifier;
    StoreBatch batch(m_services.store);
    QList<QByteArray> shared;
    std::vector<GrantedSubscription> granted; // for who listens
    const bool isWatched = m_services.events.wants(Events::Subscribed);
    for (size_t i = 0; i < packet.entries.size(); ++i) { // [MQTT-3.8.4-5]
        const SubscribeEntry &entry = packet.entries[i];
        const bool isHandlerRefusal = i < handlerRefused.size() && isFailure(handlerRefused[i]);
        const ReasonCode refused = isHandlerRefusal ? handlerRefused[i] : refusal(entry);
        if (isFailure(refused)) {
            ++m_services.counters.subscriptionsRefused;
            qCInfo(logSession, "Client \"%s\" (%s) may not subscribe to \"%s\": reason 0x%02x",
                session.clientId().constData(), m_connection.peer().address.constData(), entry.filter.constData(),
                static_cast<unsigned>(refused));
            suback.reasons.push_back(refused);
            if (isWatched)
                granted.push_back({entry, refused});
            continue;
        }
        SubscriptionOptions options;
        options.maximumQoS = entry.maximumQoS;
        options.noLocal = entry.noLocal || isBridge;
        options.retainAsPublished = entry.retainAsPublished || isBridge;
        options.identifier = identifier;
        const bool isNew = session.subscribe(entry.filter, options);
        if (session.isDurable())
            batch.add(change::PutSubscription{session.clientId(),
                {entry.filter, options.maximumQoS, options.noLocal, options.retainAsPublished, identifier}});
        suback.reasons.push_back(static_cast<ReasonCode>(entry.maximumQoS)); // [MQTT-3.8.4-7]
        if (isWatched)
            granted.push_back({entry, suback.reasons.back()});
        qCInfo(logSession, "Client \"%s\" (%s) subscribed to \"%s\", QoS %u", session.clientId().constData(),
            m_connection.peer().address.constData(), entry.filter.constData(), static_cast<unsigned>(entry.maximumQoS));
        const FilterParts parts = splitFilter(entry.filter);
        if (!parts.group.isEmpty())
            shared.push_back(entry.filter);
        const bool wantsRetained = entry.retainHandling == RetainHandling::SendAlways // [MQTT-3.3.1-9]
            || (entry.retainHandling == RetainHandling::SendIfNew && isNew); // [MQTT-3.3.1-10]
        if (parts.group.isEmpty() && wantsRetained)
            replay.filters.push_back({entry.filter, entry.maximumQoS, options.noLocal});
    }
    session.gate().run(batch.commit(),
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services,
            shared = std::move(shared), suback = std::move(suback), granted = std::move(granted),
            replay = std::move(replay)](StoreStatus status) mutable {
            const std::shared_ptr<Session> alive = weak.lock();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection)
                return; // the client went meanwhile; it subscribes again
            if (status == StoreStatus::Failed) {
                connection->fail({ReasonCode::QuotaExceeded, "3.8.4", "the store could not keep the subscriptions"});
                return;
            }
            if (!connection->send(std::move(suback))) {
                connection->fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24",
                    "the SUBACK is larger than the client's Maximum Packet Size"});
                return;
            }
            if (!granted.empty())
                services->events.subscribed(connection->info(), granted);
            if (!replay.filters.empty())
                alive->outbox().replay(std::move(replay));
            if (!shared.isEmpty())
                services->exchange.collectForShared(*alive, shared);
        });
}

void Subscribing::unsubscribe(const UnsubscribePacket &packet)
{
    for (const QByteArray &filter : packet.filters) {
        if (!areFiltersServed(filter))
            return;
    }
    Session &session = *m_connection.session();
    UnsubackPacket unsuback;
    unsuback.packetId = packet.packetId; // [MQTT-3.10.4-5]
    StoreBatch batch(m_services.store);
    QSet<QByteArray> shared;
    for (const QByteArray &filter : packet.filters) { // [MQTT-3.10.4-6]
        if (topicFilterError(filter)) {
            unsuback.reasons.push_back(ReasonCode::TopicFilterInvalid);
        } else if (session.unsubscribe(filter)) { // compared byte for byte [MQTT-3.10.4-1]
            unsuback.reasons.push_back(ReasonCode::Success);
            qCInfo(logSession, "Client \"%s\" (%s) unsubscribed from \"%s\"", session.clientId().constData(),
                m_connection.peer().address.constData(), filter.constData());
            if (!splitFilter(filter).group.isEmpty())
                shared.insert(filter);
        } else {
            unsuback.reasons.push_back(ReasonCode::NoSubscriptionExisted);
        }
        // Even if there is none here: an earlier removal may have failed in the store.
        if (session.isDurable())
            batch.add(change::RemoveSubscription{session.clientId(), filter});
    }
    if (!shared.isEmpty())
        m_services.exchange.handOverUnsent(session, shared);
    session.gate().run(batch.commit(),
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services,
            filters = m_services.events.wants(Events::Unsubscribed) ? packet.filters : std::vector<QByteArray>(),
            unsuback = std::move(unsuback)](StoreStatus status) mutable {
            const std::shared_ptr<Session> alive = weak.lock();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection)
                return;
            if (status == StoreStatus::Failed) {
                connection->fail({ReasonCode::QuotaExceeded, "3.10.4", "the store could not drop the subscriptions"});
            } else if (!connection->send(std::move(unsuback))) {
                connection->fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24",
                    "the UNSUBACK is larger than the client's Maximum Packet Size"});
            } else if (!filters.empty()) {
                services->events.unsubscribed(connection->info(), filters);
            }
        });
}

} // namespace pigeon
