#include "transport/opendoor.h"

#include "transport/handshakedoor.h"
#include "transport/locallistener.h"
#include "transport/tcplistener.h"

#include <fcntl.h>

namespace pigeon {

namespace {

OpenedDoor opened(std::unique_ptr<Door> door, const std::optional<QString> &problem)
{
    if (problem)
        return {nullptr, *problem};
    return {std::move(door), {}};
}

OpenedDoor openTcp(const ListenerOptions &options)
{
    auto listener = std::make_unique<TcpListener>();
    const std::optional<QString> problem = listener->listen(options);
    return opened(std::move(listener), problem);
}

OpenedDoor openLocal(const ListenerOptions &options)
{
    auto listener = std::make_unique<LocalListener>();
    const std::optional<QString> problem = listener->listen(options);
    return opened(std::move(listener), problem);
}

OpenedDoor openWithHandshake(const ListenerOptions &options)
{
    auto door = std::make_unique<HandshakeDoor>();
    const std::optional<QString> problem = door->listen(options);
    return opened(std::move(door), problem);
}

} // namespace

namespace {

OpenedDoor openKind(const ListenerOptions &options)
{
    switch (options.kind) {
    case ListenerKind::LocalSocket:
        return openLocal(options);
    case ListenerKind::Tls:
    case ListenerKind::WebSocket:
    case ListenerKind::WebSocketTls:
    case ListenerKind::Any:
        return openWithHandshake(options);
    case ListenerKind::Tcp:
        break;
    }
    const bool hasProxy = options.proxyProtocol != ProxyProtocol::None || options.proxyRequiresTls;
    return hasProxy ? openWithHandshake(options) : openTcp(options);
}

} // namespace

OpenedDoor openDoor(const ListenerOptions &options)
{
    OpenedDoor opened = openKind(options);
    if (opened.door)
        opened.door->setOptions(options);
    return opened;
}

ListenerOptions withSocketOf(const Door &door, ListenerOptions options)
{
    options.listeningSocket = ::fcntl(static_cast<int>(door.listeningSocket()), F_DUPFD_CLOEXEC, 0);
    return options;
}

} // namespace pigeon
