#include <pigeon/options.h>

#include "protocol/topic.h"

#include <QUuid>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace pigeon {

namespace {

/// One bounded number of the options.
struct Bound
{
    const char *name;
    quint64 value;
    quint64 minimum;
    quint64 maximum;
    const char *unit;
};

bool isBrokerId(const QByteArray &id)
{
    constexpr qsizetype longest = 256;
    // "broker" would mix $SYS/<broker id>/... with $SYS/broker/...
    return id.size() <= longest && id != "broker" && !id.contains('/') && isMqttText(id) && !topicNameError(id);
}

} // namespace

QByteArray BrokerOptions::randomBrokerId()
{
    return QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

quint64 BrokerOptions::halfOfMachineMemory()
{
#ifdef Q_OS_UNIX
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long pageBytes = sysconf(_SC_PAGESIZE);
    if (pages > 0 && pageBytes > 0)
        return static_cast<quint64>(pages) * static_cast<quint64>(pageBytes) / 2;
#endif
    return 0;
}

QStringList BrokerOptions::problems() const
{
    constexpr quint64 packetMaximum = 268'435'460;
    const auto milliseconds = [](std::chrono::milliseconds value) {
        return static_cast<quint64>(std::max<qint64>(value.count(), -1)); // a negative one is out of any range
    };
    const Bound bounds[] = {
        {"maximumPacketBytes", maximumPacketBytes, 1'024, packetMaximum, "bytes"},
        {"maximumConnectBytes", maximumConnectBytes, 1'024, packetMaximum, "bytes"},
        {"maximumUserProperties", maximumUserProperties, 0, 100'000, "properties"},
        {"maximumTopicLevels", maximumTopicLevels, 1, 65'535, "levels"},
        {"maximumConnections", maximumConnections, 1, 1'000'000, "connections"},
        {"maximumConnectionsPerAddress", maximumConnectionsPerAddress, 0, 1'000'000, "connections"},
        {"connectionRatePerAddress", connectionRatePerAddress, 0, 1'000'000, "connections a second"},
        {"connectionRate", connectionRate, 0, 1'000'000, "connections a second"},
        {"connectTimeout", milliseconds(connectTimeout), 1, 3'600'000, "milliseconds"},
        {"handlerTimeLimit", milliseconds(handlerTimeLimit), 0, 3'600'000, "milliseconds"},
        {"maximumEarlyBytes", maximumEarlyBytes, 1, 16'777'216, "bytes"},
        {"maximumEarlyPackets", maximumEarlyPackets, 1, 65'535, "packets"},
        {"maximumClientIdBytes31", maximumClientIdBytes31, 1, 65'535, "bytes"},
        {"maximumClientIdBytes", maximumClientIdBytes, 23, 65'535, "bytes"},
        {"maximumOfflineSessions", maximumOfflineSessions, 1, 10'000'000, "sessions"},
        {"maximumSubscriptions", maximumSubscriptions, 1, 1'000'000, "subscriptions"},
        {"maximumInflight", maximumInflight, 1, 65'535, "messages"},
        {"maximumQueuedMessages", maximumQueuedMessages, 1, 100'000'000, "messages"},
        {"maximumQueuedBytes", maximumQueuedBytes, 1'024, ~0ull, "bytes"},
        {"queueMemoryMessages", queueMemoryMessages, 2, 100'000'000, "messages"},
        {"queueMemoryBytes", queueMemoryBytes, 1'024, ~0ull, "bytes"},
        {"maximumOutputBytes", maximumOutputBytes, 4'096, 1'073'741'824, "bytes"},
        {"drainTimeout", milliseconds(drainTimeout), 0, 86'400'000, "milliseconds"},
        {"maximumInboundInflight", maximumInboundInflight, 1, 65'535, "messages"},
        {"maximumConcurrentPublishes", maximumConcurrentPublishes, 0, 1'000'000, "messages"},
        {"maximumStoreBytes", maximumStoreBytes, 65'536, ~0ull, "bytes"},
        {"maximumRetained", maximumRetained, 0, 100'000'000, "messages"},
        {"systemInterval", static_cast<quint64>(systemInterval.count()), 0, 65'535, "seconds"},
        {"heartbeatInterval", milliseconds(heartbeatInterval), 0, 86'400'000, "milliseconds"},
        {"storeRetryLimit", milliseconds(storeRetryLimit), 1, 3'600'000, "milliseconds"},
        {"freeLoginFailures", freeLoginFailures, 1, 1'000, "failures"},
        {"maximumLoginFailures", maximumLoginFailures, 0, 1'000, "failures"},
        {"loginBanTime", milliseconds(loginBanTime), 1, 86'400'000, "milliseconds"},
    };
    QStringList found;
    for (const Bound &bound : bounds) {
        if (bound.value < bound.minimum || bound.value > bound.maximum)
            found.append(QStringLiteral("%1 is %2; it must be %3 to %4 %5.")
                             .arg(QLatin1String(bound.name))
                             .arg(static_cast<qint64>(bound.value))
                             .arg(bound.minimum)
                             .arg(bound.maximum)
                             .arg(QLatin1String(bound.unit)));
    }
    if (!isBrokerId(brokerId))
        found.append(QStringLiteral("brokerId is \"%1\"; it must be one level of a topic, 1 to 256 bytes of UTF-8 "
                                    "without /, + and #, and not \"broker\".")
                         .arg(QString::fromUtf8(brokerId)));
    if (persistenceFile.isEmpty() || persistenceFile.contains(u'/'))
        found.append(QStringLiteral("persistenceFile is \"%1\"; it must be the name of a file, and its folder goes into "
                                    "persistenceLocation.")
                         .arg(persistenceFile));
    return found;
}

} // namespace pigeon
