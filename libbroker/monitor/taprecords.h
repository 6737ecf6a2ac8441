#pragma once

#include "monitor/records.h"

#include <cstddef>

/// How hot records lie in the ring between the broker thread and the collector: plain structs, with the bytes that belong
/// to each right behind it. Only these two know them.
namespace pigeon::tap {

enum Kind : quint32 { MessageKind = 1, DeliveryKind, PacketKind };

/// Behind it topic, properties and payload, unless `message` has them.
struct Message
{
    qint64 when;
    quint64 number;
    quint64 packet;
    const pigeon::Message *message; ///< a reference that the reader takes over; null for small ones, which are copied
    quint32 publisher;
    quint32 receivers;
    quint32 payloadBytes;
    quint32 propertyBytes;
    quint32 expirySeconds;
    quint16 topicBytes;
    quint8 qos;
    quint8 by;
    bool retain;
    bool isDuplicate;
    bool expires;
    bool isPayloadLeftOut;
};

/// Behind it the topic, where the reader cannot know it by the number of the message.
struct Delivery
{
    qint64 when;
    quint64 packet;
    quint32 message; ///< the low bits of its number; 0: none
    quint32 receiver;
    quint16 packetId;
    quint16 topicBytes;
    quint8 step;
    quint8 qos;
    quint8 drop;
    quint8 reason;
    bool retain;
    bool isDuplicate;
};

/// Behind it the bytes that are kept.
struct Packet
{
    qint64 when;
    quint64 number;
    quint64 connection;
    quint32 client;
    quint32 size;
    quint16 keptBytes;
    quint8 direction;
    quint8 version;
};

/// The bytes behind a record.
template <typename Record>
const char *bytesBehind(const Record *record)
{
    return reinterpret_cast<const char *>(record + 1);
}
template <typename Record>
char *bytesBehind(Record *record)
{
    return reinterpret_cast<char *>(record + 1);
}

} // namespace pigeon::tap
