#pragma once

#include "session/inflight.h"
#include "session/publication.h"
#include "session/services.h"
#include "session/session.h"

namespace pigeon {

// Every message that one receiver does not get goes through here: it is counted, and told to who listens and looks on.

/// Of a receiver that may be gone.
inline void countDrop(Services &services, DropReason reason, const QByteArray &clientId, const MessagePtr &message,
    QoS qos, quint32 observed)
{
    ++services.counters.drop(reason);
    if (DeliveryObserver *const observer = services.observers.ofDelivery(observed)) [[unlikely]]
        observer->dropped(clientId, message->topic(), observed, qos, reason);
    if (services.events.wants(Events::DeliveryDropped))
        services.events.deliveryDropped({clientId, message, qos, reason});
}

inline void countDrop(Services &services, DropReason reason, const QByteArray &clientId, const MessageCopy &copy)
{
    countDrop(services, reason, clientId, copy.message, copy.qos, copy.observed);
}

inline void countDrop(Services &services, DropReason reason, Session &receiver, const MessageCopy &copy)
{
    receiver.countDrop(reason);
    countDrop(services, reason, receiver.clientId(), copy);
}

/// A message that nobody had to keep so far: it is made only for a listener.
inline void countDrop(Services &services, DropReason reason, Session &receiver, Publication &publication, QoS qos,
    quint32 observed)
{
    receiver.countDrop(reason);
    ++services.counters.drop(reason);
    if (DeliveryObserver *const observer = services.observers.ofDelivery(observed)) [[unlikely]]
        observer->dropped(receiver.clientId(), publication.topic(), observed, qos, reason);
    if (services.events.wants(Events::DeliveryDropped))
        services.events.deliveryDropped({receiver.clientId(), publication.message(), qos, reason});
}

} // namespace pigeon
