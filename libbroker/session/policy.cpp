#include "session/policy.h"

namespace pigeon {

void Policy::authenticate(const ConnectPacket &, const PeerFacts &, std::function<void(ConnectDecision)> decided)
{
    decided({});
}

AuthenticationMethod *Policy::method(QByteArrayView)
{
    return nullptr;
}

ReasonCode Policy::mayPublish(const Origin &, QByteArrayView topic)
{
    // $SYS is the broker's own voice: a client that could speak there could forge another's state.
    return topic.startsWith("$SYS/") ? ReasonCode::NotAuthorized : ReasonCode::Success;
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
