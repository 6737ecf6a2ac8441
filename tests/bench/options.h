#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// What the command line asks for.
struct Options
{
    enum class Action { Run, ShowHelp, Relay, Refuse };
    Action action = Action::Run;
    std::string problem; ///< Refuse: a sentence

    std::vector<std::string> workloads; ///< empty = all
    std::string host = "127.0.0.1";
    size_t port = 0;
    size_t pid = 0; ///< of the broker; 0 with a host elsewhere: its CPU and memory are not known
    std::string broker; ///< a command to start instead, with {port} in it
    std::vector<std::string> configuration; ///< lines of the file that {config} in it becomes
    std::string folder = "/tmp"; ///< where a broker that is started has its own folder
    bool isRelay = false; ///< the relay of this program is what is measured
    std::string log; ///< where the broker's output goes; empty = nowhere

    size_t pairs = 10;
    size_t window = 500; ///< messages under way of one publisher, when many are
    size_t payloadBytes = 16;
    size_t seconds = 3; ///< a run with traffic lasts so long
    size_t messages = 0; ///< 0 = by time; else a run is so many messages
    size_t subscribers = 1000; ///< of a fan-out
    size_t filters = 10'000;
    size_t connections = 10'000; ///< idle ones
    size_t stored = 100'000; ///< messages retained or queued
    size_t rate = 1000; ///< messages a second when latency is measured
    size_t runs = 1;
    bool isJson = false;
};

Options parseOptions(const std::vector<std::string> &arguments);
std::string helpText();

} // namespace bench
