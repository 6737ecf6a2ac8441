#pragma once

#include <pigeon/events.h>

#include <QtGlobal>

#include <atomic>

namespace pigeon {

class Connection;
class Publication;

/// Who hears what happens: the session room tells, whoever listens decides what to make of it. Each event has a bit
/// in `wanted`: one that nobody wants costs one test and no value is made for it. Broker thread.
///
/// A listener is called in the middle of things. It may look, and it may ask for things to be done later; it does
/// not call back into the session room.
class Events
{
public:
    enum Event : quint32 {
        ClientRegistered = 1 << 0,
        ClientReady = 1 << 1,
        ClientDisconnected = 1 << 2,
        ClientError = 1 << 3,
        ConnectionError = 1 << 4,
        KeepAliveTimedOut = 1 << 5,
        Published = 1 << 6,
        Acknowledged = 1 << 7,
        Subscribed = 1 << 8,
        Unsubscribed = 1 << 9,
        ConnackSent = 1 << 10,
        Pinged = 1 << 11,
        DeliveryDropped = 1 << 12,
        SessionExpired = 1 << 13,
    };

    virtual ~Events() = default;
    bool wants(Event event) const
    {
        return (m_wanted.load(std::memory_order_relaxed) | m_also->m_wanted.load(std::memory_order_relaxed)
                   | m_also->m_also->m_wanted.load(std::memory_order_relaxed))
            & event;
    }

    /// The client has its session; its CONNACK follows.
    virtual void clientRegistered(const ClientInfo &) { }
    /// CONNACK and everything that waited for the client were written.
    virtual void clientReady(const ClientInfo &) { }
    /// Once per registered client, whatever ended it; its will was dealt with.
    virtual void clientDisconnected(const ClientInfo &, const EventError &) { }
    /// A client that has its session, or at least a client id in a CONNECT that was understood, did or met something bad.
    virtual void clientError(const ClientInfo &, const EventError &) { }
    /// The same before there is a client id: no CONNECT, a malformed one, or one without a client id.
    virtual void connectionError(const ClientInfo &, const EventError &) { }
    virtual void keepAliveTimedOut(const ClientInfo &) { }
    /// After a message was handed to its receivers; hot.
    virtual void published(const PublishedEvent &) { }
    /// A receiver has acknowledged a QoS 1 or 2 message completely; hot.
    virtual void acknowledged(const AcknowledgedEvent &) { }
    /// After the SUBACK was written.
    virtual void subscribed(const ClientInfo &, const std::vector<GrantedSubscription> &) { }
    /// After the UNSUBACK was written, or when a session has ended: after clientDisconnected, before sessionExpired.
    virtual void unsubscribed(const ClientInfo &, const std::vector<QByteArray> &) { }
    /// Any CONNACK was written, refusals too.
    virtual void connackSent(const ClientInfo &, const ConnackPacket &) { }
    /// Before the PINGRESP is written.
    virtual void pinged(const ClientInfo &) { }
    virtual void deliveryDropped(const DroppedEvent &) { }
    /// A session has ended with all its state.
    virtual void sessionExpired(const QByteArray &) { }

protected:
    /// From now on everything is wanted that `other`, to whom it is passed on, wants; before the first event. A chain has
    /// three of them at most.
    void wantAlso(const Events &other) { m_also = &other; }
    /// Any thread: signals are connected from everywhere. Who takes a wish away and then looks whether somebody listens
    /// must see the connection of everybody whose wish it took.
    void setWanted(Event event, bool wanted)
    {
        if (wanted)
            m_wanted.fetch_or(event, std::memory_order_acq_rel);
        else
            m_wanted.fetch_and(~quint32(event), std::memory_order_acq_rel);
    }

private:
    std::atomic<quint32> m_wanted{0};
    const Events *m_also = this;
};

} // namespace pigeon
