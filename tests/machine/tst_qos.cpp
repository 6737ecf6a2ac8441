#include "support/testbroker.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

Q_DECLARE_METATYPE(std::optional<StoreMode>)

/// The handshakes of QoS 1 and 2 both ways, resumed sessions and order, over the memory store and over stores
/// that complete late, in batches and out of turn: what a client sees is the same.
class TestQoS : public QObject
{
    Q_OBJECT

    static void stores()
    {
        QTest::addColumn<std::optional<StoreMode>>("mode");
        QTest::newRow("memory") << std::optional<StoreMode>();
        QTest::newRow("late") << std::optional(StoreMode::EachTurn);
        QTest::newRow("batches") << std::optional(StoreMode::Batches);
        QTest::newRow("out of turn") << std::optional(StoreMode::OutOfTurn);
    }
    static TestBroker makeBroker(BrokerOptions options = {})
    {
        QFETCH_GLOBAL(std::optional<StoreMode>, mode);
        return TestBroker(std::move(options), mode);
    }
    static constexpr quint32 anHour = 3'600;

private Q_SLOTS:
    void initTestCase_data() { stores(); }

    void qos1IsAcknowledgedAndDelivered();
    void qos2IsDeliveredOnceAndEachStepAnswered();
    void outboundQoS2WaitsForEachStep();
    void offlineQueueIsDeliveredInOrder();
    void unacknowledgedIsRepeatedWithDupAndItsId();
    void afterPubrecOnlyThePubrelIsRepeated();
    void receiveMaximumBoundsWhatIsUnderWay();
    void pubcompOfAnEarlierConnectionOpensNoWindow();
    void acknowledgementsKeepTheOrderOfThePublishes();
    void inboundIdSurvivesTheConnection();
    void sharedSubscriptionIsHandedOver();
    void retainedIsSentAfterSuback();
};

void TestQoS::qos1IsAcknowledgedAndDelivered()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt5, true, anHour);
    QCOMPARE(subscriber.subscribe("a/+", QoS::AtLeastOnce), ReasonCode::GrantedQoS1);
    TestClient publisher = broker.connect("pub");
    publisher.publish("a/b", "x", QoS::AtLeastOnce, 7);
    const auto puback = publisher.next<AcknowledgePacket>();
    QVERIFY(puback);
    QCOMPARE(puback->type, PacketType::Puback);
    QCOMPARE(puback->packetId, quint16(7));
    const auto publish = subscriber.next<PublishPacket>();
    QVERIFY(publish);
    QCOMPARE(publish->payload, QByteArray("x"));
    QCOMPARE(publish->qos, QoS::AtLeastOnce);
    QVERIFY(!publish->duplicate);
    subscriber.acknowledge(PacketType::Puback, publish->packetId);
    QVERIFY(subscriber.hasNothing());
}

void TestQoS::qos2IsDeliveredOnceAndEachStepAnswered()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = broker.connect("pub", ProtocolVersion::Mqtt5, true, anHour);
    publisher.publish("a", "x", QoS::ExactlyOnce, 9);
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    publisher.publish("a", "x", QoS::ExactlyOnce, 9); // [MQTT-4.3.3-10]
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    QVERIFY(subscriber.hasNothing());
    publisher.acknowledge(PacketType::Pubrel, 9);
    const auto pubcomp = publisher.next<AcknowledgePacket>();
    QCOMPARE(pubcomp->type, PacketType::Pubcomp);
    QCOMPARE(pubcomp->reason, ReasonCode::Success);
    publisher.publish("a", "y", QoS::ExactlyOnce, 9); // [MQTT-4.3.3-12]
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    publisher.acknowledge(PacketType::Pubrel, 33);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::PacketIdentifierNotFound);
}

void TestQoS::outboundQoS2WaitsForEachStep()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt5, true, anHour);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    publisher.publish("a", "x", QoS::ExactlyOnce, 1);
    const auto publish = subscriber.next<PublishPacket>();
    QVERIFY(publish);
    QCOMPARE(publish->qos, QoS::ExactlyOnce);
    subscriber.acknowledge(PacketType::Pubrec, publish->packetId);
    const auto pubrel = subscriber.next<AcknowledgePacket>();
    QVERIFY(pubrel);
    QCOMPARE(pubrel->type, PacketType::Pubrel);
    QCOMPARE(pubrel->packetId, publish->packetId);
    subscriber.acknowledge(PacketType::Pubcomp, publish->packetId);
    QVERIFY(subscriber.hasNothing());
    QCOMPARE(broker.core().sessions().find("sub")->outbox().inFlight(), size_t(0));
}

void TestQoS::offlineQueueIsDeliveredInOrder()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt311, false);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    subscriber.disconnect();
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 20; ++i) {
        publisher.publish("a", QByteArray::number(i), i % 2 ? QoS::AtLeastOnce : QoS::ExactlyOnce, i);
        if (i % 2 == 0)
            publisher.acknowledge(PacketType::Pubrel, i);
    }
    subscriber = broker.connect("sub", ProtocolVersion::Mqtt311, false);
    const std::vector<PublishPacket> publishes = subscriber.takePublishes();
    QCOMPARE(publishes.size(), size_t(20));
    for (size_t i = 0; i < publishes.size(); ++i)
        QCOMPARE(publishes[i].payload.toInt(), static_cast<int>(i + 1));
}

void TestQoS::unacknowledgedIsRepeatedWithDupAndItsId()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt311, false);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    publisher.publish("a", "1", QoS::AtLeastOnce, 1);
    publisher.publish("a", "2", QoS::ExactlyOnce, 2);
    const std::vector<PublishPacket> first = subscriber.takePublishes();
    QCOMPARE(first.size(), size_t(2));
    subscriber.breakDown();
    subscriber = broker.connect("sub", ProtocolVersion::Mqtt311, false);
    const std::vector<PublishPacket> second = subscriber.takePublishes(); // [MQTT-4.4.0-1]
    QCOMPARE(second.size(), size_t(2));
    for (size_t i = 0; i < 2; ++i) {
        QVERIFY(!first[i].duplicate);
        QVERIFY(second[i].duplicate); // [MQTT-3.3.1-1]
        QCOMPARE(second[i].packetId, first[i].packetId);
        QCOMPARE(second[i].payload, first[i].payload); // [MQTT-4.6.0-1]
    }
}

void TestQoS::afterPubrecOnlyThePubrelIsRepeated()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt311, false);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    broker.connect("pub").publish("a", "1", QoS::ExactlyOnce, 1);
    const auto publish = subscriber.next<PublishPacket>();
    subscriber.acknowledge(PacketType::Pubrec, publish->packetId);
    subscriber.breakDown();
    subscriber = broker.connect("sub", ProtocolVersion::Mqtt311, false);
    const auto again = subscriber.next<AcknowledgePacket>(); // [MQTT-4.3.3-6]
    QVERIFY(again);
    QCOMPARE(again->type, PacketType::Pubrel);
    QCOMPARE(again->packetId, publish->packetId);
    subscriber.acknowledge(PacketType::Pubcomp, again->packetId);
    QVERIFY(subscriber.hasNothing());
}

void TestQoS::receiveMaximumBoundsWhatIsUnderWay()
{
    TestBroker broker = makeBroker();
    ConnectPacket connect;
    connect.clientId = "sub";
    connect.properties.receiveMaximum = 2;
    connect.properties.sessionExpiryInterval = anHour;
    TestClient subscriber = broker.connect(connect);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 5; ++i)
        publisher.publish("a", QByteArray::number(i), QoS::ExactlyOnce, i);
    std::vector<PublishPacket> got = subscriber.takePublishes(); // [MQTT-3.3.4-9]
    QCOMPARE(got.size(), size_t(2));
    subscriber.acknowledge(PacketType::Pubrec, got[0].packetId);
    QCOMPARE(subscriber.next<AcknowledgePacket>()->type, PacketType::Pubrel);
    QVERIFY(subscriber.hasNothing()); // the quota comes back with the PUBCOMP
    subscriber.acknowledge(PacketType::Pubcomp, got[0].packetId);
    got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].payload, QByteArray("3"));
}

void TestQoS::pubcompOfAnEarlierConnectionOpensNoWindow()
{
    TestBroker broker = makeBroker();
    ConnectPacket connect;
    connect.clientId = "sub";
    connect.cleanStart = false;
    connect.properties.receiveMaximum = 2;
    connect.properties.sessionExpiryInterval = anHour;
    TestClient subscriber = broker.connect(connect);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 5; ++i)
        publisher.publish("a", QByteArray::number(i), QoS::ExactlyOnce, i);
    const quint16 released = subscriber.takePublishes().front().packetId;
    subscriber.acknowledge(PacketType::Pubrec, released);
    subscriber.breakDown();
    subscriber = broker.connect(connect);
    size_t underWay = 0;
    while (const std::optional<Packet> packet = subscriber.next())
        underWay += std::holds_alternative<PublishPacket>(*packet);
    subscriber.acknowledge(PacketType::Pubcomp, released);
    underWay += subscriber.takePublishes().size();
    QVERIFY2(underWay <= 2, qPrintable(QString::number(underWay))); // [MQTT-3.3.4-9], found by fuzz_session
}

void TestQoS::acknowledgementsKeepTheOrderOfThePublishes()
{
    TestBroker broker = makeBroker();
    TestClient keeper = broker.connect("keeper", ProtocolVersion::Mqtt5, true, anHour);
    keeper.subscribe("kept", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", ProtocolVersion::Mqtt311);
    QByteArray stream;
    PublishPacket packet;
    packet.qos = QoS::AtLeastOnce;
    for (quint16 i = 1; i <= 6; ++i) {
        packet.topic = i % 2 ? "kept" : "free"; // the free ones have nothing to wait for
        packet.packetId = i;
        stream += encodePacket(packet, ProtocolVersion::Mqtt311);
    }
    publisher.sendBytes(stream);
    for (quint16 i = 1; i <= 6; ++i) // [MQTT-4.6.0-2]
        QCOMPARE(publisher.next<AcknowledgePacket>()->packetId, i);
}

void TestQoS::inboundIdSurvivesTheConnection()
{
    TestBroker broker = makeBroker();
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", ProtocolVersion::Mqtt311, false);
    publisher.publish("a", "x", QoS::ExactlyOnce, 5);
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    publisher.breakDown();
    publisher = broker.connect("pub", ProtocolVersion::Mqtt311, false);
    PublishPacket again;
    again.topic = "a";
    again.qos = QoS::ExactlyOnce;
    again.packetId = 5;
    again.duplicate = true;
    publisher.publish(again);
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    QVERIFY(subscriber.takePublishes().empty()); // [MQTT-4.3.3-10]
}

void TestQoS::sharedSubscriptionIsHandedOver()
{
    TestBroker broker = makeBroker();
    TestClient one = broker.connect("one", ProtocolVersion::Mqtt5, true, anHour);
    one.subscribe("$share/g/a", QoS::AtLeastOnce);
    one.disconnect();
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 3; ++i)
        publisher.publish("a", QByteArray::number(i), QoS::AtLeastOnce, i);
    TestClient two = broker.connect("two", ProtocolVersion::Mqtt5, true, anHour);
    two.subscribe("$share/g/a", QoS::AtLeastOnce);
    const std::vector<PublishPacket> got = two.takePublishes(); // what waited for the member that is away
    QCOMPARE(got.size(), size_t(3));
    two.breakDown();
    broker.core().sessions().end(*broker.core().sessions().find("two"));
    broker.settle();
    one = broker.connect("one", ProtocolVersion::Mqtt5, false, anHour);
    QCOMPARE(one.takePublishes().size(), size_t(3)); // unacknowledged QoS 1 of a session that ended
}

void TestQoS::retainedIsSentAfterSuback()
{
    TestBroker broker = makeBroker();
    TestClient publisher = broker.connect("pub");
    for (int i = 0; i < 200; ++i)
        publisher.publish("r/" + QByteArray::number(i), "x", i % 2 ? QoS::AtMostOnce : QoS::AtLeastOnce,
            i % 2 ? quint16(0) : quint16(i + 1), true);
    TestClient subscriber = broker.connect("sub", ProtocolVersion::Mqtt5, true, anHour);
    QCOMPARE(subscriber.subscribe("r/#", QoS::AtLeastOnce), ReasonCode::GrantedQoS1);
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(200));
    QVERIFY(std::all_of(got.begin(), got.end(), [](const PublishPacket &each) { return each.retain; }));
}

QTEST_APPLESS_MAIN(TestQoS)
#include "tst_qos.moc"
