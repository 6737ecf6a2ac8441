#include "config/configuration.h"

#include <QHostAddress>

namespace pigeon {

bool ListenerSettings::isLoopback() const
{
    return !socketPath.isEmpty() || address.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0
        || QHostAddress(address).isLoopback();
}

ListenerKind ListenerSettings::kind() const
{
    if (!socketPath.isEmpty())
        return ListenerKind::LocalSocket;
    if (protocol == ListenerProtocol::Any)
        return ListenerKind::Any;
    if (protocol == ListenerProtocol::WebSockets)
        return isTls() ? ListenerKind::WebSocketTls : ListenerKind::WebSocket;
    return isTls() ? ListenerKind::Tls : ListenerKind::Tcp;
}

ListenerOptions ListenerSettings::options() const
{
    ListenerOptions options;
    options.kind = kind();
    options.port = port;
    options.socketPath = socketPath;
    options.tls = tls;
    options.webSocket = webSocket;
    options.proxyProtocol = proxyProtocol;
    options.proxyRequiresTls = proxyRequiresTls;
    options.trustedProxies = trustedProxies;
    options.networkInterface = networkInterface;
    options.terms = std::make_shared<const ListenerTerms>(terms);
    return options;
}

namespace {

QString interfaces(const ListenerSettings &listener)
{
    if (!listener.address.isEmpty())
        return listener.address;
    switch (listener.domain) {
    case SocketDomain::Ipv4:
        return QStringLiteral("all IPv4 interfaces");
    case SocketDomain::Ipv6:
        return QStringLiteral("all IPv6 interfaces");
    case SocketDomain::Any:
        break;
    }
    return QStringLiteral("all interfaces");
}

QString suffix(const ListenerSettings &listener)
{
    switch (listener.kind()) {
    case ListenerKind::Tls:
        return QStringLiteral(" (tls)");
    case ListenerKind::WebSocket:
        return QStringLiteral(" (ws)");
    case ListenerKind::WebSocketTls:
        return QStringLiteral(" (wss)");
    case ListenerKind::Any:
        return listener.isTls() ? QStringLiteral(" (tcp, tls, ws, wss)") : QStringLiteral(" (tcp, ws)");
    case ListenerKind::Tcp:
    case ListenerKind::LocalSocket:
        break;
    }
    return {};
}

} // namespace

QString ListenerSettings::text() const
{
    if (!socketPath.isEmpty())
        return QStringLiteral("socket %1 (unix)").arg(socketPath);
    return QStringLiteral("port %1 on %2%3").arg(port).arg(interfaces(*this), suffix(*this));
}

} // namespace pigeon
