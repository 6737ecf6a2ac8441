#include "conformance/authmethod.h"
#include "conformance/wire.h"

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

using Payloads = std::vector<QByteArray>;

ConnectPacket connectWithWill(ProtocolVersion version, quint32 expirySeconds = 0, quint32 delaySeconds = 0)
{
    ConnectPacket connect;
    connect.version = version;
    connect.clientId = "mortal";
    connect.will = WillFields{"w", "gone", QoS::AtLeastOnce, false, {}};
    if (version == ProtocolVersion::Mqtt5) {
        connect.properties.sessionExpiryInterval = expirySeconds;
        connect.will->properties.willDelayInterval = delaySeconds;
    }
    return connect;
}

} // namespace

/// PINGREQ, DISCONNECT and AUTH (3.12 to 3.15), whatever the version.
class TestDisconnect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addVersionRows(); }

    void pingIsAnswered();
    void badPacketClosesTheConnection_data();
    void badPacketClosesTheConnection();
    void badDisconnectPublishesTheWill();
    void disconnectClosesAndDiscardsTheWill();
    void otherReasonsPublishTheWill_data();
    void otherReasonsPublishTheWill();
    void nothingCountsBehindADisconnect();
    void nothingIsSentBehindADisconnect();
    void neverBeforeTheConnack_data();
    void neverBeforeTheConnack();
    void noExpiryInOurDisconnect();
    void expiryOfTheDisconnect_data();
    void expiryOfTheDisconnect();
    void expiryCannotBeRaisedFromZero();
    void reasonsOfTheClient();
    void authReasons_data();
    void authReasons();
    void ourAuthPackets();
};

void TestDisconnect::pingIsAnswered() // MQTT-3.12.4-1 MQTT3-3.12.4-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.sendBytes(packetBytes("C0 00"));
    QCOMPARE(client.takeBytes(), packetBytes("D0 00"));
    client.sendBytes(packetBytes("C0 00 C0 00"));
    QCOMPARE(client.takeBytes(), packetBytes("D0 00 D0 00"));
}

void TestDisconnect::badPacketClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *notation, int reason) {
        QTest::newRow(name) << QByteArray(notation) << reason;
    };
    row("MQTT-3.14.1-1 MQTT3-3.14.1-1: flags 1", "E1 ()", 0x81);
    row("MQTT-3.14.1-1 MQTT3-3.14.1-1: flags 2", "E2 ()", 0x81);
    row("MQTT-3.14.1-1 MQTT3-3.14.1-1: flags 4", "E4 ()", 0x81);
    row("MQTT-3.14.1-1 MQTT3-3.14.1-1: flags 8", "E8 ()", 0x81);
    row("MQTT-3.15.1-1: AUTH flags 1", "F1 ()", 0x81);
    row("MQTT-3.15.1-1: AUTH flags 8", "F8 (00 00)", 0x81);
    row("2.1.3: PINGREQ flags", "C1 ()", 0x81);
    row("3.12: PINGREQ with a body", "C0 (00)", 0x81);
    row("2.1.2: packet type 0", "00 ()", 0x81);
    row("2.1.2: CONNACK from a client", "20 (00 00 ~)", 0x82);
    row("2.1.2: PINGRESP from a client", "D0 ()", 0x82);
}

void TestDisconnect::badPacketClosesTheConnection()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.sendBytes(wireBytes(version, notation));
    QCOMPARE(standing(client), closedFor(version, reason));
}

/// A malformed DISCONNECT is none.
void TestDisconnect::badDisconnectPublishesTheWill() // MQTT-3.14.1-1 MQTT3-3.14.1-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient observer = broker.connect("observer");
    observer.subscribe("w");
    TestClient client = broker.connect(connectWithWill(version));
    client.sendBytes(packetBytes("E1 00"));
    QCOMPARE(payloadsOf(observer.takePublishes()), Payloads{"gone"});
}

/// For good: also when the session lasts, ends later, or the will had a delay.
void TestDisconnect::disconnectClosesAndDiscardsTheWill() // MQTT-3.14.4-3 MQTT3-3.14.4-3
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    for (const auto &[expiry, delay] : {std::pair(0u, 0u), std::pair(60u, 0u), std::pair(60u, 10u)}) {
        for (const char *bytes : {"E0 00", "E0 01 00", "E0 02 00 00"}) {
            if (version != ProtocolVersion::Mqtt5 && qstrlen(bytes) > 5)
                continue;
            TestBroker broker;
            TestClient observer = broker.connect("observer");
            observer.subscribe("w");
            TestClient client = broker.connect(connectWithWill(version, expiry, delay));
            client.sendBytes(packetBytes(bytes));
            QCOMPARE(standing(client), QByteArray("closed"));
            broker.advance(120s);
            QVERIFY(observer.hasNothing());
        }
    }
}

void TestDisconnect::otherReasonsPublishTheWill_data()
{
    QTest::addColumn<int>("reason");
    for (const int reason : {0x04, 0x80, 0x81, 0x93, 0x95, 0x99})
        QTest::addRow("0x%02X", static_cast<unsigned>(reason)) << reason;
}

void TestDisconnect::otherReasonsPublishTheWill() // MQTT-3.14.4-3 MQTT-3.14.2-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient observer = broker.connect("observer");
    observer.subscribe("w");
    TestClient client = broker.connect(connectWithWill(version));
    client.sendBytes(packetBytes("E0 01") + QByteArray(1, static_cast<char>(reason)));
    QCOMPARE(standing(client), QByteArray("closed")); // in 3.1.1 it is malformed, and so not clean either
    QCOMPARE(payloadsOf(observer.takePublishes()), Payloads{"gone"});
}

/// The client must send no more; what it sends all the same is not looked at.
void TestDisconnect::nothingCountsBehindADisconnect() // MQTT3-3.14.4-2 MQTT-3.14.4-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient observer = broker.connect("observer");
    observer.subscribe("#");
    TestClient client = connectDurable(broker, "c", version);
    client.sendBytes(packetBytes("E0 00 C0 00") + wireBytes(version, "32 ('a' 0001 ~ |x|) 82 (0002 ~ 'a' 00)"));
    QCOMPARE(standing(client), QByteArray("closed"));
    client.sendBytes(wireBytes(version, "30 ('a' ~ |x|)"));
    QVERIFY(client.hasNothing());
    QVERIFY(observer.hasNothing());
    QVERIFY(broker.core().sessions().find("c")->subscriptions().isEmpty());
}

/// What the broker ends stays ended: neither what the client still sends nor what is published is answered.
void TestDisconnect::nothingIsSentBehindADisconnect() // MQTT-3.14.4-1 MQTT-3.14.4-2
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", version);
    client.subscribe("a", QoS::AtLeastOnce);
    client.sendBytes(packetBytes("36 00 C0 00") + wireBytes(version, "82 (0002 ~ 'b' 00)"));
    broker.publish("a", "x", QoS::AtLeastOnce);
    QCOMPARE(standing(client), closedFor(version, 0x81)); // and no other packet
}

void TestDisconnect::neverBeforeTheConnack_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::newRow("PINGREQ first") << QByteArray("C0 00");
    QTest::newRow("no packet type") << QByteArray("00 00");
    QTest::newRow("CONNECT with a reserved flag") << QByteArray("10 ('MQTT' 05 03 003C () 'c')");
    QTest::newRow("CONNECT with a bad property") << QByteArray("10 ('MQTT' 05 02 003C (21 0000) 'c')");
    QTest::newRow("unknown method") << QByteArray("10 ('MQTT' 05 02 003C (15 'NONE') 'c')");
    QTest::newRow("PUBLISH instead of AUTH")
        << QByteArray("10 ('MQTT' 05 02 003C (15 'CHALLENGE') 'c') 30 ('a' () |x|)");
    QTest::newRow("bad AUTH")
        << QByteArray("10 ('MQTT' 05 02 003C (15 'CHALLENGE') 'c') F0 (18 (15 'OTHER'))");
    QTest::newRow("AUTH with flags")
        << QByteArray("10 ('MQTT' 05 02 003C (15 'CHALLENGE') 'c') F1 (18 (15 'CHALLENGE'))");
    QTest::newRow("wrong answer")
        << QByteArray("10 ('MQTT' 05 02 003C (15 'CHALLENGE') 'c') F0 (18 (15 'CHALLENGE' 16 'wrong'))");
}

void TestDisconnect::neverBeforeTheConnack() // MQTT-3.14.0-1
{
    QFETCH(QByteArray, notation);
    ChallengePolicy policy;
    TestBroker broker({}, {}, &policy);
    TestClient client = broker.open();
    client.sendBytes(packetBytes(notation));
    QVERIFY(client.isClosed());
    while (const auto packet = client.next()) {
        QVERIFY(!std::holds_alternative<DisconnectPacket>(*packet));
        if (const auto *connack = std::get_if<ConnackPacket>(&*packet))
            QVERIFY(isFailure(connack->reason));
    }
    QVERIFY(client.hasNothing());
}

void TestDisconnect::noExpiryInOurDisconnect() // MQTT-3.14.2-2 MQTT-3.14.2-1
{
    TestBroker broker;
    ConnectPacket connect;
    connect.clientId = "c";
    connect.cleanStart = false;
    connect.keepAliveSeconds = 10;
    connect.properties.sessionExpiryInterval = anHour;
    TestClient first = broker.connect(connect);
    TestClient second = broker.connect(connect);
    const auto takenOver = first.next<DisconnectPacket>();
    QVERIFY(takenOver);
    QCOMPARE(takenOver->reason, ReasonCode::SessionTakenOver);
    QVERIFY(!takenOver->properties.sessionExpiryInterval);
    broker.advance(20s);
    const auto silent = second.next<DisconnectPacket>();
    QVERIFY(silent);
    QCOMPARE(silent->reason, ReasonCode::KeepAliveTimeout);
    QVERIFY(!silent->properties.sessionExpiryInterval);
    TestClient third = broker.connect(connect);
    third.sendBytes(packetBytes("36 00"));
    const auto bad = third.next<DisconnectPacket>();
    QVERIFY(bad);
    QCOMPARE(bad->reason, ReasonCode::MalformedPacket);
    QVERIFY(!bad->properties.sessionExpiryInterval);
}

void TestDisconnect::expiryOfTheDisconnect_data()
{
    QTest::addColumn<quint32>("atConnect");
    QTest::addColumn<QByteArray>("properties");
    QTest::addColumn<int>("livesSeconds"); // -1: for ever
    QTest::newRow("none: as at CONNECT") << 100u << QByteArray() << 100;
    QTest::newRow("shorter") << 100u << QByteArray("11 0000000A") << 10;
    QTest::newRow("longer") << 100u << QByteArray("11 000003E8") << 1'000;
    QTest::newRow("0: at once") << 100u << QByteArray("11 00000000") << 0;
    QTest::newRow("for ever") << 100u << QByteArray("11 FFFFFFFF") << -1;
    QTest::newRow("from for ever") << 0xFFFFFFFFu << QByteArray("11 0000000A") << 10;
    QTest::newRow("0 and 0") << 0u << QByteArray("11 00000000") << 0;
}

void TestDisconnect::expiryOfTheDisconnect() // 3.14.2.2.2
{
    QFETCH(quint32, atConnect);
    QFETCH(QByteArray, properties);
    QFETCH(int, livesSeconds);
    for (const int late : {-1, 1}) {
        TestBroker broker;
        TestClient client = broker.connect("c", ProtocolVersion::Mqtt5, true, atConnect);
        client.sendBytes(packetBytes("E0 (00 (" + properties + "))"));
        QCOMPARE(standing(client), QByteArray("closed"));
        broker.advance(std::chrono::seconds(std::max(0, (livesSeconds < 0 ? 1'000'000 : livesSeconds) + late)));
        TestClient again = broker.open();
        ConnectPacket connect;
        connect.clientId = "c";
        connect.cleanStart = false;
        again.send(connect);
        const bool lives = livesSeconds < 0 || (late < 0 && livesSeconds > 0);
        QCOMPARE(again.next<ConnackPacket>()->sessionPresent, lives);
    }
}

void TestDisconnect::expiryCannotBeRaisedFromZero() // 3.14.2.2.2
{
    TestBroker broker;
    TestClient client = broker.connect("c");
    client.sendBytes(packetBytes("E0 (00 (11 00000001))"));
    QCOMPARE(standing(client), closedFor(ProtocolVersion::Mqtt5, 0x82));
    QVERIFY(!broker.core().sessions().find("c"));
}

void TestDisconnect::reasonsOfTheClient() // MQTT-3.14.2-1
{
    const QByteArray allowed = QByteArray::fromHex("000480818283909394959697989999");
    for (int reason = 0; reason < 256; ++reason) {
        TestBroker broker;
        TestClient client = broker.connect("c");
        client.sendBytes(packetBytes("E0 01") + QByteArray(1, static_cast<char>(reason)));
        const bool isRight = allowed.contains(static_cast<char>(reason));
        QCOMPARE(standing(client), isRight ? "closed" : closedFor(ProtocolVersion::Mqtt5, 0x82));
    }
}

void TestDisconnect::authReasons_data()
{
    QTest::addColumn<int>("reason");
    for (const int reason : {0x01, 0x04, 0x17, 0x1A, 0x80, 0x87})
        QTest::addRow("0x%02X", static_cast<unsigned>(reason)) << reason;
}

void TestDisconnect::authReasons() // MQTT-3.15.2-1
{
    QFETCH(int, reason);
    ChallengePolicy policy;
    TestBroker broker({}, {}, &policy);
    TestClient client = broker.open();
    client.send(challengeConnect("c"));
    QVERIFY(client.next<AuthPacket>());
    client.send(challengeAuth(ReasonCode::ContinueAuthentication, "right"));
    QCOMPARE(client.next<ConnackPacket>()->reason, ReasonCode::Success);
    QByteArray bytes = packetBytes("F0 (00 (15 'CHALLENGE'))");
    bytes[2] = static_cast<char>(reason);
    client.sendBytes(bytes);
    QCOMPARE(standing(client), closedFor(ProtocolVersion::Mqtt5, 0x82));
}

void TestDisconnect::ourAuthPackets() // MQTT-3.15.2-1
{
    ChallengePolicy policy;
    TestBroker broker({}, {}, &policy);
    TestClient client = broker.open();
    client.send(challengeConnect("c"));
    QCOMPARE(client.next<AuthPacket>()->reason, ReasonCode::ContinueAuthentication);
    client.send(challengeAuth(ReasonCode::ContinueAuthentication, "right"));
    QVERIFY(client.next<ConnackPacket>());
    client.send(challengeAuth(ReasonCode::Reauthenticate));
    QCOMPARE(client.next<AuthPacket>()->reason, ReasonCode::ContinueAuthentication);
    client.send(challengeAuth(ReasonCode::ContinueAuthentication, "right"));
    QCOMPARE(client.next<AuthPacket>()->reason, ReasonCode::Success);
    QCOMPARE(standing(client), QByteArray("open"));
}

QTEST_APPLESS_MAIN(TestDisconnect)
#include "tst_disconnect.moc"
