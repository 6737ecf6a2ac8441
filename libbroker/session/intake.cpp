#include "session/intake.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "protocol/encoder.h"
#include "protocol/reasoncodes.h"
#include "protocol/soundness.h"
#include "protocol/topic.h"
#include "session/connection.h"
#include "session/publishslots.h"
#include "session/services.h"
#include "session/session.h"

#include <bit>

namespace pigeon {

namespace {

bool speaksMqtt5(const Connection &connection)
{
    return connection.negotiated().version == ProtocolVersion::Mqtt5;
}

PacketType acknowledgementOf(QoS qos)
{
    return qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec; // [MQTT-3.3.4-1]
}

AcknowledgePacket refusalOf(QoS qos, quint16 packetId, const ProtocolError &error)
{
    AcknowledgePacket packet;
    packet.type = acknowledgementOf(qos);
    packet.packetId = packetId;
    packet.reason = error.reason;
    packet.properties.reasonString = QByteArray(error.text);
    return packet;
}

} // namespace

void Intake::publish(const PublishView &view)
{
    ++m_services.counters.publishReceived;
    m_services.counters.publishBytesReceived += static_cast<quint64>(view.payload.size());
    QByteArrayView topic;
    if (!resolveTopic(view, topic) || !mount(topic))
        return;
    if (view.qos == QoS::ExactlyOnce && m_connection.session()->inboundIds().contains(view.packetId)) {
        repeatPubrec(view.packetId); // [MQTT-4.3.3-10]: not delivered again, and no message more under way
        return;
    }
    if (!isWithinWindow(view) || !isWithinBounds(view, topic))
        return;
    const ReasonCode allowed = m_services.policy.mayPublish(*m_connection.origin(), topic);
    if (isFailure(allowed)) {
        refuse(view, {allowed, "3.3.5", "not authorized to publish there"});
        return;
    }
    if (m_services.policy.asksBeforePublish()) {
        askBeforePublish(view, topic);
        return;
    }
    MessageParts parts;
    parts.topic = topic;
    parts.payload = view.payload;
    parts.properties = view.properties;
    parts.qos = view.qos;
    parts.retain = view.retain;
    parts.origin = m_connection.origin();
    parts.expirySeconds = view.messageExpirySeconds;
    Publication publication(std::move(parts), m_services.clock);
    publication.setDuplicate(view.duplicate);
    take(view, publication);
}

void Intake::take(const PublishView &view, Publication &publication)
{
    if (view.qos == QoS::ExactlyOnce)
        takeExactlyOnce(view, publication);
    else
        takeOnce(view, publication);
}

// --- handlers ------------------------------------------------------------------------------------------------

void Intake::ask()
{
    ++m_questions;
    m_services.publishSlots.begin();
    m_connection.suspend(Connection::State::Connected);
}

void Intake::answered()
{
    const bool wasLast = --m_questions == 0;
    m_services.publishSlots.end();
    if (wasLast && m_connection.isConnected())
        m_connection.resume(Connection::State::Connected);
}

void Intake::abandon()
{
    for (; m_questions > 0; --m_questions)
        m_services.publishSlots.end();
}

void Intake::askBeforePublish(const PublishView &view, QByteArrayView topic)
{
    PublishPacket packet;
    packet.topic = topic.toByteArray();
    packet.payload = view.payload.toByteArray();
    packet.qos = view.qos;
    packet.retain = view.retain;
    packet.duplicate = view.duplicate;
    packet.packetId = view.packetId;
    packet.properties = decodeForwardedProperties(view.properties);
    packet.properties.messageExpiryInterval = view.messageExpirySeconds;
    PublishView kept; // what the answer needs of it: no view into the receive buffer
    kept.qos = view.qos;
    kept.packetId = view.packetId;
    kept.duplicate = view.duplicate;
    ask();
    m_services.policy.authorizePublish(m_connection.info(), std::move(packet),
        [this, kept, lives = m_connection.stillLives()](const PublishDecision &decision) {
            if (!lives())
                return;
            authorized(kept, decision);
            if (lives())
                answered();
        });
}

void Intake::authorized(const PublishView &view, const PublishDecision &decision)
{
    if (!decision.publish || !isSoundPublish(*decision.publish)) {
        const ReasonCode reason = sayableRefusal(decision.reason, PacketType::Puback);
        refuse(view, {reason, "3.3.5", "not authorized to publish there"});
        return;
    }
    const PublishPacket &packet = *decision.publish;
    const QByteArray properties = encodeForwardedProperties(packet.properties);
    MessageParts parts;
    parts.topic = packet.topic;
    parts.payload = packet.payload;
    parts.sharedPayload = packet.payload;
    parts.properties = properties;
    parts.qos = std::min(packet.qos, view.qos); // what was not promised to be kept so far cannot be now
    parts.retain = packet.retain;
    parts.origin = m_connection.origin();
    parts.expirySeconds = packet.properties.messageExpiryInterval;
    Publication publication(std::move(parts), m_services.clock);
    publication.setDuplicate(view.duplicate);
    take(view, publication);
}

PublishedEvent Intake::eventOf(Publication &publication, const PublishOutcome &outcome) const
{
    PublishedEvent event;
    event.message = publication.message();
    event.isByClient = true;
    event.client = m_connection.info();
    event.receivers = outcome.receivers;
    return event;
}

void Intake::askAfterRelease(const PublishedEvent &event, quint16 packetId, ReasonCode reason)
{
    m_services.policy.published(
        event, [this, packetId, reason, lives = m_connection.stillLives()](const PublishedDecision &decision) {
            if (!lives())
                return;
            PublishView view;
            view.qos = QoS::ExactlyOnce;
            view.packetId = packetId;
            if (decision.isDone)
                m_connection.sendAcknowledge(PacketType::Pubrec, packetId, reason); // [MQTT-4.3.3-8]
            else
                refusePublished(view);
            if (lives())
                answered();
        });
}

void Intake::refusePublished(const PublishView &view)
{
    Session &session = *m_connection.session();
    if (view.qos == QoS::ExactlyOnce) { // its id is free again [MQTT-4.3.3-9]
        session.inboundIds().remove(view.packetId);
        StoreBatch batch(m_services.store);
        if (session.isDurable())
            batch.add(change::RemoveInboundId{session.clientId(), view.packetId});
        batch.commit();
    }
    refuse(view, {ReasonCode::ImplementationSpecificError, "3.3.5", "the published handler refused it"});
}

// --- checks --------------------------------------------------------------------------------------------------

/// What the client calls `topic` is below the mount point of its listener.
bool Intake::mount(QByteArrayView &topic)
{
    const QByteArray &mountPoint = m_connection.negotiated().mountPoint;
    if (mountPoint.isEmpty())
        return true;
    constexpr qsizetype longestTopic = 65'535; // 1.5.4
    if (mountPoint.size() + topic.size() > longestTopic) {
        m_connection.fail({ReasonCode::TopicNameInvalid, "4.7.3", "the topic is too long below the mount point"});
        return false;
    }
    m_mounted = mountPoint;
    m_mounted.append(topic);
    topic = m_mounted;
    return true;
}

bool Intake::resolveTopic(const PublishView &view, QByteArrayView &topic)
{
    topic = view.topic;
    if (!view.topicAlias)
        return true;
    if (!m_aliases.isAllowed(*view.topicAlias)) {
        m_connection.fail({ReasonCode::TopicAliasInvalid, "MQTT-3.3.2-9", "a topic alias of 0 or over the maximum"});
        return false;
    }
    if (!view.topic.isEmpty()) {
        m_aliases.set(*view.topicAlias, view.topic);
        return true;
    }
    topic = m_aliases.topic(*view.topicAlias);
    if (topic.isEmpty())
        m_connection.fail({ReasonCode::ProtocolError, "3.3.2.3.4", "a topic alias that was never set"});
    return !topic.isEmpty();
}

bool Intake::isWithinBounds(const PublishView &view, QByteArrayView topic)
{
    const BrokerOptions &options = m_services.options;
    if (hasMoreLevels(topic, options.maximumTopicLevels)) {
        m_connection.fail({ReasonCode::TopicNameInvalid, "4.7.3", "the topic has too many levels"});
        return false;
    }
    if (view.retain && !m_connection.negotiated().isRetainAvailable) {
        m_connection.fail({ReasonCode::RetainNotSupported, "MQTT-3.2.2-14", "retain is not available"});
        return false;
    }
    if (view.qos > m_connection.negotiated().maximumQoS) { // [MQTT-3.2.2-11]
        m_connection.fail({ReasonCode::QoSNotSupported, "MQTT-3.2.2-11", "a QoS above the Maximum QoS of this listener"});
        return false;
    }
    return true;
}

/// 5.0: our Receive Maximum, counted as the client counts it (4.9). Before 5.0 a client may send what it likes, and
/// only the packet ids of QoS 2 are something that it can make grow.
bool Intake::isWithinWindow(const PublishView &view)
{
    if (view.qos == QoS::AtMostOnce)
        return true;
    const quint32 most = m_connection.negotiated().inboundWindow;
    if (speaksMqtt5(m_connection)) {
        if (m_unfinished < most) {
            ++m_unfinished;
            return true;
        }
        m_connection.fail({ReasonCode::ReceiveMaximumExceeded, "MQTT-3.3.4-7",
            "more messages at once than our Receive Maximum"});
        return false;
    }
    const InboundIds &ids = m_connection.session()->inboundIds();
    if (view.qos == QoS::AtLeastOnce || ids.size() < most || ids.contains(view.packetId))
        return true;
    m_connection.fail({ReasonCode::QuotaExceeded, "4.3.3", "too many QoS 2 messages without their PUBREL"});
    return false;
}

/// Counts and logs it. 5.0 says why and goes on; before 5.0 there are no words for it but closing [MQTT3-3.3.5-2].
bool Intake::mayRefuse(const ProtocolError &error)
{
    ++m_services.counters.publishRefused;
    if (!speaksMqtt5(m_connection)) {
        m_connection.fail({error.reason, "MQTT3-3.3.5-2", error.text});
        return false;
    }
    // The first, the second, the fourth …: who publishes in a loop must not fill the disk with our log.
    if (std::has_single_bit(++m_refusals)) {
        qCWarning(logSecurity, "%s: a message was refused with reason 0x%02x: %s [%s], %llu so far",
            LogAbout(m_connection.info()).text(),
            static_cast<unsigned>(error.reason), error.text, error.clause,
            static_cast<unsigned long long>(m_refusals));
    }
    return true;
}

/// Not taken; the answer lines up behind those that are owed already [MQTT-4.6.0-2] [MQTT-4.6.0-3].
void Intake::refuse(const PublishView &view, const ProtocolError &error)
{
    if (!mayRefuse(error) || view.qos == QoS::AtMostOnce)
        return;
    m_connection.session()->gate().run(0,
        [weak = m_connection.session()->weak_from_this(), serial = m_connection.serial(),
            packet = refusalOf(view.qos, view.packetId, error)](StoreStatus) {
            const std::shared_ptr<Session> session = weak.lock();
            if (Connection *connection = session ? session->connection(serial) : nullptr)
                connection->intake().answer(packet);
        });
}

/// An answer that ends the exchange of its message opens the client's window again (4.9).
void Intake::answer(PacketType type, quint16 packetId, ReasonCode reason)
{
    if (type != PacketType::Pubrec)
        finishOne();
    m_connection.sendAcknowledge(type, packetId, reason);
}

void Intake::answer(const AcknowledgePacket &refusal)
{
    finishOne();
    if (!m_connection.send(refusal))
        m_connection.fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24", "the client's Maximum Packet Size is too small"});
}

ReasonCode Intake::reasonFor(const PublishOutcome &outcome) const
{
    const bool isHeard = outcome.receivers > 0 || !m_services.options.reportNoSubscribers;
    return isHeard ? ReasonCode::Success : ReasonCode::NoMatchingSubscribers;
}

/// QoS 0 and 1: delivered at once, only the acknowledgement waits for the store.
void Intake::takeOnce(const PublishView &view, Publication &publication)
{
    Session &session = *m_connection.session();
    StoreBatch batch(m_services.store);
    const PublishOutcome outcome = m_services.exchange.publish(publication, &session, batch);
    if (isFailure(outcome.reason)) {
        refuse(view, {outcome.reason, "3.4.2.1", outcome.text});
        return;
    }
    const Ticket ticket = batch.commit();
    if (m_services.policy.asksAfterPublish()) {
        askOnce(eventOf(publication, outcome), view, reasonFor(outcome), ticket);
        return;
    }
    owePuback(view, reasonFor(outcome), ticket);
}

void Intake::owePuback(const PublishView &view, ReasonCode reason, Ticket ticket)
{
    if (view.qos == QoS::AtMostOnce) {
        if (ticket != 0)
            holdSlot(ticket);
        return;
    }
    Session &session = *m_connection.session();
    if (ticket == 0 && session.gate().isEmpty()) { // the usual way, without a step to keep
        answer(PacketType::Puback, view.packetId, reason);
        return;
    }
    m_services.publishSlots.begin();
    session.gate().run(ticket,
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services,
            packetId = view.packetId, reason](StoreStatus status) {
            services->publishSlots.end();
            const std::shared_ptr<Session> alive = weak.lock();
            if (Connection *connection = alive ? alive->connection(serial) : nullptr)
                connection->intake().acknowledgeOnce(packetId, reason, status);
            // Else the publisher sends it again when it comes back, as QoS 1 does.
        });
}

/// Its acknowledgement waits for the store and for the program, both of which are asked at once.
void Intake::askOnce(const PublishedEvent &event, const PublishView &view, ReasonCode reason, Ticket ticket)
{
    const Asked asked{std::make_shared<AskedPublish>(), view.qos, view.packetId, reason};
    ask();
    if (ticket == 0) {
        asked.publish->stored(StoreStatus::Durable);
    } else {
        m_services.publishSlots.begin();
        Session &session = *m_connection.session();
        session.gate().run(ticket,
            [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services, asked](
                StoreStatus status) {
                services->publishSlots.end();
                const std::shared_ptr<Session> alive = weak.lock();
                if (Connection *connection = alive ? alive->connection(serial) : nullptr)
                    connection->intake().conclude(asked, asked.publish->stored(status));
            });
    }
    m_services.policy.published(
        event, [this, asked, lives = m_connection.stillLives()](const PublishedDecision &decision) {
            if (lives())
                conclude(asked, asked.publish->answered(decision.isDone));
            if (lives())
                answered();
        });
}

void Intake::conclude(const Asked &asked, AskedPublish::End end)
{
    PublishView view;
    view.qos = asked.qos;
    view.packetId = asked.packetId;
    if (end == AskedPublish::End::Refused)
        refusePublished(view);
    else if (end != AskedPublish::End::NotYet && view.qos != QoS::AtMostOnce)
        acknowledgeOnce(view.packetId, asked.reason,
            end == AskedPublish::End::Failed ? StoreStatus::Failed : StoreStatus::Durable);
}

/// A QoS 0 message that the store is given (a retained one) counts until it is kept, though nobody is told.
void Intake::holdSlot(Ticket ticket)
{
    m_services.publishSlots.begin();
    m_connection.session()->gate().run(
        ticket, [services = &m_services](StoreStatus) { services->publishSlots.end(); });
}

void Intake::acknowledgeOnce(quint16 packetId, ReasonCode reason, StoreStatus status)
{
    if (status == StoreStatus::Failed)
        storeFailed(QoS::AtLeastOnce, packetId);
    else
        answer(PacketType::Puback, packetId, reason); // [MQTT-4.3.2-4]
}

/// QoS 2: packet id, message and deliveries are kept together before anybody gets it and before the PUBREC.
void Intake::takeExactlyOnce(const PublishView &view, Publication &publication)
{
    Session &session = *m_connection.session();
    StoreBatch batch(m_services.store);
    const bool isKept = batch.keeps() && session.isDurable();
    if (isKept)
        batch.add(change::AddInboundId{session.clientId(), view.packetId});
    if (!batch.keeps() && session.gate().isEmpty()) { // nothing to wait for: deliver at once
        const PublishOutcome outcome = m_services.exchange.publish(publication, &session, batch);
        if (isFailure(outcome.reason)) {
            refuse(view, {outcome.reason, "3.4.2.1", outcome.text});
            return;
        }
        session.inboundIds().insert(view.packetId);
        if (m_services.policy.asksAfterPublish()) {
            ask();
            askAfterRelease(eventOf(publication, outcome), view.packetId, reasonFor(outcome));
        } else {
            m_connection.sendAcknowledge(PacketType::Pubrec, view.packetId, reasonFor(outcome));
        }
        return;
    }
    auto held = std::make_shared<HeldDeliveries>();
    const PublishOutcome outcome = m_services.exchange.publishHeld(publication, &session, batch, *held);
    if (isFailure(outcome.reason)) {
        refuse(view, {outcome.reason, "3.4.2.1", outcome.text});
        return;
    }
    session.inboundIds().insert(view.packetId);
    std::optional<PublishedEvent> event; // when somebody is to be asked after the delivery
    if (m_services.policy.asksAfterPublish()) {
        event = eventOf(publication, outcome);
        ask();
    }
    m_services.publishSlots.begin();
    session.gate().run(batch.commit(),
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services, held,
            packetId = view.packetId, reason = reasonFor(outcome), event = std::move(event)](StoreStatus status) {
            services->publishSlots.end();
            const std::shared_ptr<Session> alive = weak.lock();
            if (status == StoreStatus::Durable)
                services->exchange.release(std::move(*held)); // though its publisher may have gone
            else if (alive)
                alive->inboundIds().remove(packetId);
            // The program is asked about what was handed on, though its publisher may have gone.
            const bool isAsked = event && status == StoreStatus::Durable && services->policy.asksAfterPublish();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection) {
                if (isAsked)
                    services->policy.published(*event, [](const PublishedDecision &) {});
                return;
            }
            Intake &intake = connection->intake();
            if (isAsked) {
                intake.askAfterRelease(*event, packetId, reason);
                return;
            }
            const auto lives = connection->stillLives();
            if (status == StoreStatus::Durable)
                connection->sendAcknowledge(PacketType::Pubrec, packetId, reason); // [MQTT-4.3.3-8]
            else
                intake.storeFailed(QoS::ExactlyOnce, packetId);
            if (event && lives()) // it is asked no more
                intake.answered();
        });
}

/// Said at once: it is this message's turn.
void Intake::storeFailed(QoS qos, quint16 packetId)
{
    const ProtocolError error{ReasonCode::QuotaExceeded, "4.3", "the store could not keep it"};
    if (mayRefuse(error))
        answer(refusalOf(qos, packetId, error));
}

/// The same QoS 2 message again, its PUBREL not seen: it lines up behind the first one's PUBREC.
void Intake::repeatPubrec(quint16 packetId)
{
    Session &session = *m_connection.session();
    session.gate().run(0,
        [weak = session.weak_from_this(), serial = m_connection.serial(), packetId](StoreStatus) {
            const std::shared_ptr<Session> alive = weak.lock();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection)
                return;
            if (alive->inboundIds().contains(packetId))
                connection->sendAcknowledge(PacketType::Pubrec, packetId, ReasonCode::Success);
            else
                connection->intake().storeFailed(QoS::ExactlyOnce, packetId); // the first one was not kept after all
        });
}

void Intake::pubrel(quint16 packetId)
{
    Session &session = *m_connection.session();
    StoreBatch batch(m_services.store);
    const bool isKnown = session.inboundIds().contains(packetId);
    if (isKnown && session.isDurable())
        batch.add(change::RemoveInboundId{session.clientId(), packetId});
    // The PUBCOMP waits for the removal: else a crash would take the id's next message for a repeat, a loss.
    session.gate().run(batch.commit(),
        [weak = session.weak_from_this(), serial = m_connection.serial(), packetId, isKnown](StoreStatus status) {
            const std::shared_ptr<Session> alive = weak.lock();
            if (!alive)
                return;
            if (status == StoreStatus::Durable)
                alive->inboundIds().remove(packetId);
            Connection *connection = alive->connection(serial);
            if (!connection)
                return;
            if (status == StoreStatus::Failed)
                connection->fail({ReasonCode::QuotaExceeded, "4.3.3", "the store could not keep a PUBREL"});
            else // [MQTT-4.3.3-11]; an unknown id is no error, the client only repeats itself
                connection->intake().answer(PacketType::Pubcomp, packetId,
                    isKnown ? ReasonCode::Success : ReasonCode::PacketIdentifierNotFound);
        });
}

} // namespace pigeon
