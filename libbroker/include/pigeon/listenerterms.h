#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QList>
#include <QString>

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
    /// Begins all topics of clients, who do not see it: what they publish and subscribe to is below it, `$SYS` and
    /// wills included; rights, handlers, signals and the rest of the broker see the whole topic. At most 1 024 bytes, as
    /// a rule ending in `/`; no wildcards, and it does not begin with `$`. Empty = none.
    QByteArray mountPoint;

    /// What is wrong with the values, a sentence; empty = nothing.
    QString problem() const;

    friend bool operator==(const ListenerTerms &, const ListenerTerms &) = default;
};

} // namespace pigeon
