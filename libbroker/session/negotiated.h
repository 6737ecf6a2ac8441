#pragma once

#include <pigeon/packets.h>

namespace pigeon {

/// What CONNECT and CONNACK have settled for one connection: the client's side of it. Constant once connected.
struct Negotiated
{
    ProtocolVersion version = ProtocolVersion::Mqtt311;
    bool isBridge = false;
    bool cleanStart = true;
    bool wantsProblemInformation = true; ///< [MQTT-3.1.2-29]
    quint16 keepAliveSeconds = 0; ///< in force, 0 = none
    quint16 receiveMaximum = 65'535; ///< messages that the client takes at once
    quint32 maximumPacketBytes = 0xFFFFFFFF; ///< that the client takes [MQTT-3.1.2-24]
    quint32 connectExpirySeconds = 0; ///< session expiry that CONNECT asked for: 0 cannot be raised at DISCONNECT
    QoS maximumQoS = QoS::ExactlyOnce; ///< that the client may publish with [MQTT-3.2.2-11]
    QByteArray mountPoint; ///< begins the topics of the client, which does not see it
    quint32 inboundPacketBytes = 0; ///< that we take; as it was told, whatever a reload says
    quint16 inboundWindow = 0; ///< our Receive Maximum, in the same way
    bool isRetainAvailable = true; ///< and this
    QByteArray authenticationMethod; ///< of CONNECT, empty = none [MQTT-4.12.0-5]
};

} // namespace pigeon
