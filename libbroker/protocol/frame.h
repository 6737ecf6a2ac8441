#pragma once

#include "protocol/protocolerror.h"

#include <QByteArrayView>

namespace pigeon {

/// One control packet cut out of the stream, still undecoded. The body is a view into the caller's bytes.
struct Frame
{
    quint8 firstByte = 0;
    QByteArrayView body; ///< what follows the remaining length

    PacketType type() const { return static_cast<PacketType>(firstByte >> 4); }
    quint8 flags() const { return firstByte & 0x0F; }
};

/// What `cutFrame` found at the begin of the bytes.
struct FrameCut
{
    enum class Status { Complete, Incomplete, Bad };
    Status status = Status::Incomplete;
    Frame frame; ///< Complete only
    qsizetype size = 0; ///< bytes of the whole packet; 0 while the remaining length is not known
    ProtocolError error; ///< Bad only
};

/// Cuts the first packet out of `bytes`, a pure function. Bad as soon as it is certain, from the header alone:
/// packet type 0, AUTH before 5.0 excepted (the decoder knows the version), wrong reserved flags [MQTT-2.1.3-1],
/// a remaining length over four bytes or not minimal [MQTT-1.5.5-1], or a packet of more than
/// `maximumPacketBytes` (whole packet, header included; reason 0x95).
FrameCut cutFrame(QByteArrayView bytes, quint32 maximumPacketBytes);

} // namespace pigeon
