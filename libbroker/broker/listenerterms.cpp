#include <pigeon/listenerterms.h>

#include "protocol/topic.h"

#include <algorithm>

namespace pigeon {

namespace {

/// What stands before a client id must not make a pattern of an access list wider.
bool canBeginClientId(const QByteArray &prefix)
{
    constexpr qsizetype mostBytes = 64;
    return prefix.size() <= mostBytes && isMqttText(prefix)
        && std::none_of(prefix.begin(), prefix.end(), [](char each) {
               return each == '/' || each == '+' || each == '#' || (each >= 0 && each < 32) || each == 127;
           });
}

bool canBeginTopics(const QByteArray &mountPoint)
{
    constexpr qsizetype mostBytes = 1'024;
    // $SYS and $share have meanings of their own.
    return mountPoint.isEmpty()
        || (mountPoint.size() <= mostBytes && !mountPoint.startsWith('$') && isMqttText(mountPoint)
            && !topicNameError(mountPoint));
}

} // namespace

QString ListenerTerms::problem() const
{
    if (!canBeginClientId(clientIdPrefix.value_or(QByteArray())))
        return QStringLiteral("clientIdPrefix must have at most 64 bytes and no /, + and #.");
    if (!canBeginClientId(requiredClientIdPrefix))
        return QStringLiteral("requiredClientIdPrefix must have at most 64 bytes and no /, + and #.");
    if (!canBeginTopics(mountPoint))
        return QStringLiteral("mountPoint must have at most 1024 bytes, no + and # and no $ at its begin.");
    return {};
}

} // namespace pigeon
