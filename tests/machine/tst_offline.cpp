#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Lets everybody in and takes the right to read away from whom it is told.
class ReadingPolicy final : public Policy
{
public:
    bool mayRead = true;
    bool asksBeforeDelivery() const override { return true; }
    bool mayReceive(const QByteArray &, const QByteArray &, QByteArrayView) override { return mayRead; }
};

} // namespace

/// What a session keeps for a client that is away, and how long: over every store.
class TestOffline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void subscriptionsAreThereAgain_data() { addBothVersions(); }
    void subscriptionsAreThereAgain();
    void messagesWaitInOrderBehindTheConnack_data() { addBothVersions(); }
    void messagesWaitInOrderBehindTheConnack();
    void unacknowledgedComeAgainEachTime_data() { addVersionsAndQoS(); }
    void unacknowledgedComeAgainEachTime();
    void acknowledgedNeverComeAgain_data() { addVersionsAndQoS(); }
    void acknowledgedNeverComeAgain();
    void pubrelIsRepeatedOnEveryConnection_data() { addBothVersions(); }
    void pubrelIsRepeatedOnEveryConnection();
    void cleanStartWipesEverything_data() { addBothVersions(); }
    void cleanStartWipesEverything();
    void overlappingFiltersGiveOneCopy_data() { addBothVersions(); }
    void overlappingFiltersGiveOneCopy();
    void liveMessagesDoNotOvertake_data() { addVersionsAndQoS(); }
    void liveMessagesDoNotOvertake();
    void dollarTopicsAreNotQueuedForWildcards();
    void queuedCopiesAreDroppedWhenTheRightIsGone();
    void repliesOfTheQueueKeepTheirProperties();
    void sessionEndsWhenItsExpiryHasPassed();
    void sessionOfExpiry0EndsWithItsConnection();
    void sessionThatNeverEnds_data() { addBothVersions(); }
    void sessionThatNeverEnds();
    void sessionDoesNotEndWhileConnected();
    void resumingStartsTheExpiryAnew();
    void disconnectMayChangeTheExpiry_data();
    void disconnectMayChangeTheExpiry();
    void disconnectMayNotRaiseAnExpiryOf0();
    void longExpiryIsClampedAndTold();
    void cleanStartMakesASessionThatLasts();
};

// Behaviour 92.
void TestOffline::subscriptionsAreThereAgain()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("zero", QoS::AtMostOnce, 1);
    client.subscribe("one/+", QoS::AtLeastOnce, 2);
    client.breakDown();
    auto [again, connack] = connectAndLook(broker, lastingConnect("c", version));
    QVERIFY(connack && connack->sessionPresent);
    TestClient publisher = broker.connect("pub");
    publisher.publish("zero", "0", QoS::AtMostOnce);
    publisher.publish("one/x", "1", QoS::AtLeastOnce, 1);
    const std::vector<PublishPacket> got = again.takePublishes();
    QCOMPARE(payloadsOf(got), (QByteArrayList{"0", "1"}));
    QCOMPARE(got[1].qos, QoS::AtLeastOnce);
}

// Behaviour 93, 30.
void TestOffline::messagesWaitInOrderBehindTheConnack()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("#", QoS::ExactlyOnce);
    client.disconnect();
    TestClient publisher = broker.connect("pub");
    QByteArrayList expected;
    for (quint16 i = 1; i <= 30; ++i) {
        const auto qos = static_cast<QoS>(i % 3);
        QVERIFY(publishCompletely(publisher, "t/" + QByteArray::number(i % 2), QByteArray::number(i), qos, i));
        if (qos != QoS::AtMostOnce) // QoS 0 is for whoever is there
            expected.append(QByteArray::number(i));
    }
    TestClient again = broker.open();
    again.setVersion(version);
    again.send(lastingConnect("c", version));
    QVERIFY(again.next<ConnackPacket>()); // the first of all
    QCOMPARE(payloadsOf(takeAndComplete(again)), expected);
}

// Behaviour 94.
void TestOffline::unacknowledgedComeAgainEachTime()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 3; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), qos, i));
    const std::vector<PublishPacket> first = client.takePublishes();
    QCOMPARE(first.size(), size_t(3));
    for (int round = 0; round < 3; ++round) {
        client.breakDown();
        client = connectLasting(broker, "c", version);
        const std::vector<PublishPacket> again = client.takePublishes();
        QCOMPARE(payloadsOf(again), payloadsOf(first)); // [MQTT3-4.6.0-1]
        for (size_t i = 0; i < again.size(); ++i) {
            QVERIFY(!first[i].duplicate);
            QVERIFY(again[i].duplicate); // [MQTT-3.3.1-1]
            QCOMPARE(again[i].packetId, first[i].packetId);
            QCOMPARE(again[i].qos, qos);
        }
    }
    broker.advance(Seconds(600)); // not at any other time [MQTT-4.4.0-1]
    QVERIFY(client.hasNothing());
}

// Behaviour 95.
void TestOffline::acknowledgedNeverComeAgain()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 3; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), qos, i));
    QCOMPARE(takeAndComplete(client).size(), size_t(3));
    client.breakDown();
    client = connectLasting(broker, "c", version);
    QVERIFY(client.hasNothing());
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->sessions["c"].deliveries.empty());
}

// Behaviour 95.
void TestOffline::pubrelIsRepeatedOnEveryConnection()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    broker.connect("pub").publish("a", "x", QoS::ExactlyOnce, 1);
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
    for (int round = 0; round < 3; ++round) {
        client.breakDown();
        client = connectLasting(broker, "c", version);
        const auto pubrel = client.next<AcknowledgePacket>();
        QVERIFY(pubrel);
        QCOMPARE(pubrel->type, PacketType::Pubrel);
        QCOMPARE(pubrel->packetId, publish->packetId);
        QVERIFY(client.hasNothing()); // once, and never the PUBLISH
    }
    client.acknowledge(PacketType::Pubcomp, publish->packetId);
    client.breakDown();
    client = connectLasting(broker, "c", version);
    QVERIFY(client.hasNothing());
}

// Behaviour 96.
void TestOffline::cleanStartWipesEverything()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("out", QoS::AtMostOnce);
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "under way", QoS::ExactlyOnce, 1));
    client.publish("out", "1", QoS::ExactlyOnce, 5); // no PUBREL: the id is not free
    client.breakDown();
    QVERIFY(publishCompletely(publisher, "a", "queued", QoS::AtLeastOnce, 2));

    ConnectPacket clean;
    clean.version = version;
    clean.clientId = "c";
    auto [fresh, connack] = connectAndLook(broker, clean);
    QVERIFY(connack && !connack->sessionPresent); // [MQTT-3.2.2-2]
    QVERIFY(fresh.hasNothing());
    QVERIFY(publishCompletely(publisher, "a", "live", QoS::AtLeastOnce, 3));
    QVERIFY(fresh.hasNothing()); // not subscribed any more
    QCOMPARE(watcher.takePublishes().size(), size_t(1));
    fresh.publish("out", "2", QoS::ExactlyOnce, 5); // a new message, not a repeat
    QCOMPARE(acknowledgementType(fresh), int(PacketType::Pubrec));
    QCOMPARE(payloadsOf(watcher.takePublishes()), QByteArrayList{"2"});
    fresh.disconnect();

    auto [last, lastConnack] = connectAndLook(broker, lastingConnect("c", version));
    QVERIFY(lastConnack && !lastConnack->sessionPresent);
    QVERIFY(last.hasNothing());
}

// Behaviour 97.
void TestOffline::overlappingFiltersGiveOneCopy()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    const bool isMqtt5 = version == ProtocolVersion::Mqtt5;
    client.subscribe({"a/#", QoS::AtLeastOnce}, isMqtt5 ? 7 : 0, 1);
    client.subscribe({"a/+", QoS::ExactlyOnce}, isMqtt5 ? 8 : 0, 2);
    client.subscribe({"+/b", QoS::AtMostOnce}, 0, 3);
    client.disconnect();
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a/b", "x", QoS::ExactlyOnce, 1));
    client = connectLasting(broker, "c", version);
    const std::vector<PublishPacket> got = takeAndComplete(client);
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].qos, QoS::ExactlyOnce); // the highest of the matching ones
    std::vector<quint32> identifiers = got[0].properties.subscriptionIdentifiers;
    std::sort(identifiers.begin(), identifiers.end());
    QVERIFY(identifiers == (isMqtt5 ? std::vector<quint32>{7, 8} : std::vector<quint32>{}));
}

// Behaviour 98.
void TestOffline::liveMessagesDoNotOvertake()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    BrokerOptions options;
    options.maximumInflight = 1;
    TestBroker broker = brokerOfRow(options);
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 3; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), qos, i));
    client = connectLasting(broker, "c", version);
    for (quint16 i = 4; i <= 6; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), qos, i));
    QCOMPARE(payloadsOf(takeAndComplete(client)), (QByteArrayList{"1", "2", "3", "4", "5", "6"})); // [MQTT-4.6.0-5]
}

// Behaviour 100.
void TestOffline::dollarTopicsAreNotQueuedForWildcards()
{
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c");
    client.subscribe("#", QoS::ExactlyOnce, 1);
    client.subscribe("+/x", QoS::ExactlyOnce, 2);
    client.breakDown();
    broker.publish("$SYS/x", "no", QoS::AtLeastOnce);
    broker.publish("sys/x", "yes", QoS::AtLeastOnce);
    client = connectLasting(broker, "c");
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"yes"});
}

// Behaviour 101, as far as rights go.
void TestOffline::queuedCopiesAreDroppedWhenTheRightIsGone()
{
    ReadingPolicy policy;
    TestBroker broker = brokerOfRow({}, &policy);
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "1", QoS::AtLeastOnce, 1));
    QVERIFY(publishCompletely(publisher, "a", "2", QoS::ExactlyOnce, 2));
    policy.mayRead = false;
    client = connectLasting(broker, "c");
    QVERIFY(client.hasNothing());
    QCOMPARE(broker.core().sessions().find("c")->outbox().queuedMessages(), size_t(0));
    QCOMPARE(broker.core().counters().drops[size_t(DropReason::NotAllowed)], quint64(2));
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->sessions["c"].deliveries.empty());
}

void TestOffline::repliesOfTheQueueKeepTheirProperties()
{
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c");
    client.subscribe({"a", QoS::AtLeastOnce, false, true}, 3);
    client.breakDown();
    PublishPacket packet;
    packet.topic = "a";
    packet.payload = QByteArray("\0\xFF", 2);
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;
    packet.retain = true;
    packet.properties.contentType = "text/plain";
    packet.properties.messageExpiryInterval = 100;
    packet.properties.userProperties = {{"k", "1"}, {"k", "2"}};
    broker.connect("pub").publish(packet);
    broker.advance(Seconds(40));
    client = connectLasting(broker, "c");
    const auto got = client.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->payload, packet.payload);
    QVERIFY(got->retain); // retain as published
    QCOMPARE(got->properties.contentType, packet.properties.contentType);
    QVERIFY(got->properties.userProperties == packet.properties.userProperties);
    QVERIFY(got->properties.subscriptionIdentifiers == std::vector<quint32>{3});
    QCOMPARE(got->properties.messageExpiryInterval, std::optional<quint32>(60)); // [MQTT-3.3.2-6]
}

// Behaviour 103.
void TestOffline::sessionEndsWhenItsExpiryHasPassed()
{
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect(lastingConnect("c", ProtocolVersion::Mqtt5, 100));
    client.subscribe("a", QoS::AtLeastOnce);
    client.breakDown();
    broker.advance(Seconds(99));
    QVERIFY(broker.core().sessions().find("c"));
    broker.advance(Seconds(2)); // [MQTT-4.1.0-2]
    QVERIFY(!broker.core().sessions().find("c"));
    if (broker.lateStore())
        QVERIFY(!broker.lateStore()->sessions.contains("c"));
    const auto [again, connack] = connectAndLook(broker, lastingConnect("c"));
    QVERIFY(connack && !connack->sessionPresent);
}

void TestOffline::sessionOfExpiry0EndsWithItsConnection()
{
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", ProtocolVersion::Mqtt5, false);
    client.subscribe("a", QoS::AtLeastOnce);
    client.breakDown();
    QVERIFY(!broker.core().sessions().find("c"));
    QCOMPARE(broker.core().sessions().size(), 0);
}

void TestOffline::sessionThatNeverEnds()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect(lastingConnect("c", version, 0xFFFFFFFF));
    client.subscribe("a", QoS::AtLeastOnce);
    client.breakDown();
    broker.advance(std::chrono::hours(24 * 365 * 200)); // more than 0xFFFFFFFF seconds
    const auto [again, connack] = connectAndLook(broker, lastingConnect("c", version, 0xFFFFFFFF));
    QVERIFY(connack && connack->sessionPresent);
}

void TestOffline::sessionDoesNotEndWhileConnected()
{
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect(lastingConnect("c", ProtocolVersion::Mqtt5, 10));
    client.subscribe("a", QoS::AtLeastOnce);
    broker.advance(Seconds(1'000)); // [MQTT-4.1.0-1]
    TestClient publisher = broker.connect("pub");
    publisher.publish("a", "x", QoS::AtLeastOnce, 1);
    QCOMPARE(client.takePublishes().size(), size_t(1));
    client.breakDown();
    broker.advance(Seconds(9)); // counted from the end of the connection
    const auto [again, connack] = connectAndLook(broker, lastingConnect("c"));
    QVERIFY(connack && connack->sessionPresent);
}

void TestOffline::resumingStartsTheExpiryAnew()
{
    TestBroker broker = brokerOfRow();
    for (int round = 0; round < 5; ++round) {
        TestClient client = broker.connect(lastingConnect("c", ProtocolVersion::Mqtt5, 100));
        client.breakDown();
        broker.advance(Seconds(80));
        QVERIFY(broker.core().sessions().find("c"));
    }
    broker.connect(lastingConnect("c", ProtocolVersion::Mqtt5, 10)).breakDown(); // the newest wish counts
    broker.advance(Seconds(11));
    QVERIFY(!broker.core().sessions().find("c"));
}

void TestOffline::disconnectMayChangeTheExpiry_data()
{
    QTest::addColumn<quint32>("wish");
    QTest::addColumn<int>("isThereUntilSeconds"); // -1: it ends at once
    QTest::newRow("shorter") << quint32(20) << 19;
    QTest::newRow("longer") << quint32(500) << 499;
    QTest::newRow("0") << quint32(0) << -1;
}

void TestOffline::disconnectMayChangeTheExpiry()
{
    QFETCH(quint32, wish);
    QFETCH(int, isThereUntilSeconds);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect(lastingConnect("c", ProtocolVersion::Mqtt5, 100));
    DisconnectPacket disconnect;
    disconnect.properties.sessionExpiryInterval = wish;
    client.send(disconnect);
    if (isThereUntilSeconds >= 0) {
        broker.advance(Seconds(isThereUntilSeconds));
        QVERIFY(broker.core().sessions().find("c"));
        broker.advance(Seconds(2));
    }
    QVERIFY(!broker.core().sessions().find("c"));
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->sessions.empty());
}

void TestOffline::disconnectMayNotRaiseAnExpiryOf0()
{
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c");
    DisconnectPacket disconnect;
    disconnect.properties.sessionExpiryInterval = 10;
    client.send(disconnect); // 3.14.2.2.2
    const auto answer = client.next<DisconnectPacket>();
    QVERIFY(answer);
    QCOMPARE(answer->reason, ReasonCode::ProtocolError);
    QVERIFY(client.isClosed());
    QVERIFY(!broker.core().sessions().find("c"));
}

void TestOffline::longExpiryIsClampedAndTold()
{
    BrokerOptions options;
    options.maximumSessionExpirySeconds = 60;
    TestBroker broker = brokerOfRow(options);
    const auto [five, connack] = connectAndLook(broker, lastingConnect("five", ProtocolVersion::Mqtt5, 0xFFFFFFFF));
    QVERIFY(connack);
    QCOMPARE(connack->properties.sessionExpiryInterval, std::optional<quint32>(60));
    TestClient closing = five;
    DisconnectPacket disconnect;
    disconnect.properties.sessionExpiryInterval = 1'000;
    closing.send(disconnect);
    connectLasting(broker, "three", ProtocolVersion::Mqtt311).disconnect();
    broker.advance(Seconds(59));
    QCOMPARE(broker.core().sessions().size(), 2);
    broker.advance(Seconds(2));
    QCOMPARE(broker.core().sessions().size(), 0);
}

// Behaviour 104.
void TestOffline::cleanStartMakesASessionThatLasts()
{
    TestBroker broker = brokerOfRow();
    connectLasting(broker, "c").subscribe("old", QoS::AtLeastOnce);
    TestClient client = broker.connect("c", ProtocolVersion::Mqtt5, true, anHour);
    client.subscribe("new", QoS::AtLeastOnce);
    client.breakDown();
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "old", "1", QoS::AtLeastOnce, 1));
    QVERIFY(publishCompletely(publisher, "new", "2", QoS::AtLeastOnce, 2));
    auto [again, connack] = connectAndLook(broker, lastingConnect("c"));
    QVERIFY(connack && connack->sessionPresent);
    QCOMPARE(payloadsOf(again.takePublishes()), QByteArrayList{"2"});
}

QTEST_APPLESS_MAIN(TestOffline)
#include "tst_offline.moc"
