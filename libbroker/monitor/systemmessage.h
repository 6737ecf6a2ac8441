#pragma once

#include <QByteArray>

namespace pigeon {

/// One message of the broker's own below `$SYS/`.
struct SystemMessage
{
    QByteArray topic;
    QByteArray payload;

    friend bool operator==(const SystemMessage &, const SystemMessage &) = default;
};

} // namespace pigeon
