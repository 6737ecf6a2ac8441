#pragma once

#include <QString>
#include <QStringList>

#include <vector>

namespace pigeon {

/// What the command line of pigeond asks for.
struct CommandLine
{
    enum class Action { Run, CheckConfig, PrintConfig, CheckStore, PrintOptionsPage, ShowHelp, ShowVersion, Refuse };
    Action action = Action::Run;
    QString problem; ///< Refuse: what is wrong, a sentence
    QString configFile; ///< empty = none
    QString storeFile; ///< CheckStore: which
    std::vector<quint16> ports; ///< 0 = any free one; empty = none was asked for
    bool isVerbose = false;
    bool isBackground = false;
};

/// `arguments` without the program's name.
CommandLine parseCommandLine(const QStringList &arguments);
/// The text of --help.
QString helpText();

} // namespace pigeon
