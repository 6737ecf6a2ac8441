#pragma once

#include "payload/bounds.h"
#include "payload/stop.h"
#include "payload/valuetree.h"

#include <memory>

namespace pigeon {

/// A binary value read for people, with the bytes of each part. Where it breaks off the tree says so, and has what came
/// before.
struct ReadBinary
{
    std::shared_ptr<const ValueTree> tree;
    bool isWhole = false; ///< one value, up to the last byte
};

/// CBOR (RFC 8949), through Qt's reader. Pure.
ReadBinary readCbor(const QByteArray &bytes, Stop &stop);
/// MessagePack, bounded in depth, number and length of what it says is there. Pure.
ReadBinary readMessagePack(const QByteArray &bytes, Stop &stop);

/// Bytes as people read them: "0x00 2a ff" and how many there are.
QString bytesLine(QByteArrayView bytes);

} // namespace pigeon
