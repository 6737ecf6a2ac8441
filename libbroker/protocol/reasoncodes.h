#pragma once

#include "protocol/sender.h"

#include <pigeon/packets.h>

namespace pigeon {

// The reason codes of 5.0 as one table: their names and who may send them in which packet (2.4 and the tables of
// chapter 3). Pure data, any thread.

/// The name the standard gives to `reason`, "Malformed Packet"; "Unknown reason code" for a number it does not have.
const char *reasonName(ReasonCode reason);
/// The same where the name depends on the packet: 0x00 is "Normal disconnection" in a DISCONNECT.
const char *reasonName(ReasonCode reason, PacketType packet);

/// True when `sender` may send `reason` in a packet of type `packet`.
bool isReasonAllowed(ReasonCode reason, PacketType packet, Sender sender);
/// `reason` where a server may say it in `packet`, else the one that says nothing (0x80).
ReasonCode sayableReason(ReasonCode reason, PacketType packet);
/// A refusal that a program has given a reason for: `reason` where it is a failure that a server may say in `packet`,
/// else NotAuthorized.
ReasonCode sayableRefusal(ReasonCode reason, PacketType packet);

/// "CONNECT" to "AUTH"; "RESERVED" for any other number.
const char *packetTypeName(PacketType type);
/// "3.1", "3.1.1", "5.0".
const char *versionName(ProtocolVersion version);

/// The return code of CONNACK in 3.1 and 3.1.1 that says most of what `reason` says:
///
/// | return code | reasons |
/// |---|---|
/// | 0 accepted | Success |
/// | 1 unacceptable protocol version | 0x84 |
/// | 2 identifier rejected | 0x85 |
/// | 3 server unavailable | 0x80 0x83 0x88 0x89 0x8B 0x97 0x9C 0x9D 0x9F: try again later or elsewhere |
/// | 4 bad user name or password | 0x86 |
/// | 5 not authorized | every other failure: what this client asks for is not granted |
quint8 returnCodeOf(ReasonCode reason);
/// The reverse; `returnCode` is one of 0..5.
ReasonCode reasonOfReturnCode(quint8 returnCode);

} // namespace pigeon
