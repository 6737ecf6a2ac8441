#pragma once

#include "protocol/frame.h"
#include "protocol/properties.h"
#include "protocol/sender.h"
#include "protocol/wirereader.h"

namespace pigeon {

// What the decoders of the packet types share. Inside of the room: others include protocol/decoder.h.

/// What a packet's decoder knows beside its bytes.
struct DecodeContext
{
    Frame frame;
    ProtocolVersion version;
    Sender sender;
    quint32 maximumUserProperties;
    quint32 maximumFilters;

    bool hasProperties() const { return version == ProtocolVersion::Mqtt5; }
    PropertyPlace placeIn(PacketType type) const { return {carrierOf(type), sender, maximumUserProperties}; }
};

/// Decodes a body into `packet`; false: refused, the reader says why. Bytes left over are the caller's to find.
using DecodeFunction = bool (*)(WireReader &, const DecodeContext &, Packet &);
bool decodeConnectPacket(WireReader &reader, const DecodeContext &context, Packet &packet);
bool decodePublishPacket(WireReader &reader, const DecodeContext &context, Packet &packet);

inline bool malformed(WireReader &reader, const char *clause, const char *text)
{
    return reader.fail({ReasonCode::MalformedPacket, clause, text});
}

inline bool protocolError(WireReader &reader, const char *clause, const char *text)
{
    return reader.fail({ReasonCode::ProtocolError, clause, text});
}

inline bool checkEnd(WireReader &reader)
{
    return reader.isAtEnd() || malformed(reader, "2.1.4", "bytes are left over at the end of the packet");
}

/// Reads the property block of a packet of `type` where the version has one.
inline bool readPropertiesIn(WireReader &reader, const DecodeContext &context, PacketType type, Properties &properties)
{
    return !context.hasProperties() || readProperties(reader, context.placeIn(type), properties);
}

inline bool readPacketId(WireReader &reader, ProtocolVersion version, quint16 &packetId)
{
    if (!reader.readTwoByteInteger(packetId))
        return false;
    if (packetId != 0)
        return true;
    // The packet can be parsed, its value is not permitted: in the terms of 4.13 a protocol error. 3.1.1 has only
    // one kind of fault.
    return version == ProtocolVersion::Mqtt5
        ? protocolError(reader, "MQTT-2.2.1-3", "the packet identifier is 0")
        : malformed(reader, "MQTT3-2.3.1-1", "the packet identifier is 0");
}

/// `topic` is a topic name; it may be empty only where an alias stands for it.
inline bool checkTopic(WireReader &reader, QByteArrayView topic, bool hasAlias)
{
    if (topic.isEmpty())
        return hasAlias || protocolError(reader, "MQTT-4.7.3-1", "the topic is empty and no alias stands for it");
    if (topicNameError(topic))
        return reader.fail({ReasonCode::TopicNameInvalid, "MQTT-3.3.2-2", "the topic is no topic name"});
    return true;
}

} // namespace pigeon
