#pragma once

#include "protocol/decoder.h"
#include "session/aliases.h"
#include "session/askedpublish.h"
#include "session/exchange.h"

#include <pigeon/handlers.h>
#include <pigeon/store.h>

#include <functional>

namespace pigeon {

class Connection;
struct Services;

/// What a client publishes: alias to topic, bounds, rights, the exchange, and the acknowledgement that is owed
/// for it. Part of a connection. Broker thread.
class Intake
{
public:
    Intake(Connection &connection, Services &services)
        : m_connection(connection)
        , m_services(services)
    {
    }
    void setMaximumAliases(quint16 maximum) { m_aliases = InboundAliases(maximum); }

    void publish(const PublishView &view);
    void pubrel(quint16 packetId);
    /// The steps that had to wait for the store, each in its turn.
    void acknowledgeOnce(quint16 packetId, ReasonCode reason, StoreStatus status);
    void answer(PacketType type, quint16 packetId, ReasonCode reason);
    void answer(const AcknowledgePacket &refusal);
    void storeFailed(QoS qos, quint16 packetId);
    /// QoS 2: asks about a message that was handed on; its publisher is acknowledged when that is answered.
    void askAfterRelease(const PublishedEvent &event, quint16 packetId, ReasonCode reason);
    /// A question that made the client's further packets wait is closed.
    void answered();
    /// The connection has ended: its open questions will not be answered here.
    void abandon();
    /// Bytes to decode properties into that are not contiguous on the wire.
    QByteArray &scratch() { return m_scratch; }

private:
    void askBeforePublish(const PublishView &view, QByteArrayView topic);
    void authorized(const PublishView &view, const PublishDecision &decision);
    void take(const PublishView &view, Publication &publication);
    void refusePublished(const PublishView &view);
    void ask();
    PublishedEvent eventOf(Publication &publication, const PublishOutcome &outcome) const;
    void owePuback(const PublishView &view, ReasonCode reason, Ticket ticket);
    /// A message of QoS 0 or 1 about which the program is asked.
    struct Asked
    {
        std::shared_ptr<AskedPublish> publish;
        QoS qos = QoS::AtMostOnce;
        quint16 packetId = 0;
        ReasonCode reason = ReasonCode::Success;
    };
    void askOnce(const PublishedEvent &event, const PublishView &view, ReasonCode reason, Ticket ticket);
    void conclude(const Asked &asked, AskedPublish::End end);
    void holdSlot(Ticket ticket);
    bool mount(QByteArrayView &topic);
    bool resolveTopic(const PublishView &view, QByteArrayView &topic);
    bool isWithinWindow(const PublishView &view);
    bool isWithinBounds(const PublishView &view, QByteArrayView topic);
    void refuse(const PublishView &view, const ProtocolError &error);
    bool mayRefuse(const ProtocolError &error);
    void finishOne() { m_unfinished -= m_unfinished > 0; }
    void takeOnce(const PublishView &view, Publication &publication);
    void takeExactlyOnce(const PublishView &view, Publication &publication);
    void repeatPubrec(quint16 packetId);
    ReasonCode reasonFor(const PublishOutcome &outcome) const;

    Connection &m_connection;
    Services &m_services;
    InboundAliases m_aliases;
    QByteArray m_scratch;
    quint64 m_refusals = 0; // messages refused on this connection
    int m_questions = 0; // that are open
    quint32 m_unfinished = 0; // 5.0: QoS 1 and 2 PUBLISH of this connection that are not completely acknowledged
    QByteArray m_mounted; // the topic of the PUBLISH that is being looked at, below the mount point
};

} // namespace pigeon
