#pragma once

#include <pigeon/events.h>
#include <pigeon/packets.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

/// The decisions that a program may take in the broker's stead, and the answers it gives.
namespace pigeon {

/// The answer that a handler owes. It may be given at once or later, on any thread, once: a second answer is
/// ignored. An answer whose last copy is destroyed without having been given refuses; so does one that comes
/// after the handler time limit, and a handler that throws.
template <typename Decision>
class Answer
{
public:
    using Receiver = std::function<void(Decision)>;

    /// For the broker: `receiver` is called once, on the thread that answers.
    explicit Answer(Receiver receiver)
        : m_state(std::make_shared<State>(std::move(receiver)))
    {
    }
    /// Any thread.
    void operator()(Decision decision) const { m_state->give(std::move(decision)); }

private:
    class State
    {
    public:
        explicit State(Receiver receiver)
            : m_receiver(std::move(receiver))
        {
        }
        ~State() { give(Decision::refuse()); }
        void give(Decision decision)
        {
            Receiver receiver;
            {
                const std::lock_guard lock(m_mutex);
                receiver = std::exchange(m_receiver, nullptr);
            }
            if (receiver)
                receiver(std::move(decision));
        }

    private:
        std::mutex m_mutex;
        Receiver m_receiver;
    };
    std::shared_ptr<State> m_state;
};

/// The answer of preConnect: the CONNECT to go on with, which may have been changed, or the reason to refuse it.
struct PreConnectDecision
{
    std::optional<ConnectPacket> connect; ///< nothing: closed without a CONNACK, unless `reason` is a failure
    ReasonCode reason = ReasonCode::Success;
    QByteArray serverReference; ///< with UseAnotherServer or ServerMoved, 5.0 [3.2.2.3.16]
    QByteArray text; ///< for the log

    static PreConnectDecision accept(ConnectPacket packet) { return {std::move(packet), ReasonCode::Success, {}, {}}; }
    /// Closed without a CONNACK.
    static PreConnectDecision refuse(QByteArray why = {}) { return {std::nullopt, ReasonCode::Success, {}, std::move(why)}; }
    /// 5.0: CONNACK 0x9C (or 0x9D) with `server`; 3.x: return code 3.
    static PreConnectDecision redirect(QByteArray server, bool permanently = false)
    {
        return {std::nullopt, permanently ? ReasonCode::ServerMoved : ReasonCode::UseAnotherServer, std::move(server), {}};
    }
};

/// The answer of authenticate.
struct AuthenticateDecision
{
    bool isAccepted = false;
    QByteArray userName; ///< who the client is from now on; its session belongs to that user
    ReasonCode reason = ReasonCode::NotAuthorized; ///< 0x84..0x8A, 0x8C, 0x97, 0x9C..0x9F; as return code 2..5 before 5.0
    QByteArray text; ///< for the log

    static AuthenticateDecision accept(QByteArray user) { return {true, std::move(user), ReasonCode::Success, {}}; }
    static AuthenticateDecision refuse(ReasonCode why = ReasonCode::NotAuthorized) { return {false, {}, why, {}}; }
};

/// The answer of authorizePublish: the message to go on with, which may have been changed (topic, payload, QoS,
/// retain, properties), or a refusal. A changed message that is no valid PUBLISH is a refusal.
struct PublishDecision
{
    std::optional<PublishPacket> publish;
    ReasonCode reason = ReasonCode::NotAuthorized; ///< 5.0: in PUBACK and PUBREC; before, the client is closed
    QByteArray text; ///< reason string and log

    static PublishDecision accept(PublishPacket packet) { return {std::move(packet), ReasonCode::Success, {}}; }
    static PublishDecision refuse(ReasonCode why = ReasonCode::NotAuthorized) { return {std::nullopt, why, {}}; }
};

/// The answer of authorizeSubscribe for one filter: what is granted, which may have been changed, or a refusal.
struct SubscribeDecision
{
    std::optional<SubscribeEntry> entry;
    ReasonCode reason = ReasonCode::NotAuthorized; ///< 5.0: in the SUBACK; before, 0x80

    static SubscribeDecision accept(SubscribeEntry granted) { return {std::move(granted), ReasonCode::Success}; }
    static SubscribeDecision refuse(ReasonCode why = ReasonCode::NotAuthorized) { return {std::nullopt, why}; }
};

/// The answer of published: the publisher is acknowledged now.
struct PublishedDecision
{
    bool isDone = false;

    static PublishedDecision done() { return {true}; }
    /// 5.0: PUBACK or PUBREC 0x83; before, the publisher is closed.
    static PublishedDecision refuse() { return {false}; }
};

/// The answer of authorizeForward, given at once.
struct ForwardDecision
{
    enum class Kind { Keep, Replace, Drop };
    Kind kind = Kind::Keep;
    PublishPacket replacement; ///< Replace: topic, payload and forwarded properties count

    static ForwardDecision keep() { return {}; }
    static ForwardDecision replace(PublishPacket packet) { return {Kind::Replace, std::move(packet)}; }
    static ForwardDecision drop() { return {Kind::Drop, {}}; }
};

/// Before anything of the CONNECT is checked; `client` has no client id yet.
using PreConnectHandler = std::function<void(const ClientInfo &client, ConnectPacket connect, Answer<PreConnectDecision>)>;
/// A CONNECT without an authentication method; user name absent and empty are told apart, the password is bytes.
using AuthenticateHandler = std::function<void(const ClientInfo &client, std::optional<QByteArray> userName,
    std::optional<QByteArray> password, Answer<AuthenticateDecision>)>;
/// Each PUBLISH of a client, its alias resolved, and each will when it is published (`client.connection` 0 then).
using AuthorizePublishHandler = std::function<void(const ClientInfo &client, PublishPacket publish, Answer<PublishDecision>)>;
/// Each filter of a SUBSCRIBE.
using AuthorizeSubscribeHandler = std::function<void(const ClientInfo &client, SubscribeEntry entry, Answer<SubscribeDecision>)>;
/// Each delivery to each receiver: live, retained, queued. Hot: synchronous, on the broker thread.
using AuthorizeForwardHandler = std::function<ForwardDecision(const QByteArray &clientId, const PublishPacket &publish)>;
/// After a message was handed to its receivers, before its publisher is acknowledged.
using PublishedHandler = std::function<void(const PublishedEvent &published, Answer<PublishedDecision>)>;

} // namespace pigeon
