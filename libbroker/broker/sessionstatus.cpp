#include "broker/sessionstatus.h"

#include "session/connection.h"
#include "session/session.h"

namespace pigeon {

ClientStatus statusOf(const Session &session)
{
    ClientStatus status;
    status.client = infoOf(session);
    status.isConnected = session.connection() != nullptr;
    status.sessionExpirySeconds = session.expirySeconds();
    status.hasWill = session.will() != nullptr;
    status.subscriptions = static_cast<quint64>(session.subscriptions().size());
    status.queuedMessages = session.outbox().queuedMessages();
    status.queuedBytes = session.outbox().queuedBytes();
    status.inflightMessages = session.outbox().inFlight();
    return status;
}

void appendSubscriptions(const Session &session, std::vector<SubscriptionStatus> &to)
{
    for (auto each = session.subscriptions().cbegin(); each != session.subscriptions().cend(); ++each) {
        const SubscribeEntry entry{
            each.key(), each->maximumQoS, each->noLocal, each->retainAsPublished, RetainHandling::SendAlways};
        to.push_back({session.clientId(), entry, each->identifier});
    }
}

} // namespace pigeon
