#pragma once

#include "base/link.h"
#include "session/aliases.h"
#include "session/negotiated.h"
#include "session/publication.h"

#include <pigeon/packets.h>

namespace pigeon {

class Connection;
struct Services;

/// What goes out to one client: packets in its version and within its Maximum Packet Size, with topic aliases
/// where it takes them, and how much of it the client has not read yet. Part of a connection. Broker thread.
class PacketOutput
{
public:
    /// The references outlive it. `owner` is only named to who looks on.
    PacketOutput(const Connection &owner, Link &link, const Negotiated &negotiated, Services &services)
        : m_owner(owner)
        , m_link(link)
        , m_negotiated(negotiated)
        , m_services(services)
    {
    }
    void setMaximumAliases(quint16 maximum) { m_aliases = OutboundAliases(maximum); }

    /// False when the packet is larger than the client takes: nothing was sent. Fills the rest of `layout` in.
    bool sendPublish(Publication &publication, PublishLayout &layout);
    /// The same; an acknowledgement is the smallest answer that there is.
    bool sendAcknowledge(PacketType type, quint16 packetId, ReasonCode reason);
    /// Any other packet; its reason string and user properties are left out where the client's Maximum Packet Size
    /// or its wish says so. False when even then it is too large.
    bool send(Packet packet);

    /// The client has much unread: what can wait should.
    bool isCongested() const { return m_link.unsentBytes() > congestedFrom; }
    /// More than the bound on output is unread, or would be with `bytes` more.
    bool isFull(qsizetype bytes = 0) const;
    qsizetype unsentBytes() const { return m_link.unsentBytes(); }
    /// Bytes that have left, ever: whether a client that has much unread takes any.
    quint64 takenBytes() const { return m_writtenBytes - static_cast<quint64>(m_link.unsentBytes()); }
    quint64 writtenBytes() const { return m_writtenBytes; }
    quint64 writtenPackets() const { return m_writtenPackets; }
    quint64 writtenMessages() const { return m_writtenMessages; }

private:
    // More unsent output than this, and what can wait for the client waits: about one full socket buffer.
    static constexpr qsizetype congestedFrom = 64 * 1024;

    void count(quint64 bytes);

    const Connection &m_owner;
    Link &m_link;
    const Negotiated &m_negotiated;
    Services &m_services;
    OutboundAliases m_aliases;
    quint64 m_writtenBytes = 0;
    quint64 m_writtenPackets = 0;
    quint64 m_writtenMessages = 0; // PUBLISH
};

} // namespace pigeon
