#pragma once

#include "capturescene.h"

/// Three clients that subscribe, and what became of some messages to them.
namespace pigeon::test {

constexpr qint64 millisecond = 1'000'000; // ns

/// Three clients with the same filters, shared and not; the third is away.
inline MonitorSnapshot threeClients()
{
    MonitorSnapshot made;
    made.when = aMoment;
    made.clientNames = {{1, "dev1"}, {2, "dev2"}, {3, "dev3"}};
    made.topicNames = {{1, "site/a"}, {2, "site/a/b"}, {3, "$SYS/x"}};
    made.clients = {facts(1, "dev1"), facts(2, "dev2"), facts(3, "dev3", false)};
    made.subscriptions = {subscription(1, "site/#"), subscription(2, "site/#", true, QoS::ExactlyOnce), subscription(1, "$share/g/site/#"),
        subscription(2, "$share/g/site/#"), subscription(3, "$share/h/site/#"), subscription(3, "other")};
    return made;
}

/// A client has it after so long, or will not get it.
inline DeliveryRecord arrived(quint64 message, ClientNumber receiver, qint64 after, QoS qos = QoS::AtLeastOnce)
{
    return step(message, receiver, qos == QoS::AtMostOnce ? DeliveryStep::Sent : DeliveryStep::Acknowledged, after, qos);
}
inline DeliveryRecord dropped(quint64 message, ClientNumber receiver)
{
    DeliveryRecord made = step(message, receiver, DeliveryStep::Dropped, 0);
    made.drop = DropReason::QueueFull;
    return made;
}

/// Messages 1 and 2 to site/a, 3 to site/a/b, and how they fared.
inline MonitorBatch someTraffic()
{
    MonitorBatch batch;
    batch.messages = {record(1, 1, 9, message("site/a", "x")), record(2, 1, 9, message("site/a", "x")), record(3, 2, 9, message("site/a/b", "x"))};
    batch.deliveries = {arrived(1, 1, 2'000, QoS::AtMostOnce), step(1, 2, DeliveryStep::Sent, 10'000), arrived(1, 2, 3 * millisecond),
        arrived(2, 2, 3 * millisecond), step(2, 2, DeliveryStep::Queued, 0), dropped(3, 2), dropped(1, 3), dropped(2, 3), dropped(3, 3)};
    for (DeliveryRecord &each : batch.deliveries)
        each.topic = each.message == 3 ? 2 : 1;
    return batch;
}

} // namespace pigeon::test
