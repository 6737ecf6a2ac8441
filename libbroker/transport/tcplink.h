#pragma once

#include "base/clock.h"
#include "base/link.h"

#include <memory>

namespace pigeon {

class LinkTurn;
class TcpChannel;

/// A link on a TCP connection. Broker thread; made by TcpListener.
///
/// Rules for the owner:
/// - `linkClosed` comes once at most and never after `close` or `abort`; the link is deleted by its owner all the
///   same. It may be deleted at any time, from inside a callback of its own or of another link included.
/// - Deleting it after `close` lets what was written leave first: the connection then lives on without it, at most
///   for the grace period and not longer than the listener and its links together. Deleting it without `close`
///   aborts.
/// - `outputDrained` is only called after `reportDrained`, once, when a flush has emptied the output.
/// - While reading is off the end of the connection is noticed only by a write that fails.
class TcpLink final : public Link
{
public:
    /// How long a closed link waits for the peer to take its last bytes and to end its side.
    static constexpr Milliseconds gracePeriod{2000};
    /// Links of one listener that may linger for their peers to close: each costs a descriptor, and who is refused
    /// and does not close must not use up all of them.
    static constexpr qsizetype mostFinishing = 256;
    /// What one link may read in one turn before the others have theirs.
    static constexpr qsizetype readBytesPerTurn = 256 * 1024;
    /// What one link may send in one turn before the others have theirs.
    static constexpr qsizetype sendBytesPerTurn = 1024 * 1024;

    /// Takes over the connected socket `descriptor`. TCP_NODELAY is the listener's business.
    TcpLink(qintptr descriptor, PeerFacts peer, std::shared_ptr<LinkTurn> turn);
    ~TcpLink() override;

    void close() override;
    void abort() override;
    void setReading(bool reading) override;

    /// The descriptor, for tests; -1 when closed.
    qintptr descriptor() const;

protected:
    void outputStarted() override;
    qsizetype bytesInTransport() const override { return 0; } // everything goes straight to the kernel

private:
    friend class TcpChannel;
    using Link::output;
    using Link::outputFlushed;
    using Link::receiver;
    using Link::takeDrainReport;

    std::shared_ptr<LinkTurn> m_turn;
    TcpChannel *m_channel; // owned until it is let go to finish alone
};

} // namespace pigeon
