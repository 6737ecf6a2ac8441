#include "conformance/connecting.h"

using namespace pigeon;
using namespace pigeon::test;

/// 3.1.2.5 to 3.1.2.7 and 3.1.3.2: when a will is published, when not, how, and that it is once.
class ConnectWills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void willIsPublishedWhenTheConnectionEndsBadly_data();
    void willIsPublishedWhenTheConnectionEndsBadly();
    void willIsDeletedByDisconnect_data() { addVersionRows(); }
    void willIsDeletedByDisconnect();
    void publishedWillIsGone_data() { addVersionRows(); }
    void publishedWillIsGone();
    void noWillNoMessage_data() { addVersionRows(); }
    void noWillNoMessage();
    void willOfARefusedConnectIsNotPublished_data() { addVersionRows(); }
    void willOfARefusedConnectIsNotPublished();
    void willHasItsQoSAndRetain_data();
    void willHasItsQoSAndRetain();
    void willIsDelayed();
    void willIsPublishedWhenTheSessionEndsFirst_data();
    void willIsPublishedWhenTheSessionEndsFirst();
    void willIsNotPublishedWhenTheClientIsBackInTime_data();
    void willIsNotPublishedWhenTheClientIsBackInTime();
    void cleanStartEndsTheSessionAndItsDelay();
    void disconnectWithWillPublishesIt();
    void willIsStored_data() { addVersionRows(); }
    void willIsStored();
    void willPropertiesAreForwarded();
    void retainedWillIsRefusedWhereRetainIsNotAvailable();
};

namespace {

/// A broker with a watcher of all topics that wills of these tests go to.
struct WatchedBroker
{
    explicit WatchedBroker(BrokerOptions options = {}, std::optional<StoreMode> mode = std::nullopt)
        : broker(std::move(options), mode)
        , watcher(broker.connect("watcher"))
    {
        watcher.subscribe("will/#", QoS::ExactlyOnce);
    }
    std::vector<QByteArray> wills() { return payloadsOf(watcher.takePublishes()); }

    TestBroker broker;
    TestClient watcher;
};

ConnectPacket connectWithWill(ProtocolVersion version, const QByteArray &clientId = "c")
{
    ConnectPacket connect = connectPacket(clientId, version);
    connect.will = willOf("will/" + clientId);
    return connect;
}

ConnectPacket connectWithDelayedWill(quint32 delaySeconds, quint32 expirySeconds)
{
    ConnectPacket connect = connectWithWill(mqtt5);
    connect.will->properties.willDelayInterval = delaySeconds;
    connect.properties.sessionExpiryInterval = expirySeconds;
    return connect;
}

const std::vector<QByteArray> gone{"gone"};
const std::vector<QByteArray> nothing;

} // namespace

void ConnectWills::willIsPublishedWhenTheConnectionEndsBadly_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("how");
    for (const char *how : {"break", "silence", "malformed", "take-over", "server"}) {
        QTest::addRow("MQTT3-3.1.2-8 %s", how) << mqtt311 << QByteArray(how);
        QTest::addRow("MQTT-3.1.2-7 MQTT-3.1.2-8 %s", how) << mqtt5 << QByteArray(how);
    }
}

void ConnectWills::willIsPublishedWhenTheConnectionEndsBadly() // rows 2, 24
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, how);
    WatchedBroker watched;
    ConnectPacket connect = connectWithWill(version);
    connect.keepAliveSeconds = 10;
    TestClient client = watched.broker.connect(connect);
    QCOMPARE(watched.wills(), nothing);
    if (how == "break")
        client.breakDown();
    else if (how == "silence")
        watched.broker.advance(std::chrono::seconds(20));
    else if (how == "malformed")
        client.sendBytes(packetBytes("00 ()"));
    else if (how == "take-over")
        watched.broker.connect("c", version);
    else
        watched.broker.core().sessions().find("c")->connection()->disconnect(
            ReasonCode::AdministrativeAction, "the operator wants it");
    watched.broker.settle();
    QVERIFY(client.isClosed());
    QCOMPARE(watched.wills(), gone);
}

void ConnectWills::willIsDeletedByDisconnect() // MQTT-3.1.2-8 MQTT-3.1.2-10 MQTT3-3.1.2-8 MQTT3-3.1.2-10
{
    QFETCH(ProtocolVersion, version);
    WatchedBroker watched;
    ConnectPacket connect = lastingConnect("c", version);
    connect.will = willOf("will/c");
    TestClient client = watched.broker.connect(connect);
    client.disconnect();
    QCOMPARE(watched.wills(), nothing);
    connect.will.reset();
    client = watched.broker.connect(connect); // nor later, when the session has another connection
    client.breakDown();
    watched.broker.advance(std::chrono::hours(2));
    QCOMPARE(watched.wills(), nothing);
}

void ConnectWills::publishedWillIsGone() // MQTT-3.1.2-10 MQTT3-3.1.2-10
{
    QFETCH(ProtocolVersion, version);
    WatchedBroker watched({}, StoreMode::EachTurn);
    ConnectPacket connect = lastingConnect("c", version);
    connect.will = willOf("will/c");
    watched.broker.connect(connect).breakDown();
    QCOMPARE(watched.wills(), gone);
    QVERIFY(watched.broker.lateStore()->wills.empty());
    connect.will.reset();
    watched.broker.connect(connect).breakDown();
    QCOMPARE(watched.wills(), nothing);
    watched.broker.advance(std::chrono::hours(2)); // the session ends
    QCOMPARE(watched.wills(), nothing);
}

void ConnectWills::noWillNoMessage() // MQTT3-3.1.2-12 MQTT-3.1.2-8
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("#");
    broker.connect("c", version).breakDown();
    broker.advance(std::chrono::seconds(10));
    QVERIFY(watcher.hasNothing());
}

void ConnectWills::willOfARefusedConnectIsNotPublished() // MQTT3-3.1.2-8: "if the Connect request is accepted"; row 18
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}};
    TestBroker broker({}, std::nullopt, &policy);
    TestClient watcher = broker.connect(withPassword(connectPacket("watcher"), "joe", "pw"));
    watcher.subscribe("#");
    TestClient refused = dial(broker, withPassword(connectWithWill(version), "joe", "wrong"));
    QVERIFY(refused.isClosed());
    policy.isLate = true;
    TestClient undecided = dial(broker, withPassword(connectWithWill(version), "joe", "pw"));
    undecided.breakDown();
    policy.answer();
    broker.advance(std::chrono::minutes(1));
    QVERIFY(watcher.hasNothing());
}

void ConnectWills::willHasItsQoSAndRetain_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<bool>("retain");
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        const int number = static_cast<int>(qos);
        QTest::addRow("MQTT3-3.1.2-9 MQTT3-3.1.2-16 QoS %d", number) << mqtt311 << qos << false;
        QTest::addRow("MQTT3-3.1.2-9 MQTT3-3.1.2-17 QoS %d", number) << mqtt311 << qos << true;
        QTest::addRow("MQTT-3.1.2-14 QoS %d", number) << mqtt5 << qos << false;
        QTest::addRow("MQTT-3.1.2-15 QoS %d", number) << mqtt5 << qos << true;
    }
}

void ConnectWills::willHasItsQoSAndRetain()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    QFETCH(bool, retain);
    WatchedBroker watched;
    ConnectPacket connect = connectWithWill(version);
    connect.will->qos = qos;
    connect.will->retain = retain;
    watched.broker.connect(connect).breakDown();
    const auto will = watched.watcher.next<PublishPacket>();
    QVERIFY(will);
    QCOMPARE(will->qos, qos);
    const QByteArray kept = "will/c=gone QoS " + QByteArray::number(static_cast<int>(qos));
    QCOMPARE(retainedIn(watched.broker, "will/#"), retain ? std::vector{kept} : std::vector<QByteArray>());
}

void ConnectWills::willIsDelayed() // MQTT-3.1.2-8
{
    WatchedBroker watched;
    watched.broker.connect(connectWithDelayedWill(60, anHour)).breakDown();
    watched.broker.advance(std::chrono::seconds(58));
    QCOMPARE(watched.wills(), nothing);
    watched.broker.advance(std::chrono::seconds(4));
    QCOMPARE(watched.wills(), gone);
    watched.broker.advance(std::chrono::hours(2));
    QCOMPARE(watched.wills(), nothing); // MQTT-3.1.2-10: once
}

void ConnectWills::willIsPublishedWhenTheSessionEndsFirst_data()
{
    QTest::addColumn<quint32>("expirySeconds");
    QTest::newRow("MQTT-3.1.2-8 with the connection") << 0u;
    QTest::newRow("MQTT-3.1.2-8 by expiry") << 30u;
}

void ConnectWills::willIsPublishedWhenTheSessionEndsFirst()
{
    QFETCH(quint32, expirySeconds);
    WatchedBroker watched;
    watched.broker.connect(connectWithDelayedWill(1'000, expirySeconds)).breakDown();
    if (expirySeconds > 0)
        QCOMPARE(watched.wills(), nothing);
    watched.broker.advance(std::chrono::seconds(expirySeconds + 2));
    QCOMPARE(watched.wills(), gone);
    watched.broker.advance(std::chrono::seconds(2'000));
    QCOMPARE(watched.wills(), nothing);
}

void ConnectWills::willIsNotPublishedWhenTheClientIsBackInTime_data()
{
    QTest::addColumn<bool>("isTakeOver");
    QTest::newRow("MQTT-3.1.3-9 MQTT-3.1.2-8 after a break") << false;
    QTest::newRow("MQTT-3.1.3-9 MQTT-3.1.2-8 by take-over") << true;
}

void ConnectWills::willIsNotPublishedWhenTheClientIsBackInTime()
{
    QFETCH(bool, isTakeOver);
    WatchedBroker watched;
    ConnectPacket connect = connectWithDelayedWill(60, anHour);
    TestClient client = watched.broker.connect(connect);
    if (!isTakeOver) {
        client.breakDown();
        watched.broker.advance(std::chrono::seconds(50));
    }
    connect.cleanStart = false;
    connect.will.reset();
    client = watched.broker.connect(connect);
    watched.broker.advance(std::chrono::seconds(100));
    QCOMPARE(watched.wills(), nothing);
    client.breakDown(); // nor is it kept for the next time
    watched.broker.advance(std::chrono::hours(2));
    QCOMPARE(watched.wills(), nothing);
}

void ConnectWills::cleanStartEndsTheSessionAndItsDelay() // MQTT-3.1.2-8: "or the Session ends"
{
    WatchedBroker watched;
    ConnectPacket connect = connectWithDelayedWill(60, anHour);
    watched.broker.connect(connect).breakDown();
    connect.will.reset();
    connect.cleanStart = true;
    watched.broker.connect(connect);
    QCOMPARE(watched.wills(), gone);
}

void ConnectWills::disconnectWithWillPublishesIt() // MQTT-3.1.2-8: only 0x00 deletes it
{
    WatchedBroker watched;
    TestClient client = watched.broker.connect(connectWithWill(mqtt5));
    client.disconnect(ReasonCode::DisconnectWithWill);
    QCOMPARE(watched.wills(), gone);
    client = watched.broker.connect(connectWithWill(mqtt5));
    client.disconnect(ReasonCode::UnspecifiedError);
    QCOMPARE(watched.wills(), gone);
}

void ConnectWills::willIsStored() // MQTT-3.1.2-7 MQTT3-3.1.2-8
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker({}, StoreMode::EachTurn);
    ConnectPacket connect = lastingConnect("c", version);
    connect.will = willOf("will/c", "of before the crash", QoS::AtLeastOnce);
    connect.will->retain = true;
    broker.connect(connect);
    broker.crash();
    broker.advance(std::chrono::seconds(1));
    QCOMPARE(retainedIn(broker, "will/#"), std::vector<QByteArray>{"will/c=of before the crash QoS 1"});
}

void ConnectWills::willPropertiesAreForwarded() // MQTT-3.1.3-10
{
    WatchedBroker watched;
    ConnectPacket connect = connectWithWill(mqtt5);
    Properties &will = connect.will->properties;
    will.payloadFormatIndicator = 1;
    will.messageExpiryInterval = 60;
    will.contentType = "text/plain";
    will.responseTopic = "r/t";
    will.correlationData = QByteArray("\0\xFF", 2);
    will.userProperties = {{"b", "1"}, {"a", "2"}, {"b", "3"}, {"a", "2"}, {"", ""}};
    watched.broker.connect(connect).breakDown();
    auto publish = watched.watcher.next<PublishPacket>();
    QVERIFY(publish);
    QVERIFY(publish->properties.userProperties == will.userProperties);
    QCOMPARE(publish->properties.contentType, will.contentType);
    QCOMPARE(publish->properties.responseTopic, will.responseTopic);
    QCOMPARE(publish->properties.correlationData, will.correlationData);
    QCOMPARE(publish->properties.payloadFormatIndicator, will.payloadFormatIndicator);
    QCOMPARE(publish->properties.messageExpiryInterval, will.messageExpiryInterval);
    QVERIFY(!publish->properties.willDelayInterval);
}

void ConnectWills::retainedWillIsRefusedWhereRetainIsNotAvailable() // MQTT-3.2.2-13
{
    BrokerOptions options;
    options.maximumRetained = 0;
    WatchedBroker watched(options);
    ConnectPacket connect = connectWithWill(mqtt5);
    TestClient plain = dial(watched.broker, connect);
    const auto connack = plain.next<ConnackPacket>();
    QCOMPARE(connack.value().reason, ReasonCode::Success);
    QCOMPARE(connack->properties.retainAvailable, std::optional<quint32>(0));
    plain.disconnect();
    connect.will->retain = true;
    TestClient retaining = dial(watched.broker, connect);
    QCOMPARE(retaining.next<ConnackPacket>().value().reason, ReasonCode::RetainNotSupported);
    QVERIFY(retaining.isClosed());
    QVERIFY(retaining.hasNothing());
    QCOMPARE(watched.wills(), nothing);
}

QTEST_APPLESS_MAIN(ConnectWills)
#include "tst_connectwill.moc"
