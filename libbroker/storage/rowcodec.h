#pragma once

#include <pigeon/packets.h>
#include <pigeon/store.h>

#include <QByteArray>

#include <span>

namespace pigeon {

// Values that take one column although they have several parts. Pure functions, any thread.

/// "3,17"; null when there are none.
QByteArray writeIdentifiers(std::span<const quint32> identifiers);
std::vector<quint32> readIdentifiers(const QByteArray &text);

/// When a message is of no use any more, wall time; nothing when it never expires.
std::optional<std::chrono::milliseconds> expiresAt(const Message &message);

/// What a delivery is beyond its QoS: its RETAIN flag, and that the program has had its say.
qint64 writeDeliveryFlags(const StoredDelivery &delivery);
void readDeliveryFlags(qint64 flags, StoredDelivery &delivery);

/// The properties of a will as they stand in a CONNECT, without their length.
QByteArray writeWillProperties(const Properties &properties);
/// Nothing when `encoded` is not sound.
std::optional<Properties> readWillProperties(QByteArrayView encoded);

} // namespace pigeon
