#pragma once

#include <QByteArray>

namespace pigeon {

/// What stands for an address when failures or connections are counted: of IPv6 the first 64 bits, since everybody has 2^64
/// of the others at hand. Empty: this machine, a local socket, a device; a proxy there stands for all its clients, so that
/// it is never kept out. A pure function.
QByteArray addressMark(const QByteArray &address);

} // namespace pigeon
