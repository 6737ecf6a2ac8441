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
    quint64 connectionsRefused = 0; ///< over the bound on connections, refused by CONNACK, or closed before
    quint64 protocolErrors = 0; ///< of clients that were let in
    quint64 packetsReceived = 0;
    quint64 packetsSent = 0;
    quint64 bytesReceived = 0;
    quint64 bytesSent = 0;
    quint64 publishReceived = 0;
    quint64 publishSent = 0;
    quint64 publishRefused = 0; ///< not authorised, over a bound, or not kept
    quint64 subscriptionsRefused = 0;
    quint64 drainTimeouts = 0;
    quint64 keepAliveTimeouts = 0;
    quint64 storeFailures = 0;
    std::array<quint64, dropReasonCount> drops{}; ///< by DropReason

    quint64 &drop(DropReason reason) { return drops[static_cast<size_t>(reason)]; }
};

} // namespace pigeon
