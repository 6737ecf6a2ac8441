#include "storage/messagerow.h"

namespace pigeon {

namespace {

constexpr qint64 maximumTopicBytes = 65'535;

} // namespace

std::optional<std::chrono::milliseconds> expiresAt(const Message &message)
{
    if (!message.expirySeconds())
        return std::nullopt;
    return message.arrival() + std::chrono::seconds(*message.expirySeconds());
}

void bindMessage(Statement &statement, const Message &message)
{
    static const OriginPtr noOrigin = Origin::create({}, {}, {});
    const Origin &origin = message.origin() ? *message.origin() : *noOrigin;
    statement.bind(message.qos(), message.isRetained(), message.arrival(), message.expirySeconds(), origin.clientId,
        origin.userName, origin.address, message.properties(), message.topic(), message.payload());
}

OriginPtr MessageReader::originOf(const QByteArray &clientId, const QByteArray &userName, const QByteArray &address)
{
    const QByteArray key = clientId + '\0' + userName + '\0' + address; // none of them may hold U+0000
    OriginPtr &origin = m_origins[key];
    if (!origin)
        origin = Origin::create(clientId, userName, address);
    return origin;
}

MessagePtr MessageReader::read(const Statement &row, int first)
{
    const qint64 qos = row.integer(first);
    const QByteArray properties = row.bytes(first + 7);
    const QByteArray topic = row.bytes(first + 8);
    if (qos < 0 || qos > 2 || topic.isEmpty() || topic.size() > maximumTopicBytes)
        return nullptr;
    MessageParts parts;
    parts.qos = static_cast<QoS>(qos);
    parts.retain = row.integer(first + 1) != 0;
    parts.arrival = std::chrono::milliseconds(row.integer(first + 2));
    parts.expirySeconds = row.optional<quint32>(first + 3);
    parts.origin = originOf(row.bytes(first + 4), row.bytes(first + 5), row.bytes(first + 6));
    parts.properties = properties;
    parts.topic = topic;
    parts.sharedPayload = row.bytes(first + 9);
    return Message::create(parts);
}

} // namespace pigeon
