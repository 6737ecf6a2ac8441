#pragma once

#include <pigeon/message.h>
#include <pigeon/packets.h>

#include <QByteArray>
#include <QMetaType>

#include <vector>

/// What the signals of Broker carry: plain values that may be kept and sent to any thread.
namespace pigeon {

/// A client as it is known at the moment of an event.
struct ClientInfo
{
    quint64 connection = 0; ///< number of the network connection, from 1, never used again; 0: no connection
    QByteArray clientId; ///< UTF-8; empty before CONNECT was understood
    QByteArray userName; ///< UTF-8; who the client was found to be; empty when nobody checked
    QByteArray address; ///< of the peer, "192.0.2.7"; empty for in-process links
    quint16 port = 0; ///< of the peer; 0 where the transport has none
    QByteArray listener; ///< "tcp 127.0.0.1:1883"
    ProtocolVersion version = ProtocolVersion::Mqtt5;
    bool cleanStart = true;
    quint16 keepAliveSeconds = 0; ///< in force; 0 = none
    QByteArray tlsVersion; ///< of its connection, "TLSv1.3"; empty: it speaks no TLS with the broker (a proxy's is not told)
    QByteArray tlsCipher; ///< as agreed, by OpenSSL's name, "TLS_AES_256_GCM_SHA384"; empty where `tlsVersion` is

    friend bool operator==(const ClientInfo &, const ClientInfo &) = default;
};

/// Why a client, a packet or a connection was refused or ended.
struct EventError
{
    ReasonCode reason = ReasonCode::UnspecifiedError; ///< also before 5.0, where it has no place on the wire
    QByteArray clause; ///< "MQTT-3.3.1-4", or a section; empty where no clause of the standard decides
    QByteArray text; ///< a clause of English for people

    friend bool operator==(const EventError &, const EventError &) = default;
};

/// A message that was published: by a client, by a will, or by the broker itself.
struct PublishedEvent
{
    MessagePtr message;
    bool isByClient = false; ///< a PUBLISH or the will of a client; false: by the broker itself
    ClientInfo client; ///< when isByClient; of a will, which has no connection any more: client id, user and address
    qsizetype receivers = 0; ///< sessions it was for
};

/// A QoS 1 or 2 message that its receiver has acknowledged completely.
struct AcknowledgedEvent
{
    ClientInfo client;
    quint16 packetId = 0;
    QoS qos = QoS::AtLeastOnce;
    ReasonCode reason = ReasonCode::Success; ///< a failure: the receiver did not want it
    MessagePtr message;
};

/// One filter of a SUBSCRIBE with what was granted.
struct GrantedSubscription
{
    SubscribeEntry entry; ///< as in force: an authorizeSubscribe handler may have changed it
    ReasonCode granted = ReasonCode::Success; ///< GrantedQoS0..2, or why not

    friend bool operator==(const GrantedSubscription &, const GrantedSubscription &) = default;
};

/// Why a message was not delivered to a client.
enum class DropReason : quint8 {
    QueueFull, ///< the receiver's queue reached its bound
    OutputFull, ///< QoS 0: the receiver does not read
    PacketTooLarge, ///< larger than the receiver's Maximum Packet Size
    Expired, ///< message expiry interval passed
    SessionEnded, ///< the receiver's session ended before it was delivered
    NotAllowed, ///< the receiver may not have it
    QueueCleared, ///< somebody has emptied the receiver's queue
};
inline constexpr size_t dropReasonCount = 7;

/// A message that one receiver did not and will not get.
struct DroppedEvent
{
    QByteArray clientId; ///< the receiver
    MessagePtr message;
    QoS qos = QoS::AtMostOnce; ///< at which it would have come
    DropReason reason = DropReason::QueueFull;
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::ClientInfo)
Q_DECLARE_METATYPE(pigeon::EventError)
Q_DECLARE_METATYPE(pigeon::PublishedEvent)
Q_DECLARE_METATYPE(pigeon::AcknowledgedEvent)
Q_DECLARE_METATYPE(pigeon::DroppedEvent)
