#pragma once

#include <pigeon/bans.h>
#include <pigeon/events.h>
#include <pigeon/message.h>
#include <pigeon/packets.h>

#include <QByteArray>
#include <QMetaType>
#include <QString>

#include <array>
#include <chrono>
#include <optional>
#include <type_traits>
#include <vector>

/// What a MonitorSource tells: plain values, which may be kept and sent to any thread.
///
/// Times are nanoseconds of wall time since the epoch of Unix, taken by the broker. Names (client ids, topics) are told
/// once, with a number that stands for them from then on; numbers begin with 1, have no gaps and never change while the
/// source is attached. Text that a client has named is the UTF-8 of the wire, whatever it contains.
namespace pigeon {

using ClientNumber = quint32; ///< of a client id, whoever bears it; 0: the broker itself, nobody, or beyond
                              ///< MonitorLimits::clients
using TopicNumber = quint32; ///< of a topic name; 0: none. Beyond MonitorLimits::topics names have 0, the message has them

/// A name and the number that stands for it.
struct NumberedName
{
    quint32 number = 0;
    QByteArray text;

    friend bool operator==(const NumberedName &, const NumberedName &) = default;
};

/// Which hot records are made; the others always are. Each costs only while it is wanted.
enum class Interest : quint8 {
    Nothing = 0,
    Messages = 1, ///< MessageRecord
    Deliveries = 2, ///< DeliveryRecord
    Packets = 4, ///< PacketRecord
};
Q_DECLARE_FLAGS(Interests, Interest)
Q_DECLARE_OPERATORS_FOR_FLAGS(Interests)

/// Who has published.
enum class PublishedBy : quint8 { Client, Will, Broker };

/// One PUBLISH that was accepted, a will or a message of the broker's own.
struct MessageRecord
{
    quint64 number = 0; ///< from 1, counts those accepted since the source was attached; a gap: records were lost
    qint64 when = 0;
    quint64 packet = 0; ///< PacketRecord::number of the PUBLISH; 0: packets were not wanted, or it is none
    MessagePtr message; ///< null: left out, see `isPayloadLeftOut`. Let go of it when it is shown no more
    ClientNumber publisher = 0;
    TopicNumber topic = 0;
    quint32 payloadBytes = 0;
    quint32 receivers = 0; ///< sessions (and listeners of the program) it was for: the fan-out
    QoS qos = QoS::AtMostOnce;
    PublishedBy by = PublishedBy::Client;
    bool retain = false;
    bool isDuplicate = false; ///< the DUP flag of the PUBLISH
    bool isPayloadLeftOut = false; ///< the ring held as many bytes of payloads as it may
};

/// How far a message has come to one receiver.
enum class DeliveryStep : quint8 {
    Queued, ///< it waits: the client is away, or its window is full
    Sent, ///< handed to the transport; for QoS 0 nothing follows
    Received, ///< QoS 2: PUBREC came
    Acknowledged, ///< PUBACK or PUBCOMP came; `reason` is what it said
    Dropped, ///< it will not get it; `drop` says why
};

/// One step of one message to one receiver. The latency is `when` minus MessageRecord::when.
struct DeliveryRecord
{
    quint64 message = 0; ///< MessageRecord::number; 0: from before the source was attached, or kept on disk meanwhile
    qint64 when = 0;
    quint64 packet = 0; ///< PacketRecord::number of the packet that made the step; 0 as above
    ClientNumber receiver = 0;
    TopicNumber topic = 0; ///< also where `message` is 0
    quint16 packetId = 0; ///< 0 for QoS 0 and while it waits
    DeliveryStep step = DeliveryStep::Queued;
    QoS qos = QoS::AtMostOnce; ///< at which it goes to this receiver
    DropReason drop = DropReason::QueueFull; ///< when Dropped
    ReasonCode reason = ReasonCode::Success; ///< when Received or Acknowledged
    bool retain = false;
    bool isDuplicate = false; ///< sent again
};
static_assert(std::is_trivially_copyable_v<DeliveryRecord>);

enum class PacketDirection : quint8 { FromClient, ToClient };

/// One control packet as it was on the wire (after TLS and WebSocket).
struct PacketRecord
{
    quint64 number = 0; ///< from 1; a gap: records were lost
    qint64 when = 0;
    quint64 connection = 0; ///< ClientInfo::connection
    ClientNumber client = 0; ///< 0 before CONNECT was understood
    quint32 bytesAt = 0; ///< where its bytes begin in MonitorBatch::packetBytes
    quint32 keptBytes = 0; ///< how many are there: MonitorLimits::packetBytes at most
    quint32 size = 0; ///< the whole packet; more than `keptBytes`: the rest was cut
    quint16 packetId = 0; ///< 0 = has none
    PacketType type = PacketType::Connect;
    PacketDirection direction = PacketDirection::FromClient;
    ProtocolVersion version = ProtocolVersion::Mqtt5; ///< by which it is to be read
    ReasonCode reason = ReasonCode::Success; ///< of those that carry one; of those that carry several, the worst
    quint8 flags = 0; ///< the low four bits of the first byte

    bool isCut() const { return keptBytes < size; }
};
static_assert(std::is_trivially_copyable_v<PacketRecord>);

/// The numbers of one client that change all the time. Totals count from its session's begin, or from the attaching
/// where that was later.
struct ClientCounts
{
    ClientNumber client = 0;
    bool isConnected = false;
    quint64 packetsIn = 0; ///< from the client
    quint64 packetsOut = 0;
    quint64 bytesIn = 0; ///< of packets
    quint64 bytesOut = 0;
    quint64 messagesIn = 0; ///< PUBLISH
    quint64 messagesOut = 0;
    quint64 inflight = 0; ///< now: QoS 1 and 2, sent and not completely acknowledged
    quint64 queuedMessages = 0; ///< now: those that wait
    quint64 queuedBytes = 0;
    quint64 subscriptions = 0; ///< now
    qint64 lastPacketAt = 0; ///< the client's; 0: none since the attaching
    std::array<quint64, dropReasonCount> drops{}; ///< by DropReason

    quint64 dropped() const
    {
        quint64 sum = 0;
        for (const quint64 each : drops)
            sum += each;
        return sum;
    }
    friend bool operator==(const ClientCounts &, const ClientCounts &) = default;
};
static_assert(std::is_trivially_copyable_v<ClientCounts>);

/// What is known of one session, connected or not.
struct ClientFacts
{
    ClientNumber client = 0;
    ClientInfo info; ///< of an absent client: client id and user are known, `connection` is 0
    bool isConnected = false;
    qint64 since = 0; ///< connected, or disconnected, since then; 0: before the source was attached
    quint32 sessionExpirySeconds = 0; ///< after the connection; 0 = ends with it, 0xFFFFFFFF = never
    quint16 inflightMaximum = 0; ///< Receive Maximum as agreed; 0 while it is away
    quint32 maximumPacketBytes = 0xFFFFFFFF; ///< that the client takes
    std::optional<WillFields> will;
    quint64 connects = 0; ///< connections that were let in since the attaching, this one included
    quint64 takeovers = 0; ///< of these, how many took over from another that was there
    ReasonCode lastReason = ReasonCode::Success; ///< of its last end or refusal
    QByteArray lastText; ///< the same in words; empty: nothing has happened yet
    ClientCounts counts;
};

/// What happens to connections and sessions.
enum class ConnectionEventKind : quint8 {
    Connected, ///< let in, CONNACK follows
    Refused, ///< not let in: by CONNACK, or closed before there was a client id
    Disconnected, ///< a client that was let in has gone, for whatever reason
    TakenOver, ///< another connection with its client id has taken its place: `info` is the newcomer's, `text` says where
               ///< the old one was; Disconnected (0x8E) was before, Connected follows
    KeepAliveTimedOut, ///< nothing came in time; Disconnected follows
    ProtocolError, ///< it broke a rule; Disconnected follows
    SessionEnded, ///< nothing is left of it
};

struct ConnectionEvent
{
    qint64 when = 0;
    ConnectionEventKind kind = ConnectionEventKind::Connected;
    ClientNumber client = 0; ///< 0: it has named no client id
    ClientInfo info; ///< as far as it is known
    ReasonCode reason = ReasonCode::Success;
    QByteArray clause; ///< of the standard, "MQTT-3.1.4-1"; may be empty
    QByteArray text; ///< why, a clause of English
};

/// One filter of one client, by what was granted.
struct SubscriptionChange
{
    qint64 when = 0; ///< 0 in a snapshot
    bool isAdded = true; ///< added or changed; false: it is gone
    ClientNumber client = 0;
    SubscribeEntry entry; ///< the filter with `$share/<group>/`; when it is gone only the filter says something
    quint32 identifier = 0; ///< 0 = none
};

/// The retained message of one topic was set, replaced or removed.
struct RetainedChange
{
    qint64 when = 0;
    QByteArray topic;
    TopicNumber topicNumber = 0;
    MessagePtr message; ///< null: removed (or left out of a set, see `isPayloadLeftOut`)
    bool isPayloadLeftOut = false; ///< set, but the message has to be asked for (MonitorSource::retained)
};

/// One line of the broker's log.
struct LogLine
{
    qint64 when = 0;
    QtMsgType level = QtInfoMsg;
    QByteArray category; ///< "pigeon.session"
    QString text;
    QByteArray clientId; ///< whom it is about; empty: no client
};

/// Exact numbers of the whole broker, whatever was lost on the way here. Totals count from the broker's begin.
struct MonitorTotals
{
    qint64 when = 0;
    quint64 connected = 0; ///< now
    quint64 sessions = 0; ///< now, with and without connection
    quint64 subscriptions = 0; ///< now, shared ones included
    quint64 retained = 0; ///< now, those of `$SYS` included
    quint64 queuedMessages = 0; ///< now
    quint64 queuedBytes = 0;
    quint64 connectionsAccepted = 0;
    quint64 connectionsRefused = 0;
    quint64 packetsIn = 0;
    quint64 packetsOut = 0;
    quint64 bytesIn = 0;
    quint64 bytesOut = 0;
    quint64 messagesIn = 0; ///< PUBLISH
    quint64 messagesOut = 0;
    quint64 payloadBytesIn = 0;
    quint64 payloadBytesOut = 0;
    quint64 publishRefused = 0;
    quint64 protocolErrors = 0;
    std::array<quint64, dropReasonCount> drops{}; ///< by DropReason
    quint64 memoryBytes = 0; ///< resident, of the process; 0 = not known
    bool isStoreFailing = false;
    QString storeText; ///< what is wrong with the store; empty: nothing
};

/// What did not get through to the source since it was attached, each counted exactly. The broker has done its work all
/// the same: these are losses of what is seen, not of messages.
struct TapLosses
{
    quint64 messages = 0;
    quint64 deliveries = 0;
    quint64 packets = 0;
    quint64 events = 0; ///< connections, subscriptions, retained; a new snapshot follows by itself
    quint64 payloadsLeftOut = 0; ///< of messages that did get through
    quint64 logLines = 0;

    quint64 total() const { return messages + deliveries + packets + events + logLines; }
    friend bool operator==(const TapLosses &, const TapLosses &) = default;
};

/// Bounds that matter for what is shown.
struct MonitorLimits
{
    quint64 connections = 0; ///< BrokerOptions::maximumConnections; 0 = no bound
    quint64 inflight = 0; ///< per client
    quint64 queuedMessages = 0; ///< per client
    quint64 queuedBytes = 0; ///< per client
    quint32 packetBytes = 0; ///< kept of each packet in a PacketRecord
    quint32 topics = 0; ///< topic names that get a number
    quint32 clients = 0; ///< client ids that do
};

/// Everything at one moment. A second one replaces all that was known but the names, which keep their numbers.
struct MonitorSnapshot
{
    qint64 when = 0;
    QByteArray brokerId;
    QByteArray version;
    qint64 startedAt = 0; ///< when the broker began
    std::vector<QByteArray> listeners; ///< "tcp 127.0.0.1:1883", those that are open
    MonitorLimits limits;
    std::vector<NumberedName> clientNames; ///< all so far
    std::vector<NumberedName> topicNames; ///< all so far; empty at the first snapshot
    std::vector<ClientFacts> clients;
    std::vector<SubscriptionChange> subscriptions;
    std::vector<Ban> bans;
    MonitorTotals totals;
    TapLosses losses;
};

/// What has happened since the snapshot or the last batch, each list in the order in which it happened.
struct MonitorBatch
{
    qint64 when = 0; ///< up to this moment
    // First the names that the rest uses.
    std::vector<NumberedName> newClients;
    std::vector<NumberedName> newTopics;
    std::vector<MessageRecord> messages;
    std::vector<DeliveryRecord> deliveries;
    std::vector<PacketRecord> packets;
    QByteArray packetBytes; ///< of all `packets`
    std::vector<ClientFacts> clients; ///< new or with other facts; twice a second with other counts only: see `counts`
    std::vector<ClientCounts> counts; ///< of those whose counts differ, twice a second at most
    std::vector<ClientNumber> endedSessions;
    std::vector<ConnectionEvent> events;
    std::vector<SubscriptionChange> subscriptions;
    std::vector<RetainedChange> retained;
    std::vector<LogLine> log;
    std::optional<std::vector<Ban>> bans; ///< all that are in force, when they are others than before
    std::optional<MonitorTotals> totals;
    TapLosses losses; ///< up to now

    /// The bytes of one of `packets`.
    QByteArrayView bytesOf(const PacketRecord &packet) const
    {
        return QByteArrayView(packetBytes).sliced(packet.bytesAt, packet.keptBytes);
    }
};

} // namespace pigeon

Q_DECLARE_METATYPE(pigeon::MonitorSnapshot)
Q_DECLARE_METATYPE(pigeon::MonitorBatch)
