#include "broker/ringtap.h"

#include "monitor/collector.h"
#include "monitor/taprecords.h"
#include "session/connection.h"
#include "session/session.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace pigeon {

namespace {

char *append(char *to, QByteArrayView bytes)
{
    if (!bytes.isEmpty())
        std::memcpy(to, bytes.data(), static_cast<size_t>(bytes.size()));
    return to + bytes.size();
}

} // namespace

RingTap::RingTap(ObservedNames &names)
    : m_names(names)
{
    m_open.reserve(8);
}

void RingTap::open(std::shared_ptr<TapChannel> channel)
{
    m_channel = std::move(channel);
    m_interests = {};
    m_firstMessage = m_lastMessage; // copies that wait may remember earlier ones
    m_lastPacket = m_lastCame = m_lastWent = 0;
    m_round = 0;
    std::fill(std::begin(m_left), std::end(m_left), 0u);
}

void RingTap::setInterests(Interests interests)
{
    m_interests = interests;
}

void RingTap::observe(Observers &observers)
{
    const auto wants = [this](Interest interest) { return m_channel && m_interests.testFlag(interest); };
    observers.packets = wants(Interest::Packets) ? this : nullptr;
    observers.deliveries = wants(Interest::Deliveries) ? this : nullptr;
    observers.messages = wants(Interest::Messages) || wants(Interest::Deliveries) ? this : nullptr;
}

// --- the ring ------------------------------------------------------------------------------------------------

qint64 RingTap::now()
{
    // Asking costs as much as a record. What one message makes at once happens at once.
    constexpr quint32 usedFor = 32;
    if (m_open.empty() || ++m_nowUsed >= usedFor) {
        m_now = observedNow();
        m_nowUsed = 0;
    }
    return m_now;
}

/// As many as the bounds say between two collections; the others are counted.
bool RingTap::mayMake(TapChannel::Loss kind)
{
    if (m_left[kind] == 0) {
        const quint32 round = m_channel->round.load(std::memory_order_relaxed) + 1; // never the 0 of the begin
        if (round != m_round) {
            m_round = round;
            m_left[TapChannel::Messages] = m_channel->bounds.messages;
            m_left[TapChannel::Deliveries] = m_channel->bounds.deliveries;
            m_left[TapChannel::Packets] = m_channel->bounds.packets;
        }
    }
    if (m_left[kind] == 0) {
        m_channel->lose(kind);
        return false;
    }
    --m_left[kind];
    return true;
}

void *RingTap::reserve(TapChannel::Loss kind, quint32 record, size_t bytes)
{
    void *const place = m_channel->ring.reserve(record, bytes);
    if (!place)
        m_channel->lose(kind);
    return place;
}

/// A message that is not at its end may still be changed: it holds back what comes behind it.
void RingTap::publishRing()
{
    if (m_open.empty())
        m_channel->ring.publish();
}

// --- packets -------------------------------------------------------------------------------------------------

void RingTap::packetCame(const Connection &from, QByteArrayView packet)
{
    tellPacket(from, PacketDirection::FromClient, packet, {});
    m_lastCame = m_lastPacket;
    m_lastCameFrom = from.serial();
}

void RingTap::packetWent(const Connection &to, QByteArrayView head, QByteArrayView rest)
{
    tellPacket(to, PacketDirection::ToClient, head, rest);
    m_lastWent = m_lastPacket;
}

void RingTap::tellPacket(
    const Connection &connection, PacketDirection direction, QByteArrayView head, QByteArrayView rest)
{
    ++m_lastPacket;
    if (!mayMake(TapChannel::Packets))
        return;
    const qsizetype most = m_channel->bounds.packetBytes;
    const QByteArrayView first = head.first(std::min(head.size(), most));
    const QByteArrayView second = rest.first(std::min(rest.size(), most - first.size()));
    auto *record = static_cast<tap::Packet *>(reserve(TapChannel::Packets, tap::PacketKind,
        sizeof(tap::Packet) + static_cast<size_t>(first.size() + second.size())));
    if (!record)
        return;
    *record = {now(), m_lastPacket, connection.serial(), connection.session() ? m_names.numberOf(*connection.session()) : 0,
        static_cast<quint32>(head.size() + rest.size()), static_cast<quint16>(first.size() + second.size()),
        static_cast<quint8>(direction), static_cast<quint8>(connection.negotiated().version)};
    append(append(tap::bytesBehind(record), first), second);
    publishRing();
}

// --- messages ------------------------------------------------------------------------------------------------

quint32 RingTap::messageBegins(Publication &publication, const Session *publisher)
{
    const auto isSpecial = [](quint64 number) { return quint32(number) == 0 || quint32(number) == tap::lostMessage; };
    while (isSpecial(++m_lastMessage)) { }
    const bool isWanted = m_interests.testFlag(Interest::Messages);
    tap::Message *record = nullptr;
    if (isWanted && mayMake(TapChannel::Messages))
        record = makeMessage(publication, publisher);
    m_open.push_back(record);
    return isWanted && !record ? tap::lostMessage : static_cast<quint32>(m_lastMessage);
}

bool RingTap::isLarge(Publication &publication) const
{
    return publication.payload().size() > m_channel->bounds.copiedPayloadBytes;
}

tap::Message *RingTap::makeMessage(Publication &publication, const Session *publisher)
{
    const QByteArrayView topic = publication.topic();
    const QByteArrayView properties = publication.properties();
    const QByteArrayView payload = publication.payload();
    const bool isLarge = this->isLarge(publication) || properties.size() > m_channel->bounds.copiedPayloadBytes;
    const bool isLeftOut = isLarge
        && m_channel->heldBytes.load(std::memory_order_relaxed) + payload.size() > m_channel->bounds.payloadBytes;
    const bool isCopied = !isLarge;
    const qsizetype behind = isLarge && !isLeftOut ? 0 : topic.size() + (isCopied ? properties.size() + payload.size() : 0);
    auto *record = static_cast<tap::Message *>(
        reserve(TapChannel::Messages, tap::MessageKind, sizeof(tap::Message) + static_cast<size_t>(behind)));
    if (!record)
        return nullptr;
    const OriginPtr &origin = publication.origin();
    const bool isByClient = origin && !origin->clientId.isEmpty();
    const Connection *connection = publisher ? publisher->connection() : nullptr;
    const bool isLive = isByClient && connection && connection->origin() == origin;
    *record = {};
    record->when = m_now = observedNow();
    record->number = m_lastMessage - m_firstMessage;
    record->packet = isLive && m_lastCameFrom == connection->serial() && m_interests.testFlag(Interest::Packets) ? m_lastCame : 0;
    record->publisher = !isByClient ? 0 : isLive ? m_names.numberOf(*publisher) : m_names.numberOf(origin->clientId);
    record->payloadBytes = static_cast<quint32>(payload.size());
    record->expires = publication.expirySeconds().has_value();
    record->expirySeconds = publication.expirySeconds().value_or(0);
    record->topicBytes = static_cast<quint16>(topic.size());
    record->qos = static_cast<quint8>(publication.qos());
    record->by = static_cast<quint8>(!isByClient ? PublishedBy::Broker : isLive ? PublishedBy::Client : PublishedBy::Will);
    record->retain = publication.retain();
    record->isDuplicate = publication.isDuplicate();
    record->isPayloadLeftOut = isLeftOut;
    if (isCopied) {
        record->propertyBytes = static_cast<quint32>(properties.size());
        append(append(append(tap::bytesBehind(record), topic), properties), payload);
    } else if (isLeftOut) {
        m_channel->lose(TapChannel::Payloads);
        append(tap::bytesBehind(record), topic);
    } else {
        const MessagePtr &message = publication.message();
        message->retain(); // let go of by who reads it
        record->message = message.get();
        m_channel->heldBytes.fetch_add(payload.size(), std::memory_order_relaxed);
    }
    return record;
}

void RingTap::messageEnds(qsizetype receivers)
{
    if (tap::Message *record = m_open.back())
        record->receivers = static_cast<quint32>(receivers);
    m_open.pop_back();
    publishRing();
}

// --- deliveries ----------------------------------------------------------------------------------------------

/// One step of a delivery, as the session room tells it.
struct RingTap::Step
{
    DeliveryStep step;
    quint32 message;
    QByteArrayView topic;
    QoS qos;
    quint16 packetId = 0;
    quint64 packet = 0;
    bool retain = false;
    bool isDuplicate = false;
    ReasonCode reason = ReasonCode::Success;
    DropReason drop = DropReason::QueueFull;
};

/// The number that a message is told by; 0: it is from before.
quint32 RingTap::numberOf(quint32 observed) const
{
    const auto number = static_cast<qint32>(observed - static_cast<quint32>(m_firstMessage));
    return observed != 0 && number > 0 ? static_cast<quint32>(number) : 0;
}

void RingTap::tellDelivery(ClientNumber receiver, const Step &step)
{
    if (step.message == tap::lostMessage) {
        m_channel->lose(TapChannel::Deliveries);
        return;
    }
    if (!mayMake(TapChannel::Deliveries))
        return;
    const quint32 message = numberOf(step.message);
    // Who reads it knows the topics of the last messages only.
    const bool isRecent = message != 0 && m_interests.testFlag(Interest::Messages)
        && static_cast<quint32>(m_lastMessage - m_firstMessage) - message < rememberedMessages / 2;
    const qsizetype behind = isRecent ? 0 : step.topic.size();
    auto *record = static_cast<tap::Delivery *>(
        reserve(TapChannel::Deliveries, tap::DeliveryKind, sizeof(tap::Delivery) + static_cast<size_t>(behind)));
    if (!record)
        return;
    *record = {now(), m_interests.testFlag(Interest::Packets) ? step.packet : 0, message, receiver, step.packetId,
        static_cast<quint16>(behind), static_cast<quint8>(step.step), static_cast<quint8>(step.qos),
        static_cast<quint8>(step.drop), static_cast<quint8>(step.reason), step.retain, step.isDuplicate};
    if (!isRecent)
        append(tap::bytesBehind(record), step.topic);
    publishRing();
}

void RingTap::sent(const Session &receiver, const Publication &publication, const Delivery &delivery)
{
    tellDelivery(m_names.numberOf(receiver), {DeliveryStep::Sent, delivery.observed, publication.topic(), QoS::AtMostOnce, 0,
                                         m_lastWent, delivery.retain});
}

void RingTap::queued(const Session &receiver, const MessageCopy &copy)
{
    tellDelivery(m_names.numberOf(receiver),
        {DeliveryStep::Queued, copy.observed, copy.message->topic(), copy.qos, 0, 0, copy.retain});
}

void RingTap::sent(const Session &receiver, const MessageCopy &copy, quint16 packetId, bool isDuplicate)
{
    tellDelivery(m_names.numberOf(receiver), {DeliveryStep::Sent, copy.observed, copy.message->topic(), copy.qos, packetId,
                                         m_lastWent, copy.retain, isDuplicate});
}

void RingTap::received(const Session &receiver, const MessageCopy &copy, quint16 packetId, ReasonCode reason)
{
    tellDelivery(m_names.numberOf(receiver), {DeliveryStep::Received, copy.observed, copy.message->topic(), copy.qos, packetId,
                                         m_lastCame, copy.retain, false, reason});
}

void RingTap::acknowledged(const Session &receiver, const MessageCopy &copy, quint16 packetId, ReasonCode reason)
{
    tellDelivery(m_names.numberOf(receiver), {DeliveryStep::Acknowledged, copy.observed, copy.message->topic(), copy.qos,
                                         packetId, m_lastCame, copy.retain, false, reason});
}

void RingTap::dropped(
    const QByteArray &clientId, QByteArrayView topic, quint32 message, QoS qos, DropReason reason)
{
    Step step{DeliveryStep::Dropped, message, topic, qos};
    step.drop = reason;
    tellDelivery(m_names.numberOf(clientId), step);
}

} // namespace pigeon
