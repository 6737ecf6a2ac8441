#pragma once

#include "base/epolldispatcher.h"
#include "transport/linkturn.h"
#include "transport/tcplink.h"
#include "transport/tcplistener.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTcpServer>
#include <QTest>
#include <QThread>

#include <cerrno>
#include <ctime>
#include <functional>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <linux/tcp.h> // knows more of tcp_info than netinet/tcp.h
#else
#include <netinet/tcp.h>
#endif

namespace pigeon::test {

// What the tests of TCP links talk to: a bare socket as the peer, and the owner of a link that remembers what it heard.

/// A receive buffer that lets the other side become congested soon and that still moves on quickly.
constexpr int slowReader = 128 * 1024;

/// A client of the bare system: it shows what really happens on the wire.
class Peer
{
public:
    explicit Peer(quint16 port, int receiveBuffer = 0)
        : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        if (receiveBuffer > 0)
            ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (m_descriptor < 0 || ::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            qFatal("a test peer cannot connect");
        ::fcntl(m_descriptor, F_SETFL, O_NONBLOCK);
    }
    ~Peer() { close(); }
    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;

    qsizetype send(QByteArrayView bytes) const
    {
        return ::send(m_descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL);
    }
    /// Appends what is there to `received`; false once the stream has ended or failed.
    bool receive(qsizetype atMost = 1 << 20)
    {
        QByteArray buffer(atMost, Qt::Uninitialized);
        const ssize_t bytes = ::recv(m_descriptor, buffer.data(), size_t(atMost), 0);
        error = bytes < 0 ? errno : 0;
        if (bytes > 0)
            received.append(buffer.constData(), bytes);
        return bytes > 0 || (bytes < 0 && error == EAGAIN);
    }
    bool sawEnd() { return !receive() && error == 0; }
    bool sawReset()
    {
        receive();
        return error == ECONNRESET;
    }
    void endOutput() const { ::shutdown(m_descriptor, SHUT_WR); }
    void reset()
    {
        const linger off{1, 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &off, sizeof off);
        close();
    }
    void close()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = -1;
    }

    QByteArray received;
    int error = 0;

private:
    int m_descriptor;
};

/// The session side of one link: records what it hears.
class Owner final : public LinkReceiver
{
public:
    void bytesArrived(QByteArrayView bytes) override
    {
        ++arrivals;
        insideLink = insideLink || calling;
        received.append(bytes);
        if (onBytes)
            onBytes(bytes);
    }
    void linkClosed(QByteArrayView why) override
    {
        ++closed;
        insideLink = insideLink || calling;
        reason = why.toByteArray();
        if (onClosed)
            onClosed();
    }
    void outputDrained() override
    {
        ++drained;
        insideLink = insideLink || calling;
    }

    std::unique_ptr<Link> link;
    std::function<void(QByteArrayView)> onBytes;
    std::function<void()> onClosed;
    QByteArray received;
    QByteArray reason;
    int arrivals = 0;
    int closed = 0;
    int drained = 0;
    bool calling = false;
    bool insideLink = false; // the receiver was called from inside a call into the link
};

inline int descriptorOf(const Owner &owner)
{
    return int(static_cast<const TcpLink &>(*owner.link).descriptor());
}

inline std::chrono::nanoseconds threadTime()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// The CPU time of this thread while the loop runs with nothing to do.
inline std::chrono::nanoseconds idleTime()
{
    QEventLoop loop;
    QTimer::singleShot(100, &loop, &QEventLoop::quit);
    const auto before = threadTime();
    loop.exec();
    return threadTime() - before;
}

inline int openDescriptors()
{
    int open = 0;
    for (int descriptor = 0; descriptor < 1024; ++descriptor)
        open += ::fcntl(descriptor, F_GETFD) >= 0;
    return open;
}

} // namespace pigeon::test
