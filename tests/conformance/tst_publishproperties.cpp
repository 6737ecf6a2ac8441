#include "conformance/wire.h"

#include <algorithm>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

PublishPacket everything()
{
    PublishPacket packet;
    packet.topic = "a/b";
    packet.payload = "payload";
    packet.properties.payloadFormatIndicator = 1;
    packet.properties.contentType = "text/plain; charset=utf-8";
    packet.properties.responseTopic = "answer/to/\xC3\xA9";
    packet.properties.correlationData = QByteArray("\x00\xFF\x01", 3);
    packet.properties.userProperties = {{"z", "1"}, {"a", "2"}, {"z", "1"}, {"", ""}, {"z", "3"}};
    return packet;
}

PublishPacket aliased(const QByteArray &topic, quint32 alias, const QByteArray &payload = "x")
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.properties.topicAlias = alias;
    return packet;
}

PublishPacket expiring(const QByteArray &topic, quint32 seconds, QoS qos = QoS::AtLeastOnce)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = "x";
    packet.qos = qos;
    packet.packetId = qos == QoS::AtMostOnce ? 0 : 1;
    packet.properties.messageExpiryInterval = seconds;
    return packet;
}

TestClient connectWithAliases(TestBroker &broker, const QByteArray &clientId, quint32 maximum)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = anHour;
    connect.properties.topicAliasMaximum = maximum;
    return broker.connect(connect);
}

} // namespace

/// The properties of PUBLISH (3.3.2.3): what is forwarded and what is of one hop. MQTT 5.0 only.
class TestPublishProperties : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void forwardedUnaltered_data();
    void forwardedUnaltered();
    void forwardedThoughNotContiguous();
    void forwardedToOldVersionsWithout();
    void badPropertyClosesTheConnection_data();
    void badPropertyClosesTheConnection();

    void inboundAlias();
    void inboundAliasBounds_data();
    void inboundAliasBounds();
    void inboundAliasesEndWithTheConnection();
    void inboundAliasIsAuthorizedByItsTopic();
    void outboundAliasIsUsed();
    void outboundAliasesKeepTheClientsMaximum_data();
    void outboundAliasesKeepTheClientsMaximum();
    void outboundAliasesEndWithTheConnection();
    void outboundAliasNeverOfALostPacket();

    void expiryLive();
    void expiryInTheQueue();
    void expiryOfWhatWaitsForTheStore_data();
    void expiryOfWhatWaitsForTheStore();
    void expiryWhileTheWindowIsFull();
    void expiryZero();
};

// --- forwarding ----------------------------------------------------------------------------------------------

void TestPublishProperties::forwardedUnaltered_data()
{
    QTest::addColumn<QByteArray>("way");
    QTest::newRow("live") << QByteArray("live");
    QTest::newRow("queued") << QByteArray("queued");
    QTest::newRow("retained") << QByteArray("retained");
    QTest::newRow("will") << QByteArray("will");
}

/// MQTT-3.3.2-4 MQTT-3.3.2-15 MQTT-3.3.2-16 MQTT-3.3.2-17 MQTT-3.3.2-18 MQTT-3.3.2-20 (row 57)
void TestPublishProperties::forwardedUnaltered()
{
    QFETCH(QByteArray, way);
    TestBroker broker;
    TestClient subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    if (way != "retained")
        subscriber.subscribe("a/b", QoS::AtLeastOnce);
    if (way == "queued")
        subscriber.breakDown();
    PublishPacket packet = everything();
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;
    packet.retain = way == "retained";
    if (way == "will") {
        ConnectPacket connect;
        connect.clientId = "pub";
        connect.will = WillFields{packet.topic, packet.payload, packet.qos, false, packet.properties};
        broker.connect(connect).breakDown();
    } else {
        broker.connect("pub").publish(packet);
    }
    if (way == "retained")
        subscriber.subscribe("a/b", QoS::AtLeastOnce);
    if (way == "queued")
        subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    const auto got = subscriber.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->payload, packet.payload);
    QVERIFY(got->properties.userProperties == packet.properties.userProperties);
    QVERIFY(got->properties == packet.properties); // and no other
}

/// Properties of one hop lie between the forwarded ones on the wire; user properties before and behind them.
void TestPublishProperties::forwardedThoughNotContiguous() // MQTT-3.3.2-17 MQTT-3.3.2-18
{
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#");
    TestClient publisher = broker.connect("pub");
    publisher.sendBytes(packetBytes(
        "30 ('a' (26 'k' '1' 23 0001 26 'a' '2' 02 00000009 09 0002 00FF 26 'k' '3' 03 'c' 26 'k' '1') |x|)"));
    const auto got = subscriber.next<PublishPacket>();
    QVERIFY(got);
    const std::vector<UserProperty> sent{{"k", "1"}, {"a", "2"}, {"k", "3"}, {"k", "1"}};
    QVERIFY(got->properties.userProperties == sent);
    QCOMPARE(got->properties.correlationData, QByteArray("\x00\xFF", 2));
    QCOMPARE(got->properties.contentType, QByteArray("c"));
    QCOMPARE(got->properties.messageExpiryInterval, 9u);
    QVERIFY(!got->properties.topicAlias); // row 56: not forwarded
}

void TestPublishProperties::forwardedToOldVersionsWithout()
{
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt311);
    subscriber.subscribe("#");
    broker.connect("pub").publish(everything());
    QCOMPARE(subscriber.takeBytes(), packetBytes("30 ('a/b' |payload|)"));
}

void TestPublishProperties::badPropertyClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *properties, int reason) {
        QTest::newRow(name) << QByteArray(properties) << reason;
    };
    row("MQTT-3.3.2-13: response topic not UTF-8", "08 0001 FF", 0x81);
    row("MQTT-3.3.2-13: response topic with U+0000", "08 0001 00", 0x81);
    row("MQTT-3.3.2-14: response topic with + (row 60)", "08 'r/+'", 0x82);
    row("MQTT-3.3.2-14: response topic with # (row 60)", "08 'r/#'", 0x82);
    row("MQTT-3.3.2-19: content type not UTF-8", "03 0002 C328", 0x81);
    row("MQTT-3.3.4-6: subscription identifier", "0B 01", 0x82);
    row("3.3.2.3.2: payload format 2", "01 02", 0x82);
    row("3.3.2.3.3: expiry twice", "02 00000001 02 00000001", 0x82);
    row("3.3.2.3.4: alias twice", "23 0001 23 0001", 0x82);
    row("3.3.2.3.7: user property not UTF-8", "26 'k' 0001 FF", 0x81);
    row("2.2.2.2: property of another packet", "1F 'why'", 0x81);
}

void TestPublishProperties::badPropertyClosesTheConnection()
{
    QFETCH(QByteArray, properties);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#");
    TestClient publisher = broker.connect("pub");
    publisher.sendBytes(packetBytes("30 ('a' (" + properties + ") |x|)"));
    QCOMPARE(standing(publisher), closedFor(ProtocolVersion::Mqtt5, reason));
    QVERIFY(subscriber.hasNothing());
}

// --- topic alias ---------------------------------------------------------------------------------------------

/// Set, used, set anew (row 56).
void TestPublishProperties::inboundAlias() // MQTT-3.3.2-12
{
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#");
    TestClient publisher = broker.connect("pub");
    publisher.publish(aliased("a", 1));
    publisher.publish(aliased("b", 2));
    publisher.publish(aliased("", 1));
    publisher.publish(aliased("", 2));
    publisher.publish(aliased("c", 1));
    publisher.publish(aliased("", 1));
    QByteArrayList topics;
    for (const PublishPacket &each : subscriber.takePublishes()) {
        QVERIFY(!each.properties.topicAlias); // it gave no maximum, so it gets none
        topics.push_back(each.topic);
    }
    QCOMPARE(topics, (QByteArrayList{"a", "b", "a", "b", "c", "c"}));
}

void TestPublishProperties::inboundAliasBounds_data()
{
    QTest::addColumn<int>("maximum"); // of the broker, announced
    QTest::addColumn<quint32>("alias");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("MQTT-3.3.2-12: the first") << 3 << 1u << true;
    QTest::newRow("MQTT-3.3.2-12: the maximum") << 3 << 3u << true;
    QTest::newRow("MQTT-3.3.2-9: over the maximum") << 3 << 4u << false;
    QTest::newRow("MQTT-3.3.2-8: 0") << 3 << 0u << false;
    QTest::newRow("MQTT-3.3.2-9: none allowed") << 0 << 1u << false;
    QTest::newRow("MQTT-3.3.2-12: the highest there is") << 65'535 << 65'535u << true;
}

void TestPublishProperties::inboundAliasBounds()
{
    QFETCH(int, maximum);
    QFETCH(quint32, alias);
    QFETCH(bool, isAllowed);
    BrokerOptions options;
    options.maximumInboundAliases = static_cast<quint16>(maximum);
    TestBroker broker(options);
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#");
    TestClient publisher = broker.open();
    ConnectPacket connect;
    connect.clientId = "pub";
    publisher.send(connect);
    QCOMPARE(publisher.next<ConnackPacket>()->properties.topicAliasMaximum.value_or(0), static_cast<quint32>(maximum));
    publisher.publish(aliased("a", alias));
    if (isAllowed)
        publisher.publish(aliased("", alias));
    QCOMPARE(standing(publisher), isAllowed ? "open" : closedFor(ProtocolVersion::Mqtt5, 0x94));
    QCOMPARE(subscriber.takePublishes().size(), size_t(isAllowed ? 2 : 0));
}

void TestPublishProperties::inboundAliasesEndWithTheConnection() // MQTT-3.3.2-7
{
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#");
    TestClient publisher = connectDurable(broker, "pub", ProtocolVersion::Mqtt5);
    publisher.publish(aliased("a", 1));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    publisher.breakDown();
    publisher = connectDurable(broker, "pub", ProtocolVersion::Mqtt5);
    publisher.publish(aliased("", 1));
    QCOMPARE(standing(publisher), closedFor(ProtocolVersion::Mqtt5, 0x82));
    QVERIFY(subscriber.hasNothing());
}

/// The alias is turned into its topic before anybody asks whether that may be published to.
void TestPublishProperties::inboundAliasIsAuthorizedByItsTopic()
{
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("$SYS/#");
    TestClient publisher = broker.connect("pub");
    publisher.publish(aliased("$SYS/forged", 1)); // refused
    PublishPacket packet = aliased("", 1);
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;
    publisher.publish(packet);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::NotAuthorized);
    QVERIFY(subscriber.hasNothing());
}

void TestPublishProperties::outboundAliasIsUsed()
{
    TestBroker broker;
    TestClient subscriber = connectWithAliases(broker, "sub", 5);
    subscriber.subscribe("#");
    for (int i = 0; i < 3; ++i)
        broker.publish("a/long/topic", "x");
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(3));
    QCOMPARE(got[0].topic, QByteArray("a/long/topic"));
    QVERIFY(got[0].properties.topicAlias);
    for (size_t i = 1; i < 3; ++i) {
        QCOMPARE(got[i].topic, QByteArray());
        QCOMPARE(got[i].properties.topicAlias, got[0].properties.topicAlias);
    }
}

void TestPublishProperties::outboundAliasesKeepTheClientsMaximum_data()
{
    QTest::addColumn<quint32>("maximum");
    QTest::newRow("0") << 0u;
    QTest::newRow("1") << 1u;
    QTest::newRow("2") << 2u;
    QTest::newRow("over ours") << 65'535u;
}

void TestPublishProperties::outboundAliasesKeepTheClientsMaximum() // MQTT-3.3.2-8 MQTT-3.3.2-11 (row 56)
{
    QFETCH(quint32, maximum);
    BrokerOptions options;
    options.maximumOutboundAliases = 4;
    TestBroker broker(options);
    TestClient subscriber = connectWithAliases(broker, "sub", maximum);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 8; ++i)
            broker.publish("t/" + QByteArray::number(i), QByteArray::number(i), i % 2 ? QoS::AtLeastOnce
                                                                                      : QoS::AtMostOnce);
    }
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(24));
    QHash<quint32, QByteArray> topics;
    for (const PublishPacket &each : got) {
        const quint32 alias = each.properties.topicAlias.value_or(0);
        QVERIFY(!each.properties.topicAlias || alias != 0);
        QVERIFY(alias <= maximum);
        if (alias != 0 && !each.topic.isEmpty())
            topics.insert(alias, each.topic);
        const QByteArray topic = each.topic.isEmpty() ? topics.value(alias) : each.topic;
        QCOMPARE(topic, "t/" + each.payload); // MQTT-3.3.2-3: the client knows which it is
    }
    QCOMPARE(topics.size(), static_cast<qsizetype>(std::min(maximum, 4u)));
}

void TestPublishProperties::outboundAliasesEndWithTheConnection() // MQTT-3.3.2-7
{
    TestBroker broker;
    TestClient subscriber = connectWithAliases(broker, "sub", 5);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    broker.publish("a", "1", QoS::AtLeastOnce);
    broker.publish("a", "2", QoS::AtLeastOnce); // sent by its alias
    QCOMPARE(subscriber.takePublishes()[1].topic, QByteArray());
    subscriber.breakDown();
    subscriber = connectWithAliases(broker, "sub", 5);
    std::vector<PublishPacket> got = subscriber.takePublishes(); // both again
    QCOMPARE(got.size(), size_t(2));
    QCOMPARE(got[0].topic, QByteArray("a"));
    subscriber.breakDown();
    subscriber = connectWithAliases(broker, "sub", 0);
    got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    for (const PublishPacket &each : got) {
        QCOMPARE(each.topic, QByteArray("a"));
        QVERIFY(!each.properties.topicAlias);
    }
}

/// A packet that is dropped as too large establishes no alias: the client never heard of it.
void TestPublishProperties::outboundAliasNeverOfALostPacket()
{
    TestBroker broker;
    ConnectPacket connect;
    connect.clientId = "sub";
    connect.properties.topicAliasMaximum = 5;
    connect.properties.maximumPacketSize = 40;
    TestClient subscriber = broker.connect(connect);
    subscriber.subscribe("#");
    broker.publish("a/b/c", QByteArray(100, 'x'));
    QVERIFY(subscriber.hasNothing());
    broker.publish("a/b/c", "x");
    QCOMPARE(subscriber.next<PublishPacket>()->topic, QByteArray("a/b/c"));
    // 40 bytes without an alias: sent without one rather than not at all.
    broker.publish("d", QByteArray(40 - 2 - 3 - 1, 'x'));
    const auto got = subscriber.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->topic, QByteArray("d"));
    QVERIFY(!got->properties.topicAlias);
}

// --- message expiry ------------------------------------------------------------------------------------------

void TestPublishProperties::expiryLive() // MQTT-3.3.2-6
{
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#", QoS::AtLeastOnce);
    TestClient publisher = broker.connect("pub");
    publisher.publish(expiring("a", 100, QoS::AtMostOnce));
    publisher.publish(expiring("a", 100, QoS::AtLeastOnce));
    publisher.publish("a", "never");
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(3));
    QCOMPARE(got[0].properties.messageExpiryInterval, 100u);
    QCOMPARE(got[1].properties.messageExpiryInterval, 100u);
    QVERIFY(!got[2].properties.messageExpiryInterval);
}

void TestPublishProperties::expiryInTheQueue() // MQTT-3.3.2-5 MQTT-3.3.2-6 (row 58)
{
    TestBroker broker;
    TestClient subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    subscriber.breakDown();
    TestClient publisher = broker.connect("pub");
    publisher.publish(expiring("gone", 59));
    publisher.publish(expiring("just gone", 60));
    publisher.publish(expiring("left", 61));
    publisher.publish(expiring("more", 100, QoS::ExactlyOnce));
    broker.advance(60s);
    subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    QCOMPARE(got[0].topic, QByteArray("left"));
    QCOMPARE(got[0].properties.messageExpiryInterval, 1u);
    QCOMPARE(got[1].properties.messageExpiryInterval, 40u);
    // A repeat: the time that the message waits goes on; what was started is not deleted.
    subscriber.breakDown();
    broker.advance(20s);
    subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    QCOMPARE(got[0].properties.messageExpiryInterval, 0u);
    QCOMPARE(got[1].properties.messageExpiryInterval, 20u);
}

void TestPublishProperties::expiryOfWhatWaitsForTheStore_data()
{
    QTest::addColumn<QoS>("granted");
    QTest::newRow("to QoS 0") << QoS::AtMostOnce;
    QTest::newRow("to QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("to QoS 2") << QoS::ExactlyOnce;
}

/// Inbound QoS 2 is not delivered before it is kept: that time counts too.
void TestPublishProperties::expiryOfWhatWaitsForTheStore() // MQTT-3.3.2-5 MQTT-3.3.2-6
{
    QFETCH(QoS, granted);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("#", granted);
    TestClient publisher = connectDurable(broker, "pub", ProtocolVersion::Mqtt5);
    broker.lateStore()->setMode(StoreMode::Manual);
    publisher.publish(expiring("gone", 10, QoS::ExactlyOnce));
    PublishPacket second = expiring("left", 11, QoS::ExactlyOnce);
    second.packetId = 2;
    publisher.publish(second);
    QVERIFY(subscriber.hasNothing());
    broker.advance(10s);
    broker.lateStore()->setMode(StoreMode::EachTurn);
    broker.settle();
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].topic, QByteArray("left"));
    QCOMPARE(got[0].properties.messageExpiryInterval, 1u);
}

void TestPublishProperties::expiryWhileTheWindowIsFull() // MQTT-3.3.2-5 MQTT-3.3.2-6
{
    TestBroker broker;
    ConnectPacket connect;
    connect.clientId = "sub";
    connect.properties.receiveMaximum = 1;
    TestClient subscriber = broker.connect(connect);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    TestClient publisher = broker.connect("pub");
    publisher.publish("first", "x", QoS::AtLeastOnce, 9);
    publisher.publish(expiring("gone", 5));
    publisher.publish(expiring("left", 30));
    const auto first = subscriber.next<PublishPacket>();
    QVERIFY(first && subscriber.hasNothing());
    broker.advance(10s);
    subscriber.acknowledge(PacketType::Puback, first->packetId);
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].topic, QByteArray("left"));
    QCOMPARE(got[0].properties.messageExpiryInterval, 20u);
}

/// An interval of 0 reaches who is there now, and nobody else.
void TestPublishProperties::expiryZero() // MQTT-3.3.2-5
{
    TestBroker broker;
    TestClient here = broker.connect("here");
    here.subscribe("#", QoS::AtLeastOnce);
    TestClient away = connectDurable(broker, "away", ProtocolVersion::Mqtt5);
    away.subscribe("#", QoS::AtLeastOnce);
    away.breakDown();
    broker.connect("pub").publish(expiring("a", 0));
    const auto got = here.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->properties.messageExpiryInterval, 0u);
    away = connectDurable(broker, "away", ProtocolVersion::Mqtt5);
    QVERIFY(away.takePublishes().empty());
}

QTEST_APPLESS_MAIN(TestPublishProperties)
#include "tst_publishproperties.moc"
