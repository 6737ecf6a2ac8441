#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace pigeon {

/// What the command line of pigeon asks for: a value, made without an application.
struct ProgramLine
{
    enum class Action { Run, ShowHelp, ShowVersion, Refuse };
    Action action = Action::Run;
    QString problem; ///< Refuse: what is wrong, a sentence
    QString configFile; ///< empty = none was named
    std::optional<quint16> port; ///< 0 = any free one
    bool isDemo = false;
    bool isStopped = false; ///< do not start the broker
};

/// `arguments` without the program's name; those of Qt (-platform, -style) are to be taken out before.
ProgramLine parseProgramLine(const QStringList &arguments);
/// The text of --help, in English as all that pigeond prints.
QString programHelp();
/// The text of --version.
QString programVersion();

} // namespace pigeon
