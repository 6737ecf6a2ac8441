#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// The bounds of the whole broker: over them a publisher or subscriber is told, and nobody else is hurt.
class TestBounds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void messageMemory_data() { addVersionsAndQoS(); }
    void messageMemory();
    void messageMemoryLetsQoS0Through();
    void willOverTheMemoryIsCounted();
    void offlineSessions_data() { addBothVersions(); }
    void offlineSessions();
    void subscriptions_data() { addBothVersions(); }
    void subscriptions();
    void retained_data() { addBothVersions(); }
    void retained();
    void noRetainedAtAll();
    void inboundQoS1OfA311ClientIsNotLimited();
    void inboundQoS2IsLimited_data() { addBothVersions(); }
    void inboundQoS2IsLimited();
};

void TestBounds::messageMemory()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    BrokerOptions options;
    options.maximumMessageMemory = static_cast<quint64>(Message::totalMemoryBytes()) + 50'000;
    TestBroker broker = brokerOfRow(options);
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient present = broker.connect("present");
    present.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = broker.connect("pub", version);
    size_t taken = 0;
    for (quint16 i = 1; i <= 20 && !publisher.isClosed(); ++i) {
        publisher.publish("a", QByteArray(6'000, 'x'), qos, i);
        const auto answer = publisher.next<AcknowledgePacket>();
        if (version == ProtocolVersion::Mqtt311) {
            QCOMPARE(answer.has_value(), !publisher.isClosed()); // closed without an acknowledgement
        } else {
            QVERIFY(answer);
            QVERIFY(answer->reason == ReasonCode::Success || answer->reason == ReasonCode::QuotaExceeded);
        }
        taken += answer && answer->reason == ReasonCode::Success;
    }
    QVERIFY(taken >= 6 && taken <= 8);
    QCOMPARE(present.takePublishes().size(), taken); // what was refused reached nobody
    QCOMPARE(publisher.isClosed(), version == ProtocolVersion::Mqtt311);
    client = connectLasting(broker, "c");
    QCOMPARE(takeAndComplete(client).size(), taken);
    publisher = broker.connect("pub", version);
    QVERIFY(publishCompletely(publisher, "a", QByteArray(6'000, 'x'), qos, 1)); // there is room again
}

void TestBounds::messageMemoryLetsQoS0Through()
{
    BrokerOptions options;
    options.maximumMessageMemory = 1;
    TestBroker broker = brokerOfRow(options);
    TestClient client = broker.connect("c");
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    publisher.publish("a", "0", QoS::AtMostOnce);
    publisher.publish("a", "1", QoS::AtLeastOnce, 1);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"0"});
}

void TestBounds::willOverTheMemoryIsCounted()
{
    BrokerOptions options;
    options.maximumMessageMemory = 1;
    TestBroker broker = brokerOfRow(options);
    ConnectPacket connect;
    connect.clientId = "c";
    connect.will = WillFields{"will", "gone", QoS::AtLeastOnce, false, {}};
    broker.connect(connect).breakDown();
    QCOMPARE(broker.core().counters().publishRefused, quint64(1)); // never lost without a trace
}

void TestBounds::offlineSessions()
{
    QFETCH(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumOfflineSessions = 2;
    TestBroker broker = brokerOfRow(options);
    TestClient online = connectLasting(broker, "online", version);
    for (const char *id : {"a", "b", "c"})
        connectLasting(broker, id, version).breakDown();
    SessionRegistry &sessions = broker.core().sessions();
    QVERIFY(!sessions.find("a")); // away the longest
    QVERIFY(sessions.find("b") && sessions.find("c"));
    TestClient back = connectLasting(broker, "b", version);
    back.breakDown(); // now "c" is
    connectLasting(broker, "d", version).breakDown();
    QVERIFY(!sessions.find("c"));
    QVERIFY(sessions.find("b") && sessions.find("d") && sessions.find("online"));
    QCOMPARE(sessions.offline(), 2);
    QVERIFY(!online.isClosed());
    if (broker.lateStore())
        QVERIFY(!broker.lateStore()->sessions.contains("a") && !broker.lateStore()->sessions.contains("c"));
}

void TestBounds::subscriptions()
{
    QFETCH(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumSubscriptions = 3;
    TestBroker broker = brokerOfRow(options);
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::AtMostOnce);
    const ReasonCode full
        = version == ProtocolVersion::Mqtt5 ? ReasonCode::QuotaExceeded : ReasonCode::UnspecifiedError;
    SubscribePacket packet;
    packet.packetId = 9;
    packet.entries = {{"b", QoS::AtLeastOnce}, {"c", QoS::AtLeastOnce}, {"d", QoS::AtLeastOnce}};
    client.send(packet);
    const auto suback = client.next<SubackPacket>();
    QVERIFY(suback);
    QVERIFY(suback->reasons
        == (std::vector<ReasonCode>{ReasonCode::GrantedQoS1, ReasonCode::GrantedQoS1, full}));
    QCOMPARE(client.subscribe("e", QoS::AtMostOnce), full);
    QCOMPARE(client.subscribe("b", QoS::ExactlyOnce), ReasonCode::GrantedQoS2); // replaces: not one more
    broker.connect("pub").publish("d", "x");
    QVERIFY(client.hasNothing());
    client.send(UnsubscribePacket{10, {"a"}, {}});
    QVERIFY(client.next<UnsubackPacket>());
    QCOMPARE(client.subscribe("d", QoS::AtMostOnce), ReasonCode::Success);
    TestClient other = broker.connect("other", version);
    QCOMPARE(other.subscribe("a", QoS::AtMostOnce), ReasonCode::Success); // the bound is each client's own
}

void TestBounds::retained()
{
    QFETCH(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumRetained = 2;
    TestBroker broker = brokerOfRow(options);
    TestClient publisher = broker.connect("pub", version);
    QVERIFY(publishCompletely(publisher, "a", "1", QoS::AtLeastOnce, 1, true));
    QVERIFY(publishCompletely(publisher, "b", "1", QoS::AtLeastOnce, 2, true));
    QVERIFY(publishCompletely(publisher, "a", "2", QoS::AtLeastOnce, 3, true)); // replaces
    publisher.publish("c", "1", QoS::AtLeastOnce, 4, true);
    if (version == ProtocolVersion::Mqtt5) {
        QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    } else {
        QVERIFY(publisher.hasNothing());
        QVERIFY(publisher.isClosed());
        publisher = broker.connect("pub", version);
    }
    QVERIFY(publishCompletely(publisher, "c", "not retained", QoS::AtLeastOnce, 5, false));
    QVERIFY(publishCompletely(publisher, "b", "", QoS::AtLeastOnce, 6, true)); // removes
    QVERIFY(publishCompletely(publisher, "d", "1", QoS::ExactlyOnce, 7, true));
    TestClient client = broker.connect("c");
    client.subscribe("#", QoS::AtMostOnce);
    QByteArrayList topics;
    for (const PublishPacket &each : client.takePublishes())
        topics.append(each.topic + each.payload);
    std::sort(topics.begin(), topics.end());
    QCOMPARE(topics, (QByteArrayList{"a2", "d1"}));
}

void TestBounds::noRetainedAtAll()
{
    BrokerOptions options;
    options.maximumRetained = 0;
    TestBroker broker = brokerOfRow(options);
    ConnectPacket connect;
    connect.clientId = "c";
    auto [client, connack] = connectAndLook(broker, connect);
    QVERIFY(connack);
    QCOMPARE(connack->properties.retainAvailable, std::optional<quint32>(0));
    client.publish("a", "x", QoS::AtMostOnce, 0, true); // [MQTT-3.2.2-14]
    QCOMPARE(client.next<DisconnectPacket>()->reason, ReasonCode::RetainNotSupported);
    QVERIFY(client.isClosed());
}

/// 3.1.1 has no Receive Maximum: a publisher need not wait for its PUBACKs while the store is slow.
void TestBounds::inboundQoS1OfA311ClientIsNotLimited()
{
    BrokerOptions options;
    options.maximumInboundInflight = 5;
    TestBroker broker = brokerOfRow(options);
    TestClient keeper = connectLasting(broker, "keeper");
    keeper.subscribe("a", QoS::AtLeastOnce);
    keeper.breakDown();
    TestClient publisher = broker.connect("pub", ProtocolVersion::Mqtt311);
    QByteArray stream;
    PublishPacket packet;
    packet.topic = "a";
    packet.qos = QoS::AtLeastOnce;
    for (quint16 i = 1; i <= 50; ++i) {
        packet.packetId = i;
        stream += encodePacket(packet, ProtocolVersion::Mqtt311);
    }
    publisher.sendBytes(stream); // all of them before the store has turned once
    for (quint16 i = 1; i <= 50; ++i) {
        const auto answer = publisher.next<AcknowledgePacket>();
        QVERIFY(answer);
        QCOMPARE(answer->packetId, i);
    }
    QVERIFY(!publisher.isClosed());
}

void TestBounds::inboundQoS2IsLimited()
{
    QFETCH(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumInboundInflight = 5;
    TestBroker broker = brokerOfRow(options);
    TestClient publisher = broker.connect("pub", version);
    for (quint16 i = 1; i <= 5; ++i) {
        publisher.publish("a", "x", QoS::ExactlyOnce, i);
        publisher.publish("a", "x", QoS::ExactlyOnce, i); // a repeat is not one more
        QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
        QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    }
    publisher.acknowledge(PacketType::Pubrel, 3);
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubcomp));
    publisher.publish("a", "x", QoS::ExactlyOnce, 6);
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    publisher.publish("a", "x", QoS::ExactlyOnce, 7);
    QVERIFY(publisher.isClosed());
    if (version == ProtocolVersion::Mqtt5)
        QCOMPARE(publisher.next<DisconnectPacket>()->reason, ReasonCode::ReceiveMaximumExceeded); // [MQTT-3.3.4-7]
}

QTEST_APPLESS_MAIN(TestBounds)
#include "tst_bounds.moc"
