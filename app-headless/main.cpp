#include "background.h"
#include "checkstore.h"
#include "commandline.h"
#include "explain.h"
#include "features.h"
#include "passwd.h"
#include "service.h"

#include "config/configfile.h"
#include "config/reference.h"

#include <pigeon/eventloop.h>
#include <pigeon/options.h>
#include <pigeon/users.h>

#include <QCoreApplication>

#include <cstdio>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using Action = pigeon::CommandLine::Action;

enum ExitCode {
    Clean = 0,
    CouldNotStart = 1,
    WrongCommandLine = 2,
    WrongConfiguration = 3,
    DamagedStore = 4,
    Denied = 5,
};

void print(FILE *to, const QString &text)
{
    std::fputs(qPrintable(text), to);
    std::fflush(to);
}

ExitCode refuseToStart(const QString &why)
{
    print(stderr, QStringLiteral("pigeond: %1\n").arg(why));
    return CouldNotStart;
}

pigeon::Invocation invocationOf(const pigeon::CommandLine &line)
{
    return {line.ports, line.isVerbose, line.isBackground, ::geteuid() == 0};
}

pigeon::ParsedConfiguration configurationFor(const pigeon::CommandLine &line, const pigeon::Invocation &invocation)
{
    pigeon::ParsedConfiguration parsed = line.configFile.isEmpty()
        ? pigeon::defaultConfiguration(invocation)
        : pigeon::readConfiguration(line.configFile, invocation);
    // With the other problems, so that all are told at once.
    const pigeon::BrokerOptions &broker = parsed.configuration.broker;
    const QString problem = pigeon::rightsProblem(broker.passwordFile, broker.aclFile);
    if (!problem.isEmpty())
        parsed.diagnostics.push_back({pigeon::Diagnostic::Severity::Error, {}, problem});
    return parsed;
}

void tell(const pigeon::Diagnostics &diagnostics)
{
    for (const pigeon::Diagnostic &each : diagnostics)
        print(stderr, QStringLiteral("pigeond: %1\n").arg(each.line()));
}

int run(int argc, char *argv[], const pigeon::CommandLine &line, const pigeon::Configuration &configuration,
    std::optional<pigeon::Background> background)
{
    ::umask(027); // what is made is for us and our group
    pigeon::installFastEventLoop(); // before the application makes one of its own
    QCoreApplication application(argc, argv);
    const auto readAgain = [line, asAtStart = invocationOf(line)] { return configurationFor(line, asAtStart); };
    pigeon::Service service(configuration, readAgain);
    QObject::connect(&service, &pigeon::Service::ended, &application, &QCoreApplication::quit);
    if (const std::optional<QString> problem = service.start())
        return refuseToStart(*problem);
    print(stderr, service.readyText() + u'\n');
    if (background)
        background->tellReady();
    return application.exec();
}

int start(int argc, char *argv[], const pigeon::CommandLine &line)
{
    const pigeon::ParsedConfiguration parsed = configurationFor(line, invocationOf(line));
    tell(parsed.diagnostics);
    if (pigeon::hasErrors(parsed.diagnostics))
        return WrongConfiguration;
    // In the background a thread or an event loop of ours would be lost, so this comes before there is one.
    std::optional<pigeon::Background> background;
    if (line.isBackground)
        background.emplace(pigeon::Background::enter());
    return run(argc, argv, line, parsed.configuration, std::move(background));
}

int checkConfiguration(const pigeon::CommandLine &line)
{
    const pigeon::ParsedConfiguration parsed = configurationFor(line, invocationOf(line));
    tell(parsed.diagnostics);
    if (pigeon::hasErrors(parsed.diagnostics))
        return WrongConfiguration;
    print(stdout,
        line.configFile.isEmpty() ? QStringLiteral("The default configuration is sound.\n")
                                  : QStringLiteral("%1 is sound.\n").arg(line.configFile));
    return Clean;
}

int printConfiguration(const pigeon::CommandLine &line)
{
    const pigeon::ParsedConfiguration parsed = configurationFor(line, invocationOf(line));
    tell(parsed.diagnostics);
    if (pigeon::hasErrors(parsed.diagnostics))
        return WrongConfiguration;
    print(stdout, pigeon::configurationInForce(parsed.configuration, invocationOf(line)));
    return Clean;
}

int checkStore(const QString &file)
{
    bool isSound = false;
    print(stdout, pigeon::storeReportText(file, isSound));
    return isSound ? Clean : DamagedStore;
}

int changePasswords(const QStringList &arguments)
{
    const pigeon::PasswdOutcome outcome = pigeon::passwd(arguments);
    if (outcome.problem.isEmpty()) {
        print(stdout, outcome.text);
        return Clean;
    }
    print(stderr, QStringLiteral("pigeond passwd: %1\n").arg(outcome.problem));
    return outcome.isUsage ? WrongCommandLine : CouldNotStart;
}

int explainRights(const QStringList &arguments)
{
    const pigeon::ExplainLine line = pigeon::parseExplainLine(arguments);
    if (!line.problem.isEmpty()) {
        print(stderr, QStringLiteral("pigeond explain: %1 See pigeond explain --help.\n").arg(line.problem));
        return WrongCommandLine;
    }
    if (line.isHelp) {
        print(stdout, pigeon::explainHelp());
        return Clean;
    }
    pigeon::CommandLine configured;
    configured.configFile = line.configFile;
    const pigeon::ParsedConfiguration parsed = configurationFor(configured, invocationOf(configured));
    tell(parsed.diagnostics);
    if (pigeon::hasErrors(parsed.diagnostics))
        return WrongConfiguration;
    const pigeon::Explained explained = pigeon::explained(line, parsed.configuration.broker);
    print(explained.isQuestion ? stdout : stderr, explained.text);
    if (!explained.isQuestion)
        return WrongCommandLine;
    return explained.isAllowed ? Clean : Denied;
}

int showVersion(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    print(stdout, pigeon::versionPage());
    return Clean;
}

QStringList argumentsOf(int argc, char *argv[])
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    return arguments;
}

} // namespace

int main(int argc, char *argv[])
{
    const QStringList arguments = argumentsOf(argc, argv);
    if (arguments.value(0) == QLatin1String("passwd"))
        return changePasswords(arguments.mid(1));
    if (arguments.value(0) == QLatin1String("explain"))
        return explainRights(arguments.mid(1));
    const pigeon::CommandLine line = pigeon::parseCommandLine(arguments);
    switch (line.action) {
    case Action::ShowHelp:
        print(stdout, pigeon::helpText());
        return Clean;
    case Action::ShowVersion:
        return showVersion(argc, argv);
    case Action::Refuse:
        print(stderr, QStringLiteral("pigeond: %1 See pigeond --help.\n").arg(line.problem));
        return WrongCommandLine;
    case Action::PrintOptionsPage:
        print(stdout, pigeon::optionsPage());
        return Clean;
    case Action::CheckConfig:
        return checkConfiguration(line);
    case Action::PrintConfig:
        return printConfiguration(line);
    case Action::CheckStore:
        return checkStore(line.storeFile);
    case Action::Run:
        break;
    }
    return start(argc, argv, line);
}
