#pragma once

#include "base/deadlinewheel.h"
#include "routing/subscriptiontree.h"
#include "session/ackgate.h"
#include "session/inboundids.h"
#include "session/outbox.h"
#include "session/traffic.h"

#include <pigeon/events.h>
#include <pigeon/message.h>
#include <pigeon/packets.h>
#include <pigeon/store.h>

#include <QMap>

#include <array>
#include <list>
#include <memory>
#include <optional>

namespace pigeon {

class Connection;
struct Services;

/// The will of a session: what is published when its connection ends badly [MQTT-3.1.2-7].
struct Will
{
    WillFields fields;
    OriginPtr origin;
};

/// What the broker holds for one client id, with or without a connection (4.1): subscriptions, messages both
/// ways, the will, and when all this ends. Owned by the SessionRegistry. Broker thread.
class Session final : public Subscriber, public std::enable_shared_from_this<Session>
{
public:
    Session(QByteArray clientId, QByteArray userName, Services &services);
    ~Session();

    const QByteArray &clientId() const { return m_clientId; }
    /// The authenticated user it belongs to; empty when nobody checked.
    const QByteArray &userName() const { return m_userName; }
    Outbox &outbox() { return m_outbox; }
    const Outbox &outbox() const { return m_outbox; }
    InboundIds &inboundIds() { return m_inboundIds; }
    AckGate &gate() { return *m_gate; }

    // --- connection ------------------------------------------------------------------------------------------
    Connection *connection() const { return m_connection; }
    /// The connection if it is still that one, else null: for steps that had to wait.
    Connection *connection(quint64 serial) const;
    void attach(Connection &connection);
    void detach();

    // --- how long it lasts -----------------------------------------------------------------------------------
    /// Seconds it is kept after its connection, 0xFFFFFFFF = never ends.
    quint32 expirySeconds() const { return m_expirySeconds; }
    void setExpirySeconds(quint32 seconds) { m_expirySeconds = seconds; }
    /// True when it outlives its connection [MQTT-3.1.2-23]: its changes are for the store.
    bool isDurable() const { return m_expirySeconds > 0; }
    Deadline &endDeadline() { return m_endDeadline; }
    StoredSession stored(std::optional<Milliseconds> endsAt) const;
    /// True when the store has a row of it, or is going to: then its end is for the store too.
    bool isStored() const { return m_isStored; }
    void setStored(bool stored) { m_isStored = stored; }
    /// True when the registry has given it up: what still comes for it is for nobody.
    bool hasEnded() const { return m_hasEnded; }

    // --- subscriptions ---------------------------------------------------------------------------------------
    const QMap<QByteArray, SubscriptionOptions> &subscriptions() const { return m_subscriptions; }
    /// Adds or replaces; returns true when it is new. `filter` with `$share/<group>/`.
    bool subscribe(const QByteArray &filter, const SubscriptionOptions &options);
    bool unsubscribe(const QByteArray &filter);
    void unsubscribeAll();
    bool hasSharedSubscriptions() const { return m_sharedSubscriptions > 0; }

    // --- will ------------------------------------------------------------------------------------------------
    /// Null when there is none.
    const Will *will() const { return m_will.get(); }
    void setWill(std::optional<Will> will);
    std::unique_ptr<Will> takeWill();
    Deadline &willDeadline() { return m_willDeadline; }

    // --- for who looks on ------------------------------------------------------------------------------------
    /// Of all its connections.
    Traffic traffic() const;
    void addEarlier(const Traffic &traffic);
    /// By DropReason; null: nothing was dropped.
    const std::array<quint64, dropReasonCount> *drops() const { return m_drops.get(); }
    void countDrop(DropReason reason, quint64 count = 1);
    /// The number that it bears there, 0 = none yet.
    quint32 observedAs() const { return m_observedAs; }
    void setObservedAs(quint32 number) const { m_observedAs = number; }

private:
    friend class SessionRegistry;
    Services &m_services;
    const QByteArray m_clientId;
    const QByteArray m_userName;
    Connection *m_connection = nullptr;
    quint32 m_expirySeconds = 0;
    bool m_isStored = false;
    bool m_hasEnded = false;
    mutable quint32 m_observedAs = 0;
    QMap<QByteArray, SubscriptionOptions> m_subscriptions; // of one filter a QHash takes 1.7 KB, this 0.2
    qsizetype m_sharedSubscriptions = 0; // of them
    std::shared_ptr<AckGate> m_gate;
    InboundIds m_inboundIds;
    Outbox m_outbox;
    std::unique_ptr<Will> m_will;
    std::unique_ptr<Traffic> m_earlier; // of connections that have ended; null for most
    std::unique_ptr<std::array<quint64, dropReasonCount>> m_drops; // null for most
    Deadline m_endDeadline;
    Deadline m_willDeadline;
    std::optional<std::list<Session *>::iterator> m_offlinePlace; // in the registry's list of those away
};

/// The client as who listens is told of it, connected or not.
ClientInfo infoOf(const Session &session);

} // namespace pigeon
