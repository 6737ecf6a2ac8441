#pragma once

#include <pigeon/events.h>

#include <QByteArrayView>

namespace pigeon {

class Connection;
class Publication;
class Session;
struct Delivery;
struct MessageCopy;
struct SubscriptionOptions;

/// Who looks on: hears of each packet, message and delivery, and of what sessions come to. It may look and nothing else;
/// it is called in the middle of things, on the hottest paths there are. Broker thread.
class Observer
{
public:
    // --- packets
    virtual void packetCame(const Connection &from, QByteArrayView packet) = 0;
    /// The packet is `head` and behind it `rest`.
    virtual void packetWent(const Connection &to, QByteArrayView head, QByteArrayView rest) = 0;

    // --- messages: what is delivered between begin and end is deliveries of that message
    /// It was accepted; who gets it is being found out. `publisher` null: the broker itself. Returns what stands for the
    /// message in Observers::current.
    virtual quint32 messageBegins(Publication &publication, const Session *publisher) = 0;
    virtual void messageEnds(Publication &publication, qsizetype receivers) = 0;

    // --- deliveries
    /// QoS 0.
    virtual void sent(const Session &receiver, const Publication &publication, const Delivery &delivery) = 0;
    virtual void queued(const Session &receiver, const MessageCopy &copy) = 0;
    virtual void sent(const Session &receiver, const MessageCopy &copy, quint16 packetId, bool isDuplicate) = 0;
    virtual void received(const Session &receiver, const MessageCopy &copy, quint16 packetId, ReasonCode reason) = 0;
    virtual void acknowledged(const Session &receiver, const MessageCopy &copy, quint16 packetId, ReasonCode reason) = 0;
    /// `message`: as MessageCopy::observed.
    virtual void dropped(
        const QByteArray &clientId, QByteArrayView topic, quint32 message, QoS qos, DropReason reason)
        = 0;

    // --- what there is
    virtual void subscribed(const Session &session, const QByteArray &filter, const SubscriptionOptions &options) = 0;
    virtual void unsubscribed(const Session &session, const QByteArray &filter) = 0;
    virtual void retainedSet(const MessagePtr &message) = 0;
    virtual void retainedRemoved(QByteArrayView topic) = 0;

protected:
    ~Observer() = default;
};

/// Who is told of what; null: nobody, and then it costs one test. Broker thread.
struct Observers
{
    Observer *packets = nullptr;
    Observer *messages = nullptr;
    Observer *deliveries = nullptr; ///< then `messages` is set as well
    Observer *state = nullptr; ///< subscriptions and retained messages
    quint32 current = 0; ///< the message between its begin and its end, as copies of it remember it
};

/// A message between its begin and its end, for who looks on. Messages may nest.
class ObservedMessage
{
public:
    ObservedMessage(Observers &observers, Publication &publication, const Session *publisher)
        : m_observers(observers)
        , m_publication(publication)
        , m_observer(observers.messages)
    {
        if (m_observer) [[unlikely]]
            begin(publisher);
    }
    ~ObservedMessage()
    {
        if (m_observer) [[unlikely]]
            end();
    }
    ObservedMessage(const ObservedMessage &) = delete;
    ObservedMessage &operator=(const ObservedMessage &) = delete;

    void setReceivers(qsizetype receivers) { m_receivers = receivers; }

private:
    void begin(const Session *publisher)
    {
        m_outer = m_observers.current;
        m_observers.current = m_observer->messageBegins(m_publication, publisher);
    }
    void end()
    {
        m_observer->messageEnds(m_publication, m_receivers);
        m_observers.current = m_outer;
    }

    Observers &m_observers;
    Publication &m_publication;
    Observer *const m_observer;
    qsizetype m_receivers = 0;
    quint32 m_outer = 0;
};

} // namespace pigeon
