#include "conformance/connecting.h"

#include <QtEndian>

#include <set>

using namespace pigeon;
using namespace pigeon::test;

/// Chapters 1 and 2: text, integers, flags of the fixed header, packet identifiers, property lengths.
class DataFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badTextClosesTheConnection_data();
    void badTextClosesTheConnection();
    void byteOrderMarkIsACharacter_data() { addVersionRows(); }
    void byteOrderMarkIsACharacter();
    void byteOrderMarkTellsClientIdsApart_data() { addVersionRows(); }
    void byteOrderMarkTellsClientIdsApart();
    void overlongIntegerClosesTheConnection_data();
    void overlongIntegerClosesTheConnection();
    void sentIntegersAreShortest_data();
    void sentIntegersAreShortest();
    void bothStringsOfAPairAreText_data();
    void bothStringsOfAPairAreText();
    void wrongFlagsCloseTheConnection_data();
    void wrongFlagsCloseTheConnection();
    void sentFlagsAreAsListed_data() { addVersionRows(); }
    void sentFlagsAreAsListed();
    void qos0CarriesNoIdentifier_data() { addVersionRows(); }
    void qos0CarriesNoIdentifier();
    void identifierZeroClosesTheConnection_data();
    void identifierZeroClosesTheConnection();
    void sentIdentifiersAreUnused_data() { addVersionRows(); }
    void sentIdentifiersAreUnused();
    void answersCarryTheIdentifierOfTheRequest_data();
    void answersCarryTheIdentifierOfTheRequest();
    void repeatedPublishKeepsItsIdentifier_data() { addVersionRows(); }
    void repeatedPublishKeepsItsIdentifier();
    void noPropertiesIsALengthOfZero();
    void missingPropertyLengthClosesTheConnection_data();
    void missingPropertyLengthClosesTheConnection();
};

namespace {

QByteArray notationOf(QByteArrayView bytes) { return bytes.toByteArray().toHex(); }

} // namespace

void DataFormat::badTextClosesTheConnection_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("text");
    const std::pair<const char *, QByteArray> faults[] = {
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 high surrogate", "EDA080"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 low surrogate", "EDBFBF"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 pair of surrogates", "EDA081EDB080"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 overlong slash", "C0AF"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 overlong in three bytes", "E0809F"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 beyond U+10FFFF", "F4908080"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 cut character", "61C3"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 continuation alone", "6180"},
        {"MQTT-1.5.4-1 MQTT3-1.5.3-1 byte FF", "FF"},
        {"MQTT-1.5.4-2 MQTT3-1.5.3-2 U+0000", "610062"},
        {"MQTT-1.5.4-2 MQTT3-1.5.3-2 U+0000 alone", "00"},
        {"MQTT-1.5.4-2 MQTT3-1.5.3-2 overlong U+0000", "C080"},
    };
    for (const auto &[name, text] : faults) {
        QTest::addRow("%s, 3.1.1", name) << mqtt311 << text;
        QTest::addRow("%s, 5.0", name) << mqtt5 << text;
    }
}

void DataFormat::badTextClosesTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, text);
    const QByteArray length = QByteArray::number(text.size() / 2, 16).rightJustified(4, '0');
    const QByteArray none = version == mqtt5 ? "()" : "";
    TestBroker broker;
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("#");
    for (const QByteArray &notation : {
             "30 (" + length + text + none + " |x|)", // a topic name
             "82 (0001" + none + length + text + " 00)", // a topic filter
             "A2 (0001" + none + length + text + ")",
         }) {
        TestClient client = broker.connect("c", version);
        client.sendBytes(packetBytes(notation));
        QCOMPARE(standing(client), closedFor(version, 0x81));
        QVERIFY(watcher.hasNothing());
    }
}

void DataFormat::byteOrderMarkIsACharacter() // MQTT-1.5.4-3 MQTT3-1.5.3-3
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient plain = broker.connect("plain", version);
    plain.subscribe("a/b");
    TestClient marked = broker.connect("marked", version);
    marked.subscribe("\xEF\xBB\xBF"
                     "a/\xEF\xBB\xBF"
                     "b");
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("\xEF\xBB\xBF"
                      "a/\xEF\xBB\xBF"
                      "b",
        "x");
    QVERIFY(plain.hasNothing());
    const auto publish = marked.next<PublishPacket>();
    QVERIFY(publish);
    QCOMPARE(publish->topic.toHex(), QByteArray("efbbbf612fefbbbf62"));
    publisher.publish("a/b", "x");
    QVERIFY(plain.next<PublishPacket>());
    QVERIFY(marked.hasNothing());
}

void DataFormat::byteOrderMarkTellsClientIdsApart() // MQTT-1.5.4-3 MQTT3-1.5.3-3
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient plain = broker.connect("c", version);
    TestClient marked = broker.connect("\xEF\xBB\xBF"
                                       "c",
        version);
    QVERIFY(!plain.isClosed());
    QVERIFY(!marked.isClosed());
}

void DataFormat::overlongIntegerClosesTheConnection_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("notation");
    QTest::newRow("MQTT-1.5.5-1 remaining length 0 in two bytes") << mqtt5 << QByteArray("C0 8000");
    QTest::newRow("MQTT-1.5.5-1 remaining length 2 in four bytes") << mqtt5 << QByteArray("40 82808000 0001");
    QTest::newRow("MQTT-1.5.5-1 property length") << mqtt5 << QByteArray("30 ('t' 8000 |x|)");
    QTest::newRow("MQTT-1.5.5-1 property identifier") << mqtt5 << QByteArray("30 ('t' (8100 00) |x|)");
    QTest::newRow("MQTT-1.5.5-1 subscription identifier") << mqtt5 << QByteArray("82 (0001 (0B 8100) 't' 00)");
    QTest::newRow("1.5.5 remaining length of five bytes") << mqtt5 << QByteArray("30 FFFFFFFF01");
    QTest::newRow("2.2.3 of 3.1.1: remaining length of five bytes") << mqtt311 << QByteArray("30 FFFFFFFF01");
}

void DataFormat::overlongIntegerClosesTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.sendBytes(packetBytes(notation));
    QCOMPARE(standing(client), closedFor(version, 0x81));
}

void DataFormat::sentIntegersAreShortest_data()
{
    QTest::addColumn<int>("bytes");
    for (const int bytes : {1, 90, 110, 120, 127, 128, 200, 16'250, 16'360, 16'383, 16'384, 20'000, 65'535})
        QTest::addRow("MQTT-1.5.5-1 around a value of %d bytes", bytes) << bytes;
}

void DataFormat::sentIntegersAreShortest()
{
    QFETCH(int, bytes);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("t");
    TestClient publisher = broker.connect("pub");
    // The notation shares no code with the broker and writes each length as short as can be.
    for (int value = std::max(0, bytes - 12); value <= bytes; ++value) {
        const QByteArray packet = packetBytes("30 ('t' (26 'k' '" + QByteArray(value, 'v') + "') |x|)");
        publisher.sendBytes(packet);
        QCOMPARE(subscriber.takeBytes(), packet);
    }
}

void DataFormat::bothStringsOfAPairAreText_data()
{
    QTest::addColumn<QByteArray>("pair");
    QTest::newRow("MQTT-1.5.7-1 name not UTF-8") << QByteArray("0001 FF 'v'");
    QTest::newRow("MQTT-1.5.7-1 value not UTF-8") << QByteArray("'k' 0001 FF");
    QTest::newRow("MQTT-1.5.7-1 name with a surrogate") << QByteArray("0003 EDA080 'v'");
    QTest::newRow("MQTT-1.5.7-1 value with a surrogate") << QByteArray("'k' 0003 EDA080");
    QTest::newRow("MQTT-1.5.7-1 name with U+0000") << QByteArray("0001 00 'v'");
    QTest::newRow("MQTT-1.5.7-1 value with U+0000") << QByteArray("'k' 0001 00");
}

void DataFormat::bothStringsOfAPairAreText()
{
    QFETCH(QByteArray, pair);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("t");
    TestClient client = broker.connect("c");
    client.sendBytes(packetBytes("30 ('t' (26 " + pair + ") |x|)"));
    QCOMPARE(standing(client), closedFor(mqtt5, 0x81));
    QVERIFY(subscriber.hasNothing());
}

void DataFormat::wrongFlagsCloseTheConnection_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<int>("firstByte");
    QTest::addColumn<QByteArray>("body");
    const struct { const char *name; int firstByte; const char *body3; const char *body5; } packets[] = {
        {"PUBACK", 0x40, "(0001)", "(0001)"},
        {"PUBREC", 0x50, "(0001)", "(0001)"},
        {"PUBREL", 0x62, "(0001)", "(0001)"},
        {"PUBCOMP", 0x70, "(0001)", "(0001)"},
        {"SUBSCRIBE", 0x82, "(0001 't' 00)", "(0001 () 't' 00)"},
        {"UNSUBSCRIBE", 0xA2, "(0001 't')", "(0001 () 't')"},
        {"PINGREQ", 0xC0, "()", "()"},
        {"DISCONNECT", 0xE0, "()", "()"},
        {"AUTH", 0xF0, nullptr, "(19 (15 'm'))"},
    };
    for (const auto &packet : packets) {
        for (int flags = 0; flags < 16; ++flags) {
            const int firstByte = (packet.firstByte & 0xF0) | flags;
            if (firstByte == packet.firstByte)
                continue;
            if (packet.body3)
                QTest::addRow("MQTT3-2.2.2-1 MQTT3-2.2.2-2 %s flags %x", packet.name, flags)
                    << mqtt311 << firstByte << QByteArray(packet.body3);
            QTest::addRow("MQTT-2.1.3-1 %s flags %x", packet.name, flags)
                << mqtt5 << firstByte << QByteArray(packet.body5);
        }
    }
    for (const int firstByte : {0x36, 0x37, 0x3E, 0x3F}) { // QoS 3
        QTest::addRow("MQTT3-2.2.2-2 PUBLISH %x", firstByte) << mqtt311 << firstByte << QByteArray("('t' 0001 |x|)");
        QTest::addRow("MQTT-2.1.3-1 PUBLISH %x", firstByte) << mqtt5 << firstByte << QByteArray("('t' 0001 () |x|)");
    }
}

void DataFormat::wrongFlagsCloseTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, firstByte);
    QFETCH(QByteArray, body);
    TestBroker broker;
    ConnectPacket connect = connectPacket("c", version);
    connect.will = willOf("will");
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("will");
    TestClient client = broker.connect(connect);
    client.sendBytes(packetBytes(QByteArray::number(firstByte, 16) + body));
    QCOMPARE(standing(client), closedFor(version, 0x81));
    QVERIFY(watcher.next<PublishPacket>()); // a DISCONNECT with wrong flags is none either
}

void DataFormat::sentFlagsAreAsListed() // MQTT-2.1.3-1 MQTT3-2.2.2-1
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = dial(broker, connectPacket("c", version));
    const auto firstByte = [&client] { return static_cast<quint8>(client.takeBytes().at(0)); };
    const auto say = [&client, &firstByte](const char *notation) {
        client.sendBytes(packetBytes(notation));
        return firstByte();
    };
    const bool is5 = version == mqtt5;
    QCOMPARE(firstByte(), quint8(0x20));
    QCOMPARE(say(is5 ? "82 (0001 () 'none' 00)" : "82 (0001 'none' 00)"), quint8(0x90));
    QCOMPARE(say(is5 ? "A2 (0001 () 'none')" : "A2 (0001 'none')"), quint8(0xB0));
    QCOMPARE(say("C0 ()"), quint8(0xD0));
    QCOMPARE(say(is5 ? "32 ('x' 0001 () |x|)" : "32 ('x' 0001 |x|)"), quint8(0x40));
    QCOMPARE(say(is5 ? "34 ('x' 0001 () |x|)" : "34 ('x' 0001 |x|)"), quint8(0x50));
    QCOMPARE(say("62 (0001)"), quint8(0x70));
    QCOMPARE(say(is5 ? "82 (0001 () 't' 02)" : "82 (0001 't' 02)"), quint8(0x90));
    broker.publish("t", "x", QoS::ExactlyOnce);
    QCOMPARE(firstByte(), quint8(0x34));
    QCOMPARE(say("50 (0001)"), quint8(0x62));
    if (is5)
        QCOMPARE(say("00 ()"), quint8(0xE0));
}

void DataFormat::qos0CarriesNoIdentifier() // MQTT-2.2.1-2 MQTT3-2.3.1-5
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.subscribe("t", QoS::ExactlyOnce);
    // What follows the topic is the payload, though it could be taken for an identifier.
    const QByteArray packet = packetBytes(version == mqtt5 ? "30 ('t' () 0007 |x|)" : "30 ('t' 0007 |x|)");
    client.sendBytes(packet);
    QCOMPARE(notationOf(client.takeBytes()), notationOf(packet));
}

void DataFormat::identifierZeroClosesTheConnection_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("notation");
    const struct { const char *name; const char *notation3; const char *notation5; } packets[] = {
        {"SUBSCRIBE", "82 (0000 't' 00)", "82 (0000 () 't' 00)"},
        {"UNSUBSCRIBE", "A2 (0000 't')", "A2 (0000 () 't')"},
        {"PUBLISH QoS 1", "32 ('t' 0000 |x|)", "32 ('t' 0000 () |x|)"},
        {"PUBLISH QoS 2", "34 ('t' 0000 |x|)", "34 ('t' 0000 () |x|)"},
    };
    for (const auto &packet : packets) {
        QTest::addRow("MQTT3-2.3.1-1 %s", packet.name) << mqtt311 << QByteArray(packet.notation3);
        QTest::addRow("MQTT-2.2.1-3 %s", packet.name) << mqtt5 << QByteArray(packet.notation5);
    }
}

void DataFormat::identifierZeroClosesTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    TestBroker broker;
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe("t");
    TestClient client = broker.connect("c", version);
    client.sendBytes(packetBytes(notation));
    if (version == mqtt5)
        QVERIFY(isFailure(client.next<DisconnectPacket>().value().reason));
    QVERIFY(client.isClosed());
    QVERIFY(client.hasNothing());
    QVERIFY(subscriber.hasNothing());
}

void DataFormat::sentIdentifiersAreUnused() // MQTT-2.2.1-4 MQTT3-2.3.1-4
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect(lastingConnect("c", version));
    client.subscribe("t", QoS::ExactlyOnce);
    broker.publish("t", "first", QoS::AtLeastOnce);
    broker.publish("t", "second", QoS::ExactlyOnce);
    std::set<quint16> used;
    for (const PublishPacket &publish : client.takePublishes())
        used.insert(publish.packetId);
    QCOMPARE(used.size(), size_t(2)); // they stay unacknowledged while the numbers go round
    QVERIFY(!used.contains(0));
    QByteArray answer = QByteArray::fromHex("40020000");
    for (int i = 0; i < 66'000; ++i) {
        broker.publish("t", "x", QoS::AtLeastOnce);
        const auto publish = client.next<PublishPacket>();
        QVERIFY(publish);
        QVERIFY(publish->packetId != 0);
        QVERIFY(!used.contains(publish->packetId));
        qToBigEndian(publish->packetId, answer.data() + 2);
        client.sendBytes(answer);
    }
}

void DataFormat::answersCarryTheIdentifierOfTheRequest_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<int>("packetId");
    for (const int packetId : {1, 0x00FF, 0x0100, 0x1234, 0xFFFF}) {
        QTest::addRow("MQTT3-2.3.1-6 MQTT3-2.3.1-7 id %d", packetId) << mqtt311 << packetId;
        QTest::addRow("MQTT-2.2.1-5 MQTT-2.2.1-6 id %d", packetId) << mqtt5 << packetId;
    }
}

void DataFormat::answersCarryTheIdentifierOfTheRequest()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, packetId);
    const auto id = static_cast<quint16>(packetId);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    const auto answer = [&client](PacketType type) {
        const auto packet = client.next<AcknowledgePacket>();
        return packet && packet->type == type ? packet->packetId : quint16(0);
    };
    client.publish("t", "x", QoS::AtLeastOnce, id);
    QCOMPARE(answer(PacketType::Puback), id);
    client.publish("t", "x", QoS::ExactlyOnce, id);
    QCOMPARE(answer(PacketType::Pubrec), id);
    client.acknowledge(PacketType::Pubrel, id);
    QCOMPARE(answer(PacketType::Pubcomp), id);

    SubscribePacket subscribe;
    subscribe.packetId = id;
    subscribe.entries.push_back({"a"});
    client.send(subscribe);
    QCOMPARE(client.next<SubackPacket>().value().packetId, id);
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = id;
    unsubscribe.filters.push_back("a");
    client.send(unsubscribe);
    QCOMPARE(client.next<UnsubackPacket>().value().packetId, id);
}

void DataFormat::repeatedPublishKeepsItsIdentifier() // MQTT-2.2.1-5 MQTT3-2.3.1-4 MQTT3-2.3.1-6
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect(lastingConnect("c", version));
    client.subscribe("t", QoS::ExactlyOnce);
    for (int i = 0; i < 3; ++i)
        broker.publish("t", "skipped", QoS::AtLeastOnce);
    for (const PublishPacket &publish : client.takePublishes())
        client.acknowledge(PacketType::Puback, publish.packetId);
    broker.publish("t", "one", QoS::AtLeastOnce);
    broker.publish("t", "two", QoS::ExactlyOnce);
    const std::vector<PublishPacket> before = client.takePublishes();
    QCOMPARE(before.size(), size_t(2));
    client.breakDown();
    client = broker.connect(lastingConnect("c", version));
    const std::vector<PublishPacket> after = client.takePublishes();
    QCOMPARE(after.size(), size_t(2));
    for (size_t i = 0; i < 2; ++i) {
        QCOMPARE(after[i].payload, before[i].payload);
        QCOMPARE(after[i].packetId, before[i].packetId);
    }
    client.acknowledge(PacketType::Pubrec, after[1].packetId);
    const auto pubrel = client.next<AcknowledgePacket>();
    QVERIFY(pubrel);
    QCOMPARE(pubrel->type, PacketType::Pubrel);
    QCOMPARE(pubrel->packetId, before[1].packetId);
}

void DataFormat::noPropertiesIsALengthOfZero() // MQTT-2.2.2-1
{
    BrokerOptions options;
    options.maximumInboundInflight = 65'535;
    options.maximumInboundAliases = 0; // nothing is left to announce
    TestBroker broker(options);
    TestClient client = dial(broker, connectPacket("c"));
    QCOMPARE(client.takeBytes().toHex(), packetBytes("20 (00 00 ())").toHex());
    client.sendBytes(packetBytes("82 (0001 () 't' 00)"));
    QCOMPARE(client.takeBytes().toHex(), packetBytes("90 (0001 () 00)").toHex());
    client.sendBytes(packetBytes("30 ('t' () |x|)"));
    QCOMPARE(client.takeBytes().toHex(), packetBytes("30 ('t' () |x|)").toHex());
    client.sendBytes(packetBytes("A2 (0001 () 't')"));
    QCOMPARE(client.takeBytes().toHex(), packetBytes("B0 (0001 () 00)").toHex());
}

void DataFormat::missingPropertyLengthClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::newRow("MQTT-2.2.2-1 PUBLISH") << QByteArray("30 ('t')");
    QTest::newRow("MQTT-2.2.2-1 SUBSCRIBE") << QByteArray("82 (0001)");
    QTest::newRow("MQTT-2.2.2-1 UNSUBSCRIBE") << QByteArray("A2 (0001)");
    QTest::newRow("MQTT-2.2.2-1 property length past the end") << QByteArray("30 ('t' 05 |x|)");
}

void DataFormat::missingPropertyLengthClosesTheConnection()
{
    QFETCH(QByteArray, notation);
    TestBroker broker;
    TestClient client = broker.connect("c");
    client.sendBytes(packetBytes(notation));
    QCOMPARE(standing(client), closedFor(mqtt5, 0x81));
}

QTEST_APPLESS_MAIN(DataFormat)
#include "tst_dataformat.moc"
