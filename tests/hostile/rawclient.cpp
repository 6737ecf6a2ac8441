#include "hostile/rawclient.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pigeon::test {

RawClient::RawClient(quint16 port, int receiveBufferBytes)
    : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (receiveBufferBytes > 0)
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, sizeof receiveBufferBytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
        close();
}

RawClient::RawClient(RawClient &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_hasEnded(other.m_hasEnded)
    , m_received(std::move(other.m_received))
{
}

bool RawClient::waitFor(short events, int timeoutMilliseconds)
{
    pollfd descriptor{m_descriptor, events, 0};
    return ::poll(&descriptor, 1, std::max(timeoutMilliseconds, 0)) > 0;
}

qsizetype RawClient::sendSome(QByteArrayView bytes)
{
    const ssize_t sent = ::send(m_descriptor, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0)
        return sent;
    return errno == EAGAIN ? 0 : -1;
}

bool RawClient::send(QByteArrayView bytes, int timeoutMilliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (!bytes.isEmpty()) {
        const qsizetype sent = sendSome(bytes);
        if (sent < 0)
            return false;
        bytes = bytes.sliced(sent);
        if (!bytes.isEmpty() && !waitFor(POLLOUT, timeoutMilliseconds - int(timer.elapsed())))
            return false;
    }
    return true;
}

bool RawClient::receive(int timeoutMilliseconds)
{
    if (m_hasEnded || m_descriptor < 0 || !waitFor(POLLIN, timeoutMilliseconds))
        return false;
    char buffer[64 * 1024];
    const ssize_t bytes = ::recv(m_descriptor, buffer, sizeof buffer, MSG_DONTWAIT);
    if (bytes > 0)
        m_received.append(buffer, bytes);
    else if (bytes == 0 || errno != EAGAIN)
        m_hasEnded = true;
    return bytes > 0;
}

qsizetype RawClient::readSome(qsizetype most)
{
    QByteArray buffer(most, Qt::Uninitialized);
    const ssize_t bytes = ::recv(m_descriptor, buffer.data(), size_t(most), MSG_DONTWAIT);
    m_hasEnded = m_hasEnded || bytes == 0 || (bytes < 0 && errno != EAGAIN);
    return std::max<qsizetype>(bytes, 0);
}

QByteArray RawClient::takePacket(int timeoutMilliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (packetSize(m_received) == 0) {
        if (!receive(timeoutMilliseconds - int(timer.elapsed())))
            return QByteArray();
    }
    const qsizetype size = packetSize(m_received);
    const QByteArray packet = m_received.first(size);
    m_received.remove(0, size);
    return packet;
}

bool RawClient::waitForEnd(int timeoutMilliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (!m_hasEnded && timer.elapsed() < timeoutMilliseconds)
        receive(timeoutMilliseconds - int(timer.elapsed()));
    return m_hasEnded;
}

void RawClient::endOutput()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

void RawClient::reset()
{
    const linger off{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &off, sizeof off);
    close();
}

void RawClient::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

qsizetype packetSize(QByteArrayView bytes)
{
    qsizetype remaining = 0;
    for (qsizetype at = 1; at < std::min<qsizetype>(bytes.size(), 5); ++at) {
        const auto byte = static_cast<quint8>(bytes[at]);
        remaining |= qsizetype(byte & 0x7F) << (7 * (at - 1));
        if (byte < 0x80)
            return at + 1 + remaining <= bytes.size() ? at + 1 + remaining : 0;
    }
    return 0;
}

} // namespace pigeon::test
