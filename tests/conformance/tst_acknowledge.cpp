#include "conformance/wire.h"

using namespace pigeon;
using namespace pigeon::test;

/// PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7).
class TestAcknowledge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addVersionRows(); }

    void badAcknowledgementClosesTheConnection_data();
    void badAcknowledgementClosesTheConnection();
    void reasonsOfTheClient_data();
    void reasonsOfTheClient();
    void reasonsOfTheServer_data();
    void reasonsOfTheServer();
    void answersOfAHandshake();
    void failureFinishesTheMessage_data();
    void failureFinishesTheMessage();
    void unknownIdsAreAnswered();
};

void TestAcknowledge::badAcknowledgementClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *notation, int reason) {
        QTest::newRow(name) << QByteArray(notation) << reason;
    };
    row("MQTT-3.6.1-1 MQTT3-3.6.1-1: flags 0", "60 (0001)", 0x81);
    row("MQTT-3.6.1-1 MQTT3-3.6.1-1: flags 1", "61 (0001)", 0x81);
    row("MQTT-3.6.1-1 MQTT3-3.6.1-1: flags 3", "63 (0001)", 0x81);
    row("MQTT-3.6.1-1 MQTT3-3.6.1-1: flags 6", "66 (0001)", 0x81);
    row("MQTT-3.6.1-1 MQTT3-3.6.1-1: flags A", "6A (0001)", 0x81);
    row("2.1.3: PUBACK flags", "42 (0001)", 0x81);
    row("2.1.3: PUBREC flags", "52 (0001)", 0x81);
    row("2.1.3: PUBCOMP flags", "72 (0001)", 0x81);
    row("3.4.2: no packet id", "40 (00)", 0x81);
    row("3.6.2: no packet id", "62 ()", 0x81);
}

void TestAcknowledge::badAcknowledgementClosesTheConnection()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.sendBytes(packetBytes(notation));
    QCOMPARE(standing(client), closedFor(version, reason));
}

void TestAcknowledge::reasonsOfTheClient_data()
{
    QTest::addColumn<PacketType>("type");
    QTest::addColumn<QByteArray>("allowed");
    QTest::newRow("MQTT-3.4.2-1: PUBACK") << PacketType::Puback << QByteArray::fromHex("001080838790919799");
    QTest::newRow("MQTT-3.5.2-1: PUBREC") << PacketType::Pubrec << QByteArray::fromHex("001080838790919799");
    QTest::newRow("MQTT-3.6.2-1: PUBREL") << PacketType::Pubrel << QByteArray::fromHex("0092");
    QTest::newRow("MQTT-3.7.2-1: PUBCOMP") << PacketType::Pubcomp << QByteArray::fromHex("0092");
}

/// Every byte there is: those of the packet's table are taken, all others are a protocol error. 0x10 is "sent only
/// by the Server" (3.4.2.1).
void TestAcknowledge::reasonsOfTheClient()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(PacketType, type);
    QFETCH(QByteArray, allowed);
    for (int reason = 0; version == ProtocolVersion::Mqtt5 && reason < 256; ++reason) {
        TestBroker broker;
        TestClient client = broker.connect("c");
        client.subscribe("a", QoS::ExactlyOnce);
        broker.publish("a", "1", type == PacketType::Puback ? QoS::AtLeastOnce : QoS::ExactlyOnce);
        const quint16 packetId = client.next<PublishPacket>()->packetId;
        if (type == PacketType::Pubcomp) {
            client.acknowledge(PacketType::Pubrec, packetId);
            QVERIFY(client.next<AcknowledgePacket>());
        }
        QByteArray bytes = packetBytes("00 03 0000 00");
        bytes[0] = static_cast<char>(static_cast<int>(type) << 4 | (type == PacketType::Pubrel ? 2 : 0));
        bytes[2] = static_cast<char>(packetId >> 8);
        bytes[3] = static_cast<char>(packetId);
        bytes[4] = static_cast<char>(reason);
        client.sendBytes(bytes);
        const bool isRight = allowed.contains(static_cast<char>(reason)) && reason != 0x10;
        client.next<AcknowledgePacket>(); // PUBREL or PUBCOMP in answer
        QCOMPARE(standing(client), isRight ? "open" : closedFor(version, 0x82));
    }
}

void TestAcknowledge::reasonsOfTheServer_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answer5");
    QTest::addColumn<QByteArray>("answer3");
    const auto row = [](const char *name, const char *sent, const char *answer5, const char *answer3) {
        QTest::newRow(name) << QByteArray(sent) << QByteArray(answer5) << QByteArray(answer3);
    };
    row("MQTT-3.4.2-1: somebody gets it", "32 ('a' 0102 ~ |x|)", "40 (0102)", "40 (0102)");
    row("MQTT-3.4.2-1: nobody gets it (row 59)", "32 ('b' 0102 ~ |x|)", "40 (0102 10)", "40 (0102)");
    row("MQTT-3.5.2-1: somebody gets it", "34 ('a' 0102 ~ |x|)", "50 (0102)", "50 (0102)");
    row("MQTT-3.5.2-1: nobody gets it (row 59)", "34 ('b' 0102 ~ |x|)", "50 (0102 10)", "50 (0102)");
    row("MQTT-3.6.2-1: of nothing we sent", "50 (0102)", "62 (0102 92)", "62 (0102)");
    row("MQTT-3.7.2-1: of nothing we got (row 38)", "62 (0102)", "70 (0102 92)", "70 (0102)");
}

/// The bytes themselves: 3.1.1 has no reason codes at all.
void TestAcknowledge::reasonsOfTheServer()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, answer5);
    QFETCH(QByteArray, answer3);
    TestBroker broker;
    TestClient other = broker.connect("other", version);
    other.subscribe("a");
    TestClient client = broker.connect("c", version);
    client.sendBytes(wireBytes(version, sent));
    QCOMPARE(client.takeBytes(), packetBytes(version == ProtocolVersion::Mqtt5 ? answer5 : answer3));
}

void TestAcknowledge::answersOfAHandshake() // MQTT-3.6.2-1 MQTT-3.7.2-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    broker.publish("a", "x", QoS::ExactlyOnce);
    const quint16 packetId = client.next<PublishPacket>()->packetId;
    client.acknowledge(PacketType::Pubrec, packetId);
    QByteArray pubrel = packetBytes("62 02 0000");
    pubrel[2] = static_cast<char>(packetId >> 8);
    pubrel[3] = static_cast<char>(packetId);
    QCOMPARE(client.takeBytes(), pubrel);
    client.acknowledge(PacketType::Pubcomp, packetId);
    client.publish("z", "x", QoS::ExactlyOnce, 9);
    client.takeBytes();
    client.acknowledge(PacketType::Pubrel, 9);
    QCOMPARE(client.takeBytes(), packetBytes("70 (0009)"));
}

void TestAcknowledge::failureFinishesTheMessage_data()
{
    QTest::addColumn<PacketType>("type");
    QTest::newRow("MQTT-3.4.2-1: PUBACK 0x80") << PacketType::Puback;
    QTest::newRow("MQTT-3.5.2-1: PUBREC 0x80") << PacketType::Pubrec;
}

/// No PUBREL follows, nothing is sent again, the window is free (MQTT-3.3.4-9).
void TestAcknowledge::failureFinishesTheMessage()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(PacketType, type);
    if (version != ProtocolVersion::Mqtt5)
        return; // has no reason codes
    TestBroker broker;
    ConnectPacket connect;
    connect.clientId = "c";
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = anHour;
    connect.properties.receiveMaximum = 1;
    TestClient client = broker.connect(connect);
    client.subscribe("a", QoS::ExactlyOnce);
    const QoS qos = type == PacketType::Puback ? QoS::AtLeastOnce : QoS::ExactlyOnce;
    broker.publish("a", "1", qos);
    broker.publish("a", "2", qos);
    const auto first = client.next<PublishPacket>();
    QVERIFY(first && client.hasNothing());
    client.acknowledge(type, first->packetId, ReasonCode::UnspecifiedError);
    const auto second = client.next<PublishPacket>();
    QVERIFY(second && client.hasNothing());
    QCOMPARE(second->payload, QByteArray("2"));
    client.breakDown();
    client = broker.connect(connect);
    QCOMPARE(payloadsOf(client.takePublishes()), std::vector<QByteArray>{"2"});
}

/// What an earlier life of the broker or of the client left is no error.
void TestAcknowledge::unknownIdsAreAnswered()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.acknowledge(PacketType::Puback, 7);
    client.acknowledge(PacketType::Pubcomp, 7);
    QVERIFY(client.hasNothing());
    client.acknowledge(PacketType::Pubrec, 7);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubrel);
    client.acknowledge(PacketType::Pubrel, 7);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubcomp);
    QCOMPARE(standing(client), QByteArray("open"));
}

QTEST_APPLESS_MAIN(TestAcknowledge)
#include "tst_acknowledge.moc"
