#pragma once

#include <QByteArrayView>
#include <QString>

namespace pigeon {

/// What a client has named (client id, topic, payload) as one line of plain text: control characters and what turns the
/// direction of writing are shown as their code, bytes that are no UTF-8 as U+FFFD. At most `most` characters; an
/// ellipsis stands where it was cut. Any thread.
QString plainLine(QByteArrayView utf8, qsizetype most = 1024);
QString plainLine(const QString &text, qsizetype most = 1024);
inline QString plainLine(const QByteArray &utf8, qsizetype most = 1024) { return plainLine(QByteArrayView(utf8), most); }

/// The same for a tooltip, which would take for HTML what looks like it.
QString plainTip(const QString &text);

} // namespace pigeon
