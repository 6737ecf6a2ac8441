#pragma once

#include <pigeon/events.h>

#include <QtGlobal>

#include <array>

namespace pigeon {

/// What the broker counts. Plain numbers: written on the broker thread only; a reader elsewhere takes a copy
/// through it.
struct Counters
{
    quint64 connectionsAccepted = 0;
    quint64 connectsReceived = 0; ///< CONNECT packets
    quint64 mostConnected = 0; ///< clients that were let in, the most at once
    quint64 sessionsExpired = 0; ///< their clients stayed away for too long
    quint64 connectionsRefused = 0; ///< over the bound on connections, refused by CONNACK, or closed before
    quint64 protocolErrors = 0; ///< of clients that were let in
    quint64 packetsReceived = 0;
    quint64 packetsSent = 0;
    quint64 bytesReceived = 0;
    quint64 bytesSent = 0;
    quint64 publishReceived = 0;
    quint64 publishSent = 0;
    quint64 publishBytesReceived = 0; ///< of payloads
    quint64 publishBytesSent = 0;
    quint64 publishRefused = 0; ///< not authorised, over a bound, or not kept
    quint64 subscriptionsRefused = 0;
    quint64 drainTimeouts = 0;
    quint64 keepAliveTimeouts = 0;
    quint64 storeFailures = 0;
    std::array<quint64, dropReasonCount> drops{}; ///< by DropReason
    // Not totals but what there is now:
    quint64 queuedMessages = 0; ///< waiting for clients, once for each of them; without what is under way
    quint64 queuedBytes = 0; ///< memory of these

    quint64 &drop(DropReason reason) { return drops[static_cast<size_t>(reason)]; }
    quint64 drop(DropReason reason) const { return drops[static_cast<size_t>(reason)]; }
};

} // namespace pigeon
