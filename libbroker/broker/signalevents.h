#pragma once

#include "broker/programcalls.h"
#include "session/events.h"

class QMetaMethod;

namespace pigeon {

class Broker;

/// Makes signals of events: each wanted exactly while somebody is connected to its signal. Broker thread, but for
/// `update`.
class SignalEvents final : public Events
{
public:
    SignalEvents(Broker &broker, ProgramCalls &calls)
        : m_broker(broker)
        , m_calls(calls)
    {
    }
    /// To be called when connections to `signal` have changed; any thread.
    void update(const QMetaMethod &signal, bool isConnected);

    void clientRegistered(const ClientInfo &client) override;
    void clientReady(const ClientInfo &client) override;
    void clientDisconnected(const ClientInfo &client, const EventError &why) override;
    void clientError(const ClientInfo &client, const EventError &error) override;
    void connectionError(const ClientInfo &client, const EventError &error) override;
    void keepAliveTimedOut(const ClientInfo &client) override;
    void published(const PublishedEvent &event) override;
    void acknowledged(const AcknowledgedEvent &event) override;
    void subscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &subscriptions) override;
    void unsubscribed(const ClientInfo &client, const std::vector<QByteArray> &filters) override;
    void connackSent(const ClientInfo &client, const ConnackPacket &connack) override;
    void pinged(const ClientInfo &client) override;
    void deliveryDropped(const DroppedEvent &event) override;
    void sessionExpired(const QByteArray &clientId) override;

private:
    Broker &m_broker;
    ProgramCalls &m_calls;
};

} // namespace pigeon
