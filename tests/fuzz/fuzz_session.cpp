#include "protocol/encoder.h"
#include "support/testbroker.h"

#include <QLoggingCategory>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

using namespace pigeon;
using namespace pigeon::test;

// A script of steps of three clients, read from the input: packets that are right, packets that are raw bytes,
// connections that break, time that passes, a store that is late or fails, a broker that crashes. What must hold
// whatever they do: the broker sends only valid packets, never two messages at once under one packet id, never
// more than the client's Receive Maximum, a QoS 2 message once, and a bystander is served all the time.

namespace {

void require(bool condition, int line = __builtin_LINE())
{
    if (condition)
        return;
    std::fprintf(stderr, "Broken: the requirement in line %d\n", line);
    std::abort();
}

class Script
{
public:
    Script(const uint8_t *data, size_t size)
        : m_data(data)
        , m_left(size)
    {
    }
    bool isOver() const { return m_left == 0; }
    quint8 byte()
    {
        if (m_left == 0)
            return 0;
        --m_left;
        return *m_data++;
    }
    QByteArray bytes(size_t most)
    {
        const size_t count = std::min<size_t>(std::min<size_t>(byte(), most), m_left);
        const QByteArray taken(reinterpret_cast<const char *>(m_data), static_cast<qsizetype>(count));
        m_data += count;
        m_left -= count;
        return taken;
    }

private:
    const uint8_t *m_data;
    size_t m_left;
};

constexpr const char *topics[] = {"a", "a/b", "a/b/c", "b", "$SYS/x", "/", "a//b", "x"};
constexpr const char *filters[]
    = {"a", "a/b", "#", "+", "a/#", "+/b", "$share/g/a", "$share/g/#", "$share/h/a/+", "$SYS/#", "a/+/c", "bad#"};
constexpr quint16 receiveMaximum = 3;

/// One client: what it has been sent and not acknowledged is remembered.
class Actor
{
public:
    explicit Actor(QByteArray clientId)
        : m_clientId(std::move(clientId))
    {
    }

    void connect(TestBroker &broker, Script &script)
    {
        const quint8 how = script.byte();
        m_connection = broker.open();
        m_version = how % 3 == 0 ? ProtocolVersion::Mqtt311 : how % 3 == 1 ? ProtocolVersion::Mqtt5 : ProtocolVersion::Mqtt31;
        m_connection->setVersion(m_version);
        m_isWelcome = false;
        m_underWay.clear();
        m_isBlind = false;
        ConnectPacket packet;
        packet.version = m_version;
        packet.clientId = how & 0x80 ? QByteArray("one") : m_clientId;
        packet.cleanStart = how & 4;
        packet.keepAliveSeconds = how & 8 ? 1 : 0;
        if (how & 16) {
            packet.will = WillFields{"a/b", "will", static_cast<QoS>(how / 32 % 3), (how & 64) != 0, {}};
            if (m_version == ProtocolVersion::Mqtt5)
                packet.will->properties.willDelayInterval = how / 64;
        }
        if (m_version == ProtocolVersion::Mqtt5) {
            packet.properties.receiveMaximum = receiveMaximum;
            packet.properties.sessionExpiryInterval = how & 32 ? 0 : 5;
            packet.properties.topicAliasMaximum = 2;
            if (how & 64)
                packet.properties.maximumPacketSize = 30;
        }
        send(packet);
    }
    void send(const Packet &packet)
    {
        if (m_connection)
            m_connection->send(packet);
    }
    void sendBytes(const QByteArray &bytes)
    {
        m_isBlind = true; // they may say anything, acknowledgements included
        if (m_connection)
            m_connection->sendBytes(bytes);
    }
    /// Whatever it means to the broker, the client counts the message as finished.
    void acknowledgeAnything(const AcknowledgePacket &packet)
    {
        m_underWay.erase(packet.packetId);
        send(packet);
    }
    void breakDown()
    {
        if (m_connection)
            m_connection->breakDown();
        m_connection.reset();
    }
    void setBlocked(bool blocked)
    {
        if (m_connection)
            m_connection->setBlocked(blocked);
    }
    void forget() { m_connection.reset(); }
    bool isConnected() const { return m_connection && m_isWelcome; }

    /// Looks at what came; acknowledges as far as `willing` says.
    void listen(quint8 willing)
    {
        while (m_connection) {
            const std::optional<Packet> packet = m_connection->next();
            if (!packet)
                break;
            if (const auto *connack = std::get_if<ConnackPacket>(&*packet)) {
                require(!m_isWelcome); // [MQTT-3.2.0-2]
                m_isWelcome = !isFailure(connack->reason);
            } else if (const auto *publish = std::get_if<PublishPacket>(&*packet)) {
                take(*publish, willing);
            } else if (const auto *acknowledge = std::get_if<AcknowledgePacket>(&*packet)) {
                take(*acknowledge, willing);
            } else if (std::holds_alternative<DisconnectPacket>(*packet)) {
                require(m_isWelcome && m_version == ProtocolVersion::Mqtt5); // [MQTT-3.14.0-1]
            } else {
                require(m_isWelcome || std::holds_alternative<AuthPacket>(*packet)); // [MQTT-3.2.0-1]
            }
        }
    }

private:
    void take(const PublishPacket &publish, quint8 willing)
    {
        require(m_isWelcome);
        if (publish.qos == QoS::AtMostOnce) {
            require(!publish.duplicate);
            return;
        }
        require(publish.packetId != 0);
        require(m_underWay.insert(publish.packetId).second || m_isBlind); // [MQTT-2.2.1-4]
        if (m_version == ProtocolVersion::Mqtt5 && !m_isBlind)
            require(m_underWay.size() <= receiveMaximum); // [MQTT-3.3.4-9]
        if (willing & 1)
            acknowledge(publish.qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, publish.packetId);
    }
    void take(const AcknowledgePacket &packet, quint8 willing)
    {
        require(m_isWelcome);
        if (packet.type == PacketType::Pubrec && willing & 2 && !isFailure(packet.reason))
            acknowledge(PacketType::Pubrel, packet.packetId);
        if (packet.type == PacketType::Pubrel && willing & 4)
            acknowledge(PacketType::Pubcomp, packet.packetId);
    }
    void acknowledge(PacketType type, quint16 packetId)
    {
        if (type == PacketType::Puback || type == PacketType::Pubcomp)
            m_underWay.erase(packetId);
        m_connection->acknowledge(type, packetId);
    }

    QByteArray m_clientId;
    ProtocolVersion m_version = ProtocolVersion::Mqtt5;
    std::optional<TestClient> m_connection;
    bool m_isWelcome = false;
    bool m_isBlind = false; // it no longer knows what it has acknowledged
    std::set<quint16> m_underWay;
};

void publish(Actor &actor, Script &script, quint8 how)
{
    PublishPacket packet;
    packet.topic = topics[script.byte() % std::size(topics)];
    packet.qos = static_cast<QoS>(how % 3);
    packet.packetId = packet.qos == QoS::AtMostOnce ? quint16(0) : quint16(1 + script.byte() % 8);
    packet.retain = how & 8;
    packet.duplicate = packet.qos != QoS::AtMostOnce && (how & 16);
    packet.payload = script.bytes(40);
    if (how & 32)
        packet.properties.messageExpiryInterval = script.byte();
    if (how & 64)
        packet.properties.topicAlias = script.byte();
    actor.send(packet);
}

void subscribe(Actor &actor, Script &script, quint8 how)
{
    SubscribePacket packet;
    packet.packetId = 1;
    for (int i = 0; i <= how % 3; ++i) {
        SubscribeEntry entry;
        entry.filter = filters[script.byte() % std::size(filters)];
        const quint8 options = script.byte();
        entry.maximumQoS = static_cast<QoS>(options % 3);
        entry.noLocal = (options & 8) && !entry.filter.startsWith("$share");
        entry.retainAsPublished = options & 16;
        entry.retainHandling = static_cast<RetainHandling>(options / 32 % 3);
        packet.entries.push_back(entry);
    }
    if (how & 64)
        packet.properties.subscriptionIdentifiers.push_back(1u + script.byte());
    actor.send(packet);
}

void step(TestBroker &broker, std::map<int, Actor> &actors, Actor &actor, Script &script)
{
    const quint8 what = script.byte();
    const quint8 how = script.byte();
    switch (what % 16) {
    case 0:
    case 1:
        actor.connect(broker, script);
        break;
    case 2:
        actor.breakDown();
        break;
    case 3:
    case 4:
    case 5:
        publish(actor, script, how);
        break;
    case 6:
    case 7:
        subscribe(actor, script, how);
        break;
    case 8:
        actor.send(UnsubscribePacket{1, {filters[how % std::size(filters)]}, {}});
        break;
    case 9: {
        const PacketType types[] = {PacketType::Puback, PacketType::Pubrec, PacketType::Pubrel, PacketType::Pubcomp};
        actor.acknowledgeAnything(AcknowledgePacket{types[how % 4], quint16(1 + how / 4 % 8),
            how & 128 ? ReasonCode::UnspecifiedError : ReasonCode::Success, {}});
        break;
    }
    case 10:
        actor.sendBytes(script.bytes(200));
        break;
    case 11:
        actor.send(DisconnectPacket{how & 1 ? ReasonCode::DisconnectWithWill : ReasonCode::Success, {}});
        break;
    case 12:
        broker.advance(Milliseconds(how * 20));
        break;
    case 13:
        actor.setBlocked(how & 1);
        break;
    case 14:
        if (LateStore *store = broker.lateStore()) {
            const StoreMode modes[]
                = {StoreMode::EachTurn, StoreMode::Batches, StoreMode::OutOfTurn, StoreMode::Failing, StoreMode::Manual};
            store->setMode(modes[how % std::size(modes)]);
            if (how & 128)
                store->completeOldest();
        }
        break;
    default:
        if (broker.lateStore() && how % 8 == 0) {
            broker.crash();
            for (auto &[number, each] : actors)
                each.forget();
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***)
{
    QLoggingCategory::setFilterRules(QStringLiteral("pigeon.*=false"));
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Script script(data, size);
    const quint8 setting = script.byte();
    BrokerOptions options;
    options.maximumQueuedMessages = 4;
    options.maximumInflight = 8;
    options.maximumInboundInflight = 4;
    options.maximumInboundAliases = 4;
    options.maximumRetained = 5;
    options.maximumSubscriptions = 6;
    options.maximumOutputBytes = 4'096;
    options.drainTimeout = Milliseconds(2'000);
    options.queueFull = static_cast<QueueFullPolicy>(setting % 3);
    TestBroker broker(options, setting & 4 ? std::optional(StoreMode::EachTurn) : std::nullopt);

    std::map<int, Actor> actors;
    for (int i = 0; i < 3; ++i)
        actors.emplace(i, Actor(i == 0 ? "one" : i == 1 ? "two" : "three"));
    for (int steps = 0; !script.isOver() && steps < 300; ++steps) {
        const quint8 who = script.byte();
        step(broker, actors, actors.at(who % 3), script);
        for (auto &[number, actor] : actors)
            actor.listen(static_cast<quint8>(who >> 2));
    }

    if (LateStore *store = broker.lateStore())
        store->setMode(StoreMode::EachTurn);
    TestClient bystander = broker.connect("bystander");
    bystander.subscribe("bystander/only", QoS::ExactlyOnce);
    bystander.publish("bystander/only", "served", QoS::AtLeastOnce, 1);
    int served = 0;
    int refused = 0;
    while (const std::optional<Packet> packet = bystander.next()) {
        if (const auto *publish = std::get_if<PublishPacket>(&*packet))
            served += publish->payload == "served";
        else if (const auto *acknowledge = std::get_if<AcknowledgePacket>(&*packet))
            refused += acknowledge->reason == ReasonCode::QuotaExceeded;
    }
    // Only by the policy that says so may somebody else's full queue refuse a publisher; it is told then.
    require(served == 1 || (options.queueFull == QueueFullPolicy::Refuse && refused == 1));
    return 0;
}
