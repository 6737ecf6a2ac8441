#pragma once

#include <pigeon/listeneroptions.h>

#include <QByteArray>
#include <QString>

#include <vector>

namespace pigeon {

/// The listening sockets that systemd has handed over (sd_listen_fds(3)): each is for the listener of the configuration
/// that has its address and port, or its path. So the ports are open before the broker is, and below 1024 without root.
class HandedSockets
{
public:
    HandedSockets() = default;
    ~HandedSockets();
    HandedSockets(HandedSockets &&other) noexcept;
    HandedSockets(const HandedSockets &) = delete;
    HandedSockets &operator=(const HandedSockets &) = delete;
    HandedSockets &operator=(HandedSockets &&) = delete;

    /// Those that the environment tells of (LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES), which is emptied of it. None where it
    /// means another process.
    static HandedSockets fromEnvironment();

    /// The descriptor for a listener, to be owned by who asks; -1: there is none.
    qintptr take(const ListenerOptions &listener);
    /// Sockets that no listener was for, a sentence; empty when there are none.
    QString problemOfRest() const;

private:
    struct Socket
    {
        int descriptor = -1;
        QByteArray name; // FileDescriptorName= of the unit
    };
    std::vector<Socket> m_sockets;
};

} // namespace pigeon
