#pragma once

#include "workloads.h"

#include <string>

namespace bench {

/// All runs of one workload: the median run by CPU per message (by memory, by latency where these are measured), and
/// how far the runs lie apart.
struct Summary
{
    Result median;
    double cpuLowest = 0;
    double cpuHighest = 0;
    size_t runs = 0;
    bool addsUp = true; ///< all runs
};

Summary summarise(std::vector<Result> results);

std::string tableHead();
std::string tableLine(const Summary &summary);
/// One object with everything that the table has, and more.
std::string toJson(const Options &options, const std::vector<Summary> &summaries);

} // namespace bench
