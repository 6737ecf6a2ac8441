#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QList>

#include <optional>

namespace pigeon {

/// What may differ between the clients of listeners: bounds and rules for those who come in through one of them. What is
/// unset is as in BrokerOptions.
struct ListenerTerms
{
    /// Connections at once through this listener; 0 = only BrokerOptions::maximumConnections bounds them.
    quint32 maximumConnections = 0;
    /// Highest QoS that clients may publish with, and that subscriptions are granted; a 5.0 client is told.
    QoS maximumQoS = QoS::ExactlyOnce;
    std::optional<quint16> maximumInboundAliases;
    std::optional<quint16> maximumOutboundAliases;
    /// Whether clients may come in that name no user; only asked where there is a password file.
    std::optional<bool> allowAnonymous;
    /// How client ids begin that clients are given who name none; at most 64 bytes.
    std::optional<QByteArray> clientIdPrefix;
    /// How the client ids must begin that clients choose; at most 64 bytes, empty = as they like.
    QByteArray requiredClientIdPrefix;
    /// The client id is the user name that was proven; who has none is refused.
    bool userNameAsClientId = false;
    /// Versions of MQTT that are spoken; empty = all.
    QList<ProtocolVersion> versions;
};

} // namespace pigeon
