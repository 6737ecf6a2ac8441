#pragma once

#include <pigeon/handlers.h>
#include <pigeon/packets.h>

#include <memory>
#include <vector>

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
    /// A SUBSCRIBE whose filters a handler is being asked about.
    struct Questions
    {
        SubscribePacket packet;
        std::vector<ReasonCode> refused; // by filter; Success = not refused
        size_t next = 0;
        bool isAsking = false; // the handler is being called: an answer now is taken up by the loop
        bool isOpen = false; // a question waits for its answer

        void answer(const SubscribeDecision &decision);
    };
    void askNext(const std::shared_ptr<Questions> &questions);
    void grant(const SubscribePacket &packet, const std::vector<ReasonCode> &handlerRefused);
    ReasonCode refusal(const SubscribeEntry &entry) const;
    bool areFiltersServed(const QByteArray &filter);

    Connection &m_connection;
    Services &m_services;
};

} // namespace pigeon
