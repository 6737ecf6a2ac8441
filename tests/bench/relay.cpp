#include "relay.h"

#include "loop.h"

#include <cstdlib>
#include <map>
#include <memory>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace bench {

namespace {

constexpr size_t introductionBytes = 4;

class Relay final : public Watched
{
public:
    explicit Relay(uint16_t port)
        : m_listener(listenOnLoopback(port))
    {
        m_loop.watch(m_listener, *this, EPOLLIN);
    }
    [[noreturn]] void run()
    {
        m_loop.runForever();
        std::abort(); // runForever does not end
    }
    void ready(uint32_t) override
    {
        m_ended.clear();
        for (int peer = -1; (peer = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
            accepted(peer);
    }

private:
    using Channel = std::vector<Connection *>;

    void accepted(int descriptor)
    {
        auto made = std::make_unique<Connection>(m_loop, descriptor);
        Connection &connection = *made;
        connection.received = [this, channel = static_cast<Channel *>(nullptr)](
                                  Connection &peer, std::string_view bytes) mutable {
            return channel ? pass(*channel, bytes) : introduce(peer, bytes, channel);
        };
        connection.ended = [this](Connection &peer) { leave(peer); };
        m_connections.emplace(&connection, std::move(made));
    }
    static size_t pass(const Channel &channel, std::string_view bytes)
    {
        for (Connection *receiver : channel) {
            receiver->output().append(bytes);
            receiver->sendLater();
        }
        return bytes.size();
    }
    size_t introduce(Connection &peer, std::string_view bytes, Channel *&channel)
    {
        if (bytes.size() < introductionBytes)
            return 0;
        channel = &m_channels[static_cast<uint8_t>(bytes[2]) * 256 + static_cast<uint8_t>(bytes[3])];
        if (bytes[0] == 'S')
            channel->push_back(&peer);
        peer.output().push_back(relayReady);
        peer.sendLater();
        return introductionBytes;
    }
    void leave(Connection &peer)
    {
        for (auto &[number, channel] : m_channels)
            std::erase(channel, &peer);
        const auto found = m_connections.find(&peer);
        m_ended.push_back(std::move(found->second)); // it is on the stack
        m_connections.erase(found);
    }

    Loop m_loop;
    int m_listener;
    std::map<int, Channel> m_channels; // a node stays where it is
    std::map<Connection *, std::unique_ptr<Connection>> m_connections;
    std::vector<std::unique_ptr<Connection>> m_ended;
};

} // namespace

void runRelay(uint16_t port)
{
    Relay(port).run();
}

} // namespace bench
