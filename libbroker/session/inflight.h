#pragma once

#include "base/ring.h"

#include <pigeon/message.h>
#include <pigeon/store.h>

#include <functional>
#include <memory>
#include <vector>

namespace pigeon {

/// What only few copies have, so that the others need not carry it.
struct CopyExtras
{
    std::vector<quint32> subscriptionIdentifiers;
    QByteArray sharedFilter; ///< `$share/<group>/<filter>` the copy was taken from, else empty
};

/// One message for one client, QoS 1 or 2.
struct MessageCopy
{
    MessagePtr message;
    quint64 number = 0; ///< of the session, as the store knows it
    std::unique_ptr<CopyExtras> extras; ///< null for most
    QoS qos = QoS::AtLeastOnce;
    bool retain = false;
    bool isForwardAsked = false; ///< the forward handler has seen it
    quint32 observed = 0; ///< Observers::current of its message; 0 = nobody looked on

    bool isShared() const { return extras && !extras->sharedFilter.isEmpty(); }
};

/// The QoS 1 and 2 messages that are under way to one client, in the order they were first sent, each with a
/// packet id that no other one has [MQTT-2.2.1-4]. Part of the session state. Broker thread.
///
/// Ids are handed out in turn, so an entry's place follows from its id: looking one up costs the same however
/// many there are. An entry that stays while many later ones go is set aside, so that the ring stays small.
class InFlight
{
public:
    enum class Stage : quint8 {
        Done, ///< acknowledged, its place is not free yet
        WaitsForStore, ///< QoS 2: not sent before its packet id is durable
        Sent, ///< PUBLISH sent: PUBACK or PUBREC is awaited
        Released, ///< PUBREC came: PUBREL is sent when durable, PUBCOMP is awaited
    };
    struct Entry
    {
        MessageCopy copy;
        quint64 serial = 0;
        quint16 packetId = 0;
        Stage stage = Stage::Done;
        bool isResent = false; ///< the session was resumed: DUP is 1 when it goes out again [MQTT-3.3.1-1]
        bool mustSend = false; ///< still to be sent on this connection
        bool isCounted = false; ///< its PUBLISH went out on this connection and takes part of the client's window
    };

    size_t size() const { return m_live; }
    bool isEmpty() const { return m_live == 0; }
    /// Memory of the messages under way, each as if nobody else had it.
    quint64 bytes() const { return m_bytes; }

    /// Takes `copy` in with the next free packet id. Precondition: size() < 65 535. The reference is good until
    /// the next change.
    Entry &add(MessageCopy copy, Stage stage);
    /// Takes in what was kept from an earlier life. Before any `add`; in order.
    void restore(MessageCopy copy, quint16 packetId, Stage stage);
    Entry *find(quint16 packetId);
    /// Takes the entry's copy out; `entry` came from `find` or `add`.
    MessageCopy finish(Entry &entry);
    /// Visits all live entries in the order they were first sent, until `visit` returns false.
    void forEach(const std::function<bool(Entry &)> &visit);
    void clear();

private:
    static quint16 idOf(quint64 serial) { return static_cast<quint16>(serial % 65'535 + 1); }
    bool isTaken(quint16 packetId);
    void tidy();

    std::vector<Entry> m_setAside; // older than everything in the ring
    Ring<Entry> m_ring; // consecutive serials
    quint64 m_nextSerial = 0;
    size_t m_live = 0;
    quint64 m_bytes = 0;
};

} // namespace pigeon
