#include "durable.h"

#include "awaysession.h"
#include "measuring.h"
#include "traffic.h"

#include <thread>

namespace bench {

namespace {

// Queued for each retained message when a start is measured.
constexpr size_t queuedPerRetained = 10;
// At a given rate, so many messages at a time: 1000 times a second 30 000.
constexpr uint64_t ackedAtOnce = 30;

/// Those who fill a queue that is away; nobody else hears them.
TrafficPlan filling(const Options &options, size_t publishers, size_t window, unsigned qos)
{
    TrafficPlan plan;
    plan.publishers = publishers;
    plan.receivers = 0;
    plan.qos = qos;
    plan.window = std::max<size_t>(window, 1);
    plan.payloadBytes = options.payloadBytes;
    // Who wants a message once and no more keeps the packet ids that make it so.
    plan.isPersistent = qos == 2;
    return plan;
}

/// Waits until the broker has nothing more to do: what it does behind an answer belongs to its price.
void awaitRest(const BrokerProcess &broker)
{
    constexpr std::chrono::milliseconds interval{50};
    constexpr std::chrono::milliseconds rest{2};
    for (auto before = broker.cpuTime() - rest;; std::this_thread::sleep_for(interval)) {
        const auto now = broker.cpuTime();
        if (now - before < rest)
            return;
        before = now;
    }
}

void check(const AwaySession &away, uint64_t expected, uint64_t received, Result &result)
{
    result.tally.expected = expected;
    result.tally.received = received;
    result.tally.lost = expected - std::min(received, expected);
    result.tally.wrong += away.wrong();
    result.addsUp &= result.tally.addsUp(1);
}

/// The session comes back to all that is queued; how long the first `--stored` of it take, and the price of one.
void measureDrain(const Options &options, const BrokerProcess &broker, Traffic &traffic, AwaySession &away, Result &result)
{
    const uint64_t waiting = away.awaited(traffic.sentByEach());
    if (waiting < options.stored)
        traffic.run({options.stored - waiting, {}, 0});
    awaitRest(broker);
    const uint64_t expected = away.awaited(traffic.sentByEach());
    away.setMark(options.stored);
    Result drained;
    measure(broker, drained, [&] { drained.units = away.drain(traffic.sentByEach()); });
    const auto cpu = broker.cpuTime();
    awaitRest(broker);
    drained.cpuMicroseconds += std::chrono::duration<double, std::micro>(broker.cpuTime() - cpu).count();
    result.figures["drain_ms"] = away.secondsUntilMark() * 1000;
    result.figures["drain_per_second"] = drained.perSecond();
    result.figures["drain_cpu_us"] = drained.cpuEach();
    check(away, expected, drained.units, result);
}

} // namespace

template <unsigned qos>
void durable(const Options &options, BrokerProcess &broker, Result &result)
{
    AwaySession away(broker, "bench/#", qos);
    Loop loop;
    Traffic traffic(loop, broker, filling(options, options.pairs * 2, options.window / 10, qos));
    traffic.run(warmUpOf(durationOf(options)));
    traffic.keepLatencies();
    const Tally begin = traffic.tally();
    measure(broker, result, [&] { traffic.run(durationOf(options)); });
    result.tally = traffic.tally().since(begin);
    result.units = result.tally.acknowledged;
    result.addsUp = traffic.tally().addsUp(qos);
    addPercentiles(std::move(traffic.latencies()), "ack_", result);
    measureDrain(options, broker, traffic, away, result);
}

template void durable<1>(const Options &, BrokerProcess &, Result &);
template void durable<2>(const Options &, BrokerProcess &, Result &);

void acks(const Options &options, BrokerProcess &broker, Result &result)
{
    AwaySession away(broker, "bench/#", 1);
    Loop loop;
    Traffic traffic(loop, broker, filling(options, options.pairs * 2, options.window, 1));
    Duration duration = durationOf(options);
    duration.burst = ackedAtOnce;
    duration.rate = options.rate * duration.burst;
    traffic.run(warmUpOf(duration));
    traffic.keepLatencies();
    const Tally begin = traffic.tally();
    measure(broker, result, [&] { traffic.run(duration); });
    result.tally = traffic.tally().since(begin);
    result.units = result.tally.acknowledged;
    result.addsUp = traffic.tally().addsUp(1);
    addPercentiles(std::move(traffic.latencies()), "", result);
}

void queued(const Options &options, BrokerProcess &broker, Result &result)
{
    AwaySession away(broker, "bench/0", 1);
    Loop loop;
    Traffic traffic(loop, broker, filling(options, 1, options.window, 1));
    result.units = options.stored;
    measureMemory(broker, result, [&] { traffic.run({options.stored, {}, 0}); });
    result.tally = traffic.tally();
    result.addsUp = traffic.tally().addsUp(1);
    check(away, options.stored, away.drain(traffic.sentByEach()), result);
}

namespace {

/// One publisher who retains a message in each of `topics` topics, and leaves.
void retainSome(const Options &options, const BrokerProcess &broker, size_t topics)
{
    TrafficPlan plan = filling(options, 1, options.window, 1);
    plan.retain = true;
    std::vector<std::string> &all = plan.topics.emplace_back();
    for (size_t i = 0; i < topics; ++i)
        all.push_back("retained/" + std::to_string(i));
    Loop loop;
    Traffic traffic(loop, broker, plan);
    traffic.run({topics, {}, 0});
    if (!traffic.tally().addsUp(1))
        throw std::runtime_error("the broker does not take retained messages");
}

/// How many retained messages a new subscriber is sent, `most` at most.
uint64_t countRetained(const BrokerProcess &broker, uint64_t most)
{
    uint64_t found = 0;
    Loop loop;
    Client client(loop, broker, "bench-looks");
    client.packet = [&found](Client &, const Packet &packet) { found += packet.type == PacketType::Publish; };
    client.connect();
    client.subscribe({"retained/#"}, 0);
    loop.run([&] { return found >= most; }, patience);
    return found;
}

/// Starts the broker anew and returns how long it took until a client had its CONNACK.
double secondsToStart(BrokerProcess &broker)
{
    broker.restart();
    Loop loop;
    Client first(loop, broker, "bench-first");
    first.connect();
    if (!loop.run([&first] { return first.isWelcome(); }, patience))
        throw std::runtime_error("the broker does not answer after its start");
    return std::chrono::duration<double>(Clock::now() - broker.startedAt()).count();
}

} // namespace

void restart(const Options &options, BrokerProcess &broker, Result &result)
{
    AwaySession away(broker, "bench/#", 1);
    retainSome(options, broker, options.stored);
    Loop loop;
    std::vector<uint64_t> sent;
    {
        Traffic traffic(loop, broker, filling(options, options.pairs, options.window, 1));
        traffic.run({options.stored * queuedPerRetained, {}, 0});
        result.tally = traffic.tally();
        result.addsUp = traffic.tally().addsUp(1);
        sent = traffic.sentByEach();
    }
    result.units = options.stored * (queuedPerRetained + 1);
    result.seconds = secondsToStart(broker);
    result.cpuMicroseconds = std::chrono::duration<double, std::micro>(broker.cpuTime()).count();
    result.figures["start_ms"] = result.seconds * 1000;
    result.figures["resident_mb"] = static_cast<double>(broker.residentBytes()) / 1e6;
    const uint64_t retained = countRetained(broker, options.stored);
    check(away, away.awaited(sent) + options.stored, away.drain(sent) + retained, result);
}

} // namespace bench
