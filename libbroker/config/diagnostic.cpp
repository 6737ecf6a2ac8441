#include "config/diagnostic.h"

#include <algorithm>

namespace pigeon {

namespace {

/// A file must not be able to forge a line of the log, nor steer a terminal.
QString printable(const QString &text)
{
    QString shown;
    for (const QChar character : text) {
        if (character.isPrint() || character.isSurrogate())
            shown += character;
        else
            shown += QStringLiteral("\\x%1").arg(character.unicode(), 2, 16, QLatin1Char('0'));
    }
    return shown;
}

} // namespace

QString Place::text() const
{
    return line > 0 ? QStringLiteral("%1:%2").arg(file).arg(line) : file;
}

QString Diagnostic::line() const
{
    const QString where = place.file.isEmpty() ? QString() : place.text() + QStringLiteral(": ");
    const QString kind = severity == Severity::Error ? QStringLiteral("error: ") : QStringLiteral("notice: ");
    return printable(where + kind + text);
}

bool hasErrors(const Diagnostics &diagnostics)
{
    return std::any_of(diagnostics.begin(), diagnostics.end(),
        [](const Diagnostic &each) { return each.severity == Diagnostic::Severity::Error; });
}

QString quoted(const QString &text)
{
    constexpr qsizetype longest = 60;
    const QString shown = text.size() > longest ? text.left(longest) + QStringLiteral("...") : text;
    return QStringLiteral("\"%1\"").arg(shown);
}

} // namespace pigeon
