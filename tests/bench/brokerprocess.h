#pragma once

#include "options.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace bench {

/// A folder of its own for one broker, with its configuration file; gone with everything in it when this ends.
class BrokerFolder
{
public:
    /// `{folder}` in a line becomes its path. Throws std::runtime_error.
    BrokerFolder(const std::string &parent, const std::vector<std::string> &lines);
    ~BrokerFolder();
    BrokerFolder(const BrokerFolder &) = delete;
    BrokerFolder &operator=(const BrokerFolder &) = delete;

    std::string configuration() const { return m_path + "/broker.conf"; }

private:
    std::string m_path;
};

/// The broker that is measured: started for one run and stopped by its process id, or one that is there already.
class BrokerProcess
{
public:
    /// Starts it if it is to be started, and waits until it takes connections. Throws std::runtime_error.
    explicit BrokerProcess(const Options &options);
    ~BrokerProcess();
    BrokerProcess(const BrokerProcess &) = delete;
    BrokerProcess &operator=(const BrokerProcess &) = delete;

    const std::string &host() const { return m_host; }
    uint16_t port() const { return m_port; }
    bool isRelay() const { return m_options.isRelay; }
    bool isKnown() const { return m_pid > 0; }
    /// User and system time of all its threads until now; 0 when its process is not known.
    std::chrono::nanoseconds cpuTime() const;
    /// Bytes of memory that are resident; 0 when its process is not known.
    int64_t residentBytes() const;

    /// Ends it as an operator would and starts it with the same command and folder; returns when it takes connections.
    /// Throws std::runtime_error, also when it was not started here.
    void restart();
    /// When it was started here last.
    std::chrono::steady_clock::time_point startedAt() const { return m_startedAt; }

private:
    void start();
    void stop();
    void waitUntilReady();

    const Options &m_options;
    std::unique_ptr<BrokerFolder> m_folder; // null when its command names no configuration
    std::string m_host;
    uint16_t m_port = 0;
    pid_t m_pid = 0;
    bool m_isOurs = false;
    std::chrono::steady_clock::time_point m_startedAt;
};

} // namespace bench
