#include "workloads.h"

#include "brokerprocess.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace bench {

namespace {

constexpr std::chrono::milliseconds patience{10'000};
// Before what is measured, a tenth of it: the broker has its memory and its topics by then.
constexpr uint64_t warmUpShare = 10;

Duration durationOf(const Options &options)
{
    return {options.messages, std::chrono::seconds(options.seconds), 0};
}

Duration warmUpOf(Duration duration)
{
    duration.messages = duration.messages > 0 ? std::max<uint64_t>(duration.messages / warmUpShare, 1) : 0;
    duration.time /= warmUpShare;
    return duration;
}

/// Takes the broker's CPU time and the wall time over `work` into `result`.
template <typename Work>
void measure(const BrokerProcess &broker, Result &result, Work &&work)
{
    const auto cpu = broker.cpuTime();
    const auto begin = Clock::now();
    work();
    result.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
    result.cpuMicroseconds += std::chrono::duration<double, std::micro>(broker.cpuTime() - cpu).count();
}

void measureTraffic(const BrokerProcess &broker, Traffic &traffic, const TrafficPlan &plan, Duration duration, Result &result)
{
    traffic.run(warmUpOf(duration));
    const Tally begin = traffic.tally();
    measure(broker, result, [&] { traffic.run(duration); });
    result.tally = traffic.tally().since(begin);
    result.units = plan.receivers > 0 ? result.tally.received : result.tally.acknowledged;
    result.addsUp = traffic.tally().addsUp(plan.qos);
}

void runPlan(const Options &options, const BrokerProcess &broker, const TrafficPlan &plan, Result &result)
{
    Loop loop;
    Traffic traffic(loop, broker, plan);
    measureTraffic(broker, traffic, plan, durationOf(options), result);
}

TrafficPlan manyInFlight(const Options &options, unsigned qos)
{
    TrafficPlan plan;
    plan.publishers = options.pairs;
    plan.window = options.window;
    plan.payloadBytes = options.payloadBytes;
    plan.qos = qos;
    return plan;
}

template <unsigned qos>
void pairs(const Options &options, const BrokerProcess &broker, Result &result)
{
    runPlan(options, broker, manyInFlight(options, qos), result);
}

void single(const Options &options, const BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = manyInFlight(options, 0);
    plan.publishers = options.pairs * 10;
    plan.window = 1;
    runPlan(options, broker, plan, result);
}

void fanOut(const Options &options, const BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = manyInFlight(options, 0);
    plan.publishers = 1;
    plan.receivers = options.subscribers;
    plan.window = std::max<size_t>(options.window / 5, 1); // each is a thousand deliveries
    runPlan(options, broker, plan, result);
}

/// Each publisher goes through topics each of which one of its receiver's filters matches.
void filters(const Options &options, const BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = manyInFlight(options, 0);
    const size_t each = std::max<size_t>(options.filters / plan.publishers, 1);
    for (size_t publisher = 0; publisher < plan.publishers; ++publisher) {
        std::vector<std::string> &topics = plan.topics.emplace_back();
        std::vector<std::string> &wanted = plan.filters.emplace_back();
        for (size_t i = 0; i < each; ++i) {
            const std::string device = std::to_string(publisher * each + i);
            topics.push_back("site/" + std::to_string(i % 7) + "/device/" + device + "/temperature");
            wanted.push_back("site/+/device/" + device + "/#");
        }
    }
    runPlan(options, broker, plan, result);
}

void latency(const Options &options, const BrokerProcess &broker, Result &result)
{
    TrafficPlan plan;
    plan.payloadBytes = options.payloadBytes;
    Loop loop;
    Traffic traffic(loop, broker, plan);
    Duration duration = durationOf(options);
    duration.rate = options.rate;
    traffic.run(warmUpOf(duration));
    traffic.keepLatencies();
    const Tally begin = traffic.tally();
    measure(broker, result, [&] { traffic.run(duration); });
    result.tally = traffic.tally().since(begin);
    result.units = result.tally.received;
    result.addsUp = traffic.tally().addsUp(0);
    std::vector<uint32_t> &all = traffic.latencies();
    std::sort(all.begin(), all.end());
    const auto microseconds = [&all](size_t percent) {
        return all.empty() ? 0.0 : all[(all.size() - 1) * percent / 100] / 1000.0;
    };
    result.figures = {{"p50_us", microseconds(50)}, {"p99_us", microseconds(99)}, {"max_us", microseconds(100)}};
}

/// Connections come and go, as many at a time as there are pairs.
class Revolving
{
public:
    Revolving(const BrokerProcess &broker, size_t atOnce)
        : m_broker(broker)
        , m_places(atOnce)
    {
    }
    /// Returns how many have come and gone.
    uint64_t run(const Duration &duration)
    {
        m_isComing = true;
        const uint64_t before = m_gone;
        const auto until = Clock::now() + duration.time;
        for (std::unique_ptr<Client> &place : m_places)
            come(place);
        const bool isSettled = m_loop.run(
            [&] {
                m_isComing = duration.messages > 0 ? m_gone - before + m_places.size() <= duration.messages
                                                   : Clock::now() < until;
                replaceGone();
                return m_present == 0;
            },
            patience);
        if (!isSettled)
            throw std::runtime_error("the broker does not answer CONNECT, or does not close after DISCONNECT");
        return m_gone - before;
    }

private:
    void come(std::unique_ptr<Client> &place)
    {
        ++m_present;
        place = std::make_unique<Client>(m_loop, m_broker, "bench-" + std::to_string(++m_come));
        place->welcomed = [](Client &client) { client.disconnect(); };
        place->left = [this, &place](Client &) { m_toReplace.push_back(&place); };
        place->connect();
    }
    void replaceGone()
    {
        for (std::unique_ptr<Client> *place : std::exchange(m_toReplace, {})) {
            --m_present;
            ++m_gone;
            place->reset();
            if (m_isComing)
                come(*place);
        }
    }

    Loop m_loop;
    const BrokerProcess &m_broker;
    std::vector<std::unique_ptr<Client>> m_places;
    std::vector<std::unique_ptr<Client> *> m_toReplace;
    uint64_t m_come = 0;
    uint64_t m_gone = 0;
    size_t m_present = 0;
    bool m_isComing = false;
};

void connects(const Options &options, const BrokerProcess &broker, Result &result)
{
    Revolving clients(broker, options.pairs);
    clients.run(warmUpOf(durationOf(options)));
    measure(broker, result, [&] { result.units = clients.run(durationOf(options)); });
}

/// Takes what the broker's memory grew by, for each unit, into `result`; warm-up is the caller's.
template <typename Work>
void measureMemory(const BrokerProcess &broker, Result &result, Work &&work)
{
    if (!broker.isKnown())
        throw std::runtime_error("the broker's process must be known: --pid or --broker");
    const int64_t before = broker.residentBytes();
    measure(broker, result, work);
    result.figures["bytes_each"]
        = static_cast<double>(broker.residentBytes() - before) / static_cast<double>(result.units);
}

void addIdle(Loop &loop, const BrokerProcess &broker, size_t count, std::vector<std::unique_ptr<Client>> &clients)
{
    // In steps that fit into any broker's backlog.
    constexpr size_t step = 50;
    for (const size_t all = clients.size() + count; clients.size() < all;) {
        const size_t first = clients.size();
        for (size_t i = 0; i < step && clients.size() < all; ++i) {
            clients.push_back(
                std::make_unique<Client>(loop, broker, "bench-idle-" + std::to_string(clients.size())));
            clients.back()->connect();
        }
        awaitAll(loop, clients, &Client::isWelcome);
        for (size_t i = first; i < clients.size(); ++i)
            clients[i]->subscribe({"idle/" + std::to_string(i) + "/state"}, 0);
        awaitAll(loop, clients, &Client::isSubscribed);
    }
}

void idle(const Options &options, const BrokerProcess &broker, Result &result)
{
    Loop loop;
    std::vector<std::unique_ptr<Client>> clients;
    addIdle(loop, broker, 100, clients); // what is paid once is paid by these
    result.units = options.connections;
    measureMemory(broker, result, [&] { addIdle(loop, broker, options.connections, clients); });
}

/// One publisher of QoS 1 whom nobody hears.
TrafficPlan storing(const Options &options)
{
    TrafficPlan plan;
    plan.receivers = 0;
    plan.qos = 1;
    plan.window = options.window;
    plan.payloadBytes = options.payloadBytes;
    return plan;
}

void store(const Options &options, const BrokerProcess &broker, const TrafficPlan &plan, Result &result)
{
    Loop loop;
    Traffic traffic(loop, broker, plan);
    result.units = options.stored;
    measureMemory(broker, result, [&] { traffic.run({options.stored, {}, 0}); });
    result.tally = traffic.tally();
    result.addsUp = traffic.tally().addsUp(plan.qos);
}

void retained(const Options &options, const BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = storing(options);
    plan.retain = true;
    std::vector<std::string> &topics = plan.topics.emplace_back();
    for (size_t i = 0; i < options.stored; ++i)
        topics.push_back("retained/" + std::to_string(i));
    store(options, broker, plan, result);
}

/// A session that is away; what it finds when it comes back is counted.
void queued(const Options &options, const BrokerProcess &broker, Result &result)
{
    Loop loop;
    const auto visit = [&loop, &broker] {
        std::vector<std::unique_ptr<Client>> visitor;
        visitor.push_back(std::make_unique<Client>(loop, broker, "bench-away"));
        visitor.front()->connect(false);
        return visitor;
    };
    {
        auto visitor = visit();
        awaitAll(loop, visitor, &Client::isWelcome);
        visitor.front()->subscribe({"bench/0"}, 1);
        awaitAll(loop, visitor, &Client::isSubscribed);
        visitor.front()->disconnect();
        loop.run([&] { return !visitor.front()->connection().isOpen(); }, patience);
    }
    store(options, broker, storing(options), result);
    uint64_t found = 0;
    auto visitor = visit();
    visitor.front()->packet = [&found](Client &client, const Packet &packet) {
        uint16_t id = 0;
        packet.payload(id);
        ++found;
        putAcknowledge(client.output(), PacketType::Puback, id);
        client.sendLater();
    };
    loop.run([&] { return found == options.stored; }, patience);
    result.tally.expected = options.stored;
    result.tally.received = found;
    result.tally.lost = options.stored - std::min<uint64_t>(found, options.stored);
    result.addsUp &= result.tally.addsUp(1);
}

constexpr std::array table = {
    Workload{"qos0", "10 pairs, QoS 0, many in flight (--pairs, --window)", true, pairs<0>},
    Workload{"qos1", "the same with QoS 1 from end to end", false, pairs<1>},
    Workload{"qos2", "the same with QoS 2 from end to end", false, pairs<2>},
    Workload{"single", "10 x --pairs pairs, QoS 0, one message in flight each", true, single},
    Workload{"fanout", "one publisher to 1000 receivers, QoS 0, many in flight (--subscribers)", true, fanOut},
    Workload{"filters", "pairs whose receivers hold 10000 wildcard filters (--filters)", false, filters},
    Workload{"connect", "connect and disconnect, as many at a time as there are pairs", false, connects},
    Workload{"latency", "one pair at 1000 messages a second (--rate)", true, latency},
    Workload{"idle", "memory of a connection with one subscription (--connections)", false, idle},
    Workload{"retained", "memory of a retained message (--stored)", false, retained},
    Workload{"queued", "memory of a QoS 1 message queued for a session that is away (--stored)", false, queued},
};

Result runOnce(const Workload &workload, const Options &options)
{
    Result result;
    result.workload = workload.name;
    try {
        const BrokerProcess broker(options);
        workload.run(options, broker, result);
    } catch (const std::exception &failure) {
        result.problem = failure.what();
        result.addsUp = false;
    }
    return result;
}

} // namespace

std::span<const Workload> workloads()
{
    return table;
}

const Workload *findWorkload(const std::string &name)
{
    const auto found
        = std::find_if(table.begin(), table.end(), [&name](const Workload &each) { return name == each.name; });
    return found == table.end() ? nullptr : &*found;
}

std::vector<Result> runWorkload(const Workload &workload, const Options &options)
{
    std::vector<Result> results;
    for (size_t run = 0; run < options.runs; ++run)
        results.push_back(runOnce(workload, options));
    return results;
}

} // namespace bench
