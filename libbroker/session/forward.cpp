#include "session/forward.h"

#include "protocol/encoder.h"
#include "protocol/soundness.h"

namespace pigeon {

namespace {

PublishPacket packetOf(const Message &message, QoS qos, bool retain)
{
    PublishPacket packet;
    packet.topic = message.topic().toByteArray();
    packet.payload = message.payload().toByteArray();
    packet.qos = qos;
    packet.retain = retain;
    packet.properties = decodeForwardedProperties(message.properties());
    packet.properties.messageExpiryInterval = message.expirySeconds();
    return packet;
}

MessagePtr replacementOf(const Message &message, const PublishPacket &packet)
{
    const QByteArray properties = encodeForwardedProperties(packet.properties);
    MessageParts parts;
    parts.topic = packet.topic;
    parts.payload = packet.payload;
    parts.sharedPayload = packet.payload;
    parts.properties = properties;
    parts.qos = message.qos();
    parts.retain = message.isRetained();
    parts.origin = message.origin();
    parts.arrival = message.arrival();
    parts.expirySeconds = message.expirySeconds();
    return Message::create(parts);
}

} // namespace

bool forward(Policy &policy, const QByteArray &clientId, MessagePtr &message, QoS qos, bool retain)
{
    const ForwardDecision decision = policy.forward(clientId, packetOf(*message, qos, retain));
    switch (decision.kind) {
    case ForwardDecision::Kind::Keep:
        return true;
    case ForwardDecision::Kind::Drop:
        return false;
    case ForwardDecision::Kind::Replace:
        break;
    }
    // A receiver must never be sent what is no PUBLISH: a bad replacement is a refusal.
    PublishPacket replacement = decision.replacement;
    replacement.properties.subscriptionIdentifiers.clear();
    if (!isSoundPublish(replacement))
        return false;
    message = replacementOf(*message, decision.replacement);
    return true;
}

} // namespace pigeon
