#pragma once

#include <QtGlobal>

namespace pigeon {

/// What went over one connection, or over all of one session. Plain numbers.
struct Traffic
{
    quint64 packetsIn = 0; ///< from the client
    quint64 packetsOut = 0;
    quint64 bytesIn = 0;
    quint64 bytesOut = 0;
    quint64 messagesIn = 0; ///< PUBLISH
    quint64 messagesOut = 0;

    Traffic &operator+=(const Traffic &other)
    {
        packetsIn += other.packetsIn;
        packetsOut += other.packetsOut;
        bytesIn += other.bytesIn;
        bytesOut += other.bytesOut;
        messagesIn += other.messagesIn;
        messagesOut += other.messagesOut;
        return *this;
    }
};

} // namespace pigeon
