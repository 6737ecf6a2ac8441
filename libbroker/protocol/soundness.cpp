#include "protocol/soundness.h"

#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/frame.h"

namespace pigeon {

namespace {

constexpr quint32 maximumPacketBytes = 268'435'460; // 2.1.4
constexpr qsizetype longestField = 65'535; // 1.5.4
constexpr qsizetype longestPayload = maximumPacketBytes - 2 * longestField;

/// What is encoded must come out again the same: a field that is too long or no text does not.
bool survives(const Packet &packet, ProtocolVersion version)
{
    const QByteArray bytes = encodePacket(packet, version);
    const FrameCut cut = cutFrame(bytes, maximumPacketBytes);
    if (cut.status != FrameCut::Status::Complete || cut.size != bytes.size())
        return false;
    const Result<Packet, ProtocolError> decoded = decodePacket(cut.frame, version, Sender::Client, {});
    return decoded && *decoded == packet;
}

} // namespace

bool isSoundPublish(const PublishPacket &packet)
{
    if (packet.payload.size() > longestPayload || packet.properties.topicAlias)
        return false;
    PublishPacket head; // all but the payload, which is bytes and may be large
    head.topic = packet.topic;
    head.qos = packet.qos;
    head.retain = packet.retain;
    head.packetId = packet.qos == QoS::AtMostOnce ? 0 : 1;
    head.properties = packet.properties;
    return survives(head, ProtocolVersion::Mqtt5);
}

bool isSoundConnect(const ConnectPacket &packet, ProtocolVersion version)
{
    return packet.version == version && survives(packet, version);
}

} // namespace pigeon
