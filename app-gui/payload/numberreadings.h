#pragma once

#include <QByteArrayView>
#include <QString>

#include <vector>

namespace pigeon {

/// What the bytes at one place come to as one kind of number.
struct NumberReading
{
    QString kind; ///< "unsigned 16 bit"
    QString littleEndian; ///< empty: there are not enough bytes
    QString bigEndian; ///< the same as littleEndian where there is no order
};

/// The bytes at `position` as whole numbers of 8 to 64 bits, with and without a sign, as floating point numbers, and as a
/// moment in seconds or milliseconds since 1970. Pure.
std::vector<NumberReading> numbersAt(QByteArrayView bytes, qsizetype position);

} // namespace pigeon
