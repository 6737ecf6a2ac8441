#include "commandline.h"

#include <array>

namespace pigeon {

namespace {

using Action = CommandLine::Action;

/// One option: its names, what follows it, what it is for, and what it does to the command line.
struct Option
{
    const char *shortName; // null = there is none
    const char *longName;
    const char *value; // the name of what follows, null when nothing does
    const char *help; // null = for those who build pigeond, not shown
    void (*apply)(CommandLine &, const QString &value);
};

template <Action action>
void ask(CommandLine &line, const QString &)
{
    line.action = action;
}

void refuse(CommandLine &line, const QString &problem)
{
    line.action = Action::Refuse;
    line.problem = problem;
}

void addPort(CommandLine &line, const QString &value)
{
    bool isNumber = false;
    const uint port = value.toUInt(&isNumber);
    if (isNumber && port <= 65'535)
        line.ports.push_back(static_cast<quint16>(port));
    else
        refuse(line,
            QStringLiteral("\"%1\" is not a port: -p takes a number from 0 to 65535 (0 = any free port).")
                .arg(value));
}

void setConfigFile(CommandLine &line, const QString &value)
{
    if (value.isEmpty() || !line.configFile.isEmpty())
        refuse(line, QStringLiteral("-c takes one file: let it name others with include_dir."));
    line.configFile = value;
}

constexpr std::array options = {
    Option{"-c", "--config-file", "FILE", "read this configuration file (mosquitto's syntax)", setConfigFile},
    Option{"-p", "--port", "PORT",
        "where no file says so: listen on this port, 0 = any free one; repeatable (default 1883)",
        addPort},
    Option{"-d", "--daemon", nullptr, "go on in the background once the broker listens",
        [](CommandLine &line, const QString &) { line.isBackground = true; }},
    Option{"-v", "--verbose", nullptr, "log everything, as log_type all: who comes, what for, each packet's type",
        [](CommandLine &line, const QString &) { line.isVerbose = true; }},
    Option{nullptr, "--check-config", nullptr, "say all that is wrong with the configuration and exit",
        ask<Action::CheckConfig>},
    Option{nullptr, "--print-config", nullptr, "show what is in force and where it was said, and exit",
        ask<Action::PrintConfig>},
    Option{nullptr, "--check-store", "FILE", "say what is in a store's file and whether it is sound, and exit",
        [](CommandLine &line, const QString &file) {
            line.action = Action::CheckStore;
            line.storeFile = file;
        }},
    Option{"-h", "--help", nullptr, "show this and exit", ask<Action::ShowHelp>},
    Option{nullptr, "--version", nullptr, "show the version, what this build can do and what it stands on, and exit",
        ask<Action::ShowVersion>},
    Option{nullptr, "--print-options-page", nullptr, nullptr, ask<Action::PrintOptionsPage>},
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

/// Nothing that follows can change what is to be done.
bool isDecided(Action action)
{
    return action == Action::Refuse || action == Action::ShowHelp || action == Action::ShowVersion;
}

QString names(const Option &option)
{
    const QString longName = QLatin1String(option.longName);
    const QString both = option.shortName ? QStringLiteral("%1, %2").arg(QLatin1String(option.shortName), longName)
                                          : QStringLiteral("    %1").arg(longName);
    return option.value ? both + u' ' + QLatin1String(option.value) : both;
}

} // namespace

CommandLine parseCommandLine(const QStringList &arguments)
{
    CommandLine line;
    for (qsizetype i = 0; i < arguments.size() && !isDecided(line.action); ++i) {
        const QString &argument = arguments[i];
        const Option *option = findOption(argument);
        if (!option)
            refuse(line, QStringLiteral("\"%1\" is not an option of pigeond.").arg(argument));
        else if (!option->value)
            option->apply(line, {});
        else if (i + 1 < arguments.size())
            option->apply(line, arguments[++i]);
        else
            refuse(line, QStringLiteral("%1 needs a value: %1 %2.").arg(argument, QLatin1String(option->value)));
    }
    return line;
}

QString helpText()
{
    QString text = QStringLiteral("pigeond, an MQTT broker (3.1, 3.1.1 and 5.0)\n\n"
                                  "Usage: pigeond [options]\n"
                                  "       pigeond passwd OPTIONS FILE USER          give a user a password, see pigeond "
                                  "passwd --help\n"
                                  "       pigeond explain QUESTION -c FILE          say what an acl_file allows, see "
                                  "pigeond explain --help\n\n");
    for (const Option &option : options) {
        if (option.help)
            text += QStringLiteral("  %1 %2\n").arg(names(option), -22).arg(QLatin1String(option.help));
    }
    text += QStringLiteral(
        "\nWithout a file, or with one that names no listener, it listens on this machine only (127.0.0.1\n"
        "and ::1) and lets every client in. To let others in, say in a file:\n\n"
        "    listener 1883\n"
        "    password_file /etc/pigeon/passwords\n\n"
        "or, instead of a password_file, allow_anonymous true.\n"
        "docs/options.md has all keys of that file, docs/daemon.md is about the process. SIGTERM and SIGINT end\n"
        "pigeond cleanly, SIGHUP reads the configuration again, all or nothing, and opens the log files anew,\n"
        "SIGUSR2 logs everything until the next one. Exit codes:\n"
        "0 ended cleanly, 1 could not start, 2 the command line is wrong, 3 the configuration is wrong,\n"
        "4 the store is damaged, 5 explain: denied.\n");
    return text;
}

} // namespace pigeon
