#pragma once

#include "broker/answerdesk.h"
#include "broker/userrules.h"
#include "security/banlist.h"
#include "security/connectionguard.h"
#include "security/scram.h"
#include "session/policy.h"

#include <pigeon/handlers.h>

#include <map>
#include <memory>
#include <optional>

namespace pigeon {

/// Puts the questions of the session room to the handlers of the program, as far as it has set any, and to the
/// built-in rules first (bans, users, rights, those of Policy): they hold whatever the program says. Broker thread.
class HandlerPolicy final : public Policy
{
public:
    /// All outlive it.
    HandlerPolicy(ProgramCalls &calls, const Clock &clock, const BrokerOptions &options)
        : m_calls(calls)
        , m_clock(clock)
        , m_users(options, clock)
        , m_scram(ScramHash::Sha256, [this](const QByteArray &user) { return m_users.scramOf(user); })
    {
        m_scram.setMockIterations([this](const QByteArray &user) { return m_users.scramIterationsOfStranger(user); });
    }
    BanList &bans() { return m_bans; }
    UserRules &users() { return m_users; }
    /// Null: everybody may do everything.
    const AccessList *access() const { return m_users.access(); }
    bool liftBan(BannedBy by, const QByteArray &value);
    std::vector<Ban> allBans();
    void setPreConnect(PreConnectHandler handler) { m_preConnect = std::move(handler); }
    void setAuthenticate(AuthenticateHandler handler) { m_authenticate = std::move(handler); }
    void setAuthorizePublish(AuthorizePublishHandler handler) { m_authorizePublish = std::move(handler); }
    void setAuthorizeSubscribe(AuthorizeSubscribeHandler handler) { m_authorizeSubscribe = std::move(handler); }
    void setAuthorizeForward(AuthorizeForwardHandler handler) { m_authorizeForward = std::move(handler); }
    void setPublished(PublishedHandler handler) { m_published = std::move(handler); }
    void addMethod(std::unique_ptr<AuthenticationMethod> method);
    /// Where answers come back to; outlives the connections that ask. Null before there is a core.
    void setDesk(AnswerDesk *desk) { m_desk = desk; }

    /// The options' bounds on connections; again when they change.
    void setConnectionBounds(const ConnectionBounds &bounds) { m_connections.setBounds(bounds); }
    const char *whyNotCome(const PeerFacts &peer, quint64 serial) override
    {
        return m_connections.whyNot(peer.address, serial, m_clock.now());
    }
    void gone(const QByteArray &address, quint64 serial) override { m_connections.gone(address, serial); }
    ReasonCode mayConnect(const QByteArray &clientId, const QByteArray &userName, const PeerFacts &peer) override;
    bool asksBeforeConnect() const override { return static_cast<bool>(m_preConnect); }
    void preConnect(
        const ClientInfo &client, ConnectPacket connect, std::function<void(PreConnectDecision)> decided) override;
    void authenticate(const ConnectPacket &connect, const PeerFacts &peer,
        std::function<void(ConnectDecision)> decided) override;
    ReasonCode mayBeginExchange(QByteArrayView method, const PeerFacts &peer) override;
    void exchangeEnded(QByteArrayView method, const PeerFacts &peer, bool isRight) override;
    AuthenticationMethod *method(QByteArrayView name) override;
    /// The users of the password file are asked by it, not the program.
    bool isOfPasswordFile(QByteArrayView method);
    ReasonCode mayPublish(const Origin &origin, QByteArrayView topic) override;
    ReasonCode maySubscribe(const Origin &origin, const SubscribeEntry &entry) override;
    bool asksBeforeDelivery() const override { return m_users.access() != nullptr; }
    bool mayReceive(const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic) override;
    bool asksBeforePublish() const override { return static_cast<bool>(m_authorizePublish); }
    void authorizePublish(
        const ClientInfo &client, PublishPacket publish, std::function<void(PublishDecision)> decided) override;
    bool asksAfterPublish() const override { return static_cast<bool>(m_published); }
    void published(const PublishedEvent &event, std::function<void(PublishedDecision)> decided) override;
    bool asksBeforeSubscribe() const override { return static_cast<bool>(m_authorizeSubscribe); }
    void authorizeSubscribe(
        const ClientInfo &client, SubscribeEntry entry, std::function<void(SubscribeDecision)> decided) override;
    bool asksBeforeForward() const override { return static_cast<bool>(m_authorizeForward); }
    ForwardDecision forward(const QByteArray &clientId, const PublishPacket &publish) override;

private:
    void askProgram(const AuthenticateHandler &handler, const ConnectPacket &connect, const PeerFacts &peer,
        const AuthenticateDecision &builtIn, std::function<void(ConnectDecision)> decided);

    ProgramCalls &m_calls;
    const Clock &m_clock;
    BanList m_bans;
    ConnectionGuard m_connections;
    UserRules m_users;
    ScramMethod m_scram; // of the password file

    PreConnectHandler m_preConnect;
    AuthenticateHandler m_authenticate;
    AuthorizePublishHandler m_authorizePublish;
    AuthorizeSubscribeHandler m_authorizeSubscribe;
    AuthorizeForwardHandler m_authorizeForward;
    PublishedHandler m_published;
    std::map<QByteArray, std::unique_ptr<AuthenticationMethod>> m_methods;
    AnswerDesk *m_desk = nullptr;
};

} // namespace pigeon
