#include "brokerprocess.h"

#include "loop.h"
#include "options.h"
#include "relay.h"

#include <csignal>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

using namespace std::chrono_literals;

constexpr auto startPatience = 15s;
constexpr auto stopPatience = 10s;
constexpr auto poll = 10ms;

void redirectOutput(const std::string &log)
{
    const int out = log.empty() ? ::open("/dev/null", O_WRONLY)
                                : ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
}

std::string withPort(std::string command, uint16_t port)
{
    const std::string place = "{port}";
    for (size_t at = command.find(place); at != std::string::npos; at = command.find(place))
        command.replace(at, place.size(), std::to_string(port));
    return command;
}

bool hasEnded(pid_t pid)
{
    return ::waitpid(pid, nullptr, WNOHANG) == pid;
}

} // namespace

BrokerProcess::BrokerProcess(const Options &options)
    : m_host(options.host)
    , m_port(static_cast<uint16_t>(options.port))
    , m_pid(static_cast<pid_t>(options.pid))
    , m_isRelay(options.isRelay)
{
    if (options.isRelay || !options.broker.empty())
        start(options);
    waitUntilReady();
}

void BrokerProcess::start(const Options &options)
{
    m_host = "127.0.0.1";
    m_port = freePort();
    // exec, so that the process that is measured and stopped is the broker and not its shell.
    const std::string command = "exec " + withPort(options.broker, m_port);
    m_pid = ::fork();
    if (m_pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        redirectOutput(options.log);
        if (options.isRelay)
            runRelay(m_port);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        ::_exit(127);
    }
    m_isOurs = true;
}

void BrokerProcess::waitUntilReady()
{
    const auto until = Clock::now() + startPatience;
    for (;;) {
        try {
            Loop loop;
            Connection(loop, m_host, m_port);
            return;
        } catch (const std::runtime_error &) {
            if (m_isOurs && hasEnded(m_pid)) {
                m_isOurs = false;
                throw std::runtime_error("the broker ended as soon as it was started (--broker-log shows why)");
            }
            if (!m_isOurs || Clock::now() > until)
                throw;
        }
        std::this_thread::sleep_for(poll); // no event tells that a port is open
    }
}

BrokerProcess::~BrokerProcess()
{
    if (!m_isOurs)
        return;
    ::kill(m_pid, SIGTERM);
    const auto until = Clock::now() + stopPatience;
    while (!hasEnded(m_pid)) {
        if (Clock::now() > until) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
            return;
        }
        std::this_thread::sleep_for(poll);
    }
}

std::chrono::nanoseconds BrokerProcess::cpuTime() const
{
    clockid_t clock = 0;
    timespec time{};
    if (!isKnown())
        return {};
    if (::clock_getcpuclockid(m_pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        throw std::runtime_error("the broker's process has no CPU clock: has it ended?");
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

int64_t BrokerProcess::residentBytes() const
{
    if (!isKnown())
        return 0;
    std::ifstream file("/proc/" + std::to_string(m_pid) + "/statm");
    int64_t all = 0;
    int64_t resident = 0;
    if (!(file >> all >> resident))
        throw std::runtime_error("the memory of the broker's process cannot be read");
    return resident * ::sysconf(_SC_PAGESIZE);
}

} // namespace bench
