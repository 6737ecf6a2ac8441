#pragma once

#include "base/link.h"

#include <pigeon/authentication.h>
#include <pigeon/message.h>
#include <pigeon/packets.h>

#include <functional>

namespace pigeon {

/// What was decided about a CONNECT.
struct ConnectDecision
{
    ReasonCode reason = ReasonCode::Success;
    QByteArray userName; ///< who the client is, when that was checked; empty else
    QByteArray serverReference; ///< with UseAnotherServer or ServerMoved
    QByteArray text; ///< for the log and the reason string

    bool isAccepted() const { return !isFailure(reason); }
};

/// Who may connect, publish, subscribe and receive: the questions that the session room asks and does not
/// answer. The defaults allow everything but publishing to `$SYS/`. Broker thread.
class Policy
{
public:
    virtual ~Policy() = default;

    /// Decides about a CONNECT without an authentication method. `decided` is called once, now or later; never,
    /// when the connection ended meanwhile, is harmless too.
    virtual void authenticate(const ConnectPacket &connect, const PeerFacts &peer,
        std::function<void(ConnectDecision)> decided);
    /// The enhanced authentication method of that name, or null [MQTT-4.12.0-1]. Borrowed.
    virtual AuthenticationMethod *method(QByteArrayView name);
    /// `topic` is the real one, aliases are resolved. Wills are asked for when they are published.
    virtual ReasonCode mayPublish(const Origin &origin, QByteArrayView topic);
    /// Success grants the QoS asked for; a failure is the reason for this filter alone.
    virtual ReasonCode maySubscribe(const Origin &origin, const SubscribeEntry &entry);
    /// False: nobody is ever refused a message, so that nobody need ask for each.
    virtual bool asksBeforeDelivery() const { return false; }
    virtual bool mayReceive(const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic);
};

} // namespace pigeon
