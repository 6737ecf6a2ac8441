#pragma once

#include "payload/valuetree.h"

#include <pigeon/packets.h>

#include <memory>

namespace pigeon {

/// A control packet taken apart for people, field by field, each with its bytes. It takes what is there as it is: a packet
/// that breaks the rules shows where, and one that was cut shows what is left of it. Pure.
std::shared_ptr<const ValueTree> fieldsOfPacket(const QByteArray &bytes, ProtocolVersion version);

} // namespace pigeon
