#include "conformance/subscribing.h"

#include <algorithm>

using namespace pigeon;
using namespace pigeon::test;

namespace {

using Payloads = std::vector<QByteArray>;
using Identifiers = std::vector<quint32>;

SubscribeEntry noLocal(const QByteArray &filter, QoS qos = QoS::AtLeastOnce)
{
    SubscribeEntry entry = entryOf(filter, qos);
    entry.noLocal = true;
    return entry;
}

Identifiers sortedIdentifiers(const PublishPacket &packet)
{
    Identifiers identifiers = packet.properties.subscriptionIdentifiers;
    std::sort(identifiers.begin(), identifiers.end());
    return identifiers;
}

} // namespace

/// Subscription options and subscription identifiers (3.8.2.1.2, 3.8.3.1, 3.3.4). MQTT 5.0 only.
class TestSubscriptionOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noLocalOfLiveMessages_data();
    void noLocalOfLiveMessages();
    void noLocalSurvivesTheConnection();
    void noLocalIsReplacedWithTheSubscription();
    void noLocalOfOneOfTwoFilters();
    void badSubscribeClosesTheConnection_data();
    void badSubscribeClosesTheConnection();
    void identifiersOfAllMatchingSubscriptions_data();
    void identifiersOfAllMatchingSubscriptions();
    void identifierIsReplacedWithTheSubscription();
    void identifierSurvives_data();
    void identifierSurvives();
    void identifierOfASharedSubscription();
    void identifiersAreNotForOldVersions();
};

void TestSubscriptionOptions::noLocalOfLiveMessages_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

void TestSubscriptionOptions::noLocalOfLiveMessages() // MQTT-3.8.3-3 (row 80)
{
    QFETCH(QoS, qos);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = connectDurable(broker, "both", ProtocolVersion::Mqtt5);
    client.subscribe(noLocal("a/#", QoS::ExactlyOnce));
    TestClient other = broker.connect("other");
    other.subscribe(noLocal("a/#", QoS::ExactlyOnce));
    const quint16 packetId = qos == QoS::AtMostOnce ? 0 : 1;
    client.publish("a/b", "own", qos, packetId);
    other.publish("a/b", "other's", qos, packetId);
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"other's"});
    QCOMPARE(payloadsOf(other.takePublishes()), Payloads{"own"});
}

/// The statement speaks of client ids, not of connections: a will and what is published after a resume count too.
void TestSubscriptionOptions::noLocalSurvivesTheConnection() // MQTT-3.8.3-3
{
    TestBroker broker;
    ConnectPacket connect;
    connect.clientId = "both";
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = anHour;
    connect.will = WillFields{"a", "own will", QoS::AtLeastOnce, false, {}};
    TestClient client = broker.connect(connect);
    client.subscribe(noLocal("#"));
    client.breakDown();
    client = connectDurable(broker, "both", ProtocolVersion::Mqtt5);
    client.publish("a", "own", QoS::AtLeastOnce, 1);
    broker.publish("a", "another's", QoS::AtLeastOnce);
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"another's"});
}

void TestSubscriptionOptions::noLocalIsReplacedWithTheSubscription() // MQTT-3.8.3-3 MQTT-3.8.4-3
{
    TestBroker broker;
    TestClient client = broker.connect("both");
    client.subscribe(noLocal("a"));
    client.publish("a", "1");
    QVERIFY(client.hasNothing());
    client.subscribe(entryOf("a"));
    client.publish("a", "2");
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"2"});
    client.subscribe(noLocal("a"));
    client.publish("a", "3");
    QVERIFY(client.hasNothing());
}

/// The other subscription wants it: one copy, for that one alone.
void TestSubscriptionOptions::noLocalOfOneOfTwoFilters() // MQTT-3.8.3-3 MQTT-3.3.4-4
{
    TestBroker broker;
    TestClient client = broker.connect("both");
    client.subscribe(noLocal("a", QoS::ExactlyOnce), 1);
    client.subscribe(entryOf("#", QoS::AtLeastOnce), 2);
    client.publish("a", "own", QoS::ExactlyOnce, 1);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].qos, QoS::AtLeastOnce);
    QCOMPARE(got[0].properties.subscriptionIdentifiers, Identifiers{2});
}

void TestSubscriptionOptions::badSubscribeClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *notation, int reason) {
        QTest::newRow(name) << QByteArray(notation) << reason;
    };
    row("MQTT-3.8.3-4: no local and shared (row 82)", "82 (0001 () '$share/g/a' 05)", 0x82);
    row("3.8.3.1: retain handling 3", "82 (0001 () 'a' 30)", 0x82);
    row("3.8.2.1.2: identifier 0 (row 81)", "82 (0001 (0B 00) 'a' 00)", 0x82);
    row("3.8.2.1.2: identifier of five bytes", "82 (0001 (0B 8080808001) 'a' 00)", 0x81);
    row("3.8.2.1.2: two identifiers", "82 (0001 (0B 01 0B 02) 'a' 00)", 0x82);
    row("2.2.2.2: property of another packet", "82 (0001 (1F 'why') 'a' 00)", 0x81);
}

void TestSubscriptionOptions::badSubscribeClosesTheConnection()
{
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", ProtocolVersion::Mqtt5);
    client.sendBytes(packetBytes(notation));
    QCOMPARE(standing(client), closedFor(ProtocolVersion::Mqtt5, reason));
    QVERIFY(broker.core().sessions().find("c")->subscriptions().isEmpty());
}

void TestSubscriptionOptions::identifiersOfAllMatchingSubscriptions_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

/// We send a single copy: it has the identifiers of all, and of the one without none (row 71).
void TestSubscriptionOptions::identifiersOfAllMatchingSubscriptions() // MQTT-3.3.4-3 MQTT-3.3.4-4 MQTT-3.3.4-5
{
    QFETCH(QoS, qos);
    TestBroker broker;
    TestClient client = broker.connect("c");
    client.subscribe(entryOf("a/#", QoS::ExactlyOnce), 1);
    client.subscribe(entryOf("a/b"), 268'435'455);
    client.subscribe(entryOf("+/b", QoS::AtLeastOnce)); // without
    client.subscribe(entryOf("+/+", QoS::AtLeastOnce), 128);
    client.subscribe(entryOf("c/#"), 5); // does not match
    TestClient plain = broker.connect("plain");
    plain.subscribe(entryOf("a/b", QoS::ExactlyOnce));
    broker.publish("a/b", "x", qos);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(sortedIdentifiers(got[0]), (Identifiers{1, 128, 268'435'455}));
    QCOMPARE(sortedIdentifiers(*plain.next<PublishPacket>()), Identifiers());
}

void TestSubscriptionOptions::identifierIsReplacedWithTheSubscription() // MQTT-3.8.4-3
{
    TestBroker broker;
    TestClient client = broker.connect("c");
    client.subscribe(entryOf("a"), 1);
    client.subscribe(entryOf("a"), 2);
    broker.publish("a", "x");
    QCOMPARE(client.next<PublishPacket>()->properties.subscriptionIdentifiers, Identifiers{2});
    client.subscribe(entryOf("a"));
    broker.publish("a", "x");
    QCOMPARE(client.next<PublishPacket>()->properties.subscriptionIdentifiers, Identifiers());
}

void TestSubscriptionOptions::identifierSurvives_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::newRow("the connection") << QByteArray("connection");
    QTest::newRow("a crash") << QByteArray("crash");
}

/// With the queued messages and with the subscription (row 81).
void TestSubscriptionOptions::identifierSurvives() // MQTT-3.3.4-3
{
    QFETCH(QByteArray, what);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = connectDurable(broker, "c", ProtocolVersion::Mqtt5);
    client.subscribe(entryOf("a", QoS::AtLeastOnce), 9);
    client.subscribe(entryOf("#", QoS::AtLeastOnce), 8);
    client.breakDown();
    broker.publish("a", "queued", QoS::AtLeastOnce);
    if (what == "crash")
        broker.crash();
    client = connectDurable(broker, "c", ProtocolVersion::Mqtt5);
    broker.publish("a", "live", QoS::AtMostOnce);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(payloadsOf(got), (Payloads{"queued", "live"}));
    QCOMPARE(sortedIdentifiers(got[0]), (Identifiers{8, 9}));
    QCOMPARE(sortedIdentifiers(got[1]), (Identifiers{8, 9}));
}

void TestSubscriptionOptions::identifierOfASharedSubscription() // MQTT-3.3.4-3 MQTT-3.3.4-5
{
    TestBroker broker;
    TestClient client = broker.connect("c");
    client.subscribe(entryOf("$share/g/a", QoS::AtLeastOnce), 3);
    broker.publish("a", "x", QoS::AtLeastOnce);
    const auto got = client.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->properties.subscriptionIdentifiers, Identifiers{3});
}

void TestSubscriptionOptions::identifiersAreNotForOldVersions()
{
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", ProtocolVersion::Mqtt5);
    client.subscribe(entryOf("a"), 3);
    client.breakDown();
    client = connectDurable(broker, "c", ProtocolVersion::Mqtt311);
    broker.publish("a", "x");
    QCOMPARE(client.takeBytes(), packetBytes("30 ('a' |x|)"));
}

QTEST_APPLESS_MAIN(TestSubscriptionOptions)
#include "tst_subscriptionoptions.moc"
