#include "monitor/packethead.h"

#include "protocol/reasoncodes.h"

#include <algorithm>

namespace pigeon {

namespace {

/// Walks through bytes that may end anywhere; behind the end everything is 0.
class Walk
{
public:
    explicit Walk(QByteArrayView bytes)
        : m_bytes(bytes)
    {
    }
    bool isPastEnd() const { return m_at > m_bytes.size(); }
    bool isAtEnd() const { return m_at >= m_bytes.size(); }
    qsizetype at() const { return m_at; }
    quint8 byte()
    {
        const quint8 value = m_at < m_bytes.size() ? static_cast<quint8>(m_bytes[m_at]) : 0;
        ++m_at;
        return value;
    }
    quint16 number()
    {
        const quint16 high = byte();
        return static_cast<quint16>(high << 8 | byte());
    }
    quint32 length()
    {
        quint32 value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            const quint8 next = byte();
            value |= static_cast<quint32>(next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }
        return value;
    }
    void skip(qsizetype bytes) { m_at += bytes; }
    void skipField() { skip(number()); }

private:
    QByteArrayView m_bytes;
    qsizetype m_at = 0;
};

bool hasPacketId(const PacketRecord &record)
{
    switch (record.type) {
    case PacketType::Publish:
        return (record.flags & 0x06) != 0;
    case PacketType::Connect:
    case PacketType::Connack:
    case PacketType::Pingreq:
    case PacketType::Pingresp:
    case PacketType::Disconnect:
    case PacketType::Auth:
        return false;
    default:
        return true;
    }
}

bool isAcknowledgement(PacketType type)
{
    return type >= PacketType::Puback && type <= PacketType::Pubcomp;
}

/// Of the codes of a SUBACK or UNSUBACK, one for each filter, the one that matters: the worst failure, else the highest
/// QoS that was granted. So it is the greatest. An UNSUBACK of 3.1.1 has none.
ReasonCode worstCode(Walk walk, const PacketRecord &record)
{
    if (record.version == ProtocolVersion::Mqtt5)
        walk.skip(walk.length()); // properties
    else if (record.type == PacketType::Unsuback)
        return ReasonCode::Success;
    quint8 worst = 0;
    while (!walk.isAtEnd())
        worst = std::max(worst, walk.byte());
    return static_cast<ReasonCode>(worst);
}

} // namespace

void readPacketHead(QByteArrayView bytes, PacketRecord &record)
{
    if (bytes.isEmpty())
        return;
    Walk walk(bytes);
    const quint8 first = walk.byte();
    record.type = static_cast<PacketType>(first >> 4);
    record.flags = first & 0x0F;
    walk.length();
    if (record.type == PacketType::Publish)
        walk.skipField(); // the topic
    if (record.type == PacketType::Connect) {
        walk.skipField(); // the protocol's name
        const quint8 version = walk.byte() & 0x7F; // without the bit of bridges
        if (version >= quint8(ProtocolVersion::Mqtt31) && version <= quint8(ProtocolVersion::Mqtt5))
            record.version = static_cast<ProtocolVersion>(version);
    }
    if (hasPacketId(record)) {
        const quint16 id = walk.number();
        record.packetId = walk.isPastEnd() ? 0 : id;
    }
    if (record.type == PacketType::Suback || record.type == PacketType::Unsuback) {
        record.reason = worstCode(walk, record);
        return;
    }
    const bool isMqtt5 = record.version == ProtocolVersion::Mqtt5;
    const bool hasReason = (isMqtt5
                               && (isAcknowledgement(record.type) || record.type == PacketType::Disconnect
                                   || record.type == PacketType::Auth))
        || record.type == PacketType::Connack;
    if (!hasReason)
        return;
    if (record.type == PacketType::Connack)
        walk.byte(); // session present
    const quint8 code = walk.byte(); // a short packet means success
    if (record.type == PacketType::Connack && !isMqtt5)
        record.reason = code <= 5 ? reasonOfReturnCode(code) : ReasonCode::UnspecifiedError;
    else
        record.reason = static_cast<ReasonCode>(code);
}

PasswordPlace passwordIn(QByteArrayView bytes)
{
    Walk walk(bytes);
    if (bytes.isEmpty() || walk.byte() >> 4 != quint8(PacketType::Connect))
        return {};
    walk.length();
    walk.skipField(); // the protocol's name
    const bool isMqtt5 = (walk.byte() & 0x7F) == quint8(ProtocolVersion::Mqtt5);
    const quint8 flags = walk.byte();
    walk.number(); // keep alive
    if (!(flags & 0x40))
        return {};
    if (isMqtt5)
        walk.skip(walk.length());
    walk.skipField(); // the client id
    if (flags & 0x04) {
        if (isMqtt5)
            walk.skip(walk.length());
        walk.skipField(); // the will's topic
        walk.skipField(); // and payload
    }
    if (flags & 0x80)
        walk.skipField(); // the user
    const quint16 size = walk.number();
    return walk.at() >= bytes.size() ? PasswordPlace() : PasswordPlace{walk.at(), std::min<qsizetype>(size, bytes.size() - walk.at())};
}

} // namespace pigeon
