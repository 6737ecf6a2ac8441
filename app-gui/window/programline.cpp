#include "window/programline.h"

#include <pigeon/global.h>

#include <array>

namespace pigeon {

namespace {

using Action = ProgramLine::Action;

void refuse(ProgramLine &line, const QString &problem)
{
    line.action = Action::Refuse;
    line.problem = problem;
}

void takePort(ProgramLine &line, const QString &value)
{
    bool isNumber = false;
    const uint port = value.toUInt(&isNumber);
    if (isNumber && port <= 65'535 && !line.port)
        line.port = static_cast<quint16>(port);
    else
        refuse(line,
            QStringLiteral("\"%1\" is not a port: -p takes one number from 0 to 65535 (0 = any free port).").arg(value));
}

void takeFile(ProgramLine &line, const QString &value)
{
    if (value.isEmpty() || !line.configFile.isEmpty())
        refuse(line, QStringLiteral("-c takes one file: let it name others with include_dir."));
    line.configFile = value;
}

/// One option: its names, what follows it, what it is for, and what it does to the command line.
struct Option
{
    const char *shortName; // null = there is none
    const char *longName;
    const char *value; // the name of what follows, null when nothing does
    const char *help;
    void (*apply)(ProgramLine &, const QString &value);
};

constexpr std::array options = {
    Option{"-c", "--config-file", "FILE", "run a broker by this configuration file (mosquitto's syntax)", takeFile},
    Option{"-p", "--port", "PORT", "listen on this port of this machine, 0 = any free one; with -c where FILE says none", takePort},
    Option{nullptr, "--demo", nullptr, "let simulated devices publish, to have something to look at",
        [](ProgramLine &line, const QString &) { line.isDemo = true; }},
    Option{nullptr, "--stopped", nullptr, "open the window and start no broker until it is asked for there",
        [](ProgramLine &line, const QString &) { line.isStopped = true; }},
    Option{"-h", "--help", nullptr, "show this and exit",
        [](ProgramLine &line, const QString &) { line.action = Action::ShowHelp; }},
    Option{nullptr, "--version", nullptr, "show the version and what it stands on, and exit",
        [](ProgramLine &line, const QString &) { line.action = Action::ShowVersion; }},
};

const Option *findOption(const QString &argument)
{
    const auto found = std::ranges::find_if(options, [&](const Option &option) {
        return (option.shortName && argument == QLatin1String(option.shortName))
            || argument == QLatin1String(option.longName);
    });
    return found == options.end() ? nullptr : &*found;
}

QString names(const Option &option)
{
    const QString longName = QLatin1String(option.longName);
    const QString both = option.shortName ? QStringLiteral("%1, %2").arg(QLatin1String(option.shortName), longName)
                                          : QStringLiteral("    %1").arg(longName);
    return option.value ? both + u' ' + QLatin1String(option.value) : both;
}

} // namespace

ProgramLine parseProgramLine(const QStringList &arguments)
{
    ProgramLine line;
    for (qsizetype i = 0; i < arguments.size() && line.action == Action::Run; ++i) {
        const QString &argument = arguments[i];
        const Option *option = findOption(argument);
        if (!option)
            refuse(line, QStringLiteral("\"%1\" is not an option of pigeon.").arg(argument));
        else if (!option->value)
            option->apply(line, {});
        else if (i + 1 < arguments.size())
            option->apply(line, arguments[++i]);
        else
            refuse(line, QStringLiteral("%1 needs a value: %1 %2.").arg(argument, QLatin1String(option->value)));
    }
    return line;
}

QString programHelp()
{
    QString text = QStringLiteral("pigeon, an MQTT broker (3.1, 3.1.1 and 5.0) that you can see into\n\n"
                                  "Usage: pigeon [options]\n\n");
    for (const Option &option : options)
        text += QStringLiteral("  %1 %2\n").arg(names(option), -22).arg(QLatin1String(option.help));
    text += QStringLiteral(
        "\nWithout -c and -p it goes on with the configuration of the last time; the first time the window asks.\n"
        "docs/options.md has all keys of a configuration file; pigeond is the same broker without a window. Options of Qt\n"
        "(-platform, -style) are taken as well. Exit codes: 0 ended cleanly, 2 the command line is wrong. What is wrong\n"
        "with a configuration is said in the window.\n");
    return text;
}

QString programVersion()
{
    return QStringLiteral("pigeon %1\nQt %2 (built with %3)\n")
        .arg(QLatin1String(versionText), QLatin1String(qVersion()), QStringLiteral(QT_VERSION_STR));
}

} // namespace pigeon
