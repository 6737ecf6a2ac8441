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
        bool noLocal = false; ///< what the client published itself is not for it [MQTT-3.8.3-3]

        bool wants(QByteArrayView topic, bool isOwn) const
        {
            return !(noLocal && isOwn) && topicMatches(filter, topic);
        }
    };
    std::vector<Filter> filters;
    quint32 subscriptionIdentifier = 0; ///< 0 = none
    size_t current = 0; ///< the filter being worked on
    QByteArray after; ///< topics up to this one are done, for the current filter; null = none

    bool isDone() const { return current >= filters.size(); }
    /// True when it is the current filter that a matching topic is to be sent for: it wants it and no earlier
    /// filter of the packet did. `isOwn`: the client published the message itself.
    bool isDue(QByteArrayView topic, bool isOwn) const
    {
        const auto now = filters.begin() + static_cast<std::ptrdiff_t>(current);
        return now->wants(topic, isOwn)
            && std::none_of(filters.begin(), now,
                [topic, isOwn](const Filter &earlier) { return earlier.wants(topic, isOwn); });
    }
    QoS maximumQoS(QByteArrayView topic, bool isOwn) const
    {
        QoS highest = QoS::AtMostOnce;
        for (const Filter &each : filters) {
            if (each.maximumQoS > highest && each.wants(topic, isOwn))
                highest = each.maximumQoS;
        }
        return highest;
    }
};

} // namespace pigeon
