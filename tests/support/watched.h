#pragma once

#include "monitor/watchbroker.h"
#include "support/brokerthread.h"
#include "support/monitorlog.h"
#include "support/socketclient.h"

#include <functional>
#include <memory>
#include <optional>

namespace pigeon::test {

inline constexpr Interests everything = Interests(Interest::Messages) | Interest::Deliveries | Interest::Packets;

inline PublishPacket message(const QByteArray &topic, const QByteArray &payload, QoS qos = QoS::AtMostOnce)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    packet.packetId = qos == QoS::AtMostOnce ? 0 : 1;
    return packet;
}

inline ConnectPacket lasting(const QByteArray &clientId)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = 3'600;
    return connect;
}

/// Options of a broker that publishes nothing of its own.
inline BrokerOptions silent(BrokerOptions options = {})
{
    options.systemInterval = std::chrono::seconds(0);
    options.heartbeatInterval = std::chrono::milliseconds(0);
    options.publishLifeTopics = false;
    return options;
}

/// A silent broker in its thread and who watches it from this one.
struct Watched
{
    explicit Watched(const BrokerOptions &options = {})
        : broker(silent(options))
        , source(watchBroker(broker.broker()))
        , log(*source)
    {
    }
    bool attach(Interests interests = everything)
    {
        source->setInterests(interests);
        source->setInterval(std::chrono::milliseconds(33));
        source->attach();
        return QTest::qWaitFor([this] { return log.snapshot.has_value(); }, 5'000);
    }

    BrokerThread broker;
    std::unique_ptr<MonitorSource> source;
    MonitorLog log;
};

inline bool letIn(SocketClient &client, const ConnectPacket &connect)
{
    client.connect(connect);
    const std::optional<ConnackPacket> connack = waitFor<ConnackPacket>(client);
    return connack && connack->reason == ReasonCode::Success;
}

inline bool letIn(SocketClient &client, const QByteArray &clientId)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    return letIn(client, connect);
}

inline bool subscribe(SocketClient &client, const QByteArray &filter, QoS qos)
{
    client.send(subscription(filter, qos));
    return waitFor<SubackPacket>(client).has_value();
}

/// What a command or a query is answered; waits for it.
template <typename Value>
class Answered
{
public:
    std::function<void(const Value &)> callback()
    {
        return [this](const Value &value) { m_value = value; };
    }
    bool wait()
    {
        return QTest::qWaitFor([this] { return m_value.has_value(); }, 5'000);
    }
    const Value *operator->() const { return &*m_value; }
    bool isThere() const { return m_value.has_value(); }

private:
    std::optional<Value> m_value;
};

} // namespace pigeon::test
