#pragma once

#include <pigeon/global.h>

#include <QByteArray>

#include <optional>
#include <variant>
#include <vector>

/// The control packets of MQTT 3.1, 3.1.1 and 5.0 as plain values.
///
/// Text fields are the UTF-8 bytes of the wire, unchanged (the standard compares topics and client ids
/// byte for byte, [MQTT-4.7.3-4]); `QString::fromUtf8` gives the text. Values have no thread affinity.
namespace pigeon {

/// The protocol version of a connection, with the number that CONNECT carries (3.1.2.2).
enum class ProtocolVersion : quint8 {
    Mqtt31 = 3, ///< MQTT 3.1, protocol name "MQIsdp"
    Mqtt311 = 4, ///< MQTT 3.1.1, protocol name "MQTT"
    Mqtt5 = 5, ///< MQTT 5.0, protocol name "MQTT"
};

/// The type of a control packet, the high four bits of its first byte (2.1.2).
enum class PacketType : quint8 {
    Connect = 1,
    Connack,
    Publish,
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
    Subscribe,
    Suback,
    Unsubscribe,
    Unsuback,
    Pingreq,
    Pingresp,
    Disconnect,
    Auth, ///< MQTT 5.0 only
};

/// Quality of service (4.3).
enum class QoS : quint8 { AtMostOnce = 0, AtLeastOnce = 1, ExactlyOnce = 2 };

/// The reason codes of MQTT 5.0 (2.4). Where one number has several names, the name of the more general use.
enum class ReasonCode : quint8 {
    Success = 0x00, ///< also Normal disconnection, Granted QoS 0
    GrantedQoS1 = 0x01,
    GrantedQoS2 = 0x02,
    DisconnectWithWill = 0x04,
    NoMatchingSubscribers = 0x10,
    NoSubscriptionExisted = 0x11,
    ContinueAuthentication = 0x18,
    Reauthenticate = 0x19,
    UnspecifiedError = 0x80,
    MalformedPacket = 0x81,
    ProtocolError = 0x82,
    ImplementationSpecificError = 0x83,
    UnsupportedProtocolVersion = 0x84,
    ClientIdentifierNotValid = 0x85,
    BadUserNameOrPassword = 0x86,
    NotAuthorized = 0x87,
    ServerUnavailable = 0x88,
    ServerBusy = 0x89,
    Banned = 0x8A,
    ServerShuttingDown = 0x8B,
    BadAuthenticationMethod = 0x8C,
    KeepAliveTimeout = 0x8D,
    SessionTakenOver = 0x8E,
    TopicFilterInvalid = 0x8F,
    TopicNameInvalid = 0x90,
    PacketIdentifierInUse = 0x91,
    PacketIdentifierNotFound = 0x92,
    ReceiveMaximumExceeded = 0x93,
    TopicAliasInvalid = 0x94,
    PacketTooLarge = 0x95,
    MessageRateTooHigh = 0x96,
    QuotaExceeded = 0x97,
    AdministrativeAction = 0x98,
    PayloadFormatInvalid = 0x99,
    RetainNotSupported = 0x9A,
    QoSNotSupported = 0x9B,
    UseAnotherServer = 0x9C,
    ServerMoved = 0x9D,
    SharedSubscriptionsNotSupported = 0x9E,
    ConnectionRateExceeded = 0x9F,
    MaximumConnectTime = 0xA0,
    SubscriptionIdentifiersNotSupported = 0xA1,
    WildcardSubscriptionsNotSupported = 0xA2,
};

/// True for 0x80 and above: the operation failed (2.4).
constexpr bool isFailure(ReasonCode reason) { return static_cast<quint8>(reason) >= 0x80; }

/// One name/value pair; order and repeats are kept everywhere (2.2.2.2).
struct UserProperty
{
    QByteArray name; ///< UTF-8, at most 65 535 bytes
    QByteArray value; ///< UTF-8, at most 65 535 bytes

    friend bool operator==(const UserProperty &, const UserProperty &) = default;
};

/// The properties of MQTT 5.0 (2.2.2), all 27. An unset field is absent on the wire.
///
/// Numbers hold the wire value whatever its width; the property table of the codec knows the range of each.
struct Properties
{
    std::optional<quint32> payloadFormatIndicator; ///< 0x01: 0 bytes, 1 UTF-8
    std::optional<quint32> messageExpiryInterval; ///< 0x02: seconds
    std::optional<QByteArray> contentType; ///< 0x03: UTF-8
    std::optional<QByteArray> responseTopic; ///< 0x08: topic name
    std::optional<QByteArray> correlationData; ///< 0x09: bytes
    std::vector<quint32> subscriptionIdentifiers; ///< 0x0B: 1..268 435 455; one in SUBSCRIBE, any number in PUBLISH
    std::optional<quint32> sessionExpiryInterval; ///< 0x11: seconds, 0xFFFFFFFF never
    std::optional<QByteArray> assignedClientIdentifier; ///< 0x12: UTF-8
    std::optional<quint32> serverKeepAlive; ///< 0x13: seconds, 0..65 535
    std::optional<QByteArray> authenticationMethod; ///< 0x15: UTF-8
    std::optional<QByteArray> authenticationData; ///< 0x16: bytes
    std::optional<quint32> requestProblemInformation; ///< 0x17: 0 or 1
    std::optional<quint32> willDelayInterval; ///< 0x18: seconds
    std::optional<quint32> requestResponseInformation; ///< 0x19: 0 or 1
    std::optional<QByteArray> responseInformation; ///< 0x1A: UTF-8
    std::optional<QByteArray> serverReference; ///< 0x1C: UTF-8
    std::optional<QByteArray> reasonString; ///< 0x1F: UTF-8
    std::optional<quint32> receiveMaximum; ///< 0x21: 1..65 535
    std::optional<quint32> topicAliasMaximum; ///< 0x22: 0..65 535
    std::optional<quint32> topicAlias; ///< 0x23: 1..65 535
    std::optional<quint32> maximumQoS; ///< 0x24: 0 or 1
    std::optional<quint32> retainAvailable; ///< 0x25: 0 or 1
    std::vector<UserProperty> userProperties; ///< 0x26
    std::optional<quint32> maximumPacketSize; ///< 0x27: bytes, not 0
    std::optional<quint32> wildcardSubscriptionAvailable; ///< 0x28: 0 or 1
    std::optional<quint32> subscriptionIdentifiersAvailable; ///< 0x29: 0 or 1
    std::optional<quint32> sharedSubscriptionAvailable; ///< 0x2A: 0 or 1

    friend bool operator==(const Properties &, const Properties &) = default;
};

/// The will of a CONNECT (3.1.3.2 to 3.1.3.4).
struct WillFields
{
    QByteArray topic; ///< topic name, UTF-8
    QByteArray payload; ///< at most 65 535 bytes
    QoS qos = QoS::AtMostOnce;
    bool retain = false;
    Properties properties; ///< 5.0: will delay, payload format, message expiry, content type, response topic, …

    friend bool operator==(const WillFields &, const WillFields &) = default;
};

/// CONNECT (3.1).
struct ConnectPacket
{
    ProtocolVersion version = ProtocolVersion::Mqtt5;
    bool isBridge = false; ///< 3.1 and 3.1.1: the client set bit 0x80 of the version (no local, retain as published)
    bool cleanStart = true; ///< Clean Session in 3.1 and 3.1.1
    quint16 keepAliveSeconds = 0; ///< 0 = no keep alive
    QByteArray clientId; ///< UTF-8; empty asks the server to assign one
    std::optional<WillFields> will;
    std::optional<QByteArray> userName; ///< UTF-8
    std::optional<QByteArray> password; ///< bytes
    Properties properties;

    friend bool operator==(const ConnectPacket &, const ConnectPacket &) = default;
};

/// CONNACK (3.2). `reason` is a return code 0..5 in 3.1 and 3.1.1, put as its 5.0 meaning; the codec translates.
struct ConnackPacket
{
    bool sessionPresent = false;
    ReasonCode reason = ReasonCode::Success;
    Properties properties;

    friend bool operator==(const ConnackPacket &, const ConnackPacket &) = default;
};

/// PUBLISH (3.3).
struct PublishPacket
{
    QByteArray topic; ///< topic name, UTF-8; in 5.0 empty when a topic alias stands for it
    QByteArray payload;
    QoS qos = QoS::AtMostOnce;
    bool retain = false;
    bool duplicate = false;
    quint16 packetId = 0; ///< 1..65 535 when qos > 0, else 0
    Properties properties;

    friend bool operator==(const PublishPacket &, const PublishPacket &) = default;
};

/// PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7).
struct AcknowledgePacket
{
    PacketType type = PacketType::Puback; ///< one of Puback, Pubrec, Pubrel, Pubcomp
    quint16 packetId = 0; ///< 1..65 535
    ReasonCode reason = ReasonCode::Success; ///< 5.0 only
    Properties properties; ///< 5.0 only: reason string, user properties

    friend bool operator==(const AcknowledgePacket &, const AcknowledgePacket &) = default;
};

/// When a new subscription is sent the retained messages (3.8.3.1).
enum class RetainHandling : quint8 { SendAlways = 0, SendIfNew = 1, DoNotSend = 2 };

/// One topic filter with its options in a SUBSCRIBE (3.8.3.1).
struct SubscribeEntry
{
    QByteArray filter; ///< topic filter, UTF-8; may begin with `$share/<group>/`
    QoS maximumQoS = QoS::AtMostOnce;
    bool noLocal = false; ///< 5.0
    bool retainAsPublished = false; ///< 5.0
    RetainHandling retainHandling = RetainHandling::SendAlways; ///< 5.0

    friend bool operator==(const SubscribeEntry &, const SubscribeEntry &) = default;
};

/// SUBSCRIBE (3.8).
struct SubscribePacket
{
    quint16 packetId = 0; ///< 1..65 535
    std::vector<SubscribeEntry> entries; ///< at least one
    Properties properties;

    friend bool operator==(const SubscribePacket &, const SubscribePacket &) = default;
};

/// SUBACK (3.9). In 3.1 and 3.1.1 every failure goes out as 0x80.
struct SubackPacket
{
    quint16 packetId = 0;
    std::vector<ReasonCode> reasons; ///< one per filter, in order
    Properties properties;

    friend bool operator==(const SubackPacket &, const SubackPacket &) = default;
};

/// UNSUBSCRIBE (3.10).
struct UnsubscribePacket
{
    quint16 packetId = 0;
    std::vector<QByteArray> filters; ///< at least one
    Properties properties;

    friend bool operator==(const UnsubscribePacket &, const UnsubscribePacket &) = default;
};

/// UNSUBACK (3.11). The reasons exist in 5.0 only.
struct UnsubackPacket
{
    quint16 packetId = 0;
    std::vector<ReasonCode> reasons; ///< one per filter, in order
    Properties properties;

    friend bool operator==(const UnsubackPacket &, const UnsubackPacket &) = default;
};

/// PINGREQ (3.12).
struct PingreqPacket
{
    friend bool operator==(const PingreqPacket &, const PingreqPacket &) = default;
};

/// PINGRESP (3.13).
struct PingrespPacket
{
    friend bool operator==(const PingrespPacket &, const PingrespPacket &) = default;
};

/// DISCONNECT (3.14).
struct DisconnectPacket
{
    ReasonCode reason = ReasonCode::Success; ///< 5.0 only
    Properties properties; ///< 5.0 only

    friend bool operator==(const DisconnectPacket &, const DisconnectPacket &) = default;
};

/// AUTH (3.15), 5.0 only.
struct AuthPacket
{
    ReasonCode reason = ReasonCode::Success; ///< Success, ContinueAuthentication or Reauthenticate
    Properties properties;

    friend bool operator==(const AuthPacket &, const AuthPacket &) = default;
};

/// Any control packet.
using Packet = std::variant<ConnectPacket, ConnackPacket, PublishPacket, AcknowledgePacket, SubscribePacket,
    SubackPacket, UnsubscribePacket, UnsubackPacket, PingreqPacket, PingrespPacket, DisconnectPacket, AuthPacket>;

} // namespace pigeon
