#include "monitor/words.h"

#include "protocol/encoder.h"
#include "protocol/properties.h"
#include "protocol/reasoncodes.h"
#include "protocol/soundness.h"
#include "protocol/topic.h"

namespace pigeon::words {

namespace {

QString problemOf(QByteArrayView text, std::optional<ProtocolError> (*errorOf)(QByteArrayView))
{
    if (text.size() > 0xFFFF)
        return QStringLiteral("it has more than 65 535 bytes");
    if (!isMqttText(text))
        return QStringLiteral("it is no UTF-8 text, or has a character that MQTT does not allow");
    const std::optional<ProtocolError> error = errorOf(text);
    return error ? QString::fromUtf8(error->text) : QString();
}

} // namespace

QString reason(ReasonCode reason, PacketType packet)
{
    return QString::fromLatin1(reasonName(reason, packet));
}

std::vector<ReasonCode> reasonsOf(PacketType packet)
{
    std::vector<ReasonCode> reasons;
    for (int number = 0; number <= 0xFF; ++number) {
        const auto each = static_cast<ReasonCode>(number);
        if (isReasonAllowed(each, packet, Sender::Server))
            reasons.push_back(each);
    }
    return reasons;
}

QString version(ProtocolVersion version)
{
    return QString::fromLatin1(versionName(version));
}

QByteArray tls(QByteArrayView version, QByteArrayView cipher)
{
    if (version.isEmpty())
        return {};
    QByteArray text = version.toByteArray();
    text.replace("TLSv", "TLS ");
    QByteArray suite = cipher.toByteArray();
    if (suite.startsWith("TLS_")) { // of 1.3: the hash at its end is no part of the encryption
        suite = suite.mid(4, suite.lastIndexOf('_') - 4);
        suite.replace('_', '-');
    }
    return suite.isEmpty() ? text : text + ", " + suite;
}

QString packetType(PacketType type)
{
    return QString::fromLatin1(packetTypeName(type));
}

QString property(quint32 id)
{
    const PropertySpec *spec = findProperty(id);
    return spec ? QString::fromLatin1(spec->name) : QString();
}

PropertyForm propertyForm(quint32 id)
{
    const PropertySpec *spec = findProperty(id);
    if (!spec)
        return PropertyForm::Unknown;
    switch (spec->type) {
    case PropertyType::Byte:
        return PropertyForm::Byte;
    case PropertyType::TwoByteInteger:
        return PropertyForm::TwoBytes;
    case PropertyType::FourByteInteger:
        return PropertyForm::FourBytes;
    case PropertyType::VariableByteInteger:
        return PropertyForm::VariableByteInteger;
    case PropertyType::Text:
        return PropertyForm::Text;
    case PropertyType::Binary:
        return PropertyForm::Binary;
    case PropertyType::TextPair:
        return PropertyForm::TextPair;
    }
    return PropertyForm::Unknown;
}

QString topicProblem(QByteArrayView topic)
{
    return problemOf(topic, topicNameError);
}

QString filterProblem(QByteArrayView filter)
{
    return problemOf(filter, topicFilterError);
}

bool matches(QByteArrayView filter, QByteArrayView topic)
{
    return !topicFilterError(filter) && topicMatches(splitFilter(filter).filter, topic);
}

Properties propertiesOf(const Message &message)
{
    Properties properties = decodeForwardedProperties(message.properties());
    properties.messageExpiryInterval = message.expirySeconds();
    return properties;
}

Properties publishProperties(QByteArrayView encoded)
{
    Properties properties;
    // What a server may send is all that a client may, and the identifiers of subscriptions. What is wrong ends it.
    (void)readPropertyBlock(encoded, {carrierOf(PacketType::Publish), Sender::Server, ~0u}, properties);
    return properties;
}

QString publishProblem(const PublishPacket &packet)
{
    if (const QString problem = topicProblem(packet.topic); !problem.isEmpty())
        return problem;
    return isSoundPublish(packet) ? QString()
                                  : QStringLiteral("a property is out of its range, or the packet is too large");
}

} // namespace pigeon::words
