#pragma once

#include "support/testbroker.h"

#include <QTest>

#include <optional>

Q_DECLARE_METATYPE(std::optional<pigeon::test::StoreMode>)
Q_DECLARE_METATYPE(pigeon::ProtocolVersion)
Q_DECLARE_METATYPE(pigeon::QoS)

namespace pigeon::test {

inline constexpr quint32 anHour = 3'600;

/// For initTestCase_data: the whole test once per store that completes, "mode" nothing being the memory store.
inline void addEveryStore()
{
    QTest::addColumn<std::optional<StoreMode>>("mode");
    QTest::newRow("memory") << std::optional<StoreMode>();
    QTest::newRow("late") << std::optional(StoreMode::EachTurn);
    QTest::newRow("batches") << std::optional(StoreMode::Batches);
    QTest::newRow("out of turn") << std::optional(StoreMode::OutOfTurn);
}

/// The broker over the store of the row.
inline TestBroker brokerOfRow(BrokerOptions options = {}, Policy *policy = nullptr)
{
    QFETCH_GLOBAL(std::optional<StoreMode>, mode);
    return TestBroker(std::move(options), mode, policy);
}

/// For a _data function: the test once per protocol version, as "version".
inline void addBothVersions()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::newRow("3.1.1") << ProtocolVersion::Mqtt311;
    QTest::newRow("5.0") << ProtocolVersion::Mqtt5;
}

/// For a _data function: the test once per version and QoS of 1 and 2.
inline void addVersionsAndQoS()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QoS>("qos");
    QTest::newRow("3.1.1, QoS 1") << ProtocolVersion::Mqtt311 << QoS::AtLeastOnce;
    QTest::newRow("3.1.1, QoS 2") << ProtocolVersion::Mqtt311 << QoS::ExactlyOnce;
    QTest::newRow("5.0, QoS 1") << ProtocolVersion::Mqtt5 << QoS::AtLeastOnce;
    QTest::newRow("5.0, QoS 2") << ProtocolVersion::Mqtt5 << QoS::ExactlyOnce;
}

/// A CONNECT for a session that outlives its connection and is resumed when it is there.
inline ConnectPacket lastingConnect(const QByteArray &clientId, ProtocolVersion version = ProtocolVersion::Mqtt5,
    quint32 expirySeconds = anHour)
{
    ConnectPacket connect;
    connect.version = version;
    connect.clientId = clientId;
    connect.cleanStart = false;
    if (version == ProtocolVersion::Mqtt5)
        connect.properties.sessionExpiryInterval = expirySeconds;
    return connect;
}

inline TestClient connectLasting(
    TestBroker &broker, const QByteArray &clientId, ProtocolVersion version = ProtocolVersion::Mqtt5)
{
    return broker.connect(lastingConnect(clientId, version));
}

/// Connects and hands over the CONNACK, whatever it says.
inline std::pair<TestClient, std::optional<ConnackPacket>> connectAndLook(
    TestBroker &broker, const ConnectPacket &connect)
{
    TestClient client = broker.open();
    client.setVersion(connect.version);
    client.send(connect);
    std::optional<ConnackPacket> connack = client.next<ConnackPacket>();
    return {client, connack};
}

/// The client completes what it was sent, QoS 2 with all its steps, and hands over the messages in their order.
inline std::vector<PublishPacket> takeAndComplete(TestClient &client)
{
    std::vector<PublishPacket> all;
    while (const std::optional<Packet> packet = client.next()) {
        if (const auto *publish = std::get_if<PublishPacket>(&*packet)) {
            all.push_back(*publish);
            if (publish->qos == QoS::AtLeastOnce)
                client.acknowledge(PacketType::Puback, publish->packetId);
            else if (publish->qos == QoS::ExactlyOnce)
                client.acknowledge(PacketType::Pubrec, publish->packetId);
        } else if (const auto *other = std::get_if<AcknowledgePacket>(&*packet);
                   other && other->type == PacketType::Pubrel) {
            client.acknowledge(PacketType::Pubcomp, other->packetId);
        }
    }
    return all;
}

inline QByteArrayList payloadsOf(const std::vector<PublishPacket> &publishes)
{
    QByteArrayList payloads;
    for (const PublishPacket &each : publishes)
        payloads.append(each.payload);
    return payloads;
}

/// What the next packet acknowledges: its type, 0 when the next packet is none of the four.
inline int acknowledgementType(TestClient &client)
{
    const std::optional<AcknowledgePacket> packet = client.next<AcknowledgePacket>();
    return packet ? static_cast<int>(packet->type) : 0;
}

/// Publishes and completes the handshake; false when an answer is not what it must be.
inline bool publishCompletely(
    TestClient &client, const QByteArray &topic, const QByteArray &payload, QoS qos, quint16 packetId, bool retain = false)
{
    client.publish(topic, payload, qos, qos == QoS::AtMostOnce ? quint16(0) : packetId, retain);
    if (qos == QoS::AtMostOnce)
        return true;
    if (qos == QoS::AtLeastOnce)
        return acknowledgementType(client) == int(PacketType::Puback);
    if (acknowledgementType(client) != int(PacketType::Pubrec))
        return false;
    client.acknowledge(PacketType::Pubrel, packetId);
    return acknowledgementType(client) == int(PacketType::Pubcomp);
}

} // namespace pigeon::test
