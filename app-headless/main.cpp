#include "commandline.h"
#include "logoutput.h"
#include "shutdownsignals.h"

#include <pigeon/broker.h>
#include <pigeon/eventloop.h>

#include <QCoreApplication>

#include <cstdio>

namespace {

enum ExitCode { Clean = 0, CouldNotStart = 1, WrongCommandLine = 2 };

void print(FILE *to, const QString &text)
{
    std::fputs(qPrintable(text), to);
}

/// IPv4 loopback must work; IPv6 loopback is added where the machine has it.
bool listenOnLoopback(pigeon::Broker &broker, quint16 port)
{
    if (!broker.listen(QHostAddress::LocalHost, port)) {
        print(stderr, QStringLiteral("pigeond: ") + broker.errorString() + u'\n');
        return false;
    }
    const quint16 opened = broker.port();
    broker.listen(QHostAddress::LocalHostIPv6, opened);
    print(stderr,
        QStringLiteral("pigeond %1 is ready on port %2, for this machine only; every client is let in.\n")
            .arg(QLatin1String(pigeon::versionText))
            .arg(opened));
    return true;
}

int run(QCoreApplication &application, const pigeon::CommandLine &line)
{
    pigeon::installLogOutput(line.isVerbose);
    pigeon::Broker broker;
    pigeon::ShutdownSignals signalWatch;
    QObject::connect(&signalWatch, &pigeon::ShutdownSignals::requested, &broker, [&broker](const char *name) {
        print(stderr, QStringLiteral("pigeond: %1 received, closing\n").arg(QLatin1String(name)));
        broker.close();
    });
    QObject::connect(&broker, &pigeon::Broker::closed, &application, &QCoreApplication::quit);
    if (!listenOnLoopback(broker, line.port))
        return CouldNotStart;
    return application.exec();
}

} // namespace

int main(int argc, char *argv[])
{
    pigeon::installFastEventLoop(); // before the application makes one of its own
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("pigeond"));
    QCoreApplication::setApplicationVersion(QLatin1String(pigeon::versionText));

    const pigeon::CommandLine line = pigeon::parseCommandLine(QCoreApplication::arguments().mid(1));
    switch (line.action) {
    case pigeon::CommandLine::Action::ShowHelp:
        print(stdout, pigeon::helpText());
        return Clean;
    case pigeon::CommandLine::Action::ShowVersion:
        print(stdout, QStringLiteral("pigeond %1\n").arg(QLatin1String(pigeon::versionText)));
        return Clean;
    case pigeon::CommandLine::Action::Refuse:
        print(stderr, QStringLiteral("pigeond: %1 See pigeond --help.\n").arg(line.problem));
        return WrongCommandLine;
    case pigeon::CommandLine::Action::Run:
        break;
    }
    return run(application, line);
}
