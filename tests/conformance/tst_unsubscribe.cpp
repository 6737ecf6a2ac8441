#include "conformance/subscribing.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

using Payloads = std::vector<QByteArray>;
using Reasons = std::vector<ReasonCode>;

} // namespace

/// UNSUBSCRIBE and UNSUBACK (3.10, 3.11).
class TestUnsubscribe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addVersionRows(); }

    void unsubackBytes_data();
    void unsubackBytes();
    void badUnsubscribeClosesTheConnection_data();
    void badUnsubscribeClosesTheConnection();
    void invalidFilter();
    void filtersAreComparedByteForByte_data();
    void filtersAreComparedByteForByte();
    void eachFilterOfThePacket();
    void noNewMessagesAfterwards();
    void whatWasStartedIsCompleted_data();
    void whatWasStartedIsCompleted();
    void unsubackWaitsForTheStore();
};

void TestUnsubscribe::unsubackBytes_data()
{
    QTest::addColumn<QByteArray>("unsubscribe");
    QTest::addColumn<QByteArray>("reasons"); // of 5.0
    QTest::newRow("subscribed") << QByteArray("A2 (1234 ~ 'a')") << QByteArray("1234 00 00");
    QTest::newRow("not subscribed (row 75)") << QByteArray("A2 (FFFF ~ 'z')") << QByteArray("FFFF 00 11");
    QTest::newRow("mixed") << QByteArray("A2 (0001 ~ 'b' 'z' 'a' 'a')") << QByteArray("0001 00 00 11 00 11");
}

/// MQTT-3.10.4-4 MQTT-3.10.4-5 MQTT-3.10.4-6 MQTT-3.11.3-1 MQTT-3.11.3-2
/// MQTT3-3.10.4-4 MQTT3-3.10.4-5 MQTT3-3.10.4-6
void TestUnsubscribe::unsubackBytes()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, unsubscribe);
    QFETCH(QByteArray, reasons);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    subscribeAll(client, {entryOf("a"), entryOf("b")});
    client.sendBytes(wireBytes(version, unsubscribe));
    // 3.1.1 has the packet identifier alone.
    const QByteArray body = version == ProtocolVersion::Mqtt5 ? reasons : reasons.first(4);
    QCOMPARE(client.takeBytes(), packetBytes("B0 (" + body + ")"));
}

void TestUnsubscribe::badUnsubscribeClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *notation, int reason) {
        QTest::newRow(name) << QByteArray(notation) << reason;
    };
    row("MQTT-3.10.1-1 MQTT3-3.10.1-1: flags 0", "A0 (0001 ~ 'a')", 0x81);
    row("MQTT-3.10.1-1 MQTT3-3.10.1-1: flags 6", "A6 (0001 ~ 'a')", 0x81);
    row("MQTT-3.10.3-1 MQTT3-3.10.3-1: not UTF-8", "A2 (0001 ~ 0002 C328)", 0x81);
    row("MQTT-3.10.3-1 MQTT3-3.10.3-1: cut off", "A2 (0001 ~ 'a' 0005 |b|)", 0x81);
    row("MQTT-3.10.3-1 MQTT3-3.10.3-1: not packed", "A2 (0001 ~ 'a' 00)", 0x81);
    row("MQTT-3.10.3-2 MQTT3-3.10.3-2: no filter (row 73)", "A2 (0001 ~)", 0x82);
    row("2.2.1: packet id 0", "A2 (0000 ~ 'a')", 0x82);
}

void TestUnsubscribe::badUnsubscribeClosesTheConnection()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", version);
    client.subscribe("a");
    client.sendBytes(wireBytes(version, notation));
    QCOMPARE(standing(client), closedFor(version, reason));
    QCOMPARE(broker.core().sessions().find("c")->subscriptions().size(), 1); // nothing of it was done
}

void TestUnsubscribe::invalidFilter() // MQTT-3.11.3-2
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.subscribe("a");
    const auto unsuback = unsubscribeAll(client, {"a#", "a"});
    if (version != ProtocolVersion::Mqtt5) {
        QVERIFY(!unsuback && client.isClosed());
        return;
    }
    QVERIFY(unsuback);
    QCOMPARE(unsuback->reasons, (Reasons{ReasonCode::TopicFilterInvalid, ReasonCode::Success}));
}

void TestUnsubscribe::filtersAreComparedByteForByte_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<bool>("isIt");
    QTest::newRow("the same") << QByteArray("a/+") << true;
    QTest::newRow("matches it") << QByteArray("a/b") << false;
    QTest::newRow("covers it") << QByteArray("#") << false;
    QTest::newRow("other case") << QByteArray("A/+") << false;
    QTest::newRow("one level more") << QByteArray("a/+/") << false;
    QTest::newRow("shared") << QByteArray("$share/g/a/+") << false;
}

void TestUnsubscribe::filtersAreComparedByteForByte() // MQTT-3.10.4-1 MQTT3-3.10.4-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, filter);
    QFETCH(bool, isIt);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.subscribe("a/+");
    const auto unsuback = unsubscribeAll(client, {filter});
    QVERIFY(unsuback); // MQTT3-3.10.4-5 MQTT-3.10.4-5
    if (version == ProtocolVersion::Mqtt5)
        QCOMPARE(unsuback->reasons, Reasons{isIt ? ReasonCode::Success : ReasonCode::NoSubscriptionExisted});
    broker.publish("a/b", "x");
    QCOMPARE(client.takePublishes().size(), size_t(isIt ? 0 : 1));
}

void TestUnsubscribe::eachFilterOfThePacket() // MQTT-3.10.4-6 MQTT3-3.10.4-6
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    subscribeAll(client, {entryOf("a"), entryOf("b"), entryOf("c"), entryOf("$share/g/d")});
    QVERIFY(unsubscribeAll(client, {"a", "not there", "c", "$share/g/d"}));
    QVERIFY(client.hasNothing()); // one answer
    for (const char *topic : {"a", "b", "c", "d"})
        broker.publish(topic, topic);
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"b"});
}

/// Away, live, and through another subscription that still matches (row 76).
void TestUnsubscribe::noNewMessagesAfterwards() // MQTT-3.10.4-2 MQTT3-3.10.4-2
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", version);
    subscribeAll(client, {entryOf("a", QoS::ExactlyOnce), entryOf("#", QoS::AtMostOnce)});
    QVERIFY(unsubscribeAll(client, {"a"}));
    broker.publish("a", "1", QoS::ExactlyOnce);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].qos, QoS::AtMostOnce); // of the other one
    QVERIFY(unsubscribeAll(client, {"#"}));
    broker.publish("a", "2", QoS::ExactlyOnce);
    QVERIFY(client.hasNothing());
    client.breakDown();
    broker.publish("a", "3", QoS::ExactlyOnce);
    client = connectDurable(broker, "c", version);
    QVERIFY(client.hasNothing());
}

void TestUnsubscribe::whatWasStartedIsCompleted_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

/// Also over a lost connection: it is sent again until it is acknowledged.
void TestUnsubscribe::whatWasStartedIsCompleted() // MQTT-3.10.4-3 MQTT3-3.10.4-3
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    broker.publish("a", "x", qos);
    const auto first = client.next<PublishPacket>();
    QVERIFY(unsubscribeAll(client, {"a"}));
    client.breakDown();
    client = connectDurable(broker, "c", version);
    const auto again = client.next<PublishPacket>();
    QVERIFY(first && again);
    QCOMPARE(again->packetId, first->packetId);
    QVERIFY(again->duplicate);
    if (qos == QoS::AtLeastOnce) {
        client.acknowledge(PacketType::Puback, again->packetId);
    } else {
        client.acknowledge(PacketType::Pubrec, again->packetId);
        QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubrel);
        client.acknowledge(PacketType::Pubcomp, again->packetId);
    }
    client.breakDown();
    client = connectDurable(broker, "c", version);
    QVERIFY(client.hasNothing());
}

void TestUnsubscribe::unsubackWaitsForTheStore() // MQTT-3.10.4-4 MQTT3-3.10.4-4
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = connectDurable(broker, "c", version);
    client.subscribe("a", QoS::AtLeastOnce);
    broker.lateStore()->setMode(StoreMode::Manual);
    client.sendBytes(wireBytes(version, "A2 (0007 ~ 'a')"));
    QVERIFY(client.hasNothing());
    broker.publish("a", "x", QoS::AtMostOnce);
    QVERIFY(client.hasNothing()); // it has stopped all the same
    broker.lateStore()->setMode(StoreMode::EachTurn);
    broker.settle();
    QVERIFY(client.next<UnsubackPacket>());
    broker.crash();
    client = connectDurable(broker, "c", version);
    broker.publish("a", "x", QoS::AtLeastOnce);
    QVERIFY(client.hasNothing());
}

QTEST_APPLESS_MAIN(TestUnsubscribe)
#include "tst_unsubscribe.moc"
