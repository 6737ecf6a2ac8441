#include "handedsockets.h"

#include <QFile>
#include <QHostAddress>
#include <QStringList>

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace pigeon {

namespace {

constexpr int firstDescriptor = 3; // SD_LISTEN_FDS_START

/// Where a socket listens.
struct BoundTo
{
    QHostAddress address;
    quint16 port = 0;
    QString path; // of a local socket
    bool isListening = false;

    QString text() const
    {
        if (!path.isEmpty())
            return path;
        return address.isNull() ? QStringLiteral("no address") : QStringLiteral("%1 port %2").arg(address.toString()).arg(port);
    }
};

BoundTo boundTo(int descriptor)
{
    BoundTo found;
    union {
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
        sockaddr_un local;
    } name = {};
    socklen_t size = sizeof name;
    int isAccepting = 0;
    socklen_t flagSize = sizeof isAccepting;
    if (::getsockname(descriptor, &name.any, &size) != 0
        || ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isAccepting, &flagSize) != 0)
        return found;
    found.isListening = isAccepting != 0;
    if (name.any.sa_family == AF_UNIX) {
        found.path = QFile::decodeName(
            QByteArray(name.local.sun_path, static_cast<qsizetype>(size - offsetof(sockaddr_un, sun_path)))
                .split('\0')
                .first());
        return found;
    }
    found.address = QHostAddress(&name.any);
    found.port = ntohs(name.any.sa_family == AF_INET6 ? name.v6.sin6_port : name.v4.sin_port);
    return found;
}

/// A listener on all interfaces is a socket of IPv6 that takes IPv4 as well, or one of IPv4 where there is no other.
bool isFor(const BoundTo &socket, const ListenerOptions &listener)
{
    if (listener.kind == ListenerKind::LocalSocket)
        return socket.path == listener.socketPath;
    if (!socket.path.isEmpty() || socket.port != listener.port)
        return false;
    if (listener.address == QHostAddress(QHostAddress::Any))
        return socket.address == QHostAddress(QHostAddress::AnyIPv6) || socket.address == QHostAddress(QHostAddress::AnyIPv4)
            || socket.address == QHostAddress(QHostAddress::Any);
    return socket.address == listener.address;
}

} // namespace

HandedSockets HandedSockets::fromEnvironment()
{
    HandedSockets handed;
    const bool isOurs = qgetenv("LISTEN_PID") == QByteArray::number(static_cast<qint64>(::getpid()));
    const int count = qEnvironmentVariableIntValue("LISTEN_FDS");
    const QList<QByteArray> names = qgetenv("LISTEN_FDNAMES").split(':');
    for (int i = 0; isOurs && i < count; ++i) {
        ::fcntl(firstDescriptor + i, F_SETFD, FD_CLOEXEC);
        handed.m_sockets.push_back({firstDescriptor + i, names.value(i)});
    }
    for (const char *variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        qunsetenv(variable);
    return handed;
}

HandedSockets::HandedSockets(HandedSockets &&other) noexcept
    : m_sockets(std::exchange(other.m_sockets, {}))
{
}

HandedSockets::~HandedSockets()
{
    for (const Socket &socket : m_sockets)
        ::close(socket.descriptor);
}

qintptr HandedSockets::take(const ListenerOptions &listener)
{
    const auto found = std::find_if(m_sockets.begin(), m_sockets.end(), [&listener](const Socket &socket) {
        const BoundTo place = boundTo(socket.descriptor);
        return place.isListening && isFor(place, listener);
    });
    if (found == m_sockets.end())
        return -1;
    const int descriptor = found->descriptor;
    m_sockets.erase(found);
    return descriptor;
}

QString HandedSockets::problemOfRest() const
{
    QStringList rest;
    for (const Socket &socket : m_sockets) {
        const BoundTo place = boundTo(socket.descriptor);
        rest.append(QStringLiteral("\"%1\" (%2%3)")
                        .arg(QString::fromUtf8(socket.name), place.text(),
                            place.isListening ? QString() : QStringLiteral(", which does not listen")));
    }
    if (rest.isEmpty())
        return {};
    return QStringLiteral("systemd has handed over a socket that no listener of the configuration is for: %1. Let "
                          "ListenStream= of the unit and a `listener` say the same address and port, or the same path.")
        .arg(rest.join(QStringLiteral(", ")));
}

} // namespace pigeon
