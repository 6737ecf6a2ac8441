#pragma once

#include <QString>

#include <vector>

namespace pigeon {

/// Where something was said: a line of a file, or the command line.
struct Place
{
    QString file; ///< as the user named it
    int line = 0; ///< from 1; 0 = not a line of it

    /// "pigeond.conf:12", "pigeond.conf".
    QString text() const;
};

/// One thing that is to be said of a configuration: sentences with what, why and what to do.
struct Diagnostic
{
    enum class Severity {
        Error, ///< the broker does not start
        Notice, ///< it starts, but not everything has the effect that somebody may expect
    };
    Severity severity = Severity::Error;
    Place place;
    QString text;

    /// "pigeond.conf:12: error: ...", as compilers say it. Control characters are shown as \xNN.
    QString line() const;
};

using Diagnostics = std::vector<Diagnostic>;

/// True when the configuration must not be used.
bool hasErrors(const Diagnostics &diagnostics);
/// What came from a user, in quotes, shortened when it is long.
QString quoted(const QString &text);

} // namespace pigeon
