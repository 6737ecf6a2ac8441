#pragma once

#include <pigeon/packets.h>

#include <QByteArray>

#include <span>

namespace pigeon {

// Values that take one column although they have several parts. Pure functions, any thread.

/// "3,17"; null when there are none.
QByteArray writeIdentifiers(std::span<const quint32> identifiers);
std::vector<quint32> readIdentifiers(const QByteArray &text);

/// The properties of a will as they stand in a CONNECT, without their length.
QByteArray writeWillProperties(const Properties &properties);
/// Nothing when `encoded` is not sound.
std::optional<Properties> readWillProperties(QByteArrayView encoded);

} // namespace pigeon
