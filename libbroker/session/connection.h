#pragma once

#include "base/deadlinewheel.h"
#include "base/link.h"
#include "protocol/frame.h"
#include "session/earlypackets.h"
#include "session/handshake.h"
#include "session/intake.h"
#include "session/negotiated.h"
#include "session/packetoutput.h"
#include "session/publication.h"
#include "session/readpause.h"
#include "session/traffic.h"

#include <pigeon/packets.h>

#include <memory>

namespace pigeon {

class Session;
struct Services;

/// One network connection of one client: cuts its bytes into packets, lets each packet go where it belongs by
/// what the connection has come to, and ends the connection when a packet must not be. Knows no socket: bytes
/// come and go through a Link. Owned by Connections. Broker thread.
class Connection final : public LinkReceiver
{
public:
    /// How far the connection has come; what a client may send depends on it.
    enum class State : quint8 {
        AwaitingConnect = 1,
        Deciding = 2, ///< CONNECT came, somebody is asked whether to let it in
        Authenticating = 4, ///< an exchange of AUTH packets runs
        Connected = 8, ///< CONNACK 0x00 was sent
        Ended = 16,
    };

    /// `serial` names this connection for ever; addresses are used again.
    Connection(std::unique_ptr<Link> link, quint64 serial, Services &services);
    ~Connection();

    quint64 serial() const { return m_serial; }
    State state() const { return m_state; }
    bool isConnected() const { return m_state == State::Connected; }
    const PeerFacts &peer() const { return m_link->peer(); }
    /// Of the listener that it came through.
    const ListenerTerms &terms() const
    {
        static const ListenerTerms nothingDiffers;
        return peer().terms ? *peer().terms : nothingDiffers;
    }
    const Negotiated &negotiated() const { return m_negotiated; }
    /// Null before the client is let in.
    Session *session() const { return m_session.get(); }
    const OriginPtr &origin() const { return m_origin; }
    /// The client as events tell it.
    ClientInfo info() const;
    /// For answers that come later: false once the connection has ended, however its memory is used by then.
    std::function<bool()> stillLives();
    Intake &intake() { return m_intake; }
    /// What went over it so far.
    Traffic traffic() const;
    TimePoint lastPacketAt() const { return m_lastPacket; }
    /// For PublishSlots: it is this connection's turn to begin a message.
    void publishMayGoOn();

    // --- LinkReceiver ----------------------------------------------------------------------------------------
    void bytesArrived(QByteArrayView bytes) override;
    void linkClosed(QByteArrayView reason) override;
    void outputDrained() override;

    // --- sending ---------------------------------------------------------------------------------------------
    /// Version and alias in `layout` are the connection's to fill in. False when the packet is larger than the
    /// client takes: nothing was sent.
    bool sendPublish(Publication &publication, PublishLayout &layout);
    void sendAcknowledge(PacketType type, quint16 packetId, ReasonCode reason);
    /// Any other packet; its reason string and user properties are left out where the client's Maximum Packet
    /// Size or its wish says so. False when even then it is too large: nothing was sent.
    bool send(Packet packet);
    /// The client has much unread: what can wait should.
    bool isCongested() const { return m_output.isCongested(); }
    /// One more packet of that size goes over the bound on output.
    bool isOutputFull(qsizetype bytes) const { return m_output.isFull(bytes); }

    // --- ending ----------------------------------------------------------------------------------------------
    /// The client broke a rule or cannot be served: it is told why where its version can say it, and closed.
    void fail(const ProtocolError &error);
    /// The broker ends it for reasons of its own (take-over, shut-down, an operator). The will is published.
    void disconnect(ReasonCode reason, QByteArrayView text, const QByteArray &serverReference = {});
    /// The client is not let in: CONNACK with the reason, then closed.
    void refuse(ReasonCode reason, const char *clause, QByteArrayView text, const QByteArray &serverReference = {});
    /// Closed without a word before it was let in: no MQTT at all, or nothing a CONNACK could say.
    void drop(const ProtocolError &error);

    // --- for Handshake ---------------------------------------------------------------------------------------
    /// From now on packets wait, unread, until `resume`; the keep alive rests.
    void suspend(State state);
    void resume(State state);
    void setNegotiated(Negotiated negotiated, quint16 outboundAliases);
    void setOrigin(OriginPtr origin) { m_origin = std::move(origin); }
    /// The client is `session`'s now; it may be sent to after `welcome`.
    void adopt(std::shared_ptr<Session> session);
    /// CONNACK 0x00 was sent: what waits for the client follows.
    void welcome();

private:
    struct Rule;
    static const Rule &ruleOf(PacketType type);

    qsizetype consume(QByteArrayView bytes);
    void continueReading();
    void yieldTurn(TimePoint now);
    void goOnReading();
    void waitInLine();
    void logPacket(const char *what, PacketType type) const;
    void writeToLog(const char *what, PacketType type) const;
    void watchWaiting();
    void readAgain();
    quint32 packetLimit() const;
    void take(const Frame &frame);
    void refuseNow(PacketType type);
    void failUnserved();
    template <typename T>
    bool decode(const Frame &frame, T &packet);

    void onConnect(const Frame &frame);
    void onAuth(const Frame &frame);
    void onPublish(const Frame &frame);
    void onAcknowledge(const Frame &frame);
    void onSubscribe(const Frame &frame);
    void onUnsubscribe(const Frame &frame);
    void onPingreq(const Frame &frame);
    void onDisconnect(const Frame &frame);
    void rejectConnect(const Frame &frame, const ProtocolError &error);

    // Whatever congests the link: what waits for the client goes on when it is drained.
    void watchWritten()
    {
        if (m_output.isCongested() && !m_drainDeadline.isSet())
            watchOutput();
    }
    void watchOutput();
    void watchDrain();
    void watchOwed();
    void keepAliveDue();
    void startKeepAlive();
    void drainDue();
    void end(const EventError &why, bool publishWill, bool flush);
    void sayDisconnect(ReasonCode reason, QByteArrayView text, const QByteArray &serverReference = {});
    void tellError(const ProtocolError &error) const;
    QByteArray clientId() const;
    void logEnd(const char *what, const EventError &why) const;

    Services &m_services;
    const quint64 m_serial;
    std::unique_ptr<Link> m_link;
    std::shared_ptr<Session> m_session;
    OriginPtr m_origin;
    Negotiated m_negotiated;
    PacketOutput m_output;
    State m_state = State::AwaitingConnect;
    ReadPause m_pause;
    bool m_mayBeSentTo = false;
    QByteArray m_pending; // the begin of a packet whose rest has not come, and what waits while suspended
    EarlyPackets m_early; // those of m_pending while the CONNECT is not decided
    qsizetype m_awaitedBytes = 0; // size of the packet that m_pending begins with; 0 = not known yet
    Handshake m_handshake;
    Intake m_intake;
    TimePoint m_lastPacket;
    Deadline m_aliveDeadline; // CONNECT must have come, then keep alive
    Deadline m_drainDeadline;
    std::unique_ptr<Deadline> m_nextTurn; // null for most
    std::shared_ptr<int> m_life; // made for the first question that may be answered late
    quint64 m_takenAtDrainCheck = 0;
    quint64 m_bytesIn = 0;
    quint64 m_packetsIn = 0;
    quint64 m_messagesIn = 0; // PUBLISH
};

/// The bits of the states in which a packet may come.
constexpr quint8 operator|(Connection::State a, Connection::State b)
{
    return static_cast<quint8>(static_cast<quint8>(a) | static_cast<quint8>(b));
}

} // namespace pigeon
