#pragma once

#include "support/packetcatalogue.h"
#include "support/testbroker.h"

#include <QTest>

namespace pigeon::test {

inline constexpr quint32 anHour = 3'600; // seconds

/// Global rows of a test that holds for both versions.
inline void addVersionRows()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::newRow("3.1.1") << ProtocolVersion::Mqtt311;
    QTest::newRow("5.0") << ProtocolVersion::Mqtt5;
}

/// Bytes of a packet in the notation of `packetBytes`; `~` stands for an empty property block, which only 5.0 has.
inline QByteArray wireBytes(ProtocolVersion version, QByteArray notation)
{
    return packetBytes(notation.replace('~', version == ProtocolVersion::Mqtt5 ? "()" : ""));
}

/// How a connection stands, from the client's side, after everything that came was read.
inline QByteArray standing(TestClient &client)
{
    QByteArray said;
    while (const std::optional<Packet> packet = client.next()) {
        if (const auto *disconnect = std::get_if<DisconnectPacket>(&*packet))
            said += " 0x" + QByteArray::number(static_cast<int>(disconnect->reason), 16).toUpper();
        else
            said += " and another packet";
    }
    if (!client.hasNothing())
        said += " and half a packet";
    return (client.isClosed() ? "closed" : "open") + said;
}

/// What `standing` says when the connection was ended for that reason: 5.0 is told, 3.1.1 is not.
inline QByteArray closedFor(ProtocolVersion version, int reason)
{
    if (version != ProtocolVersion::Mqtt5)
        return "closed";
    return "closed 0x" + QByteArray::number(reason, 16).toUpper();
}

/// A client whose session outlives its connection, in either version.
inline TestClient connectDurable(TestBroker &broker, const QByteArray &clientId, ProtocolVersion version)
{
    return broker.connect(clientId, version, false, anHour);
}

inline std::vector<QByteArray> payloadsOf(const std::vector<PublishPacket> &publishes)
{
    std::vector<QByteArray> payloads;
    for (const PublishPacket &each : publishes)
        payloads.push_back(each.payload);
    return payloads;
}

/// The retained messages that a stranger who subscribes to `filter` finds, as "topic=payload" with its QoS.
inline std::vector<QByteArray> retainedIn(TestBroker &broker, const QByteArray &filter)
{
    TestClient observer = broker.connect("observer", ProtocolVersion::Mqtt5);
    observer.subscribe(filter, QoS::ExactlyOnce);
    std::vector<QByteArray> found;
    for (const PublishPacket &each : observer.takePublishes())
        found.push_back(each.topic + '=' + each.payload + " QoS " + QByteArray::number(static_cast<int>(each.qos)));
    observer.disconnect();
    return found;
}

} // namespace pigeon::test
