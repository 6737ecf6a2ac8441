#include "transport/opendoor.h"

#include "transport/handshakedoor.h"
#include "transport/locallistener.h"
#include "transport/streamsocket.h"
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

/// A proof that is asked for and that nobody can give, or nobody would look at: a sentence.
QString proofProblem(const ListenerOptions &options)
{
    const ProxyProtocol proxy = options.kind == ListenerKind::LocalSocket ? ProxyProtocol::None : options.proxyProtocol;
    if (options.proxyRequiresTls && (proxy != ProxyProtocol::Version2 || options.speaksTls()))
        return QStringLiteral("proxyRequiresTls needs version 2 of the PROXY protocol and a listener without TLS of its "
                              "own: nobody else would tell.");
    if (options.speaksTls())
        return {}; // looks at the rest by itself
    if (proxy == ProxyProtocol::Version1 && options.tls.requireCertificate)
        return QStringLiteral("Version 1 of the PROXY protocol tells nothing of certificates that could be required.");
    const bool isToldOfCertificates = proxy == ProxyProtocol::Version2 && options.tls.requireCertificate;
    const bool isToldOfNames = isToldOfCertificates && options.tls.userName == UserNameSource::Identity;
    const bool isNamed = options.tls.userName != UserNameSource::Connect && !isToldOfNames;
    const bool isRequired = options.tls.requireCertificate && !isToldOfCertificates;
    if (isNamed || isRequired)
        return QStringLiteral("What clients are to prove by TLS needs a certificate and its key, or pre-shared keys; or "
                              "version 2 of the PROXY protocol, for requireCertificate and with it for Identity.");
    return {};
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
    return options.proxyProtocol != ProxyProtocol::None ? openWithHandshake(options) : openTcp(options);
}

} // namespace

OpenedDoor openDoor(const ListenerOptions &options)
{
    if (const QString problem = proofProblem(options); !problem.isEmpty()) {
        const StreamSocket closed(options.listeningSocket); // it was handed over to us
        return {nullptr, problem};
    }
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
