#include "broker/handlerpolicy.h"

#include "base/logging.h"

namespace pigeon {

void HandlerPolicy::addMethod(std::unique_ptr<AuthenticationMethod> method)
{
    const QByteArray name = method->name();
    m_methods[name] = std::move(method);
}

AuthenticationMethod *HandlerPolicy::method(QByteArrayView name)
{
    const auto found = m_methods.find(name.toByteArray());
    return found == m_methods.end() ? nullptr : found->second.get();
}

ReasonCode HandlerPolicy::mayConnect(
    const QByteArray &clientId, const QByteArray &userName, const PeerFacts &peer)
{
    const Ban *ban = m_bans.find(clientId, userName, peer.address, m_clock.wallTime());
    return ban ? ReasonCode::Banned : ReasonCode::Success;
}

void HandlerPolicy::preConnect(
    const ClientInfo &client, ConnectPacket connect, std::function<void(PreConnectDecision)> decided)
{
    m_desk->ask<PreConnectDecision>(
        "preConnect",
        [&](const Answer<PreConnectDecision> &answer) { m_preConnect(client, std::move(connect), answer); },
        std::move(decided));
}

void HandlerPolicy::authenticate(
    const ConnectPacket &connect, const PeerFacts &peer, std::function<void(ConnectDecision)> decided)
{
    if (!m_authenticate) {
        decided({});
        return;
    }
    ClientInfo client;
    client.clientId = connect.clientId;
    client.address = peer.address;
    client.port = peer.port;
    client.listener = peer.listener;
    client.version = connect.version;
    client.cleanStart = connect.cleanStart;
    client.keepAliveSeconds = connect.keepAliveSeconds;
    m_desk->ask<AuthenticateDecision>(
        "authenticate",
        [&](const Answer<AuthenticateDecision> &answer) {
            m_authenticate(client, connect.userName, connect.password, answer);
        },
        [decided = std::move(decided)](const AuthenticateDecision &decision) {
            const ReasonCode refused
                = isFailure(decision.reason) ? decision.reason : ReasonCode::NotAuthorized;
            decided({decision.isAccepted ? ReasonCode::Success : refused, decision.userName, {}, decision.text});
        });
}

void HandlerPolicy::authorizePublish(
    const ClientInfo &client, PublishPacket publish, std::function<void(PublishDecision)> decided)
{
    m_desk->ask<PublishDecision>(
        "authorizePublish",
        [&](const Answer<PublishDecision> &answer) { m_authorizePublish(client, std::move(publish), answer); },
        std::move(decided));
}

void HandlerPolicy::published(const PublishedEvent &event, std::function<void(PublishedDecision)> decided)
{
    m_desk->ask<PublishedDecision>(
        "published", [&](const Answer<PublishedDecision> &answer) { m_published(event, answer); },
        std::move(decided));
}

void HandlerPolicy::authorizeSubscribe(
    const ClientInfo &client, SubscribeEntry entry, std::function<void(SubscribeDecision)> decided)
{
    m_desk->ask<SubscribeDecision>(
        "authorizeSubscribe",
        [&](const Answer<SubscribeDecision> &answer) { m_authorizeSubscribe(client, std::move(entry), answer); },
        std::move(decided));
}

ForwardDecision HandlerPolicy::forward(const QByteArray &clientId, const PublishPacket &publish)
{
    const ProgramCalls::Inside inside(m_calls);
    try {
        return m_authorizeForward(clientId, publish);
    } catch (const std::exception &exception) {
        qCWarning(logSecurity, "The handler authorizeForward threw (%s): that is a refusal", exception.what());
    } catch (...) {
        qCWarning(logSecurity, "The handler authorizeForward threw: that is a refusal");
    }
    return ForwardDecision::drop();
}

} // namespace pigeon
