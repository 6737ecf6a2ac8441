#pragma once

#include "conformance/wire.h"

namespace pigeon::test {

inline SubscribeEntry entryOf(const QByteArray &filter, QoS qos = QoS::AtMostOnce)
{
    SubscribeEntry entry;
    entry.filter = filter;
    entry.maximumQoS = qos;
    return entry;
}

/// Subscribes to all `entries` in one packet; the reasons of its SUBACK, which must be the next packet.
inline std::vector<ReasonCode> subscribeAll(
    TestClient &client, std::vector<SubscribeEntry> entries, quint16 packetId = 1, quint32 identifier = 0)
{
    SubscribePacket packet;
    packet.packetId = packetId;
    packet.entries = std::move(entries);
    if (identifier > 0)
        packet.properties.subscriptionIdentifiers.push_back(identifier);
    client.send(packet);
    const auto suback = client.next<SubackPacket>();
    if (!suback || suback->packetId != packetId)
        return {};
    return suback->reasons;
}

/// Unsubscribes in one packet; its UNSUBACK, which must be the next packet.
inline std::optional<UnsubackPacket> unsubscribeAll(
    TestClient &client, std::vector<QByteArray> filters, quint16 packetId = 1)
{
    UnsubscribePacket packet;
    packet.packetId = packetId;
    packet.filters = std::move(filters);
    client.send(packet);
    return client.next<UnsubackPacket>();
}

} // namespace pigeon::test
