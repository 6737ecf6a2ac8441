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

/// How many records of a kind may still be made, and how many were not for lack of that: who looks on at a broker that is at
/// its limit sees some of what it does, and the others cost no more than being counted.
struct ObservedShare
{
    quint32 left = 0;
    quint64 lost = 0;

    bool take()
    {
        if (left == 0) {
            ++lost;
            return false;
        }
        --left;
        return true;
    }
};

/// Stands for a message that is not told: what becomes of it is not told either.
inline constexpr quint32 untoldMessage = 0xFFFFFFFF;

/// Who is told of what; null: nobody, and then it costs one test. Broker thread.
struct Observers
{
    PacketObserver *packets = nullptr;
    MessageObserver *messages = nullptr;
    DeliveryObserver *deliveries = nullptr; ///< then `messages` is set as well
    StateObserver *state = nullptr;
    quint32 current = 0; ///< the message between its begin and its end, as copies of it remember it
    ObservedShare packetShare;
    ObservedShare messageShare;
    ObservedShare deliveryShare;

    /// Who is to be told of one packet; null: nobody.
    PacketObserver *ofPacket()
    {
        if (!packets) [[likely]]
            return nullptr;
        return packetShare.take() ? packets : nullptr;
    }
    /// Who is to be told of one step of a delivery; null: nobody. `message`: as MessageCopy::observed.
    DeliveryObserver *ofDelivery(quint32 message)
    {
        if (!deliveries) [[likely]]
            return nullptr;
        if (message != untoldMessage)
            return deliveryShare.take() ? deliveries : nullptr;
        ++deliveryShare.lost;
        return nullptr;
    }
};

/// A message between its begin and its end, for who looks on. Messages may nest.
class ObservedMessage
{
public:
    ObservedMessage(Observers &observers, Publication &publication, const Session *publisher)
        : m_observers(observers)
        , m_isObserved(observers.messages != nullptr)
    {
        if (m_isObserved) [[unlikely]]
            begin(publication, publisher);
    }
    ~ObservedMessage()
    {
        if (m_isObserved) [[unlikely]]
            end();
    }
    ObservedMessage(const ObservedMessage &) = delete;
    ObservedMessage &operator=(const ObservedMessage &) = delete;

    void setReceivers(qsizetype receivers) { m_receivers = receivers; }

private:
    // Apart, so that the way on which nobody looks stays short.
    [[gnu::noinline]] void begin(Publication &publication, const Session *publisher)
    {
        m_outer = m_observers.current;
        m_isTold = m_observers.messageShare.take();
        m_observers.current = m_isTold ? m_observers.messages->messageBegins(publication, publisher) : untoldMessage;
    }
    [[gnu::noinline]] void end()
    {
        if (m_isTold && m_observers.messages) // who looked on may have looked away in the midst of it
            m_observers.messages->messageEnds(m_receivers);
        m_observers.current = m_outer;
    }

    Observers &m_observers;
    const bool m_isObserved;
    bool m_isTold = false;
    qsizetype m_receivers = 0;
    quint32 m_outer = 0;
};

} // namespace pigeon
