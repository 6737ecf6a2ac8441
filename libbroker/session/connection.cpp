#include "session/connection.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "protocol/decoder.h"
#include "protocol/reasoncodes.h"
#include "session/connections.h"
#include "session/exchange.h"
#include "session/publishslots.h"
#include "session/services.h"
#include "session/session.h"
#include "session/sessionregistry.h"
#include "session/subscribing.h"
#include "session/turnshare.h"

#include <array>

namespace pigeon {

namespace {

// Looked up once.
const QLoggingCategory &packetLog = logConnection();

// Answers that may wait for the store beyond the messages that Receive Maximum allows; over it the client is not read
// from until they went out. A client that keeps to its window never comes here, one that asks and asks does.
constexpr size_t owedBeyondWindow = 2'000;

// Only whole packets keep a client alive [MQTT-3.1.2-22], but no PINGREQ can come inside of a large one: while more than
// this is missing of a packet, its bytes do too.
constexpr qsizetype slowPacketBytes = 1'024;

} // namespace

/// In which states a packet may come from a client, and where it goes. No entry: only servers send it.
struct Connection::Rule
{
    quint8 states = 0;
    void (Connection::*take)(const Frame &) = nullptr;
};

const Connection::Rule &Connection::ruleOf(PacketType type)
{
    static constexpr auto rules = [] {
        constexpr auto connected = static_cast<quint8>(State::Connected);
        std::array<Rule, 16> table{};
        const auto set = [&table](PacketType packet, quint8 states, void (Connection::*take)(const Frame &)) {
            table[static_cast<size_t>(packet)] = {states, take};
        };
        set(PacketType::Connect, static_cast<quint8>(State::AwaitingConnect), &Connection::onConnect);
        set(PacketType::Publish, connected, &Connection::onPublish);
        set(PacketType::Puback, connected, &Connection::onAcknowledge);
        set(PacketType::Pubrec, connected, &Connection::onAcknowledge);
        set(PacketType::Pubrel, connected, &Connection::onAcknowledge);
        set(PacketType::Pubcomp, connected, &Connection::onAcknowledge);
        set(PacketType::Subscribe, connected, &Connection::onSubscribe);
        set(PacketType::Unsubscribe, connected, &Connection::onUnsubscribe);
        set(PacketType::Pingreq, connected, &Connection::onPingreq);
        set(PacketType::Disconnect, State::Connected | State::Authenticating, &Connection::onDisconnect);
        set(PacketType::Auth, State::Connected | State::Authenticating, &Connection::onAuth);
        return table;
    }();
    return rules[static_cast<size_t>(type)];
}

Connection::Connection(std::unique_ptr<Link> link, quint64 serial, Services &services)
    : m_services(services)
    , m_serial(serial)
    , m_link(std::move(link))
    , m_output(*this, *m_link, m_negotiated, services)
    , m_pause(*m_link)
    , m_handshake(*this, services)
    , m_intake(*this, services)
    , m_aliveDeadline([this] { keepAliveDue(); })
    , m_drainDeadline([this] { drainDue(); })
{
    m_lastPacket = services.clock.now();
    m_link->setReceiver(this);
    m_services.deadlines.set(m_aliveDeadline, m_lastPacket + services.options.connectTimeout);
}

Connection::~Connection()
{
    m_link->setReceiver(nullptr);
}

// --- receiving -----------------------------------------------------------------------------------------------

void Connection::bytesArrived(QByteArrayView bytes)
{
    if (m_state == State::Ended)
        return;
    m_services.counters.bytesReceived += static_cast<quint64>(bytes.size());
    m_bytesIn += static_cast<quint64>(bytes.size());
    if (m_pending.isEmpty() && !m_pause.isFor(ReadPause::Suspended)) {
        const qsizetype used = consume(bytes);
        if (m_state != State::Ended)
            m_pending.append(bytes.sliced(used));
    } else {
        m_pending.append(bytes);
        continueReading();
    }
    if (m_awaitedBytes - m_pending.size() > slowPacketBytes)
        m_lastPacket = m_services.clock.now();
    if (m_pause.isFor(ReadPause::Suspended))
        watchWaiting();
    if (m_state == State::Ended)
        return;
    watchOutput();
    watchOwed();
}

/// Packets wait for a decision. Only if it lasts is the client not read from: most decisions are made at once. A stranger
/// is read from, within bounds, so that one who goes away is not decided about in vain.
void Connection::watchWaiting()
{
    const BrokerOptions &options = m_services.options;
    if (!isConnected() && m_early.isTooMuch(m_pending, options))
        drop({ReasonCode::QuotaExceeded, "3.1.4", "too much was sent before the CONNECT was decided"});
    else if (isConnected() || EarlyPackets::isMuch(m_pending, options))
        m_pause.stopReading();
}

void Connection::continueReading()
{
    // A large packet is looked at again when it is there as a whole, not with each of its pieces.
    if (m_pause.isFor(ReadPause::packetsWait) || m_pending.isEmpty() || m_pending.size() < m_awaitedBytes)
        return;
    m_early.reset();
    // Taken out while packets are views into it.
    QByteArray bytes = std::exchange(m_pending, {});
    const qsizetype used = consume(bytes);
    if (m_state == State::Ended || used == bytes.size())
        return;
    if (used > 0)
        bytes.remove(0, used);
    m_pending = std::move(bytes);
}

qsizetype Connection::consume(QByteArrayView bytes)
{
    qsizetype used = 0;
    m_awaitedBytes = 0;
    TurnShare share(m_services.clock, m_nextTurn != nullptr);
    while (!m_pause.isFor(ReadPause::packetsWait) && used < bytes.size()) {
        const FrameCut cut = cutFrame(bytes.sliced(used), packetLimit());
        if (cut.status == FrameCut::Status::Incomplete) {
            m_awaitedBytes = cut.size;
            break;
        }
        if (cut.status == FrameCut::Status::Bad) {
            fail(cut.error);
            break;
        }
        if (cut.frame.type() == PacketType::Publish && isConnected() && !m_services.publishSlots.mayBegin(*this)) {
            waitInLine();
            break;
        }
        if (PacketObserver *const observer = m_services.observers.ofPacket()) [[unlikely]]
            observer->packetCame(*this, bytes.sliced(used, cut.size));
        take(cut.frame);
        if (m_state == State::Ended)
            break;
        used += cut.size;
        if (const std::optional<TimePoint> now = share.usedUpAt(); now && used < bytes.size())
            yieldTurn(*now);
    }
    if (used > 0)
        m_lastPacket = m_services.clock.now();
    return used;
}

/// The packets that are here already wait for the next turn, and so does what has not been read.
void Connection::yieldTurn(TimePoint now)
{
    m_pause.begin(ReadPause::Yielding);
    m_pause.stopReading();
    if (!m_nextTurn) {
        m_nextTurn = std::make_unique<Deadline>([this] {
            m_pause.end(ReadPause::Yielding);
            goOnReading();
        });
    }
    m_services.deadlines.set(*m_nextTurn, now);
}

/// What made packets wait is over: first those that are here already, then what has not been read.
void Connection::goOnReading()
{
    continueReading();
    if (m_state == State::Ended)
        return;
    readAgain();
    watchOutput();
    watchOwed();
}

/// A message has to wait for others to get through; so does everything behind it.
void Connection::waitInLine()
{
    m_pause.begin(ReadPause::InLine);
    m_pause.stopReading();
}

void Connection::publishMayGoOn()
{
    m_pause.end(ReadPause::InLine);
    goOnReading();
}

quint32 Connection::packetLimit() const
{
    const BrokerOptions &options = m_services.options;
    // A stranger may not make us hold more than a CONNECT needs.
    return isConnected() ? m_negotiated.inboundPacketBytes
                         : std::min(options.maximumConnectBytes, options.maximumPacketBytes);
}

/// Nothing but one test for each packet when nobody reads it.
inline void Connection::logPacket(const char *what, PacketType type) const
{
    if (packetLog.isDebugEnabled()) [[unlikely]]
        writeToLog(what, type);
}

[[gnu::cold]] void Connection::writeToLog(const char *what, PacketType type) const
{
    qCDebug(logConnection, "%s %s %s", LogAbout(info()).text(), what, packetTypeName(type));
}

void Connection::take(const Frame &frame)
{
    ++m_services.counters.packetsReceived;
    ++m_packetsIn;
    logPacket("sends", frame.type());
    const Rule &rule = ruleOf(frame.type());
    if (rule.take && (rule.states & static_cast<quint8>(m_state))) [[likely]]
        (this->*rule.take)(frame);
    else
        refuseNow(frame.type());
}

/// A packet that may not come in this state, or never from a client.
[[gnu::cold]] void Connection::refuseNow(PacketType type)
{
    if (m_state == State::AwaitingConnect)
        drop({ReasonCode::ProtocolError, "MQTT-3.1.0-1", "the first packet is not a CONNECT"});
    else if (!ruleOf(type).take)
        fail({ReasonCode::ProtocolError, "4.13.1", "a packet that only a server may send"});
    else if (type == PacketType::Connect)
        fail({ReasonCode::ProtocolError, "MQTT-3.1.0-2", "a second CONNECT"});
    else
        fail({ReasonCode::ProtocolError, "MQTT-3.1.2-30", "a packet other than AUTH before the CONNACK"});
}

template <typename T>
bool Connection::decode(const Frame &frame, T &packet)
{
    Result<Packet, ProtocolError> decoded = decodePacket(
        frame, m_negotiated.version, Sender::Client,
        {m_services.options.maximumUserProperties, m_services.options.maximumSubscriptions});
    if (!decoded) {
        fail(decoded.error());
        return false;
    }
    packet = std::move(std::get<T>(*decoded));
    return true;
}

void Connection::onConnect(const Frame &frame)
{
    ++m_services.counters.connectsReceived;
    Result<ConnectPacket, ProtocolError> connect
        = decodeConnect(frame, {m_services.options.maximumUserProperties});
    if (!connect) {
        rejectConnect(frame, connect.error());
        return;
    }
    m_negotiated.version = connect->version; // before all else: refusals go out in the client's version
    m_negotiated.maximumPacketBytes = connect->properties.maximumPacketSize.value_or(0xFFFFFFFF);
    m_negotiated.cleanStart = connect->cleanStart;
    m_handshake.connect(std::move(*connect));
}

void Connection::rejectConnect(const Frame &frame, const ProtocolError &error)
{
    if (error.reason == ReasonCode::UnsupportedProtocolVersion) {
        // [MQTT3-3.1.2-2]: said in the form of 3.1.1, which every client knows how to read.
        m_negotiated.version = ProtocolVersion::Mqtt311;
        refuse(error.reason, error.clause, error.text);
    } else if (connectLevel(frame) == quint8(ProtocolVersion::Mqtt5) && error.reason != ReasonCode::MalformedPacket) {
        m_negotiated.version = ProtocolVersion::Mqtt5;
        refuse(error.reason, error.clause, error.text);
    } else {
        drop(error); // [MQTT3-3.1.4-1]
    }
}

void Connection::onAuth(const Frame &frame)
{
    if (AuthPacket packet; decode(frame, packet))
        m_handshake.authenticate(packet);
}

void Connection::onPublish(const Frame &frame)
{
    ++m_messagesIn;
    const Result<PublishView, ProtocolError> view = decodePublish(
        frame, m_negotiated.version, m_intake.scratch(), {m_services.options.maximumUserProperties});
    if (view)
        m_intake.publish(*view);
    else
        fail(view.error());
}

void Connection::onAcknowledge(const Frame &frame)
{
    const Result<AcknowledgeView, ProtocolError> packet
        = decodeAcknowledge(frame, m_negotiated.version, {m_services.options.maximumUserProperties});
    if (!packet) {
        fail(packet.error());
        return;
    }
    if (packet->type == PacketType::Pubrel) {
        m_intake.pubrel(packet->packetId);
        return;
    }
    Outbox &outbox = m_session->outbox();
    const Outbox::Acknowledged result = packet->type == PacketType::Puback ? outbox.puback(packet->packetId, packet->reason)
        : packet->type == PacketType::Pubrec ? outbox.pubrec(packet->packetId, packet->reason)
                                            : outbox.pubcomp(packet->packetId);
    if (result == Outbox::Acknowledged::Mismatch) {
        fail({ReasonCode::ProtocolError, "MQTT-4.13.1-1", "an acknowledgement of another kind than the message needs"});
    } else if (result == Outbox::Acknowledged::Unknown && packet->type == PacketType::Pubrec
        && !isFailure(packet->reason)) {
        // The client wants to finish a handshake that we know nothing of: let it (5.0 hears why).
        outbox.releaseUnknown(packet->packetId);
    }
}

void Connection::onSubscribe(const Frame &frame)
{
    if (SubscribePacket packet; decode(frame, packet))
        Subscribing(*this, m_services).subscribe(packet);
}

void Connection::onUnsubscribe(const Frame &frame)
{
    if (UnsubscribePacket packet; decode(frame, packet))
        Subscribing(*this, m_services).unsubscribe(packet);
}

void Connection::onPingreq(const Frame &frame)
{
    PingreqPacket packet;
    if (!decode(frame, packet))
        return;
    if (m_services.events.wants(Events::Pinged))
        m_services.events.pinged(info());
    send(PingrespPacket{}); // [MQTT-3.12.4-1]
}

void Connection::onDisconnect(const Frame &frame)
{
    DisconnectPacket packet;
    if (!decode(frame, packet))
        return;
    if (m_session && packet.properties.sessionExpiryInterval) {
        const quint32 wish = *packet.properties.sessionExpiryInterval;
        if (m_negotiated.connectExpirySeconds == 0 && wish != 0) { // 3.14.2.2.2
            fail({ReasonCode::ProtocolError, "3.14.2.2.2", "a session expiry of 0 cannot be raised at DISCONNECT"});
            return;
        }
        m_session->setExpirySeconds(std::min(wish, m_services.options.maximumSessionExpirySeconds));
    }
    qCInfo(logConnection, "%s disconnected: %s", LogAbout(info()).text(), reasonName(packet.reason, PacketType::Disconnect));
    // [MQTT-3.14.4-3]; with any other reason the will is published.
    end({packet.reason, {}, "the client disconnected"}, packet.reason != ReasonCode::Success, true);
}

void Connection::linkClosed(QByteArrayView reason)
{
    qCInfo(logConnection, "%s is gone: %s", LogAbout(info()).text(), reason.toByteArray().constData());
    end({ReasonCode::UnspecifiedError, {}, reason.toByteArray()}, true, false);
}

void Connection::outputDrained()
{
    m_drainDeadline.cancel();
    m_pause.end(ReadPause::OutputFull);
    readAgain();
    if (m_mayBeSentTo)
        m_session->outbox().pump();
}

// --- sending -------------------------------------------------------------------------------------------------

bool Connection::sendPublish(Publication &publication, PublishLayout &layout)
{
    const bool isSent = m_output.sendPublish(publication, layout);
    logPacket("is sent", PacketType::Publish);
    watchWritten();
    return isSent;
}

void Connection::sendAcknowledge(PacketType type, quint16 packetId, ReasonCode reason)
{
    logPacket("is sent", type);
    if (m_output.sendAcknowledge(type, packetId, reason)) [[likely]]
        watchWritten();
    else
        failUnserved();
}

/// A client whose limit is lower than an acknowledgement cannot be served at all.
[[gnu::cold]] void Connection::failUnserved()
{
    fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24", "the client's Maximum Packet Size is too small"});
}

bool Connection::send(Packet packet)
{
    const bool isSent = m_output.send(std::move(packet));
    watchWritten();
    return isSent;
}

void Connection::watchOutput()
{
    if (!m_output.isCongested())
        return;
    m_link->reportDrained();
    // A client that asks without reading the answers is not read from: its output must not grow for ever.
    if (m_output.isFull()) {
        m_pause.begin(ReadPause::OutputFull);
        m_pause.stopReading();
    }
    watchDrain();
}

void Connection::watchDrain()
{
    if (m_drainDeadline.isSet() || m_services.options.drainTimeout.count() == 0)
        return;
    m_takenAtDrainCheck = m_output.takenBytes();
    m_services.deadlines.set(m_drainDeadline, m_services.clock.now() + m_services.options.drainTimeout);
}

/// While the store is slow a client that goes on asking is not read from: what is owed to it must not grow for ever.
void Connection::watchOwed()
{
    if (!m_session || m_pause.isFor(ReadPause::OwedFull)
        || m_session->gate().size() < m_negotiated.inboundWindow + owedBeyondWindow)
        return;
    m_pause.begin(ReadPause::OwedFull);
    m_pause.stopReading();
    m_session->gate().run(0, [weak = m_session->weak_from_this(), serial = m_serial](StoreStatus) {
        const std::shared_ptr<Session> session = weak.lock();
        if (Connection *connection = session ? session->connection(serial) : nullptr) {
            connection->m_pause.end(ReadPause::OwedFull);
            connection->readAgain();
        }
    });
}

void Connection::drainDue()
{
    if (m_output.unsentBytes() > 0 && m_output.takenBytes() == m_takenAtDrainCheck) {
        ++m_services.counters.drainTimeouts;
        const ProtocolError stalled{ReasonCode::UnspecifiedError, "drain timeout", "it does not read what it is sent"};
        logEnd("is dropped", {stalled.reason, stalled.clause, stalled.text});
        tellError(stalled);
        end({stalled.reason, stalled.clause, stalled.text}, true, false);
        return;
    }
    // Even when less is left than makes it congested: the rest has to go as well.
    if (m_output.unsentBytes() > 0)
        watchDrain();
}

// --- keep alive ----------------------------------------------------------------------------------------------

void Connection::startKeepAlive()
{
    m_aliveDeadline.cancel();
    if (m_negotiated.keepAliveSeconds > 0)
        m_services.deadlines.set(
            m_aliveDeadline, m_lastPacket + Milliseconds(1500) * m_negotiated.keepAliveSeconds);
}

void Connection::keepAliveDue()
{
    if (!isConnected()) {
        drop({ReasonCode::MaximumConnectTime, "3.1.4", "no CONNECT was completed in time"});
        return;
    }
    const TimePoint due = m_lastPacket + Milliseconds(1500) * m_negotiated.keepAliveSeconds;
    // While we do not read, silence is our own doing.
    const bool isOurSilence = !m_pause.isReading() || m_pause.isFor(ReadPause::Suspended);
    if (isOurSilence || m_services.clock.now() < due) {
        m_services.deadlines.set(m_aliveDeadline,
            isOurSilence ? m_services.clock.now() + Milliseconds(1500) * m_negotiated.keepAliveSeconds : due);
        return;
    }
    ++m_services.counters.keepAliveTimeouts;
    if (m_services.events.wants(Events::KeepAliveTimedOut))
        m_services.events.keepAliveTimedOut(info());
    tellError({ReasonCode::KeepAliveTimeout, "MQTT-3.1.2-22", "keep alive timeout"});
    disconnect(ReasonCode::KeepAliveTimeout, "nothing came for one and a half times the keep alive"); // [MQTT-3.1.2-22]
}

// --- handshake -----------------------------------------------------------------------------------------------

void Connection::suspend(State state)
{
    m_state = state;
    m_pause.begin(ReadPause::Suspended);
}

void Connection::readAgain()
{
    if (m_pause.resumeReading())
        m_lastPacket = m_services.clock.now(); // the keep alive rested
}

void Connection::resume(State state)
{
    m_state = state;
    if (!m_pause.end(ReadPause::Suspended))
        return;
    readAgain();
    continueReading();
}

void Connection::setNegotiated(Negotiated negotiated, quint16 outboundAliases)
{
    m_negotiated = std::move(negotiated);
    m_output.setMaximumAliases(outboundAliases);
    const quint16 inboundAliases = terms().maximumInboundAliases.value_or(m_services.options.maximumInboundAliases);
    m_intake.setMaximumAliases(m_negotiated.version == ProtocolVersion::Mqtt5 ? inboundAliases : quint16(0));
}

void Connection::adopt(std::shared_ptr<Session> session)
{
    m_session = std::move(session);
    m_session->attach(*this);
    m_services.connections.countConnected(1);
}

void Connection::welcome()
{
    m_mayBeSentTo = true;
    startKeepAlive();
    m_state = State::Connected;
    m_session->outbox().open(*this, m_negotiated.receiveMaximum);
    if (m_session->hasSharedSubscriptions())
        m_services.exchange.collectForShared(*m_session, m_session->subscriptions().keys());
    if (m_state != State::Connected)
        return;
    if (m_services.events.wants(Events::ClientReady))
        m_services.events.clientReady(info());
    resume(State::Connected);
}

// --- ending --------------------------------------------------------------------------------------------------

void Connection::fail(const ProtocolError &error)
{
    if (m_state == State::Ended)
        return;
    if (!isConnected()) {
        if (m_state != State::AwaitingConnect && m_negotiated.version == ProtocolVersion::Mqtt5)
            refuse(error.reason, error.clause, error.text);
        else
            drop(error);
        return;
    }
    ++m_services.counters.protocolErrors;
    logEnd("is closed", {error.reason, error.clause, error.text});
    sayDisconnect(error.reason, error.text); // [MQTT-4.13.1-1] [MQTT-3.14.0-1]
    tellError(error);
    end({error.reason, error.clause, error.text}, true, true);
}

void Connection::disconnect(ReasonCode reason, QByteArrayView text, const QByteArray &serverReference)
{
    if (m_state == State::Ended)
        return;
    if (!isConnected()) {
        drop({reason, "", text.toByteArray().constData()});
        return;
    }
    logEnd("is disconnected", {reason, reasonName(reason, PacketType::Disconnect), text.toByteArray()});
    sayDisconnect(reason, text, serverReference);
    end({reason, {}, text.toByteArray()}, true, true);
}

void Connection::sayDisconnect(ReasonCode reason, QByteArrayView text, const QByteArray &serverReference)
{
    if (m_negotiated.version != ProtocolVersion::Mqtt5)
        return; // has no DISCONNECT of the server's
    DisconnectPacket packet;
    packet.reason = sayableReason(reason, PacketType::Disconnect);
    if (m_negotiated.wantsProblemInformation && !text.isEmpty())
        packet.properties.reasonString = text.toByteArray();
    if (!serverReference.isEmpty())
        packet.properties.serverReference = serverReference;
    send(std::move(packet));
}

void Connection::refuse(ReasonCode reason, const char *clause, QByteArrayView text, const QByteArray &serverReference)
{
    if (m_state == State::Ended)
        return;
    ++m_services.counters.connectionsRefused;
    qCWarning(logSecurity, "%s is refused: %s (%s) [%s]", LogAbout(m_handshake.claimed()).text(), reasonName(reason),
        text.toByteArray().constData(), clause);
    ConnackPacket packet; // Session Present is 0 [MQTT-3.2.2-6]
    packet.reason = sayableReason(reason, PacketType::Connack);
    if (!text.isEmpty())
        packet.properties.reasonString = text.toByteArray();
    if (!serverReference.isEmpty())
        packet.properties.serverReference = serverReference;
    const bool isSent = send(packet);
    if (isSent && m_services.events.wants(Events::ConnackSent))
        m_services.events.connackSent(info(), packet);
    tellError({reason, clause, text.toByteArray().constData()});
    end({reason, clause, text.toByteArray()}, false, true); // [MQTT-3.2.2-7]
}

void Connection::drop(const ProtocolError &error)
{
    if (m_state == State::Ended)
        return;
    ++m_services.counters.connectionsRefused;
    logEnd("is closed before it was let in", {error.reason, error.clause, error.text});
    tellError(error);
    end({error.reason, error.clause, error.text}, false, true);
}

void Connection::tellError(const ProtocolError &error) const
{
    // A client is one as soon as it has a client id that is being decided or was let in (the error is the client's),
    // before that it is only a connection.
    const Events::Event event = clientId().isEmpty() ? Events::ConnectionError : Events::ClientError;
    if (!m_services.events.wants(event))
        return;
    const EventError told{error.reason, error.clause, error.text};
    if (event == Events::ClientError)
        m_services.events.clientError(info(), told);
    else
        m_services.events.connectionError(info(), told);
}

std::function<bool()> Connection::stillLives()
{
    if (!m_life)
        m_life = std::make_shared<int>(0);
    return [this, life = std::weak_ptr<int>(m_life)] { return !life.expired() && m_state != State::Ended; };
}

void Connection::end(const EventError &why, bool publishWill, bool flush)
{
    if (m_state == State::Ended)
        return;
    const bool wasConnected = m_session != nullptr;
    m_state = State::Ended;
    m_pause.end(ReadPause::Suspended);
    m_mayBeSentTo = false;
    m_aliveDeadline.cancel();
    m_drainDeadline.cancel();
    m_nextTurn.reset();
    m_pending.clear();
    if (m_pause.end(ReadPause::InLine))
        m_services.publishSlots.leave(*this);
    m_intake.abandon();
    m_link->setReceiver(nullptr);
    if (flush)
        m_link->close();
    else
        m_link->abort();
    if (wasConnected) {
        m_services.connections.countConnected(-1);
        if (m_session->isDurable()) // else there is nobody to remember it
            m_session->addEarlier(traffic());
        m_services.sessions.connectionEnded(*m_session, publishWill, [this, &why] {
            if (m_services.events.wants(Events::ClientDisconnected))
                m_services.events.clientDisconnected(info(), why);
        });
    }
    m_services.connections.retire(*this);
}

} // namespace pigeon
