#include "window/quitsignals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr std::array watched = {SIGINT, SIGTERM};

int signalSockets[2] = {-1, -1};

void passOn(int)
{
    const int before = errno;
    const char byte = 0;
    // When it fails, so many wait that this one is among them.
    [[maybe_unused]] const ssize_t written = ::write(signalSockets[0], &byte, 1);
    errno = before;
}

} // namespace

QuitSignals::QuitSignals(QObject *parent)
    : QObject(parent)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, signalSockets) != 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(signalSockets[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        char bytes[64];
        if (::read(signalSockets[1], bytes, sizeof bytes) > 0)
            Q_EMIT quitRequested();
    });
    for (const int number : watched) {
        struct sigaction action = {};
        action.sa_handler = passOn;
        action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND); // the second one ends it, whatever it waits for
        sigaction(number, &action, nullptr);
    }
}

QuitSignals::~QuitSignals()
{
    if (!m_notifier)
        return;
    for (const int number : watched)
        std::signal(number, SIG_DFL);
    m_notifier.reset();
    ::close(signalSockets[0]);
    ::close(signalSockets[1]);
}

} // namespace pigeon
