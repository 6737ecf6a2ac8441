#pragma once

#include "protocol/protocolerror.h"

#include <QByteArrayView>

#include <optional>

namespace pigeon {

/// True when `bytes` is well-formed UTF-8 without U+0000 and surrogates [MQTT-1.5.4-1] [MQTT-1.5.4-2].
bool isMqttText(QByteArrayView bytes);

/// Why `topic` is no topic name [MQTT-4.7.0-1] [MQTT-4.7.3-1], or nothing. UTF-8 is not looked at again.
std::optional<ProtocolError> topicNameError(QByteArrayView topic);
/// Why `filter` is no topic filter [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] or no shared subscription
/// [MQTT-4.8.2-1] [MQTT-4.8.2-2], or nothing.
std::optional<ProtocolError> topicFilterError(QByteArrayView filter);

/// The number of levels, separators plus one.
int topicLevels(QByteArrayView topicOrFilter);
/// Asked for each message: a text shorter than `most` bytes needs no counting.
inline bool hasMoreLevels(QByteArrayView topicOrFilter, quint32 most)
{
    return topicOrFilter.size() >= most && topicLevels(topicOrFilter) > static_cast<int>(most);
}
bool hasWildcard(QByteArrayView filter);

/// A valid filter taken apart: `$share/<group>/<filter>`, or a group that is empty.
struct FilterParts
{
    QByteArrayView group; ///< ShareName; empty for a non-shared subscription
    QByteArrayView filter; ///< what topics are matched with
};
FilterParts splitFilter(QByteArrayView filter);

/// True for `$SYS` and what is below it, of topics and of filters without `$share/`: the broker's own voice.
bool isUnderSystemRoot(QByteArrayView topicOrFilter);
/// The same; asked for each message, and nearly none begins with a dollar sign.
inline bool isSystemTopic(QByteArrayView topicOrFilter)
{
    return topicOrFilter.startsWith('$') && isUnderSystemRoot(topicOrFilter);
}

/// Matches by the rules of 4.7; `filter` is one without `$share/`.
bool topicMatches(QByteArrayView filter, QByteArrayView topic);

} // namespace pigeon
