#pragma once

#include "base/result.h"
#include "protocol/frame.h"
#include "protocol/sender.h"

#include <pigeon/packets.h>

#include <optional>

namespace pigeon {

/// Bounds on what one packet may hold beside its size.
struct DecodeLimits
{
    quint32 maximumUserProperties = 1000; ///< per packet
    quint32 maximumFilters = 100'000; ///< per SUBSCRIBE or UNSUBSCRIBE
};

/// A PUBLISH as it lies in the receive buffer: nothing is copied. Views end with the frame (and the scratch).
struct PublishView
{
    QByteArrayView topic; ///< empty only together with a topic alias
    QByteArrayView payload;
    QByteArrayView properties; ///< encoded, valid, only what is forwarded: 0x01 0x03 0x08 0x09 0x26, in their order
    std::optional<quint32> messageExpirySeconds;
    std::optional<quint16> topicAlias; ///< may be 0: the session refuses it [MQTT-3.3.2-8]
    QoS qos = QoS::AtMostOnce;
    bool retain = false;
    bool duplicate = false;
    quint16 packetId = 0;
};

/// Decodes a PUBLISH from a client without copying. `scratch` holds the forwarded properties when they are not
/// contiguous on the wire. Topic and response topic are checked to be topic names; levels are not counted.
Result<PublishView, ProtocolError> decodePublish(const Frame &frame, ProtocolVersion version, QByteArray &scratch,
    const DecodeLimits &limits);

/// What is of use in a PUBACK, PUBREC, PUBREL or PUBCOMP.
struct AcknowledgeView
{
    PacketType type = PacketType::Puback;
    quint16 packetId = 0;
    ReasonCode reason = ReasonCode::Success;
};

/// Decodes one of these four from a client; its properties are checked, and left. Precondition: it is one of them.
Result<AcknowledgeView, ProtocolError> decodeAcknowledge(const Frame &frame, ProtocolVersion version,
    const DecodeLimits &limits);

/// Decodes a CONNECT, which names its version itself. Errors before the version is known or in it carry
/// reason UnsupportedProtocolVersion when the name was right and the level is not ours.
Result<ConnectPacket, ProtocolError> decodeConnect(const Frame &frame, const DecodeLimits &limits);

/// The version byte of a CONNECT whose protocol name is "MQTT" or "MQIsdp", as it came (bridges set 0x80), nothing
/// else checked: tells in which form a CONNECT that was refused is to be answered, if at all.
std::optional<quint8> connectLevel(const Frame &frame);

/// Decodes any packet into its value, PUBLISH and CONNECT included. A packet that this sender may not send is a
/// protocol error. Topic filters are checked to be UTF-8 only: whether they are valid is the session's to answer.
Result<Packet, ProtocolError> decodePacket(const Frame &frame, ProtocolVersion version, Sender sender,
    const DecodeLimits &limits);

} // namespace pigeon
