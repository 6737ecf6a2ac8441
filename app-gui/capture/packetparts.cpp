#include "capture/packetparts.h"

namespace pigeon {

namespace {

/// Reads from the front; where something is missing it gives what there is, and the reader is at its end from then on.
class PartReader
{
public:
    explicit PartReader(QByteArrayView bytes)
        : m_rest(bytes)
    {
    }
    bool isCut() const { return m_isCut; }
    QByteArrayView rest() const { return m_rest; }

    QByteArrayView bytes(qsizetype count)
    {
        m_isCut = m_isCut || count > m_rest.size();
        const QByteArrayView taken = m_rest.first(std::min(count, m_rest.size()));
        m_rest = m_rest.sliced(taken.size());
        return taken;
    }
    quint32 number(qsizetype width)
    {
        quint32 value = 0;
        for (const char byte : bytes(width))
            value = value << 8 | static_cast<uchar>(byte);
        return value;
    }
    QByteArrayView field()
    {
        const quint32 length = number(2);
        return isCut() ? QByteArrayView() : bytes(length);
    }
    QByteArrayView block()
    {
        quint32 length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            const quint32 byte = number(1);
            length |= (byte & 0x7F) << shift;
            if (byte < 0x80)
                break;
        }
        return bytes(length);
    }

private:
    QByteArrayView m_rest;
    bool m_isCut = false;
};

/// Behind the fixed header.
PartReader variableHeader(QByteArrayView bytes)
{
    qsizetype at = 1;
    while (at < std::min<qsizetype>(bytes.size(), 4) && (static_cast<uchar>(bytes[at]) & 0x80))
        ++at;
    return PartReader(at < bytes.size() ? bytes.sliced(at + 1) : QByteArrayView());
}

bool isMqtt5(const PacketRecord &record) { return record.version == ProtocolVersion::Mqtt5; }

} // namespace

std::optional<PublishParts> publishParts(const PacketRecord &record, QByteArrayView bytes)
{
    if (record.type != PacketType::Publish)
        return std::nullopt;
    PartReader reader = variableHeader(bytes);
    PublishParts parts;
    parts.topic = reader.field();
    if (record.flags & 0x06)
        reader.number(2); // the packet identifier
    if (isMqtt5(record))
        parts.properties = reader.block();
    if (reader.isCut())
        return std::nullopt;
    parts.payload = reader.rest();
    parts.payloadBytes = parts.payload.size() + std::max<qsizetype>(record.size - bytes.size(), 0);
    return parts;
}

std::optional<ConnectParts> connectParts(const PacketRecord &record, QByteArrayView bytes)
{
    if (record.type != PacketType::Connect)
        return std::nullopt;
    PartReader reader = variableHeader(bytes);
    reader.field(); // the protocol's name
    reader.number(1); // and version: the record has it
    ConnectParts parts;
    parts.version = record.version;
    parts.cleanStart = reader.number(1) & 0x02;
    parts.keepAliveSeconds = static_cast<quint16>(reader.number(2));
    if (isMqtt5(record))
        reader.block();
    if (reader.isCut())
        return std::nullopt;
    parts.clientId = reader.field();
    return parts;
}

FilterParts filterParts(const PacketRecord &record, QByteArrayView bytes)
{
    const bool isSubscribe = record.type == PacketType::Subscribe;
    if (!isSubscribe && record.type != PacketType::Unsubscribe)
        return {};
    PartReader reader = variableHeader(bytes);
    reader.number(2); // the packet identifier
    if (isMqtt5(record))
        reader.block();
    FilterParts parts;
    parts.first = reader.field();
    if (isSubscribe)
        reader.number(1); // its options
    while (!reader.rest().isEmpty()) {
        reader.field();
        if (isSubscribe)
            reader.number(1);
        ++parts.more;
    }
    parts.isCut = record.isCut();
    return parts;
}

QByteArrayView topicOfPacket(const PacketRecord &record, QByteArrayView bytes)
{
    return record.type == PacketType::Publish ? variableHeader(bytes).field() : filterParts(record, bytes).first;
}

} // namespace pigeon
