#include "loop.h"
#include "options.h"
#include "relay.h"
#include "report.h"
#include "workloads.h"

#include <cstdio>
#include <exception>

namespace {

enum ExitCode { AllAddsUp = 0, Failed = 1, WrongCommandLine = 2 };

std::vector<const bench::Workload *> chosen(const bench::Options &options)
{
    std::vector<const bench::Workload *> list;
    for (const std::string &name : options.workloads)
        list.push_back(bench::findWorkload(name));
    for (const bench::Workload &workload : bench::workloads()) {
        const bench::Workload::Needs most
            = options.isRelay ? bench::Workload::Needs::BytesPassedOn : bench::Workload::Needs::Broker;
        if (options.workloads.empty() && workload.needs <= most)
            list.push_back(&workload);
    }
    return list;
}

ExitCode run(const bench::Options &options)
{
    std::vector<bench::Summary> summaries;
    bool doesAllAddUp = true;
    if (!options.isJson)
        std::fputs(bench::tableHead().c_str(), stdout);
    for (const bench::Workload *workload : chosen(options)) {
        summaries.push_back(bench::summarise(bench::runWorkload(*workload, options)));
        doesAllAddUp &= summaries.back().addsUp;
        if (!options.isJson) {
            std::fputs(bench::tableLine(summaries.back()).c_str(), stdout);
            std::fflush(stdout);
        }
    }
    if (options.isJson)
        std::fputs(bench::toJson(options, summaries).c_str(), stdout);
    return doesAllAddUp ? AllAddsUp : Failed;
}

} // namespace

int main(int argc, char *argv[])
{
    const bench::Options options = bench::parseOptions({argv + 1, argv + argc});
    bench::raiseDescriptorLimit();
    bench::catchInterrupts();
    try {
        switch (options.action) {
        case bench::Options::Action::ShowHelp:
            std::fputs(bench::helpText().c_str(), stdout);
            return AllAddsUp;
        case bench::Options::Action::Refuse:
            std::fprintf(stderr, "pigeon-bench: %s See pigeon-bench --help.\n", options.problem.c_str());
            return WrongCommandLine;
        case bench::Options::Action::Relay:
            bench::runRelay(static_cast<uint16_t>(options.port));
        case bench::Options::Action::Run:
            return run(options);
        }
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "pigeon-bench: %s\n", failure.what());
    } catch (const bench::Interrupted &) {
        std::fprintf(stderr, "pigeon-bench: interrupted\n");
    }
    return Failed;
}
