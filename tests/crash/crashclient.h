#pragma once

#include <pigeon/packets.h>

#include <QByteArray>

#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace pigeon::test {

/// A client that keeps its side of the session as the standard wants it, over real connections that break at any
/// moment: it repeats what was not acknowledged with DUP and the same packet ids, and takes each QoS 2 message once.
/// It never waits: whoever owns it polls its descriptor and calls `receive` and `flush`.
class CrashClient
{
public:
    CrashClient(QByteArray clientId, ProtocolVersion version);
    ~CrashClient() { close(); }
    CrashClient(const CrashClient &) = delete;

    const QByteArray &clientId() const { return m_clientId; }
    ProtocolVersion version() const { return m_version; }

    /// What a CONNECT says beyond the client's name.
    struct Wish
    {
        bool isPersistent = true; ///< the session outlives the connection
        bool isClean = false; ///< nothing of an earlier one is wanted
        std::optional<WillFields> will;
    };
    /// Opens a connection and sends CONNECT; false when nobody listens there.
    bool connect(quint16 port, const Wish &wish);
    bool connect(quint16 port) { return connect(port, Wish()); }
    /// The other side has died. With `readsRest` what was on its way is still taken; the answers go nowhere.
    void lose(bool readsRest);
    /// Sends DISCONNECT; the broker ends the connection then.
    void disconnect();

    bool isOpen() const { return m_descriptor >= 0; }
    bool isWelcome() const { return isOpen() && m_isWelcome; }
    int descriptor() const { return m_descriptor; }
    bool hasOutput() const { return !m_output.isEmpty(); }

    /// Takes what has come; the connection may end with it.
    void receive();
    void flush();

    void subscribe(const QByteArray &filter, QoS qos);
    /// On this connection.
    bool isSubscribed() const { return m_isSubscribed; }

    /// Who published it, for the caller: comes back with the acknowledgement.
    struct Tag
    {
        int stream = 0;
        int number = 0;
    };
    void publish(PublishPacket packet, Tag tag);
    /// QoS 1 and 2 messages whose handshakes are not finished.
    size_t unfinished() const { return m_outgoing.size(); }
    /// QoS 2 messages received whose PUBREL has not come.
    size_t incoming() const { return m_incoming.size(); }
    /// The broker may close its connections unasked, if it says 0x97 where it can say something; else that is a wrong.
    void allowClosing() { m_mayBeClosed = true; }

    // --- what its owner hears --------------------------------------------------------------------------------
    std::function<void(bool sessionPresent)> welcomed;
    std::function<void(Tag)> acknowledged; ///< PUBACK or PUBREC
    std::function<void(Tag, ReasonCode)> refused; ///< not taken; the client has forgotten it
    std::function<void(const PublishPacket &)> received; ///< a QoS 2 message once
    std::function<void(const QByteArray &)> wronged; ///< what the broker must not have done

private:
    struct Outgoing
    {
        PublishPacket packet;
        Tag tag;
        bool isReleased = false; // PUBREC came
    };
    using Place = std::vector<Outgoing>::iterator;

    void send(const Packet &packet);
    void acknowledge(PacketType type, quint16 packetId);
    void transmit(Outgoing &outgoing);
    void close();
    bool readSome();
    bool mayBeClosed() const;
    void takePackets();
    void take(const Packet &packet);
    void takeConnack(const ConnackPacket &connack);
    void takePublish(const PublishPacket &publish);
    void takeAcknowledge(const AcknowledgePacket &packet);
    void takeAnswer(Place place, const AcknowledgePacket &packet);
    Place placeOf(quint16 packetId);
    void complain(const QByteArray &what);

    const QByteArray m_clientId;
    const ProtocolVersion m_version;
    int m_descriptor = -1;
    bool m_isWelcome = false;
    bool m_isSubscribed = false;
    bool m_isLeaving = false;
    bool m_mayBeClosed = false;
    ReasonCode m_closedFor = ReasonCode::Success; // what its DISCONNECT said
    QByteArray m_input;
    QByteArray m_output;
    std::vector<Outgoing> m_outgoing; // in the order in which they were first sent
    std::set<quint16> m_incoming; // QoS 2
};

} // namespace pigeon::test
