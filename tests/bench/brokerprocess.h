#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <sys/types.h>

namespace bench {

struct Options;

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
    bool isRelay() const { return m_isRelay; }
    bool isKnown() const { return m_pid > 0; }
    /// User and system time of all its threads until now; 0 when its process is not known.
    std::chrono::nanoseconds cpuTime() const;
    /// Bytes of memory that are resident; 0 when its process is not known.
    int64_t residentBytes() const;

private:
    void start(const Options &options);
    void waitUntilReady();

    std::string m_host;
    uint16_t m_port = 0;
    pid_t m_pid = 0;
    bool m_isOurs = false;
    bool m_isRelay = false;
};

} // namespace bench
