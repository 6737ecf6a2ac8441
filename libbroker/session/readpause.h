#pragma once

#include "base/link.h"

#include <QtGlobal>

#include <utility>

namespace pigeon {

/// Why a client is not served now: its packets wait, and where that lasts it is not read from, so that what it sends
/// waits on its side. Part of a connection. Broker thread.
class ReadPause
{
public:
    enum Reason : quint8 {
        Suspended = 1, ///< somebody is asked about what it wants
        Yielding = 2, ///< it had its share of this turn
        InLine = 4, ///< its next message waits for a publish slot
        OutputFull = 8, ///< it does not read what it is sent
        OwedFull = 16, ///< the store is slow and it goes on: what is owed to it must not grow for ever
    };
    /// Its packets are not looked at either; of the others only what it still sends is not read.
    static constexpr quint8 packetsWait = Suspended | Yielding | InLine;

    explicit ReadPause(Link &link)
        : m_link(link)
    {
    }
    bool isFor(quint8 reasons) const { return m_reasons & reasons; }
    bool isReading() const { return !m_isStopped; }

    /// Takes effect on the link only with `stopReading`: most pauses are over at once.
    void begin(Reason reason) { m_reasons |= reason; }
    /// False when it was not paused for that.
    bool end(Reason reason)
    {
        const bool was = isFor(reason);
        m_reasons &= static_cast<quint8>(~reason);
        return was;
    }
    void stopReading()
    {
        if (!std::exchange(m_isStopped, true))
            m_link.setReading(false);
    }
    /// True when nothing is in the way and the link is read from again.
    bool resumeReading()
    {
        if (m_reasons != 0 || !std::exchange(m_isStopped, false))
            return false;
        m_link.setReading(true);
        return true;
    }

private:
    Link &m_link;
    quint8 m_reasons = 0;
    bool m_isStopped = false;
};

} // namespace pigeon
