#pragma once

#include "monitor/tapchannel.h"

#include <QHash>

#include <memory>

namespace pigeon {

class Session;

/// Which number a client id has for who looks on: the same as long as somebody does, whoever bears the id. A new one is
/// made known in the channel before anything names it. Broker thread.
class ObservedNames
{
public:
    /// Begins anew; null: nobody looks on.
    void open(std::shared_ptr<TapChannel> channel);
    /// 0: it is empty, or there are too many.
    ClientNumber numberOf(const QByteArray &clientId);
    /// Of one who was refused: ids that nobody else had have a bound of their own, or they would use up all numbers.
    ClientNumber numberOfStranger(const QByteArray &clientId);
    /// Looked up once.
    ClientNumber numberOf(const Session &session);

private:
    std::shared_ptr<TapChannel> m_channel;
    QHash<QByteArray, ClientNumber> m_numbers;
    qint64 m_bytes = 0; // of the names
    quint32 m_strangers = 0;
};

/// Now, in nanoseconds since the epoch of Unix.
qint64 observedNow();
/// The same of a clock that nobody sets: for intervals.
qint64 steadyNow();

} // namespace pigeon
