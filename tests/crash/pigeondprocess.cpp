#include "crash/pigeondprocess.h"

#include <QDeadlineTimer>
#include <QFile>

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pigeon::test {

namespace {

constexpr int patienceMilliseconds = 10'000;
constexpr uid_t nobody = 65'534;

} // namespace

/// In the child, between fork and exec: system calls alone.
void PigeondProcess::become(const QByteArray &program, const QByteArray &config, int log, bool asNobody)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is ended leaves no broker behind
    ::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is an error, as on a full disk, and no signal
    ::dup2(log, STDERR_FILENO);
    if (asNobody && (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
        ::_exit(126);
    ::execl(program.constData(), program.constData(), "-c", config.constData(), nullptr);
    ::_exit(127);
}

void PigeondProcess::start(const QString &configFile, bool asNobody)
{
    const QByteArray program = CRASH_PIGEOND;
    const QByteArray config = QFile::encodeName(configFile);
    kill();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        qFatal("no pipe");
    m_said.clear();
    m_port = 0;
    m_exitCode = -1;
    m_pid = ::fork();
    if (m_pid < 0)
        qFatal("no child process");
    if (m_pid == 0)
        become(program, config, ends[1], asNobody);
    ::close(ends[1]);
    m_log = ends[0];
    ::fcntl(m_log, F_SETFL, O_NONBLOCK);
}

void PigeondProcess::drain()
{
    char buffer[16 * 1024];
    ssize_t bytes = 0;
    while (m_log >= 0 && (bytes = ::read(m_log, buffer, sizeof buffer)) > 0)
        m_said.append(buffer, bytes);
    if (m_log >= 0 && bytes == 0) { // all its ends are closed
        ::close(m_log);
        m_log = -1;
    }
}

/// False when nothing more will come, or nothing came.
bool PigeondProcess::waitForWords(int milliseconds)
{
    pollfd descriptor{m_log, POLLIN, 0};
    const bool came = m_log >= 0 && ::poll(&descriptor, 1, milliseconds) > 0;
    drain();
    return came;
}

bool PigeondProcess::waitUntilReady()
{
    static const QByteArray ready = " is ready on port ";
    const QDeadlineTimer deadline(patienceMilliseconds);
    qsizetype at = -1;
    while ((at = m_said.indexOf(ready)) < 0 || m_said.indexOf('\n', at) < 0) {
        if (!waitForWords(static_cast<int>(deadline.remainingTime())) || deadline.hasExpired())
            return false;
    }
    const qsizetype begin = at + ready.size();
    qsizetype end = begin;
    while (m_said[end] >= '0' && m_said[end] <= '9')
        ++end;
    m_port = m_said.mid(begin, end - begin).toUShort();
    return m_port != 0;
}

void PigeondProcess::ended(int status)
{
    m_pid = -1;
    m_exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    drain();
    if (m_log >= 0)
        ::close(m_log);
    m_log = -1;
}

void PigeondProcess::kill()
{
    if (!isRunning())
        return;
    ::kill(m_pid, SIGKILL);
    int status = 0;
    while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) { }
    ended(status);
}

std::optional<int> PigeondProcess::stop()
{
    if (isRunning()) // a pid of -1 would be everybody
        ::kill(m_pid, SIGTERM);
    return waitForEnd();
}

std::optional<int> PigeondProcess::waitForEnd()
{
    const QDeadlineTimer deadline(patienceMilliseconds);
    while (isRunning() && !deadline.hasExpired()) {
        int status = 0;
        if (::waitpid(m_pid, &status, WNOHANG) == m_pid) {
            ended(status);
            break;
        }
        if (!waitForWords(5))
            ::usleep(1'000); // its stderr is closed and it is about to end
    }
    return isRunning() ? std::nullopt : std::optional(m_exitCode);
}

void PigeondProcess::limitFiles(std::optional<qint64> bytes) const
{
    if (!isRunning()) // 0 or less would be ourselves
        return;
    rlimit limit{};
    ::prlimit(m_pid, RLIMIT_FSIZE, nullptr, &limit);
    limit.rlim_cur = bytes ? static_cast<rlim_t>(*bytes) : limit.rlim_max;
    if (::prlimit(m_pid, RLIMIT_FSIZE, &limit, nullptr) != 0)
        qFatal("cannot limit the child's files");
}

} // namespace pigeon::test
