#include "shutdownsignals.h"

#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace pigeon {

namespace {

int signalSockets[2] = {-1, -1};

void passOn(int number)
{
    const char byte = static_cast<char>(number);
    // Nothing can be done in a signal handler when it fails; the socket is empty, so it does not.
    [[maybe_unused]] const ssize_t written = ::write(signalSockets[0], &byte, 1);
}

void handle(int number)
{
    struct sigaction action = {};
    action.sa_handler = passOn;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

} // namespace

ShutdownSignals::ShutdownSignals(QObject *parent)
    : QObject(parent)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, signalSockets) != 0)
        qFatal("pigeond: no socket pair for signals");
    m_notifier = std::make_unique<QSocketNotifier>(signalSockets[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &ShutdownSignals::readSignal);
    handle(SIGTERM);
    handle(SIGINT);
    std::signal(SIGPIPE, SIG_IGN); // a client that is gone is an error of its socket, not of ours
}

ShutdownSignals::~ShutdownSignals()
{
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    m_notifier.reset();
    ::close(signalSockets[0]);
    ::close(signalSockets[1]);
}

void ShutdownSignals::readSignal()
{
    char byte = 0;
    if (::read(signalSockets[1], &byte, 1) == 1)
        Q_EMIT requested(byte == SIGINT ? "SIGINT" : "SIGTERM");
}

} // namespace pigeon
