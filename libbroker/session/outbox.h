#pragma once

#include "base/deadlinewheel.h"
#include "base/ring.h"
#include "session/ackgate.h"
#include "session/deliveryqueue.h"
#include "session/inflight.h"
#include "session/publication.h"
#include "session/retainedreplay.h"
#include "session/storebatch.h"

#include <pigeon/events.h>

#include <QByteArrayView>

#include <memory>
#include <span>

namespace pigeon {

class Connection;
class Session;
struct Services;

/// How one receiver is to get a publication.
struct Delivery
{
    QoS qos = QoS::AtMostOnce; ///< already the minimum of published and granted
    bool retain = false;
    std::span<const quint32> subscriptionIdentifiers;
    QByteArray sharedFilter; ///< `$share/<group>/<filter>` it was taken from, else empty
    bool isForwardAsked = false; ///< the forward handler has seen it
    quint32 observed = 0; ///< Observers::current of its message
};

/// What became of a delivery at once.
enum class DeliveryOutcome {
    Taken, ///< sent, or kept in the queue
    Dropped, ///< counted with its reason
};

/// Everything that is on its way to one client: the queue, what is under way, and the retained messages that
/// are still to be replayed. It sends as much as the client's Receive Maximum, its packet size and its reading
/// allow, in order, and keeps the rest. Part of a session, with or without a connection. Broker thread.
class Outbox
{
public:
    Outbox(Session &session, Services &services);

    // --- from the exchange -----------------------------------------------------------------------------------
    DeliveryOutcome deliver(Publication &publication, const Delivery &delivery, StoreBatch &batch);
    /// Makes the copy that `deliver` would, with its row in `batch`, but holds it back: it goes out by `deliverHeld`.
    MessageCopy hold(Publication &publication, const Delivery &delivery, StoreBatch &batch);
    DeliveryOutcome deliverHeld(MessageCopy copy);
    /// False when one more message of that size finds the queue full.
    bool hasRoom(qsizetype bytes) const { return m_queue.hasRoom(bytes); }
    /// True when a QoS 1 or 2 message would go out at once.
    bool isOpen() const;
    void replay(RetainedReplay replay);
    /// False while so many filters wait for their retained messages that no more may come.
    bool hasRoomForReplay() const;

    // --- from the connection ---------------------------------------------------------------------------------
    /// The client may be sent to from now on: what is under way is repeated first [MQTT-4.4.0-1].
    void open(Connection &connection, quint16 receiveMaximum);
    /// The connection has ended.
    void shut();
    /// Sends what may be sent now.
    void pump();
    /// What an acknowledgement of the client meant to what is under way.
    enum class Acknowledged {
        Yes, ///< one step further
        Unknown, ///< nothing is under way with that packet id
        Mismatch, ///< not what this message waits for: the client breaks the protocol
    };
    Acknowledged puback(quint16 packetId, ReasonCode reason);
    Acknowledged pubrec(quint16 packetId, ReasonCode reason);
    Acknowledged pubcomp(quint16 packetId);
    /// Lets the client finish a handshake that we know nothing of: a PUBREL in its turn [MQTT-4.6.0-4].
    void releaseUnknown(quint16 packetId);

    // --- from the session ------------------------------------------------------------------------------------
    /// Takes the copies of shared subscriptions out of the queue that were not sent and that `wanted` says.
    std::vector<MessageCopy> takeUnsentShared(const std::function<bool(const MessageCopy &)> &wanted);
    /// Puts copies that were taken back to where they were: the front of the queue, in their order.
    void putBack(std::vector<MessageCopy> copies);
    /// Takes out what other members of shared groups may get when the session ends: not sent, or QoS 1 without
    /// its PUBACK; never a QoS 2 message under way [MQTT-4.8.2-5]. The rest is dropped and counted.
    std::vector<MessageCopy> takeAtEnd();
    /// Drops what waits and was not sent.
    void clearQueue(StoreBatch &batch);
    void restore(StoredDelivery delivery);
    void restoreUnloaded(const UnloadedDeliveries &unloaded);
    /// More of the queue has come from the store.
    void fetched(StoreStatus status, std::vector<StoredDelivery> deliveries, size_t asked);

    quint64 queuedMessages() const { return m_queue.messages(); }
    quint64 queuedBytes() const { return m_queue.bytes(); }
    bool hasUnsentShared() const { return m_queue.hasShared(); }
    /// True while the store has what memory has not: its rows are needed as long as the session is.
    bool isPartlyUnloaded() const { return m_queue.isPartlyUnloaded(); }
    size_t inFlight() const { return m_inFlight.size(); }
    /// Most messages that may be under way; 0 while nobody is there.
    quint32 inFlightMaximum() const { return m_connection ? m_initialQuota : 0; }
    void forEachInFlight(const std::function<bool(InFlight::Entry &)> &visit) { m_inFlight.forEach(visit); }
    const DeliveryQueue &queue() const { return m_queue; }
    bool isEmpty() const { return m_queue.isEmpty() && m_inFlight.isEmpty(); }

private:
    DeliveryOutcome deliverUnacknowledged(Publication &publication, const Delivery &delivery);
    DeliveryOutcome accept(MessageCopy copy, StoreBatch &batch);
    MessageCopy makeCopy(Publication &publication, const Delivery &delivery, StoreBatch &batch);
    bool makeRoom(qsizetype bytes, StoreBatch &batch);
    DeliveryOutcome drop(DropReason reason, const MessageCopy &copy, StoreBatch &batch);
    void logFirstDrop(const char *why);
    bool isExpired(const Message &message) const;
    void setExpiryLeft(const Publication &publication, PublishLayout &layout) const;

    bool mayStart() const;
    bool canSend() const;
    void start(MessageCopy copy, StoreBatch &batch);
    void transmit(InFlight::Entry &entry, StoreBatch &batch);
    bool sendStarted();
    void startNext();
    void replaySome();
    bool replayStep(RetainedReplay &replay);
    void replayOne(RetainedReplay &replay, const MessagePtr &message);
    void finish(InFlight::Entry &entry, ReasonCode reason);
    void releaseWhenDurable(quint16 packetId, Ticket ticket);
    void sentIsDurable(quint16 packetId, StoreStatus status);
    void forget(const MessageCopy &copy);
    void forget(const MessageCopy &copy, StoreBatch &batch);
    bool isKept() const;

    Session &m_session;
    Services &m_services;
    Connection *m_connection = nullptr; // while the client may be sent to
    InFlight m_inFlight;
    DeliveryQueue m_queue;
    quint64 m_lastNumber = 0;
    /// The SUBSCRIBEs whose retained messages are being sent, and when the next step is due.
    struct Replays
    {
        explicit Replays(std::function<void()> due)
            : next(std::move(due))
        {
        }
        Ring<RetainedReplay> waiting;
        qsizetype bytes = 0; // of the filters that wait
        Deadline next;
    };
    std::unique_ptr<Replays> m_replays; // null for most
    quint32 m_quota = 0; // QoS 1 and 2 PUBLISH that may still be sent [MQTT-4.9.0-1]
    quint32 m_initialQuota = 0;
    Ring<quint16> m_toSend; // packet ids of what is under way and was not sent on this connection
    std::shared_ptr<AckGate> m_sendGate; // PUBLISH that wait for their packet ids to be durable; null for most
    bool m_pumping = false;
    bool m_isDropLogged = false; // since the queue was empty for the last time
};

} // namespace pigeon
