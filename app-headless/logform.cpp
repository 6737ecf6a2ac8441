#include "logform.h"

#include <pigeon/logging.h>

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <ctime>

namespace pigeon {

namespace {

/// A client id with a line break must not be able to forge a line of the log, nor steer a terminal.
bool isSafe(QChar character)
{
    switch (character.category()) {
    case QChar::Other_Control: // also those from 0x80 to 0x9F: NEL breaks a line, CSI begins a command
    case QChar::Other_Format: // invisible, or turning what follows around
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

QByteArray timeText(const QString &format)
{
    if (format.isEmpty())
        return QDateTime::currentDateTime().toString(Qt::ISODateWithMs).toLatin1();
    const std::time_t now = std::time(nullptr);
    std::tm local = {};
    ::localtime_r(&now, &local);
    std::array<char, 256> text = {};
    const size_t size = std::strftime(text.data(), text.size(), format.toUtf8().constData(), &local);
    return QByteArray(text.data(), static_cast<qsizetype>(size));
}

QByteArray jsonLine(const LogEvent &event)
{
    QJsonObject object{
        {QStringLiteral("time"), QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs)},
        {QStringLiteral("level"), QLatin1String(levelName(event.type))},
        {QStringLiteral("category"), QString::fromLatin1(event.category)},
        {QStringLiteral("message"), event.text},
    };
    if (const LogSubject *about = currentLogSubject()) {
        const struct
        {
            const char *name;
            const QByteArray &value;
        } facts[] = {
            {"client", about->clientId},
            {"user", about->userName},
            {"address", about->address},
            {"listener", about->listener},
        };
        for (const auto &fact : facts) {
            if (!fact.value.isEmpty())
                object.insert(QLatin1String(fact.name), QString::fromUtf8(fact.value));
        }
        if (about->port != 0)
            object.insert(QStringLiteral("port"), about->port);
    }
    // JSON escapes line breaks and the rest of what is below 0x20; the others are escaped in its own way.
    const QString json = QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
    QString line;
    for (const QChar character : json)
        line += isSafe(character) ? QString(character)
                                  : QStringLiteral("\\u%1").arg(character.unicode(), 4, 16, QLatin1Char('0'));
    return line.toUtf8() + '\n';
}

} // namespace

QByteArray printable(const QString &text)
{
    if (std::all_of(text.begin(), text.end(), isSafe))
        return text.toUtf8();
    QString shown;
    for (const QChar character : text) {
        if (isSafe(character))
            shown += character;
        else if (character.unicode() <= 0xFF)
            shown += QStringLiteral("\\x%1").arg(character.unicode(), 2, 16, QLatin1Char('0'));
        else
            shown += QStringLiteral("\\u%1").arg(character.unicode(), 4, 16, QLatin1Char('0'));
    }
    return shown.toUtf8();
}

const char *levelName(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "fatal";
    }
    return "";
}

QByteArray logLine(const LogEvent &event, const LogSettings &settings)
{
    if (settings.format == LogFormat::Json)
        return jsonLine(event);
    const QByteArray time = settings.timestamp ? timeText(settings.timestampFormat) + ' ' : QByteArray();
    return time + levelName(event.type) + ": " + printable(event.text) + '\n';
}

} // namespace pigeon
