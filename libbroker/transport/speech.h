#pragma once

#include <pigeon/listeneroptions.h>

namespace pigeon {

/// What is spoken below MQTT on a connection. A value.
struct Speech
{
    bool isTls = false;
    bool isWebSocket = false;

    /// As the names of listeners begin: "tcp", "tls", "ws", "wss".
    const char *name() const;
};

/// What is spoken at a listener of that kind; on one port for all each connection has its own.
Speech speechOf(ListenerKind kind);
/// What a client is about to speak whose first byte that is. All that is neither TLS nor a request of HTTP is for the
/// decoder of MQTT, which refuses what it does not know.
Speech speechOf(char firstByte);

} // namespace pigeon
