#pragma once

#include "options.h"
#include "traffic.h"

#include <map>
#include <span>
#include <string>

namespace bench {

/// What one run of a workload has measured; a figure that it does not have is absent.
struct Result
{
    std::string workload;
    double seconds = 0; ///< wall time of what was measured
    uint64_t units = 0; ///< messages, connections: what the figures are per
    double cpuMicroseconds = 0; ///< of the broker, all together
    Tally tally;
    bool addsUp = true;
    std::string problem; ///< why it could not be measured; empty = it was
    /// Further figures by name: bytes_each, p50_us, drain_ms, ...
    std::map<std::string, double> figures;

    double perSecond() const { return seconds > 0 ? static_cast<double>(units) / seconds : 0; }
    double cpuEach() const { return units > 0 ? cpuMicroseconds / static_cast<double>(units) : 0; }
};

struct Workload
{
    const char *name;
    const char *help;
    enum class Needs {
        BytesPassedOn, ///< the relay will do
        Broker,
        Store, ///< a broker that was started here and finds again what it has kept
    } needs;
    void (*run)(const Options &, BrokerProcess &, Result &);
};

std::span<const Workload> workloads();
/// Null when there is none of that name.
const Workload *findWorkload(const std::string &name);

/// Runs it `options.runs` times, with a broker of its own each time where it is started here. All runs, in order.
std::vector<Result> runWorkload(const Workload &workload, const Options &options);

} // namespace bench
