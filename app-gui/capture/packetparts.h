#pragma once

#include "monitor/records.h"

#include <QByteArrayView>

#include <optional>

/// What a packet says beyond its head, read from its bytes when somebody looks: they may be cut anywhere and may be
/// nonsense. Views point into the bytes. Pure; any thread.
namespace pigeon {

/// A PUBLISH taken apart.
struct PublishParts
{
    QByteArrayView topic; ///< empty: an alias stands for it, or it is cut
    QByteArrayView properties; ///< of 5.0, without their length
    QByteArrayView payload; ///< as far as it is there
    qsizetype payloadBytes = 0; ///< all of it
};
/// Nothing: it is no PUBLISH, or is cut before its payload.
std::optional<PublishParts> publishParts(const PacketRecord &record, QByteArrayView bytes);

/// What a CONNECT asks for.
struct ConnectParts
{
    ProtocolVersion version = ProtocolVersion::Mqtt5;
    bool cleanStart = false;
    quint16 keepAliveSeconds = 0;
    QByteArrayView clientId; ///< empty: the broker is to name one, or it is cut
};
/// Nothing: it is no CONNECT, or is cut before the client id.
std::optional<ConnectParts> connectParts(const PacketRecord &record, QByteArrayView bytes);

/// The topic filters of a SUBSCRIBE or an UNSUBSCRIBE.
struct FilterParts
{
    QByteArrayView first; ///< empty: other packets have none
    int more = 0; ///< how many come behind it
    bool isCut = false; ///< and still more, which were not kept
};
FilterParts filterParts(const PacketRecord &record, QByteArrayView bytes);

/// The topic of a PUBLISH, as far as it is there; the first filter of a SUBSCRIBE or an UNSUBSCRIBE; empty for other packets,
/// and where an alias stands for it.
QByteArrayView topicOfPacket(const PacketRecord &record, QByteArrayView bytes);

} // namespace pigeon
