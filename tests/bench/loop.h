#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Sockets and the epoll loop that waits for them. Linux only; everything in one thread. Nothing here is faster or
/// slower for one broker than for another.
namespace bench {

using Clock = std::chrono::steady_clock;

/// Something with a descriptor that the loop watches.
class Watched
{
public:
    virtual ~Watched() = default;
    virtual void ready(uint32_t events) = 0;
    /// Sends what was written in this turn; called for those that asked for it by Loop::flushLater.
    virtual void flush() { }
};

/// Thrown by a loop when the program is to end; no std::exception, so that a failed workload is something else.
struct Interrupted
{
};
/// From now on SIGINT and SIGTERM end the loop that runs, and the program leaves nothing behind.
void catchInterrupts();

/// An epoll loop: events, then what the turn is for, then one write per socket.
class Loop
{
public:
    Loop();
    ~Loop();
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    void watch(int descriptor, Watched &watched, uint32_t events);
    void change(int descriptor, Watched &watched, uint32_t events);
    void forget(int descriptor, Watched &watched);
    void flushLater(Watched &watched) { m_toFlush.push_back(&watched); }

    /// Runs until `turn`, called after the events of each turn, returns true; false when nothing at all happened for
    /// `patience`.
    bool run(const std::function<bool()> &turn, std::chrono::milliseconds patience);
    /// Runs for ever.
    void runForever();

private:
    bool runTurn(const std::function<bool()> &turn, int waitMilliseconds, bool &isDone);
    void flushAll();

    int m_epoll;
    std::vector<Watched *> m_toFlush;
    std::vector<Watched *> m_gone; // forgotten while events of this turn may still name them
};

/// A non-blocking TCP connection that gathers what is written and sends it once per turn.
class Connection : public Watched
{
public:
    /// Connects, blocking: on one machine this takes no longer than the call. Throws std::runtime_error.
    Connection(Loop &loop, const std::string &host, uint16_t port);
    /// Takes over an accepted socket.
    Connection(Loop &loop, int descriptor);
    ~Connection() override;
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    /// What is to be sent; `sendLater` when something was appended.
    std::string &output() { return m_output; }
    void sendLater();
    bool isOpen() const { return m_descriptor >= 0; }
    void close();

    void ready(uint32_t events) override;
    void flush() override;

    /// Bytes that came: the view ends with the call; returns how many of them were used.
    std::function<size_t(Connection &, std::string_view)> received;
    /// The peer has ended it; it is closed already.
    std::function<void(Connection &)> ended;

private:
    void start();
    void receive();
    void take(std::string_view bytes);

    Loop &m_loop;
    int m_descriptor = -1;
    std::string m_output;
    size_t m_sent = 0; // of m_output
    std::string m_rest; // the begin of what has not come completely
    bool m_mustFlush = false;
    bool m_isCongested = false;
};

/// A port on the loopback interface that nobody listens on now.
uint16_t freePort();
/// Listens on 127.0.0.1; throws std::runtime_error.
int listenOnLoopback(uint16_t port);
/// Raises the bound on open descriptors as far as this user may; returns the bound.
size_t raiseDescriptorLimit();

} // namespace bench
