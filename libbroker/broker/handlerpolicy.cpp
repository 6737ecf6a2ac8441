#include "broker/handlerpolicy.h"

#include "base/logging.h"
#include "protocol/topic.h"
#include "session/peerinfo.h"

namespace pigeon {

void HandlerPolicy::addMethod(std::unique_ptr<AuthenticationMethod> method)
{
    const QByteArray name = method->name();
    m_methods[name] = std::move(method);
}

AuthenticationMethod *HandlerPolicy::method(QByteArrayView name)
{
    const auto found = m_methods.find(name.toByteArray());
    if (found != m_methods.end())
        return found->second.get();
    return isOfPasswordFile(name) ? &m_scram : nullptr;
}

ReasonCode HandlerPolicy::mayBeginExchange(QByteArrayView method, const PeerFacts &peer)
{
    return isOfPasswordFile(method) ? m_users.mayTry(peer.address) : ReasonCode::Success;
}

void HandlerPolicy::exchangeEnded(QByteArrayView method, const PeerFacts &peer, bool isRight)
{
    if (isOfPasswordFile(method))
        m_users.tried(peer.address, isRight);
}

/// A method of the program's of the same name comes first.
bool HandlerPolicy::isOfPasswordFile(QByteArrayView method)
{
    return m_users.hasScram() && method == m_scram.name() && !m_methods.contains(method.toByteArray());
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

bool HandlerPolicy::liftBan(BannedBy by, const QByteArray &value)
{
    const bool isGuarded = by == BannedBy::Address && m_users.guard().lift(value, m_clock.now());
    return m_bans.remove(by, value) || isGuarded;
}

std::vector<Ban> HandlerPolicy::allBans()
{
    std::vector<Ban> all = m_bans.list(m_clock.wallTime());
    for (const LoginGuard::BannedAddress &each : m_users.guard().banned(m_clock.now()))
        all.push_back({BannedBy::Address, each.address, m_clock.wallTime() + each.left,
            QByteArrayLiteral("too many failed logins")});
    return all;
}

namespace {

ConnectDecision connectDecision(const AuthenticateDecision &decision)
{
    const ReasonCode refused = isFailure(decision.reason) ? decision.reason : ReasonCode::NotAuthorized;
    return {decision.isAccepted ? ReasonCode::Success : refused, decision.userName, {}, decision.text};
}

} // namespace

/// The users of the operator first: what they refuse, the program is not asked about.
void HandlerPolicy::authenticate(
    const ConnectPacket &connect, const PeerFacts &peer, std::function<void(ConnectDecision)> decided)
{
    const bool isAskedLater = static_cast<bool>(m_authenticate);
    // Copies: the packet ends with the connection, which may be before the password is checked, and the program may set
    // another handler meanwhile.
    const auto goOn = [this, connect = isAskedLater ? connect : ConnectPacket(), peer, handler = m_authenticate,
                          decided = std::move(decided)](const AuthenticateDecision &builtIn) {
        if (!builtIn.isAccepted || !handler)
            decided(connectDecision(builtIn));
        else
            askProgram(handler, connect, peer, builtIn, decided);
    };
    if (!peer.identity.isEmpty()) // a certificate that was checked has said who it is: there is no password to check
        goOn(AuthenticateDecision::accept(peer.identity));
    else
        m_users.authenticate(connect, peer, isAskedLater, *m_desk, goOn);
}

void HandlerPolicy::askProgram(const AuthenticateHandler &handler, const ConnectPacket &connect,
    const PeerFacts &peer, const AuthenticateDecision &builtIn, std::function<void(ConnectDecision)> decided)
{
    ClientInfo client = infoOf(peer);
    client.clientId = connect.clientId;
    client.userName = builtIn.userName;
    client.version = connect.version;
    client.cleanStart = connect.cleanStart;
    client.keepAliveSeconds = connect.keepAliveSeconds;
    m_desk->ask<AuthenticateDecision>(
        "authenticate",
        [&](const Answer<AuthenticateDecision> &answer) {
            handler(client, connect.userName, connect.password, answer);
        },
        [decided = std::move(decided)](const AuthenticateDecision &decision) { decided(connectDecision(decision)); });
}

ReasonCode HandlerPolicy::mayPublish(const Origin &origin, QByteArrayView topic)
{
    const ReasonCode builtIn = Policy::mayPublish(origin, topic);
    const AccessList *access = m_users.access();
    if (isFailure(builtIn) || !access || access->publish(origin.clientId, origin.userName, topic).isAllowed)
        return builtIn;
    return ReasonCode::NotAuthorized;
}

ReasonCode HandlerPolicy::maySubscribe(const Origin &origin, const SubscribeEntry &entry)
{
    const AccessList *access = m_users.access();
    const QByteArrayView filter = splitFilter(entry.filter).filter;
    const bool isAllowed = !access || access->subscribe(origin.clientId, origin.userName, filter).isAllowed;
    return isAllowed ? ReasonCode::Success : ReasonCode::NotAuthorized;
}

bool HandlerPolicy::mayReceive(const QByteArray &clientId, const QByteArray &userName, QByteArrayView topic)
{
    const AccessList *access = m_users.access();
    return !access || access->receive(clientId, userName, topic).isAllowed;
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
