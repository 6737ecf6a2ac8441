#pragma once

#include <pigeon/packets.h>

namespace pigeon {

class Connection;
struct Services;

/// What a client subscribes to and unsubscribes from: each filter checked and granted for itself, kept, and
/// acknowledged; the retained messages follow the SUBACK. Made for one packet. Broker thread.
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
    ReasonCode refusal(const SubscribeEntry &entry) const;
    bool areFiltersServed(const QByteArray &filter);

    Connection &m_connection;
    Services &m_services;
};

} // namespace pigeon
