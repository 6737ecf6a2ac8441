#include "conformance/wire.h"

#include "protocol/encoder.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Nobody may publish below "secret/".
class NoSecrets final : public Policy
{
public:
    ReasonCode mayPublish(const Origin &, QByteArrayView topic) override
    {
        return topic.startsWith("secret/") ? ReasonCode::NotAuthorized : ReasonCode::Success;
    }
};

PublishPacket publishOf(const QByteArray &topic, QoS qos, quint16 packetId, bool duplicate = false)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = "x";
    packet.qos = qos;
    packet.packetId = packetId;
    packet.duplicate = duplicate;
    return packet;
}

} // namespace

/// PUBLISH (3.3) as far as both versions have it: flags, topic, answers, what happens when a client breaks a rule.
class TestPublish : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addVersionRows(); }

    void redeliveryHasDup();
    void dupOfThePublisherIsNotForwarded_data();
    void dupOfThePublisherIsNotForwarded();
    void firstSendingAfterAbsenceHasNoDup();
    void badPublishClosesTheConnection_data();
    void badPublishClosesTheConnection();
    void topicIsForwardedByteForByte();
    void answerFollowsTheQoS_data();
    void answerFollowsTheQoS();
    void packetIdIsReusableAfterPubcomp();
    void unknownPubrelIsAnswered();
    void unauthorizedPublish_data();
    void unauthorizedPublish();
    void sysTopicsAreTheBrokers();
    void topicLevelsAreBounded();
    void ownSubscriptionGetsIt();
    void orderOfOnePublisher_data();
    void orderOfOnePublisher();
    void payloadIsUntouched_data();
    void payloadIsUntouched();
    void tooLargeIsRefusedAtItsHeader();
    void inboundWindow();
    void refusedQoS2IsNotInTheWindow();
};

void TestPublish::redeliveryHasDup() // MQTT-3.3.1-1 MQTT3-3.3.1-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient subscriber = connectDurable(broker, "sub", version);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a", "one", QoS::AtLeastOnce, 1);
    publisher.publish("a", "two", QoS::ExactlyOnce, 2);
    const std::vector<PublishPacket> first = subscriber.takePublishes();
    QCOMPARE(first.size(), size_t(2));
    QVERIFY(!first[0].duplicate && !first[1].duplicate);
    subscriber.breakDown();
    subscriber = connectDurable(broker, "sub", version);
    const std::vector<PublishPacket> second = subscriber.takePublishes();
    QCOMPARE(payloadsOf(second), payloadsOf(first));
    QVERIFY(second[0].duplicate && second[1].duplicate);
}

void TestPublish::dupOfThePublisherIsNotForwarded_data()
{
    QTest::addColumn<QoS>("granted");
    QTest::newRow("to QoS 0: MQTT-3.3.1-2 MQTT3-3.3.1-2") << QoS::AtMostOnce;
    QTest::newRow("to QoS 1: MQTT-3.3.1-3 MQTT3-3.3.1-3") << QoS::AtLeastOnce;
    QTest::newRow("to QoS 2: MQTT-3.3.1-3 MQTT3-3.3.1-3") << QoS::ExactlyOnce;
}

void TestPublish::dupOfThePublisherIsNotForwarded()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, granted);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("a", granted);
    TestClient publisher = broker.connect("pub", version);
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 1, true));
    const auto got = subscriber.next<PublishPacket>();
    QVERIFY(got);
    QCOMPARE(got->qos, granted);
    QVERIFY(!got->duplicate);
}

/// What waited in the queue and was never sent is no repeat.
void TestPublish::firstSendingAfterAbsenceHasNoDup() // MQTT-3.3.1-3 MQTT3-3.3.1-3
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient subscriber = connectDurable(broker, "sub", version);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    subscriber.breakDown();
    TestClient publisher = broker.connect("pub", version);
    publisher.publish(publishOf("a", QoS::AtLeastOnce, 1, true));
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 2, true));
    subscriber = connectDurable(broker, "sub", version);
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    QVERIFY(!got[0].duplicate && !got[1].duplicate);
}

void TestPublish::badPublishClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason"); // of 5.0
    const auto row = [](const char *name, const char *notation, int reason) {
        QTest::newRow(name) << QByteArray(notation) << reason;
    };
    row("MQTT-3.3.1-4 MQTT3-3.3.1-4: QoS 3 (row 42)", "36 ('a' 0001 ~ |x|)", 0x81);
    row("MQTT-3.3.1-4 MQTT3-3.3.1-4: QoS 3 with DUP and RETAIN", "3F ('a' 0001 ~ |x|)", 0x81);
    row("MQTT-3.3.1-2 MQTT3-3.3.1-2: QoS 0 with DUP (row 41)", "38 ('a' ~ |x|)", 0x81);
    row("MQTT-3.3.2-1 MQTT3-3.3.2-1: no topic name", "30 (00)", 0x81);
    row("MQTT-3.3.2-1 MQTT3-3.3.2-1: topic cut off", "30 (0005 |ab|)", 0x81);
    row("MQTT-3.3.2-1 MQTT3-3.3.2-1: overlong UTF-8 (row 40)", "30 (0003 |a| C0AF ~ |x|)", 0x81);
    row("MQTT-3.3.2-1 MQTT3-3.3.2-1: a surrogate (row 40)", "30 (0003 EDA080 ~ |x|)", 0x81);
    row("MQTT-3.3.2-1 MQTT3-3.3.2-1: U+0000 (row 40)", "30 (0003 |a| 00 |b| ~ |x|)", 0x81);
    row("MQTT-3.3.2-2 MQTT3-3.3.2-2: + as a level (row 39)", "30 ('a/+' ~ |x|)", 0x90);
    row("MQTT-3.3.2-2 MQTT3-3.3.2-2: + inside of a level (row 39)", "30 ('a+b' ~ |x|)", 0x90);
    row("MQTT-3.3.2-2 MQTT3-3.3.2-2: # (row 39)", "30 ('#' ~ |x|)", 0x90);
    row("MQTT-3.3.2-2 MQTT3-3.3.2-2: # of QoS 1 (row 39)", "32 ('a/#' 0001 ~ |x|)", 0x90);
    row("4.7.3: empty topic (row 39)", "30 ('' ~ |x|)", 0x82);
    row("2.2.1: packet id 0 (row 41)", "32 ('a' 0000 ~ |x|)", 0x82);
    row("2.2.1: no packet id", "32 ('a')", 0x81);
}

void TestPublish::badPublishClosesTheConnection()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("#", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    publisher.sendBytes(wireBytes(version, notation));
    QCOMPARE(standing(publisher), closedFor(version, reason));
    QVERIFY(subscriber.hasNothing());
}

void TestPublish::topicIsForwardedByteForByte() // MQTT-3.3.2-3 MQTT3-3.3.2-3
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("A/+/#", QoS::AtLeastOnce);
    TestClient publisher = broker.connect("pub", version);
    const QByteArrayList matching{"A/b", "A/B", "A//", "A/ b/c", "A/\xEF\xBB\xBF", "A/\xF0\x9F\x95\x8A/x"};
    for (const QByteArray &topic : matching)
        publisher.publish(topic, topic);
    for (const QByteArray &topic : {QByteArray("a/b"), QByteArray("A"), QByteArray("/A/b"), QByteArray("Ab/c")})
        publisher.publish(topic, topic);
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(static_cast<qsizetype>(got.size()), matching.size());
    for (size_t i = 0; i < got.size(); ++i) {
        QCOMPARE(got[i].topic, matching[static_cast<qsizetype>(i)]);
        QCOMPARE(got[i].payload, got[i].topic);
    }
}

void TestPublish::answerFollowsTheQoS_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<PacketType>("answer");
    QTest::newRow("QoS 0 (row 35)") << QoS::AtMostOnce << PacketType::Connect;
    QTest::newRow("QoS 1 (row 36)") << QoS::AtLeastOnce << PacketType::Puback;
    QTest::newRow("QoS 2 (row 37)") << QoS::ExactlyOnce << PacketType::Pubrec;
}

void TestPublish::answerFollowsTheQoS() // MQTT-3.3.4-1 MQTT3-3.3.4-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, qos);
    QFETCH(PacketType, answer);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("a");
    TestClient publisher = broker.connect("pub", version);
    const quint16 packetId = qos == QoS::AtMostOnce ? 0 : 0xBEEF;
    publisher.publish(publishOf("a", qos, packetId));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    if (qos != QoS::AtMostOnce) {
        const auto got = publisher.next<AcknowledgePacket>();
        QVERIFY(got);
        QCOMPARE(got->type, answer);
        QCOMPARE(got->packetId, packetId); // MQTT-2.2.1-5
        QCOMPARE(got->reason, ReasonCode::Success);
    }
    QVERIFY(publisher.hasNothing());
}

void TestPublish::packetIdIsReusableAfterPubcomp() // row 37, MQTT-3.3.4-1 MQTT3-3.3.4-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("a");
    TestClient publisher = broker.connect("pub", version);
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 1));
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 1, true));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1)); // the same message, both times answered
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    publisher.acknowledge(PacketType::Pubrel, 1);
    QCOMPARE(publisher.next<AcknowledgePacket>()->type, PacketType::Pubcomp);
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 1));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
}

void TestPublish::unknownPubrelIsAnswered() // row 38
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient publisher = broker.connect("pub", version);
    publisher.acknowledge(PacketType::Pubrel, 77);
    const auto pubcomp = publisher.next<AcknowledgePacket>();
    QVERIFY(pubcomp);
    QCOMPARE(pubcomp->type, PacketType::Pubcomp);
    QCOMPARE(pubcomp->packetId, quint16(77));
    const bool saysWhy = version == ProtocolVersion::Mqtt5;
    QCOMPARE(pubcomp->reason, saysWhy ? ReasonCode::PacketIdentifierNotFound : ReasonCode::Success);
}

void TestPublish::unauthorizedPublish_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

/// 3.1.1 has no words for a refusal: the connection is closed without an acknowledgement (row 45).
void TestPublish::unauthorizedPublish() // MQTT3-3.3.5-2 MQTT-3.4.2-1 MQTT-3.5.2-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, qos);
    NoSecrets policy;
    TestBroker broker({}, {}, &policy);
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("#", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    PublishPacket packet = publishOf("secret/a", qos, qos == QoS::AtMostOnce ? 0 : 5);
    packet.retain = true;
    publisher.publish(packet);
    QVERIFY(subscriber.hasNothing());
    if (version != ProtocolVersion::Mqtt5) {
        QCOMPARE(standing(publisher), QByteArray("closed"));
    } else {
        if (qos != QoS::AtMostOnce) {
            const auto answer = publisher.next<AcknowledgePacket>();
            QVERIFY(answer);
            QCOMPARE(answer->type, qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec);
            QCOMPARE(answer->reason, ReasonCode::NotAuthorized);
            QCOMPARE(answer->packetId, quint16(5));
        }
        QCOMPARE(standing(publisher), QByteArray("open"));
    }
    QCOMPARE(retainedIn(broker, "#"), std::vector<QByteArray>());
}

void TestPublish::sysTopicsAreTheBrokers() // row 44
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("$SYS/#", QoS::AtLeastOnce);
    TestClient publisher = broker.connect("pub", version);
    publisher.publish(publishOf("$SYS/broker/version", QoS::AtLeastOnce, 1));
    QVERIFY(subscriber.hasNothing());
    if (version == ProtocolVersion::Mqtt5)
        QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::NotAuthorized);
    else
        QCOMPARE(standing(publisher), QByteArray("closed"));
    broker.publish("$SYS/broker/version", "own"); // row 48: the broker itself may
    QCOMPARE(payloadsOf(subscriber.takePublishes()), std::vector<QByteArray>{"own"});
}

void TestPublish::topicLevelsAreBounded() // row 43
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumTopicLevels = 3;
    TestBroker broker(options);
    TestClient publisher = broker.connect("pub", version);
    publisher.publish(publishOf("a/b/c", QoS::AtLeastOnce, 1));
    QVERIFY(publisher.next<AcknowledgePacket>());
    publisher.publish(publishOf("a/b/c/", QoS::AtLeastOnce, 2));
    QCOMPARE(standing(publisher), closedFor(version, 0x90));
}

void TestPublish::ownSubscriptionGetsIt() // row 47
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("both", version);
    client.subscribe("a", QoS::AtMostOnce);
    client.publish("a", "mine");
    QCOMPARE(payloadsOf(client.takePublishes()), std::vector<QByteArray>{"mine"});
}

void TestPublish::orderOfOnePublisher_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

void TestPublish::orderOfOnePublisher() // row 53
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker({}, StoreMode::OutOfTurn);
    TestClient subscriber = connectDurable(broker, "sub", version);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub", version);
    QByteArray stream;
    std::vector<QByteArray> sent;
    for (quint16 i = 1; i <= 30; ++i) {
        PublishPacket packet = publishOf("a", qos, qos == QoS::AtMostOnce ? quint16(0) : i);
        packet.payload = QByteArray::number(i);
        sent.push_back(packet.payload);
        stream += encodePacket(packet, version);
    }
    publisher.sendBytes(stream);
    QCOMPARE(payloadsOf(subscriber.takePublishes()), sent);
}

void TestPublish::payloadIsUntouched_data()
{
    QTest::addColumn<QByteArray>("payload");
    QByteArray allBytes;
    for (int i = 0; i < 256; ++i)
        allBytes += static_cast<char>(i);
    QTest::newRow("empty (row 55)") << QByteArray();
    QTest::newRow("every byte (row 55)") << allBytes;
    QTest::newRow("not UTF-8 (row 55)") << QByteArray("\xC0\x80\xFF");
    QTest::newRow("just inline") << QByteArray(4 * 1024, 'i');
    QTest::newRow("just shared") << QByteArray(16 * 1024, 's');
    QTest::newRow("5 MB (row 54)") << allBytes.repeated(5 * 4096);
}

void TestPublish::payloadIsUntouched()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, payload);
    TestBroker broker;
    TestClient live = broker.connect("live", version);
    live.subscribe("a", QoS::AtMostOnce);
    TestClient queued = connectDurable(broker, "queued", version);
    queued.subscribe("a", QoS::AtLeastOnce);
    queued.breakDown();
    broker.connect("pub", version).publish("a", payload, QoS::AtLeastOnce, 1);
    QCOMPARE(payloadsOf(live.takePublishes()), std::vector<QByteArray>{payload});
    queued = connectDurable(broker, "queued", version);
    QCOMPARE(payloadsOf(queued.takePublishes()), std::vector<QByteArray>{payload});
}

/// Said once, before the body has come (row 54).
void TestPublish::tooLargeIsRefusedAtItsHeader()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumPacketBytes = 1'024;
    TestBroker broker(options);
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("a");
    TestClient publisher = broker.connect("pub", version);
    const qsizetype headBytes = version == ProtocolVersion::Mqtt5 ? 7 : 6; // first byte, length of 2, topic, properties
    publisher.publish("a", QByteArray(1'024 - headBytes, 'x'));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1)); // at the bound
    publisher.sendBytes(QByteArray::fromHex("30FE07")); // 1 025 bytes in all
    QCOMPARE(standing(publisher), closedFor(version, 0x95));
    publisher.sendBytes(QByteArray(1'022, 'x'));
    QVERIFY(publisher.hasNothing());
}

/// A repeat of an id is no further message (row 51); the window is free again after the PUBCOMP.
void TestPublish::inboundWindow() // MQTT-3.3.4-7
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumInboundInflight = 2;
    TestBroker broker(options);
    TestClient subscriber = broker.connect("sub", version);
    subscriber.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = broker.connect("pub", version);
    for (const quint16 packetId : {quint16(1), quint16(2), quint16(1), quint16(2)})
        publisher.publish(publishOf("a", QoS::ExactlyOnce, packetId));
    QCOMPARE(subscriber.takePublishes().size(), size_t(2));
    publisher.acknowledge(PacketType::Pubrel, 1);
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 3));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
    publisher.takeBytes();
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 4));
    QCOMPARE(standing(publisher), closedFor(version, 0x93));
    QVERIFY(subscriber.hasNothing());
}

/// A PUBREC of 0x80 or more ends its message: it does not count any more.
void TestPublish::refusedQoS2IsNotInTheWindow() // MQTT-3.3.4-7
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    if (version != ProtocolVersion::Mqtt5)
        return; // 3.1.1 closes instead: unauthorizedPublish
    NoSecrets policy;
    BrokerOptions options;
    options.maximumInboundInflight = 1;
    TestBroker broker(options, {}, &policy);
    TestClient publisher = broker.connect("pub");
    publisher.publish(publishOf("secret/a", QoS::ExactlyOnce, 1));
    publisher.publish(publishOf("secret/a", QoS::ExactlyOnce, 2));
    publisher.publish(publishOf("a", QoS::ExactlyOnce, 1));
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::NotAuthorized);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::NotAuthorized);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::NoMatchingSubscribers);
    QCOMPARE(standing(publisher), QByteArray("open"));
}

QTEST_APPLESS_MAIN(TestPublish)
#include "tst_publish.moc"
