#pragma once

#include "session/events.h"

namespace pigeon {

/// Passes everything that happens on to another listener; a listener that is not the only one derives from it and
/// hears what it wants on the way. Broker thread.
class EventRelay : public Events
{
public:
    /// `next` outlives the relay. There are two relays behind each other at most.
    explicit EventRelay(Events &next)
        : m_next(next)
    {
        wantAlso(next);
    }

    void clientRegistered(const ClientInfo &client) override { m_next.clientRegistered(client); }
    void clientReady(const ClientInfo &client) override { m_next.clientReady(client); }
    void clientDisconnected(const ClientInfo &client, const EventError &why) override
    {
        m_next.clientDisconnected(client, why);
    }
    void clientError(const ClientInfo &client, const EventError &error) override { m_next.clientError(client, error); }
    void connectionError(const ClientInfo &client, const EventError &error) override
    {
        m_next.connectionError(client, error);
    }
    void keepAliveTimedOut(const ClientInfo &client) override { m_next.keepAliveTimedOut(client); }
    void published(const PublishedEvent &event) override { m_next.published(event); }
    void acknowledged(const AcknowledgedEvent &event) override { m_next.acknowledged(event); }
    void subscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &subscriptions) override
    {
        m_next.subscribed(client, subscriptions);
    }
    void unsubscribed(const ClientInfo &client, const std::vector<QByteArray> &filters) override
    {
        m_next.unsubscribed(client, filters);
    }
    void connackSent(const ClientInfo &client, const ConnackPacket &connack) override
    {
        m_next.connackSent(client, connack);
    }
    void pinged(const ClientInfo &client) override { m_next.pinged(client); }
    void deliveryDropped(const DroppedEvent &event) override { m_next.deliveryDropped(event); }
    void sessionExpired(const QByteArray &clientId) override { m_next.sessionExpired(clientId); }

protected:
    Events &next() const { return m_next; }

private:
    Events &m_next;
};

} // namespace pigeon
