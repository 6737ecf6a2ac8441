#pragma once

#include <pigeon/packets.h>

namespace pigeon {

// Packets that a program has made or changed, not a client: they must be such that a client could have sent them,
// else the broker would send what its receivers must refuse. Pure functions, any thread.

/// The topic, the properties and their texts are in their ranges; the payload fits a packet. No topic alias and no
/// subscription identifier: those belong to one connection. The packet id does not matter.
bool isSoundPublish(const PublishPacket &packet);

/// Everything in it is in its range, and it is one of `version`.
bool isSoundConnect(const ConnectPacket &packet, ProtocolVersion version);

} // namespace pigeon
