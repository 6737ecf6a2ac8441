#pragma once

#include "session/subscribequestions.h"

#include <pigeon/packets.h>

#include <vector>

namespace pigeon {

class Connection;
struct Services;

/// SUBSCRIBE and UNSUBSCRIBE of a client: filters that are none, the questions to a handler, the SUBACK and UNSUBACK.
/// What is granted is Granting's. Made for one packet. Broker thread.
class Subscribing
{
public:
    Subscribing(Connection &connection, Services &services)
        : m_connection(connection)
        , m_services(services)
    {
    }
    void subscribe(const SubscribePacket &packet);
    void unsubscribe(const UnsubscribePacket &packet);

private:
    void ask(const SubscribePacket &packet, quint32 identifier, std::vector<AskedEntry> entries);
    void grant(quint16 packetId, quint32 identifier, const std::vector<AskedEntry> &entries);
    bool isFilterServed(const QByteArray &filter);
    QByteArray mounted(const QByteArray &filter) const;

    Connection &m_connection;
    Services &m_services;
};

} // namespace pigeon
