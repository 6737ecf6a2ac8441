#include "export/rowwriter.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringDecoder>
#include <QTimeZone>

namespace pigeon {

namespace {

constexpr qint64 nanosecondsPerSecond = 1'000'000'000;
constexpr QByteArrayView columns = "number,time,publisher,topic,qos,retain,dup,size,receivers,delivered,dropped,latency_us,"
                                   "properties,payload_encoding,payload\r\n";

bool isText(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    [[maybe_unused]] const QString decoded = decoder(bytes);
    return !decoder.hasError() && !bytes.contains('\0');
}

/// Spreadsheets run what begins so; white space before it does not stop them.
bool isFormula(QByteArrayView text)
{
    const auto first = std::ranges::find_if_not(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return first != text.end() && QByteArrayView("=+-@'").contains(*first);
}

/// An apostrophe before what would be a formula. Where the decimal point is a comma, a spreadsheet takes a semicolon for the
/// end of a field, quoted or not: what follows one is a field, too.
QByteArray withoutFormulas(QByteArrayView text)
{
    QByteArray guarded;
    for (qsizetype begin = 0; begin <= text.size();) {
        const qsizetype semicolon = text.indexOf(';', begin);
        const qsizetype end = semicolon < 0 ? text.size() : semicolon + 1;
        const QByteArrayView part = text.sliced(begin, end - begin);
        guarded += (isFormula(part) ? "'" : "") + part.toByteArray();
        begin = semicolon < 0 ? text.size() + 1 : end;
    }
    return guarded;
}

QByteArray flag(bool isSet) { return isSet ? "true" : "false"; }

QByteArray latencyText(qint64 nanoseconds)
{
    return nanoseconds < 0 ? QByteArray() : QByteArray::number(static_cast<double>(nanoseconds) / 1000, 'f', 1);
}

QByteArray propertiesText(const ExportedMessage &message)
{
    QByteArray text;
    for (const auto &[name, value] : message.properties)
        text += (text.isEmpty() ? "" : "; ") + name + '=' + value;
    return text;
}

/// How the payload is written, and the payload so.
std::pair<QByteArray, QByteArray> payloadFields(const ExportedMessage &message)
{
    if (!message.payload)
        return {"missing", {}};
    if (isText(*message.payload))
        return {"text", csvField(*message.payload)};
    return {"base64", message.payload->toBase64()};
}

} // namespace

QByteArray utcTime(qint64 nanoseconds)
{
    const QDateTime moment = QDateTime::fromSecsSinceEpoch(nanoseconds / nanosecondsPerSecond, Qt::UTC);
    return moment.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.")).toLatin1()
        + QByteArray::number(nanoseconds % nanosecondsPerSecond).rightJustified(9, '0') + 'Z';
}

QByteArray csvField(QByteArrayView text)
{
    QByteArray field = withoutFormulas(text);
    if (!std::ranges::any_of(field, [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; }))
        return field;
    field.replace('"', "\"\"");
    return '"' + field + '"';
}

QByteArray CsvWriter::head() { return columns.toByteArray(); }

QByteArray CsvWriter::row(const ExportedMessage &message)
{
    const auto [encoding, payload] = payloadFields(message);
    const QByteArrayList fields = {QByteArray::number(message.number), utcTime(message.when), csvField(message.publisher),
        csvField(message.topic), QByteArray::number(message.qos), flag(message.retain), flag(message.isDuplicate),
        QByteArray::number(message.payloadBytes), QByteArray::number(message.receivers),
        QByteArray::number(message.delivered), QByteArray::number(message.dropped), latencyText(message.latency),
        csvField(propertiesText(message)), encoding, payload};
    return fields.join(',') + "\r\n";
}

QByteArray JsonLinesWriter::row(const ExportedMessage &message)
{
    QJsonObject object{{QStringLiteral("number"), static_cast<qint64>(message.number)},
        {QStringLiteral("time"), QString::fromLatin1(utcTime(message.when))},
        {QStringLiteral("publisher"), QString::fromUtf8(message.publisher)},
        {QStringLiteral("topic"), QString::fromUtf8(message.topic)}, {QStringLiteral("qos"), message.qos},
        {QStringLiteral("retain"), message.retain}, {QStringLiteral("dup"), message.isDuplicate},
        {QStringLiteral("size"), static_cast<qint64>(message.payloadBytes)},
        {QStringLiteral("receivers"), static_cast<qint64>(message.receivers)},
        {QStringLiteral("delivered"), static_cast<qint64>(message.delivered)},
        {QStringLiteral("dropped"), static_cast<qint64>(message.dropped)}};
    if (message.latency >= 0)
        object.insert(QStringLiteral("latency_us"), static_cast<double>(message.latency) / 1000);
    QJsonArray properties; // a name may come more than once
    for (const auto &[name, value] : message.properties)
        properties.append(QJsonArray{QString::fromUtf8(name), QString::fromUtf8(value)});
    if (!properties.isEmpty())
        object.insert(QStringLiteral("properties"), properties);
    if (message.payload && isText(*message.payload))
        object.insert(QStringLiteral("payload"), QString::fromUtf8(*message.payload));
    else if (message.payload)
        object.insert(QStringLiteral("payload_base64"), QString::fromLatin1(message.payload->toBase64()));
    const QJsonDocument json = message.payload ? QJsonDocument::fromJson(*message.payload) : QJsonDocument();
    if (!json.isNull())
        object.insert(QStringLiteral("payload_json"), json.isArray() ? QJsonValue(json.array()) : QJsonValue(json.object()));
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

QByteArray CellsCsvWriter::row(const ExportedCells &cells)
{
    QByteArrayList fields;
    for (const QByteArray &cell : cells)
        fields.append(csvField(cell));
    return fields.join(',') + "\r\n";
}

QByteArray CellsJsonLinesWriter::row(const ExportedCells &cells)
{
    QJsonObject object;
    for (size_t i = 0; i < std::min(cells.size(), m_titles.size()); ++i)
        object.insert(QString::fromUtf8(m_titles[i]), QString::fromUtf8(cells[i]));
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace pigeon
