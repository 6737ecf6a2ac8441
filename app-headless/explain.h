#pragma once

#include <pigeon/options.h>
#include <pigeon/users.h>

#include <QString>
#include <QStringList>

namespace pigeon {

/// What the command line of `pigeond explain` asks for.
struct ExplainLine
{
    AccessQuestion question;
    QString configFile; ///< empty = none
    bool isHelp = false;
    QString problem; ///< what is wrong with it, a sentence; empty when all is well
};

/// An answer to it.
struct Explained
{
    bool isQuestion = false; ///< false: the topic is none, as `text` says
    bool isAllowed = false;
    QString text; ///< a line, for people
};

/// `arguments` are those behind the word explain.
ExplainLine parseExplainLine(const QStringList &arguments);
QString explainHelp();
/// What a broker with these options would decide, and which line of which file says so.
Explained explained(const ExplainLine &line, const BrokerOptions &options);

} // namespace pigeon
