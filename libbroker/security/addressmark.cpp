#include "security/addressmark.h"

#include <QHostAddress>

#include <algorithm>

namespace pigeon {

namespace {

constexpr int networkBytes = 8; // of an IPv6 address: what a provider gives to one customer

} // namespace

QByteArray addressMark(const QByteArray &address)
{
    const QHostAddress host(QString::fromLatin1(address));
    if (address.isEmpty() || host.isLoopback())
        return {};
    bool isIpv4 = false;
    host.toIPv4Address(&isIpv4);
    if (isIpv4 || host.protocol() != QAbstractSocket::IPv6Protocol)
        return address;
    Q_IPV6ADDR network = host.toIPv6Address();
    std::fill(std::begin(network.c) + networkBytes, std::end(network.c), quint8(0));
    return QHostAddress(network).toString().toLatin1() + "/64";
}

} // namespace pigeon
