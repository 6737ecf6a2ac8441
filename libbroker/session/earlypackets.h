#pragma once

#include "protocol/frame.h"

#include <pigeon/options.h>

#include <QByteArrayView>

namespace pigeon {

/// What a client sends before its CONNECT is decided: it may wait, within bounds. Part of a connection. Broker thread.
class EarlyPackets
{
public:
    /// Nothing waits any more.
    void reset() { *this = {}; }
    /// True when `pending`, all that waits, is more than may wait. What was counted before is not looked at again.
    bool isTooMuch(QByteArrayView pending, const BrokerOptions &options)
    {
        while (m_countedBytes < pending.size()) {
            const FrameCut cut = cutFrame(pending.sliced(m_countedBytes), options.maximumPacketBytes);
            if (cut.status != FrameCut::Status::Complete)
                break;
            m_countedBytes += cut.size;
            ++m_packets;
        }
        return m_packets > options.maximumEarlyPackets
            || pending.size() > static_cast<qsizetype>(options.maximumEarlyBytes);
    }
    /// True when no more should be read for now: a large packet may well be on its way.
    static bool isMuch(QByteArrayView pending, const BrokerOptions &options)
    {
        return pending.size() > static_cast<qsizetype>(options.maximumEarlyBytes / 2);
    }

private:
    qsizetype m_countedBytes = 0;
    quint32 m_packets = 0;
};

} // namespace pigeon
