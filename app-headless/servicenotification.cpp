#include "servicenotification.h"

#include <cstddef>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace pigeon {

namespace {

using std::chrono::microseconds;

/// Of the clock that systemd compares RELOADING with.
QByteArray monotonicMicroseconds()
{
    timespec now = {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return QByteArray::number(static_cast<qint64>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000);
}

} // namespace

ServiceNotification *ServiceNotification::fromEnvironment(QObject *parent)
{
    const QByteArray watched = qgetenv("WATCHDOG_PID");
    const bool isOurs = watched.isEmpty() || watched == QByteArray::number(static_cast<qint64>(::getpid()));
    const microseconds watchdog(isOurs ? qgetenv("WATCHDOG_USEC").toLongLong() : 0);
    auto *notification = new ServiceNotification(qgetenv("NOTIFY_SOCKET"), watchdog, parent);
    for (const char *variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
        qunsetenv(variable);
    return notification;
}

ServiceNotification::ServiceNotification(QByteArray socketPath, microseconds watchdog, QObject *parent)
    : QObject(parent)
    , m_socketPath(std::move(socketPath))
    , m_watchdog(watchdog)
{
    connect(&m_alive, &QTimer::timeout, this, [this] { send("WATCHDOG=1"); });
}

void ServiceNotification::ready(const QByteArray &status)
{
    send("READY=1\nSTATUS=" + QByteArray(status).replace('\n', ' '));
    if (m_watchdog.count() > 0 && !m_socketPath.isEmpty() && !m_alive.isActive()) {
        send("WATCHDOG=1");
        m_alive.start(std::chrono::duration_cast<std::chrono::milliseconds>(m_watchdog / 2)); // as sd_watchdog_enabled(3) says
    }
}

void ServiceNotification::reloading()
{
    send("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicroseconds());
}

void ServiceNotification::stopping()
{
    send("STOPPING=1\nSTATUS=closing connections");
}

void ServiceNotification::send(const QByteArray &message) const
{
    sockaddr_un address = {};
    if (m_socketPath.isEmpty() || static_cast<size_t>(m_socketPath.size()) >= sizeof address.sun_path)
        return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, m_socketPath.constData(), static_cast<size_t>(m_socketPath.size()));
    if (address.sun_path[0] == '@') // a name of the abstract kind
        address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + static_cast<size_t>(m_socketPath.size()));
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return;
    // Who does not listen any more has no use for it either.
    [[maybe_unused]] const ssize_t sent
        = ::sendto(descriptor, message.constData(), static_cast<size_t>(message.size()), MSG_NOSIGNAL,
            reinterpret_cast<const sockaddr *>(&address), size);
    ::close(descriptor);
}

} // namespace pigeon
