#include "conformance/connecting.h"

using namespace pigeon;
using namespace pigeon::test;

/// 3.1 and 3.2, the packets: what a CONNECT must look like, what is answered, and what ends a connection.
class ConnectPackets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstPacketMustBeConnect_data();
    void firstPacketMustBeConnect();
    void secondConnectIsAViolation_data() { addVersionRows(); }
    void secondConnectIsAViolation();
    void wrongProtocolNameGetsNoAnswer_data();
    void wrongProtocolNameGetsNoAnswer();
    void unsupportedVersionIsNamed_data();
    void unsupportedVersionIsNamed();
    void malformedConnectIsNotLetIn_data();
    void malformedConnectIsNotLetIn();
    void wellFormedConnectIsLetIn_data();
    void wellFormedConnectIsLetIn();
    void payloadFieldsAreReadInOrder_data();
    void payloadFieldsAreReadInOrder();
    void userNameAndPasswordAreReadAsFlagsSay_data();
    void userNameAndPasswordAreReadAsFlagsSay();
    void clientIdsOfTheStandardAreAllowed_data();
    void clientIdsOfTheStandardAreAllowed();
    void rejectedClientIdIsNamed_data();
    void rejectedClientIdIsNamed();
    void longClientIdIsAllowed();
    void emptyClientIdIsReplaced_data() { addVersionRows(); }
    void emptyClientIdIsReplaced();
    void assignedClientIdIsTheClients();
    void connackSaysSuccess_data();
    void connackSaysSuccess();
    void connackComesFirst_data();
    void connackComesFirst();
    void nothingIsProcessedAfterARefusal_data() { addVersionRows(); }
    void nothingIsProcessedAfterARefusal();
    void refusalWithoutReturnCodeIsSilent();
    void noConnectInTimeIsClosed_data() { addVersionRows(); }
    void noConnectInTimeIsClosed();
};

void ConnectPackets::firstPacketMustBeConnect_data() // row 1
{
    QTest::addColumn<QByteArray>("notation");
    const std::pair<const char *, const char *> packets[] = {
        {"PUBLISH", "31 ('t' |x|)"}, {"PUBLISH QoS 1", "33 ('t' 0001 |x|)"}, {"PUBACK", "40 (0001)"},
        {"PUBREC", "50 (0001)"}, {"PUBREL", "62 (0001)"}, {"PUBCOMP", "70 (0001)"}, {"SUBSCRIBE", "82 (0001 't' 00)"},
        {"UNSUBSCRIBE", "A2 (0001 't')"}, {"PINGREQ", "C0 ()"}, {"DISCONNECT", "E0 ()"}, {"AUTH", "F0 (18 (15 'm'))"},
        {"CONNACK", "20 (00 00)"}, {"PINGRESP", "D0 ()"},
    };
    for (const auto &[name, notation] : packets)
        QTest::addRow("MQTT-3.1.0-1 MQTT3-3.1.0-1 %s", name) << QByteArray(notation);
}

void ConnectPackets::firstPacketMustBeConnect()
{
    QFETCH(QByteArray, notation);
    TestBroker broker;
    TestClient client = broker.open();
    // A CONNECT that follows does not heal it.
    client.sendBytes(packetBytes(notation) + packetBytes("10 ('MQTT' 04 02 003C 'c')"));
    QVERIFY(client.isClosed());
    QVERIFY(client.hasNothing());
    QCOMPARE(broker.core().sessions().size(), 0);
    QVERIFY(retainedIn(broker, "t").empty());
}

void ConnectPackets::secondConnectIsAViolation() // MQTT-3.1.0-2 MQTT3-3.1.0-2 MQTT-3.2.0-2 row 2
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("will");
    ConnectPacket connect = connectPacket("c", version);
    connect.will = willOf("will");
    TestClient client = broker.connect(connect);
    connect.clientId = "other";
    client.send(connect);
    QCOMPARE(standing(client), closedFor(version, 0x82));
    QVERIFY(watcher.next<PublishPacket>());
    QVERIFY(!broker.core().sessions().find("other"));
}

void ConnectPackets::wrongProtocolNameGetsNoAnswer_data() // row 5
{
    QTest::addColumn<QByteArray>("notation");
    for (const char *name : {"mqtt", "MQtt", "MQT", "MQTTT", "MQISDP", "", "AMQP", "HTTP"}) {
        QTest::addRow("MQTT3-3.1.2-1 name \"%s\"", name) << QByteArray("10 ('") + name + "' 04 02 003C 'c')";
        QTest::addRow("MQTT-3.1.2-1 name \"%s\"", name) << QByteArray("10 ('") + name + "' 05 02 003C () 'c')";
    }
    QTest::newRow("MQTT-3.1.2-1 MQTT3-3.1.2-1 name with a byte order mark")
        << QByteArray("10 (0007 EFBBBF |MQTT| 04 02 003C 'c')");
}

void ConnectPackets::wrongProtocolNameGetsNoAnswer()
{
    QFETCH(QByteArray, notation);
    TestBroker broker;
    TestClient client = broker.open();
    client.sendBytes(packetBytes(notation));
    QVERIFY(client.isClosed());
    QVERIFY(client.hasNothing());
    QCOMPARE(broker.core().sessions().size(), 0);
}

void ConnectPackets::unsupportedVersionIsNamed_data() // row 4
{
    QTest::addColumn<QByteArray>("level");
    for (const char *level : {"00", "01", "02", "06", "07", "7F", "85", "FF"})
        QTest::addRow("MQTT-3.1.2-2 MQTT3-3.1.2-2 level %s", level) << QByteArray(level);
}

void ConnectPackets::unsupportedVersionIsNamed()
{
    QFETCH(QByteArray, level);
    TestBroker broker;
    TestClient client = broker.open();
    client.sendBytes(packetBytes("10 ('MQTT' " + level + " 02 003C 'c')"));
    QCOMPARE(client.takeBytes().toHex(), packetBytes("20 (00 01)").toHex());
    QVERIFY(client.isClosed());
    QCOMPARE(broker.core().sessions().size(), 0);
}

/// `reason`: of the CONNACK a 5.0 client may get; 0 = closed without one, as 3.1.1 must be.
void ConnectPackets::malformedConnectIsNotLetIn_data() // rows 6, 12, 13, 32, 33
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason");
    const struct { const char *name; const char *notation; int reason = 0; } faults[] = {
        {"MQTT-3.1.4-1 flags of the fixed header", "11 ('MQTT' 05 02 003C () 'c')"},
        {"MQTT3-3.1.4-1 flags of the fixed header", "11 ('MQTT' 04 02 003C 'c')"},
        {"MQTT-3.1.4-1 nothing", "10 ()"},
        {"MQTT-3.1.4-1 left over", "10 ('MQTT' 05 02 003C () 'c' 00)"},
        {"MQTT3-3.1.4-1 left over", "10 ('MQTT' 04 02 003C 'c' 00)"},
        {"MQTT3-3.1.4-1 no flags", "10 ('MQTT' 04)"},
        {"MQTT-3.1.2-3 reserved flag", "10 ('MQTT' 05 03 003C () 'c')"},
        {"MQTT3-3.1.2-3 reserved flag", "10 ('MQTT' 04 03 003C 'c')"},
        {"MQTT-3.1.2-9 no will properties", "10 ('MQTT' 05 06 003C () 'c' 'w' 'p')"},
        {"MQTT-3.1.2-9 no will topic", "10 ('MQTT' 05 06 003C () 'c' ())"},
        {"MQTT-3.1.2-9 no will payload", "10 ('MQTT' 05 06 003C () 'c' () 'w')"},
        {"MQTT3-3.1.2-9 no will topic", "10 ('MQTT' 04 06 003C 'c')"},
        {"MQTT3-3.1.2-9 no will message", "10 ('MQTT' 04 06 003C 'c' 'w')"},
        {"MQTT-3.1.2-11 will QoS 1 without will", "10 ('MQTT' 05 0A 003C () 'c')"},
        {"MQTT-3.1.2-11 will QoS 2 without will", "10 ('MQTT' 05 12 003C () 'c')"},
        {"MQTT3-3.1.2-11 MQTT3-3.1.2-13 will QoS 1 without will", "10 ('MQTT' 04 0A 003C 'c')"},
        {"MQTT3-3.1.2-11 MQTT3-3.1.2-13 will QoS 2 without will", "10 ('MQTT' 04 12 003C 'c')"},
        {"MQTT3-3.1.2-11 will fields without will", "10 ('MQTT' 04 02 003C 'c' 'w' 'p')"},
        {"MQTT-3.1.2-12 will QoS 3", "10 ('MQTT' 05 1E 003C () 'c' () 'w' 'p')"},
        {"MQTT3-3.1.2-14 will QoS 3", "10 ('MQTT' 04 1E 003C 'c' 'w' 'p')"},
        {"MQTT-3.1.2-13 will retain without will", "10 ('MQTT' 05 22 003C () 'c')"},
        {"MQTT3-3.1.2-11 MQTT3-3.1.2-15 will retain without will", "10 ('MQTT' 04 22 003C 'c')"},
        {"MQTT-3.1.2-16 user name without flag", "10 ('MQTT' 05 02 003C () 'c' 'joe')"},
        {"MQTT3-3.1.2-18 user name without flag", "10 ('MQTT' 04 02 003C 'c' 'joe')"},
        {"MQTT-3.1.2-17 no user name", "10 ('MQTT' 05 82 003C () 'c')"},
        {"MQTT3-3.1.2-19 no user name", "10 ('MQTT' 04 82 003C 'c')"},
        {"MQTT-3.1.2-18 password without flag", "10 ('MQTT' 05 82 003C () 'c' 'joe' 'pw')"},
        {"MQTT3-3.1.2-20 password without flag", "10 ('MQTT' 04 82 003C 'c' 'joe' 'pw')"},
        {"MQTT-3.1.2-19 no password", "10 ('MQTT' 05 C2 003C () 'c' 'joe')"},
        {"MQTT3-3.1.2-21 no password", "10 ('MQTT' 04 C2 003C 'c' 'joe')"},
        {"MQTT3-3.1.2-22 password without user name", "10 ('MQTT' 04 42 003C 'c' 'pw')"},
        {"MQTT-3.1.3-3 no client id", "10 ('MQTT' 05 02 003C ())"},
        {"MQTT3-3.1.3-3 no client id", "10 ('MQTT' 04 02 003C)"},
        {"MQTT-3.1.3-4 client id not UTF-8", "10 ('MQTT' 05 02 003C () 0002 C328)"},
        {"MQTT-3.1.3-4 client id with U+0000", "10 ('MQTT' 05 02 003C () 0003 610062)"},
        {"MQTT-3.1.3-4 client id with a surrogate", "10 ('MQTT' 05 02 003C () 0003 EDA080)"},
        {"MQTT3-3.1.3-4 client id not UTF-8", "10 ('MQTT' 04 02 003C 0002 C328)"},
        {"MQTT3-3.1.3-4 client id with U+0000", "10 ('MQTT' 04 02 003C 0003 610062)"},
        {"MQTT-3.1.3-11 will topic not UTF-8", "10 ('MQTT' 05 06 003C () 'c' () 0001 FF 'p')"},
        {"MQTT3-3.1.3-10 will topic not UTF-8", "10 ('MQTT' 04 06 003C 'c' 0001 FF 'p')"},
        {"MQTT-3.1.3-12 user name not UTF-8", "10 ('MQTT' 05 82 003C () 'c' 0001 FF)"},
        {"MQTT3-3.1.3-11 user name not UTF-8", "10 ('MQTT' 04 82 003C 'c' 0001 FF)"},
        {"MQTT-3.1.3-12 user name with U+0000", "10 ('MQTT' 05 82 003C () 'c' 0001 00)"},
        {"row 13: will topic with #", "10 ('MQTT' 04 06 003C 'c' 'w/#' 'p')"},
        {"row 13: will topic with +", "10 ('MQTT' 05 06 003C () 'c' () 'w/+' 'p')", 0x90},
        {"row 13: empty will topic", "10 ('MQTT' 04 06 003C 'c' '' 'p')"},
        {"row 13: empty will topic, 5.0", "10 ('MQTT' 05 06 003C () 'c' () '' 'p')", 0x82},
        {"MQTT-2.2.2-1 no property length", "10 ('MQTT' 05 02 003C)"},
        {"row 32: receive maximum 0", "10 ('MQTT' 05 02 003C (21 0000) 'c')", 0x82},
        {"row 32: maximum packet size 0", "10 ('MQTT' 05 02 003C (27 00000000) 'c')", 0x82},
        {"row 32: session expiry twice", "10 ('MQTT' 05 02 003C (11 00000001 11 00000001) 'c')", 0x82},
        {"row 32: topic alias maximum twice", "10 ('MQTT' 05 02 003C (22 0001 22 0001) 'c')", 0x82},
        {"row 33: authentication data without method", "10 ('MQTT' 05 02 003C (16 0001 00) 'c')", 0x82},
        {"3.1.2.11.6 request response information 2", "10 ('MQTT' 05 02 003C (19 02) 'c')", 0x82},
        {"3.1.2.11.7 request problem information 2", "10 ('MQTT' 05 02 003C (17 02) 'c')", 0x82},
        {"3.1.3.2.2 will delay twice", "10 ('MQTT' 05 06 003C () 'c' (18 00000001 18 00000001) 'w' 'p')", 0x82},
    };
    for (const auto &fault : faults)
        QTest::newRow(fault.name) << QByteArray(fault.notation) << fault.reason;
}

void ConnectPackets::malformedConnectIsNotLetIn()
{
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient client = broker.open();
    client.sendBytes(packetBytes(notation));
    if (reason != 0) {
        const auto connack = client.next<ConnackPacket>();
        QVERIFY(connack);
        QCOMPARE(static_cast<int>(connack->reason), reason);
        QVERIFY(!connack->sessionPresent); // MQTT-3.2.2-6
    }
    QVERIFY(client.hasNothing()); // MQTT3-3.1.4-1: without a CONNACK
    QVERIFY(client.isClosed()); // MQTT-3.1.4-1
    QCOMPARE(broker.core().sessions().size(), 0);
}

void ConnectPackets::wellFormedConnectIsLetIn_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("notation");
    const struct { const char *name; ProtocolVersion version; const char *notation; } packets[] = {
        {"MQTT3-3.1.4-4 plain", mqtt311, "10 ('MQTT' 04 02 003C 'c')"},
        {"MQTT-3.1.4-5 plain", mqtt5, "10 ('MQTT' 05 02 003C () 'c')"},
        {"row 4: 3.1", mqtt31, "10 ('MQIsdp' 03 02 003C 'c')"},
        {"MQTT-3.1.2-12 will QoS 0", mqtt5, "10 ('MQTT' 05 06 003C () 'c' () 'w' 'p')"},
        {"MQTT-3.1.2-12 will QoS 1", mqtt5, "10 ('MQTT' 05 0E 003C () 'c' () 'w' 'p')"},
        {"MQTT-3.1.2-12 will QoS 2", mqtt5, "10 ('MQTT' 05 16 003C () 'c' () 'w' 'p')"},
        {"MQTT3-3.1.2-14 will QoS 0", mqtt311, "10 ('MQTT' 04 06 003C 'c' 'w' 'p')"},
        {"MQTT3-3.1.2-14 will QoS 1", mqtt311, "10 ('MQTT' 04 0E 003C 'c' 'w' 'p')"},
        {"MQTT3-3.1.2-14 will QoS 2", mqtt311, "10 ('MQTT' 04 16 003C 'c' 'w' 'p')"},
        {"3.1.2.9 password without user name", mqtt5, "10 ('MQTT' 05 42 003C () 'c' 'pw')"},
        {"MQTT3-3.1.2-20 user name alone", mqtt311, "10 ('MQTT' 04 82 003C 'c' 'joe')"},
        {"3.1.3.3 empty will payload", mqtt311, "10 ('MQTT' 04 06 003C 'c' 'w' '')"},
        {"3.1.2.11 all properties but authentication", mqtt5,
            "10 ('MQTT' 05 02 003C (11 FFFFFFFF 17 00 19 01 21 000A 22 0010 26 'k' 'v' 26 'k' 'w' 27 00010000) 'c')"},
    };
    for (const auto &packet : packets)
        QTest::newRow(packet.name) << packet.version << QByteArray(packet.notation);
}

void ConnectPackets::wellFormedConnectIsLetIn()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    TestBroker broker;
    TestClient client = broker.open();
    client.setVersion(version);
    client.sendBytes(packetBytes(notation));
    const auto connack = client.next<ConnackPacket>();
    QVERIFY(connack);
    QCOMPARE(connack->reason, ReasonCode::Success);
    QVERIFY(!client.isClosed());
    client.send(PingreqPacket());
    QVERIFY(client.next<PingrespPacket>());
    QVERIFY(broker.core().sessions().find("c"));
}

void ConnectPackets::payloadFieldsAreReadInOrder_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::newRow("MQTT3-3.1.3-1") << QByteArray("10 ('MQTT' 04 C6 003C 'id' 'wt' 'wp' 'joe' 'pw')");
    QTest::newRow("MQTT-3.1.3-1") << QByteArray("10 ('MQTT' 05 C6 003C () 'id' (03 'text') 'wt' 'wp' 'joe' 'pw')");
}

void ConnectPackets::payloadFieldsAreReadInOrder()
{
    QFETCH(QByteArray, notation);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}, {"watcher", "pw"}};
    TestBroker broker({}, std::nullopt, &policy);
    TestClient watcher = broker.connect(withPassword(connectPacket("watcher"), "watcher", "pw"));
    watcher.subscribe("wt");
    TestClient client = broker.open();
    client.sendBytes(packetBytes(notation));
    QVERIFY(!client.isClosed());
    QCOMPARE(policy.asked->userName, QByteArray("joe"));
    QCOMPARE(policy.asked->password, QByteArray("pw"));
    QVERIFY(broker.core().sessions().find("id"));
    client.breakDown();
    const auto will = watcher.next<PublishPacket>();
    QVERIFY(will);
    QCOMPARE(will->topic, QByteArray("wt"));
    QCOMPARE(will->payload, QByteArray("wp"));
}

void ConnectPackets::userNameAndPasswordAreReadAsFlagsSay_data() // row 19
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<QByteArray>("userName"); // null = none
    QTest::addColumn<QByteArray>("password");
    const QByteArray none;
    QTest::newRow("none") << QByteArray("10 ('MQTT' 04 02 003C 'c')") << none << none;
    QTest::newRow("empty user name") << QByteArray("10 ('MQTT' 04 82 003C 'c' '')") << QByteArray("") << none;
    QTest::newRow("empty both") << QByteArray("10 ('MQTT' 04 C2 003C 'c' '' '')") << QByteArray("") << QByteArray("");
    QTest::newRow("password of any bytes")
        << QByteArray("10 ('MQTT' 04 C2 003C 'c' 'u' 0003 00FF80)") << QByteArray("u") << QByteArray("\0\xFF\x80", 3);
    QTest::newRow("5.0 password alone")
        << QByteArray("10 ('MQTT' 05 42 003C () 'c' 'pw')") << none << QByteArray("pw");
}

void ConnectPackets::userNameAndPasswordAreReadAsFlagsSay()
{
    QFETCH(QByteArray, notation);
    QFETCH(QByteArray, userName);
    QFETCH(QByteArray, password);
    PasswordPolicy policy;
    TestBroker broker({}, std::nullopt, &policy);
    broker.open().sendBytes(packetBytes(notation));
    QVERIFY(policy.asked);
    QCOMPARE(policy.asked->userName.has_value(), !userName.isNull());
    QCOMPARE(policy.asked->userName.value_or(QByteArray()), userName);
    QCOMPARE(policy.asked->password.has_value(), !password.isNull());
    QCOMPARE(policy.asked->password.value_or(QByteArray()), password);
}

void ConnectPackets::clientIdsOfTheStandardAreAllowed_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("clientId");
    const QByteArray letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int begin = 0; begin < letters.size(); begin += 20) {
        const QByteArray clientId = letters.mid(begin, 23);
        QTest::addRow("MQTT3-3.1.3-5 %s", clientId.constData()) << mqtt311 << clientId;
        QTest::addRow("MQTT-3.1.3-5 %s", clientId.constData()) << mqtt5 << clientId;
        QTest::addRow("3.1: %s", clientId.constData()) << mqtt31 << clientId;
    }
    QTest::newRow("MQTT3-3.1.3-5 one byte") << mqtt311 << QByteArray("0");
    QTest::newRow("MQTT-3.1.3-5 one byte") << mqtt5 << QByteArray("0");
}

void ConnectPackets::clientIdsOfTheStandardAreAllowed()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, clientId);
    TestBroker broker;
    const auto connack = answerTo(broker, connectPacket(clientId, version));
    QVERIFY(connack);
    QCOMPARE(connack->reason, ReasonCode::Success);
    QVERIFY(!connack->properties.assignedClientIdentifier);
}

void ConnectPackets::rejectedClientIdIsNamed_data() // rows 7, 10, 11
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<QByteArray>("answer"); // how it begins, behind its length
    const QByteArray rejected = "0002";
    QTest::newRow("MQTT3-3.1.3-7 MQTT3-3.1.3-8 empty, Clean Session 0")
        << QByteArray("10 ('MQTT' 04 00 003C '')") << rejected;
    QTest::newRow("MQTT3-3.1.3-9 empty, not allowed here") << QByteArray("10 ('MQTT' 04 02 003C '')") << rejected;
    QTest::newRow("MQTT3-3.1.3-9 too long")
        << QByteArray("10 ('MQTT' 04 02 003C '0123456789012345678901234')") << rejected;
    QTest::newRow("MQTT-3.1.3-8 too long")
        << QByteArray("10 ('MQTT' 05 02 003C () '0123456789012345678901234')") << QByteArray("0085");
    QTest::newRow("MQTT-3.1.3-8 empty, not allowed here")
        << QByteArray("10 ('MQTT' 05 02 003C () '')") << QByteArray("0085");
    QTest::newRow("3.1 empty") << QByteArray("10 ('MQIsdp' 03 02 003C '')") << rejected;
    QTest::newRow("3.1 too long") << QByteArray("10 ('MQIsdp' 03 02 003C '012345678901234567890123')") << rejected;
}

void ConnectPackets::rejectedClientIdIsNamed()
{
    QFETCH(QByteArray, notation);
    QFETCH(QByteArray, answer);
    BrokerOptions options;
    options.maximumClientIdBytes = 24;
    options.allowEmptyClientId = false;
    TestBroker broker(options);
    TestClient client = broker.open();
    client.sendBytes(packetBytes(notation));
    const QByteArray bytes = client.takeBytes();
    QCOMPARE(bytes.at(0), '\x20');
    QCOMPARE(bytes.mid(2, 2).toHex(), answer);
    QCOMPARE(bytes.size(), bytes.at(1) + 2); // that and nothing else
    QVERIFY(client.isClosed());
    QCOMPARE(broker.core().sessions().size(), 0);
}

void ConnectPackets::longClientIdIsAllowed() // row 10
{
    TestBroker broker;
    const QByteArray longest(65'535, 'c');
    QCOMPARE(answerTo(broker, connectPacket(longest, mqtt311)).value().reason, ReasonCode::Success);
    QCOMPARE(answerTo(broker, connectPacket(longest, mqtt5)).value().reason, ReasonCode::Success);
    BrokerOptions options;
    options.maximumClientIdBytes31 = 40;
    TestBroker lenient(options);
    QCOMPARE(answerTo(lenient, connectPacket(QByteArray(40, 'c'), mqtt31)).value().reason, ReasonCode::Success);
}

void ConnectPackets::emptyClientIdIsReplaced() // MQTT-3.1.3-6 MQTT3-3.1.3-6 MQTT-3.2.2-16 row 8
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient one = dial(broker, connectPacket("", version));
    TestClient two = dial(broker, connectPacket("", version));
    const auto connackOne = one.next<ConnackPacket>();
    const auto connackTwo = two.next<ConnackPacket>();
    QCOMPARE(connackOne.value().reason, ReasonCode::Success);
    QCOMPARE(connackTwo.value().reason, ReasonCode::Success);
    QVERIFY(!one.isClosed()); // two clients, not one that took itself over
    QVERIFY(!two.isClosed());
    QCOMPARE(broker.core().sessions().size(), 2);
    QVERIFY(!broker.core().sessions().find(""));
    if (version == mqtt5) { // MQTT-3.1.3-7 row 9
        const QByteArray idOne = connackOne->properties.assignedClientIdentifier.value();
        const QByteArray idTwo = connackTwo->properties.assignedClientIdentifier.value();
        QVERIFY(idOne != idTwo);
        QVERIFY(broker.core().sessions().find(idOne));
        QVERIFY(broker.core().sessions().find(idTwo));
    }
}

void ConnectPackets::assignedClientIdIsTheClients() // MQTT-3.1.3-7 MQTT-3.1.3-2
{
    TestBroker broker;
    TestClient client = dial(broker, lastingConnect("", mqtt5));
    const QByteArray assigned = client.next<ConnackPacket>().value().properties.assignedClientIdentifier.value();
    client.subscribe("t", QoS::AtLeastOnce);
    client.breakDown();
    broker.publish("t", "x", QoS::AtLeastOnce);
    client = dial(broker, lastingConnect(assigned, mqtt5));
    const auto connack = client.next<ConnackPacket>();
    QVERIFY(connack.value().sessionPresent);
    QVERIFY(!connack->properties.assignedClientIdentifier);
    QVERIFY(client.next<PublishPacket>());
}

void ConnectPackets::connackSaysSuccess_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<QByteArray>("answer");
    const QByteArray fresh = "20 (00 00)";
    const QByteArray present = "20 (01 00)";
    QTest::newRow("MQTT3-3.1.4-4 MQTT3-3.2.2-1") << QByteArray("10 ('MQTT' 04 02 003C 'kept')") << fresh;
    QTest::newRow("MQTT3-3.1.4-4 MQTT3-3.2.2-3") << QByteArray("10 ('MQTT' 04 00 003C 'new')") << fresh;
    QTest::newRow("MQTT3-3.1.4-4 MQTT3-3.2.2-2") << QByteArray("10 ('MQTT' 04 00 003C 'kept')") << present;
    QTest::newRow("3.1 has no Session Present") << QByteArray("10 ('MQIsdp' 03 00 003C 'kept')") << fresh;
    QTest::newRow("MQTT-3.1.4-5 MQTT-3.2.2-1 MQTT-3.2.2-2")
        << QByteArray("10 ('MQTT' 05 02 003C () 'kept')") << QByteArray("20 (00 00 ())");
    QTest::newRow("MQTT-3.1.4-5 MQTT-3.2.2-1 MQTT-3.2.2-3 none")
        << QByteArray("10 ('MQTT' 05 00 003C () 'new')") << QByteArray("20 (00 00 ())");
    QTest::newRow("MQTT-3.1.4-5 MQTT-3.2.2-1 MQTT-3.2.2-3 there was one")
        << QByteArray("10 ('MQTT' 05 00 003C () 'kept')") << QByteArray("20 (01 00 ())");
}

void ConnectPackets::connackSaysSuccess() // all its bytes, MQTT-3.2.0-2: once
{
    QFETCH(QByteArray, notation);
    QFETCH(QByteArray, answer);
    BrokerOptions options;
    options.maximumInboundInflight = 65'535;
    options.maximumInboundAliases = 0; // no properties are left
    TestBroker broker(options);
    broker.connect("kept", mqtt311, false).breakDown();
    TestClient client = broker.open();
    client.sendBytes(packetBytes(notation));
    QCOMPARE(client.takeBytes().toHex(), packetBytes(answer).toHex());
    broker.advance(std::chrono::seconds(5));
    QVERIFY(client.hasNothing());
    QVERIFY(!client.isClosed());
}

void ConnectPackets::connackComesFirst_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<bool>("isLate");
    QTest::newRow("MQTT3-3.2.0-1 memory") << mqtt311 << false;
    QTest::newRow("MQTT3-3.2.0-1 late store") << mqtt311 << true;
    QTest::newRow("MQTT-3.2.0-1 memory") << mqtt5 << false;
    QTest::newRow("MQTT-3.2.0-1 late store") << mqtt5 << true;
}

void ConnectPackets::connackComesFirst() // rows 20, 30
{
    QFETCH(ProtocolVersion, version);
    QFETCH(bool, isLate);
    TestBroker broker({}, isLate ? std::optional(StoreMode::Batches) : std::nullopt);
    TestClient client = broker.connect(lastingConnect("c", version));
    client.subscribe("t", QoS::AtLeastOnce);
    client.breakDown();
    broker.publish("t", "waited", QoS::AtLeastOnce);
    client = broker.open();
    client.setVersion(version);
    // What a client may send without waiting for the CONNACK (3.1.4).
    client.sendBytes(encodePacket(lastingConnect("c", version), version) + packetBytes("C0 ()")
        + wireBytes(version, "32 ('t' 0001 ~ |own|)"));
    QVERIFY(client.next<ConnackPacket>().value().sessionPresent);
    std::vector<QByteArray> payloads;
    bool isPinged = false, isAcknowledged = false;
    while (const auto packet = client.next()) {
        QVERIFY(!std::holds_alternative<ConnackPacket>(*packet)); // MQTT-3.2.0-2
        isPinged = isPinged || std::holds_alternative<PingrespPacket>(*packet);
        isAcknowledged = isAcknowledged || std::holds_alternative<AcknowledgePacket>(*packet);
        if (const auto *publish = std::get_if<PublishPacket>(&*packet))
            payloads.push_back(publish->payload);
    }
    QVERIFY(isPinged && isAcknowledged);
    QCOMPARE(payloads, (std::vector<QByteArray>{"waited", "own"}));
}

void ConnectPackets::nothingIsProcessedAfterARefusal() // MQTT-3.1.4-6 MQTT3-3.1.4-5 MQTT-3.1.4-2
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}, {"", ""}};
    TestBroker broker({}, std::nullopt, &policy);
    TestClient watcher = broker.connect(withPassword(connectPacket("watcher"), "joe", "pw"));
    watcher.subscribe("#");
    TestClient client = broker.open();
    client.setVersion(version);
    client.sendBytes(encodePacket(withPassword(connectPacket("c", version), "joe", "wrong"), version)
        + wireBytes(version, "31 ('t' ~ |x|)") + packetBytes("C0 ()"));
    QCOMPARE(client.next<ConnackPacket>().value().reason, ReasonCode::BadUserNameOrPassword);
    QVERIFY(client.hasNothing());
    QVERIFY(client.isClosed());
    client.sendBytes(wireBytes(version, "31 ('t' ~ |x|)"));
    QVERIFY(watcher.hasNothing());
    QVERIFY(!broker.core().sessions().find("c"));
}

void ConnectPackets::refusalWithoutReturnCodeIsSilent() // MQTT3-3.2.2-6
{
    BrokerOptions options;
    options.maximumRetained = 0;
    options.maximumTopicLevels = 3;
    TestBroker broker(options);
    ConnectPacket connect = connectPacket("c", mqtt311);
    connect.will = willOf("a/b/c/d");
    TestClient deep = dial(broker, connect);
    QVERIFY(deep.isClosed());
    QVERIFY(deep.hasNothing());
    connect.will = willOf("a");
    connect.will->retain = true;
    TestClient retained = dial(broker, connect);
    QVERIFY(retained.isClosed());
    QVERIFY(retained.hasNothing());
    connect.version = mqtt5; // 5.0 has words for both: MQTT-3.2.2-13
    TestClient told = dial(broker, connect);
    QCOMPARE(told.next<ConnackPacket>().value().reason, ReasonCode::RetainNotSupported);
    QVERIFY(told.isClosed());
}

void ConnectPackets::noConnectInTimeIsClosed() // 3.1.4, row 3
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient silent = broker.open();
    TestClient slow = broker.open();
    const QByteArray connect = encodePacket(connectPacket("c", version), version);
    broker.advance(std::chrono::seconds(29));
    slow.sendBytes(connect.chopped(1)); // a CONNECT that never ends is none
    QVERIFY(!silent.isClosed());
    QVERIFY(!slow.isClosed());
    broker.advance(std::chrono::seconds(2));
    QVERIFY(silent.isClosed());
    QVERIFY(slow.isClosed());
    QVERIFY(silent.hasNothing());
    QVERIFY(slow.hasNothing());
}

QTEST_APPLESS_MAIN(ConnectPackets)
#include "tst_connectpacket.moc"
