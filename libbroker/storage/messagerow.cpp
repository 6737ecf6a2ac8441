#include "storage/messagerow.h"

#include "storage/rowcodec.h"

namespace pigeon {

namespace {

constexpr qint64 maximumTopicBytes = 65'535;
constexpr qint64 retainFlag = 4;

// In the order of messageColumns.
enum Column {
    ExpiresAt,
    Published,
    Arrival,
    Publisher,
    PublisherUser,
    PublisherAddress,
    PropertiesColumn,
    Topic,
    Payload,
};

std::optional<quint32> expirySeconds(std::optional<qint64> expiresAt, qint64 arrival)
{
    if (!expiresAt)
        return std::nullopt;
    return static_cast<quint32>((*expiresAt - arrival) / 1'000);
}

} // namespace

void bindMessage(Statement &statement, const Message &message)
{
    static const OriginPtr noOrigin = Origin::create({}, {}, {});
    const Origin &origin = message.origin() ? *message.origin() : *noOrigin;
    const qint64 published = static_cast<qint64>(message.qos()) + (message.isRetained() ? retainFlag : 0);
    statement.bind(expiresAt(message), published, message.arrival(), origin.clientId, origin.userName, origin.address,
        message.properties(), message.topic(), message.payload());
}

MessagePtr MessageReader::read(const Statement &row, int first)
{
    const qint64 published = row.integer(first + Published);
    const qint64 qos = published & ~retainFlag;
    const QByteArray properties = row.bytes(first + PropertiesColumn);
    const QByteArray topic = row.bytes(first + Topic);
    if (qos < 0 || qos > 2 || topic.isEmpty() || topic.size() > maximumTopicBytes)
        return nullptr;
    MessageParts parts;
    parts.qos = static_cast<QoS>(qos);
    parts.retain = (published & retainFlag) != 0;
    parts.arrival = std::chrono::milliseconds(row.integer(first + Arrival));
    parts.expirySeconds = expirySeconds(row.optional<qint64>(first + ExpiresAt), parts.arrival.count());
    parts.origin = m_origins.of(
        row.bytes(first + Publisher), row.bytes(first + PublisherUser), row.bytes(first + PublisherAddress));
    parts.properties = properties;
    parts.topic = topic;
    parts.sharedPayload = row.bytes(first + Payload);
    return Message::create(parts);
}

} // namespace pigeon
