#include "protocol/encoder.h"

#include "protocol/properties.h"
#include "protocol/reasoncodes.h"
#include "protocol/wirewriter.h"

namespace pigeon {

namespace {

constexpr quint8 firstByteOf(PacketType type, unsigned flags = 0)
{
    return static_cast<quint8>(static_cast<unsigned>(type) << 4 | flags);
}

/// PUBREL, SUBSCRIBE and UNSUBSCRIBE have the flags 0010, the others 0000 [MQTT-2.1.3-1].
constexpr quint8 acknowledgeFirstByte(PacketType type)
{
    return firstByteOf(type, type == PacketType::Pubrel ? 2 : 0);
}

unsigned publishFlags(QoS qos, bool retain, bool duplicate)
{
    return (duplicate ? 0x08u : 0u) | static_cast<unsigned>(qos) << 1 | (retain ? 0x01u : 0u);
}

/// Appends what follows the remaining length and returns the first byte of the packet; 0 when the version has no
/// such packet.
class BodyEncoder
{
public:
    BodyEncoder(ProtocolVersion version, QByteArray &body)
        : m_version(version)
        , m_writer(body)
    {
    }
    quint8 operator()(const ConnectPacket &packet);
    quint8 operator()(const ConnackPacket &packet);
    quint8 operator()(const PublishPacket &packet);
    quint8 operator()(const AcknowledgePacket &packet);
    quint8 operator()(const SubscribePacket &packet);
    quint8 operator()(const SubackPacket &packet);
    quint8 operator()(const UnsubscribePacket &packet);
    quint8 operator()(const UnsubackPacket &packet);
    quint8 operator()(const PingreqPacket &) { return firstByteOf(PacketType::Pingreq); }
    quint8 operator()(const PingrespPacket &) { return firstByteOf(PacketType::Pingresp); }
    quint8 operator()(const DisconnectPacket &packet);
    quint8 operator()(const AuthPacket &packet);

private:
    bool hasProperties() const { return m_version == ProtocolVersion::Mqtt5; }
    void writeProperties(const Properties &properties, PropertyCarrier carrier)
    {
        if (hasProperties())
            writePropertyBlock(m_writer, properties, carrier); // [MQTT-2.2.2-1]
    }
    void writeReason(ReasonCode reason) { m_writer.writeByte(static_cast<quint8>(reason)); }
    void writeOutcome(ReasonCode reason, const Properties &properties, PropertyCarrier carrier);
    void writeWill(const WillFields &will);

    ProtocolVersion m_version;
    WireWriter m_writer;
};

unsigned connectFlags(const ConnectPacket &packet)
{
    unsigned flags = packet.cleanStart ? 0x02u : 0u;
    if (packet.will)
        flags |= 0x04u | static_cast<unsigned>(packet.will->qos) << 3 | (packet.will->retain ? 0x20u : 0u);
    return flags | (packet.password ? 0x40u : 0u) | (packet.userName ? 0x80u : 0u);
}

unsigned subscriptionOptions(const SubscribeEntry &entry, bool is5)
{
    const auto qos = static_cast<unsigned>(entry.maximumQoS);
    if (!is5)
        return qos;
    return qos | (entry.noLocal ? 0x04u : 0u) | (entry.retainAsPublished ? 0x08u : 0u)
        | static_cast<unsigned>(entry.retainHandling) << 4;
}

/// Before 5.0 a subscription has one way to fail [MQTT3-3.9.3-2].
ReasonCode subackCode3(ReasonCode reason) { return isFailure(reason) ? ReasonCode::UnspecifiedError : reason; }

quint8 BodyEncoder::operator()(const ConnectPacket &packet)
{
    m_version = packet.version; // a CONNECT says itself which version it is of
    constexpr unsigned bridgeBit = 0x80;
    m_writer.writeBinary(m_version == ProtocolVersion::Mqtt31 ? QByteArrayView("MQIsdp") : QByteArrayView("MQTT"));
    m_writer.writeByte(static_cast<unsigned>(m_version) | (packet.isBridge ? bridgeBit : 0));
    m_writer.writeByte(connectFlags(packet));
    m_writer.writeTwoByteInteger(packet.keepAliveSeconds);
    writeProperties(packet.properties, carrierOf(PacketType::Connect));
    m_writer.writeBinary(packet.clientId);
    if (packet.will)
        writeWill(*packet.will);
    if (packet.userName)
        m_writer.writeBinary(*packet.userName);
    if (packet.password)
        m_writer.writeBinary(*packet.password);
    return firstByteOf(PacketType::Connect);
}

void BodyEncoder::writeWill(const WillFields &will)
{
    writeProperties(will.properties, PropertyCarrier::Will);
    m_writer.writeBinary(will.topic);
    m_writer.writeBinary(will.payload);
}

quint8 BodyEncoder::operator()(const ConnackPacket &packet)
{
    const bool hasFlag = m_version != ProtocolVersion::Mqtt31; // 3.1 has no session present
    m_writer.writeByte(hasFlag && packet.sessionPresent && !isFailure(packet.reason)); // [MQTT-3.2.2-6]
    if (hasProperties())
        writeReason(packet.reason);
    else
        m_writer.writeByte(returnCodeOf(packet.reason));
    writeProperties(packet.properties, carrierOf(PacketType::Connack));
    return firstByteOf(PacketType::Connack);
}

quint8 BodyEncoder::operator()(const PublishPacket &packet)
{
    m_writer.writeBinary(packet.topic);
    if (packet.qos != QoS::AtMostOnce)
        m_writer.writeTwoByteInteger(packet.packetId);
    writeProperties(packet.properties, carrierOf(PacketType::Publish));
    m_writer.writeBlock(packet.payload);
    return firstByteOf(PacketType::Publish, publishFlags(packet.qos, packet.retain, packet.duplicate));
}

/// Reason and properties of 5.0, in the shortest form that says them.
void BodyEncoder::writeOutcome(ReasonCode reason, const Properties &properties, PropertyCarrier carrier)
{
    if (!hasProperties())
        return;
    const bool isBare = isPropertyBlockEmpty(properties, carrier);
    if (!isBare || reason != ReasonCode::Success)
        writeReason(reason);
    if (!isBare)
        writeProperties(properties, carrier);
}

quint8 BodyEncoder::operator()(const AcknowledgePacket &packet)
{
    m_writer.writeTwoByteInteger(packet.packetId);
    writeOutcome(packet.reason, packet.properties, carrierOf(packet.type));
    return acknowledgeFirstByte(packet.type);
}

quint8 BodyEncoder::operator()(const SubscribePacket &packet)
{
    m_writer.writeTwoByteInteger(packet.packetId);
    writeProperties(packet.properties, carrierOf(PacketType::Subscribe));
    for (const SubscribeEntry &entry : packet.entries) {
        m_writer.writeBinary(entry.filter);
        m_writer.writeByte(subscriptionOptions(entry, hasProperties()));
    }
    return firstByteOf(PacketType::Subscribe, 2);
}

quint8 BodyEncoder::operator()(const SubackPacket &packet)
{
    m_writer.writeTwoByteInteger(packet.packetId);
    writeProperties(packet.properties, carrierOf(PacketType::Suback));
    for (ReasonCode reason : packet.reasons)
        writeReason(hasProperties() ? reason : subackCode3(reason));
    return firstByteOf(PacketType::Suback);
}

quint8 BodyEncoder::operator()(const UnsubscribePacket &packet)
{
    m_writer.writeTwoByteInteger(packet.packetId);
    writeProperties(packet.properties, carrierOf(PacketType::Unsubscribe));
    for (const QByteArray &filter : packet.filters)
        m_writer.writeBinary(filter);
    return firstByteOf(PacketType::Unsubscribe, 2);
}

quint8 BodyEncoder::operator()(const UnsubackPacket &packet)
{
    m_writer.writeTwoByteInteger(packet.packetId);
    writeProperties(packet.properties, carrierOf(PacketType::Unsuback));
    if (hasProperties()) {
        for (ReasonCode reason : packet.reasons)
            writeReason(reason);
    }
    return firstByteOf(PacketType::Unsuback);
}

quint8 BodyEncoder::operator()(const DisconnectPacket &packet)
{
    writeOutcome(packet.reason, packet.properties, carrierOf(PacketType::Disconnect));
    return firstByteOf(PacketType::Disconnect);
}

quint8 BodyEncoder::operator()(const AuthPacket &packet)
{
    if (!hasProperties())
        return 0;
    // Unlike the others, an AUTH with a reason always has a property length (3.15.2.1).
    if (packet.reason != ReasonCode::Success
        || !isPropertyBlockEmpty(packet.properties, carrierOf(PacketType::Auth))) {
        writeReason(packet.reason);
        writeProperties(packet.properties, carrierOf(PacketType::Auth));
    }
    return firstByteOf(PacketType::Auth);
}

// PUBLISH to a receiver: sizes first, then bytes. Both go through the same fields in the same order.

constexpr quint32 expiryBytes = 1 + 4; // identifier and value
constexpr quint32 aliasBytes = 1 + 2;
constexpr quint8 messageExpiryId = 0x02;
constexpr quint8 subscriptionIdentifierId = 0x0B;
constexpr quint8 topicAliasId = 0x23;

quint32 propertyBytesOf(const PublishContent &content, const PublishLayout &layout)
{
    quint32 bytes = static_cast<quint32>(content.properties.size());
    bytes += layout.messageExpirySeconds ? expiryBytes : 0;
    bytes += layout.topicAlias ? aliasBytes : 0;
    for (quint32 identifier : layout.subscriptionIdentifiers)
        bytes += 1 + variableByteIntegerSize(identifier);
    return bytes;
}

char *putPublishProperties(char *out, const PublishContent &content, const PublishLayout &layout, quint32 bytes)
{
    out = putVariableByteInteger(out, bytes);
    if (layout.topicAlias) {
        *out++ = topicAliasId;
        out = putInteger(out, layout.topicAlias);
    }
    if (layout.messageExpirySeconds) {
        *out++ = messageExpiryId;
        out = putInteger(out, *layout.messageExpirySeconds);
    }
    for (quint32 identifier : layout.subscriptionIdentifiers) {
        *out++ = subscriptionIdentifierId;
        out = putVariableByteInteger(out, identifier);
    }
    return putBytes(out, content.properties);
}

} // namespace

QByteArray encodePacket(const Packet &packet, ProtocolVersion version)
{
    QByteArray body;
    const quint8 firstByte = std::visit(BodyEncoder(version, body), packet);
    if (firstByte == 0)
        return {};
    QByteArray bytes;
    WireWriter writer(bytes);
    bytes.reserve(1 + variableByteIntegerSize(static_cast<quint32>(body.size())) + body.size());
    writer.writeByte(firstByte);
    writer.writeVariableByteInteger(static_cast<quint32>(body.size()));
    writer.writeBlock(body);
    return bytes;
}

PublishSize measurePublish(const PublishContent &content, const PublishLayout &layout)
{
    PublishSize size;
    quint32 variableHeader = 2 + (layout.omitTopic ? 0 : static_cast<quint32>(content.topic.size()))
        + (layout.qos == QoS::AtMostOnce ? 0 : 2);
    if (layout.version == ProtocolVersion::Mqtt5) {
        size.propertyBytes = propertyBytesOf(content, layout);
        variableHeader += variableByteIntegerSize(size.propertyBytes) + size.propertyBytes;
    }
    const quint64 remaining = variableHeader + static_cast<quint64>(content.payload.size());
    size.remainingLength = static_cast<quint32>(remaining);
    size.headBytes = 1 + variableByteIntegerSize(size.remainingLength) + variableHeader;
    size.totalBytes = size.headBytes + static_cast<quint64>(content.payload.size());
    return size;
}

char *writePublishHead(char *out, const PublishContent &content, const PublishLayout &layout, const PublishSize &size)
{
    const QByteArrayView topic = layout.omitTopic ? QByteArrayView() : content.topic;
    const unsigned flags = publishFlags(layout.qos, layout.retain, layout.duplicate);
    *out++ = static_cast<char>(firstByteOf(PacketType::Publish, flags));
    out = putVariableByteInteger(out, size.remainingLength);
    out = putInteger(out, static_cast<quint16>(topic.size()));
    out = putBytes(out, topic);
    if (layout.qos != QoS::AtMostOnce)
        out = putInteger(out, layout.packetId);
    if (layout.version == ProtocolVersion::Mqtt5)
        out = putPublishProperties(out, content, layout, size.propertyBytes);
    return out;
}

QByteArray encodeForwardedProperties(const Properties &properties)
{
    Properties forwarded; // the rest of a PUBLISH's properties belongs to one hop
    forwarded.payloadFormatIndicator = properties.payloadFormatIndicator;
    forwarded.contentType = properties.contentType;
    forwarded.responseTopic = properties.responseTopic;
    forwarded.correlationData = properties.correlationData;
    forwarded.userProperties = properties.userProperties;
    QByteArray encoded;
    WireWriter writer(encoded);
    writeProperties(writer, forwarded, carrierOf(PacketType::Publish));
    return encoded;
}

Properties decodeForwardedProperties(QByteArrayView encoded)
{
    Properties properties;
    // They were checked when they came in, so nothing is refused here; the bound has been applied then.
    (void)readPropertyBlock(encoded, {carrierOf(PacketType::Publish), Sender::Client, ~0u}, properties);
    return properties;
}

qsizetype writeAcknowledge(char *out, PacketType type, quint16 packetId, ReasonCode reason, ProtocolVersion version)
{
    const bool hasReason = version == ProtocolVersion::Mqtt5 && reason != ReasonCode::Success;
    out[0] = static_cast<char>(acknowledgeFirstByte(type));
    out[1] = hasReason ? 3 : 2;
    putInteger(out + 2, packetId);
    if (!hasReason)
        return 4;
    out[4] = static_cast<char>(reason);
    return 5;
}

} // namespace pigeon
