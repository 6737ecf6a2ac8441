#pragma once

#include "session/ackgate.h"

#include <pigeon/outcome.h>
#include <pigeon/packets.h>

#include <memory>
#include <vector>

namespace pigeon {

class Session;
struct Services;

/// What a program or an operator has the broker do: publish, and act on one client, connected or not. Each command is
/// answered once, in the order of the commands that wait for the store. Broker thread; not in the middle of things.
class Commands
{
public:
    explicit Commands(Services &services);

    /// To everybody, as the broker itself: no rights are asked for. Done when it is kept where it must be and the
    /// handler `published` has answered.
    Outcome publish(const PublishPacket &packet, Completion done);
    /// To everybody, in the name of a client that has a session and with its rights: "no local" holds.
    void publishAs(const QByteArray &clientId, const PublishPacket &packet, Completion done);
    /// To one client alone, whatever it has subscribed to. RETAIN is 0. QoS 1 and 2 are queued while it is away.
    void publishTo(const QByteArray &clientId, const PublishPacket &packet, Completion done);
    /// As if the client had asked for it, without a SUBACK. The handler authorizeSubscribe is asked.
    void subscribe(const QByteArray &clientId, const std::vector<SubscribeEntry> &entries, quint32 identifier,
        Completion done);
    void unsubscribe(const QByteArray &clientId, const std::vector<QByteArray> &filters, Completion done);
    /// Drops what waits for the client and was not sent.
    void clearQueue(const QByteArray &clientId, Completion done);
    /// Ends its connection; the will is published. 5.0 clients are told `reason` and `text`.
    void disconnect(const QByteArray &clientId, ReasonCode reason, const QByteArray &text,
        const QByteArray &serverReference, Completion done);
    /// Ends its connection if there is one, and its session with all that it holds.
    void endSession(const QByteArray &clientId, ReasonCode reason, const QByteArray &text, Completion done);
    /// Takes the retained messages of these topics away, without publishing anything; returns them.
    std::vector<MessagePtr> removeRetained(const std::vector<QByteArray> &topics, Completion done);
    /// Puts such messages back where nothing else has come meanwhile, and as far as they have not expired; returns how many.
    quint64 restoreRetained(const std::vector<MessagePtr> &messages, Completion done);

private:
    Session *find(const QByteArray &clientId, const Completion &done) const;
    Outcome publishFrom(Session *publisher, OriginPtr origin, const PublishPacket &packet, Completion done);
    void tellWhenDurable(Ticket ticket, Outcome outcome, Completion done);
    void askAfterPublish(const MessagePtr &message, qsizetype receivers, Ticket ticket, Completion done);
    void grant(Session &session, const std::vector<struct AskedEntry> &entries, quint32 identifier, Completion done);

    Services &m_services;
    const std::shared_ptr<AckGate> m_gate; // what waits for the store to be told
};

} // namespace pigeon
