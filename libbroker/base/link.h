#pragma once

#include "base/bytequeue.h"

#include <pigeon/listenerterms.h>

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <utility>

namespace pigeon {

/// How a link is encrypted.
struct TlsFacts
{
    QByteArray version; ///< "TLSv1.3"
    QByteArray cipher; ///< by OpenSSL's name, "TLS_AES_256_GCM_SHA384"
};

/// Who is at the other end, as far as the transport knows. Constant after the link was made.
struct PeerFacts
{
    QByteArray address; ///< "192.0.2.7", "[2001:db8::1]", a socket's path; empty for in-process links
    quint16 port = 0; ///< 0 where the transport has none
    QByteArray listener; ///< the local end that took the connection, for the log: "tcp 127.0.0.1:1883"
    QByteArray identity = {}; ///< the user that a certificate or a key has proven; empty = nobody was asked
    std::shared_ptr<const ListenerTerms> terms = {}; ///< of the listener; null = nothing differs there
    std::shared_ptr<const TlsFacts> tls = {}; ///< null = no TLS is spoken with us
    QByteArray door = {}; ///< the listener's own name, where `listener` tells what this connection speaks; else empty

    const QByteArray &doorName() const { return door.isEmpty() ? listener : door; }
};

/// What the session side hears from its link. Called on the broker thread, never from inside a call into the link.
class LinkReceiver
{
public:
    /// Bytes came in; the view ends with the call.
    virtual void bytesArrived(QByteArrayView bytes) = 0;
    /// The other side or the network ended the link; nothing follows. `reason` is for people.
    virtual void linkClosed(QByteArrayView reason) = 0;
    /// Everything that was written has been handed to the operating system; only after `reportDrained`.
    virtual void outputDrained() = 0;

protected:
    ~LinkReceiver() = default;
};

/// The one thing that transport and session have in common: an ordered stream of bytes to and from one peer.
///
/// Writes gather in the output and leave once per turn of the event loop. A link never calls its receiver
/// from inside `reserve`, `write`, `close`, `abort` or `setReading`. Broker thread.
class Link
{
public:
    virtual ~Link() = default;
    Link(const Link &) = delete;
    Link &operator=(const Link &) = delete;

    /// Null detaches: the link then reports to nobody and closes what is left by itself.
    void setReceiver(LinkReceiver *receiver) { m_receiver = receiver; }
    const PeerFacts &peer() const { return m_peer; }

    /// Room for exactly `bytes` more bytes of output, to be filled before any other call.
    char *reserve(qsizetype bytes)
    {
        announceOutput();
        return m_output.reserve(bytes);
    }
    void write(QByteArrayView bytes)
    {
        announceOutput();
        m_output.append(bytes);
    }
    /// Large blocks go out by reference, without a copy.
    void writeShared(const QByteArray &block)
    {
        announceOutput();
        m_output.appendShared(block);
    }
    /// Bytes that were written and that the operating system has not taken yet.
    qsizetype unsentBytes() const { return m_output.size() + bytesInTransport(); }

    /// Asks for one `outputDrained` when all output has left; comes from the event loop.
    void reportDrained() { m_reportsDrained = true; }

    /// Ends the link after what was written has left, or after a grace period; nothing is received any more.
    virtual void close() = 0;
    /// Ends the link now, what was not sent is dropped.
    virtual void abort() = 0;
    /// False: no bytes arrive until it is true again (back-pressure).
    virtual void setReading(bool reading) = 0;

protected:
    explicit Link(PeerFacts peer)
        : m_peer(std::move(peer))
    {
    }
    LinkReceiver *receiver() const { return m_receiver; }
    ByteQueue &output() { return m_output; }
    const ByteQueue &output() const { return m_output; }
    void setPeer(PeerFacts peer) { m_peer = std::move(peer); }

    /// The first output of a turn is about to be written: have flushed it before the loop sleeps.
    virtual void outputStarted() = 0;
    /// Bytes that left the output but wait in the transport's own buffers.
    virtual qsizetype bytesInTransport() const = 0;
    /// To be called when the output was flushed, so that the next write is announced again.
    void outputFlushed() { m_announced = false; }
    /// True once after `reportDrained`: the output has left, say so.
    bool takeDrainReport() { return std::exchange(m_reportsDrained, false); }

private:
    void announceOutput()
    {
        if (!m_announced) {
            m_announced = true;
            outputStarted();
        }
    }

    PeerFacts m_peer;
    LinkReceiver *m_receiver = nullptr;
    ByteQueue m_output;
    bool m_announced = false;
    bool m_reportsDrained = false;
};

} // namespace pigeon
