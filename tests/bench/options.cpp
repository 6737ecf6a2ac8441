#include "options.h"

#include "workloads.h"

#include <array>
#include <charconv>

namespace bench {

namespace {

struct Number
{
    const char *name;
    const char *value;
    const char *help;
    size_t Options::*field;
    size_t lowest;
    size_t highest;
};

constexpr std::array numbers = {
    Number{"--port", "PORT", "the broker's port", &Options::port, 1, 65'535},
    Number{"--pid", "PID", "the broker's process, for its CPU time and memory", &Options::pid, 1, ~size_t(0)},
    Number{"--seconds", "S", "how long a run with traffic lasts (3)", &Options::seconds, 1, 3600},
    Number{"--messages", "N", "a run lasts so many messages instead", &Options::messages, 1, ~size_t(0)},
    Number{"--runs", "N", "runs of each workload; the median is shown (1)", &Options::runs, 1, 1000},
    Number{"--pairs", "N", "publishers, each with one subscriber (10)", &Options::pairs, 1, 1000},
    Number{"--window", "N", "messages under way of one publisher, when many are (500)", &Options::window, 1, 10'000},
    Number{"--payload", "BYTES", "bytes of a payload (16)", &Options::payloadBytes, 16, 1 << 20},
    Number{"--subscribers", "N", "receivers of a fan-out (1000)", &Options::subscribers, 1, 100'000},
    Number{"--filters", "N", "wildcard filters (10000)", &Options::filters, 10, 10'000'000},
    Number{"--connections", "N", "idle connections (10000)", &Options::connections, 1, 1'000'000},
    Number{"--stored", "N", "messages retained or queued (100000)", &Options::stored, 1, 10'000'000},
    Number{"--rate", "N", "messages a second for latency (1000)", &Options::rate, 1, 100'000},
};

struct Text
{
    const char *name;
    const char *value;
    const char *help;
    std::string Options::*field;
};

constexpr std::array texts = {
    Text{"--host", "HOST", "where the broker is (127.0.0.1)", &Options::host},
    Text{"--broker", "COMMAND", "start this broker for each run and stop it; {port} becomes a free port, {config} a file",
        &Options::broker},
    Text{"--folder", "FOLDER", "each broker that is started has a folder in it, removed afterwards (/tmp)",
        &Options::folder},
    Text{"--broker-log", "FILE", "what a broker that was started prints is appended here", &Options::log},
};

constexpr const char *lineName = "--line";

struct Flag
{
    const char *name;
    const char *help;
    bool Options::*field;
};

constexpr std::array flags = {
    Flag{"--relay", "measure a byte relay in place of a broker, the limit: workloads without acknowledgements only",
        &Options::isRelay},
    Flag{"--json", "one JSON object instead of the table", &Options::isJson},
};

template <typename Rows>
auto rowOf(const Rows &rows, const std::string &name)
{
    for (const auto &row : rows) {
        if (name == row.name)
            return &row;
    }
    return static_cast<decltype(&rows[0])>(nullptr);
}

Options refuse(std::string problem)
{
    Options options;
    options.action = Options::Action::Refuse;
    options.problem = std::move(problem);
    return options;
}

bool parseNumber(const std::string &text, const Number &row, Options &options)
{
    size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < row.lowest || value > row.highest)
        return false;
    options.*row.field = value;
    return true;
}

Options checked(Options options)
{
    const int targets = (options.port != 0) + !options.broker.empty() + options.isRelay;
    if (options.action == Options::Action::Relay && options.port == 0)
        return refuse("relay needs a port: pigeon-bench relay --port PORT.");
    if (options.action == Options::Action::Run && targets != 1)
        return refuse("say which broker: one of --port, --broker and --relay.");
    if (!options.broker.empty() && options.broker.find("{port}") == std::string::npos)
        return refuse("--broker needs {port} where the port belongs, for example --broker 'pigeond -p {port}'.");
    if (!options.configuration.empty() && options.broker.find("{config}") == std::string::npos)
        return refuse("--line needs {config} in --broker: --broker 'pigeond -c {config} -p {port}'.");
    return options;
}

} // namespace

Options parseOptions(const std::vector<std::string> &arguments)
{
    Options options;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string &name = arguments[i];
        const Number *number = rowOf(numbers, name);
        const Text *text = rowOf(texts, name);
        if ((number || text || name == lineName) && i + 1 == arguments.size())
            return refuse(name + " needs a value.");
        if (name == "--help" || name == "-h") {
            options.action = Options::Action::ShowHelp;
            return options;
        }
        if (number) {
            if (!parseNumber(arguments[++i], *number, options))
                return refuse(name + " takes a number from " + std::to_string(number->lowest) + " on, not \""
                    + arguments[i] + "\".");
        } else if (text) {
            options.*text->field = arguments[++i];
        } else if (name == lineName) {
            options.configuration.push_back(arguments[++i]);
        } else if (const Flag *flag = rowOf(flags, name)) {
            options.*flag->field = true;
        } else if (name == "relay") {
            options.action = Options::Action::Relay;
        } else if (findWorkload(name)) {
            options.workloads.push_back(name);
        } else {
            return refuse("\"" + name + "\" is neither an option nor a workload.");
        }
    }
    return checked(std::move(options));
}

std::string helpText()
{
    const auto line = [](std::string name, const char *value, const char *help) {
        name = "  " + name + (value[0] ? " " : "") + value;
        name.resize(std::max<size_t>(name.size() + 1, 24), ' ');
        return name + help + '\n';
    };
    std::string text = "pigeon-bench loads an MQTT broker and says what a message costs it.\n\n"
                       "Usage: pigeon-bench [options] [workload...]\n"
                       "       pigeon-bench relay --port PORT    the byte relay alone\n\n"
                       "Workloads (all of them when none is named):\n";
    for (const Workload &workload : workloads())
        text += line(workload.name, "", workload.help);
    text += "\nOptions:\n";
    for (const Text &row : texts)
        text += line(row.name, row.value, row.help);
    text += line(lineName, "TEXT", "a line of the file that {config} becomes; {folder} in it is the broker's folder");
    for (const Number &row : numbers)
        text += line(row.name, row.value, row.help);
    for (const Flag &row : flags)
        text += line(row.name, "", row.help);
    text += line("-h, --help", "", "show this and exit");
    text += "\nA message is counted when it was delivered: a fan-out to 1000 is 1000 messages. CPU is the user and\n"
            "system time of the broker's process alone. What was acknowledged or received is checked to add up;\n"
            "lost QoS 0 messages are shown, anything else that is missing, doubled or out of order is a failure.\n"
            "Exit codes: 0 all added up, 1 it did not or a workload could not be run, 2 the command line is wrong.\n";
    return text;
}

} // namespace bench
