#include "config/configuration.h"

#include <QHostAddress>

namespace pigeon {

bool ListenerSettings::isLoopback() const
{
    return address.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0
        || QHostAddress(address).isLoopback();
}

QString ListenerSettings::text() const
{
    if (!address.isEmpty())
        return QStringLiteral("port %1 on %2").arg(port).arg(address);
    switch (domain) {
    case SocketDomain::Ipv4:
        return QStringLiteral("port %1 on all IPv4 interfaces").arg(port);
    case SocketDomain::Ipv6:
        return QStringLiteral("port %1 on all IPv6 interfaces").arg(port);
    case SocketDomain::Any:
        break;
    }
    return QStringLiteral("port %1 on all interfaces").arg(port);
}

} // namespace pigeon
