#pragma once

#include "base/link.h"

#include <pigeon/authentication.h>
#include <pigeon/handlers.h>
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
///
/// Where a question has a completion, that is called once, now or later; calling it after the connection has
/// ended is harmless. A question that is not asked for (`asks...` false) costs one test.
class Policy
{
public:
    virtual ~Policy() = default;

    // --- connecting ------------------------------------------------------------------------------------------
    /// Null: connection number `serial` may come, and its end is told by `gone`. Else why not, a clause.
    virtual const char *whyNotCome(const PeerFacts &peer, quint64 serial);
    virtual void gone(const QByteArray &address, quint64 serial);
    virtual bool asksBeforeConnect() const { return false; }
    /// Before anything of the CONNECT is looked at; what comes back may have been changed.
    virtual void preConnect(
        const ClientInfo &client, ConnectPacket connect, std::function<void(PreConnectDecision)> decided);
    /// Whether such a client may be here at all; asked before it has proven who it is (`userName` empty) and afterwards.
    virtual ReasonCode mayConnect(const QByteArray &clientId, const QByteArray &userName, const PeerFacts &peer);
    /// Decides about a CONNECT without an authentication method.
    virtual void authenticate(const ConnectPacket &connect, const PeerFacts &peer,
        std::function<void(ConnectDecision)> decided);
    /// Whether that peer may try that method; a failure is the reason.
    virtual ReasonCode mayBeginExchange(QByteArrayView method, const PeerFacts &peer);
    /// How an exchange of it has ended at CONNECT. `isRight` false: it has failed.
    virtual void exchangeEnded(QByteArrayView method, const PeerFacts &peer, bool isRight);
    /// The enhanced authentication method of that name, or null [MQTT-4.12.0-1]. Borrowed.
    virtual AuthenticationMethod *method(QByteArrayView name);

    // --- publishing ------------------------------------------------------------------------------------------
    /// `topic` is the real one, aliases are resolved. Wills are asked for when they are published.
    virtual ReasonCode mayPublish(const Origin &origin, QByteArrayView topic);
    virtual bool asksBeforePublish() const { return false; }
    /// After `mayPublish`; what comes back may have been changed.
    virtual void authorizePublish(
        const ClientInfo &client, PublishPacket publish, std::function<void(PublishDecision)> decided);
    virtual bool asksAfterPublish() const { return false; }
    /// A message was handed to its receivers; its publisher is acknowledged when this is answered.
    virtual void published(const PublishedEvent &event, std::function<void(PublishedDecision)> decided);

    // --- subscribing -----------------------------------------------------------------------------------------
    /// Success grants the QoS asked for; a failure is the reason for this filter alone.
    virtual ReasonCode maySubscribe(const Origin &origin, const SubscribeEntry &entry);
    virtual bool asksBeforeSubscribe() const { return false; }
    /// After `maySubscribe`; what comes back may have been changed.
    virtual void authorizeSubscribe(
        const ClientInfo &client, SubscribeEntry entry, std::function<void(SubscribeDecision)> decided);

    // --- receiving -------------------------------------------------------------------------------------------
    /// False: nobody is ever refused a message, so that nobody need ask for each.
    virtual bool asksBeforeDelivery() const { return false; }
    virtual bool mayReceive(const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic);
    virtual bool asksBeforeForward() const { return false; }
    /// Once per delivery to each receiver, at once.
    virtual ForwardDecision forward(const QByteArray &clientId, const PublishPacket &publish);
};

} // namespace pigeon
