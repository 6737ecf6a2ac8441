#pragma once

#include "base/bytequeue.h"
#include "base/link.h"

#include <QtGlobal>

#include <span>

namespace pigeon {

/// A connected stream socket as the operating system knows it: the only place of this room with system calls.
/// Closes its descriptor in the end. Never blocks, never raises SIGPIPE; belongs to one thread.
class StreamSocket
{
public:
    struct Outcome
    {
        enum class Kind { Moved, WouldBlock, Ended, Failed };
        Kind kind = Kind::Moved;
        qsizetype bytes = 0; ///< Moved: how many
        bool partial = false; ///< Moved: fewer than was offered or asked for, the next call would block
        int error = 0; ///< Failed: errno
    };

    explicit StreamSocket(qintptr descriptor)
        : m_descriptor(descriptor)
    {
    }
    ~StreamSocket() { close(); }
    StreamSocket(const StreamSocket &) = delete;
    StreamSocket &operator=(const StreamSocket &) = delete;

    bool isOpen() const { return m_descriptor >= 0; }
    qintptr descriptor() const { return m_descriptor; }

    Outcome receive(std::span<char> buffer);
    /// Sends what it can of the front of `queue` with one call; removes nothing from it.
    Outcome send(const ByteQueue &queue);
    /// The peer sees the end of the stream after everything that was sent; it may go on sending.
    void endOutput();
    void close();

    /// Small writes leave at once: this broker gathers by itself. On a listening socket: for all it accepts.
    static void setNoDelay(qintptr descriptor);
    /// Takes one waiting connection. Negative: there is none (`error` 0), or it failed (`error` is errno).
    static qintptr accept(qintptr listener, int &error);
    /// What waits at a socket that others own, into the front of `buffer`; it goes on waiting.
    static Outcome peek(qintptr descriptor, QByteArray &buffer);
    /// Takes `bytes` away that `peek` has shown.
    static void discard(qintptr descriptor, qsizetype bytes);
    /// On a listening socket: only what comes through that network interface is accepted. False: errno says why not.
    static bool bindToInterface(qintptr descriptor, const QByteArray &name);
    static PeerFacts peerFacts(qintptr descriptor, QByteArray listener);

private:
    qintptr m_descriptor;
};

/// One descriptor kept back, so that a process which has used up all others can still accept a connection in order to
/// close it: the peer is refused instead of left hanging.
class ReserveDescriptor
{
public:
    ReserveDescriptor() { take(); }
    ~ReserveDescriptor();
    ReserveDescriptor(const ReserveDescriptor &) = delete;
    ReserveDescriptor &operator=(const ReserveDescriptor &) = delete;

    /// Accepts and closes what waits at `listener`, a bounded number; returns how many.
    int refuseWaiting(qintptr listener);

private:
    void take();
    int m_descriptor = -1;
};

} // namespace pigeon
