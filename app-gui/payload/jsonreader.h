#pragma once

#include "payload/stop.h"
#include "payload/valuetree.h"

#include <memory>

namespace pigeon {

/// JSON read for people: a tree that knows the bytes of each part, and the same text laid out in lines. Pure; it does not
/// call itself, stops when it is told to, and ends at the bounds of depth, of values and of the layout.
struct ReadJson
{
    std::shared_ptr<const ValueTree> tree;
    QByteArray pretty; ///< indented by two; as far as it goes where something is wrong
    bool isWhole = false; ///< it is JSON to its end
};
ReadJson readJson(const QByteArray &bytes, Stop &stop);

/// True when it looks like JSON from its first and last characters: worth reading.
bool looksLikeJson(QByteArrayView bytes);

} // namespace pigeon
