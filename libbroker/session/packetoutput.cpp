#include "session/packetoutput.h"

#include "protocol/encoder.h"
#include "session/services.h"

#include <cstring>

namespace pigeon {

namespace {

// A payload from this size on goes out as a shared block instead of a copy.
constexpr qsizetype sharedPayloadFrom = ByteQueue::sharedFrom;

/// What may be left out of any packet: the words for people.
void stripExplanations(Packet &packet)
{
    std::visit(
        [](auto &each) {
            if constexpr (requires { each.properties; }) {
                each.properties.reasonString.reset();
                each.properties.userProperties.clear();
            }
        },
        packet);
}

} // namespace

bool PacketOutput::sendPublish(Publication &publication, PublishLayout &layout)
{
    layout.version = m_negotiated.version;
    PublishContent content = publication.content();
    if (!m_negotiated.mountPoint.isEmpty() && content.topic.startsWith(m_negotiated.mountPoint))
        content.topic = content.topic.sliced(m_negotiated.mountPoint.size());
    if (m_aliases.isUsed()) {
        const OutboundAliases::Choice choice = m_aliases.choose(content.topic);
        layout.topicAlias = choice.alias;
        layout.omitTopic = choice.isKnown;
    }
    PublishSize size = measurePublish(content, layout);
    if (size.totalBytes > m_negotiated.maximumPacketBytes && layout.topicAlias != 0 && !layout.omitTopic) {
        layout.topicAlias = 0; // what a new alias costs may be what is too much
        size = measurePublish(content, layout);
    }
    if (size.totalBytes > m_negotiated.maximumPacketBytes || !size.isWritable()) // [MQTT-3.1.2-24]
        return false;
    if (layout.topicAlias != 0 && !layout.omitTopic)
        m_aliases.establish(content.topic, layout.topicAlias);

    const qsizetype payloadBytes = content.payload.size();
    if (payloadBytes >= sharedPayloadFrom) {
        char *const head = m_link.reserve(size.headBytes);
        writePublishHead(head, content, layout, size);
        if (PacketObserver *const observer = m_services.observers.ofPacket()) [[unlikely]]
            observer->packetWent(m_owner, QByteArrayView(head, size.headBytes), content.payload);
        m_link.writeShared(publication.sharedPayload());
    } else {
        char *const begin = m_link.reserve(static_cast<qsizetype>(size.totalBytes));
        char *const end = writePublishHead(begin, content, layout, size);
        if (payloadBytes > 0)
            std::memcpy(end, content.payload.data(), static_cast<size_t>(payloadBytes));
        if (PacketObserver *const observer = m_services.observers.ofPacket()) [[unlikely]]
            observer->packetWent(m_owner, QByteArrayView(begin, size.headBytes), content.payload);
    }
    ++m_services.counters.publishSent;
    ++m_writtenMessages;
    m_services.counters.publishBytesSent += static_cast<quint64>(payloadBytes);
    count(size.totalBytes);
    return true;
}

bool PacketOutput::sendAcknowledge(PacketType type, quint16 packetId, ReasonCode reason)
{
    char bytes[8];
    const qsizetype size = writeAcknowledge(bytes, type, packetId, reason, m_negotiated.version);
    if (static_cast<quint32>(size) > m_negotiated.maximumPacketBytes)
        return false;
    std::memcpy(m_link.reserve(size), bytes, static_cast<size_t>(size));
    if (PacketObserver *const observer = m_services.observers.ofPacket()) [[unlikely]]
        observer->packetWent(m_owner, QByteArrayView(bytes, size), {});
    count(static_cast<quint64>(size));
    return true;
}

bool PacketOutput::send(Packet packet)
{
    const bool mayExplain = m_negotiated.wantsProblemInformation || std::holds_alternative<ConnackPacket>(packet)
        || std::holds_alternative<DisconnectPacket>(packet); // [MQTT-3.1.2-29]
    if (!mayExplain)
        stripExplanations(packet);
    QByteArray bytes = encodePacket(packet, m_negotiated.version);
    if (static_cast<quint32>(bytes.size()) > m_negotiated.maximumPacketBytes) {
        // [MQTT-3.2.2-19] [MQTT-3.2.2-20] [MQTT-3.9.2-1] [MQTT-3.11.2-1] [MQTT-3.14.2-3] [MQTT-3.15.2-2]
        stripExplanations(packet);
        bytes = encodePacket(packet, m_negotiated.version);
    }
    if (static_cast<quint32>(bytes.size()) > m_negotiated.maximumPacketBytes)
        return false;
    m_link.write(bytes);
    if (PacketObserver *const observer = m_services.observers.ofPacket()) [[unlikely]]
        observer->packetWent(m_owner, bytes, {});
    count(static_cast<quint64>(bytes.size()));
    return true;
}

void PacketOutput::count(quint64 bytes)
{
    ++m_services.counters.packetsSent;
    ++m_writtenPackets;
    m_services.counters.bytesSent += bytes;
    m_writtenBytes += bytes;
}

bool PacketOutput::isFull(qsizetype bytes) const
{
    const qsizetype unsent = m_link.unsentBytes();
    return unsent > congestedFrom
        && unsent + bytes > static_cast<qsizetype>(m_services.options.maximumOutputBytes);
}

} // namespace pigeon
