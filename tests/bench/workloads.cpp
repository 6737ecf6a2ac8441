#include "workloads.h"

#include "durable.h"
#include "measuring.h"

#include <array>
#include <utility>

namespace bench {

namespace {

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
void pairs(const Options &options, BrokerProcess &broker, Result &result)
{
    runPlan(options, broker, manyInFlight(options, qos), result);
}

void single(const Options &options, BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = manyInFlight(options, 0);
    plan.publishers = options.pairs * 10;
    plan.window = 1;
    runPlan(options, broker, plan, result);
}

void fanOut(const Options &options, BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = manyInFlight(options, 0);
    plan.publishers = 1;
    plan.receivers = options.subscribers;
    plan.window = std::max<size_t>(options.window / 5, 1); // each is a thousand deliveries
    runPlan(options, broker, plan, result);
}

/// Each publisher goes through topics each of which one of its receiver's filters matches.
void filters(const Options &options, BrokerProcess &broker, Result &result)
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

void latency(const Options &options, BrokerProcess &broker, Result &result)
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
    addPercentiles(std::move(traffic.latencies()), "", result);
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

void connects(const Options &options, BrokerProcess &broker, Result &result)
{
    Revolving clients(broker, options.pairs);
    clients.run(warmUpOf(durationOf(options)));
    measure(broker, result, [&] { result.units = clients.run(durationOf(options)); });
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

void idle(const Options &options, BrokerProcess &broker, Result &result)
{
    Loop loop;
    std::vector<std::unique_ptr<Client>> clients;
    addIdle(loop, broker, 100, clients); // what is paid once is paid by these
    result.units = options.connections;
    measureMemory(broker, result, [&] { addIdle(loop, broker, options.connections, clients); });
}

void retained(const Options &options, BrokerProcess &broker, Result &result)
{
    TrafficPlan plan = manyInFlight(options, 1);
    plan.publishers = 1;
    plan.receivers = 0;
    plan.retain = true;
    std::vector<std::string> &topics = plan.topics.emplace_back();
    for (size_t i = 0; i < options.stored; ++i)
        topics.push_back("retained/" + std::to_string(i));
    Loop loop;
    Traffic traffic(loop, broker, plan);
    result.units = options.stored;
    measureMemory(broker, result, [&] { traffic.run({options.stored, {}, 0}); });
    result.tally = traffic.tally();
    result.addsUp = traffic.tally().addsUp(plan.qos);
}

using Needs = Workload::Needs;

constexpr std::array table = {
    Workload{"qos0", "10 pairs, QoS 0, many in flight (--pairs, --window)", Needs::BytesPassedOn, pairs<0>},
    Workload{"qos1", "the same with QoS 1 from end to end", Needs::Broker, pairs<1>},
    Workload{"qos2", "the same with QoS 2 from end to end", Needs::Broker, pairs<2>},
    Workload{"single", "10 x --pairs pairs, QoS 0, one message in flight each", Needs::BytesPassedOn, single},
    Workload{"fanout", "one publisher to 1000 receivers, QoS 0, many in flight (--subscribers)", Needs::BytesPassedOn, fanOut},
    Workload{"filters", "pairs whose receivers hold 10000 wildcard filters (--filters)", Needs::Broker, filters},
    Workload{"connect", "connect and disconnect, as many at a time as there are pairs", Needs::Broker, connects},
    Workload{"latency", "one pair at 1000 messages a second (--rate)", Needs::BytesPassedOn, latency},
    Workload{"idle", "memory of a connection with one subscription (--connections)", Needs::Broker, idle},
    Workload{"retained", "memory of a retained message (--stored)", Needs::Broker, retained},
    Workload{"queued", "memory of a QoS 1 message queued for a session that is away (--stored)", Needs::Broker, queued},
    Workload{"durable", "20 publishers of QoS 1 for a session that is away and then comes back (2 x --pairs, --window / 10)",
        Needs::Broker, durable<1>},
    Workload{"durable2", "the same with QoS 2 from end to end", Needs::Broker, durable<2>},
    Workload{"acks", "the same publishers of QoS 1 at 30 000 messages a second (30 x --rate)", Needs::Broker, acks},
    Workload{"restart", "a start with --stored retained and 10 x --stored queued messages (only when named)", Needs::Store,
        restart},
};

Result runOnce(const Workload &workload, const Options &options)
{
    Result result;
    result.workload = workload.name;
    try {
        BrokerProcess broker(options);
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
