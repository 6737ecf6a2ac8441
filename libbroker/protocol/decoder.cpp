#include "protocol/decoder.h"

#include "protocol/packetdecoding.h"
#include "protocol/reasoncodes.h"

#include <array>

namespace pigeon {

namespace {

/// Reads one reason code and checks it to be one that this sender may send in this packet.
bool readReason(WireReader &reader, const DecodeContext &context, const char *clause, ReasonCode &reason)
{
    quint8 code = 0;
    if (!reader.readByte(code))
        return false;
    reason = static_cast<ReasonCode>(code);
    return isReasonAllowed(reason, context.frame.type(), context.sender)
        || protocolError(reader, clause, "the reason code is not one of this packet and sender");
}

// CONNACK

constexpr quint8 highestReturnCode = 5;
constexpr quint8 sessionPresentFlag = 0x01;

bool readReturnCode(WireReader &reader, ReasonCode &reason)
{
    quint8 code = 0;
    if (!reader.readByte(code))
        return false;
    if (code > highestReturnCode)
        return protocolError(reader, "MQTT3-3.2.2-6", "the return code of a CONNACK is reserved");
    reason = reasonOfReturnCode(code);
    return true;
}

bool readConnackFlags(WireReader &reader, const DecodeContext &context, bool &sessionPresent)
{
    quint8 flags = 0;
    if (!reader.readByte(flags))
        return false;
    if (flags & ~(context.version == ProtocolVersion::Mqtt31 ? 0 : sessionPresentFlag)) // 3.1 has no such flag
        return malformed(reader, "MQTT-3.2.2-1", "reserved connect acknowledge flags are set");
    sessionPresent = flags != 0;
    return true;
}

bool decodeConnack(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &connack = packet.emplace<ConnackPacket>();
    if (!readConnackFlags(reader, context, connack.sessionPresent))
        return false;
    const bool hasReason = context.hasProperties() ? readReason(reader, context, "MQTT-3.2.2-8", connack.reason)
                                                   : readReturnCode(reader, connack.reason);
    if (!hasReason)
        return false;
    if (connack.sessionPresent && connack.reason != ReasonCode::Success)
        return protocolError(reader, "MQTT-3.2.2-6", "a refusing CONNACK says that a session is present");
    return readPropertiesIn(reader, context, PacketType::Connack, connack.properties);
}

// PUBACK, PUBREC, PUBREL, PUBCOMP

const char *acknowledgeClause(PacketType type)
{
    constexpr std::array clauses{"MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1"};
    return clauses[static_cast<size_t>(type) - static_cast<size_t>(PacketType::Puback)];
}

/// Reason and properties, each of which may be left out from the end (3.4.2.1, 3.4.2.2.1).
bool readOutcome(WireReader &reader, const DecodeContext &context, const char *clause, ReasonCode &reason,
    Properties &properties)
{
    if (reader.isAtEnd() || !context.hasProperties())
        return true;
    return readReason(reader, context, clause, reason)
        && (reader.isAtEnd() || readPropertiesIn(reader, context, context.frame.type(), properties));
}

bool decodeAcknowledgePacket(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &acknowledge = packet.emplace<AcknowledgePacket>();
    acknowledge.type = context.frame.type();
    return readPacketId(reader, context.version, acknowledge.packetId)
        && readOutcome(reader, context, acknowledgeClause(acknowledge.type), acknowledge.reason,
            acknowledge.properties);
}

// SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK

constexpr quint8 qosMask = 0x03;
constexpr quint8 noLocalBit = 0x04;
constexpr quint8 retainAsPublishedBit = 0x08;
constexpr unsigned retainHandlingShift = 4;
constexpr quint8 reservedOptionBits5 = 0xC0;
constexpr quint8 reservedOptionBits3 = 0xFC;

bool isSharedFilter(QByteArrayView filter) { return filter.startsWith(QByteArrayView("$share/")); }

bool checkOptions3(WireReader &reader, quint8 options)
{
    return (!(options & reservedOptionBits3) && (options & qosMask) != qosMask)
        || malformed(reader, "MQTT3-3.8.3-4", "the requested QoS of a subscription is not 0, 1 or 2");
}

bool checkOptions5(WireReader &reader, quint8 options)
{
    if (options & reservedOptionBits5)
        return malformed(reader, "MQTT-3.8.3-5", "reserved subscription options are set");
    if ((options & qosMask) == qosMask)
        return protocolError(reader, "3.8.3.1", "a subscription asks for QoS 3");
    if ((options >> retainHandlingShift) == 3)
        return protocolError(reader, "3.8.3.1", "a subscription has retain handling 3");
    return true;
}

bool readEntry(WireReader &reader, const DecodeContext &context, SubscribeEntry &entry)
{
    quint8 options = 0;
    if (!reader.readText(entry.filter) || !reader.readByte(options)) // [MQTT-3.8.3-1]
        return false;
    if (!(context.hasProperties() ? checkOptions5(reader, options) : checkOptions3(reader, options)))
        return false;
    entry.maximumQoS = static_cast<QoS>(options & qosMask);
    entry.noLocal = options & noLocalBit;
    entry.retainAsPublished = options & retainAsPublishedBit;
    entry.retainHandling = static_cast<RetainHandling>(options >> retainHandlingShift);
    return !entry.noLocal || !isSharedFilter(entry.filter)
        || protocolError(reader, "MQTT-3.8.3-4", "no local is set on a shared subscription");
}

/// Our own bound, as that of user properties: in memory a filter is twenty times what it is on the wire.
bool checkFilterCount(WireReader &reader, const DecodeContext &context, size_t filters)
{
    return filters < context.maximumFilters
        || reader.fail({ReasonCode::QuotaExceeded, "4.13.1", "the packet has too many topic filters"});
}

bool decodeSubscribe(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &subscribe = packet.emplace<SubscribePacket>();
    if (!readPacketId(reader, context.version, subscribe.packetId)
        || !readPropertiesIn(reader, context, PacketType::Subscribe, subscribe.properties))
        return false;
    if (reader.isAtEnd())
        return protocolError(reader, "MQTT-3.8.3-2", "a SUBSCRIBE has no topic filter");
    while (!reader.isAtEnd()) {
        if (!checkFilterCount(reader, context, subscribe.entries.size())
            || !readEntry(reader, context, subscribe.entries.emplace_back()))
            return false;
    }
    return true;
}

bool decodeUnsubscribe(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &unsubscribe = packet.emplace<UnsubscribePacket>();
    if (!readPacketId(reader, context.version, unsubscribe.packetId)
        || !readPropertiesIn(reader, context, PacketType::Unsubscribe, unsubscribe.properties))
        return false;
    if (reader.isAtEnd())
        return protocolError(reader, "MQTT-3.10.3-2", "an UNSUBSCRIBE has no topic filter");
    while (!reader.isAtEnd()) {
        if (!checkFilterCount(reader, context, unsubscribe.filters.size())
            || !reader.readText(unsubscribe.filters.emplace_back())) // [MQTT-3.10.3-1]
            return false;
    }
    return true;
}

/// 3.1.1 knows four codes [MQTT3-3.9.3-2]; 3.1 knows no failure, but its servers send 0x80 all the same.
bool isSubackCode3(quint8 code) { return code <= static_cast<quint8>(QoS::ExactlyOnce) || code == 0x80; }

bool readSubackReason(WireReader &reader, const DecodeContext &context, ReasonCode &reason)
{
    if (context.hasProperties())
        return readReason(reader, context, "MQTT-3.9.3-2", reason);
    quint8 code = 0;
    if (!reader.readByte(code))
        return false;
    reason = static_cast<ReasonCode>(code);
    return isSubackCode3(code) || protocolError(reader, "MQTT3-3.9.3-2", "the return code of a SUBACK is reserved");
}

bool decodeSuback(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &suback = packet.emplace<SubackPacket>();
    if (!readPacketId(reader, context.version, suback.packetId)
        || !readPropertiesIn(reader, context, PacketType::Suback, suback.properties))
        return false;
    if (reader.isAtEnd())
        return malformed(reader, "MQTT-3.8.4-6", "a SUBACK has no reason code");
    while (!reader.isAtEnd()) {
        if (!readSubackReason(reader, context, suback.reasons.emplace_back()))
            return false;
    }
    return true;
}

bool decodeUnsuback(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &unsuback = packet.emplace<UnsubackPacket>();
    if (!readPacketId(reader, context.version, unsuback.packetId)
        || !readPropertiesIn(reader, context, PacketType::Unsuback, unsuback.properties))
        return false;
    if (!context.hasProperties())
        return true;
    if (reader.isAtEnd())
        return malformed(reader, "MQTT-3.11.3-2", "an UNSUBACK has no reason code");
    while (!reader.isAtEnd()) {
        if (!readReason(reader, context, "MQTT-3.11.3-2", unsuback.reasons.emplace_back()))
            return false;
    }
    return true;
}

// PINGREQ, PINGRESP, DISCONNECT, AUTH

bool decodePingreq(WireReader &, const DecodeContext &, Packet &packet)
{
    packet.emplace<PingreqPacket>();
    return true;
}

bool decodePingresp(WireReader &, const DecodeContext &, Packet &packet)
{
    packet.emplace<PingrespPacket>();
    return true;
}

bool decodeDisconnect(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &disconnect = packet.emplace<DisconnectPacket>();
    return readOutcome(reader, context, "MQTT-3.14.2-1", disconnect.reason, disconnect.properties);
}

bool isEmpty(const AuthPacket &auth) { return auth.reason == ReasonCode::Success && auth.properties == Properties(); }

/// An AUTH may be empty (3.15.2.1); one that says anything names its method (3.15.2.2.2).
bool decodeAuth(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    auto &auth = packet.emplace<AuthPacket>();
    if (reader.isAtEnd())
        return true;
    return readReason(reader, context, "MQTT-3.15.2-1", auth.reason)
        && readPropertiesIn(reader, context, PacketType::Auth, auth.properties)
        && (isEmpty(auth) || auth.properties.authenticationMethod
            || protocolError(reader, "3.15.2.2.2", "an AUTH has no authentication method"));
}

/// What is fixed about a packet type: who decodes it, who may send it, since when, and its flags (table 2.2).
struct PacketRow
{
    DecodeFunction decode;
    bool fromClient;
    bool fromServer;
    bool isRepeatable31; ///< 3.1 allows DUP
    ProtocolVersion since = ProtocolVersion::Mqtt31;
};

constexpr std::array<PacketRow, 16> packetTable{{
    {nullptr, false, false, false},
    {decodeConnectPacket, true, false, false},
    {decodeConnack, false, true, false},
    {decodePublishPacket, true, true, true},
    {decodeAcknowledgePacket, true, true, false}, // PUBACK
    {decodeAcknowledgePacket, true, true, false}, // PUBREC
    {decodeAcknowledgePacket, true, true, true}, // PUBREL
    {decodeAcknowledgePacket, true, true, false}, // PUBCOMP
    {decodeSubscribe, true, false, true},
    {decodeSuback, false, true, false},
    {decodeUnsubscribe, true, false, true},
    {decodeUnsuback, false, true, false},
    {decodePingreq, true, false, false},
    {decodePingresp, false, true, false},
    {decodeDisconnect, true, true, false},
    {decodeAuth, true, true, false, ProtocolVersion::Mqtt5},
}};

constexpr quint8 duplicateFlag = 0x08;

bool areFlagsRight(const Frame &frame, ProtocolVersion version, const PacketRow &row)
{
    const bool isPublish = frame.type() == PacketType::Publish; // its flags are read with it
    const bool hasDuplicate = frame.flags() & duplicateFlag;
    return ((possibleFlags[frame.firstByte >> 4] >> frame.flags()) & 1)
        && (isPublish || !hasDuplicate || (version == ProtocolVersion::Mqtt31 && row.isRepeatable31));
}

/// 3.x has no DISCONNECT from the server.
bool maySend(const DecodeContext &context, const PacketRow &row)
{
    if (context.sender == Sender::Client)
        return row.fromClient;
    return row.fromServer && (context.hasProperties() || context.frame.type() != PacketType::Disconnect);
}

bool checkPacket(WireReader &reader, const DecodeContext &context, const PacketRow &row)
{
    if (!row.decode || context.version < row.since)
        return malformed(reader, "2.1.2", "the packet type does not exist in this version");
    if (!areFlagsRight(context.frame, context.version, row))
        return malformed(reader, "MQTT-2.1.3-1", "reserved flags of the fixed header are not as required");
    return maySend(context, row) || protocolError(reader, "2.1.2", "this side may not send this packet");
}

} // namespace

Result<Packet, ProtocolError> decodePacket(const Frame &frame, ProtocolVersion version, Sender sender,
    const DecodeLimits &limits)
{
    Packet packet;
    WireReader reader(frame.body);
    const DecodeContext context{frame, version, sender, limits.maximumUserProperties, limits.maximumFilters};
    const PacketRow &row = packetTable[frame.firstByte >> 4];
    if (!checkPacket(reader, context, row) || !row.decode(reader, context, packet) || !checkEnd(reader))
        return reader.error();
    return packet;
}

Result<AcknowledgeView, ProtocolError> decodeAcknowledge(const Frame &frame, ProtocolVersion version,
    const DecodeLimits &limits)
{
    // Nearly all are their packet id and nothing else: a Packet, which can be any, costs more than all the rest.
    constexpr qsizetype idBytes = 2;
    constexpr quint8 usualFlags[] = {0, 0, 2, 0}; // PUBACK, PUBREC, PUBREL, PUBCOMP
    const auto row = static_cast<size_t>(frame.type()) - static_cast<size_t>(PacketType::Puback);
    if (frame.body.size() == idBytes && frame.flags() == usualFlags[row]) {
        if (const auto packetId = qFromBigEndian<quint16>(frame.body.data()))
            return AcknowledgeView{frame.type(), packetId, ReasonCode::Success};
    }
    const Result<Packet, ProtocolError> decoded = decodePacket(frame, version, Sender::Client, limits);
    if (!decoded)
        return decoded.error();
    const auto &packet = std::get<AcknowledgePacket>(*decoded);
    return AcknowledgeView{packet.type, packet.packetId, packet.reason};
}

} // namespace pigeon
