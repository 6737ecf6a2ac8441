#pragma once

#include "base/clock.h"

#include <QByteArray>
#include <QHash>

namespace pigeon {

/// How many connections are put up with; 0 = no bound.
struct ConnectionBounds
{
    quint32 perAddress = 0; ///< at once
    quint32 ratePerAddress = 0; ///< new ones a second
    quint32 rate = 0; ///< the same, of all addresses together

    bool areOfAddresses() const { return perAddress > 0 || ratePerAddress > 0; }
};

/// Keeps one address from taking all connections, and all together from coming faster than they can be served. A rate is a
/// bucket of one second: who has not come for a while may come with as many at once. What stands for an address is
/// addressMark; those that it is empty for are only counted together. It knows no clock of its own. Broker thread.
class ConnectionGuard
{
public:
    void setBounds(const ConnectionBounds &bounds) { m_bounds = bounds; }

    /// Null: connection number `serial` may come, and counts until `gone`. Else why not, a clause. Numbers grow.
    const char *whyNot(const QByteArray &address, quint64 serial, TimePoint now);
    void gone(const QByteArray &address, quint64 serial);

    /// Addresses that it remembers.
    qsizetype size() const { return m_addresses.size(); }

private:
    /// One second's worth of new connections.
    struct Bucket
    {
        double left = -1; // negative: full, nobody has come yet
        TimePoint filled;

        bool hasRoom(quint32 rate, TimePoint now);
        void take() { left -= 1; }
    };
    struct Record
    {
        quint32 connections = 0;
        Bucket bucket;
    };

    Record &recordOf(const QByteArray &mark, TimePoint now);
    void forgetOld(TimePoint now);

    ConnectionBounds m_bounds;
    Bucket m_all;
    QHash<QByteArray, Record> m_addresses;
    qsizetype m_nextSweep = 0;
    bool m_isCounting = false;
    quint64 m_countedFrom = 0; // connections before that one were not counted
};

} // namespace pigeon
