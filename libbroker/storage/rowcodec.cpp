#include "storage/rowcodec.h"

#include "protocol/properties.h"

#include <limits>

namespace pigeon {

namespace {

constexpr qint64 isRetainedFlag = 1;
constexpr qint64 isForwardAskedFlag = 2;

} // namespace

std::optional<std::chrono::milliseconds> expiresAt(const Message &message)
{
    if (!message.expirySeconds())
        return std::nullopt;
    return message.arrival() + std::chrono::seconds(*message.expirySeconds());
}

qint64 writeDeliveryFlags(const StoredDelivery &delivery)
{
    return (delivery.retain ? isRetainedFlag : 0) | (delivery.isForwardAsked ? isForwardAskedFlag : 0);
}

void readDeliveryFlags(qint64 flags, StoredDelivery &delivery)
{
    delivery.retain = flags & isRetainedFlag;
    delivery.isForwardAsked = flags & isForwardAskedFlag;
}

QByteArray writeIdentifiers(std::span<const quint32> identifiers)
{
    QByteArray text;
    for (const quint32 identifier : identifiers) {
        if (!text.isEmpty())
            text += ',';
        text += QByteArray::number(identifier);
    }
    return text;
}

std::vector<quint32> readIdentifiers(const QByteArray &text)
{
    std::vector<quint32> identifiers;
    if (text.isEmpty())
        return identifiers;
    for (const QByteArray &each : text.split(','))
        identifiers.push_back(each.toUInt());
    return identifiers;
}

QByteArray writeWillProperties(const Properties &properties)
{
    QByteArray encoded;
    WireWriter writer(encoded);
    writeProperties(writer, properties, PropertyCarrier::Will);
    return encoded;
}

std::optional<Properties> readWillProperties(QByteArrayView encoded)
{
    Properties properties;
    // The bound on their number was applied when the client connected.
    const PropertyPlace place{PropertyCarrier::Will, Sender::Client, std::numeric_limits<quint32>::max()};
    if (readPropertyBlock(encoded, place, properties))
        return std::nullopt;
    return properties;
}

} // namespace pigeon
