#include "processsignals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr std::array watched = {SIGTERM, SIGINT, SIGHUP, SIGUSR2};

int signalSockets[2] = {-1, -1};

void passOn(int number)
{
    const int before = errno;
    const char byte = static_cast<char>(number);
    // Nothing can be done in a signal handler when it fails: so many wait then that this one is among them.
    [[maybe_unused]] const ssize_t written = ::write(signalSockets[0], &byte, 1);
    errno = before;
}

void handle(int number)
{
    struct sigaction action = {};
    action.sa_handler = passOn;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

} // namespace

ProcessSignals::ProcessSignals(QObject *parent)
    : QObject(parent)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, signalSockets) != 0)
        qFatal("pigeond: no socket pair for signals");
    m_notifier = std::make_unique<QSocketNotifier>(signalSockets[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &ProcessSignals::readSignals);
    for (const int number : watched)
        handle(number);
    std::signal(SIGPIPE, SIG_IGN); // a client that is gone is an error of its socket, not of ours
}

ProcessSignals::~ProcessSignals()
{
    for (const int number : watched)
        std::signal(number, SIG_DFL);
    m_notifier.reset();
    ::close(signalSockets[0]);
    ::close(signalSockets[1]);
}

/// Several SIGHUPs that wait are one reload: the files are read after the last of them.
void ProcessSignals::readSignals()
{
    char bytes[256];
    const ssize_t count = ::read(signalSockets[1], bytes, sizeof bytes);
    bool isReload = false;
    for (ssize_t i = 0; i < count; ++i) {
        switch (bytes[i]) {
        case SIGHUP:
            isReload = true;
            break;
        case SIGUSR2:
            Q_EMIT logToggleRequested();
            break;
        default:
            Q_EMIT endRequested(bytes[i] == SIGINT ? "SIGINT" : "SIGTERM");
        }
    }
    if (isReload)
        Q_EMIT reloadRequested();
}

} // namespace pigeon
