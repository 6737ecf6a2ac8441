#pragma once

#include <QtGlobal>

#include <array>

namespace pigeon {

/// Why a message was not delivered to a client, or a client or packet was refused. Each is counted.
enum class DropReason : quint8 {
    QueueFull, ///< the receiver's queue reached its bound
    OutputFull, ///< QoS 0: the receiver does not read
    PacketTooLarge, ///< larger than the receiver's Maximum Packet Size
    Expired, ///< message expiry interval passed
    MemoryFull, ///< bound of all messages
    SessionEnded, ///< the receiver's session ended before it was delivered
    NotAllowed, ///< the receiver may not read the topic
};
inline constexpr size_t dropReasonCount = 7;

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
