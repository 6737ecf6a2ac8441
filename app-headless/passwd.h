#pragma once

#include <QString>
#include <QStringList>

namespace pigeon {

/// How `pigeond passwd` ended.
struct PasswdOutcome
{
    QString text; ///< for standard output
    QString problem; ///< a sentence; empty when all is well
    bool isUsage = false; ///< the problem is the command line
};

/// Does what `pigeond passwd` was called for: gives a user a password in a password file, or takes the user out.
/// `arguments` are those behind the word passwd. Asks for the password unless it was given.
PasswdOutcome passwd(const QStringList &arguments);

} // namespace pigeon
