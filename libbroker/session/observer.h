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

// Who looks on. They may look and nothing else; they are called in the middle of things, on the hottest paths there are.
// Broker thread.

/// Hears of each control packet.
class PacketObserver
{
public:
    virtual void packetCame(const Connection &from, QByteArrayView packet) = 0;
    /// The packet is `head` and behind it `rest`.
    virtual void packetWent(const Connection &to, QByteArrayView head, QByteArrayView rest) = 0;

protected:
    ~PacketObserver() = default;
};

/// Hears of each message that is accepted. What is delivered between its begin and its end is deliveries of it.
class MessageObserver
{
public:
    /// Who gets it is being found out. `publisher` null: the broker itself. Returns what stands for the message in
    /// Observers::current.
    virtual quint32 messageBegins(Publication &publication, const Session *publisher) = 0;
    virtual void messageEnds(qsizetype receivers) = 0;

protected:
    ~MessageObserver() = default;
};

/// Hears how messages come to their receivers.
class DeliveryObserver
{
public:
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

protected:
    ~DeliveryObserver() = default;
};

/// Hears what sessions and the broker hold.
class StateObserver
{
public:
    virtual void subscriptionSet(const Session &session, const QByteArray &filter, const SubscriptionOptions &options) = 0;
    virtual void subscriptionRemoved(const Session &session, const QByteArray &filter) = 0;
    virtual void retainedSet(const MessagePtr &message) = 0;
    virtual void retainedRemoved(QByteArrayView topic) = 0;

protected:
    ~StateObserver() = default;
};

/// Who is told of what; null: nobody, and then it costs one test. Broker thread.
struct Observers
{
    PacketObserver *packets = nullptr;
    MessageObserver *messages = nullptr;
    DeliveryObserver *deliveries = nullptr; ///< then `messages` is set as well
    StateObserver *state = nullptr;
    quint32 current = 0; ///< the message between its begin and its end, as copies of it remember it
};

/// A message between its begin and its end, for who looks on. Messages may nest.
class ObservedMessage
{
public:
    ObservedMessage(Observers &observers, Publication &publication, const Session *publisher)
        : m_observers(observers)
        , m_observer(observers.messages)
    {
        if (m_observer) [[unlikely]]
            begin(publication, publisher);
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
    void begin(Publication &publication, const Session *publisher)
    {
        m_outer = m_observers.current;
        m_observers.current = m_observer->messageBegins(publication, publisher);
    }
    void end()
    {
        m_observer->messageEnds(m_receivers);
        m_observers.current = m_outer;
    }

    Observers &m_observers;
    MessageObserver *const m_observer;
    qsizetype m_receivers = 0;
    quint32 m_outer = 0;
};

} // namespace pigeon
