#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// Chapter 4.9: the send quota.
class TestFlowControl : public QObject
{
    Q_OBJECT

    static TestClient withQuota(TestBroker &broker, quint16 receiveMaximum, const QByteArray &id = "c")
    {
        ConnectPacket connect = lastingConnect(id);
        connect.properties.receiveMaximum = receiveMaximum;
        return broker.connect(connect);
    }
    static bool publish(TestBroker &broker, int count, QoS qos)
    {
        TestClient publisher = broker.connect("pub");
        for (int i = 1; i <= count; ++i) {
            if (!publishCompletely(publisher, "a", QByteArray::number(i), qos, quint16(i)))
                return false;
        }
        return true;
    }

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void quotaStartsAtTheReceiveMaximum_data();
    void quotaStartsAtTheReceiveMaximum();
    void ourOwnBoundMayBeLower();
    void eachPublishCostsOneAndEachEndGivesItBack_data();
    void eachPublishCostsOneAndEachEndGivesItBack();
    void errorPubrecGivesItBack();
    void strayAcknowledgementsGiveNothing();
    void qos0IsNotCounted();
    void otherPacketsGoOnAtQuota0();
    void quotaIsNewWithEachConnection();
    void publisherMayUseOurWholeReceiveMaximum();
};

void TestFlowControl::quotaStartsAtTheReceiveMaximum_data()
{
    QTest::addColumn<quint16>("receiveMaximum");
    QTest::addColumn<QoS>("qos");
    for (const quint16 receiveMaximum : {quint16(1), quint16(2), quint16(19), quint16(65'535)}) {
        for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce})
            QTest::addRow("MQTT-4.9.0-1: %d, QoS %d", int(receiveMaximum), int(qos)) << receiveMaximum << qos;
    }
}

void TestFlowControl::quotaStartsAtTheReceiveMaximum()
{
    QFETCH(quint16, receiveMaximum);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, receiveMaximum);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 20, qos));
    QCOMPARE(client.takePublishes().size(), size_t(std::min<int>(receiveMaximum, 20)));
}

// MQTT-4.9.0-1: not exceeding it; a lower one is the broker's right.
void TestFlowControl::ourOwnBoundMayBeLower()
{
    BrokerOptions options;
    options.maximumInflight = 3;
    TestBroker broker = brokerOfRow(options);
    TestClient client = withQuota(broker, 10);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient old = connectLasting(broker, "old", ProtocolVersion::Mqtt311);
    old.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 20, QoS::AtLeastOnce));
    QCOMPARE(client.takePublishes().size(), size_t(3));
    QCOMPARE(old.takePublishes().size(), size_t(3));
}

void TestFlowControl::eachPublishCostsOneAndEachEndGivesItBack_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("MQTT-4.9.0-2: QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("MQTT-4.9.0-2: QoS 2") << QoS::ExactlyOnce;
}

void TestFlowControl::eachPublishCostsOneAndEachEndGivesItBack()
{
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, 2);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 10, qos));
    std::vector<PublishPacket> underWay = client.takePublishes();
    QCOMPARE(payloadsOf(underWay), (QByteArrayList{"1", "2"}));
    for (int next = 3; next <= 10; ++next) {
        const quint16 packetId = underWay.front().packetId;
        underWay.erase(underWay.begin());
        if (qos == QoS::AtLeastOnce) {
            client.acknowledge(PacketType::Puback, packetId);
        } else {
            client.acknowledge(PacketType::Pubrec, packetId);
            QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
            QVERIFY(client.hasNothing()); // a PUBREC gives nothing back yet
            client.acknowledge(PacketType::Pubcomp, packetId);
        }
        const auto publish = client.next<PublishPacket>();
        QVERIFY(publish);
        QCOMPARE(publish->payload, QByteArray::number(next));
        QVERIFY(client.hasNothing()); // one for one
        underWay.push_back(*publish);
    }
}

void TestFlowControl::errorPubrecGivesItBack()
{
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, 1);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 3, QoS::ExactlyOnce));
    for (int i = 1; i <= 3; ++i) {
        const auto publish = client.next<PublishPacket>();
        QVERIFY(publish);
        QCOMPARE(publish->payload, QByteArray::number(i));
        QVERIFY(client.hasNothing());
        client.acknowledge(PacketType::Pubrec, publish->packetId, ReasonCode::QuotaExceeded); // 4.9
    }
    QVERIFY(client.hasNothing());
}

// MQTT-4.9.0-1: never above the Receive Maximum.
void TestFlowControl::strayAcknowledgementsGiveNothing()
{
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, 2);
    client.subscribe("a", QoS::ExactlyOnce);
    for (quint16 id = 100; id < 110; ++id) {
        client.acknowledge(PacketType::Puback, id);
        client.acknowledge(PacketType::Pubcomp, id);
    }
    client.takeBytes();
    QVERIFY(publish(broker, 10, QoS::AtLeastOnce));
    QCOMPARE(client.takePublishes().size(), size_t(2));
}

// MQTT-4.9.0-2: PUBLISH of QoS 1 and 2.
void TestFlowControl::qos0IsNotCounted()
{
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, 1);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 5, QoS::AtMostOnce));
    QCOMPARE(client.takePublishes().size(), size_t(5));
    QVERIFY(publish(broker, 2, QoS::AtLeastOnce));
    QCOMPARE(client.takePublishes().size(), size_t(1));
    QVERIFY(publish(broker, 5, QoS::AtMostOnce));
    QCOMPARE(client.takePublishes().size(), size_t(5));
}

// MQTT-4.9.0-3
void TestFlowControl::otherPacketsGoOnAtQuota0()
{
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, 1);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 3, QoS::ExactlyOnce));
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    QVERIFY(client.hasNothing());

    client.send(PingreqPacket{});
    QVERIFY(client.next<PingrespPacket>());
    QCOMPARE(client.subscribe("b", QoS::AtMostOnce, 7), ReasonCode::Success);
    client.publish("b", "own");
    QVERIFY(client.next<PublishPacket>());
    client.send(UnsubscribePacket{8, {"b"}, {}});
    QVERIFY(client.next<UnsubackPacket>());
    QVERIFY(publishCompletely(client, "b", "x", QoS::AtLeastOnce, 9));
    QVERIFY(publishCompletely(client, "b", "x", QoS::ExactlyOnce, 10));
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
    client.disconnect();
    QVERIFY(client.isClosed());
}

// 4.9: the quota is not carried over; what is re-sent counts.
void TestFlowControl::quotaIsNewWithEachConnection()
{
    TestBroker broker = brokerOfRow();
    TestClient client = withQuota(broker, 5);
    client.subscribe("a", QoS::ExactlyOnce);
    QVERIFY(publish(broker, 10, QoS::AtLeastOnce));
    QCOMPARE(client.takePublishes().size(), size_t(5));
    client.breakDown();
    client = withQuota(broker, 2);
    QCOMPARE(payloadsOf(client.takePublishes()), (QByteArrayList{"1", "2"}));
    client.breakDown();
    client = withQuota(broker, 7);
    QCOMPARE(client.takePublishes().size(), size_t(7));
}

// MQTT-4.9.0-3: the broker answers all that its own Receive Maximum lets a client send at once.
void TestFlowControl::publisherMayUseOurWholeReceiveMaximum()
{
    BrokerOptions options;
    options.maximumInboundInflight = 10;
    TestBroker broker = brokerOfRow(options);
    auto [publisher, connack] = connectAndLook(broker, lastingConnect("pub"));
    QVERIFY(connack);
    QCOMPARE(connack->properties.receiveMaximum, std::optional<quint32>(10));
    for (quint16 i = 1; i <= 10; ++i) {
        publisher.publish("a", "x", QoS::ExactlyOnce, i);
        QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    }
    for (quint16 i = 1; i <= 10; ++i) {
        publisher.acknowledge(PacketType::Pubrel, i);
        QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubcomp));
    }
    QVERIFY(!publisher.isClosed());
}

QTEST_APPLESS_MAIN(TestFlowControl)
#include "tst_flowcontrol.moc"
