#include "session/policy.h"

namespace pigeon {

void Policy::preConnect(const ClientInfo &, ConnectPacket connect, std::function<void(PreConnectDecision)> decided)
{
    decided(PreConnectDecision::accept(std::move(connect)));
}

void Policy::authorizePublish(const ClientInfo &, PublishPacket publish, std::function<void(PublishDecision)> decided)
{
    decided(PublishDecision::accept(std::move(publish)));
}

void Policy::published(const PublishedEvent &, std::function<void(PublishedDecision)> decided)
{
    decided(PublishedDecision::done());
}

void Policy::authorizeSubscribe(
    const ClientInfo &, SubscribeEntry entry, std::function<void(SubscribeDecision)> decided)
{
    decided(SubscribeDecision::accept(std::move(entry)));
}

ForwardDecision Policy::forward(const QByteArray &, const PublishPacket &)
{
    return ForwardDecision::keep();
}

ReasonCode Policy::mayConnect(const QByteArray &, const QByteArray &, const PeerFacts &)
{
    return ReasonCode::Success;
}

void Policy::authenticate(const ConnectPacket &, const PeerFacts &, std::function<void(ConnectDecision)> decided)
{
    decided({});
}

const char *Policy::whyNotCome(const PeerFacts &, quint64)
{
    return nullptr;
}

void Policy::gone(const QByteArray &, quint64) { }

ReasonCode Policy::mayBeginExchange(QByteArrayView, const PeerFacts &)
{
    return ReasonCode::Success;
}

void Policy::exchangeEnded(QByteArrayView, const PeerFacts &, bool) { }

AuthenticationMethod *Policy::method(QByteArrayView)
{
    return nullptr;
}

ReasonCode Policy::mayPublish(const Origin &, QByteArrayView topic)
{
    // $SYS is the broker's own voice: a client that could speak there could forge another's state.
    return topic.startsWith('$') && topic.startsWith("$SYS/") ? ReasonCode::NotAuthorized : ReasonCode::Success;
}

ReasonCode Policy::maySubscribe(const Origin &, const SubscribeEntry &)
{
    return ReasonCode::Success;
}

bool Policy::mayReceive(const QByteArray &, const QByteArray &, QByteArrayView)
{
    return true;
}

} // namespace pigeon
