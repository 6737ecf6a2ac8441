#include "protocol/decoder.h"

#include "protocol/packetdecoding.h"

namespace pigeon {

namespace {

constexpr quint8 duplicateFlag = 0x08;
constexpr quint8 retainFlag = 0x01;
constexpr quint8 qosMask = 0x03;

bool readPublishFlags(WireReader &reader, quint8 flags, PublishView &view)
{
    const quint8 qos = (flags >> 1) & qosMask;
    if (qos == qosMask)
        return malformed(reader, "MQTT-3.3.1-4", "a PUBLISH has QoS 3");
    view.qos = static_cast<QoS>(qos);
    view.retain = flags & retainFlag;
    view.duplicate = flags & duplicateFlag;
    if (view.duplicate && view.qos == QoS::AtMostOnce)
        return malformed(reader, "MQTT-3.3.1-2", "a PUBLISH of QoS 0 has the DUP flag");
    return true;
}

/// Everything before the properties. The topic is checked when the alias is known.
bool readPublishHead(WireReader &reader, quint8 flags, ProtocolVersion version, PublishView &view)
{
    return readPublishFlags(reader, flags, view)
        && reader.readText(view.topic) // [MQTT-3.3.2-1]
        && (view.qos == QoS::AtMostOnce || readPacketId(reader, version, view.packetId)); // [MQTT-2.2.1-2]
}

/// Gathers the forwarded properties of a PUBLISH: a view of the wire as long as they are contiguous there.
class ForwardedProperties
{
public:
    explicit ForwardedProperties(QByteArray &scratch)
        : m_scratch(scratch)
    {
    }
    void add(QByteArrayView encoded)
    {
        if (m_wire.isEmpty())
            m_wire = encoded;
        else if (!m_isInScratch && m_wire.data() + m_wire.size() == encoded.data())
            m_wire = QByteArrayView(m_wire.data(), m_wire.size() + encoded.size());
        else
            addToScratch(encoded);
    }
    QByteArrayView view() const { return m_isInScratch ? QByteArrayView(m_scratch) : m_wire; }

private:
    void addToScratch(QByteArrayView encoded)
    {
        if (!m_isInScratch) {
            m_scratch.resize(0);
            m_scratch.append(m_wire);
            m_isInScratch = true;
        }
        m_scratch.append(encoded);
    }

    QByteArray &m_scratch;
    QByteArrayView m_wire;
    bool m_isInScratch = false;
};

void noteOwnProperty(const PropertyValue &value, PublishView &view)
{
    if (value.spec->number == &Properties::messageExpiryInterval)
        view.messageExpirySeconds = value.number;
    else if (value.spec->number == &Properties::topicAlias)
        view.topicAlias = static_cast<quint16>(value.number);
}

bool scanPublishProperties(WireReader &reader, QByteArrayView encoded, const DecodeLimits &limits, PublishView &view,
    QByteArray &scratch)
{
    PropertyBlock block(encoded, {carrierOf(PacketType::Publish), Sender::Client, limits.maximumUserProperties});
    ForwardedProperties forwarded(scratch);
    for (PropertyValue value; !block.isAtEnd(); value = {}) {
        if (!block.readNext(value))
            return reader.fail(block.error());
        if (value.spec->isForwarded())
            forwarded.add(value.encoded);
        else
            noteOwnProperty(value, view);
    }
    view.properties = forwarded.view();
    return true;
}

bool readPublishProperties(WireReader &reader, const DecodeLimits &limits, PublishView &view, QByteArray &scratch)
{
    quint32 length = 0;
    QByteArrayView encoded;
    return reader.readVariableByteInteger(length) && reader.readBlock(length, encoded)
        && (encoded.isEmpty() || scanPublishProperties(reader, encoded, limits, view, scratch));
}

} // namespace

bool decodePublishPacket(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &publish = packet.emplace<PublishPacket>();
    PublishView view;
    if (!readPublishHead(reader, context.frame.flags(), context.version, view)
        || !readPropertiesIn(reader, context, PacketType::Publish, publish.properties)
        || !checkTopic(reader, view.topic, publish.properties.topicAlias.has_value()))
        return false;
    publish.topic = view.topic.toByteArray();
    publish.payload = reader.takeRest().toByteArray();
    publish.qos = view.qos;
    publish.retain = view.retain;
    publish.duplicate = view.duplicate;
    publish.packetId = view.packetId;
    return true;
}

Result<PublishView, ProtocolError> decodePublish(const Frame &frame, ProtocolVersion version, QByteArray &scratch,
    const DecodeLimits &limits)
{
    Result<PublishView, ProtocolError> result{std::in_place}; // of no packet there are more
    PublishView &view = *result;
    WireReader reader(frame.body);
    if (readPublishHead(reader, frame.flags(), version, view)
        && (version != ProtocolVersion::Mqtt5 || readPublishProperties(reader, limits, view, scratch))
        && checkTopic(reader, view.topic, view.topicAlias.has_value()))
        view.payload = reader.takeRest();
    else
        result = reader.error();
    return result;
}

} // namespace pigeon
