#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// Chapter 4.6: the order in which messages and acknowledgements go out.
class TestOrdering : public QObject
{
    Q_OBJECT

    static QByteArrayList numbers(int from, int to)
    {
        QByteArrayList all;
        for (int i = from; i <= to; ++i)
            all.append(QByteArray::number(i));
        return all;
    }

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void resendingKeepsTheOrder_data() { addBothVersions(); }
    void resendingKeepsTheOrder();
    void acknowledgementsKeepTheOrder_data() { addBothVersions(); }
    void acknowledgementsKeepTheOrder();
    void pubrelsKeepTheOrderOfThePubrecs_data() { addBothVersions(); }
    void pubrelsKeepTheOrderOfThePubrecs();
    void everyTopicIsOrdered_data();
    void everyTopicIsOrdered();
    void orderHoldsOverABusyReceiver_data() { addVersionsAndQoS(); }
    void orderHoldsOverABusyReceiver();
    void orderHoldsForEachPublisher();
};

// MQTT3-4.6.0-1; the broker does so in 5.0 too.
void TestOrdering::resendingKeepsTheOrder()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 12; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), i % 2 ? QoS::AtLeastOnce : QoS::ExactlyOnce, i));
    const std::vector<PublishPacket> first = client.takePublishes();
    QCOMPARE(payloadsOf(first), numbers(1, 12));
    client.acknowledge(PacketType::Puback, first[4].packetId); // one from the middle
    for (int round = 0; round < 2; ++round) {
        client.breakDown();
        client = connectLasting(broker, "c", version);
        QCOMPARE(payloadsOf(client.takePublishes()), numbers(1, 4) + numbers(6, 12));
    }
}

// MQTT3-4.6.0-6: the rules for PUBACK and PUBREC hold for the server as well.
void TestOrdering::acknowledgementsKeepTheOrder()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    connectLasting(broker, "keeper").subscribe("kept", QoS::ExactlyOnce);
    TestClient publisher = connectLasting(broker, "pub", version);
    QByteArray stream;
    PublishPacket packet;
    for (quint16 i = 1; i <= 24; ++i) {
        packet.topic = i % 3 ? "kept" : "free"; // what has nothing to wait for does not overtake
        packet.qos = i % 4 < 2 ? QoS::AtLeastOnce : QoS::ExactlyOnce;
        packet.packetId = i;
        stream += encodePacket(packet, version);
    }
    publisher.sendBytes(stream);
    for (quint16 i = 1; i <= 24; ++i) {
        const auto answer = publisher.next<AcknowledgePacket>();
        QVERIFY(answer);
        QCOMPARE(answer->packetId, i);
    }
}

// MQTT3-4.6.0-6: the rule for PUBREL.
void TestOrdering::pubrelsKeepTheOrderOfThePubrecs()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 6; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), QoS::ExactlyOnce, i));
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(6));
    QByteArray stream;
    QList<quint16> ids;
    for (const size_t i : {size_t(3), size_t(0), size_t(5), size_t(1), size_t(4), size_t(2)}) {
        AcknowledgePacket pubrec;
        pubrec.type = PacketType::Pubrec;
        pubrec.packetId = got[i].packetId;
        stream += encodePacket(pubrec, version);
        ids.append(pubrec.packetId);
    }
    client.sendBytes(stream);
    for (const quint16 id : ids) {
        const auto pubrel = client.next<AcknowledgePacket>();
        QVERIFY(pubrel);
        QCOMPARE(pubrel->type, PacketType::Pubrel);
        QCOMPARE(pubrel->packetId, id);
    }
}

void TestOrdering::everyTopicIsOrdered_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QoS>("qos");
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        QTest::addRow("3.1.1, QoS %d", int(qos)) << ProtocolVersion::Mqtt311 << qos;
        QTest::addRow("5.0, QoS %d", int(qos)) << ProtocolVersion::Mqtt5 << qos;
    }
}

// MQTT-4.6.0-5, MQTT-4.6.0-6, MQTT3-4.6.0-5, MQTT3-4.6.0-6
void TestOrdering::everyTopicIsOrdered()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient exact = connectLasting(broker, "exact", version);
    exact.subscribe("a/b", QoS::ExactlyOnce);
    TestClient wild = broker.connect("wild", version);
    wild.subscribe("#", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    QByteArray stream; // many at once, so that a slow store has all of them before it
    PublishPacket packet;
    packet.qos = qos;
    for (quint16 i = 1; i <= 60; ++i) {
        packet.topic = i % 2 ? "a/b" : "other";
        packet.payload = QByteArray::number(i);
        packet.packetId = qos == QoS::AtMostOnce ? quint16(0) : i;
        stream += encodePacket(packet, version);
    }
    publisher.sendBytes(stream);
    QByteArrayList odd;
    for (int i = 1; i <= 60; i += 2)
        odd.append(QByteArray::number(i));
    QCOMPARE(payloadsOf(takeAndComplete(exact)), odd);
    QCOMPARE(payloadsOf(takeAndComplete(wild)), numbers(1, 60));
}

// MQTT-4.6.0-5: live, queued and resumed, with a small window.
void TestOrdering::orderHoldsOverABusyReceiver()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    BrokerOptions options;
    options.maximumInflight = 3;
    TestBroker broker = brokerOfRow(options);
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    std::vector<PublishPacket> got;
    QByteArrayList inOrder; // each where it came first
    const auto take = [&](bool completes) {
        for (const PublishPacket &each : completes ? takeAndComplete(client) : client.takePublishes()) {
            if (!inOrder.contains(each.payload))
                inOrder.append(each.payload);
        }
    };
    quint16 sent = 0;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 4; ++i) {
            ++sent;
            QVERIFY(publishCompletely(publisher, "a", QByteArray::number(sent), qos, sent));
        }
        take(round % 2);
        if (round % 2 == 0) {
            client.breakDown();
            ++sent;
            QVERIFY(publishCompletely(publisher, "a", QByteArray::number(sent), qos, sent));
            client = connectLasting(broker, "c", version);
        }
    }
    take(true);
    QCOMPARE(inOrder, numbers(1, sent));
}

// MQTT-4.6.0-5: of any given client.
void TestOrdering::orderHoldsForEachPublisher()
{
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient one = connectLasting(broker, "one");
    TestClient two = broker.connect("two", ProtocolVersion::Mqtt311);
    for (quint16 i = 1; i <= 20; ++i) {
        one.publish("a", "one" + QByteArray::number(i), QoS::ExactlyOnce, i);
        two.publish("a", "two" + QByteArray::number(i), QoS::ExactlyOnce, i);
    }
    QByteArrayList ones;
    QByteArrayList twos;
    for (const PublishPacket &each : takeAndComplete(client))
        (each.payload.startsWith("one") ? ones : twos).append(each.payload.mid(3));
    QCOMPARE(ones, numbers(1, 20));
    QCOMPARE(twos, numbers(1, 20));
}

QTEST_APPLESS_MAIN(TestOrdering)
#include "tst_ordering.moc"
