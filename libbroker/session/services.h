#pragma once

#include "base/clock.h"
#include "base/counters.h"
#include "base/deadlinewheel.h"
#include "routing/retainedtopics.h"
#include "routing/subscriptiontree.h"
#include "session/ackgate.h"
#include "session/events.h"
#include "session/observer.h"
#include "session/policy.h"

#include <pigeon/options.h>
#include <pigeon/store.h>

namespace pigeon {

class Connections;
class Exchange;
class Listeners;
class PublishSlots;
class SessionRegistry;

/// What the parts of the session room share and nobody of them owns. Made once per broker by the room `broker`
/// (and by tests); every reference outlives the parts. Broker thread.
struct Services
{
    const BrokerOptions &options;
    const Clock &clock;
    DeadlineWheel &deadlines;
    Store &store;
    Policy &policy;
    Events &events;
    Counters &counters;
    Tickets &tickets;
    SubscriptionTree &subscriptions;
    RetainedTopics &retained;
    SessionRegistry &sessions;
    Exchange &exchange;
    Connections &connections;
    Listeners &listeners;
    PublishSlots &publishSlots;
    Observers observers = {};
};

} // namespace pigeon
