#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// Chapter 4.7: topic names and filters, seen from clients.
class TestTopicMatching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filtersMatch_data();
    void filtersMatch();
    void badFiltersAreNotServed_data();
    void badFiltersAreNotServed();
    void badTopicsAreNotPublished_data();
    void badTopicsAreNotPublished();
    void longestTopicIsServed_data() { addBothVersions(); }
    void longestTopicIsServed();
};

void TestTopicMatching::filtersMatch_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *clause, const QByteArray &filter, const QByteArray &topic, bool matches) {
        QTest::addRow("%s: %s %s %s", clause, filter.constData(), matches ? "takes" : "leaves", topic.constData())
            << filter << topic << matches;
    };
    // 4.7.1.2, the standard's own examples
    row("MQTT-4.7.1-1", "sport/tennis/player1/#", "sport/tennis/player1", true);
    row("MQTT-4.7.1-1", "sport/tennis/player1/#", "sport/tennis/player1/ranking", true);
    row("MQTT-4.7.1-1", "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true);
    row("MQTT3-4.7.1-2", "sport/#", "sport", true);
    row("MQTT3-4.7.1-2", "sport/#", "sports", false);
    row("MQTT3-4.7.1-2", "#", "a", true);
    row("MQTT3-4.7.1-2", "#", "/a/b//", true);
    // 4.7.1.3
    row("MQTT-4.7.1-2", "sport/tennis/+", "sport/tennis/player1", true);
    row("MQTT-4.7.1-2", "sport/tennis/+", "sport/tennis/player1/ranking", false);
    row("MQTT3-4.7.1-3", "sport/+", "sport", false);
    row("MQTT3-4.7.1-3", "sport/+", "sport/", true);
    row("MQTT3-4.7.1-3", "+/+", "/finance", true);
    row("MQTT3-4.7.1-3", "/+", "/finance", true);
    row("MQTT3-4.7.1-3", "+", "/finance", false);
    row("MQTT3-4.7.1-3", "+/tennis/#", "sport/tennis", true);
    row("MQTT3-4.7.1-3", "+/b/+", "a/b/c", true);
    row("MQTT3-4.7.1-3", "+/b/+", "a/x/c", false);
    // 4.7.2
    row("MQTT-4.7.2-1", "#", "$x/monitor", false);
    row("MQTT-4.7.2-1", "+/monitor", "$x/monitor", false);
    row("MQTT-4.7.2-1", "+/#", "$x", false);
    row("MQTT3-4.7.2-1", "$x/#", "$x/monitor", true);
    row("MQTT3-4.7.2-1", "$x/+", "$x/monitor", true);
    row("MQTT3-4.7.2-1", "a/+", "a/$x", true);
    row("MQTT3-4.7.2-1", "#", "a/$x", true);
    // 4.7.3
    row("MQTT-4.7.3-1", "a", "a", true);
    row("MQTT3-4.7.3-1", "/", "/", true);
    row("MQTT-4.7.3-4", "ACCOUNTS", "Accounts", false);
    row("MQTT-4.7.3-4", "\xC3\x85", "A\xCC\x8A", false); // one letter, composed and decomposed
    row("MQTT-4.7.3-4", "\xC3\x85", "\xC3\x85", true);
    row("MQTT3-4.7.3-4", "/finance", "finance", false);
    row("MQTT3-4.7.3-4", "finance/", "finance", false);
    row("MQTT3-4.7.3-4", "a//b", "a/b", false);
    row("MQTT3-4.7.3-4", "a//b", "a//b", true);
    row("MQTT3-4.7.3-4", "a b", "a b", true);
    row("MQTT3-4.7.3-4", "a", "a ", false);
    row("MQTT3-4.7.3-4", "\xEF\xBB\xBF" "a", "a", false); // U+FEFF is a character like others
}

void TestTopicMatching::filtersMatch()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, topic);
    QFETCH(bool, matches);
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        TestBroker broker;
        TestClient client = broker.connect("c", version);
        QVERIFY(!isFailure(client.subscribe(filter, QoS::AtLeastOnce)));
        TestClient publisher = broker.connect("pub", version);
        publisher.publish(topic, "live", QoS::AtLeastOnce, 1, true);
        QVERIFY(publisher.next<AcknowledgePacket>());
        const std::vector<PublishPacket> live = client.takePublishes();
        QCOMPARE(live.size(), size_t(matches ? 1 : 0));
        if (matches)
            QCOMPARE(live[0].topic, topic); // passed on byte for byte
        TestClient late = broker.connect("late", version); // the same rules find retained messages
        QVERIFY(!isFailure(late.subscribe(filter, QoS::AtLeastOnce)));
        QCOMPARE(late.takePublishes().size(), size_t(matches ? 1 : 0));
    }
}

void TestTopicMatching::badFiltersAreNotServed_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::newRow("MQTT-4.7.1-1: sport/tennis#") << QByteArray("sport/tennis#");
    QTest::newRow("MQTT-4.7.1-1: sport/tennis/#/ranking") << QByteArray("sport/tennis/#/ranking");
    QTest::newRow("MQTT3-4.7.1-2: ##") << QByteArray("##");
    QTest::newRow("MQTT3-4.7.1-2: #/") << QByteArray("#/");
    QTest::newRow("MQTT-4.7.1-2: sport+") << QByteArray("sport+");
    QTest::newRow("MQTT3-4.7.1-3: +sport/a") << QByteArray("+sport/a");
    QTest::newRow("MQTT3-4.7.1-3: a/++") << QByteArray("a/++");
    QTest::newRow("MQTT-4.7.3-1, MQTT3-4.7.3-1: empty") << QByteArray("");
    QTest::newRow("MQTT-4.7.3-2, MQTT3-4.7.3-2: U+0000") << QByteArray("a\0b", 3);
}

void TestTopicMatching::badFiltersAreNotServed()
{
    QFETCH(QByteArray, filter);
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        TestBroker broker;
        TestClient client = broker.connect("c", version);
        SubscribePacket packet;
        packet.packetId = 1;
        packet.entries = {{filter, QoS::AtMostOnce}};
        client.send(packet);
        if (version == ProtocolVersion::Mqtt5 && !client.isClosed()) {
            const auto suback = client.next<SubackPacket>();
            QVERIFY(suback);
            QCOMPARE(suback->reasons.at(0), ReasonCode::TopicFilterInvalid);
        } else {
            QVERIFY(!client.next<SubackPacket>());
            QVERIFY(client.isClosed());
        }
        QCOMPARE(broker.services().subscriptions.size(), 0);
    }
}

void TestTopicMatching::badTopicsAreNotPublished_data()
{
    QTest::addColumn<QByteArray>("topic");
    QTest::newRow("MQTT-4.7.0-1, MQTT3-4.7.1-1: #") << QByteArray("#");
    QTest::newRow("MQTT-4.7.0-1, MQTT3-4.7.1-1: a/+/b") << QByteArray("a/+/b");
    QTest::newRow("MQTT-4.7.0-1, MQTT3-4.7.1-1: a+") << QByteArray("a+");
    QTest::newRow("MQTT-4.7.3-1, MQTT3-4.7.3-1: empty") << QByteArray("");
    QTest::newRow("MQTT-4.7.3-2, MQTT3-4.7.3-2: U+0000") << QByteArray("a\0b", 3);
}

void TestTopicMatching::badTopicsAreNotPublished()
{
    QFETCH(QByteArray, topic);
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        for (const bool isWill : {false, true}) {
            TestBroker broker;
            TestClient watcher = broker.connect("watcher");
            watcher.subscribe("#", QoS::AtMostOnce);
            if (isWill) {
                ConnectPacket connect;
                connect.version = version;
                connect.clientId = "c";
                connect.will = WillFields{topic, "x", QoS::AtLeastOnce, false, {}};
                TestClient client = broker.open();
                client.setVersion(version);
                client.send(connect);
                const auto connack = client.next<ConnackPacket>();
                QVERIFY(!connack || isFailure(connack->reason));
                QVERIFY(client.isClosed());
            } else {
                TestClient client = broker.connect("c", version);
                client.publish(topic, "x", QoS::AtLeastOnce, 1);
                QVERIFY(client.isClosed());
                QVERIFY(!client.next<AcknowledgePacket>());
            }
            QVERIFY(watcher.hasNothing());
        }
    }
}

// MQTT-4.7.3-3, MQTT3-4.7.3-3: a length of two bytes can say no more than 65 535; all of it is served.
void TestTopicMatching::longestTopicIsServed()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    const QByteArray topic(65'535, 'x');
    QVERIFY(!isFailure(client.subscribe(topic, QoS::AtLeastOnce)));
    TestClient publisher = broker.connect("pub", version);
    publisher.publish(topic.chopped(1), "shorter");
    publisher.publish(topic, "x", QoS::AtLeastOnce, 1);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(payloadsOf(got), QByteArrayList{"x"});
    QVERIFY(got[0].topic == topic);
}

QTEST_APPLESS_MAIN(TestTopicMatching)
#include "tst_topicmatching.moc"
