#include "brokerprocess.h"

#include "loop.h"
#include "options.h"
#include "relay.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

using namespace std::chrono_literals;

constexpr auto startPatience = 60s; // much may have to be loaded
constexpr auto stopPatience = 60s; // or to be written
constexpr auto poll = 10ms;

void redirectOutput(const std::string &log)
{
    const int out = log.empty() ? ::open("/dev/null", O_WRONLY)
                                : ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
}

std::string filled(std::string text, const std::string &place, const std::string &value)
{
    for (size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
        text.replace(at, place.size(), value);
    return text;
}

bool hasEnded(pid_t pid)
{
    return ::waitpid(pid, nullptr, WNOHANG) == pid;
}

} // namespace

BrokerFolder::BrokerFolder(const std::string &parent, const std::vector<std::string> &lines)
    : m_path(parent + "/pigeon-bench-XXXXXX")
{
    if (!::mkdtemp(m_path.data()))
        throw std::runtime_error("no folder can be made in " + parent + ": " + std::strerror(errno));
    std::ofstream file(configuration());
    for (const std::string &line : lines)
        file << filled(line, "{folder}", m_path) << '\n';
    if (!file.flush())
        throw std::runtime_error(configuration() + " cannot be written");
}

BrokerFolder::~BrokerFolder()
{
    std::error_code ignored; // nothing can be done about it
    std::filesystem::remove_all(m_path, ignored);
}

BrokerProcess::BrokerProcess(const Options &options)
    : m_options(options)
    , m_host(options.host)
    , m_port(static_cast<uint16_t>(options.port))
    , m_pid(static_cast<pid_t>(options.pid))
{
    if (options.broker.find("{config}") != std::string::npos)
        m_folder = std::make_unique<BrokerFolder>(options.folder, options.configuration);
    if (options.isRelay || !options.broker.empty()) {
        m_host = "127.0.0.1";
        m_port = freePort();
        start();
    }
    try {
        waitUntilReady();
    } catch (...) {
        stop(); // no destructor of ours will
        throw;
    }
}

void BrokerProcess::start()
{
    // exec, so that the process that is measured and stopped is the broker and not its shell.
    std::string command = "exec " + filled(m_options.broker, "{port}", std::to_string(m_port));
    if (m_folder)
        command = filled(command, "{config}", m_folder->configuration());
    m_startedAt = Clock::now();
    m_pid = ::fork();
    if (m_pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        std::signal(SIGINT, SIG_IGN); // of a terminal: this program's to act on
        std::signal(SIGTERM, SIG_DFL);
        redirectOutput(m_options.log);
        if (m_options.isRelay)
            runRelay(m_port);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        ::_exit(127);
    }
    m_isOurs = true;
}

void BrokerProcess::restart()
{
    if (!m_isOurs)
        throw std::runtime_error("the broker must be started here: --broker");
    stop();
    start();
    waitUntilReady();
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
    stop();
}

void BrokerProcess::stop()
{
    if (!std::exchange(m_isOurs, false))
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
