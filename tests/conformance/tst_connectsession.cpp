#include "conformance/connecting.h"

using namespace pigeon;
using namespace pigeon::test;

/// 3.1.2.4, 3.1.3.1, 3.1.4, 3.2.2.1: which session a CONNECT begins or resumes, how long it lasts, whose it is.
class ConnectSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanStartDiscardsTheSession_data();
    void cleanStartDiscardsTheSession();
    void sessionIsResumed_data();
    void sessionIsResumed();
    void sessionIsCreatedWhenThereIsNone_data() { addVersionRows(); }
    void sessionIsCreatedWhenThereIsNone();
    void sessionOutlivesTheConnection_data();
    void sessionOutlivesTheConnection();
    void sessionOutlivesTheProcess_data() { addVersionRows(); }
    void sessionOutlivesTheProcess();
    void messagesAreStoredWhileAway_data() { addVersionRows(); }
    void messagesAreStoredWhileAway();
    void cleanSessionLastsAsLongAsItsConnection();
    void retainedMessagesOutliveTheSession_data() { addVersionRows(); }
    void retainedMessagesOutliveTheSession();
    void sessionExpires_data();
    void sessionExpires();
    void longExpiryIsClamped_data();
    void longExpiryIsClamped();
    void clientIdIdentifiesTheSession_data() { addVersionRows(); }
    void clientIdIdentifiesTheSession();
    void oldConnectionIsTakenOver_data();
    void oldConnectionIsTakenOver();
    void oldConnectionIsGoneBeforeTheNewConnack_data() { addVersionRows(); }
    void oldConnectionIsGoneBeforeTheNewConnack();
    void takenOverSessionGoesOn_data() { addVersionRows(); }
    void takenOverSessionGoesOn();
    void versionsShareSessions();
};

namespace {

const std::optional<StoreMode> stores[] = {std::nullopt, StoreMode::EachTurn, StoreMode::Batches};

void addVersionAndStoreRows(const char *clauses311, const char *clauses5)
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<int>("store");
    const char *names[] = {"memory", "late store", "store of batches"};
    for (int store = 0; store < 3; ++store) {
        QTest::addRow("%s 3.1.1, %s", clauses311, names[store]) << mqtt311 << store;
        QTest::addRow("%s 5.0, %s", clauses5, names[store]) << mqtt5 << store;
    }
}

/// The client "c" leaves a subscription, a message under way each way and one that waits.
void leaveSession(TestBroker &broker, ProtocolVersion version)
{
    TestClient client = broker.connect(lastingConnect("c", version));
    client.subscribe("t", QoS::ExactlyOnce);
    broker.publish("t", "under way", QoS::AtLeastOnce);
    if (client.takePublishes().size() != 1)
        qFatal("No message came");
    client.publish("inbound", "once", QoS::ExactlyOnce, 77); // its PUBREL never comes
    client.breakDown();
    broker.publish("t", "waiting", QoS::ExactlyOnce);
}

} // namespace

void ConnectSessions::cleanStartDiscardsTheSession_data()
{
    addVersionAndStoreRows("MQTT3-3.1.2-6 MQTT3-3.1.4-3 MQTT3-3.2.2-1", "MQTT-3.1.2-4 MQTT-3.1.4-4 MQTT-3.2.2-2");
}

void ConnectSessions::cleanStartDiscardsTheSession()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, store);
    TestBroker broker({}, stores[store]);
    TestClient listener = broker.connect("listener");
    listener.subscribe("inbound");
    leaveSession(broker, version);
    QCOMPARE(listener.takePublishes().size(), size_t(1));

    TestClient client = dial(broker, lastingConnect("c", version, true));
    QVERIFY(!client.next<ConnackPacket>().value().sessionPresent);
    QVERIFY(client.hasNothing()); // no message of before
    broker.publish("t", "x", QoS::AtLeastOnce);
    QVERIFY(client.hasNothing()); // no subscription of before
    client.publish("inbound", "again", QoS::ExactlyOnce, 77); // no packet identifier of before
    QCOMPARE(payloadsOf(listener.takePublishes()), std::vector<QByteArray>{"again"});
    client.breakDown();
    client = dial(broker, lastingConnect("c", version)); // nor does anything come back later
    client.next<ConnackPacket>();
    QVERIFY(client.takePublishes().empty());
}

void ConnectSessions::sessionIsResumed_data()
{
    addVersionAndStoreRows("MQTT3-3.1.2-4 MQTT3-3.2.2-2 MQTT3-3.1.4-3", "MQTT-3.1.2-5 MQTT-3.2.2-3 MQTT-3.1.4-4");
}

void ConnectSessions::sessionIsResumed()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, store);
    TestBroker broker({}, stores[store]);
    TestClient listener = broker.connect("listener");
    listener.subscribe("inbound");
    leaveSession(broker, version);
    listener.takePublishes();

    TestClient client = dial(broker, lastingConnect("c", version));
    QVERIFY(client.next<ConnackPacket>().value().sessionPresent);
    const std::vector<PublishPacket> publishes = client.takePublishes();
    QCOMPARE(payloadsOf(publishes), (std::vector<QByteArray>{"under way", "waiting"}));
    for (const PublishPacket &publish : publishes)
        client.acknowledge(publish.qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, publish.packetId);
    client.takeBytes();
    broker.publish("t", "now");
    QCOMPARE(payloadsOf(client.takePublishes()), std::vector<QByteArray>{"now"});
    client.publish("inbound", "once", QoS::ExactlyOnce, 77); // the same one again
    QVERIFY(listener.hasNothing());
}

void ConnectSessions::sessionIsCreatedWhenThereIsNone() // MQTT-3.1.2-6 MQTT3-3.1.2-4 MQTT-3.2.2-3 MQTT3-3.2.2-3
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = dial(broker, lastingConnect("c", version));
    const auto connack = client.next<ConnackPacket>();
    QCOMPARE(connack.value().reason, ReasonCode::Success);
    QVERIFY(!connack->sessionPresent);
    client.breakDown();
    QVERIFY(answerTo(broker, lastingConnect("c", version)).value().sessionPresent); // row 29: though it is empty
}

void ConnectSessions::sessionOutlivesTheConnection_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<bool>("isNormal");
    QTest::newRow("MQTT3-3.1.2-4 the network breaks") << mqtt311 << false;
    QTest::newRow("MQTT3-3.1.2-4 DISCONNECT") << mqtt311 << true;
    QTest::newRow("MQTT-3.1.2-23 the network breaks") << mqtt5 << false;
    QTest::newRow("MQTT-3.1.2-23 DISCONNECT") << mqtt5 << true;
}

void ConnectSessions::sessionOutlivesTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(bool, isNormal);
    TestBroker broker;
    TestClient client = broker.connect(lastingConnect("c", version));
    client.subscribe("t", QoS::AtLeastOnce);
    if (isNormal)
        client.disconnect();
    else
        client.breakDown();
    broker.advance(std::chrono::minutes(59));
    client = dial(broker, lastingConnect("c", version));
    QVERIFY(client.next<ConnackPacket>().value().sessionPresent);
    broker.publish("t", "x");
    QVERIFY(client.next<PublishPacket>());
}

void ConnectSessions::sessionOutlivesTheProcess() // MQTT-3.1.2-23 MQTT3-3.1.2-4
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient listener = broker.connect("listener");
    leaveSession(broker, version);
    broker.crash();
    listener = broker.connect("listener");
    listener.subscribe("inbound");
    TestClient client = dial(broker, lastingConnect("c", version));
    QVERIFY(client.next<ConnackPacket>().value().sessionPresent);
    QCOMPARE(payloadsOf(client.takePublishes()), (std::vector<QByteArray>{"under way", "waiting"}));
    client.publish("inbound", "once", QoS::ExactlyOnce, 77);
    QVERIFY(listener.hasNothing());
}

void ConnectSessions::messagesAreStoredWhileAway() // MQTT3-3.1.2-5 MQTT-3.1.2-23
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect(lastingConnect("c", version));
    client.subscribe("a/+", QoS::ExactlyOnce);
    client.subscribe("gone", QoS::ExactlyOnce);
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 9;
    unsubscribe.filters.push_back("gone");
    client.send(unsubscribe);
    client.disconnect();
    broker.publish("a/1", "QoS 1", QoS::AtLeastOnce);
    broker.publish("gone", "of no subscription", QoS::AtLeastOnce);
    broker.publish("a/2", "QoS 2", QoS::ExactlyOnce);
    client = broker.connect(lastingConnect("c", version));
    const std::vector<PublishPacket> publishes = client.takePublishes();
    QCOMPARE(payloadsOf(publishes), (std::vector<QByteArray>{"QoS 1", "QoS 2"}));
    QCOMPARE(publishes[0].qos, QoS::AtLeastOnce);
    QCOMPARE(publishes[1].qos, QoS::ExactlyOnce);
}

void ConnectSessions::cleanSessionLastsAsLongAsItsConnection() // MQTT3-3.1.2-6
{
    TestBroker broker;
    TestClient client = broker.connect("c", mqtt311, true);
    client.subscribe("t", QoS::AtLeastOnce);
    client.breakDown();
    QVERIFY(!broker.core().sessions().find("c"));
    broker.publish("t", "x", QoS::AtLeastOnce);
    client = dial(broker, connectPacket("c", mqtt311, false));
    QVERIFY(!client.next<ConnackPacket>().value().sessionPresent);
    broker.publish("t", "x", QoS::AtLeastOnce);
    QVERIFY(client.hasNothing());
}

void ConnectSessions::retainedMessagesOutliveTheSession() // MQTT3-3.1.2-7 (in MQTT3-3.1.2-6), 4.1 of 5.0
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect(connectPacket("c", version));
    client.publish("t", "kept", QoS::AtLeastOnce, 1, true);
    client.disconnect();
    QVERIFY(!broker.core().sessions().find("c"));
    QCOMPARE(retainedIn(broker, "#"), std::vector<QByteArray>{"t=kept QoS 1"});
    broker.connect(connectPacket("c", version)); // nor does a new session delete them
    QCOMPARE(retainedIn(broker, "#"), std::vector<QByteArray>{"t=kept QoS 1"});
}

void ConnectSessions::sessionExpires_data()
{
    QTest::addColumn<quint32>("seconds");
    QTest::addColumn<int>("after");
    QTest::addColumn<bool>("isPresent");
    QTest::newRow("MQTT-3.1.2-23 in time") << 100u << 98 << true;
    QTest::newRow("3.1.2.11.2 too late") << 100u << 102 << false;
    QTest::newRow("3.1.2.11.2 of 0") << 0u << 0 << false;
    QTest::newRow("3.1.2.11.2 never") << 0xFFFFFFFFu << 1'000'000'000 << true;
}

void ConnectSessions::sessionExpires()
{
    QFETCH(quint32, seconds);
    QFETCH(int, after);
    QFETCH(bool, isPresent);
    TestBroker broker;
    ConnectPacket connect = connectPacket("c");
    connect.properties.sessionExpiryInterval = seconds;
    TestClient client = broker.connect(connect);
    broker.advance(std::chrono::seconds(200)); // a connection does not use it up
    client.breakDown();
    broker.advance(std::chrono::seconds(after));
    connect.cleanStart = false;
    QCOMPARE(answerTo(broker, connect).value().sessionPresent, isPresent);
}

void ConnectSessions::longExpiryIsClamped_data() // 3.2.2.3.2
{
    QTest::addColumn<quint32>("wish");
    QTest::addColumn<std::optional<quint32>>("told");
    QTest::newRow("longer: clamped and told") << 101u << std::optional<quint32>(100);
    QTest::newRow("never: clamped and told") << 0xFFFFFFFFu << std::optional<quint32>(100);
    QTest::newRow("as long: not told") << 100u << std::optional<quint32>();
    QTest::newRow("none: not told") << 0u << std::optional<quint32>();
}

void ConnectSessions::longExpiryIsClamped()
{
    QFETCH(quint32, wish);
    QFETCH(std::optional<quint32>, told);
    BrokerOptions options;
    options.maximumSessionExpirySeconds = 100;
    TestBroker broker(options);
    ConnectPacket connect = connectPacket("c");
    connect.properties.sessionExpiryInterval = wish;
    TestClient client = dial(broker, connect);
    QCOMPARE(client.next<ConnackPacket>().value().properties.sessionExpiryInterval, told);
    client.breakDown();
    broker.advance(std::chrono::seconds(102));
    QVERIFY(!broker.core().sessions().find("c"));
    TestClient old = broker.connect("old", mqtt311, false); // 3.1.1 has no words for it, but the same bound
    old.breakDown();
    broker.advance(std::chrono::seconds(98));
    QVERIFY(broker.core().sessions().find("old"));
    broker.advance(std::chrono::seconds(4));
    QVERIFY(!broker.core().sessions().find("old"));
}

void ConnectSessions::clientIdIdentifiesTheSession() // MQTT-3.1.3-2 MQTT3-3.1.3-2
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect(lastingConnect("client", version));
    client.subscribe("t", QoS::AtLeastOnce);
    client.breakDown();
    for (const char *other : {"Client", "client ", "clien", "client0"}) { // compared byte for byte
        TestClient stranger = dial(broker, lastingConnect(other, version));
        QVERIFY(!stranger.next<ConnackPacket>().value().sessionPresent);
    }
    broker.publish("t", "x", QoS::AtLeastOnce);
    TestClient back = broker.open("198.51.100.7"); // from wherever it comes
    back.setVersion(version);
    back.send(lastingConnect("client", version));
    QVERIFY(back.next<ConnackPacket>().value().sessionPresent);
    QVERIFY(back.next<PublishPacket>());
}

void ConnectSessions::oldConnectionIsTakenOver_data()
{
    addVersionAndStoreRows("MQTT3-3.1.4-2", "MQTT-3.1.4-3");
}

void ConnectSessions::oldConnectionIsTakenOver() // row 26
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, store);
    TestBroker broker({}, stores[store]);
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("will");
    for (const bool cleanStart : {true, false}) {
        ConnectPacket connect = lastingConnect("c", version, cleanStart);
        TestClient third = broker.connect(lastingConnect("third", version));
        connect.will = willOf("will", "of the old one");
        TestClient old = broker.connect(connect);
        connect.will.reset();
        TestClient newcomer = broker.connect(connect);
        QCOMPARE(standing(old), closedFor(version, 0x8E));
        QCOMPARE(payloadsOf(watcher.takePublishes()), std::vector<QByteArray>{"of the old one"});
        QVERIFY(!newcomer.isClosed());
        QVERIFY(!third.isClosed());
        newcomer.send(PingreqPacket());
        QVERIFY(newcomer.next<PingrespPacket>());
        QCOMPARE(broker.services().connections.connected(), size_t(3));
    }
}

void ConnectSessions::oldConnectionIsGoneBeforeTheNewConnack() // row 26, 3.1.4
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient old = broker.connect(lastingConnect("c", version));
    broker.lateStore()->setMode(StoreMode::Manual);
    TestClient newcomer = dial(broker, lastingConnect("c", version));
    QCOMPARE(standing(old), closedFor(version, 0x8E));
    QVERIFY(newcomer.hasNothing());
    while (broker.lateStore()->completeOldest()) { }
    broker.settle();
    QVERIFY(newcomer.next<ConnackPacket>().value().sessionPresent);
}

void ConnectSessions::takenOverSessionGoesOn() // MQTT-3.1.2-5 MQTT3-3.1.2-4 MQTT-3.2.2-3
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient old = broker.connect(lastingConnect("c", version));
    old.subscribe("t", QoS::AtLeastOnce);
    broker.publish("t", "x", QoS::AtLeastOnce);
    const auto first = old.next<PublishPacket>();
    QVERIFY(first);
    TestClient newcomer = dial(broker, lastingConnect("c", version));
    QVERIFY(newcomer.next<ConnackPacket>().value().sessionPresent);
    const auto again = newcomer.next<PublishPacket>();
    QVERIFY(again);
    QCOMPARE(again->packetId, first->packetId);
    old.acknowledge(PacketType::Puback, first->packetId); // from the grave
    newcomer.acknowledge(PacketType::Puback, first->packetId);
    broker.publish("t", "y", QoS::AtLeastOnce);
    QVERIFY(old.takePublishes().empty());
    QVERIFY(newcomer.next<PublishPacket>());
}

void ConnectSessions::versionsShareSessions() // the client id identifies it, whatever the version
{
    TestBroker broker;
    TestClient client = broker.connect("c", mqtt311, false);
    client.subscribe("t", QoS::AtLeastOnce);
    client.breakDown();
    broker.publish("t", "x", QoS::AtLeastOnce);
    client = dial(broker, lastingConnect("c", mqtt5));
    QVERIFY(client.next<ConnackPacket>().value().sessionPresent);
    QVERIFY(client.next<PublishPacket>());
}

QTEST_APPLESS_MAIN(ConnectSessions)
#include "tst_connectsession.moc"
