#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QByteArrayView>

#include <algorithm>
#include <optional>
#include <vector>

#include "protocol/topic.h"

namespace pigeon {

/// The retained messages that one SUBSCRIBE asks for, sent step by step as the client can take them: it
/// remembers where it is, not what is to come. A topic that several filters of the packet match comes once,
/// at the highest QoS of them. Broker thread.
struct RetainedReplay
{
    struct Filter
    {
        QByteArray filter; ///< without `$share/`: shared subscriptions get no retained messages
        QoS maximumQoS = QoS::AtMostOnce;
    };
    std::vector<Filter> filters;
    quint32 subscriptionIdentifier = 0; ///< 0 = none
    size_t current = 0; ///< the filter being worked on
    QByteArray after; ///< topics up to this one are done, for the current filter; null = none

    bool isDone() const { return current >= filters.size(); }
    /// True when an earlier filter of the packet has sent the topic already.
    bool isCovered(QByteArrayView topic) const
    {
        return std::any_of(filters.begin(), filters.begin() + static_cast<std::ptrdiff_t>(current),
            [topic](const Filter &earlier) { return topicMatches(earlier.filter, topic); });
    }
    QoS maximumQoS(QByteArrayView topic) const
    {
        QoS highest = QoS::AtMostOnce;
        for (const Filter &each : filters) {
            if (each.maximumQoS > highest && topicMatches(each.filter, topic))
                highest = each.maximumQoS;
        }
        return highest;
    }
};

} // namespace pigeon
