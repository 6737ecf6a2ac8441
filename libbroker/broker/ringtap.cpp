#include "broker/ringtap.h"

#include "monitor/collector.h"
#include "monitor/taprecords.h"
#include "session/connection.h"
#include "session/session.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace pigeon {

namespace {

constexpr quint32 all = 0xFFFFFFFF; // of a share that nothing is taken from: becomes what there may be at most

double secondsBetween(qint64 before, qint64 now)
{
    return static_cast<double>(now - before) / 1e9;
}

void refill(ObservedShare &share, quint32 most, double more)
{
    share.left = static_cast<quint32>(std::min<double>(most, share.left + more));
}

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
    m_open.clear();
    begin();
}

/// Numbers go on inside, since copies that wait may remember earlier messages; who looks on hears them from 1.
void RingTap::begin()
{
    m_firstMessage = messageNumber();
    m_firstPacket = packetNumber();
    m_lostBefore = {m_observers->messageShare.lost, m_observers->deliveryShare.lost, m_observers->packetShare.lost};
    m_lastCame = m_lastWent = 0;
}

void RingTap::setInterests(Interests interests)
{
    m_interests = interests;
}

void RingTap::observe(Observers &observers)
{
    if (std::exchange(m_observers, &observers) != &observers)
        begin(); // another core, which nobody has lost anything of
    const auto wants = [this](Interest interest) { return m_channel && m_interests.testFlag(interest); };
    observers.packets = wants(Interest::Packets) ? this : nullptr;
    observers.deliveries = wants(Interest::Deliveries) ? this : nullptr;
    observers.messages = wants(Interest::Messages) || wants(Interest::Deliveries) ? this : nullptr;
    renew();
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

void RingTap::renew()
{
    if (!m_channel)
        return;
    const TapBounds &bounds = m_channel->bounds;
    const qint64 now = steadyNow();
    const double seconds = secondsBetween(std::exchange(m_renewedAt, now), now);
    refill(m_observers->deliveryShare, bounds.deliveries, seconds * bounds.deliveriesPerSecond);
    refill(m_observers->packetShare, bounds.packets, seconds * bounds.packetsPerSecond);
    if (m_interests.testFlag(Interest::Messages))
        refill(m_observers->messageShare, bounds.messages, seconds * bounds.messagesPerSecond);
    else // those who only follow deliveries need the numbers of all messages
        m_observers->messageShare.left = all;
    tellLosses();
}

void RingTap::tellLosses()
{
    m_channel->setLost(TapChannel::Messages, m_observers->messageShare.lost - m_lostBefore[0]);
    m_channel->setLost(TapChannel::Deliveries, m_observers->deliveryShare.lost - m_lostBefore[1]);
    m_channel->setLost(TapChannel::Packets, m_observers->packetShare.lost - m_lostBefore[2]);
}

/// Null: there is no room.
void *RingTap::reserve(ObservedShare &share, quint32 record, size_t bytes)
{
    void *const place = m_channel->ring.reserve(record, bytes);
    if (!place)
        ++share.lost;
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
    m_lastCame = tellPacket(from, PacketDirection::FromClient, packet, {});
    m_lastCameFrom = from.serial();
}

void RingTap::packetWent(const Connection &to, QByteArrayView head, QByteArrayView rest)
{
    m_lastWent = tellPacket(to, PacketDirection::ToClient, head, rest);
}

/// Its number; 0: there is no room.
quint64 RingTap::tellPacket(
    const Connection &connection, PacketDirection direction, QByteArrayView head, QByteArrayView rest)
{
    const qsizetype most = m_channel->bounds.packetBytes;
    const QByteArrayView first = head.first(std::min(head.size(), most));
    const QByteArrayView second = rest.first(std::min(rest.size(), most - first.size()));
    auto *record = static_cast<tap::Packet *>(reserve(m_observers->packetShare, tap::PacketKind,
        sizeof(tap::Packet) + static_cast<size_t>(first.size() + second.size())));
    if (!record)
        return 0;
    ++m_madePackets;
    const quint64 number = packetNumber();
    *record = {now(), number - m_firstPacket, connection.serial(),
        connection.session() ? m_names.numberOf(*connection.session()) : 0,
        static_cast<quint32>(head.size() + rest.size()), static_cast<quint16>(first.size() + second.size()),
        static_cast<quint8>(direction), static_cast<quint8>(connection.negotiated().version)};
    append(append(tap::bytesBehind(record), first), second);
    publishRing();
    return number;
}

/// As it is told; 0 where the last packet was none that is.
quint64 RingTap::toldPacket(quint64 number) const
{
    return m_observers->packets && number != 0 && number == packetNumber() ? number - m_firstPacket : 0;
}

// --- messages ------------------------------------------------------------------------------------------------

quint32 RingTap::messageBegins(Publication &publication, const Session *publisher)
{
    const auto isSpecial = [](quint32 number) { return number == 0 || number == untoldMessage; };
    do
        ++m_madeMessages;
    while (isSpecial(static_cast<quint32>(messageNumber())));
    const bool isWanted = m_interests.testFlag(Interest::Messages);
    tap::Message *const record = isWanted ? makeMessage(publication, publisher) : nullptr;
    m_open.push_back(record);
    if (isWanted && !record) {
        --m_madeMessages; // it counts among the lost
        return untoldMessage;
    }
    return static_cast<quint32>(messageNumber());
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
    const qint64 size = TapChannel::sizeOf(topic, properties, payload);
    const bool isLeftOut = isLarge && !m_channel->hold(size);
    const bool isCopied = !isLarge;
    const qsizetype behind = isLarge && !isLeftOut ? 0 : topic.size() + (isCopied ? properties.size() + payload.size() : 0);
    auto *record = static_cast<tap::Message *>(
        reserve(m_observers->messageShare, tap::MessageKind, sizeof(tap::Message) + static_cast<size_t>(behind)));
    if (!record) {
        if (isLarge && !isLeftOut)
            m_channel->heldBytes.fetch_sub(size, std::memory_order_relaxed);
        return nullptr;
    }
    const OriginPtr &origin = publication.origin();
    const bool isByClient = origin && !origin->clientId.isEmpty();
    const Connection *connection = publisher ? publisher->connection() : nullptr;
    const bool isLive = isByClient && connection && connection->origin() == origin;
    *record = {};
    record->when = m_now = observedNow();
    record->number = messageNumber() - m_firstMessage;
    record->packet = isLive && m_lastCameFrom == connection->serial() ? toldPacket(m_lastCame) : 0;
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
        append(tap::bytesBehind(record), topic);
    } else {
        const MessagePtr &message = publication.message();
        message->retain(); // let go of by who reads it
        record->message = message.get();
    }
    return record;
}

void RingTap::messageEnds(qsizetype receivers)
{
    if (m_open.empty()) // it began for somebody who has looked away meanwhile
        return;
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
    const quint32 message = numberOf(step.message);
    // Who reads it knows the topics of the last messages only.
    const bool isRecent = message != 0 && m_interests.testFlag(Interest::Messages)
        && static_cast<quint32>(messageNumber() - m_firstMessage) - message < rememberedMessages / 2;
    const qsizetype behind = isRecent ? 0 : step.topic.size();
    auto *record = static_cast<tap::Delivery *>(
        reserve(m_observers->deliveryShare, tap::DeliveryKind, sizeof(tap::Delivery) + static_cast<size_t>(behind)));
    if (!record)
        return;
    *record = {now(), toldPacket(step.packet), message, receiver, step.packetId,
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
