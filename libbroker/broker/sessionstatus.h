#pragma once

#include <pigeon/client.h>

#include <vector>

namespace pigeon {

class Session;

/// A session as the program is told of it. Broker thread.
ClientStatus statusOf(const Session &session);
void appendSubscriptions(const Session &session, std::vector<SubscriptionStatus> &to);

} // namespace pigeon
