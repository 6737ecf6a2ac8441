#pragma once

#include "session/policy.h"

#include <pigeon/message.h>

namespace pigeon {

/// Asks the forward handler about one delivery: false when it is to be dropped; `message` is another one
/// afterwards when the handler has replaced it. Broker thread.
bool forward(Policy &policy, const QByteArray &clientId, MessagePtr &message, QoS qos, bool retain);

} // namespace pigeon
