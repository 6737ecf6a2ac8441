#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <span>

namespace pigeon {

/// Encodes `packet` for a peer of `version`. Properties are left out before 5.0, reason codes are translated
/// to 3.1.1's return codes where those exist; properties come in the order of the table, user properties in theirs.
/// What this packet or version may not carry is left out; an AUTH before 5.0 gives no bytes. A CONNECT is encoded
/// in the version it names. Precondition: the values are in their ranges.
QByteArray encodePacket(const Packet &packet, ProtocolVersion version);

/// What of a PUBLISH is the same for every receiver.
struct PublishContent
{
    QByteArrayView topic;
    QByteArrayView payload;
    QByteArrayView properties; ///< encoded forwarded properties, as in PublishView; 5.0 receivers only
};

/// What of a PUBLISH differs from receiver to receiver.
struct PublishLayout
{
    ProtocolVersion version = ProtocolVersion::Mqtt311;
    QoS qos = QoS::AtMostOnce;
    bool retain = false;
    bool duplicate = false;
    quint16 packetId = 0;
    bool omitTopic = false; ///< the alias stands for the topic
    quint16 topicAlias = 0; ///< 0 = none
    std::optional<quint32> messageExpirySeconds{};
    std::span<const quint32> subscriptionIdentifiers{};
};

/// The sizes of one encoded PUBLISH, computed once and used for the limit and for writing.
struct PublishSize
{
    quint32 propertyBytes = 0; ///< property block without its length
    quint32 remainingLength = 0;
    quint32 headBytes = 0; ///< everything before the payload
    quint64 totalBytes = 0; ///< head and payload: what Maximum Packet Size limits

    /// False when no remaining length can say it; such a PUBLISH must not be written.
    bool isWritable() const { return totalBytes <= 268'435'455u + 5u; }
};
PublishSize measurePublish(const PublishContent &content, const PublishLayout &layout);

/// Writes everything before the payload to `out`, which has room for `size.headBytes`; returns the end.
char *writePublishHead(char *out, const PublishContent &content, const PublishLayout &layout, const PublishSize &size);

/// Encodes the forwarded properties (0x01 0x03 0x08 0x09 0x26) of `properties`, as a PublishView holds them.
QByteArray encodeForwardedProperties(const Properties &properties);
/// The reverse: `encoded` came from encodeForwardedProperties or a PublishView.
Properties decodeForwardedProperties(QByteArrayView encoded);

/// An acknowledgement without properties, at most 5 bytes; returns the number of bytes written to `out`.
/// Success is encoded in 4 bytes in every version.
qsizetype writeAcknowledge(char *out, PacketType type, quint16 packetId, ReasonCode reason, ProtocolVersion version);

} // namespace pigeon
