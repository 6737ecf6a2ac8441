#include "report.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace bench {

namespace {

/// What the runs of a workload are ordered by.
double keyOf(const Result &result)
{
    for (const char *figure : {"bytes_each", "p50_us", "start_ms"}) {
        if (const auto found = result.figures.find(figure); found != result.figures.end())
            return found->second;
    }
    return result.cpuEach();
}

template <typename... Values>
std::string formatted(const char *format, Values... values)
{
    char text[256];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string quoted(const std::string &text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            out += formatted("\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
            out += c;
    }
    return out + '"';
}

std::string remarksOf(const Summary &summary)
{
    if (!summary.median.problem.empty())
        return summary.median.problem;
    std::string remarks;
    const auto add = [&remarks](const std::string &remark) { remarks += (remarks.empty() ? "" : ", ") + remark; };
    for (const auto &[name, value] : summary.median.figures)
        add(formatted("%s %.1f", name.c_str(), value));
    if (summary.median.tally.lost > 0)
        add(formatted("%llu lost", static_cast<unsigned long long>(summary.median.tally.lost)));
    if (summary.runs > 1)
        add(formatted("CPU %.3f to %.3f in %zu runs", summary.cpuLowest, summary.cpuHighest, summary.runs));
    return remarks;
}

std::string toJson(const Summary &summary)
{
    const Result &result = summary.median;
    const auto number = [](uint64_t value) { return std::to_string(value); };
    std::string text = "    {\"workload\": " + quoted(result.workload) + ", \"adds_up\": "
        + (summary.addsUp ? "true" : "false") + ", \"runs\": " + std::to_string(summary.runs)
        + ", \"units\": " + number(result.units) + ", \"seconds\": " + formatted("%.4f", result.seconds)
        + ", \"per_second\": " + formatted("%.1f", result.perSecond())
        + ", \"cpu_us\": " + formatted("%.4f", result.cpuEach())
        + ", \"cpu_us_lowest\": " + formatted("%.4f", summary.cpuLowest)
        + ", \"cpu_us_highest\": " + formatted("%.4f", summary.cpuHighest)
        + ", \"sent\": " + number(result.tally.sent) + ", \"acknowledged\": " + number(result.tally.acknowledged)
        + ", \"expected\": " + number(result.tally.expected) + ", \"received\": " + number(result.tally.received)
        + ", \"lost\": " + number(result.tally.lost) + ", \"wrong\": " + number(result.tally.wrong);
    for (const auto &[name, value] : result.figures)
        text += ", " + quoted(name) + ": " + formatted("%.2f", value);
    if (!result.problem.empty())
        text += ", \"problem\": " + quoted(result.problem);
    return text + "}";
}

} // namespace

Summary summarise(std::vector<Result> results)
{
    // A run that failed is what is shown, whatever the others say.
    std::stable_sort(results.begin(), results.end(), [](const Result &a, const Result &b) { return keyOf(a) < keyOf(b); });
    Summary summary;
    summary.runs = results.size();
    summary.median = results[(results.size() - 1) / 2];
    const auto [lowest, highest] = std::minmax_element(
        results.begin(), results.end(), [](const Result &a, const Result &b) { return a.cpuEach() < b.cpuEach(); });
    summary.cpuLowest = lowest->cpuEach();
    summary.cpuHighest = highest->cpuEach();
    const auto failed
        = std::find_if(results.begin(), results.end(), [](const Result &result) { return !result.addsUp; });
    summary.addsUp = failed == results.end();
    if (!summary.addsUp)
        summary.median = *failed;
    return summary;
}

std::string tableHead()
{
    return formatted("%-10s %12s %12s %12s %12s %12s  %-5s %s\n", "workload", "messages", "per second", "CPU us each",
        "sent", "received", "sum", "");
}

std::string tableLine(const Summary &summary)
{
    const Result &result = summary.median;
    const auto count = [](uint64_t value) { return static_cast<unsigned long long>(value); };
    return formatted("%-10s %12llu %12.0f %12.3f %12llu %12llu  %-5s ", result.workload.c_str(), count(result.units),
               result.perSecond(), result.cpuEach(), count(result.tally.sent), count(result.tally.received),
               summary.addsUp ? "ok" : "WRONG")
        + remarksOf(summary) + '\n';
}

std::string toJson(const Options &options, const std::vector<Summary> &summaries)
{
    const std::string target = options.isRelay ? "relay" : options.broker;
    std::string text = "{\n  \"broker\": " + quoted(target) + ",\n  \"processors\": "
        + std::to_string(std::thread::hardware_concurrency()) + ",\n  \"pairs\": " + std::to_string(options.pairs)
        + ",\n  \"window\": " + std::to_string(options.window) + ",\n  \"payload_bytes\": "
        + std::to_string(options.payloadBytes) + ",\n  \"results\": [\n";
    for (size_t i = 0; i < summaries.size(); ++i)
        text += toJson(summaries[i]) + (i + 1 < summaries.size() ? ",\n" : "\n");
    return text + "  ]\n}\n";
}

} // namespace bench
