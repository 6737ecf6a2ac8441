#include "conformance/wire.h"

#include <QHash>

#include <algorithm>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

SubscribeEntry entryOf(const QByteArray &filter, QoS qos)
{
    SubscribeEntry entry;
    entry.filter = filter;
    entry.maximumQoS = qos;
    return entry;
}

using Payloads = std::vector<QByteArray>;

} // namespace

/// Retained messages (3.3.1.3): what is kept, who is sent it, with which flag and QoS, for how long.
class TestRetained : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addVersionRows(); }

    void newestIsKept_data();
    void newestIsKept();
    void emptyPayloadRemoves();
    void withoutTheFlagNothingChanges();
    void newSubscriptionGetsIt();
    void liveCopiesHaveNoFlag();
    void onceForOverlappingFilters();
    void qosOfRetained_data();
    void qosOfRetained();
    void notForSharedSubscriptions();
    void notSentOnResume();
    void wildcardsAndSys();
    void willIsRetained();
    void publisherIsAcknowledgedBeforeItIsReplaced();
    void expires();
};

void TestRetained::newestIsKept_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0: MQTT3-3.3.1-7 (row 89)") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

/// The newest replaces, with its QoS, whatever the QoS of the one before (row 86).
void TestRetained::newestIsKept() // MQTT-3.3.1-5 MQTT3-3.3.1-5 MQTT3-3.3.1-7
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker;
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a", "old", QoS::AtLeastOnce, 1, true);
    publisher.publish("b", "other", QoS::AtMostOnce, 0, true);
    publisher.publish("a", "new", qos, qos == QoS::AtMostOnce ? quint16(0) : quint16(2), true);
    QCOMPARE(retainedIn(broker, "#"),
        (Payloads{"a=new QoS " + QByteArray::number(static_cast<int>(qos)), "b=other QoS 0"}));
}

/// Delivered as any message, but kept neither as the old one nor itself (row 86).
void TestRetained::emptyPayloadRemoves() // MQTT-3.3.1-6 MQTT-3.3.1-7 MQTT3-3.3.1-10 MQTT3-3.3.1-11
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient publisher = broker.connect("pub", version);
    TestClient live = broker.connect("live", version);
    publisher.publish("a", "x", QoS::AtMostOnce, 0, true);
    live.subscribe("#", QoS::AtLeastOnce);
    QCOMPARE(live.takePublishes().size(), size_t(1));
    publisher.publish("a", "", QoS::AtLeastOnce, 1, true);
    publisher.publish("never there", "", QoS::AtMostOnce, 0, true);
    const std::vector<PublishPacket> got = live.takePublishes();
    QCOMPARE(payloadsOf(got), (Payloads{"", ""}));
    QVERIFY(!got[0].retain && !got[1].retain);
    QCOMPARE(retainedIn(broker, "#"), Payloads());
    QCOMPARE(broker.services().retained.size(), 0); // nothing of length zero lies there either
}

void TestRetained::withoutTheFlagNothingChanges() // MQTT-3.3.1-8 MQTT3-3.3.1-12 (row 87)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a", "kept", QoS::AtMostOnce, 0, true);
    publisher.publish("a", "passing", QoS::AtLeastOnce, 1);
    publisher.publish("a", "");
    publisher.publish("b", "passing");
    QCOMPARE(retainedIn(broker, "#"), Payloads{"a=kept QoS 0"});
}

void TestRetained::newSubscriptionGetsIt() // MQTT-3.3.1-9 MQTT3-3.3.1-6 MQTT3-3.3.1-8 (row 84)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a/1", "one", QoS::AtMostOnce, 0, true);
    publisher.publish("a/2", "two", QoS::AtLeastOnce, 1, true);
    publisher.publish("b/1", "other", QoS::AtMostOnce, 0, true);
    TestClient subscriber = broker.connect("sub", version);
    QCOMPARE(subscriber.subscribe("a/+", QoS::AtLeastOnce), ReasonCode::GrantedQoS1); // the SUBACK comes first
    std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(payloadsOf(got), (Payloads{"one", "two"}));
    QVERIFY(got[0].retain && got[1].retain);
    // MQTT3-3.8.4-3 MQTT-3.8.4-4: the same filter again, all again (row 70)
    subscriber.subscribe("a/+", QoS::AtLeastOnce, 2);
    got = subscriber.takePublishes();
    QCOMPARE(payloadsOf(got), (Payloads{"one", "two"}));
    QVERIFY(got[0].retain && got[1].retain);
}

void TestRetained::liveCopiesHaveNoFlag() // MQTT-3.3.1-12 MQTT3-3.3.1-9 (row 85)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient live = broker.connect("live", version);
    live.subscribe("a", QoS::AtLeastOnce);
    TestClient queued = connectDurable(broker, "queued", version);
    queued.subscribe("a", QoS::AtLeastOnce);
    queued.breakDown();
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a", "0", QoS::AtMostOnce, 0, true);
    publisher.publish("a", "1", QoS::AtLeastOnce, 1, true);
    const std::vector<PublishPacket> got = live.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    QVERIFY(!got[0].retain && !got[1].retain);
    queued = connectDurable(broker, "queued", version);
    QVERIFY(!queued.next<PublishPacket>()->retain);
}

/// Several filters of one SUBSCRIBE that match a topic: once, at the highest QoS of them (row 84).
void TestRetained::onceForOverlappingFilters()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    broker.publish("a/1", "one", QoS::ExactlyOnce, true);
    broker.publish("a/2", "two", QoS::ExactlyOnce, true);
    broker.publish("b", "three", QoS::ExactlyOnce, true);
    TestClient subscriber = broker.connect("sub", version);
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries = {entryOf("a/+", QoS::AtMostOnce),
        entryOf("a/1", QoS::ExactlyOnce),
        entryOf("#", QoS::AtLeastOnce)};
    subscriber.send(packet);
    QHash<QByteArray, QoS> seen;
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    for (const PublishPacket &each : got)
        seen.insert(each.payload, each.qos);
    QCOMPARE(got.size(), size_t(3));
    QCOMPARE(seen.value("one"), QoS::ExactlyOnce);
    QCOMPARE(seen.value("two"), QoS::AtLeastOnce);
    QCOMPARE(seen.value("three"), QoS::AtLeastOnce);
}

void TestRetained::qosOfRetained_data()
{
    QTest::addColumn<QoS>("published");
    QTest::addColumn<QoS>("granted");
    for (int published = 0; published <= 2; ++published) {
        for (int granted = 0; granted <= 2; ++granted)
            QTest::addRow("published %d, granted %d", published, granted)
                << static_cast<QoS>(published) << static_cast<QoS>(granted);
    }
}

void TestRetained::qosOfRetained() // MQTT-3.8.4-8 MQTT3-3.8.4-6 (row 72)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, published);
    QFETCH(QoS, granted);
    TestBroker broker;
    broker.publish("a", "x", published, true);
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("+", granted);
    const auto got = subscriber.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->qos, std::min(published, granted));
}

void TestRetained::notForSharedSubscriptions() // 4.8.2
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    broker.publish("a", "x", QoS::AtLeastOnce, true);
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("$share/g/a", QoS::AtLeastOnce);
    QVERIFY(subscriber.hasNothing());
}

void TestRetained::notSentOnResume() // row 88
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient subscriber = connectDurable(broker, "sub", version);
    broker.publish("a", "x", QoS::AtMostOnce, true);
    subscriber.subscribe("a");
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    subscriber.breakDown();
    subscriber = connectDurable(broker, "sub", version);
    QVERIFY(subscriber.hasNothing());
}

void TestRetained::wildcardsAndSys() // rows 69, 89, 91
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    for (const char *topic : {"$SYS/broker/uptime", "a", "a/b", "a//", "/"})
        broker.publish(topic, topic, QoS::AtMostOnce, true);
    const auto found = [&broker, version](const QByteArray &filter) {
        TestClient subscriber = broker.connect("sub", version);
        subscriber.subscribe(filter);
        Payloads payloads = payloadsOf(subscriber.takePublishes());
        std::sort(payloads.begin(), payloads.end());
        return payloads;
    };
    QCOMPARE(found("#"), (Payloads{"/", "a", "a//", "a/b"}));
    QCOMPARE(found("a/#"), (Payloads{"a", "a//", "a/b"}));
    QCOMPARE(found("+/+"), (Payloads{"/", "a/b"}));
    QCOMPARE(found("+/broker/uptime"), Payloads());
    QCOMPARE(found("$SYS/#"), Payloads{"$SYS/broker/uptime"});
}

void TestRetained::willIsRetained() // row 90
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    ConnectPacket connect;
    connect.version = version;
    connect.clientId = "mortal";
    connect.will = WillFields{"w", "gone", QoS::AtLeastOnce, true, {}};
    broker.connect(connect).breakDown();
    QCOMPARE(retainedIn(broker, "#"), Payloads{"w=gone QoS 1"});
}

/// A store that is late changes nothing of which message is the newest; a crash loses no acknowledged one.
void TestRetained::publisherIsAcknowledgedBeforeItIsReplaced() // MQTT-3.3.1-5 MQTT3-3.3.1-5
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a", "one", QoS::AtLeastOnce, 1, true);
    QVERIFY(publisher.next<AcknowledgePacket>());
    publisher.publish("b", "x", QoS::AtLeastOnce, 2, true);
    QVERIFY(publisher.next<AcknowledgePacket>());
    publisher.publish("b", "", QoS::AtLeastOnce, 3, true);
    QVERIFY(publisher.next<AcknowledgePacket>());
    broker.lateStore()->setMode(StoreMode::Manual);
    publisher.publish("a", "two", QoS::AtLeastOnce, 4, true);
    QVERIFY(publisher.hasNothing());
    broker.crash();
    broker.lateStore()->setMode(StoreMode::EachTurn);
    QCOMPARE(retainedIn(broker, "#"), Payloads{"a=one QoS 1"});
}

void TestRetained::expires() // MQTT-3.3.2-5 MQTT-3.3.2-6 (row 58)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient publisher = broker.connect("pub");
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce}) {
        PublishPacket packet;
        packet.topic = "a/" + QByteArray::number(static_cast<int>(qos));
        packet.payload = "x";
        packet.qos = qos;
        packet.packetId = static_cast<quint16>(qos);
        packet.retain = true;
        packet.properties.messageExpiryInterval = 100;
        publisher.publish(packet);
    }
    broker.advance(30s);
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    for (const PublishPacket &each : got) {
        if (version == ProtocolVersion::Mqtt5)
            QCOMPARE(each.properties.messageExpiryInterval, 70u);
    }
    broker.advance(69s);
    subscriber.subscribe("#", QoS::AtLeastOnce, 2);
    QCOMPARE(subscriber.takePublishes().size(), size_t(2));
    broker.advance(1s);
    subscriber.subscribe("#", QoS::AtLeastOnce, 3);
    QVERIFY(subscriber.takePublishes().empty());
    broker.advance(10s); // and their memory comes back
    QCOMPARE(broker.services().retained.size(), 0);
}

QTEST_APPLESS_MAIN(TestRetained)
#include "tst_retained.moc"
