#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace pigeon {

/// What the command line of pigeond asks for.
struct CommandLine
{
    enum class Action { Run, ShowHelp, ShowVersion, Refuse };
    Action action = Action::Run;
    QString problem; ///< Refuse: what is wrong, a sentence
    quint16 port = 1883;
    bool isVerbose = false;
};

/// `arguments` without the program's name.
CommandLine parseCommandLine(const QStringList &arguments);
/// The text of --help.
QString helpText();

} // namespace pigeon
