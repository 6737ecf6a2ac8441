#pragma once

#include "config/configuration.h"

#include <QByteArray>
#include <QString>
#include <QtGlobal>

namespace pigeon {

/// What is logged, and about whom it is, is read from currentLogSubject().
struct LogEvent
{
    QtMsgType type = QtInfoMsg;
    QByteArray category; ///< "pigeon.security"
    QString text;
};

/// `text` without what could break a line, steer a terminal or turn the direction of writing: shown as \xNN and \uNNNN.
QByteArray printable(const QString &text);
/// "debug", "info", "warning", "error", "fatal".
const char *levelName(QtMsgType type);
/// One line with its end in the form that the settings ask for, with the time of now.
QByteArray logLine(const LogEvent &event, const LogSettings &settings);

} // namespace pigeon
