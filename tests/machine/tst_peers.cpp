#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// What one connection does does not hurt the others, and odd packets do not hurt the broker: acknowledgements
/// nobody waits for, packets that only servers send, bytes in odd portions, subscribers that do not read, the end.
class TestPeers : public QObject
{
    Q_OBJECT

    static BrokerOptions quickDrain()
    {
        BrokerOptions options;
        options.drainTimeout = Seconds(10);
        options.maximumOutputBytes = 256 * 1024;
        return options;
    }

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void unknownIdsAreHarmless_data() { addBothVersions(); }
    void unknownIdsAreHarmless();
    void wrongKindsOfAcknowledgementLoseNothing_data() { addBothVersions(); }
    void wrongKindsOfAcknowledgementLoseNothing();
    void pingIsAnswered_data() { addBothVersions(); }
    void pingIsAnswered();
    void serverPacketsEndTheConnection_data();
    void serverPacketsEndTheConnection();
    void bytesMayComeInAnyPortion_data();
    void bytesMayComeInAnyPortion();
    void fiveLengthBytesEndTheConnection_data() { addBothVersions(); }
    void fiveLengthBytesEndTheConnection();
    void frozenSubscribersAreDroppedAlone_data();
    void frozenSubscribersAreDroppedAlone();
    void whatAFrozenSubscriberMissedWaitsForIt();
    void slowSubscriberIsKept();
    void qos0ForAFrozenSubscriberIsBounded();
    void closingTellsEverybodyOnce();
};

// Behaviour 114, 38.
void TestPeers::unknownIdsAreHarmless()
{
    QFETCH(ProtocolVersion, version);
    const bool isMqtt5 = version == ProtocolVersion::Mqtt5;
    const ReasonCode notFound = isMqtt5 ? ReasonCode::PacketIdentifierNotFound : ReasonCode::Success;
    TestBroker broker = brokerOfRow();
    for (const bool isLasting : {true, false}) {
        TestClient client
            = isLasting ? connectLasting(broker, "lasting", version) : broker.connect("clean", version);
        client.acknowledge(PacketType::Puback, 77);
        client.acknowledge(PacketType::Pubcomp, 77);
        QVERIFY(client.hasNothing());
        client.acknowledge(PacketType::Pubrel, 77);
        const auto pubcomp = client.next<AcknowledgePacket>();
        QVERIFY(pubcomp);
        QCOMPARE(pubcomp->type, PacketType::Pubcomp); // [MQTT-4.3.3-11]
        QCOMPARE(pubcomp->packetId, quint16(77));
        QCOMPARE(pubcomp->reason, notFound);
        client.acknowledge(PacketType::Pubrec, 77);
        const auto pubrel = client.next<AcknowledgePacket>();
        QVERIFY(pubrel);
        QCOMPARE(pubrel->type, PacketType::Pubrel);
        QCOMPARE(pubrel->reason, notFound);
        if (isMqtt5) {
            client.acknowledge(PacketType::Pubrec, 77, ReasonCode::UnspecifiedError);
            QVERIFY(client.hasNothing()); // nothing is to be finished
        }
        client.send(PingreqPacket{});
        QVERIFY(client.next<PingrespPacket>());
        QVERIFY(!client.isClosed());
    }
}

/// Not unknown but wrong: a client whose books differ from ours is closed, and nothing is lost by it.
void TestPeers::wrongKindsOfAcknowledgementLoseNothing()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient publisher = broker.connect("pub");
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publishCompletely(publisher, "a", "x", QoS::ExactlyOnce, 1));
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    for (const PacketType wrong : {PacketType::Puback, PacketType::Pubcomp}) {
        client.acknowledge(wrong, publish->packetId);
        QVERIFY(client.isClosed());
        client = connectLasting(broker, "c", version);
        const auto again = client.next<PublishPacket>(); // [MQTT-4.3.3-3]
        QVERIFY(again);
        QCOMPARE(again->packetId, publish->packetId);
    }
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
    client.acknowledge(PacketType::Puback, publish->packetId);
    QVERIFY(client.isClosed());
    client = connectLasting(broker, "c", version);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel)); // [MQTT-4.3.3-5]
    client.acknowledge(PacketType::Pubcomp, publish->packetId);
    QCOMPARE(broker.core().sessions().find("c")->outbox().inFlight(), size_t(0));
}

// Behaviour 112.
void TestPeers::pingIsAnswered()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.sendBytes(QByteArrayView("\xC0\0", 2));
    QCOMPARE(client.takeBytes(), QByteArray("\xD0\0", 2)); // [MQTT-3.12.4-1]
}

void TestPeers::serverPacketsEndTheConnection_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ProtocolVersion>("version");
    const auto add = [](const char *name, const QByteArray &three, const QByteArray &five) {
        QTest::addRow("%s, 3.1.1", name) << three << ProtocolVersion::Mqtt311;
        QTest::addRow("%s, 5.0", name) << five << ProtocolVersion::Mqtt5;
    };
    add("CONNACK", QByteArray::fromHex("20020000"), QByteArray::fromHex("2003000000"));
    add("SUBACK", QByteArray::fromHex("9003000100"), QByteArray::fromHex("900400010000"));
    add("UNSUBACK", QByteArray::fromHex("b0020001"), QByteArray::fromHex("b00400010000"));
    add("PINGRESP", QByteArray::fromHex("d000"), QByteArray::fromHex("d000"));
}

// Behaviour 113. [MQTT3-4.8.0-1]
void TestPeers::serverPacketsEndTheConnection()
{
    QFETCH(QByteArray, bytes);
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    const quint64 errors = broker.core().counters().protocolErrors;
    client.sendBytes(bytes);
    QVERIFY(client.isClosed());
    QCOMPARE(broker.core().counters().protocolErrors, errors + 1);
    if (version == ProtocolVersion::Mqtt5) {
        const auto disconnect = client.next<DisconnectPacket>();
        QVERIFY(disconnect);
        QCOMPARE(disconnect->reason, ReasonCode::ProtocolError);
    }
    QVERIFY(client.hasNothing());
}

void TestPeers::bytesMayComeInAnyPortion_data()
{
    QTest::addColumn<int>("portion"); // bytes per read; 0 = all at once
    QTest::newRow("one read") << 0;
    for (const int portion : {1, 2, 3, 7, 64})
        QTest::addRow("%d bytes per read", portion) << portion;
}

// Behaviour 115. [MQTT-4.2-1] [MQTT3-7.1.1-1]: a stream has no packet borders.
void TestPeers::bytesMayComeInAnyPortion()
{
    QFETCH(int, portion);
    TestBroker broker = brokerOfRow();
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("a", QoS::AtLeastOnce);
    ConnectPacket connect;
    connect.version = ProtocolVersion::Mqtt311;
    connect.clientId = "c";
    QByteArray stream = encodePacket(connect, connect.version);
    QByteArrayList expected;
    for (quint16 i = 1; i <= 40; ++i) {
        PublishPacket packet;
        packet.topic = "a";
        packet.payload = QByteArray(i * 5, char('a' + i % 26)); // some need a second length byte
        packet.qos = i % 2 ? QoS::AtLeastOnce : QoS::AtMostOnce;
        packet.packetId = i % 2 ? i : quint16(0);
        stream += encodePacket(packet, connect.version);
        expected.append(packet.payload);
    }
    TestClient client = broker.open();
    client.setVersion(connect.version);
    for (qsizetype from = 0; from < stream.size(); from += portion ? portion : stream.size())
        client.sendBytes(QByteArrayView(stream).sliced(from).first(std::min(stream.size() - from,
            portion ? qsizetype(portion) : stream.size())));
    QVERIFY(client.next<ConnackPacket>());
    for (quint16 i = 1; i <= 40; i += 2)
        QCOMPARE(client.next<AcknowledgePacket>()->packetId, i);
    QCOMPARE(payloadsOf(watcher.takePublishes()), expected);
}

// Behaviour 115.
void TestPeers::fiveLengthBytesEndTheConnection()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.sendBytes(QByteArray::fromHex("30ffffffff"));
    QVERIFY(client.isClosed());
}

void TestPeers::frozenSubscribersAreDroppedAlone_data()
{
    QTest::addColumn<int>("frozen");
    QTest::newRow("one") << 1;
    QTest::newRow("twelve") << 12;
}

// Behaviour 119.
void TestPeers::frozenSubscribersAreDroppedAlone()
{
    QFETCH(int, frozen);
    TestBroker broker = brokerOfRow(quickDrain());
    std::vector<TestClient> sleepers;
    for (int i = 0; i < frozen; ++i) {
        sleepers.push_back(broker.connect("frozen" + QByteArray::number(i)));
        sleepers.back().subscribe("a", i % 2 ? QoS::AtLeastOnce : QoS::AtMostOnce);
        sleepers.back().setBlocked(true);
    }
    TestClient healthy = broker.connect("healthy");
    healthy.subscribe("a", QoS::AtLeastOnce);
    TestClient publisher = broker.connect("pub");
    const QByteArray payload(10'000, 'x');
    int sent = 0;
    const auto publishOne = [&] {
        const auto packetId = static_cast<quint16>(++sent);
        return publishCompletely(publisher, "a", payload, QoS::AtLeastOnce, packetId)
            && takeAndComplete(healthy).size() == 1;
    };
    for (int i = 0; i < 40; ++i)
        QVERIFY(publishOne());
    broker.advance(Seconds(9));
    QVERIFY(publishOne());
    for (const TestClient &each : sleepers)
        QVERIFY(!each.isClosed());
    broker.advance(Seconds(2));
    for (const TestClient &each : sleepers)
        QVERIFY(each.isClosed());
    QCOMPARE(broker.core().counters().drainTimeouts, quint64(frozen));
    QVERIFY(publishOne());
    QVERIFY(!healthy.isClosed());
    QVERIFY(!publisher.isClosed());
}

void TestPeers::whatAFrozenSubscriberMissedWaitsForIt()
{
    TestBroker broker = brokerOfRow(quickDrain());
    TestClient frozen = connectLasting(broker, "frozen");
    frozen.subscribe("a", QoS::AtLeastOnce);
    frozen.setBlocked(true);
    TestClient publisher = broker.connect("pub");
    QByteArrayList expected;
    for (quint16 i = 1; i <= 30; ++i) {
        expected.append(QByteArray::number(i) + QByteArray(9'000, 'x'));
        QVERIFY(publishCompletely(publisher, "a", expected.last(), QoS::AtLeastOnce, i));
    }
    // No more than its share of memory is written for it, the rest waits in its queue.
    QVERIFY(broker.core().sessions().find("frozen")->outbox().queuedMessages() > 0);
    broker.advance(Seconds(11));
    QVERIFY(frozen.isClosed());
    TestClient again = connectLasting(broker, "frozen");
    QCOMPARE(payloadsOf(takeAndComplete(again)), expected);
}

void TestPeers::slowSubscriberIsKept()
{
    TestBroker broker = brokerOfRow(quickDrain());
    TestClient slow = broker.connect("slow");
    slow.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = broker.connect("pub");
    for (int round = 0; round < 5; ++round) {
        slow.setBlocked(true);
        for (int i = 0; i < 10; ++i)
            publisher.publish("a", QByteArray(10'000, 'x'));
        broker.advance(Seconds(9));
        slow.setBlocked(false);
        QCOMPARE(slow.takePublishes().size(), size_t(10));
    }
    broker.advance(Seconds(100));
    QVERIFY(!slow.isClosed());
}

void TestPeers::qos0ForAFrozenSubscriberIsBounded()
{
    TestBroker broker = brokerOfRow(quickDrain());
    TestClient frozen = broker.connect("frozen");
    frozen.subscribe("a", QoS::AtMostOnce);
    frozen.setBlocked(true);
    TestClient publisher = broker.connect("pub");
    constexpr size_t sent = 100;
    for (size_t i = 0; i < sent; ++i)
        publisher.publish("a", QByteArray(10'000, 'x'));
    const quint64 dropped = broker.core().counters().drops[size_t(DropReason::OutputFull)];
    QVERIFY(dropped > 0);
    frozen.setBlocked(false);
    const size_t got = frozen.takePublishes().size();
    QCOMPARE(got + dropped, sent); // every one is delivered or counted
    QVERIFY(got * 10'000 <= 256 * 1024 + 10'000);
    publisher.publish("a", "alive");
    QCOMPARE(payloadsOf(frozen.takePublishes()), QByteArrayList{"alive"});
}

// Behaviour 118, as far as there are no sockets in it.
void TestPeers::closingTellsEverybodyOnce()
{
    TestBroker broker = brokerOfRow();
    TestClient five = connectLasting(broker, "five");
    TestClient three = broker.connect("three", ProtocolVersion::Mqtt311);
    TestClient stranger = broker.open();
    Connections &connections = broker.core().connections();
    for (int i = 0; i < 2; ++i) {
        connections.disconnectAll(ReasonCode::ServerShuttingDown, "the broker closes");
        broker.settle();
    }
    const auto disconnect = five.next<DisconnectPacket>();
    QVERIFY(disconnect);
    QCOMPARE(disconnect->reason, ReasonCode::ServerShuttingDown);
    QVERIFY(five.hasNothing());
    QVERIFY(three.hasNothing()); // a 3.1.1 server has no DISCONNECT
    QVERIFY(five.isClosed() && three.isClosed() && stranger.isClosed());
    QCOMPARE(connections.size(), size_t(0));
    QCOMPARE(connections.connected(), size_t(0));
    QVERIFY(broker.core().sessions().find("five"));
    QVERIFY(!broker.core().sessions().find("three"));
}

QTEST_APPLESS_MAIN(TestPeers)
#include "tst_peers.moc"
