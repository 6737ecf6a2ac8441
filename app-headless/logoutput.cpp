#include "logoutput.h"

#include <QByteArray>
#include <QDateTime>
#include <QLoggingCategory>
#include <QString>

#include <algorithm>
#include <cstdio>

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

void writeLine(QtMsgType type, const QMessageLogContext &, const QString &text)
{
    const QByteArray time = QDateTime::currentDateTime().toString(Qt::ISODateWithMs).toLatin1();
    const QByteArray line = time + ' ' + levelName(type) + ": " + printable(text) + '\n';
    std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stderr);
    std::fflush(stderr);
}

} // namespace

void installLogOutput(bool verbose)
{
    QLoggingCategory::setFilterRules(verbose ? QStringLiteral("pigeon.*=true")
                                             : QStringLiteral("pigeon.*.info=false\npigeon.broker.info=true"));
    qInstallMessageHandler(writeLine);
}

} // namespace pigeon
