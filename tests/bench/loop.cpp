#include "loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr size_t readBytes = 256 * 1024;

volatile std::sig_atomic_t isInterrupted = 0;

[[noreturn]] void fail(const std::string &what, int error)
{
    throw std::runtime_error(what + ": " + std::strerror(error));
}

void setOption(int descriptor, int level, int option)
{
    const int on = 1;
    ::setsockopt(descriptor, level, option, &on, sizeof on);
}

int connectTo(const std::string &host, uint16_t port)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0)
        throw std::runtime_error("the address " + host + " is unknown: " + ::gai_strerror(error));
    const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int error
        = descriptor < 0 || ::connect(descriptor, found->ai_addr, found->ai_addrlen) != 0 ? errno : 0;
    ::freeaddrinfo(found);
    if (error == 0)
        return descriptor;
    if (descriptor >= 0)
        ::close(descriptor);
    fail("no connection to " + host + " port " + std::to_string(port), error);
}

sockaddr_in loopback(uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

void catchInterrupts()
{
    for (const int signal : {SIGINT, SIGTERM})
        std::signal(signal, [](int) { isInterrupted = 1; });
}

Loop::Loop()
    : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    if (m_epoll < 0)
        fail("no epoll descriptor", errno);
}

Loop::~Loop()
{
    ::close(m_epoll);
}

void Loop::watch(int descriptor, Watched &watched, uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watched;
    if (::epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) != 0)
        fail("epoll cannot watch a socket", errno);
}

void Loop::change(int descriptor, Watched &watched, uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watched;
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void Loop::forget(int descriptor, Watched &watched)
{
    ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    std::erase(m_toFlush, &watched);
    m_gone.push_back(&watched);
}

bool Loop::run(const std::function<bool()> &turn, std::chrono::milliseconds patience)
{
    for (bool isDone = false; !isDone;) {
        if (!runTurn(turn, static_cast<int>(patience.count()), isDone))
            return false;
    }
    return true;
}

void Loop::runForever()
{
    for (bool isDone = false;;)
        runTurn([] { return false; }, -1, isDone);
}

bool Loop::runTurn(const std::function<bool()> &turn, int waitMilliseconds, bool &isDone)
{
    // What was written outside of the loop leaves first, and it may be done already.
    isDone = turn();
    flushAll();
    if (isDone)
        return true;
    std::array<epoll_event, 512> events;
    int count = 0;
    do {
        if (isInterrupted)
            throw Interrupted();
        count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), waitMilliseconds);
    } while (count < 0 && errno == EINTR);
    m_gone.clear();
    for (int i = 0; i < count; ++i) {
        auto *watched = static_cast<Watched *>(events[static_cast<size_t>(i)].data.ptr);
        if (std::find(m_gone.begin(), m_gone.end(), watched) == m_gone.end())
            watched->ready(events[static_cast<size_t>(i)].events);
    }
    return count != 0;
}

void Loop::flushAll()
{
    // Flushing may write more: a connection that ends makes another one start.
    for (size_t i = 0; i < m_toFlush.size(); ++i)
        m_toFlush[i]->flush();
    m_toFlush.clear();
}

Connection::Connection(Loop &loop, const std::string &host, uint16_t port)
    : m_loop(loop)
    , m_descriptor(connectTo(host, port))
{
    start();
}

Connection::Connection(Loop &loop, int descriptor)
    : m_loop(loop)
    , m_descriptor(descriptor)
{
    start();
}

Connection::~Connection()
{
    close();
}

void Connection::start()
{
    setOption(m_descriptor, IPPROTO_TCP, TCP_NODELAY);
    ::fcntl(m_descriptor, F_SETFL, ::fcntl(m_descriptor, F_GETFL) | O_NONBLOCK);
    m_loop.watch(m_descriptor, *this, EPOLLIN);
}

void Connection::close()
{
    if (!isOpen())
        return;
    m_loop.forget(m_descriptor, *this);
    ::close(m_descriptor);
    m_descriptor = -1;
    m_output.clear();
    m_sent = 0;
    m_mustFlush = false;
}

void Connection::sendLater()
{
    if (m_mustFlush || m_isCongested || !isOpen())
        return;
    m_mustFlush = true;
    m_loop.flushLater(*this);
}

void Connection::ready(uint32_t events)
{
    if (events & EPOLLOUT)
        flush();
    if (isOpen() && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        receive();
}

void Connection::flush()
{
    m_mustFlush = false;
    while (m_sent < m_output.size()) {
        const ssize_t sent
            = ::send(m_descriptor, m_output.data() + m_sent, m_output.size() - m_sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            break; // full, or broken: then reading tells
        m_sent += static_cast<size_t>(sent);
    }
    if (m_sent == m_output.size()) {
        m_output.clear();
        m_sent = 0;
    }
    if (const bool isCongested = !m_output.empty(); isCongested != m_isCongested) {
        m_isCongested = isCongested;
        m_loop.change(m_descriptor, *this, isCongested ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

void Connection::receive()
{
    static std::array<char, readBytes> buffer;
    const ssize_t bytes = ::recv(m_descriptor, buffer.data(), buffer.size(), 0);
    if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (bytes > 0) {
        take({buffer.data(), static_cast<size_t>(bytes)});
        return;
    }
    close();
    if (ended)
        ended(*this);
}

void Connection::take(std::string_view bytes)
{
    if (m_rest.empty()) {
        const size_t used = received(*this, bytes);
        if (isOpen())
            m_rest.assign(bytes.substr(used));
        return;
    }
    m_rest.append(bytes);
    const size_t used = received(*this, m_rest);
    m_rest.erase(0, used);
}

uint16_t freePort()
{
    const int descriptor = listenOnLoopback(0);
    sockaddr_in address{};
    socklen_t bytes = sizeof address;
    ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &bytes);
    ::close(descriptor);
    return ntohs(address.sin_port);
}

int listenOnLoopback(uint16_t port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setOption(descriptor, SOL_SOCKET, SO_REUSEADDR);
    const sockaddr_in address = loopback(port);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
        || ::listen(descriptor, 1024) != 0)
        fail("cannot listen on port " + std::to_string(port), errno);
    return descriptor;
}

size_t raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

} // namespace bench
