#include "protocol/decoder.h"

#include "protocol/properties.h"
#include "protocol/reasoncodes.h"
#include "protocol/wirereader.h"

#include <array>

namespace pigeon {

namespace {

/// What a packet's decoder knows beside its bytes.
struct Context
{
    Frame frame;
    ProtocolVersion version;
    Sender sender;
    quint32 maximumUserProperties;

    bool hasProperties() const { return version == ProtocolVersion::Mqtt5; }
    PropertyPlace placeIn(PacketType type) const { return {carrierOf(type), sender, maximumUserProperties}; }
};

bool malformed(WireReader &reader, const char *clause, const char *text)
{
    return reader.fail({ReasonCode::MalformedPacket, clause, text});
}

bool protocolError(WireReader &reader, const char *clause, const char *text)
{
    return reader.fail({ReasonCode::ProtocolError, clause, text});
}

bool readPropertiesIn(WireReader &reader, const Context &context, PacketType type, Properties &properties)
{
    return !context.hasProperties() || readProperties(reader, context.placeIn(type), properties);
}

bool readPacketId(WireReader &reader, ProtocolVersion version, quint16 &packetId)
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

/// Reads one reason code and checks it to be one that this sender may send in this packet.
bool readReason(WireReader &reader, const Context &context, const char *clause, ReasonCode &reason)
{
    quint8 code = 0;
    if (!reader.readByte(code))
        return false;
    reason = static_cast<ReasonCode>(code);
    return isReasonAllowed(reason, context.frame.type(), context.sender)
        || protocolError(reader, clause, "the reason code is not one of this packet and sender");
}

// PUBLISH

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

bool checkTopic(WireReader &reader, QByteArrayView topic, bool hasAlias)
{
    if (topic.isEmpty())
        return hasAlias || protocolError(reader, "MQTT-4.7.3-1", "the topic is empty and no alias stands for it");
    if (topicNameError(topic))
        return reader.fail({ReasonCode::TopicNameInvalid, "MQTT-3.3.2-2", "the topic is no topic name"});
    return true;
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

bool decodePublishPacket(WireReader &reader, const Context &context, Packet &packet)
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

// CONNECT

enum ConnectFlag : quint8 {
    Reserved = 0x01,
    CleanStart = 0x02,
    Will = 0x04,
    WillQoS = 0x18,
    WillRetain = 0x20,
    Password = 0x40,
    UserName = 0x80,
};
constexpr unsigned willQoSShift = 3;
constexpr quint8 bridgeBit = 0x80;

struct VersionRow
{
    const char *name;
    quint8 level;
    ProtocolVersion version;
    bool isBridge;
};

constexpr VersionRow versionTable[] = {
    {"MQIsdp", 3, ProtocolVersion::Mqtt31, false},
    {"MQIsdp", 3 | bridgeBit, ProtocolVersion::Mqtt31, true},
    {"MQTT", 4, ProtocolVersion::Mqtt311, false},
    {"MQTT", 4 | bridgeBit, ProtocolVersion::Mqtt311, true},
    {"MQTT", 5, ProtocolVersion::Mqtt5, false},
};

bool isProtocolName(QByteArrayView name)
{
    return std::ranges::any_of(versionTable, [name](const VersionRow &row) { return name == row.name; });
}

bool readVersion(WireReader &reader, ConnectPacket &connect)
{
    QByteArrayView name;
    quint8 level = 0;
    if (!reader.readText(name))
        return false;
    if (!isProtocolName(name))
        return protocolError(reader, "MQTT-3.1.2-1", "the protocol name is neither MQTT nor MQIsdp");
    if (!reader.readByte(level))
        return false;
    for (const VersionRow &row : versionTable) {
        if (name == row.name && level == row.level) {
            connect.version = row.version;
            connect.isBridge = row.isBridge;
            return true;
        }
    }
    // A name with the level of the other one is a version that does not exist [MQTT-3.1.2-2].
    return reader.fail({ReasonCode::UnsupportedProtocolVersion, "MQTT-3.1.2-2", "the protocol version is not ours"});
}

struct ConnectFlagsRow
{
    quint8 without; ///< when none of these is set …
    quint8 mask; ///< … these bits …
    quint8 forbidden; ///< … may not have this value (0 = any value but 0)
    const char *clause;
    const char *text;
};

constexpr ConnectFlagsRow connectFlagRules[] = {
    {0, Reserved, Reserved, "MQTT-3.1.2-3", "the reserved connect flag is set"},
    {0, WillQoS, WillQoS, "MQTT-3.1.2-12", "the will has QoS 3"},
    {Will, WillQoS, 0, "MQTT-3.1.2-11", "Will QoS is set without a will"},
    {Will, WillRetain, 0, "MQTT-3.1.2-13", "Will Retain is set without a will"},
};

bool isBroken(const ConnectFlagsRow &rule, quint8 flags)
{
    const quint8 value = flags & rule.mask;
    return (flags & rule.without) == 0 && value != 0 && (rule.forbidden == 0 || value == rule.forbidden);
}

bool readConnectFlags(WireReader &reader, ProtocolVersion version, quint8 &flags)
{
    if (!reader.readByte(flags))
        return false;
    for (const ConnectFlagsRow &rule : connectFlagRules) {
        if (isBroken(rule, flags))
            return malformed(reader, rule.clause, rule.text);
    }
    if (version != ProtocolVersion::Mqtt5 && (flags & (UserName | Password)) == Password)
        return malformed(reader, "MQTT3-3.1.2-22", "there is a password without a user name");
    return true;
}

bool readWill(WireReader &reader, const Context &context, quint8 flags, std::optional<WillFields> &result)
{
    if (!(flags & Will))
        return true;
    WillFields &will = result.emplace();
    will.qos = static_cast<QoS>((flags & WillQoS) >> willQoSShift);
    will.retain = flags & WillRetain;
    const PropertyPlace place{PropertyCarrier::Will, context.sender, context.maximumUserProperties};
    return (!context.hasProperties() || readProperties(reader, place, will.properties))
        && reader.readText(will.topic) // [MQTT-3.1.3-11]
        && checkTopic(reader, will.topic, false)
        && reader.readBinary(will.payload);
}

/// A field that the flags announce. 3.1 lets it be missing at the end of the packet all the same: "the Remaining
/// Length takes precedence over the User Name flag" (3.1 of that version, CONNECT).
bool isFieldPresent(const WireReader &reader, const Context &context, quint8 flags, ConnectFlag flag)
{
    return (flags & flag) && !(context.version == ProtocolVersion::Mqtt31 && reader.isAtEnd());
}

bool readCredentials(WireReader &reader, const Context &context, quint8 flags, ConnectPacket &connect)
{
    if (isFieldPresent(reader, context, flags, UserName) && !reader.readText(connect.userName.emplace()))
        return false; // [MQTT-3.1.3-12]
    return !isFieldPresent(reader, context, flags, Password) || reader.readBinary(connect.password.emplace());
}

bool checkAuthentication(WireReader &reader, const Properties &properties)
{
    return !properties.authenticationData || properties.authenticationMethod
        || protocolError(reader, "3.1.2.11.10", "there is authentication data without a method");
}

/// The payload; fields come in this order [MQTT-3.1.3-1].
bool readConnectPayload(WireReader &reader, Context context, quint8 flags, ConnectPacket &connect)
{
    // The will's user properties count for the same packet.
    context.maximumUserProperties -= static_cast<quint32>(connect.properties.userProperties.size());
    return reader.readText(connect.clientId) // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
        && readWill(reader, context, flags, connect.will) && readCredentials(reader, context, flags, connect);
}

bool decodeConnectPacket(WireReader &reader, Context context, ConnectPacket &connect)
{
    quint8 flags = 0;
    if (!readVersion(reader, connect) || !readConnectFlags(reader, connect.version, flags))
        return false;
    context.version = connect.version;
    connect.cleanStart = flags & CleanStart;
    return reader.readTwoByteInteger(connect.keepAliveSeconds)
        && readPropertiesIn(reader, context, PacketType::Connect, connect.properties)
        && checkAuthentication(reader, connect.properties) && readConnectPayload(reader, context, flags, connect);
}

bool decodeConnectIn(WireReader &reader, const Context &context, Packet &packet)
{
    return decodeConnectPacket(reader, context, packet.emplace<ConnectPacket>());
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

bool readConnackFlags(WireReader &reader, const Context &context, bool &sessionPresent)
{
    quint8 flags = 0;
    if (!reader.readByte(flags))
        return false;
    if (flags & ~(context.version == ProtocolVersion::Mqtt31 ? 0 : sessionPresentFlag)) // 3.1 has no such flag
        return malformed(reader, "MQTT-3.2.2-1", "reserved connect acknowledge flags are set");
    sessionPresent = flags != 0;
    return true;
}

bool decodeConnack(WireReader &reader, const Context &context, Packet &packet)
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
bool readOutcome(WireReader &reader, const Context &context, const char *clause, ReasonCode &reason,
    Properties &properties)
{
    if (reader.isAtEnd() || !context.hasProperties())
        return true;
    return readReason(reader, context, clause, reason)
        && (reader.isAtEnd() || readPropertiesIn(reader, context, context.frame.type(), properties));
}

bool decodeAcknowledge(WireReader &reader, const Context &context, Packet &packet)
{
    auto &acknowledge = packet.emplace<AcknowledgePacket>();
    acknowledge.type = context.frame.type();
    return readPacketId(reader, context.version, acknowledge.packetId)
        && readOutcome(reader, context, acknowledgeClause(acknowledge.type), acknowledge.reason,
            acknowledge.properties);
}

// SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK

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

bool readEntry(WireReader &reader, const Context &context, SubscribeEntry &entry)
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

bool decodeSubscribe(WireReader &reader, const Context &context, Packet &packet)
{
    auto &subscribe = packet.emplace<SubscribePacket>();
    if (!readPacketId(reader, context.version, subscribe.packetId)
        || !readPropertiesIn(reader, context, PacketType::Subscribe, subscribe.properties))
        return false;
    if (reader.isAtEnd())
        return protocolError(reader, "MQTT-3.8.3-2", "a SUBSCRIBE has no topic filter");
    while (!reader.isAtEnd()) {
        if (!readEntry(reader, context, subscribe.entries.emplace_back()))
            return false;
    }
    return true;
}

bool decodeUnsubscribe(WireReader &reader, const Context &context, Packet &packet)
{
    auto &unsubscribe = packet.emplace<UnsubscribePacket>();
    if (!readPacketId(reader, context.version, unsubscribe.packetId)
        || !readPropertiesIn(reader, context, PacketType::Unsubscribe, unsubscribe.properties))
        return false;
    if (reader.isAtEnd())
        return protocolError(reader, "MQTT-3.10.3-2", "an UNSUBSCRIBE has no topic filter");
    while (!reader.isAtEnd()) {
        if (!reader.readText(unsubscribe.filters.emplace_back())) // [MQTT-3.10.3-1]
            return false;
    }
    return true;
}

/// 3.1.1 knows four codes [MQTT3-3.9.3-2]; 3.1 knows no failure, but its servers send 0x80 all the same.
bool isSubackCode3(quint8 code) { return code <= static_cast<quint8>(QoS::ExactlyOnce) || code == 0x80; }

bool readSubackReason(WireReader &reader, const Context &context, ReasonCode &reason)
{
    if (context.hasProperties())
        return readReason(reader, context, "MQTT-3.9.3-2", reason);
    quint8 code = 0;
    if (!reader.readByte(code))
        return false;
    reason = static_cast<ReasonCode>(code);
    return isSubackCode3(code) || protocolError(reader, "MQTT3-3.9.3-2", "the return code of a SUBACK is reserved");
}

bool decodeSuback(WireReader &reader, const Context &context, Packet &packet)
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

bool decodeUnsuback(WireReader &reader, const Context &context, Packet &packet)
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

bool decodePingreq(WireReader &, const Context &, Packet &packet)
{
    packet.emplace<PingreqPacket>();
    return true;
}

bool decodePingresp(WireReader &, const Context &, Packet &packet)
{
    packet.emplace<PingrespPacket>();
    return true;
}

bool decodeDisconnect(WireReader &reader, const Context &context, Packet &packet)
{
    auto &disconnect = packet.emplace<DisconnectPacket>();
    return readOutcome(reader, context, "MQTT-3.14.2-1", disconnect.reason, disconnect.properties);
}

bool isEmpty(const AuthPacket &auth) { return auth.reason == ReasonCode::Success && auth.properties == Properties(); }

/// An AUTH may be empty (3.15.2.1); one that says anything names its method (3.15.2.2.2).
bool decodeAuth(WireReader &reader, const Context &context, Packet &packet)
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
    bool (*decode)(WireReader &, const Context &, Packet &);
    bool fromClient;
    bool fromServer;
    bool isRepeatable31; ///< 3.1 allows DUP
    ProtocolVersion since = ProtocolVersion::Mqtt31;
};

constexpr std::array<PacketRow, 16> packetTable{{
    {nullptr, false, false, false},
    {decodeConnectIn, true, false, false},
    {decodeConnack, false, true, false},
    {decodePublishPacket, true, true, true},
    {decodeAcknowledge, true, true, false}, // PUBACK
    {decodeAcknowledge, true, true, false}, // PUBREC
    {decodeAcknowledge, true, true, true}, // PUBREL
    {decodeAcknowledge, true, true, false}, // PUBCOMP
    {decodeSubscribe, true, false, true},
    {decodeSuback, false, true, false},
    {decodeUnsubscribe, true, false, true},
    {decodeUnsuback, false, true, false},
    {decodePingreq, true, false, false},
    {decodePingresp, false, true, false},
    {decodeDisconnect, true, true, false},
    {decodeAuth, true, true, false, ProtocolVersion::Mqtt5},
}};

bool areFlagsRight(const Frame &frame, ProtocolVersion version, const PacketRow &row)
{
    const bool isPublish = frame.type() == PacketType::Publish; // its flags are read with it
    const bool hasDuplicate = frame.flags() & duplicateFlag;
    return ((possibleFlags[frame.firstByte >> 4] >> frame.flags()) & 1)
        && (isPublish || !hasDuplicate || (version == ProtocolVersion::Mqtt31 && row.isRepeatable31));
}

/// 3.x has no DISCONNECT from the server.
bool maySend(const Context &context, const PacketRow &row)
{
    if (context.sender == Sender::Client)
        return row.fromClient;
    return row.fromServer && (context.hasProperties() || context.frame.type() != PacketType::Disconnect);
}

bool checkPacket(WireReader &reader, const Context &context, const PacketRow &row)
{
    if (!row.decode || context.version < row.since)
        return malformed(reader, "2.1.2", "the packet type does not exist in this version");
    if (!areFlagsRight(context.frame, context.version, row))
        return malformed(reader, "MQTT-2.1.3-1", "reserved flags of the fixed header are not as required");
    return maySend(context, row) || protocolError(reader, "2.1.2", "this side may not send this packet");
}

bool checkEnd(WireReader &reader)
{
    return reader.isAtEnd() || malformed(reader, "2.1.4", "bytes are left over at the end of the packet");
}

} // namespace

Result<PublishView, ProtocolError> decodePublish(const Frame &frame, ProtocolVersion version, QByteArray &scratch,
    const DecodeLimits &limits)
{
    PublishView view;
    WireReader reader(frame.body);
    if (!readPublishHead(reader, frame.flags(), version, view)
        || (version == ProtocolVersion::Mqtt5 && !readPublishProperties(reader, limits, view, scratch))
        || !checkTopic(reader, view.topic, view.topicAlias.has_value()))
        return reader.error();
    view.payload = reader.takeRest();
    return view;
}

Result<ConnectPacket, ProtocolError> decodeConnect(const Frame &frame, const DecodeLimits &limits)
{
    ConnectPacket connect;
    WireReader reader(frame.body);
    const Context context{frame, ProtocolVersion::Mqtt5, Sender::Client, limits.maximumUserProperties};
    if (frame.flags() != 0)
        return ProtocolError{ReasonCode::MalformedPacket, "MQTT-2.1.3-1", "the flags of a CONNECT are not 0"};
    if (!decodeConnectPacket(reader, context, connect) || !checkEnd(reader))
        return reader.error();
    return connect;
}

std::optional<quint8> connectLevel(const Frame &frame)
{
    WireReader reader(frame.body);
    QByteArrayView name;
    quint8 level = 0;
    if (reader.readBinary(name) && isProtocolName(name) && reader.readByte(level))
        return level;
    return std::nullopt;
}

Result<Packet, ProtocolError> decodePacket(const Frame &frame, ProtocolVersion version, Sender sender,
    const DecodeLimits &limits)
{
    Packet packet;
    WireReader reader(frame.body);
    const Context context{frame, version, sender, limits.maximumUserProperties};
    const PacketRow &row = packetTable[frame.firstByte >> 4];
    if (!checkPacket(reader, context, row) || !row.decode(reader, context, packet) || !checkEnd(reader))
        return reader.error();
    return packet;
}

} // namespace pigeon
