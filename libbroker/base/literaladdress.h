#pragma once

#include <QHostAddress>
#include <QString>

namespace pigeon {

/// The address that a text is in full, without a zone; Qt takes "10.1" as well, and means 10.0.0.1. Null = none.
inline QHostAddress literalAddress(const QString &text)
{
    const QHostAddress address(text);
    const bool isShort = address.protocol() == QAbstractSocket::IPv4Protocol && address.toString() != text;
    // Qt takes whatever stands behind a % for a zone; it has a meaning on the host alone that wrote it (RFC 4007, 11.2).
    return isShort || text.contains(u'%') ? QHostAddress() : address;
}

} // namespace pigeon
