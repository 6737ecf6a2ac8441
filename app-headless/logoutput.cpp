#include "logoutput.h"

#include <QByteArray>
#include <QDateTime>
#include <QLoggingCategory>
#include <QString>

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

/// A client id with a line break must not be able to forge a line of the log.
QByteArray printable(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<uchar>(bytes[i]);
        if (byte >= 0x20 && byte != 0x7F)
            continue;
        const QByteArray shown = "\\x" + QByteArray::number(byte, 16).rightJustified(2, '0');
        bytes.replace(i, 1, shown);
        i += shown.size() - 1;
    }
    return bytes;
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
