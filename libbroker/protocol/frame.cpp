#include "protocol/frame.h"

#include "protocol/wirereader.h"

namespace pigeon {

namespace {

constexpr qsizetype longestHeadBytes = 5; // packet type and a remaining length of four bytes

FrameCut bad(const ProtocolError &error) { return {FrameCut::Status::Bad, {}, 0, error}; }

bool areFlagsPossible(quint8 firstByte) { return (possibleFlags[firstByte >> 4] >> (firstByte & 0x0F)) & 1; }

ProtocolError firstByteError(quint8 firstByte)
{
    if (firstByte < 0x10)
        return {ReasonCode::MalformedPacket, "2.1.2", "packet type 0 is reserved"};
    return {ReasonCode::MalformedPacket, "MQTT-2.1.3-1", "reserved flags of the fixed header are not as required"};
}

/// True while more bytes could still complete the remaining length that `head` begins with.
bool mayRemainingLengthGoOn(QByteArrayView head)
{
    return head.size() < longestHeadBytes && (head.size() == 1 || static_cast<quint8>(head.back()) >= 0x80);
}

FrameCut cutBody(QByteArrayView bytes, qsizetype headBytes, quint32 remaining, quint32 maximumPacketBytes)
{
    const qsizetype size = headBytes + remaining;
    if (size > maximumPacketBytes) // decided before the body has come, so that it is never waited for
        return bad({ReasonCode::PacketTooLarge, "MQTT-3.2.2-15", "the packet is larger than permitted"});
    if (bytes.size() < size)
        return {FrameCut::Status::Incomplete, {}, size, {}};
    return {FrameCut::Status::Complete,
        {static_cast<quint8>(bytes.front()), bytes.sliced(headBytes, remaining)}, size, {}};
}

} // namespace

FrameCut cutAnyFrame(QByteArrayView bytes, quint32 maximumPacketBytes)
{
    if (bytes.isEmpty())
        return {};
    const auto firstByte = static_cast<quint8>(bytes.front());
    if (!areFlagsPossible(firstByte))
        return bad(firstByteError(firstByte));

    const QByteArrayView head = bytes.first(qMin(bytes.size(), longestHeadBytes));
    WireReader reader(head.sliced(1));
    quint32 remaining = 0;
    if (!reader.readVariableByteInteger(remaining)) // 2.1.4, the same encoding as 1.5.5
        return mayRemainingLengthGoOn(head) ? FrameCut{} : bad(reader.error());
    return cutBody(bytes, reader.position() - bytes.data(), remaining, maximumPacketBytes);
}

} // namespace pigeon
