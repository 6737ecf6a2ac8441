#include "transport/streamsocket.h"

#include <QHostAddress>

#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pigeon {

namespace {

constexpr size_t piecesPerCall = 32; // heads and shared bodies of 16 large messages

#ifdef MSG_NOSIGNAL
constexpr int sendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
#else
constexpr int sendFlags = MSG_DONTWAIT; // Qt ignores SIGPIPE there once it has a socket of its own: QTcpServer
#endif

StreamSocket::Outcome failure(int error)
{
    using Kind = StreamSocket::Outcome::Kind;
    if (error == EAGAIN || error == EWOULDBLOCK)
        return {Kind::WouldBlock, 0, false, 0};
    return {Kind::Failed, 0, false, error};
}

} // namespace

StreamSocket::Outcome StreamSocket::receive(std::span<char> buffer)
{
    ssize_t bytes = 0;
    do {
        bytes = ::recv(int(m_descriptor), buffer.data(), buffer.size(), MSG_DONTWAIT);
    } while (bytes < 0 && errno == EINTR);
    if (bytes < 0)
        return failure(errno);
    return {bytes == 0 ? Outcome::Kind::Ended : Outcome::Kind::Moved, bytes, size_t(bytes) < buffer.size(), 0};
}

StreamSocket::Outcome StreamSocket::send(const ByteQueue &queue)
{
    std::array<QByteArrayView, piecesPerCall> views;
    std::array<iovec, piecesPerCall> pieces;
    const size_t count = queue.fronts(views);
    qsizetype offered = 0;
    for (size_t i = 0; i < count; ++i) {
        pieces[i] = {const_cast<char *>(views[i].data()), size_t(views[i].size())}; // sendmsg only reads
        offered += views[i].size();
    }
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    ssize_t bytes = 0;
    do { // most flushes are one piece, which the kernel takes a little cheaper without a list
        bytes = count == 1 ? ::send(int(m_descriptor), views[0].data(), size_t(views[0].size()), sendFlags)
                           : ::sendmsg(int(m_descriptor), &message, sendFlags);
    } while (bytes < 0 && errno == EINTR);
    if (bytes < 0)
        return failure(errno);
    return {Outcome::Kind::Moved, bytes, bytes < offered, 0};
}

void StreamSocket::endOutput()
{
    ::shutdown(int(m_descriptor), SHUT_WR);
}

void StreamSocket::close()
{
    if (isOpen())
        ::close(int(m_descriptor)); // not repeated after EINTR: the descriptor is gone all the same
    m_descriptor = -1;
}

void StreamSocket::setNoDelay(qintptr descriptor)
{
    const int on = 1;
    ::setsockopt(int(descriptor), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

qintptr StreamSocket::accept(qintptr listener, int &error)
{
    int peer = -1;
    do {
#ifdef SOCK_CLOEXEC
        peer = ::accept4(int(listener), nullptr, nullptr, SOCK_CLOEXEC);
#else
        peer = ::accept(int(listener), nullptr, nullptr);
        if (peer >= 0)
            ::fcntl(peer, F_SETFD, FD_CLOEXEC);
#endif
    } while (peer < 0 && (errno == EINTR || errno == ECONNABORTED)); // one that has left while it waited
    const bool isNobodyThere = peer < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    error = peer >= 0 || isNobodyThere ? 0 : errno;
    return peer;
}

StreamSocket::Outcome StreamSocket::peek(qintptr descriptor, QByteArray &buffer)
{
    ssize_t bytes = 0;
    do {
        bytes = ::recv(int(descriptor), buffer.data(), size_t(buffer.size()), MSG_DONTWAIT | MSG_PEEK);
    } while (bytes < 0 && errno == EINTR);
    if (bytes < 0)
        return failure(errno);
    return {bytes == 0 ? Outcome::Kind::Ended : Outcome::Kind::Moved, bytes, bytes < buffer.size(), 0};
}

void StreamSocket::discard(qintptr descriptor, qsizetype bytes)
{
    QByteArray taken(bytes, Qt::Uninitialized);
    ssize_t read = 0;
    do { // they are there: it neither waits nor comes back with fewer
        read = ::recv(int(descriptor), taken.data(), size_t(bytes), MSG_DONTWAIT);
    } while (read < 0 && errno == EINTR);
}

bool StreamSocket::bindToInterface(qintptr descriptor, const QByteArray &name)
{
#ifdef SO_BINDTODEVICE
    return ::setsockopt(int(descriptor), SOL_SOCKET, SO_BINDTODEVICE, name.constData(), socklen_t(name.size())) == 0;
#else
    errno = ENOSYS;
    return false;
#endif
}

PeerFacts StreamSocket::peerFacts(qintptr descriptor, QByteArray listener)
{
    PeerFacts facts;
    facts.listener = std::move(listener);
    sockaddr_storage storage{};
    auto *peer = reinterpret_cast<sockaddr *>(&storage);
    socklen_t bytes = sizeof storage;
    if (::getpeername(int(descriptor), peer, &bytes) != 0)
        return facts; // it has left already: the first read will say so
    QHostAddress address(peer);
    bool mapped = false; // an IPv4 peer of a listener for both
    if (const quint32 version4 = address.toIPv4Address(&mapped); mapped)
        address = QHostAddress(version4);
    const QByteArray text = address.toString().toLatin1();
    facts.address = address.protocol() == QAbstractSocket::IPv6Protocol ? '[' + text + ']' : text;
    facts.port = ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6 *>(peer)->sin6_port
                                                     : reinterpret_cast<const sockaddr_in *>(peer)->sin_port);
    return facts;
}

ReserveDescriptor::~ReserveDescriptor()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void ReserveDescriptor::take()
{
    m_descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int ReserveDescriptor::refuseWaiting(qintptr listener)
{
    constexpr int mostAtOnce = 1024;
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    int refused = 0;
    for (int peer = -1; refused < mostAtOnce && (peer = ::accept(int(listener), nullptr, nullptr)) >= 0; ++refused)
        ::close(peer);
    take();
    return refused;
}

} // namespace pigeon
