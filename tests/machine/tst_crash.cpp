#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Everybody is the user that the CONNECT names.
class NamingPolicy final : public Policy
{
public:
    void authenticate(const ConnectPacket &connect, const PeerFacts &,
        std::function<void(ConnectDecision)> decided) override
    {
        ConnectDecision decision;
        decision.userName = connect.userName.value_or(QByteArray());
        decided(decision);
    }
    ReasonCode mayPublish(const Origin &origin, QByteArrayView topic) override
    {
        return topic != "for alice" || origin.userName == "alice" ? ReasonCode::Success : ReasonCode::NotAuthorized;
    }
};

} // namespace

/// What a restart after kill -9 finds: subscriptions, retained messages, wills, expiries (behaviour 102). The
/// handshakes are in tst_crashmodel.
class TestCrash : public QObject
{
    Q_OBJECT

    LateStore &store() { return *m_broker->lateStore(); }
    void takeOver() { store().setMode(StoreMode::Manual); }
    void crash()
    {
        m_broker->crash();
        store().setMode(StoreMode::EachTurn);
        m_broker->settle();
    }
    static ConnectPacket withWill(quint32 delaySeconds, quint32 expirySeconds)
    {
        ConnectPacket connect = lastingConnect("c", ProtocolVersion::Mqtt5, expirySeconds);
        connect.will = WillFields{"will", "gone", QoS::AtLeastOnce, false, {}};
        if (delaySeconds > 0)
            connect.will->properties.willDelayInterval = delaySeconds;
        return connect;
    }
    /// A session that collects wills and outlives crashes.
    void addWatcher()
    {
        TestClient watcher = connectLasting(*m_broker, "watcher");
        watcher.subscribe("will", QoS::AtLeastOnce, 1);
        watcher.subscribe("for alice", QoS::AtLeastOnce, 2);
    }
    QByteArrayList seenByWatcher()
    {
        TestClient watcher = connectLasting(*m_broker, "watcher");
        const QByteArrayList seen = payloadsOf(takeAndComplete(watcher));
        watcher.breakDown();
        return seen;
    }

private Q_SLOTS:
    void init() { m_broker = std::make_unique<TestBroker>(BrokerOptions(), StoreMode::EachTurn); }

    void acknowledgedSubscriptionsAreKeptWithTheirOptions();
    void unacknowledgedSubscriptionsAreNotThere();
    void removedSubscriptionsStayRemoved();
    void queuedMessagesKeepOrderAndProperties_data() { addBothVersions(); }
    void queuedMessagesKeepOrderAndProperties();
    void retainedMessagesAreKept();
    void retainedMessagesAreReplacedAndRemoved();
    void cleanSessionsAreGone();
    void cleanStartIsConfirmedWhenTheOldSessionIsGone();
    void sessionIsKeptByItsUser();
    void willOfAConnectedClientIsPublishedOnce_data();
    void willOfAConnectedClientIsPublishedOnce();
    void willOfASessionWithoutExpiryIsPublished();
    void willOfAUserKeepsItsRights();
    void willIsPublishedThoughItsClientIsBackAtOnce();
    void willDelayGoesOn();
    void willIsCancelledByResumingAfterACrash();
    void discardedWillIsNotPublished();
    void expiryGoesOn();
    void expiryOfAConnectedClientBeginsAtTheRestart();
    void expiryGoesOnOverSeveralCrashes();
    void expiredWhileDown();
    void sharedGroupsAreKept();
    void packetIdsAreNotUsedTwice();
    void droppedMessagesStayDropped();

private:
    NamingPolicy m_policy;
    std::unique_ptr<TestBroker> m_broker;
};

void TestCrash::acknowledgedSubscriptionsAreKeptWithTheirOptions()
{
    TestClient client = connectLasting(*m_broker, "c");
    client.subscribe({"a/+", QoS::AtLeastOnce, true, true}, 77, 1);
    client.subscribe({"b", QoS::AtMostOnce, false, false}, 0, 2);
    crash();
    auto [again, connack] = connectAndLook(*m_broker, lastingConnect("c"));
    QVERIFY(connack && connack->sessionPresent);
    again.publish("a/own", "no local", QoS::AtLeastOnce, 1);
    QCOMPARE(acknowledgementType(again), int(PacketType::Puback));
    m_broker->publish("a/x", "1", QoS::ExactlyOnce, true);
    m_broker->publish("b", "2", QoS::ExactlyOnce, true);
    const std::vector<PublishPacket> got = again.takePublishes();
    QCOMPARE(payloadsOf(got), (QByteArrayList{"1", "2"}));
    QCOMPARE(got[0].qos, QoS::AtLeastOnce);
    QVERIFY(got[0].retain);
    QVERIFY(got[0].properties.subscriptionIdentifiers == std::vector<quint32>{77});
    QCOMPARE(got[1].qos, QoS::AtMostOnce);
    QVERIFY(!got[1].retain);
}

void TestCrash::unacknowledgedSubscriptionsAreNotThere()
{
    TestClient client = connectLasting(*m_broker, "c");
    takeOver();
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries = {{"a", QoS::AtLeastOnce}};
    client.send(packet);
    QVERIFY(client.hasNothing());
    crash();
    client = connectLasting(*m_broker, "c");
    m_broker->publish("a", "x", QoS::AtLeastOnce);
    QVERIFY(client.hasNothing());
}

void TestCrash::removedSubscriptionsStayRemoved()
{
    TestClient client = connectLasting(*m_broker, "c");
    client.subscribe("a", QoS::AtLeastOnce, 1);
    client.subscribe("b", QoS::AtLeastOnce, 2);
    client.send(UnsubscribePacket{3, {"a"}, {}});
    QVERIFY(client.next<UnsubackPacket>());
    crash();
    client = connectLasting(*m_broker, "c");
    m_broker->publish("a", "x", QoS::AtLeastOnce);
    m_broker->publish("b", "y", QoS::AtLeastOnce);
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"y"});
}

void TestCrash::queuedMessagesKeepOrderAndProperties()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient publisher = m_broker->connect("pub");
    QByteArrayList expected;
    for (quint16 i = 1; i <= 20; ++i) {
        PublishPacket packet;
        packet.topic = "a";
        packet.payload = QByteArray::number(i);
        packet.qos = i % 3 ? QoS::AtLeastOnce : QoS::ExactlyOnce;
        packet.packetId = i;
        packet.properties.contentType = "t";
        publisher.publish(packet);
        if (packet.qos == QoS::ExactlyOnce)
            publisher.acknowledge(PacketType::Pubrel, i);
        expected.append(packet.payload);
    }
    crash();
    client = connectLasting(*m_broker, "c", version);
    const std::vector<PublishPacket> got = takeAndComplete(client);
    QCOMPARE(payloadsOf(got), expected);
    for (const PublishPacket &each : got) {
        QVERIFY(!each.duplicate); // none of them was ever sent
        QCOMPARE(each.properties.contentType.has_value(), version == ProtocolVersion::Mqtt5);
    }
}

void TestCrash::retainedMessagesAreKept()
{
    TestClient publisher = m_broker->connect("pub");
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
        QVERIFY(publishCompletely(publisher, "r/" + QByteArray::number(int(qos)), "x", qos, 5, true));
    PublishPacket shortLived;
    shortLived.topic = "r/short";
    shortLived.payload = "x";
    shortLived.retain = true;
    shortLived.properties.messageExpiryInterval = 10;
    publisher.publish(shortLived);
    crash();
    m_broker->advance(Seconds(11));
    TestClient client = m_broker->connect("c");
    client.subscribe("r/#", QoS::ExactlyOnce);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(3));
    for (const PublishPacket &each : got) {
        QVERIFY(each.retain);
        QCOMPARE(QByteArray::number(int(each.qos)), each.topic.last(1));
    }
}

void TestCrash::retainedMessagesAreReplacedAndRemoved()
{
    TestClient publisher = m_broker->connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "old", QoS::AtLeastOnce, 1, true));
    QVERIFY(publishCompletely(publisher, "a", "new", QoS::AtLeastOnce, 2, true));
    QVERIFY(publishCompletely(publisher, "b", "x", QoS::AtLeastOnce, 3, true));
    QVERIFY(publishCompletely(publisher, "b", "", QoS::AtLeastOnce, 4, true));
    crash();
    TestClient client = m_broker->connect("c");
    client.subscribe("#");
    QCOMPARE(payloadsOf(client.takePublishes()), QByteArrayList{"new"});
}

void TestCrash::cleanSessionsAreGone()
{
    TestClient client = m_broker->connect("c", ProtocolVersion::Mqtt311);
    client.subscribe("a", QoS::AtLeastOnce);
    TestClient wiped = connectLasting(*m_broker, "wiped");
    wiped.subscribe("a", QoS::AtLeastOnce);
    m_broker->connect("wiped"); // a clean start that ends the kept session
    crash();
    QCOMPARE(m_broker->core().sessions().size(), 0);
    QVERIFY(!connectAndLook(*m_broker, lastingConnect("wiped")).second->sessionPresent);
}

/// [MQTT-3.1.2-4]: told of a clean start, a client would not expect to find its old session after a crash.
void TestCrash::cleanStartIsConfirmedWhenTheOldSessionIsGone()
{
    connectLasting(*m_broker, "c").breakDown();
    m_broker->settle();
    takeOver();
    TestClient client = m_broker->open();
    ConnectPacket connect;
    connect.clientId = "c";
    client.send(connect);
    QVERIFY(client.hasNothing());
    while (store().completeOldest())
        m_broker->settle();
    QVERIFY(client.next<ConnackPacket>());
    crash();
    QVERIFY(!connectAndLook(*m_broker, lastingConnect("c")).second->sessionPresent);
}

void TestCrash::sessionIsKeptByItsUser()
{
    m_broker = std::make_unique<TestBroker>(BrokerOptions(), StoreMode::EachTurn, &m_policy);
    ConnectPacket connect = lastingConnect("c");
    connect.userName = "alice";
    m_broker->connect(connect);
    crash();
    connect.userName = "mallory";
    QCOMPARE(connectAndLook(*m_broker, connect).second->reason, ReasonCode::NotAuthorized);
    connect.userName = "alice";
    QVERIFY(connectAndLook(*m_broker, connect).second->sessionPresent);
}

void TestCrash::willOfAConnectedClientIsPublishedOnce_data()
{
    QTest::addColumn<quint32>("delay");
    QTest::newRow("at once") << quint32(0);
    QTest::newRow("after its delay") << quint32(20);
}

void TestCrash::willOfAConnectedClientIsPublishedOnce()
{
    QFETCH(quint32, delay);
    addWatcher();
    m_broker->connect(withWill(delay, anHour));
    crash();
    if (delay > 0) {
        m_broker->advance(Seconds(delay - 1));
        QCOMPARE(seenByWatcher(), QByteArrayList{});
        m_broker->advance(Seconds(2));
    } else {
        m_broker->advance(Milliseconds(100));
    }
    QCOMPARE(seenByWatcher(), QByteArrayList{"gone"});
    crash();
    m_broker->advance(Seconds(100));
    QCOMPARE(seenByWatcher(), QByteArrayList{});
    QVERIFY(store().wills.empty());
}

void TestCrash::willOfASessionWithoutExpiryIsPublished()
{
    addWatcher();
    m_broker->connect(withWill(0, 0));
    crash(); // ended the connection, and not cleanly
    m_broker->advance(Milliseconds(100));
    QCOMPARE(seenByWatcher(), QByteArrayList{"gone"});
    QVERIFY(!m_broker->core().sessions().find("c"));
    QVERIFY(store().wills.empty());
}

void TestCrash::willOfAUserKeepsItsRights()
{
    m_broker = std::make_unique<TestBroker>(BrokerOptions(), StoreMode::EachTurn, &m_policy);
    addWatcher();
    for (const quint32 expiry : {0U, anHour}) {
        for (const char *user : {"alice", "mallory"}) {
            ConnectPacket connect = withWill(0, expiry);
            connect.clientId = QByteArray(user) + QByteArray::number(expiry);
            connect.userName = user;
            connect.will->topic = "for alice";
            connect.will->payload = user;
            m_broker->connect(connect);
        }
    }
    crash();
    m_broker->advance(Milliseconds(100));
    QCOMPARE(seenByWatcher(), (QByteArrayList{"alice", "alice"}));
}

/// [MQTT-3.1.2-8]: the crash ended the connection. The will is not discarded by who comes before the broker has come
/// round to it.
void TestCrash::willIsPublishedThoughItsClientIsBackAtOnce()
{
    addWatcher();
    m_broker->connect(withWill(0, anHour));
    m_broker->advance(Milliseconds(7)); // between two ticks of the deadlines
    crash();
    connectLasting(*m_broker, "c");
    m_broker->advance(Milliseconds(100));
    QCOMPARE(seenByWatcher(), QByteArrayList{"gone"});
    QVERIFY(store().wills.empty());
}

void TestCrash::willDelayGoesOn()
{
    addWatcher();
    m_broker->connect(withWill(100, anHour)).breakDown();
    m_broker->advance(Seconds(60));
    crash();
    m_broker->advance(Seconds(39));
    QCOMPARE(seenByWatcher(), QByteArrayList{});
    m_broker->advance(Seconds(2)); // 100 in all, not 160
    QCOMPARE(seenByWatcher(), QByteArrayList{"gone"});
}

void TestCrash::willIsCancelledByResumingAfterACrash()
{
    addWatcher();
    m_broker->connect(withWill(100, anHour));
    crash();
    connectLasting(*m_broker, "c"); // [MQTT-3.1.3-9]
    m_broker->advance(Seconds(200));
    QCOMPARE(seenByWatcher(), QByteArrayList{});
}

void TestCrash::discardedWillIsNotPublished()
{
    addWatcher();
    m_broker->connect(withWill(0, anHour)).disconnect(); // [MQTT-3.14.4-3]
    crash();
    m_broker->advance(Seconds(200));
    QCOMPARE(seenByWatcher(), QByteArrayList{});
}

void TestCrash::expiryGoesOn()
{
    m_broker->connect(lastingConnect("c", ProtocolVersion::Mqtt5, 100)).breakDown();
    m_broker->advance(Seconds(60));
    crash();
    m_broker->advance(Seconds(39));
    QVERIFY(m_broker->core().sessions().find("c"));
    m_broker->advance(Seconds(2)); // 100 in all, not 160 [MQTT-4.1.0-2]
    QVERIFY(!m_broker->core().sessions().find("c"));
    QVERIFY(store().sessions.empty());
}

void TestCrash::expiryOfAConnectedClientBeginsAtTheRestart()
{
    m_broker->connect(lastingConnect("c", ProtocolVersion::Mqtt5, 100));
    m_broker->advance(Seconds(500));
    crash();
    m_broker->advance(Seconds(99));
    QVERIFY(m_broker->core().sessions().find("c"));
    m_broker->advance(Seconds(2));
    QVERIFY(!m_broker->core().sessions().find("c"));
}

void TestCrash::expiryGoesOnOverSeveralCrashes()
{
    addWatcher();
    m_broker->connect(withWill(300, 400));
    for (int i = 0; i < 3; ++i) {
        crash();
        m_broker->advance(Seconds(90));
    }
    QCOMPARE(seenByWatcher(), QByteArrayList{});
    m_broker->advance(Seconds(35)); // 305 since the first of them
    QCOMPARE(seenByWatcher(), QByteArrayList{"gone"});
    crash();
    m_broker->advance(Seconds(100)); // 405
    QVERIFY(!m_broker->core().sessions().find("c"));
}

void TestCrash::expiredWhileDown()
{
    m_broker->connect(lastingConnect("c", ProtocolVersion::Mqtt5, 100)).breakDown();
    m_broker->clock().advance(Seconds(1'000)); // time passes and nobody turns the broker
    crash();
    m_broker->advance(Milliseconds(100));
    QVERIFY(!m_broker->core().sessions().find("c"));
}

void TestCrash::sharedGroupsAreKept()
{
    for (const char *id : {"one", "two"}) {
        TestClient member = connectLasting(*m_broker, id);
        member.subscribe("$share/g/a", QoS::AtLeastOnce);
    }
    crash();
    TestClient one = connectLasting(*m_broker, "one");
    TestClient two = connectLasting(*m_broker, "two");
    for (int i = 0; i < 6; ++i)
        m_broker->publish("a", "x", QoS::AtLeastOnce);
    QCOMPARE(one.takePublishes().size(), size_t(3));
    QCOMPARE(two.takePublishes().size(), size_t(3));
}

// Behaviour 102: ids and numbers do not collide with those of before. [MQTT-2.2.1-4]
void TestCrash::packetIdsAreNotUsedTwice()
{
    TestClient client = connectLasting(*m_broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    for (int i = 0; i < 3; ++i)
        m_broker->publish("a", "before", QoS::ExactlyOnce);
    QCOMPARE(client.takePublishes().size(), size_t(3));
    for (int round = 0; round < 3; ++round) {
        crash();
        client = connectLasting(*m_broker, "c");
        m_broker->publish("a", "after", QoS::ExactlyOnce);
        m_broker->publish("a", "after", QoS::AtLeastOnce);
        std::set<quint16> ids;
        const std::vector<PublishPacket> got = client.takePublishes();
        for (const PublishPacket &each : got)
            ids.insert(each.packetId);
        QCOMPARE(got.size(), size_t(3 + 2 * (round + 1)));
        QCOMPARE(ids.size(), got.size());
    }
    QCOMPARE(store().sessions["c"].deliveries.size(), size_t(9));
}

void TestCrash::droppedMessagesStayDropped()
{
    BrokerOptions options;
    options.maximumQueuedMessages = 2;
    options.queueFull = QueueFullPolicy::DropOldest;
    m_broker = std::make_unique<TestBroker>(options, StoreMode::EachTurn);
    TestClient client = connectLasting(*m_broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    for (int i = 1; i <= 5; ++i)
        m_broker->publish("a", QByteArray::number(i), i % 2 ? QoS::AtLeastOnce : QoS::ExactlyOnce);
    crash();
    client = connectLasting(*m_broker, "c");
    QCOMPARE(payloadsOf(takeAndComplete(client)), (QByteArrayList{"4", "5"}));
}

QTEST_APPLESS_MAIN(TestCrash)
#include "tst_crash.moc"
