#include "protocol/reasoncodes.h"

#include <array>

namespace pigeon {

namespace {

using PacketSet = quint16; // bit n: packet type n

constexpr PacketSet in(PacketType type) { return static_cast<PacketSet>(1u << static_cast<unsigned>(type)); }

template <typename... Types>
constexpr PacketSet in(PacketType first, Types... more)
{
    return static_cast<PacketSet>(in(first) | in(more...));
}

struct ReasonRow
{
    quint8 code;
    const char *name;
    PacketSet fromClient;
    PacketSet fromServer;
};

constexpr auto connack = PacketType::Connack;
constexpr auto puback = PacketType::Puback;
constexpr auto pubrec = PacketType::Pubrec;
constexpr auto pubrel = PacketType::Pubrel;
constexpr auto pubcomp = PacketType::Pubcomp;
constexpr auto suback = PacketType::Suback;
constexpr auto unsuback = PacketType::Unsuback;
constexpr auto disconnect = PacketType::Disconnect;
constexpr auto auth = PacketType::Auth;

// 3.2.2.2, 3.4.2.1 to 3.7.2.1, 3.9.3, 3.11.3, 3.14.2.1, 3.15.2.1. Where table 2.4 and the packet's own table differ
// (0x8C in DISCONNECT), the packet's own decides, for [MQTT-3.14.2-1] names that one.
constexpr ReasonRow reasonTable[] = {
    {0x00, "Success", in(puback, pubrec, pubrel, pubcomp, disconnect, auth),
        in(connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth)},
    {0x01, "Granted QoS 1", 0, in(suback)},
    {0x02, "Granted QoS 2", 0, in(suback)},
    {0x04, "Disconnect with Will Message", in(disconnect), 0},
    {0x10, "No matching subscribers", 0, in(puback, pubrec)},
    {0x11, "No subscription existed", 0, in(unsuback)},
    {0x18, "Continue authentication", in(auth), in(auth)},
    {0x19, "Re-authenticate", in(auth), 0},
    {0x80, "Unspecified error", in(puback, pubrec, disconnect),
        in(connack, puback, pubrec, suback, unsuback, disconnect)},
    {0x81, "Malformed Packet", in(disconnect), in(connack, disconnect)},
    {0x82, "Protocol Error", in(disconnect), in(connack, disconnect)},
    {0x83, "Implementation specific error", in(puback, pubrec, disconnect),
        in(connack, puback, pubrec, suback, unsuback, disconnect)},
    {0x84, "Unsupported Protocol Version", 0, in(connack)},
    {0x85, "Client Identifier not valid", 0, in(connack)},
    {0x86, "Bad User Name or Password", 0, in(connack)},
    {0x87, "Not authorized", in(puback, pubrec), in(connack, puback, pubrec, suback, unsuback, disconnect)},
    {0x88, "Server unavailable", 0, in(connack)},
    {0x89, "Server busy", 0, in(connack, disconnect)},
    {0x8A, "Banned", 0, in(connack)},
    {0x8B, "Server shutting down", 0, in(disconnect)},
    {0x8C, "Bad authentication method", 0, in(connack)},
    {0x8D, "Keep Alive timeout", 0, in(disconnect)},
    {0x8E, "Session taken over", 0, in(disconnect)},
    {0x8F, "Topic Filter invalid", 0, in(suback, unsuback, disconnect)},
    {0x90, "Topic Name invalid", in(puback, pubrec, disconnect), in(connack, puback, pubrec, disconnect)},
    {0x91, "Packet Identifier in use", in(puback, pubrec), in(puback, pubrec, suback, unsuback)},
    {0x92, "Packet Identifier not found", in(pubrel, pubcomp), in(pubrel, pubcomp)},
    {0x93, "Receive Maximum exceeded", in(disconnect), in(disconnect)},
    {0x94, "Topic Alias invalid", in(disconnect), in(disconnect)},
    {0x95, "Packet too large", in(disconnect), in(connack, disconnect)},
    {0x96, "Message rate too high", in(disconnect), in(disconnect)},
    {0x97, "Quota exceeded", in(puback, pubrec, disconnect), in(connack, puback, pubrec, suback, disconnect)},
    {0x98, "Administrative action", in(disconnect), in(disconnect)},
    {0x99, "Payload format invalid", in(puback, pubrec, disconnect), in(connack, puback, pubrec, disconnect)},
    {0x9A, "Retain not supported", 0, in(connack, disconnect)},
    {0x9B, "QoS not supported", 0, in(connack, disconnect)},
    {0x9C, "Use another server", 0, in(connack, disconnect)},
    {0x9D, "Server moved", 0, in(connack, disconnect)},
    {0x9E, "Shared Subscriptions not supported", 0, in(suback, disconnect)},
    {0x9F, "Connection rate exceeded", 0, in(connack, disconnect)},
    {0xA0, "Maximum connect time", 0, in(disconnect)},
    {0xA1, "Subscription Identifiers not supported", 0, in(suback, disconnect)},
    {0xA2, "Wildcard Subscriptions not supported", 0, in(suback, disconnect)},
};

/// Code -> row, so that a lookup is two loads however many codes there are.
constexpr auto rowOfCode = [] {
    std::array<const ReasonRow *, 256> rows{};
    for (const ReasonRow &row : reasonTable)
        rows[row.code] = &row;
    return rows;
}();

constexpr const ReasonRow *find(ReasonCode reason) { return rowOfCode[static_cast<quint8>(reason)]; }

struct ReturnCodeRow
{
    ReasonCode reason;
    quint8 returnCode;
};

// The first five rows are the return codes' own meanings, in their order; the reverse reads only those.
constexpr ReturnCodeRow returnCodeTable[] = {
    {ReasonCode::UnsupportedProtocolVersion, 1},
    {ReasonCode::ClientIdentifierNotValid, 2},
    {ReasonCode::ServerUnavailable, 3},
    {ReasonCode::BadUserNameOrPassword, 4},
    {ReasonCode::NotAuthorized, 5},
    {ReasonCode::UnspecifiedError, 3},
    {ReasonCode::ImplementationSpecificError, 3},
    {ReasonCode::ServerBusy, 3},
    {ReasonCode::ServerShuttingDown, 3},
    {ReasonCode::QuotaExceeded, 3},
    {ReasonCode::UseAnotherServer, 3},
    {ReasonCode::ServerMoved, 3},
    {ReasonCode::ConnectionRateExceeded, 3},
};
constexpr quint8 notAuthorizedReturnCode = 5;

constexpr std::array packetTypeNames{"RESERVED", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL",
    "PUBCOMP", "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};

} // namespace

const char *reasonName(ReasonCode reason)
{
    const ReasonRow *row = find(reason);
    return row ? row->name : "Unknown reason code";
}

const char *reasonName(ReasonCode reason, PacketType packet)
{
    if (reason == ReasonCode::Success && packet == PacketType::Disconnect)
        return "Normal disconnection";
    if (reason == ReasonCode::Success && packet == PacketType::Suback)
        return "Granted QoS 0";
    return reasonName(reason);
}

bool isReasonAllowed(ReasonCode reason, PacketType packet, Sender sender)
{
    const ReasonRow *row = find(reason);
    return row && ((sender == Sender::Client ? row->fromClient : row->fromServer) & in(packet)) != 0;
}

const char *packetTypeName(PacketType type)
{
    const auto number = static_cast<size_t>(type);
    return packetTypeNames[number < packetTypeNames.size() ? number : 0];
}

const char *versionName(ProtocolVersion version)
{
    switch (version) {
    case ProtocolVersion::Mqtt31:
        return "3.1";
    case ProtocolVersion::Mqtt311:
        return "3.1.1";
    case ProtocolVersion::Mqtt5:
        break;
    }
    return "5.0";
}

quint8 returnCodeOf(ReasonCode reason)
{
    if (!isFailure(reason))
        return 0;
    for (const ReturnCodeRow &row : returnCodeTable) {
        if (row.reason == reason)
            return row.returnCode;
    }
    return notAuthorizedReturnCode;
}

ReasonCode reasonOfReturnCode(quint8 returnCode)
{
    return returnCode == 0 ? ReasonCode::Success : returnCodeTable[returnCode - 1].reason;
}

ReasonCode sayableReason(ReasonCode reason, PacketType packet)
{
    return isReasonAllowed(reason, packet, Sender::Server) ? reason : ReasonCode::UnspecifiedError;
}

ReasonCode sayableRefusal(ReasonCode reason, PacketType packet)
{
    return isFailure(reason) && isReasonAllowed(reason, packet, Sender::Server) ? reason : ReasonCode::NotAuthorized;
}

} // namespace pigeon
