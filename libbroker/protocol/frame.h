#pragma once

#include "protocol/protocolerror.h"

#include <QByteArrayView>

#include <array>

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

/// The flags that a packet type may have in any version, bit n for the value n (table 2.2). 3.1 lets a repeated
/// PUBREL, SUBSCRIBE and UNSUBSCRIBE carry DUP; the decoder, which knows the version, refuses it in the others.
inline constexpr std::array<quint16, 16> possibleFlags = [] {
    constexpr quint16 zero = 1u << 0;
    constexpr quint16 two = 1u << 2;
    constexpr quint16 twoWithDup = two | 1u << (2 | 8);
    std::array<quint16, 16> flags{};
    flags.fill(zero);
    flags[0] = 0; // packet type 0 is reserved
    flags[static_cast<size_t>(PacketType::Publish)] = 0xFFFF;
    flags[static_cast<size_t>(PacketType::Pubrel)] = twoWithDup;
    flags[static_cast<size_t>(PacketType::Subscribe)] = twoWithDup;
    flags[static_cast<size_t>(PacketType::Unsubscribe)] = twoWithDup;
    return flags;
}();

/// The part of `cutFrame` that is not inlined: all cases, right for any bytes.
FrameCut cutAnyFrame(QByteArrayView bytes, quint32 maximumPacketBytes);

/// Cuts the first packet out of `bytes`, a pure function. Bad as soon as it is certain, from the header alone:
/// packet type 0, flags that the type has in no version [MQTT-2.1.3-1], a remaining length over four bytes or not
/// minimal [MQTT-1.5.5-1], or a packet of more than `maximumPacketBytes` (whole packet, header included;
/// reason 0x95). What depends on the version (AUTH before 5.0, DUP in a PUBREL) is left to the decoder.
inline FrameCut cutFrame(QByteArrayView bytes, quint32 maximumPacketBytes)
{
    // Small complete packets, that is nearly all, are done here; everything else is asked again in full.
    if (bytes.size() >= 3) {
        const auto *at = reinterpret_cast<const uchar *>(bytes.data());
        const bool isTwoByteLength = at[1] >= 0x80 && at[2] > 0 && at[2] < 0x80;
        const qsizetype headBytes = isTwoByteLength ? 3 : 2;
        const qsizetype remaining = isTwoByteLength ? (at[1] & 0x7F) | at[2] << 7 : at[1];
        const qsizetype size = headBytes + remaining;
        if ((isTwoByteLength || at[1] < 0x80) && size <= bytes.size() && size <= maximumPacketBytes
            && ((possibleFlags[at[0] >> 4] >> (at[0] & 0x0F)) & 1))
            return {FrameCut::Status::Complete, {at[0], bytes.sliced(headBytes, remaining)}, size, {}};
    }
    return cutAnyFrame(bytes, maximumPacketBytes);
}

} // namespace pigeon
