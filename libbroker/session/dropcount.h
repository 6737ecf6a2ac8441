#pragma once

#include "session/inflight.h"
#include "session/publication.h"
#include "session/services.h"

namespace pigeon {

/// Counts a message that one receiver does not get, and tells it to who listens. Every drop goes through here.
inline void countDrop(Services &services, DropReason reason, const QByteArray &clientId, const MessagePtr &message, QoS qos)
{
    ++services.counters.drop(reason);
    if (services.events.wants(Events::DeliveryDropped))
        services.events.deliveryDropped({clientId, message, qos, reason});
}

inline void countDrop(Services &services, DropReason reason, const QByteArray &clientId, const MessageCopy &copy)
{
    countDrop(services, reason, clientId, copy.message, copy.qos);
}

/// The same for a message that nobody had to keep so far: it is made only for a listener.
inline void countDrop(
    Services &services, DropReason reason, const QByteArray &clientId, Publication &publication, QoS qos)
{
    ++services.counters.drop(reason);
    if (services.events.wants(Events::DeliveryDropped))
        services.events.deliveryDropped({clientId, publication.message(), qos, reason});
}

} // namespace pigeon
