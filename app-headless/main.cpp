#include "background.h"
#include "checkstore.h"
#include "commandline.h"
#include "explain.h"
#include "listening.h"
#include "logoutput.h"
#include "passwd.h"
#include "pidfile.h"
#include "shutdownsignals.h"

#include "config/configfile.h"
#include "config/reference.h"

#include <pigeon/broker.h>
#include <pigeon/eventloop.h>
#include <pigeon/users.h>

#include <QCoreApplication>

#include <cstdio>
#include <optional>
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

pigeon::ParsedConfiguration configurationFor(const pigeon::CommandLine &line)
{
    const pigeon::Invocation invocation = invocationOf(line);
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

void tellReady(const pigeon::Configuration &configuration, const pigeon::OpenedListeners &opened)
{
    QString text = QStringLiteral("pigeond %1 is ready on %2").arg(QLatin1String(pigeon::versionText), opened.where);
    // Nobody asked for a listener: whoever wonders why only this machine is served is told what to do.
    if (configuration.listeners.front().place.line == 0)
        text += QStringLiteral(", for this machine only (a file with `listener 1883`, given with -c, opens it)");
    print(stderr, text + QStringLiteral("; %1.\n").arg(pigeon::admission(opened.listeners, !configuration.broker.passwordFile.isEmpty())));
}

int run(int argc, char *argv[], const pigeon::Configuration &configuration,
    std::optional<pigeon::Background> background)
{
    pigeon::installFastEventLoop(); // before the application makes one of its own
    QCoreApplication application(argc, argv);
    if (const std::optional<QString> problem = pigeon::installLogOutput(configuration.log))
        return refuseToStart(*problem);
    pigeon::Broker broker(configuration.broker);
    pigeon::ShutdownSignals signalWatch;
    QObject::connect(&signalWatch, &pigeon::ShutdownSignals::requested, &broker, [&broker](const char *name) {
        print(stderr, QStringLiteral("pigeond: %1 received, closing\n").arg(QLatin1String(name)));
        broker.close();
    });
    QObject::connect(&broker, &pigeon::Broker::closed, &application, &QCoreApplication::quit);
    const pigeon::OpenedListeners opened = pigeon::openListeners(broker, configuration.listeners);
    if (!opened.problem.isEmpty())
        return refuseToStart(opened.problem);
    pigeon::PidFile pidFile;
    if (const std::optional<QString> problem = pidFile.write(configuration.pidFile))
        return refuseToStart(*problem);
    tellReady(configuration, opened);
    if (background)
        background->tellReady();
    return application.exec();
}

int start(int argc, char *argv[], const pigeon::CommandLine &line)
{
    const pigeon::ParsedConfiguration parsed = configurationFor(line);
    tell(parsed.diagnostics);
    if (pigeon::hasErrors(parsed.diagnostics))
        return WrongConfiguration;
    // In the background a thread or an event loop of ours would be lost, so this comes before there is one.
    std::optional<pigeon::Background> background;
    if (line.isBackground)
        background.emplace(pigeon::Background::enter());
    return run(argc, argv, parsed.configuration, std::move(background));
}

int checkConfiguration(const pigeon::CommandLine &line)
{
    const pigeon::ParsedConfiguration parsed = configurationFor(line);
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
    const pigeon::ParsedConfiguration parsed = configurationFor(line);
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
    const pigeon::ParsedConfiguration parsed = configurationFor(configured);
    tell(parsed.diagnostics);
    if (pigeon::hasErrors(parsed.diagnostics))
        return WrongConfiguration;
    const pigeon::Explained explained = pigeon::explained(line, parsed.configuration.broker);
    print(explained.isQuestion ? stdout : stderr, explained.text);
    if (!explained.isQuestion)
        return WrongCommandLine;
    return explained.isAllowed ? Clean : Denied;
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
        print(stdout, QStringLiteral("pigeond %1\n").arg(QLatin1String(pigeon::versionText)));
        return Clean;
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
