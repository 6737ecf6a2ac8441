#include "protocol/decoder.h"

#include "protocol/packetdecoding.h"

namespace pigeon {

namespace {

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
    quint8 unless; ///< when none of these bits is set …
    quint8 mask; ///< … the value in these bits …
    quint8 forbidden; ///< … may not be this; 0 = may not be anything but 0
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
    return (flags & rule.unless) == 0 && value != 0 && (rule.forbidden == 0 || value == rule.forbidden);
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

bool readWill(WireReader &reader, const DecodeContext &context, quint8 flags, std::optional<WillFields> &result)
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
bool isFieldPresent(const WireReader &reader, const DecodeContext &context, quint8 flags, ConnectFlag flag)
{
    return (flags & flag) && !(context.version == ProtocolVersion::Mqtt31 && reader.isAtEnd());
}

bool readCredentials(WireReader &reader, const DecodeContext &context, quint8 flags, ConnectPacket &connect)
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
bool readConnectPayload(WireReader &reader, DecodeContext context, quint8 flags, ConnectPacket &connect)
{
    // The will's user properties count for the same packet.
    context.maximumUserProperties -= static_cast<quint32>(connect.properties.userProperties.size());
    return reader.readText(connect.clientId) // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
        && readWill(reader, context, flags, connect.will) && readCredentials(reader, context, flags, connect);
}

bool decode(WireReader &reader, DecodeContext context, ConnectPacket &connect)
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

} // namespace

bool decodeConnectPacket(WireReader &reader, const DecodeContext &context, Packet &packet)
{
    return decode(reader, context, packet.emplace<ConnectPacket>());
}

Result<ConnectPacket, ProtocolError> decodeConnect(const Frame &frame, const DecodeLimits &limits)
{
    ConnectPacket connect;
    WireReader reader(frame.body);
    const DecodeContext context{frame, ProtocolVersion::Mqtt5, Sender::Client, limits.maximumUserProperties,
        limits.maximumFilters};
    if (frame.flags() != 0)
        return ProtocolError{ReasonCode::MalformedPacket, "MQTT-2.1.3-1", "the flags of a CONNECT are not 0"};
    if (!decode(reader, context, connect) || !checkEnd(reader))
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

} // namespace pigeon
