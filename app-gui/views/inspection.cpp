#include "views/inspection.h"

#include "capture/packetparts.h"
#include "look/figures.h"
#include "look/plaintext.h"
#include "monitor/words.h"
#include "payload/inspector.h"
#include "views/overviewpage.h"

#include <QCoreApplication>

#include <algorithm>

namespace pigeon {

namespace {

constexpr qint64 packetToMessage = 1'000'000'000; // ns; a PUBLISH is a message within microseconds, if it is one
constexpr quint32 largestCharted = 64 * 1024; // bytes of a payload
constexpr quint64 rowsLookedBack = 200'000; // for each of them

/// For tr outside of a QObject.
struct InspectionText
{
    Q_DECLARE_TR_FUNCTIONS(InspectionText)
};

using Facts = std::vector<std::pair<QString, QString>>;

void addProperties(Facts &facts, const Properties &properties)
{
    const auto add = [&](quint32 id, const QString &value) { facts.emplace_back(words::property(id), value); };
    if (properties.payloadFormatIndicator)
        add(0x01, *properties.payloadFormatIndicator == 1 ? InspectionText::tr("1 (UTF-8 text)") : InspectionText::tr("0 (bytes)"));
    if (properties.messageExpiryInterval)
        add(0x02, InspectionText::tr("%1 s").arg(*properties.messageExpiryInterval));
    if (properties.contentType)
        add(0x03, plainLine(*properties.contentType));
    if (properties.responseTopic)
        add(0x08, plainLine(*properties.responseTopic));
    if (properties.topicAlias)
        add(0x23, QString::number(*properties.topicAlias));
    for (const quint32 identifier : properties.subscriptionIdentifiers)
        add(0x0B, QString::number(identifier));
    if (properties.correlationData)
        add(0x09, QString::fromLatin1(properties.correlationData->toHex(' ')));
    for (const UserProperty &pair : properties.userProperties)
        add(0x26, QStringLiteral("%1 = %2").arg(plainLine(pair.name), plainLine(pair.value)));
}

QString publisherText(const Capture &capture, const SeenMessage &seen)
{
    if (seen.by == PublishedBy::Broker)
        return InspectionText::tr("the broker itself");
    const QString client = plainLine(capture.clientNames().text(seen.publisher));
    return seen.by == PublishedBy::Will ? InspectionText::tr("%1, as its will").arg(client) : client;
}

QString stateText(const DeliveryOutcome &outcome)
{
    switch (outcome.step) {
    case DeliveryStep::Queued:
        return InspectionText::tr("waits");
    case DeliveryStep::Sent:
        return outcome.qos == QoS::AtMostOnce ? InspectionText::tr("sent") : InspectionText::tr("sent, not acknowledged yet");
    case DeliveryStep::Received:
        return InspectionText::tr("received, not completed yet");
    case DeliveryStep::Acknowledged:
        return isFailure(outcome.reason) ? InspectionText::tr("refused: %1").arg(words::reason(outcome.reason, PacketType::Puback))
                                         : InspectionText::tr("acknowledged");
    case DeliveryStep::Dropped:
        return InspectionText::tr("dropped: %1").arg(dropText(outcome.drop));
    }
    return {};
}

QByteArray bytesOf(QByteArrayView view) { return view.toByteArray(); }

void addValue(std::vector<TimedPayload> &values, const SeenMessage &seen)
{
    if (seen.message && seen.payloadBytes <= largestCharted)
        values.push_back({seen.when, bytesOf(seen.message->payload())});
}

} // namespace

InspectedMessage inspected(const Message &message)
{
    InspectedMessage shown;
    shown.topic = plainLine(message.topic());
    shown.payload = message.sharedPayload().isNull() ? bytesOf(message.payload()) : message.sharedPayload();
    shown.contentType = words::propertiesOf(message).contentType.value_or(QByteArray());
    if (message.origin()) {
        shown.facts.emplace_back(InspectionText::tr("Published by"),
            message.origin()->clientId.isEmpty() ? InspectionText::tr("the broker itself") : plainLine(message.origin()->clientId));
        if (!message.origin()->userName.isEmpty())
            shown.facts.emplace_back(InspectionText::tr("User"), plainLine(message.origin()->userName));
        if (!message.origin()->address.isEmpty())
            shown.facts.emplace_back(InspectionText::tr("Address"), plainLine(message.origin()->address));
    }
    shown.facts.emplace_back(InspectionText::tr("Arrived"), timeText(message.arrival().count() * 1'000'000, 0, TimeForm::Iso));
    shown.facts.emplace_back(InspectionText::tr("QoS"), QString::number(static_cast<int>(message.qos())));
    shown.facts.emplace_back(InspectionText::tr("Retain"), message.isRetained() ? InspectionText::tr("yes") : InspectionText::tr("no"));
    shown.facts.emplace_back(InspectionText::tr("Payload"), bytesText(static_cast<quint64>(message.payload().size())));
    addProperties(shown.facts, words::propertiesOf(message));
    return shown;
}

InspectedMessage inspected(const Capture &capture, quint64 row)
{
    const MessageLog &log = capture.messages();
    const SeenMessage seen = log.at(row);
    InspectedMessage shown;
    if (seen.message)
        shown = inspected(*seen.message);
    else
        shown.payloadMissing = InspectionText::tr("The payload was not kept: too much came at once. Its size was %1.").arg(bytesText(seen.payloadBytes));
    shown.topic = plainLine(log.topicAt(row));
    Facts more{{InspectionText::tr("Number"), countText(seen.number)}, {InspectionText::tr("Published by"), publisherText(capture, seen)},
        {InspectionText::tr("Arrived"), timeText(seen.when, 0, TimeForm::Iso)}};
    std::ranges::copy_if(shown.facts, std::back_inserter(more), [](const auto &fact) {
        return fact.first != InspectionText::tr("Published by") && fact.first != InspectionText::tr("Arrived");
    });
    if (seen.isDuplicate)
        more.emplace_back(InspectionText::tr("Duplicate"), InspectionText::tr("yes: the publisher has sent it again"));
    shown.facts = std::move(more);
    shown.deliveries = inspectedDeliveries(capture, row, shown.deliveryNote);

    if (const quint64 packetRow = seen.packet == 0 ? PacketLog::noRow : capture.packets().rowOf(seen.packet); packetRow != PacketLog::noRow) {
        const SeenPacket packet = capture.packets().at(packetRow);
        shown.packet = bytesOf(packet.bytes);
        shown.packetSize = packet.record.size;
        shown.version = packet.record.version;
    }
    if (const quint64 before = log.previousOfTopic(row, rowsLookedBack); before != MessageLog::noRow) {
        const SeenMessage previous = log.at(before);
        if (previous.message)
            shown.previous = bytesOf(previous.message->payload());
        shown.previousName = QStringLiteral("%1, %2").arg(timeText(previous.when, 0, TimeForm::Clock), publisherText(capture, previous));
    }
    return shown;
}

std::optional<InspectedMessage> inspectedPublish(const Capture &capture, const SeenPacket &packet)
{
    const PacketRecord &record = packet.record;
    const std::optional<PublishParts> parts = publishParts(record, packet.bytes);
    if (!parts)
        return std::nullopt;
    const Properties properties = words::publishProperties(parts->properties);
    InspectedMessage shown;
    shown.topic = plainLine(parts->topic);
    shown.payload = bytesOf(parts->payload);
    shown.contentType = properties.contentType.value_or(QByteArray());
    const bool isCut = parts->payloadBytes > parts->payload.size();
    const QString size = bytesText(static_cast<quint64>(parts->payloadBytes));
    const auto yesOrNo = [](bool isSet) { return isSet ? InspectionText::tr("yes") : InspectionText::tr("no"); };
    const bool isFromClient = record.direction == PacketDirection::FromClient;
    shown.facts = {{isFromClient ? InspectionText::tr("Sent by") : InspectionText::tr("Sent to"), plainLine(capture.clientOf(packet))},
        {InspectionText::tr("Time"), timeText(record.when, 0, TimeForm::Iso)}, {InspectionText::tr("Topic"), shown.topic},
        {InspectionText::tr("QoS"), QString::number(record.flags >> 1 & 3)}, {InspectionText::tr("Retain"), yesOrNo(record.flags & 1)},
        {InspectionText::tr("Duplicate"), yesOrNo(record.flags & 8)},
        {InspectionText::tr("Payload"), isCut ? InspectionText::tr("%1, of which %2 were kept").arg(size, bytesText(static_cast<quint64>(parts->payload.size()))) : size}};
    if (record.packetId != 0)
        shown.facts.emplace_back(InspectionText::tr("Packet id"), QString::number(record.packetId));
    addProperties(shown.facts, properties);
    shown.deliveryNote = InspectionText::tr("This is the packet alone: how its message has fared is known of those that are among the messages.");
    shown.packet = bytesOf(packet.bytes);
    shown.packetSize = record.size;
    shown.version = record.version;
    return shown;
}

quint64 messageOfPacket(const Capture &capture, const PacketRecord &packet)
{
    const MessageLog &log = capture.messages();
    for (quint64 row = log.rowAt(packet.when); row < log.end(); ++row) {
        const SeenMessage seen = log.at(row);
        if (seen.packet == packet.number)
            return row;
        if (seen.when > packet.when + packetToMessage || seen.packet > packet.number)
            break;
    }
    return MessageLog::noRow;
}

std::vector<InspectedDelivery> inspectedDeliveries(const Capture &capture, quint64 row, QString &note)
{
    const SeenMessage seen = capture.messages().at(row);
    const DeliveryLog::Outcomes outcomes = capture.deliveries().outcomesOf(capture.messages(), row);
    std::vector<InspectedDelivery> shown;
    const auto after = [&](qint64 when) { return when == 0 ? qint64(-1) : std::max<qint64>(when - seen.when, 0); };
    for (const DeliveryOutcome &outcome : outcomes.receivers) {
        InspectedDelivery delivery;
        delivery.receiver = plainLine(capture.clientNames().text(outcome.receiver));
        delivery.state = stateText(outcome);
        delivery.qos = static_cast<int>(outcome.qos);
        delivery.packetId = outcome.packetId;
        delivery.timesSent = outcome.timesSent;
        delivery.queuedAfter = after(outcome.queuedAt);
        // What goes at QoS 0 is handed on at once; when it is there nobody knows. Only what had to wait has taken its time.
        const bool tellsNothing = outcome.qos == QoS::AtMostOnce && outcome.queuedAt == 0;
        delivery.sentAfter = tellsNothing ? -1 : after(outcome.sentAt);
        delivery.receivedAfter = after(outcome.receivedAt);
        delivery.acknowledgedAfter = after(outcome.acknowledgedAt);
        delivery.droppedAfter = after(outcome.droppedAt);
        shown.push_back(delivery);
    }
    note.clear();
    if (!outcomes.isWhole)
        note = InspectionText::tr("Older steps have left the ring.");
    else if (seen.receivers == 0)
        note = InspectionText::tr("Nobody has subscribed to this topic.");
    else if (shown.size() < seen.receivers)
        note = InspectionText::tr("It was for %1 receivers; of %2 nothing was seen.").arg(countText(seen.receivers), countText(seen.receivers - shown.size()));
    return shown;
}

std::vector<TimedPayload> topicHistory(const Capture &capture, quint64 row)
{
    const MessageLog &log = capture.messages();
    std::vector<TimedPayload> history;
    for (quint64 at = row; at != MessageLog::noRow && history.size() < Inspector::maximumHistory;
         at = log.previousOfTopic(at, rowsLookedBack))
        addValue(history, log.at(at));
    std::ranges::reverse(history);
    return history;
}

NewValues newValues(const Capture &capture, QByteArrayView topic, quint64 from)
{
    const MessageLog &log = capture.messages();
    const quint64 begin = std::max(from, log.begin());
    NewValues found;
    found.upTo = std::max(begin, std::min(log.end(), begin + rowsLookedBack));
    for (quint64 row = begin; row < found.upTo; ++row) {
        if (log.topicAt(row) != topic)
            continue;
        found.lastRow = row;
        addValue(found.values, log.at(row));
    }
    return found;
}

} // namespace pigeon
