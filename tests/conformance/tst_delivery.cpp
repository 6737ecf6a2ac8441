#include "support/everystore.h"

#include <set>

using namespace pigeon;
using namespace pigeon::test;

/// Chapters 4.3 and 4.4: the delivery protocols of QoS 0, 1 and 2 with the broker at either end, and re-sending.
class TestDelivery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void qos0IsSentOnceWithoutDup_data() { addBothVersions(); }
    void qos0IsSentOnceWithoutDup();
    void newMessagesGetUnusedIdsWithoutDup_data() { addVersionsAndQoS(); }
    void newMessagesGetUnusedIdsWithoutDup();
    void unacknowledgedUntilAcknowledged_data() { addVersionsAndQoS(); }
    void unacknowledgedUntilAcknowledged();
    void pubackNamesTheIdAfterTakingOver_data() { addBothVersions(); }
    void pubackNamesTheIdAfterTakingOver();
    void afterPubackTheIdIsANewMessage_data() { addBothVersions(); }
    void afterPubackTheIdIsANewMessage();
    void pubrelFollowsPubrec_data() { addBothVersions(); }
    void pubrelFollowsPubrec();
    void pubrelIsUnacknowledgedUntilPubcomp_data() { addBothVersions(); }
    void pubrelIsUnacknowledgedUntilPubcomp();
    void sentMessagesDoNotExpire_data();
    void sentMessagesDoNotExpire();
    void receiverAnswersEachStep_data() { addBothVersions(); }
    void receiverAnswersEachStep();
    void afterARefusedPubrecTheIdIsANewMessage();
    void receiverContinuesThoughTheMessageExpired();
    void resendingHappensAtReconnectOnly_data() { addVersionsAndQoS(); }
    void resendingHappensAtReconnectOnly();
    void errorAcknowledgementsEndTheDelivery_data();
    void errorAcknowledgementsEndTheDelivery();
};

// MQTT-4.3.1-1, MQTT3-4.3.1-1: whatever the publisher sent it with.
void TestDelivery::qos0IsSentOnceWithoutDup()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = broker.connect("pub", version);
    PublishPacket packet;
    packet.topic = "a";
    publisher.publish(packet);
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 3;
    packet.duplicate = true;
    publisher.publish(packet);
    for (int i = 0; i < 2; ++i) {
        const auto got = client.next<PublishPacket>();
        QVERIFY(got);
        QCOMPARE(got->qos, QoS::AtMostOnce);
        QVERIFY(!got->duplicate);
    }
    QVERIFY(client.hasNothing());
}

// MQTT-4.3.2-1, MQTT-4.3.2-2, MQTT-4.3.3-1, MQTT-4.3.3-2, MQTT3-4.3.2-1, MQTT3-4.3.3-1
void TestDelivery::newMessagesGetUnusedIdsWithoutDup()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    std::set<quint16> used;
    for (int i = 0; i < 200; ++i) {
        PublishPacket packet;
        packet.topic = "a";
        packet.qos = qos;
        packet.packetId = 5; // always the same: each hop has ids of its own
        packet.duplicate = i % 2; // and a DUP of its own
        publisher.publish(packet);
        publisher.next<AcknowledgePacket>();
        if (qos == QoS::ExactlyOnce) {
            publisher.acknowledge(PacketType::Pubrel, 5);
            publisher.next<AcknowledgePacket>();
        }
        const auto got = client.next<PublishPacket>();
        QVERIFY(got);
        QCOMPARE(got->qos, qos);
        QVERIFY(!got->duplicate);
        QVERIFY(got->packetId != 0);
        QVERIFY(used.insert(got->packetId).second);
        if (i % 3 == 0) { // some are completed, their ids may come again
            used.erase(got->packetId);
            if (qos == QoS::AtLeastOnce) {
                client.acknowledge(PacketType::Puback, got->packetId);
            } else {
                client.acknowledge(PacketType::Pubrec, got->packetId);
                client.next<AcknowledgePacket>();
                client.acknowledge(PacketType::Pubcomp, got->packetId);
            }
        }
    }
}

// MQTT-4.3.2-3, MQTT-4.3.3-3, MQTT3-4.3.2-1, MQTT3-4.3.3-1
void TestDelivery::unacknowledgedUntilAcknowledged()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    QVERIFY(publishCompletely(publisher, "a", "x", qos, 1));
    const auto first = client.next<PublishPacket>();
    QVERIFY(first);
    client.breakDown();
    client = connectLasting(broker, "c", version);
    const auto again = client.next<PublishPacket>(); // MQTT-4.4.0-1, MQTT3-4.4.0-1: its original id
    QVERIFY(again);
    QCOMPARE(again->packetId, first->packetId);
    client.acknowledge(qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, again->packetId);
    client.takeBytes();
    client.breakDown();
    client = connectLasting(broker, "c", version);
    QVERIFY(client.takePublishes().empty());
}

// MQTT-4.3.2-4, MQTT3-4.3.2-2: it answers for the message from then on.
void TestDelivery::pubackNamesTheIdAfterTakingOver()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::AtLeastOnce);
    client.breakDown();
    TestClient publisher = broker.connect("pub", version);
    for (const quint16 packetId : {quint16(1), quint16(0x1234), quint16(0xFFFF)}) {
        publisher.publish("a", QByteArray::number(packetId), QoS::AtLeastOnce, packetId);
        const auto puback = publisher.next<AcknowledgePacket>();
        QVERIFY(puback);
        QCOMPARE(puback->type, PacketType::Puback);
        QCOMPARE(puback->packetId, packetId);
        QVERIFY(!isFailure(puback->reason));
    }
    if (broker.lateStore())
        broker.crash();
    client = connectLasting(broker, "c", version);
    QCOMPARE(client.takePublishes().size(), size_t(3));
}

// MQTT-4.3.2-5, MQTT3-4.3.2-2
void TestDelivery::afterPubackTheIdIsANewMessage()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = broker.connect("pub", version);
    PublishPacket packet;
    packet.topic = "a";
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 4;
    for (const bool duplicate : {false, true, false}) {
        packet.duplicate = duplicate;
        publisher.publish(packet);
        QCOMPARE(acknowledgementType(publisher), int(PacketType::Puback));
    }
    QCOMPARE(client.takePublishes().size(), size_t(3));
}

// MQTT-4.3.3-4, MQTT3-4.3.3-1
void TestDelivery::pubrelFollowsPubrec()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    for (quint16 i = 1; i <= 3; ++i)
        QVERIFY(publishCompletely(publisher, "a", QByteArray::number(i), QoS::ExactlyOnce, i));
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(3));
    for (const size_t i : {size_t(1), size_t(0), size_t(2)}) {
        client.acknowledge(PacketType::Pubrec, got[i].packetId);
        const auto pubrel = client.next<AcknowledgePacket>();
        QVERIFY(pubrel);
        QCOMPARE(pubrel->type, PacketType::Pubrel);
        QCOMPARE(pubrel->packetId, got[i].packetId);
        QCOMPARE(pubrel->reason, ReasonCode::Success);
    }
    QVERIFY(client.hasNothing());
}

// MQTT-4.3.3-5, MQTT-4.3.3-6, MQTT-4.4.0-1, MQTT3-4.3.3-1, MQTT3-4.4.0-1
void TestDelivery::pubrelIsUnacknowledgedUntilPubcomp()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    QVERIFY(publishCompletely(publisher, "a", "x", QoS::ExactlyOnce, 1));
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    client.takeBytes();
    client.breakDown();
    client = connectLasting(broker, "c", version);
    const auto pubrel = client.next<AcknowledgePacket>();
    QVERIFY(pubrel);
    QCOMPARE(pubrel->type, PacketType::Pubrel);
    QCOMPARE(pubrel->packetId, publish->packetId);
    QVERIFY(client.hasNothing()); // never the PUBLISH again
    client.acknowledge(PacketType::Pubrec, publish->packetId); // a client that missed the PUBREL
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
    client.acknowledge(PacketType::Pubcomp, publish->packetId);
    client.breakDown();
    client = connectLasting(broker, "c", version);
    QVERIFY(client.hasNothing());
}

void TestDelivery::sentMessagesDoNotExpire_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("MQTT-4.3.3-7: QoS 2") << QoS::ExactlyOnce;
}

void TestDelivery::sentMessagesDoNotExpire()
{
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    ConnectPacket connect = lastingConnect("c");
    connect.properties.receiveMaximum = 1;
    TestClient client = broker.connect(connect);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    PublishPacket packet;
    packet.topic = "a";
    packet.qos = qos;
    packet.properties.messageExpiryInterval = 10;
    for (quint16 i = 1; i <= 2; ++i) {
        packet.packetId = i;
        packet.payload = QByteArray::number(i);
        publisher.publish(packet);
    }
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"1"});
    client.breakDown();
    broker.advance(Seconds(20));
    client = broker.connect(connect);
    // What was sent is completed, what only waited has expired.
    QCOMPARE(payloadsOf(takeAndComplete(client)), QByteArrayList{"1"});
    QCOMPARE(broker.core().sessions().find("c")->outbox().inFlight(), size_t(0));
}

// MQTT-4.3.3-8, MQTT-4.3.3-10, MQTT-4.3.3-11, MQTT-4.3.3-12, MQTT3-4.3.3-2
void TestDelivery::receiverAnswersEachStep()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    PublishPacket packet;
    packet.topic = "a";
    packet.qos = QoS::ExactlyOnce;
    packet.packetId = 0xABCD;
    for (int message = 1; message <= 3; ++message) {
        packet.payload = QByteArray::number(message);
        for (int repeat = 0; repeat < 3; ++repeat) {
            packet.duplicate = repeat > 0;
            publisher.publish(packet);
            const auto pubrec = publisher.next<AcknowledgePacket>();
            QVERIFY(pubrec);
            QCOMPARE(pubrec->type, PacketType::Pubrec);
            QCOMPARE(pubrec->packetId, packet.packetId);
        }
        publisher.acknowledge(PacketType::Pubrel, packet.packetId);
        const auto pubcomp = publisher.next<AcknowledgePacket>();
        QVERIFY(pubcomp);
        QCOMPARE(pubcomp->type, PacketType::Pubcomp);
        QCOMPARE(pubcomp->packetId, packet.packetId);
    }
    QCOMPARE(payloadsOf(takeAndComplete(client)), (QByteArrayList{"1", "2", "3"}));
}

// MQTT-4.3.3-9; with a store that fails: tests/machine/tst_storefailing
void TestDelivery::afterARefusedPubrecTheIdIsANewMessage()
{
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c");
    client.subscribe("#", QoS::AtMostOnce);
    TestClient publisher = connectLasting(broker, "pub");
    publisher.publish("$SYS/forbidden", "1", QoS::ExactlyOnce, 4);
    const auto refused = publisher.next<AcknowledgePacket>();
    QVERIFY(refused);
    QCOMPARE(refused->type, PacketType::Pubrec);
    QVERIFY(isFailure(refused->reason));
    publisher.publish("a", "2", QoS::ExactlyOnce, 4);
    const auto pubrec = publisher.next<AcknowledgePacket>();
    QVERIFY(pubrec && !isFailure(pubrec->reason));
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"2"});
}

// MQTT-4.3.3-13
void TestDelivery::receiverContinuesThoughTheMessageExpired()
{
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient publisher = connectLasting(broker, "pub");
    PublishPacket packet;
    packet.topic = "a";
    packet.qos = QoS::ExactlyOnce;
    packet.packetId = 4;
    packet.properties.messageExpiryInterval = 1;
    publisher.publish(packet);
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    broker.advance(Seconds(5));
    publisher.publish(packet);
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    publisher.acknowledge(PacketType::Pubrel, 4);
    const auto pubcomp = publisher.next<AcknowledgePacket>();
    QVERIFY(pubcomp);
    QCOMPARE(pubcomp->type, PacketType::Pubcomp);
    QCOMPARE(pubcomp->reason, ReasonCode::Success);
    client = connectLasting(broker, "c");
    QVERIFY(client.hasNothing()); // it has expired indeed
}

// MQTT-4.4.0-1, MQTT3-4.4.0-1
void TestDelivery::resendingHappensAtReconnectOnly()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    QVERIFY(publishCompletely(publisher, "a", "1", qos, 1));
    QCOMPARE(client.takePublishes().size(), size_t(1));
    broker.advance(std::chrono::hours(1));
    QVERIFY(client.hasNothing());
    QVERIFY(publishCompletely(publisher, "a", "2", qos, 2)); // nor does a later message bring it again
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"2"});
    client.subscribe("a", QoS::ExactlyOnce, 9); // nor does subscribing
    QVERIFY(client.hasNothing());
    client.breakDown();
    client = connectLasting(broker, "c", version);
    const std::vector<PublishPacket> again = client.takePublishes();
    QCOMPARE(payloadsOf(again), (QByteArrayList{"1", "2"}));
    QVERIFY(again[0].duplicate && again[1].duplicate);
}

void TestDelivery::errorAcknowledgementsEndTheDelivery_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<ReasonCode>("reason");
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        for (const ReasonCode reason : {ReasonCode::UnspecifiedError, ReasonCode::NotAuthorized, ReasonCode::QuotaExceeded})
            QTest::addRow("MQTT-4.4.0-2: QoS %d, 0x%02X", int(qos), unsigned(reason)) << qos << reason;
    }
}

void TestDelivery::errorAcknowledgementsEndTheDelivery()
{
    QFETCH(QoS, qos);
    QFETCH(ReasonCode, reason);
    TestBroker broker = brokerOfRow();
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "x", qos, 1));
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    client.acknowledge(
        qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, publish->packetId, reason);
    QVERIFY(client.hasNothing()); // no PUBREL for it
    client.breakDown();
    client = connectLasting(broker, "c");
    QVERIFY(client.hasNothing());
    QCOMPARE(broker.core().sessions().find("c")->outbox().inFlight(), size_t(0));
}

QTEST_APPLESS_MAIN(TestDelivery)
#include "tst_delivery.moc"
