#include "support/testbroker.h"

#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/frame.h"


namespace pigeon::test {

// --- TestBroker ----------------------------------------------------------------------------------------------

TestBroker::TestBroker(BrokerOptions options, std::optional<StoreMode> mode, Policy *policy, Events *events)
    : m_options(std::move(options))
    , m_policy(policy ? policy : &m_defaultPolicy)
    , m_events(events)
{
    if (mode) {
        auto late = std::make_unique<LateStore>(*mode);
        m_lateStore = late.get();
        m_store = std::move(late);
    } else {
        m_store = std::make_unique<MemoryStore>();
    }
    makeCore();
}

TestBroker::~TestBroker() = default;

void TestBroker::makeCore()
{
    m_core = std::make_unique<BrokerCore>(m_options, m_clock, *m_store, *m_policy, m_events);
    m_core->restore();
}

TestClient TestBroker::open(const QByteArray &address)
{
    auto wire = std::make_shared<Wire>();
    m_wires.push_back(wire);
    m_core->connect(std::make_unique<TestLink>(wire, address));
    settle();
    return TestClient(*this, wire);
}

TestClient TestBroker::connect(ConnectPacket connect)
{
    TestClient client = open();
    client.setVersion(connect.version);
    client.send(connect);
    const std::optional<ConnackPacket> connack = client.next<ConnackPacket>();
    if (!connack || connack->reason != ReasonCode::Success)
        qFatal("The client \"%s\" was not let in", connect.clientId.constData());
    return client;
}

TestClient TestBroker::connect(
    const QByteArray &clientId, ProtocolVersion version, bool cleanStart, quint32 expirySeconds)
{
    ConnectPacket packet;
    packet.version = version;
    packet.clientId = clientId;
    packet.cleanStart = cleanStart;
    if (version == ProtocolVersion::Mqtt5 && expirySeconds > 0)
        packet.properties.sessionExpiryInterval = expirySeconds;
    return connect(std::move(packet));
}

void TestBroker::settle()
{
    bool isBusy = true;
    for (int rounds = 0; isBusy; ++rounds) {
        if (rounds > 1'000'000)
            qFatal("The broker does not come to rest");
        const std::optional<TimePoint> wake = m_core->nextWake();
        isBusy = wake && *wake <= m_clock.now();
        m_core->turn();
        if (m_lateStore && m_lateStore->turn())
            isBusy = true;
        for (const std::shared_ptr<Wire> &wire : std::vector(m_wires)) {
            if (wire->link && wire->link->flush())
                isBusy = true;
        }
    }
    m_core->turn();
    std::erase_if(m_wires, [](const std::shared_ptr<Wire> &wire) { return !wire->link && wire.use_count() == 1; });
}

void TestBroker::advance(Milliseconds by)
{
    while (by.count() > 0) {
        const Milliseconds step = std::min(by, std::max(Milliseconds(10), by / 10));
        m_clock.advance(step);
        by -= step;
        settle();
    }
}

void TestBroker::crash()
{
    m_lateStore->loseWhatIsPending();
    for (const std::shared_ptr<Wire> &wire : m_wires)
        wire->isBlocked = true; // what was not sent never is
    // The old core must not touch what is kept when it goes.
    LateStore survivor = *m_lateStore;
    m_core.reset();
    *m_lateStore = std::move(survivor);
    m_wires.clear();
    makeCore();
}

void TestBroker::publish(const QByteArray &topic, const QByteArray &payload, QoS qos, bool retain)
{
    MessageParts parts;
    parts.topic = topic;
    parts.payload = payload;
    parts.qos = qos;
    parts.retain = retain;
    parts.origin = Origin::create({}, {}, {});
    Publication publication(parts, m_clock);
    services().exchange.publishDirectly(publication, nullptr);
    settle();
}

// --- TestClient ----------------------------------------------------------------------------------------------

TestClient::TestClient(TestBroker &broker, std::shared_ptr<Wire> wire, ProtocolVersion version)
    : m_broker(&broker)
    , m_wire(std::move(wire))
    , m_version(version)
{
}

TestClient &TestClient::sendBytes(QByteArrayView bytes)
{
    if (m_wire->link && !m_wire->isClosed)
        m_wire->link->deliver(bytes);
    m_broker->settle();
    return *this;
}

TestClient &TestClient::send(const Packet &packet)
{
    return sendBytes(encodePacket(packet, m_version));
}

TestClient &TestClient::publish(
    const QByteArray &topic, const QByteArray &payload, QoS qos, quint16 packetId, bool retain)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    packet.packetId = packetId;
    packet.retain = retain;
    return send(packet);
}

ReasonCode TestClient::subscribe(const QByteArray &filter, QoS qos, quint16 packetId)
{
    SubscribeEntry entry;
    entry.filter = filter;
    entry.maximumQoS = qos;
    return subscribe(entry, 0, packetId);
}

ReasonCode TestClient::subscribe(SubscribeEntry entry, quint32 identifier, quint16 packetId)
{
    SubscribePacket packet;
    packet.packetId = packetId;
    packet.entries.push_back(std::move(entry));
    if (identifier > 0)
        packet.properties.subscriptionIdentifiers.push_back(identifier);
    send(packet);
    const std::optional<SubackPacket> suback = next<SubackPacket>();
    if (!suback || suback->packetId != packetId || suback->reasons.size() != 1)
        qFatal("No SUBACK came for \"%s\"", packet.entries.front().filter.constData());
    return suback->reasons.front();
}

TestClient &TestClient::acknowledge(PacketType type, quint16 packetId, ReasonCode reason)
{
    AcknowledgePacket packet;
    packet.type = type;
    packet.packetId = packetId;
    packet.reason = reason;
    return send(packet);
}

void TestClient::disconnect(ReasonCode reason)
{
    DisconnectPacket packet;
    packet.reason = reason;
    send(packet);
}

void TestClient::breakDown()
{
    if (m_wire->link)
        m_wire->link->breakDown();
    m_broker->settle();
}

void TestClient::setBlocked(bool blocked)
{
    m_wire->isBlocked = blocked;
    m_broker->settle();
}

std::optional<std::pair<Packet, qsizetype>> TestClient::peek()
{
    const FrameCut cut = cutFrame(m_wire->received, 268'435'460);
    if (cut.status == FrameCut::Status::Incomplete)
        return std::nullopt;
    if (cut.status == FrameCut::Status::Bad)
        qFatal("The broker sent no packet: %s", cut.error.text);
    Result<Packet, ProtocolError> packet = decodePacket(cut.frame, m_version, Sender::Server, {});
    if (!packet)
        qFatal("The broker sent a bad packet: %s [%s]", packet.error().text, packet.error().clause);
    return std::pair(std::move(*packet), cut.size);
}

std::optional<Packet> TestClient::next()
{
    auto found = peek();
    if (!found)
        return std::nullopt;
    m_wire->received.remove(0, found->second);
    return std::move(found->first);
}

std::vector<PublishPacket> TestClient::takePublishes()
{
    std::vector<PublishPacket> publishes;
    while (std::optional<Packet> packet = next()) {
        if (auto *publish = std::get_if<PublishPacket>(&*packet))
            publishes.push_back(std::move(*publish));
    }
    return publishes;
}

QByteArray TestClient::takeBytes()
{
    return std::exchange(m_wire->received, {});
}

} // namespace pigeon::test
