#include "explain.h"

namespace pigeon {

namespace {

using Kind = AccessQuestion::Kind;

const char helpOfExplain[] =
    "pigeond explain, what an acl_file allows and which line says so\n\n"
    "Usage: pigeond explain [--user USER] [--client CLIENT_ID] publish|subscribe|receive TOPIC -c FILE\n\n"
    "FILE is a configuration file; without --user it is about a client without a user. Exit codes: 0 allowed,\n"
    "5 denied, 2 the command line is wrong, 3 the configuration is wrong.\n";

struct KindName
{
    const char *name;
    Kind kind;
};
constexpr KindName kindNames[] = {
    {"publish", Kind::Publish},
    {"subscribe", Kind::Subscribe},
    {"receive", Kind::Receive},
};

bool setKind(ExplainLine &line, const QString &word)
{
    for (const KindName &each : kindNames) {
        if (word == QLatin1String(each.name)) {
            line.question.kind = each.kind;
            return true;
        }
    }
    return false;
}

/// True when `name` is an option, which then has `value`.
bool setOption(ExplainLine &line, const QString &name, const QString &value)
{
    if (name == u"--user")
        line.question.userName = value.toUtf8();
    else if (name == u"--client")
        line.question.clientId = value.toUtf8();
    else if (name == u"-c" || name == u"--config-file")
        line.configFile = value;
    else
        return false;
    return true;
}

QString reason(const AccessExplanation &found, const AccessQuestion &question, const QString &aclFile)
{
    if (found.line > 0)
        return QStringLiteral("by %1:%2 (%3)").arg(aclFile).arg(found.line).arg(QString::fromUtf8(found.rule));
    if (!found.isAllowed && question.kind == Kind::Publish && question.topic.startsWith("$SYS"))
        return QStringLiteral("since $SYS is the broker's own");
    return aclFile.isEmpty() ? QStringLiteral("since there is no acl_file")
                             : QStringLiteral("since no line of %1 allows it").arg(aclFile);
}

} // namespace

ExplainLine parseExplainLine(const QStringList &arguments)
{
    ExplainLine line;
    QStringList words;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &each = arguments[i];
        if (each == u"-h" || each == u"--help")
            line.isHelp = true;
        else if (setOption(line, each, arguments.value(i + 1)))
            ++i;
        else
            words.append(each);
    }
    if (line.isHelp)
        return line;
    if (words.size() != 2 || !setKind(line, words[0]))
        line.problem = QStringLiteral("one of publish, subscribe and receive is needed, and a topic behind it.");
    else
        line.question.topic = words[1].toUtf8();
    return line;
}

QString explainHelp()
{
    return QLatin1String(helpOfExplain);
}

Explained explained(const ExplainLine &line, const BrokerOptions &options)
{
    const AccessExplanation found = explainAccess(options.aclFile, line.question);
    if (!found.problem.isEmpty())
        return {false, false, QStringLiteral("pigeond explain: %1\n").arg(found.problem)};
    const QString verdict = found.isAllowed ? QStringLiteral("allowed") : QStringLiteral("denied");
    return {true, found.isAllowed,
        QStringLiteral("%1 %2\n").arg(verdict, reason(found, line.question, options.aclFile))};
}

} // namespace pigeon
