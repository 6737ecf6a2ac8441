#include "publish/publishdraft.h"

#include "look/figures.h"
#include "look/plaintext.h"
#include "monitor/words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>

namespace pigeon {

namespace {

/// For tr outside of a QObject.
struct DraftText
{
    Q_DECLARE_TR_FUNCTIONS(DraftText)
};

constexpr std::array formNames{"text", "json", "hex", "file"};

PayloadForm formNamed(const QString &name)
{
    for (size_t i = 0; i < formNames.size(); ++i) {
        if (name == QLatin1String(formNames[i]))
            return static_cast<PayloadForm>(i);
    }
    return PayloadForm::Text;
}

QByteArray filledIn(QString text, quint64 counter)
{
    text.replace(QLatin1String("${n}"), QString::number(counter));
    text.replace(QLatin1String("${time}"), QString::number(QDateTime::currentMSecsSinceEpoch()));
    return text.toUtf8();
}

/// Where in a text the byte at `offset` of its UTF-8 is: line and column from 1.
QString placeText(const QByteArray &utf8, qsizetype offset)
{
    const QByteArrayView before = QByteArrayView(utf8).first(std::clamp<qsizetype>(offset, 0, utf8.size()));
    const qsizetype line = before.count('\n') + 1;
    const qsizetype column = before.size() - before.lastIndexOf('\n');
    return DraftText::tr("line %1, column %2").arg(line).arg(column);
}

std::variant<QByteArray, QString> checkedJson(const QByteArray &utf8)
{
    QJsonParseError error;
    // QJsonDocument takes arrays and objects alone; within an array every value will do.
    QJsonDocument::fromJson('[' + utf8 + ']', &error);
    if (error.error == QJsonParseError::NoError)
        return utf8;
    return DraftText::tr("This is no JSON (%1): %2.").arg(placeText(utf8, error.offset - 1), error.errorString());
}

std::variant<QByteArray, QString> contentsOf(const QString &path)
{
    QFile file(path);
    if (path.isEmpty())
        return DraftText::tr("Choose a file whose contents are the payload.");
    if (!file.open(QIODevice::ReadOnly))
        return DraftText::tr("%1 cannot be read: %2.").arg(path, file.errorString());
    if (file.size() > largestPayloadFile)
        return DraftText::tr("%1 has %2: more than %3 are not sent from here.")
            .arg(path, bytesText(static_cast<quint64>(file.size())), bytesText(largestPayloadFile));
    return file.readAll();
}

QJsonValue asJson(const std::optional<QByteArray> &text)
{
    return text ? QJsonValue(QString::fromUtf8(*text)) : QJsonValue();
}

std::optional<QByteArray> textOf(const QJsonValue &value)
{
    return value.isString() ? std::optional<QByteArray>(value.toString().toUtf8()) : std::nullopt;
}

std::optional<quint32> numberOf(const QJsonValue &value)
{
    return value.isDouble() ? std::optional<quint32>(static_cast<quint32>(value.toInteger())) : std::nullopt;
}

QJsonObject propertiesToJson(const Properties &properties)
{
    QJsonObject json;
    if (properties.payloadFormatIndicator)
        json[QLatin1String("payloadFormat")] = qint64(*properties.payloadFormatIndicator);
    if (properties.messageExpiryInterval)
        json[QLatin1String("expirySeconds")] = qint64(*properties.messageExpiryInterval);
    if (properties.contentType)
        json[QLatin1String("contentType")] = asJson(properties.contentType);
    if (properties.responseTopic)
        json[QLatin1String("responseTopic")] = asJson(properties.responseTopic);
    if (properties.correlationData)
        json[QLatin1String("correlation")] = QString::fromLatin1(properties.correlationData->toHex());
    QJsonArray pairs;
    for (const UserProperty &pair : properties.userProperties)
        pairs.append(QJsonArray{QString::fromUtf8(pair.name), QString::fromUtf8(pair.value)});
    if (!pairs.isEmpty())
        json[QLatin1String("user")] = pairs;
    return json;
}

Properties propertiesFromJson(const QJsonObject &json)
{
    Properties properties;
    properties.payloadFormatIndicator = numberOf(json[QLatin1String("payloadFormat")]);
    properties.messageExpiryInterval = numberOf(json[QLatin1String("expirySeconds")]);
    properties.contentType = textOf(json[QLatin1String("contentType")]);
    properties.responseTopic = textOf(json[QLatin1String("responseTopic")]);
    if (const auto hex = textOf(json[QLatin1String("correlation")]))
        properties.correlationData = QByteArray::fromHex(*hex);
    const QJsonArray pairs = json[QLatin1String("user")].toArray();
    for (const QJsonValue &pair : pairs)
        properties.userProperties.push_back({pair.toArray().at(0).toString().toUtf8(), pair.toArray().at(1).toString().toUtf8()});
    return properties;
}

} // namespace

QString PublishDraft::title() const
{
    const QString said = form == PayloadForm::File ? file : text.simplified();
    return said.isEmpty() ? plainLine(topic, 60) : QStringLiteral("%1  %2").arg(plainLine(topic, 60), plainLine(said, 40));
}

QJsonObject PublishDraft::toJson() const
{
    return {{QLatin1String("topic"), topic}, {QLatin1String("form"), QLatin1String(formNames[static_cast<size_t>(form)])},
        {QLatin1String("text"), text}, {QLatin1String("file"), file}, {QLatin1String("qos"), int(qos)},
        {QLatin1String("retain"), retain}, {QLatin1String("properties"), propertiesToJson(properties)},
        {QLatin1String("as"), asClient}};
}

PublishDraft PublishDraft::fromJson(const QJsonObject &json)
{
    PublishDraft draft;
    draft.topic = json[QLatin1String("topic")].toString();
    draft.form = formNamed(json[QLatin1String("form")].toString());
    draft.text = json[QLatin1String("text")].toString();
    draft.file = json[QLatin1String("file")].toString();
    draft.qos = static_cast<QoS>(std::clamp(json[QLatin1String("qos")].toInt(), 0, 2));
    draft.retain = json[QLatin1String("retain")].toBool();
    draft.properties = propertiesFromJson(json[QLatin1String("properties")].toObject());
    draft.asClient = json[QLatin1String("as")].toString();
    return draft;
}

std::variant<QByteArray, QString> bytesFromHex(const QString &text)
{
    QByteArray bytes;
    int half = -1; // the first digit of a byte that waits for its second
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar character = text[i];
        const bool isPrefix = half < 0 && character == u'0' && i + 1 < text.size() && text[i + 1].toLower() == u'x';
        if (isPrefix) {
            ++i;
            continue;
        }
        if (character.isSpace() || character == u',' || character == u':') {
            if (half >= 0)
                return DraftText::tr("The byte before character %1 has one digit: write two, such as 0a.").arg(i + 1);
            continue;
        }
        bool isDigit = false;
        const int value = QString(character).toInt(&isDigit, 16);
        if (!isDigit)
            return DraftText::tr("Character %1 is no hexadecimal digit: %2.").arg(QString::number(i + 1), plainLine(QString(character)));
        if (half < 0) {
            half = value;
        } else {
            bytes.append(static_cast<char>(half * 16 + value));
            half = -1;
        }
    }
    if (half >= 0)
        return DraftText::tr("The last byte has one digit: write two, such as 0a.");
    return bytes;
}

std::variant<QByteArray, QString> payloadOf(const PublishDraft &draft, quint64 counter)
{
    switch (draft.form) {
    case PayloadForm::Text:
        return filledIn(draft.text, counter);
    case PayloadForm::Json:
        return checkedJson(filledIn(draft.text, counter));
    case PayloadForm::Hex:
        return bytesFromHex(draft.text);
    case PayloadForm::File:
        return contentsOf(draft.file);
    }
    return QByteArray();
}

std::variant<PublishPacket, QString> packetOf(const PublishDraft &draft, quint64 counter)
{
    const QByteArray topic = filledIn(draft.topic, counter);
    const QString topicProblem = topic.isEmpty() ? DraftText::tr("it is empty") : words::topicProblem(topic);
    if (!topicProblem.isEmpty())
        return DraftText::tr("This is no topic: %1.").arg(topicProblem);
    std::variant<QByteArray, QString> payload = payloadOf(draft, counter);
    if (const QString *problem = std::get_if<QString>(&payload))
        return *problem;
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = std::get<QByteArray>(payload);
    packet.qos = draft.qos;
    packet.retain = draft.retain;
    packet.properties = draft.properties;
    const QString problem = words::publishProblem(packet);
    if (!problem.isEmpty())
        return DraftText::tr("This cannot be sent: %1.").arg(problem);
    return packet;
}

} // namespace pigeon
