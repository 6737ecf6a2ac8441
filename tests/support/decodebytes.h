#pragma once

#include "protocol/decoder.h"

#include <QByteArray>

namespace pigeon::test {

/// Cuts one packet out of `bytes`, which hold it exactly, and decodes it: what a connection does with its input.
inline Result<Packet, ProtocolError> decodeBytes(QByteArrayView bytes, ProtocolVersion version, Sender sender,
    const DecodeLimits &limits = {})
{
    const FrameCut cut = cutFrame(bytes, 0xFFFF'FFFF);
    if (cut.status == FrameCut::Status::Bad)
        return cut.error;
    if (cut.status == FrameCut::Status::Incomplete || cut.size != bytes.size())
        return ProtocolError{ReasonCode::MalformedPacket, "", "the bytes are not one packet"};
    return decodePacket(cut.frame, version, sender, limits);
}

/// The reason code that `bytes` are refused with, 0 when they are right.
inline int refusalOf(QByteArrayView bytes, ProtocolVersion version, Sender sender, const DecodeLimits &limits = {})
{
    const auto packet = decodeBytes(bytes, version, sender, limits);
    return packet ? 0 : static_cast<int>(packet.error().reason);
}

} // namespace pigeon::test
