#include "commandline.h"

#include <array>

namespace pigeon {

namespace {

/// One option: its names, what follows it, what it is for, and what it does to the command line.
struct Option
{
    const char *shortName;
    const char *longName;
    const char *value; // the name of what follows, null when nothing does
    const char *help;
    void (*apply)(CommandLine &, const QString &value);
};

void setPort(CommandLine &line, const QString &value)
{
    bool isNumber = false;
    const uint port = value.toUInt(&isNumber);
    if (isNumber && port <= 65'535) {
        line.port = static_cast<quint16>(port);
        return;
    }
    line.action = CommandLine::Action::Refuse;
    line.problem = QStringLiteral("\"%1\" is not a port: -p takes a number from 0 to 65535 (0 = any free port).").arg(value);
}

constexpr std::array options = {
    Option{"-p", "--port", "PORT", "listen on this port; 0 takes any free one (default 1883)", setPort},
    Option{"-v", "--verbose", nullptr, "log every connection and subscription, not only what went wrong",
        [](CommandLine &line, const QString &) { line.isVerbose = true; }},
    Option{"-h", "--help", nullptr, "show this and exit",
        [](CommandLine &line, const QString &) { line.action = CommandLine::Action::ShowHelp; }},
    Option{nullptr, "--version", nullptr, "show the version and exit",
        [](CommandLine &line, const QString &) { line.action = CommandLine::Action::ShowVersion; }},
};

const Option *findOption(const QString &argument)
{
    for (const Option &option : options) {
        if ((option.shortName && argument == QLatin1String(option.shortName))
            || argument == QLatin1String(option.longName))
            return &option;
    }
    return nullptr;
}

CommandLine refuse(const QString &problem)
{
    CommandLine line;
    line.action = CommandLine::Action::Refuse;
    line.problem = problem;
    return line;
}

} // namespace

CommandLine parseCommandLine(const QStringList &arguments)
{
    CommandLine line;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        const Option *option = findOption(argument);
        if (!option)
            return refuse(QStringLiteral("\"%1\" is not an option of pigeond.").arg(argument));
        QString value;
        if (option->value) {
            if (i + 1 == arguments.size())
                return refuse(QStringLiteral("%1 needs a value: %1 %2.").arg(argument, QLatin1String(option->value)));
            value = arguments[++i];
        }
        option->apply(line, value);
        if (line.action != CommandLine::Action::Run)
            return line;
    }
    return line;
}

QString helpText()
{
    QString text = QStringLiteral("pigeond, an MQTT broker (3.1, 3.1.1 and 5.0)\n\n"
                                  "Usage: pigeond [options]\n\n");
    for (const Option &option : options) {
        QString names = option.shortName ? QStringLiteral("%1, %2").arg(QLatin1String(option.shortName), QLatin1String(option.longName))
                                         : QStringLiteral("    %1").arg(QLatin1String(option.longName));
        if (option.value)
            names += u' ' + QLatin1String(option.value);
        text += QStringLiteral("  %1 %2\n").arg(names, -18).arg(QLatin1String(option.help));
    }
    text += QStringLiteral("\nIt listens on this machine only (127.0.0.1 and ::1) and lets every client in.\n"
                           "SIGTERM and SIGINT end it cleanly. Exit codes: 0 ended cleanly, 1 could not start,\n"
                           "2 the command line is wrong.\n");
    return text;
}

} // namespace pigeon
