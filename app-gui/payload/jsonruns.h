#pragma once

#include <QStringView>

#include <vector>

namespace pigeon {

/// A piece of a line of laid out JSON that is one thing.
struct JsonRun
{
    enum class Kind : quint8 { Key, Text, Number, Word };
    Kind kind = Kind::Text;
    qsizetype begin = 0; ///< in the line
    qsizetype length = 0;

    friend bool operator==(const JsonRun &, const JsonRun &) = default;
};

/// What is in a line, from its first character on; brackets, commas and spaces are nothing. Pure.
std::vector<JsonRun> jsonRuns(QStringView line);

} // namespace pigeon
