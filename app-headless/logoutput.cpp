#include "logoutput.h"

#include <QByteArray>
#include <QDateTime>
#include <QFile>
#include <QLoggingCategory>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <vector>

namespace pigeon {

namespace {

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

/// A client id with a line break must not be able to forge a line of the log, nor steer a terminal.
bool isSafe(QChar character)
{
    switch (character.category()) {
    case QChar::Other_Control: // also those from 0x80 to 0x9F: NEL breaks a line, CSI begins a command
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

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

/// Where lines go and how they begin. Set once, before there are threads; a message handler has no other way to know.
struct Output
{
    std::vector<FILE *> files;
    bool hasTime = true;
    QByteArray timeFormat; // for strftime; empty = ISO 8601 with milliseconds
};

Output &output()
{
    static Output instance;
    return instance;
}

QByteArray timeText(const QByteArray &format)
{
    if (format.isEmpty())
        return QDateTime::currentDateTime().toString(Qt::ISODateWithMs).toLatin1();
    const std::time_t now = std::time(nullptr);
    std::tm local = {};
    ::localtime_r(&now, &local);
    std::array<char, 256> text = {};
    const size_t size = std::strftime(text.data(), text.size(), format.constData(), &local);
    return QByteArray(text.data(), static_cast<qsizetype>(size));
}

void writeLine(QtMsgType type, const QMessageLogContext &, const QString &text)
{
    const Output &to = output();
    const QByteArray time = to.hasTime ? timeText(to.timeFormat) + ' ' : QByteArray();
    const QByteArray line = time + levelName(type) + ": " + printable(text) + '\n';
    for (FILE *file : to.files) {
        std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), file);
        std::fflush(file);
    }
}

/// The rules of Qt's logging categories for the types; subscribe and unsubscribe are one category as yet.
QString filterRules(const LogSettings &settings)
{
    const auto rule = [](const char *category, bool isOn) {
        return QLatin1String(category) + QLatin1String(isOn ? "=true" : "=false");
    };
    const LogTypes types = settings.types;
    const bool hasInformation = types.testFlag(LogType::Information);
    const QStringList rules = {
        rule("pigeon.*.debug", types.testFlag(LogType::Debug)),
        rule("pigeon.*.info", hasInformation),
        rule("pigeon.connection.info", hasInformation && settings.connectionMessages),
        rule("pigeon.session.info", types & (LogType::Subscribe | LogType::Unsubscribe)),
        rule("pigeon.broker.info", types.testFlag(LogType::Notice)),
        rule("pigeon.*.warning", types.testFlag(LogType::Warning)),
        rule("pigeon.*.critical", types.testFlag(LogType::Error)),
    };
    return rules.join(u'\n');
}

/// The file, for nobody else to read: client ids and topics are in it.
FILE *openFile(const QString &path)
{
    const int descriptor
        = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    return descriptor < 0 ? nullptr : ::fdopen(descriptor, "a");
}

} // namespace

std::optional<QString> installLogOutput(const LogSettings &settings)
{
    Output &to = output();
    to.hasTime = settings.timestamp;
    to.timeFormat = settings.timestampFormat.toUtf8();
    if (settings.toStandardError)
        to.files.push_back(stderr);
    if (settings.toStandardOutput)
        to.files.push_back(stdout);
    if (!settings.file.isEmpty()) {
        FILE *file = openFile(settings.file);
        if (!file)
            return QStringLiteral("log_dest file %1 cannot be opened: %2.")
                .arg(settings.file, QString::fromLocal8Bit(std::strerror(errno)));
        to.files.push_back(file); // open until the process ends
    }
    QLoggingCategory::setFilterRules(filterRules(settings));
    qInstallMessageHandler(writeLine);
    return std::nullopt;
}

} // namespace pigeon
