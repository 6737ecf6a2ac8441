#pragma once

#include <pigeon/events.h>
#include <pigeon/outcome.h>
#include <pigeon/packets.h>

#include <QByteArray>
#include <QMetaType>

#include <chrono>
#include <optional>
#include <vector>

namespace pigeon {

class Broker;

/// What the broker holds for one client id, at one moment.
struct ClientStatus
{
    ClientInfo client; ///< `connection` is 0 while it is away; then only client id and user are known
    bool isConnected = false;
    quint32 sessionExpirySeconds = 0; ///< after the connection; 0 = the session ends with it, 0xFFFFFFFF = never
    bool hasWill = false;
    quint64 subscriptions = 0;
    quint64 queuedMessages = 0; ///< that wait and were not sent
    quint64 queuedBytes = 0; ///< of these, as BrokerOptions::maximumQueuedBytes counts
    quint64 inflightMessages = 0; ///< QoS 1 and 2: sent, not completely acknowledged
};

/// One subscription of one client.
struct SubscriptionStatus
{
    QByteArray clientId;
    SubscribeEntry entry; ///< the filter with `$share/<group>/`; `retainHandling` is not kept and says nothing
    quint32 identifier = 0; ///< 0 = none

    friend bool operator==(const SubscriptionStatus &, const SubscriptionStatus &) = default;
};

/// A client by its client id, connected or not: what a program may know of it and do to it. A handle: cheap to copy,
/// and it names whoever has that client id when a method is called. Got from Broker::client; not to be used after
/// the broker has gone. Broker thread; from inside a slot or handler of the broker's what changes something is done as
/// soon as the broker is through with what it is doing. Since 0.1.
///
/// Each method that changes something tells `done` how it ended; without a session of that client id it ends with
/// UnspecifiedError.
class Client
{
public:
    QByteArray clientId() const { return m_clientId; }
    /// Nothing when the broker has no session of that client id.
    std::optional<ClientStatus> status() const;
    std::vector<SubscriptionStatus> subscriptions() const;

    /// To this client alone, whatever it has subscribed to; RETAIN is 0. QoS 1 and 2 wait in its queue while it is away
    /// (and are kept as all its messages are); QoS 0 ends with UnspecifiedError then. `done`: it was sent or queued, not
    /// acknowledged. The handler authorizeForward is asked, authorizePublish is not.
    void publish(const PublishPacket &packet, Completion done = {}) const;
    /// As if the client had subscribed, without a SUBACK; authorizeSubscribe is asked, retained messages are sent.
    /// Outcome::reasons has what was granted, one per entry. `identifier` 0 = none.
    void subscribe(std::vector<SubscribeEntry> entries, quint32 identifier = 0, Completion done = {}) const;
    void unsubscribe(std::vector<QByteArray> filters, Completion done = {}) const;
    /// Ends its connection; its will is published. A 5.0 client is told `reason`, which must be one that DISCONNECT may
    /// carry (else 0x80 is said), and `text`.
    void disconnect(ReasonCode reason = ReasonCode::AdministrativeAction, const QByteArray &text = {},
        Completion done = {}) const;
    /// Sends a 5.0 client to another server (0x9C, or 0x9D `permanently`); an older one is only disconnected.
    void redirect(const QByteArray &serverReference, bool permanently = false, Completion done = {}) const;
    /// Drops what waits for it and was not sent, each told as `deliveryDropped` with DropReason::QueueCleared.
    void clearQueue(Completion done = {}) const;
    /// Ends its connection and its session with all it holds.
    void endSession(Completion done = {}) const;
    /// Bans the client id, for ever without a `duration`, and disconnects the client with reason 0x98.
    void ban(std::optional<std::chrono::seconds> duration = {}, const QByteArray &reason = {}) const;

private:
    friend class Broker;
    Client(Broker *broker, QByteArray clientId);

    Broker *m_broker;
    QByteArray m_clientId;
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::ClientStatus)
Q_DECLARE_METATYPE(pigeon::SubscriptionStatus)
