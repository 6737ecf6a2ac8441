#pragma once

#include <QByteArray>

namespace pigeon {

/// Whom a line of the broker's log is about. What is not known is empty.
struct LogSubject
{
    QByteArray clientId; ///< UTF-8, as the client has given it
    QByteArray userName; ///< UTF-8, who it was found to be, or claims to be where it was not let in
    QByteArray address; ///< without a port: "192.0.2.7", a socket's path
    quint16 port = 0; ///< of the client, 0 where there is none
    QByteArray listener; ///< that it came in through: "tcp 0.0.0.0:1883"
};

/// For message handlers (qInstallMessageHandler) that keep these apart from the text: whom the line is about that is being
/// logged, null when it is about no client. The text names it as well. Any thread, each has its own. Since 0.1.
const LogSubject *currentLogSubject();

} // namespace pigeon
