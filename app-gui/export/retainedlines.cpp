#include "export/retainedlines.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringDecoder>

#include <limits>

namespace pigeon {

namespace {

/// For tr outside of a QObject.
struct RetainedLines
{
    Q_DECLARE_TR_FUNCTIONS(RetainedLines)
};

constexpr QLatin1String topicKey("topic");
constexpr QLatin1String qosKey("qos");
constexpr QLatin1String payloadKey("payload");
constexpr QLatin1String base64Key("payload_base64");
constexpr QLatin1String formatKey("payload_format_indicator");
constexpr QLatin1String expiryKey("message_expiry_interval");
constexpr QLatin1String contentTypeKey("content_type");
constexpr QLatin1String responseKey("response_topic");
constexpr QLatin1String correlationKey("correlation_data_base64");
constexpr QLatin1String userKey("user_properties");

// At the begin of a text it is a character of it [MQTT-1.5.4-3], which QString::fromUtf8 and with it Qt's JSON swallow; they do
// not where it is written as a code.
constexpr QByteArrayView byteOrderMark("\xef\xbb\xbf");
constexpr QByteArrayView byteOrderCode("\\ufeff");

QString textOf(const QByteArray &utf8)
{
    return QStringDecoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless | QStringConverter::Flag::ConvertInitialBom)(utf8);
}

QString base64(const QByteArray &bytes) { return QString::fromLatin1(bytes.toBase64()); }

/// Reads the fields of one object and keeps the first problem.
class Fields
{
public:
    explicit Fields(const QJsonObject &object)
        : m_object(object)
    {
    }
    QString problem() const { return m_problem; }
    bool has(QLatin1String key) const { return m_object.contains(key); }
    void fail(const QString &problem)
    {
        if (m_problem.isEmpty())
            m_problem = problem;
    }
    QByteArray text(QLatin1String key)
    {
        const QJsonValue value = m_object.value(key);
        if (!value.isString())
            fail(RetainedLines::tr("\"%1\" is no text.").arg(key));
        return value.toString().toUtf8();
    }
    QByteArray bytes(QLatin1String key)
    {
        const auto decoded = QByteArray::fromBase64Encoding(text(key), QByteArray::AbortOnBase64DecodingErrors);
        if (!decoded)
            fail(RetainedLines::tr("\"%1\" is no Base64.").arg(key));
        return decoded ? *decoded : QByteArray();
    }
    quint32 number(QLatin1String key, quint32 most)
    {
        const QJsonValue value = m_object.value(key);
        const qint64 whole = value.toInteger(-1);
        if (whole < 0 || whole > most) {
            fail(RetainedLines::tr("\"%1\" is no whole number from 0 to %2.").arg(key).arg(most));
            return 0;
        }
        return static_cast<quint32>(whole);
    }
    std::vector<UserProperty> pairs(QLatin1String key)
    {
        std::vector<UserProperty> read;
        const QJsonValue value = m_object.value(key);
        bool isSound = value.isArray();
        const QJsonArray all = value.toArray();
        for (const QJsonValue &each : all) {
            const QJsonArray pair = each.toArray();
            isSound = isSound && pair.size() == 2 && pair[0].isString() && pair[1].isString();
            if (isSound)
                read.push_back({pair[0].toString().toUtf8(), pair[1].toString().toUtf8()});
        }
        if (!isSound)
            fail(RetainedLines::tr("\"%1\" is no list of pairs of texts.").arg(key));
        return read;
    }

private:
    const QJsonObject m_object;
    QString m_problem;
};

void readPayload(Fields &fields, ExportedRetained &message)
{
    if (fields.has(base64Key))
        message.payload = fields.bytes(base64Key);
    else if (fields.has(payloadKey))
        message.payload = fields.text(payloadKey);
    else
        fields.fail(RetainedLines::tr("It has neither \"%1\" nor \"%2\".").arg(payloadKey, base64Key));
    if (message.payload.isEmpty()) // [MQTT-3.3.1-6]
        fields.fail(RetainedLines::tr("Its payload is empty: that would delete the retained message."));
}

void readProperties(Fields &fields, Properties &properties)
{
    if (fields.has(formatKey))
        properties.payloadFormatIndicator = fields.number(formatKey, 1);
    if (fields.has(expiryKey))
        properties.messageExpiryInterval = fields.number(expiryKey, std::numeric_limits<quint32>::max());
    if (fields.has(contentTypeKey))
        properties.contentType = fields.text(contentTypeKey);
    if (fields.has(responseKey))
        properties.responseTopic = fields.text(responseKey);
    if (fields.has(correlationKey))
        properties.correlationData = fields.bytes(correlationKey);
    if (fields.has(userKey))
        properties.userProperties = fields.pairs(userKey);
    if (fields.has(QLatin1String("properties")))
        fields.fail(RetainedLines::tr("Its properties are in the form of the view Messages, which does not tell all of them apart: export it "
                                      "from the view Retained."));
}

} // namespace

QByteArray RetainedLinesWriter::row(const ExportedRetained &message)
{
    QJsonObject object{{topicKey, textOf(message.topic)}, {qosKey, static_cast<int>(message.qos)},
        {QStringLiteral("retain"), true}, {QStringLiteral("publisher"), textOf(message.publisher)},
        {QStringLiteral("time"), QString::fromLatin1(utcTime(message.when))}, {QStringLiteral("size"), message.payload.size()}};
    const QString text = textOf(message.payload);
    if (text.toUtf8() == message.payload && !message.payload.contains('\0'))
        object.insert(payloadKey, text);
    else
        object.insert(base64Key, base64(message.payload));
    const Properties &properties = message.properties;
    if (properties.payloadFormatIndicator)
        object.insert(formatKey, static_cast<qint64>(*properties.payloadFormatIndicator));
    if (properties.messageExpiryInterval)
        object.insert(expiryKey, static_cast<qint64>(*properties.messageExpiryInterval));
    if (properties.contentType)
        object.insert(contentTypeKey, textOf(*properties.contentType));
    if (properties.responseTopic)
        object.insert(responseKey, textOf(*properties.responseTopic));
    if (properties.correlationData)
        object.insert(correlationKey, base64(*properties.correlationData));
    QJsonArray pairs;
    for (const UserProperty &pair : properties.userProperties)
        pairs.append(QJsonArray{textOf(pair.name), textOf(pair.value)});
    if (!pairs.isEmpty())
        object.insert(userKey, pairs);
    return QJsonDocument(object).toJson(QJsonDocument::Compact).replace(byteOrderMark, byteOrderCode) + '\n';
}

RetainedLine readRetainedLine(QByteArrayView line)
{
    QJsonParseError error;
    if (line.startsWith(byteOrderMark)) // of the file
        line = line.sliced(byteOrderMark.size());
    QByteArray coded = QByteArray::fromRawData(line.data(), line.size());
    coded.replace(byteOrderMark, byteOrderCode);
    const QJsonDocument json = QJsonDocument::fromJson(coded, &error);
    if (!json.isObject()) {
        const QString why = error.error == QJsonParseError::NoError ? RetainedLines::tr("it is JSON, but no object") : error.errorString();
        return {{}, RetainedLines::tr("It is no object of JSON: %1.").arg(why), false};
    }
    RetainedLine read;
    Fields fields(json.object());
    read.message.topic = fields.text(topicKey);
    if (fields.has(qosKey))
        read.message.qos = static_cast<QoS>(fields.number(qosKey, 2));
    readPayload(fields, read.message);
    readProperties(fields, read.message.properties);
    read.problem = fields.problem();
    return read;
}

} // namespace pigeon
