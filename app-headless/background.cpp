#include "background.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace pigeon {

namespace {

[[noreturn]] void fail(const char *what)
{
    std::perror(what);
    _exit(1);
}

/// The part of who started it: waits for a byte that says "ready", or for the end of the new process.
[[noreturn]] void waitForBroker(int pipeEnd, pid_t broker)
{
    char byte = 0;
    ssize_t count = 0;
    do
        count = ::read(pipeEnd, &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count == 1)
        _exit(0);
    int status = 0;
    while (::waitpid(broker, &status, 0) < 0 && errno == EINTR) { }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

} // namespace

Background Background::enter()
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0)
        fail("pigeond: no pipe for -d");
    const pid_t broker = ::fork();
    if (broker < 0)
        fail("pigeond: no new process for -d");
    if (broker > 0) {
        ::close(ends[1]);
        waitForBroker(ends[0], broker);
    }
    ::close(ends[0]);
    ::setsid(); // the end of the terminal is not ours
    return Background(ends[1]);
}

Background::Background(Background &&other) noexcept
    : m_starter(std::exchange(other.m_starter, -1))
{
}

Background::~Background()
{
    if (m_starter >= 0)
        ::close(m_starter);
}

void Background::tellReady()
{
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(nowhere, stream);
    ::close(nowhere);
    // A starter that is gone already needs no answer.
    [[maybe_unused]] const ssize_t written = ::write(m_starter, "r", 1);
    ::close(std::exchange(m_starter, -1));
}

} // namespace pigeon
