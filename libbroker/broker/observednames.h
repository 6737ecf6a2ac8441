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
    /// Looked up once.
    ClientNumber numberOf(const Session &session);

private:
    std::shared_ptr<TapChannel> m_channel;
    QHash<QByteArray, ClientNumber> m_numbers;
};

/// Now, in nanoseconds since the epoch of Unix.
qint64 observedNow();

} // namespace pigeon
