#include "broker/signalevents.h"

#include <pigeon/broker.h>

#include <QMetaMethod>

namespace pigeon {

void SignalEvents::update(const QMetaMethod &signal, bool isConnected)
{
    struct Source
    {
        Event event;
        QMetaMethod signal;
    };
    static const Source sources[] = {
        {Events::ClientRegistered, QMetaMethod::fromSignal(&Broker::clientRegistered)},
        {Events::ClientReady, QMetaMethod::fromSignal(&Broker::clientReady)},
        {Events::ClientDisconnected, QMetaMethod::fromSignal(&Broker::clientDisconnected)},
        {Events::ClientError, QMetaMethod::fromSignal(&Broker::clientError)},
        {Events::ConnectionError, QMetaMethod::fromSignal(&Broker::connectionError)},
        {Events::KeepAliveTimedOut, QMetaMethod::fromSignal(&Broker::keepaliveTimedOut)},
        {Events::Published, QMetaMethod::fromSignal(&Broker::published)},
        {Events::Acknowledged, QMetaMethod::fromSignal(&Broker::acknowledged)},
        {Events::Subscribed, QMetaMethod::fromSignal(&Broker::subscribed)},
        {Events::Unsubscribed, QMetaMethod::fromSignal(&Broker::unsubscribed)},
        {Events::ConnackSent, QMetaMethod::fromSignal(&Broker::connackSent)},
        {Events::Pinged, QMetaMethod::fromSignal(&Broker::pinged)},
        {Events::DeliveryDropped, QMetaMethod::fromSignal(&Broker::deliveryDropped)},
        {Events::SessionExpired, QMetaMethod::fromSignal(&Broker::sessionExpired)},
    };
    for (const Source &source : sources) {
        if (source.signal == signal)
            setWanted(source.event, isConnected);
    }
}

void SignalEvents::clientRegistered(const ClientInfo &client)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.clientRegistered(client);
}

void SignalEvents::clientReady(const ClientInfo &client)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.clientReady(client);
}

void SignalEvents::clientDisconnected(const ClientInfo &client, const EventError &why)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.clientDisconnected(client, why);
}

void SignalEvents::clientError(const ClientInfo &client, const EventError &error)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.clientError(client, error);
}

void SignalEvents::connectionError(const ClientInfo &client, const EventError &error)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.connectionError(client, error);
}

void SignalEvents::keepAliveTimedOut(const ClientInfo &client)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.keepaliveTimedOut(client);
}

void SignalEvents::published(const PublishedEvent &event)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.published(event);
}

void SignalEvents::acknowledged(const AcknowledgedEvent &event)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.acknowledged(event);
}

void SignalEvents::subscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &subscriptions)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.subscribed(client, subscriptions);
}

void SignalEvents::unsubscribed(const ClientInfo &client, const std::vector<QByteArray> &filters)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.unsubscribed(client, filters);
}

void SignalEvents::connackSent(const ClientInfo &client, const ConnackPacket &connack)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.connackSent(client, connack);
}

void SignalEvents::pinged(const ClientInfo &client)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.pinged(client);
}

void SignalEvents::deliveryDropped(const DroppedEvent &event)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.deliveryDropped(event);
}

void SignalEvents::sessionExpired(const QByteArray &clientId)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_broker.sessionExpired(clientId);
}

} // namespace pigeon
