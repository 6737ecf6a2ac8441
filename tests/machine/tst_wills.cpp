#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Refuses wills and messages to one topic.
class WritingPolicy final : public Policy
{
public:
    ReasonCode mayPublish(const Origin &, QByteArrayView topic) override
    {
        return topic == "forbidden" ? ReasonCode::NotAuthorized : ReasonCode::Success;
    }
};

} // namespace

/// When a will is published, when it is not, and that it never is twice: over every store.
class TestWills : public QObject
{
    Q_OBJECT

    static ConnectPacket withWill(const QByteArray &clientId, ProtocolVersion version = ProtocolVersion::Mqtt5,
        QoS qos = QoS::AtLeastOnce)
    {
        ConnectPacket connect;
        connect.version = version;
        connect.clientId = clientId;
        connect.keepAliveSeconds = 10;
        connect.will = WillFields{"will", "gone", qos, false, {}};
        return connect;
    }
    static ConnectPacket withDelay(quint32 delaySeconds, quint32 expirySeconds)
    {
        ConnectPacket connect = withWill("c");
        connect.cleanStart = false;
        connect.keepAliveSeconds = 0;
        connect.properties.sessionExpiryInterval = expirySeconds;
        connect.will->properties.willDelayInterval = delaySeconds;
        return connect;
    }
    static TestClient watcherOf(TestBroker &broker)
    {
        TestClient watcher = broker.connect("watcher");
        watcher.subscribe("will", QoS::ExactlyOnce);
        return watcher;
    }

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void isPublishedWhenTheConnectionEndsBadly_data();
    void isPublishedWhenTheConnectionEndsBadly();
    void isNotPublishedAtDisconnect_data() { addBothVersions(); }
    void isNotPublishedAtDisconnect();
    void otherReasonsThanNormalPublishIt_data();
    void otherReasonsThanNormalPublishIt();
    void isPublishedOnce();
    void isDroppedWithoutTheRight();
    void hasItsQoSAndRetain_data();
    void hasItsQoSAndRetain();
    void propertiesAreForwardedWithoutTheDelay();
    void newConnectionBringsItsOwn();
    void waitsForItsDelay();
    void resumingInTimeCancelsIt();
    void cleanStartPublishesItAtOnce();
    void takeOverWithDelayCancelsIt();
    void sessionExpiryCapsTheDelay();
    void expiry0MakesTheDelayVoid();
    void expiryOfDisconnectCapsTheDelay();
    void reachesAQueueToo();
};

void TestWills::isPublishedWhenTheConnectionEndsBadly_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<ProtocolVersion>("version");
    for (const char *how : {"socket loss", "protocol error", "keep alive", "take-over", "broker.close"}) {
        QTest::addRow("%s, 3.1.1", how) << QByteArray(how) << ProtocolVersion::Mqtt311;
        QTest::addRow("%s, 5.0", how) << QByteArray(how) << ProtocolVersion::Mqtt5;
    }
}

// Behaviour 105. [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
void TestWills::isPublishedWhenTheConnectionEndsBadly()
{
    QFETCH(QByteArray, how);
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient watcher = connectLasting(broker, "watcher");
    watcher.subscribe("will", QoS::ExactlyOnce);
    TestClient client = broker.connect(withWill("c", version));
    QVERIFY(watcher.hasNothing());
    if (how == "socket loss")
        client.breakDown();
    else if (how == "protocol error")
        client.sendBytes(QByteArrayView("\xF1\0", 2)); // flags that no packet has
    else if (how == "keep alive")
        broker.advance(Milliseconds(15'100));
    else if (how == "take-over")
        broker.connect("c", version);
    else
        broker.core().connections().disconnectAll(ReasonCode::ServerShuttingDown, "the broker closes");
    broker.settle();
    QVERIFY(client.isClosed());
    if (how == "broker.close") // the watcher is gone too: it is in its queue, or was on its way
        watcher = connectLasting(broker, "watcher");
    const std::vector<PublishPacket> got = watcher.takePublishes();
    QCOMPARE(payloadsOf(got), QByteArrayList{"gone"});
    QVERIFY(!got[0].retain);
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->wills.empty()); // [MQTT-3.1.2-10]
}

// Behaviour 106. [MQTT-3.14.4-3] [MQTT3-3.14.4-3]
void TestWills::isNotPublishedAtDisconnect()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    TestClient client = broker.connect(withWill("c", version));
    if (broker.lateStore())
        QCOMPARE(broker.lateStore()->wills.size(), size_t(1)); // kept before the CONNACK
    client.disconnect();
    broker.advance(Seconds(100));
    QVERIFY(watcher.hasNothing());
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->wills.empty());
}

void TestWills::otherReasonsThanNormalPublishIt_data()
{
    QTest::addColumn<ReasonCode>("reason");
    QTest::newRow("0x04") << ReasonCode::DisconnectWithWill;
    QTest::newRow("0x80") << ReasonCode::UnspecifiedError;
    QTest::newRow("0x98") << ReasonCode::AdministrativeAction;
}

void TestWills::otherReasonsThanNormalPublishIt()
{
    QFETCH(ReasonCode, reason);
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    TestClient client = broker.connect(withWill("c"));
    client.disconnect(reason);
    QCOMPARE(payloadsOf(watcher.takePublishes()), QByteArrayList{"gone"});
}

// Behaviour 107.
void TestWills::isPublishedOnce()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    TestClient client = broker.connect(withWill("c"));
    client.sendBytes(QByteArrayView("\0\0", 2)); // closed for it
    client.breakDown();
    client.disconnect();
    QCOMPARE(takeAndComplete(watcher).size(), size_t(1));
    broker.connect("c").breakDown(); // without a will of its own
    broker.connect("c", ProtocolVersion::Mqtt5, false, 10).breakDown();
    broker.advance(Seconds(20));
    QVERIFY(watcher.hasNothing());
}

// Behaviour 108.
void TestWills::isDroppedWithoutTheRight()
{
    WritingPolicy policy;
    TestBroker broker = brokerOfRow({}, &policy);
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("forbidden", QoS::ExactlyOnce);
    ConnectPacket connect = withWill("c");
    connect.will->topic = "forbidden";
    broker.connect(connect).breakDown();
    QVERIFY(watcher.hasNothing());
    QCOMPARE(broker.core().counters().publishRefused, quint64(1));
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->wills.empty());
}

void TestWills::hasItsQoSAndRetain_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<bool>("retain");
    QTest::newRow("MQTT-3.1.2-12: QoS 0") << QoS::AtMostOnce << false;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce << false;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce << false;
    QTest::newRow("MQTT-3.1.2-15: QoS 0, retained") << QoS::AtMostOnce << true;
    QTest::newRow("QoS 1, retained") << QoS::AtLeastOnce << true;
    QTest::newRow("QoS 2, retained") << QoS::ExactlyOnce << true;
}

void TestWills::hasItsQoSAndRetain()
{
    QFETCH(QoS, qos);
    QFETCH(bool, retain);
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    ConnectPacket connect = withWill("c", ProtocolVersion::Mqtt5, qos);
    connect.will->retain = retain;
    broker.connect(connect).breakDown();
    const std::vector<PublishPacket> got = takeAndComplete(watcher);
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].qos, qos);
    TestClient late = broker.connect("late");
    late.subscribe("will", QoS::ExactlyOnce);
    const std::vector<PublishPacket> retained = late.takePublishes();
    QCOMPARE(retained.size(), size_t(retain ? 1 : 0)); // behaviour 90
    if (retain)
        QVERIFY(retained[0].retain);
}

// Behaviour 110: property 0x18 goes to nobody (the client's decoder would refuse it in a PUBLISH).
void TestWills::propertiesAreForwardedWithoutTheDelay()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    ConnectPacket connect = withDelay(5, 100);
    Properties &properties = connect.will->properties;
    properties.payloadFormatIndicator = 1;
    properties.messageExpiryInterval = 50;
    properties.contentType = "text/plain";
    properties.responseTopic = "reply";
    properties.correlationData = "7";
    properties.userProperties = {{"b", "1"}, {"a", "2"}};
    broker.connect(connect).breakDown();
    broker.advance(Seconds(6));
    const auto got = watcher.next<PublishPacket>();
    QVERIFY(got);
    Properties expected = properties;
    expected.willDelayInterval.reset();
    QVERIFY(got->properties == expected); // the expiry counts from when it is published (3.1.3.2.4)
}

void TestWills::newConnectionBringsItsOwn()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    ConnectPacket connect = withDelay(1'000, anHour);
    broker.connect(connect).breakDown();
    connect.will->payload = "second";
    connect.will->properties.willDelayInterval = 0;
    broker.connect(connect).breakDown();
    QCOMPARE(payloadsOf(takeAndComplete(watcher)), QByteArrayList{"second"});
    broker.advance(Seconds(2'000));
    QVERIFY(watcher.hasNothing());
}

// Behaviour 110. [MQTT-3.1.3-9] [MQTT-3.1.2-8]
void TestWills::waitsForItsDelay()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    broker.connect(withDelay(30, anHour)).breakDown();
    broker.advance(Milliseconds(29'900));
    QVERIFY(watcher.hasNothing());
    broker.advance(Milliseconds(200));
    QCOMPARE(payloadsOf(takeAndComplete(watcher)), QByteArrayList{"gone"});
    QVERIFY(broker.core().sessions().find("c")); // the session goes on
    broker.advance(Seconds(anHour));
    QVERIFY(watcher.hasNothing());
}

void TestWills::resumingInTimeCancelsIt()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    broker.connect(withDelay(30, anHour)).breakDown();
    broker.advance(Seconds(29));
    TestClient client = connectLasting(broker, "c"); // without a will
    broker.advance(Seconds(100));
    QVERIFY(watcher.hasNothing()); // [MQTT-3.1.3-9]
    client.breakDown();
    broker.advance(Seconds(100));
    QVERIFY(watcher.hasNothing());
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->wills.empty());
}

void TestWills::cleanStartPublishesItAtOnce()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    broker.connect(withDelay(30, anHour)).breakDown();
    broker.connect("c"); // the session ends, so the will is due [MQTT-3.1.2-8]
    QCOMPARE(payloadsOf(takeAndComplete(watcher)), QByteArrayList{"gone"});
    broker.advance(Seconds(100));
    QVERIFY(watcher.hasNothing());
}

void TestWills::takeOverWithDelayCancelsIt()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    TestClient first = broker.connect(withDelay(30, anHour));
    TestClient second = connectLasting(broker, "c");
    QVERIFY(first.isClosed());
    broker.advance(Seconds(100));
    QVERIFY(watcher.hasNothing()); // [MQTT-3.1.3-9]
    QVERIFY(!second.isClosed());
}

void TestWills::sessionExpiryCapsTheDelay()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    broker.connect(withDelay(1'000, 20)).breakDown();
    broker.advance(Seconds(19));
    QVERIFY(watcher.hasNothing());
    broker.advance(Seconds(2));
    QCOMPARE(payloadsOf(takeAndComplete(watcher)), QByteArrayList{"gone"});
    broker.advance(Seconds(2'000));
    QVERIFY(watcher.hasNothing());
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->wills.empty());
}

void TestWills::expiry0MakesTheDelayVoid()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    broker.connect(withDelay(1'000, 0)).breakDown();
    QCOMPARE(payloadsOf(watcher.takePublishes()), QByteArrayList{"gone"});
}

void TestWills::expiryOfDisconnectCapsTheDelay()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = watcherOf(broker);
    TestClient client = broker.connect(withDelay(1'000, anHour));
    DisconnectPacket disconnect;
    disconnect.reason = ReasonCode::DisconnectWithWill;
    disconnect.properties.sessionExpiryInterval = 0;
    client.send(disconnect);
    QCOMPARE(payloadsOf(watcher.takePublishes()), QByteArrayList{"gone"});
}

void TestWills::reachesAQueueToo()
{
    TestBroker broker = brokerOfRow();
    TestClient watcher = connectLasting(broker, "watcher");
    watcher.subscribe("will", QoS::ExactlyOnce);
    watcher.breakDown();
    broker.connect(withWill("one", ProtocolVersion::Mqtt5, QoS::AtLeastOnce)).breakDown();
    broker.connect(withWill("two", ProtocolVersion::Mqtt311, QoS::ExactlyOnce)).breakDown();
    watcher = connectLasting(broker, "watcher");
    QCOMPARE(takeAndComplete(watcher).size(), size_t(2));
}

QTEST_APPLESS_MAIN(TestWills)
#include "tst_wills.moc"
