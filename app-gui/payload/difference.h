#pragma once

#include "payload/stop.h"

#include <QByteArrayView>
#include <QString>

#include <vector>

namespace pigeon {

/// One line of a difference.
struct DifferenceLine
{
    enum class Kind : quint8 { Same, Removed, Added };
    Kind kind = Kind::Same;
    QString text;

    friend bool operator==(const DifferenceLine &, const DifferenceLine &) = default;
};

/// The lines of two texts, those of the earlier one that have gone before those of the later one that have come. The fewest
/// changes where that is found in time (Myers), else what is between the same beginning and the same end. Pure.
std::vector<DifferenceLine> lineDifference(const QString &before, const QString &after, Stop &stop);

/// Bytes that differ, or that only one of both has.
struct ByteRange
{
    qsizetype begin = 0;
    qsizetype end = 0;

    friend bool operator==(const ByteRange &, const ByteRange &) = default;
};
/// Place by place, at most `most` ranges; the last one goes to the end then. Pure.
std::vector<ByteRange> changedBytes(QByteArrayView before, QByteArrayView after, size_t most = 10'000);

} // namespace pigeon
