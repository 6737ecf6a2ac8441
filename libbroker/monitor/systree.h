#pragma once

#include "base/clock.h"
#include "monitor/systemmessage.h"

#include <QtGlobal>

#include <array>
#include <vector>

namespace pigeon {

/// The numbers of a broker at one moment. Totals count from the broker's begin.
struct SystemSnapshot
{
    quint64 clientsConnected = 0;
    quint64 clientsDisconnected = 0; ///< sessions that wait for their clients
    quint64 clientsExpired = 0; ///< total of sessions that waited for too long
    quint64 clientsMaximum = 0; ///< most clients that were ever connected at once
    quint64 messagesReceived = 0; ///< total of packets of every type; mosquitto calls them messages
    quint64 messagesSent = 0;
    quint64 publishReceived = 0; ///< total of PUBLISH packets
    quint64 publishSent = 0;
    quint64 publishDropped = 0; ///< total of messages that a limit kept from a receiver
    quint64 publishBytesReceived = 0; ///< total bytes of payloads
    quint64 publishBytesSent = 0;
    quint64 bytesReceived = 0;
    quint64 bytesSent = 0;
    quint64 socketsOpened = 0; ///< total of network connections
    quint64 connectsReceived = 0; ///< total of CONNECT packets
    quint64 retainedMessages = 0; ///< those of `$SYS` included
    quint64 subscriptions = 0; ///< without the shared ones
    quint64 sharedSubscriptions = 0;
    quint64 storeMessages = 0; ///< held: retained, and waiting for clients, once for each of them
    quint64 storeBytes = 0; ///< memory of these
    quint64 packetsOut = 0; ///< messages that wait for clients
    quint64 packetsOutBytes = 0; ///< memory of these
    quint64 memoryBytes = 0; ///< resident memory of the process; 0 = not known
};

/// The tree `$SYS/broker/…` with mosquitto's names and forms: numbers as decimal text, loads per minute as moving
/// averages over 1, 5 and 15 minutes. Pure: numbers and time come in, messages go out. Broker thread.
class SystemTree
{
public:
    /// `version` is shown as it is.
    SystemTree(const QByteArray &version, TimePoint begin);

    /// What has another value than the last time; everything the first time.
    std::vector<SystemMessage> update(const SystemSnapshot &snapshot, TimePoint now);

private:
    /// How much of something happens in a minute, averaged over three lengths of time.
    struct Load
    {
        quint64 last = 0; // its total
        std::array<double, 3> perMinute{};
    };

    void put(size_t place, QByteArray payload, std::vector<SystemMessage> &changed);

    std::vector<SystemMessage> m_shown; // one place per topic; a payload that is null was never shown
    std::vector<Load> m_loads;
    const TimePoint m_begin;
    TimePoint m_lastUpdate;
    quint64 m_memoryMaximum = 0;
    const QByteArray m_version;
};

} // namespace pigeon
