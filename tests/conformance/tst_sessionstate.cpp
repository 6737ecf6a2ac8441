#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// Chapters 4.1 and 4.5: how long session state is kept, and what enters it.
class TestSessionState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void stateStaysWhileTheConnectionIsOpen_data();
    void stateStaysWhileTheConnectionIsOpen();
    void stateIsKeptForTheWholeSession_data() { addBothVersions(); }
    void stateIsKeptForTheWholeSession();
    void stateIsDiscardedWhenItsExpiryHasPassed_data();
    void stateIsDiscardedWhenItsExpiryHasPassed();
    void messagesEnterTheStateOfAllMatchingSessions_data() { addVersionsAndQoS(); }
    void messagesEnterTheStateOfAllMatchingSessions();
};

void TestSessionState::stateStaysWhileTheConnectionIsOpen_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<quint32>("expirySeconds");
    QTest::newRow("MQTT3-4.1.0-2: a clean session") << ProtocolVersion::Mqtt311 << quint32(0);
    QTest::newRow("MQTT-4.1.0-1: expiry 0") << ProtocolVersion::Mqtt5 << quint32(0);
    QTest::newRow("MQTT-4.1.0-1: expiry of a second") << ProtocolVersion::Mqtt5 << quint32(1);
}

void TestSessionState::stateStaysWhileTheConnectionIsOpen()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(quint32, expirySeconds);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c", version, true, expirySeconds);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "x", QoS::ExactlyOnce, 1));
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    client.publish("b", "y", QoS::ExactlyOnce, 9);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrec));

    broker.advance(std::chrono::hours(30));
    publisher.publish("a", "z"); // subscriptions
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"z"});
    client.acknowledge(PacketType::Pubrec, publish->packetId); // what is under way to the client
    const auto pubrel = client.next<AcknowledgePacket>();
    QVERIFY(pubrel);
    QCOMPARE(pubrel->reason, ReasonCode::Success);
    client.acknowledge(PacketType::Pubrel, 9); // what came from it
    const auto pubcomp = client.next<AcknowledgePacket>();
    QVERIFY(pubcomp);
    QCOMPARE(pubcomp->reason, ReasonCode::Success);
}

// MQTT3-4.1.0-1: subscriptions, what was not acknowledged, what waits, and the ids of inbound QoS 2 messages.
void TestSessionState::stateIsKeptForTheWholeSession()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("b", QoS::AtMostOnce);
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "sent", QoS::AtLeastOnce, 1));
    const auto sent = client.next<PublishPacket>();
    QVERIFY(sent);
    QVERIFY(publishCompletely(publisher, "a", "released", QoS::ExactlyOnce, 2));
    const auto released = client.next<PublishPacket>();
    QVERIFY(released);
    client.acknowledge(PacketType::Pubrec, released->packetId);
    client.publish("b", "once", QoS::ExactlyOnce, 9);
    client.breakDown();
    QVERIFY(publishCompletely(publisher, "a", "queued", QoS::ExactlyOnce, 3));
    broker.advance(Seconds(anHour - 60));

    client = connectLasting(broker, "c", version);
    QByteArrayList publishes;
    QList<quint16> pubrels;
    while (const std::optional<Packet> packet = client.next()) {
        if (const auto *publish = std::get_if<PublishPacket>(&*packet))
            publishes.append(publish->payload);
        else if (const auto *acknowledge = std::get_if<AcknowledgePacket>(&*packet))
            pubrels.append(acknowledge->packetId);
    }
    QCOMPARE(publishes, (QByteArrayList{"sent", "queued"}));
    QCOMPARE(pubrels, QList<quint16>{released->packetId});
    client.publish("b", "once", QoS::ExactlyOnce, 9); // a repeat, the id is known
    QCOMPARE(payloadsOf(watcher.takePublishes()), QByteArrayList{"once"});
    publisher.publish("a", "live");
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"live"});
}

void TestSessionState::stateIsDiscardedWhenItsExpiryHasPassed_data()
{
    QTest::addColumn<quint32>("expirySeconds");
    QTest::newRow("MQTT-4.1.0-2: at once") << quint32(0);
    QTest::newRow("MQTT-4.1.0-2: after 5 s") << quint32(5);
    QTest::newRow("MQTT-4.1.0-2: after a day") << quint32(24 * anHour);
}

void TestSessionState::stateIsDiscardedWhenItsExpiryHasPassed()
{
    QFETCH(quint32, expirySeconds);
    TestBroker broker = brokerOfRow();
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("b", QoS::AtMostOnce);
    TestClient client = broker.connect(lastingConnect("c", ProtocolVersion::Mqtt5, expirySeconds));
    client.subscribe("a", QoS::AtLeastOnce);
    client.publish("b", "1", QoS::ExactlyOnce, 9);
    client.breakDown();
    TestClient publisher = broker.connect("pub");
    if (expirySeconds > 0) {
        QVERIFY(publishCompletely(publisher, "a", "queued", QoS::AtLeastOnce, 1));
        broker.advance(Seconds(expirySeconds) - Milliseconds(100));
        QVERIFY(broker.core().sessions().find("c"));
        broker.advance(Milliseconds(200));
    }
    auto [again, connack] = connectAndLook(broker, lastingConnect("c"));
    QVERIFY(connack && !connack->sessionPresent);
    publisher.publish("a", "live");
    QVERIFY(again.hasNothing());
    again.publish("b", "2", QoS::ExactlyOnce, 9); // no repeat: the id of before is forgotten
    QCOMPARE(payloadsOf(watcher.takePublishes()), (QByteArrayList{"1", "2"}));
}

// MQTT-4.5.0-1, MQTT3-4.5.0-1
void TestSessionState::messagesEnterTheStateOfAllMatchingSessions()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    const std::pair<const char *, bool> filters[]
        = {{"a/b", true}, {"a/+", true}, {"#", true}, {"+/b/#", true}, {"a/c", false}, {"a", false}, {"+", false}};
    for (const auto &[filter, matches] : filters) {
        TestClient client = connectLasting(broker, filter, version);
        client.subscribe(filter, QoS::ExactlyOnce);
        client.breakDown();
    }
    TestClient publisher = broker.connect("pub", version);
    QVERIFY(publishCompletely(publisher, "a/b", "x", qos, 1)); // acknowledged, so the broker owns it
    publisher.breakDown();
    for (const auto &[filter, matches] : filters) {
        TestClient client = connectLasting(broker, filter, version);
        QCOMPARE(client.takePublishes().size(), size_t(matches ? 1 : 0));
        client.breakDown(); // not acknowledged: it stays in the state
        client = connectLasting(broker, filter, version);
        QCOMPARE(takeAndComplete(client).size(), size_t(matches ? 1 : 0));
    }
}

QTEST_APPLESS_MAIN(TestSessionState)
#include "tst_sessionstate.moc"
