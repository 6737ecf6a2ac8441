#pragma once

#include <QString>
#include <QStringList>

namespace pigeon {

/// Addresses of this machine in its networks, the likeliest for a device first; without loopback. Any thread.
QStringList networkAddresses();
/// "mqtt://192.168.1.20:1883": what is typed into a device.
QString brokerUrl(const QString &address, quint16 port);
/// Why nothing could listen on that port now, a sentence with what to do; empty: it is free. Any thread.
QString portProblem(quint16 port, bool isLoopback);

} // namespace pigeon
