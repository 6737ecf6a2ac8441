#pragma once

#include "config/diagnostic.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace pigeon {

/// A line of a configuration file that says something.
struct ConfigLine
{
    int number = 0; ///< from 1
    QString key;
    QString value; ///< trimmed, inner spaces kept; empty when nothing follows the key
};

/// Longest line, bytes: the longest value that makes sense is a path or a topic, each within 64 KiB.
constexpr qsizetype longestConfigLine = 128 * 1024;

/// The lines of `text`, the content of `file`, without comments and empty ones. What cannot be read is left out and
/// said in `diagnostics`. A pure function.
std::vector<ConfigLine> configLines(const QByteArray &text, const QString &file, Diagnostics &diagnostics);

} // namespace pigeon
