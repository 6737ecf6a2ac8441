#pragma once

#include <pigeon/message.h>
#include <pigeon/packets.h>

#include <QByteArrayView>
#include <QString>

#include <vector>

/// What a window must know of MQTT itself to show and to ask for things, without knowing the rooms of the broker. Pure
/// functions; any thread.
namespace pigeon::words {

/// The name the standard gives to `reason` in a packet of that type: "Normal disconnection".
QString reason(ReasonCode reason, PacketType packet);
/// The reasons that a server may give in a packet of that type, in the order of their numbers.
std::vector<ReasonCode> reasonsOf(PacketType packet);
/// "3.1", "3.1.1", "5.0".
QString version(ProtocolVersion version);
/// How a connection is encrypted, of ClientInfo: "TLS 1.3, AES-256-GCM"; ciphers of older versions by OpenSSL's name,
/// "TLS 1.2, ECDHE-RSA-AES256-GCM-SHA384". Empty: it is not.
QByteArray tls(QByteArrayView version, QByteArrayView cipher);
/// "CONNECT" to "AUTH".
QString packetType(PacketType type);
/// "Receive Maximum"; empty: there is no property of that number.
QString property(quint32 id);
/// How the value of property `id` is written (2.2.2.2).
enum class PropertyForm : quint8 { Unknown, Byte, TwoBytes, FourBytes, VariableByteInteger, Text, Binary, TextPair };
PropertyForm propertyForm(quint32 id);

/// Why it is no topic name or filter: a clause of English; empty: it is one.
QString topicProblem(QByteArrayView topic);
QString filterProblem(QByteArrayView filter);
/// By the rules of 4.7. `filter` may begin with `$share/<group>/`; what is no filter matches nothing.
bool matches(QByteArrayView filter, QByteArrayView topic);

/// The properties of a message as values, Message Expiry Interval included.
Properties propertiesOf(const Message &message);
/// Those of a PUBLISH as they are on the wire, without their length; where they break the rules, what is before that.
Properties publishProperties(QByteArrayView encoded);
/// Why this is no PUBLISH that could be sent: a clause of English; empty: it is one.
QString publishProblem(const PublishPacket &packet);

} // namespace pigeon::words
