#pragma once

#include "config/parser.h"

#include <QStringList>

namespace pigeon {

/// Parses a text that is called "a.conf" and includes nothing.
inline ParsedConfiguration parseText(const QByteArray &text, const Invocation &invocation = {})
{
    return parseConfiguration({QStringLiteral("a.conf"), text}, invocation,
        [](const QString &) { return ConfigFolder{{}, QStringLiteral("no folders here.")}; });
}

/// What is said of a configuration, as the user reads it.
inline QStringList linesOf(const ParsedConfiguration &parsed)
{
    QStringList lines;
    for (const Diagnostic &each : parsed.diagnostics)
        lines.append(each.line());
    return lines;
}

inline QStringList linesOf(const QByteArray &text, const Invocation &invocation = {})
{
    return linesOf(parseText(text, invocation));
}

} // namespace pigeon
