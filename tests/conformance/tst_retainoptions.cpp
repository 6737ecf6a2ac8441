#include "conformance/wire.h"

#include <algorithm>

using namespace pigeon;
using namespace pigeon::test;

namespace {

SubscribeEntry entryOf(const QByteArray &filter, RetainHandling handling = RetainHandling::SendAlways,
    QoS qos = QoS::AtLeastOnce)
{
    SubscribeEntry entry;
    entry.filter = filter;
    entry.maximumQoS = qos;
    entry.retainHandling = handling;
    return entry;
}

using Payloads = std::vector<QByteArray>;

} // namespace

/// Retained messages and the subscription options of 5.0; the bridge bit of 3.x, which stands for two of them.
class TestRetainOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void retainAsPublished_data();
    void retainAsPublished();
    void bridgeKeepsTheFlag_data();
    void bridgeKeepsTheFlag();
    void retainHandling_data();
    void retainHandling();
    void retainHandlingOfASessionThatLasted();
    void identifierOfTheNewSubscription();
    void noLocalHoldsForRetained();
    void windowAndBoundOfRetained();
};

void TestRetainOptions::retainAsPublished_data()
{
    QTest::addColumn<bool>("option");
    QTest::addColumn<bool>("published");
    QTest::newRow("MQTT-3.3.1-12: 0, flag 0") << false << false;
    QTest::newRow("MQTT-3.3.1-12: 0, flag 1") << false << true;
    QTest::newRow("MQTT-3.3.1-13: 1, flag 0") << true << false;
    QTest::newRow("MQTT-3.3.1-13: 1, flag 1") << true << true;
}

void TestRetainOptions::retainAsPublished() // rows 80, 85
{
    QFETCH(bool, option);
    QFETCH(bool, published);
    TestBroker broker;
    SubscribeEntry entry = entryOf("#");
    entry.retainAsPublished = option;
    TestClient live = broker.connect("live");
    live.subscribe(entry);
    TestClient queued = connectDurable(broker, "queued", ProtocolVersion::Mqtt5);
    queued.subscribe(entry);
    queued.breakDown();
    TestClient publisher = broker.connect("pub");
    publisher.publish("a", "x", QoS::AtMostOnce, 0, published);
    publisher.publish("a", "x", QoS::AtLeastOnce, 1, published);
    queued = connectDurable(broker, "queued", ProtocolVersion::Mqtt5);
    std::vector<PublishPacket> got = live.takePublishes();
    const std::vector<PublishPacket> late = queued.takePublishes();
    got.insert(got.end(), late.begin(), late.end());
    QCOMPARE(got.size(), size_t(3));
    for (const PublishPacket &each : got)
        QCOMPARE(each.retain, option && published);
}

void TestRetainOptions::bridgeKeepsTheFlag_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::newRow("3.1") << ProtocolVersion::Mqtt31;
    QTest::newRow("3.1.1") << ProtocolVersion::Mqtt311;
}

/// The bridge bit of 3.x means what no local and retain as published mean (row 85).
void TestRetainOptions::bridgeKeepsTheFlag()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    ConnectPacket connect;
    connect.version = version;
    connect.clientId = "bridge";
    connect.isBridge = true;
    TestClient bridge = broker.connect(connect);
    bridge.subscribe("#", QoS::AtLeastOnce);
    TestClient publisher = broker.connect("pub", version);
    publisher.publish("a", "with", QoS::AtMostOnce, 0, true);
    publisher.publish("a", "without");
    bridge.publish("a", "own");
    const std::vector<PublishPacket> got = bridge.takePublishes();
    QCOMPARE(payloadsOf(got), (Payloads{"with", "without"}));
    QVERIFY(got[0].retain && !got[1].retain);
}

void TestRetainOptions::retainHandling_data()
{
    QTest::addColumn<RetainHandling>("handling");
    QTest::addColumn<int>("atFirst");
    QTest::addColumn<int>("again");
    QTest::newRow("0: MQTT-3.3.1-9 MQTT-3.8.4-4") << RetainHandling::SendAlways << 1 << 1;
    QTest::newRow("1: MQTT-3.3.1-10") << RetainHandling::SendIfNew << 1 << 0;
    QTest::newRow("2: MQTT-3.3.1-11") << RetainHandling::DoNotSend << 0 << 0;
}

void TestRetainOptions::retainHandling() // row 80
{
    QFETCH(RetainHandling, handling);
    QFETCH(int, atFirst);
    QFETCH(int, again);
    TestBroker broker;
    broker.publish("a", "x", QoS::AtLeastOnce, true);
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe(entryOf("a", handling));
    QCOMPARE(subscriber.takePublishes().size(), static_cast<size_t>(atFirst));
    subscriber.subscribe(entryOf("a", handling, QoS::AtMostOnce)); // other options, the same subscription
    QCOMPARE(subscriber.takePublishes().size(), static_cast<size_t>(again));
    // Another filter for the same topics is a new subscription, and so is one that was given up.
    subscriber.subscribe(entryOf("+", handling));
    QCOMPARE(subscriber.takePublishes().size(), static_cast<size_t>(atFirst));
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 3;
    unsubscribe.filters = {"a"};
    subscriber.send(unsubscribe);
    QVERIFY(subscriber.next<UnsubackPacket>());
    subscriber.subscribe(entryOf("a", handling));
    QCOMPARE(subscriber.takePublishes().size(), static_cast<size_t>(atFirst));
}

void TestRetainOptions::retainHandlingOfASessionThatLasted() // MQTT-3.3.1-10
{
    TestBroker broker;
    TestClient subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    subscriber.subscribe(entryOf("a", RetainHandling::SendIfNew));
    subscriber.breakDown();
    broker.publish("a", "x", QoS::AtMostOnce, true);
    subscriber = connectDurable(broker, "sub", ProtocolVersion::Mqtt5);
    subscriber.subscribe(entryOf("a", RetainHandling::SendIfNew));
    QVERIFY(subscriber.takePublishes().empty());
    subscriber.breakDown();
    subscriber = broker.connect("sub"); // a new session has no subscriptions
    subscriber.subscribe(entryOf("a", RetainHandling::SendIfNew));
    QCOMPARE(subscriber.takePublishes().size(), size_t(1));
}

/// Other subscriptions that match have nothing to do with what this one is sent.
void TestRetainOptions::identifierOfTheNewSubscription() // MQTT-3.3.4-3
{
    TestBroker broker;
    broker.publish("a", "0", QoS::AtMostOnce, true);
    broker.publish("b", "1", QoS::AtLeastOnce, true);
    TestClient subscriber = broker.connect("sub");
    subscriber.subscribe(entryOf("#", RetainHandling::DoNotSend), 7);
    subscriber.subscribe(entryOf("+"), 268'435'455);
    const std::vector<PublishPacket> got = subscriber.takePublishes();
    QCOMPARE(got.size(), size_t(2));
    for (const PublishPacket &each : got)
        QCOMPARE(each.properties.subscriptionIdentifiers, std::vector<quint32>{268'435'455});
}

/// The statement makes no difference between live and retained: what a client published is not sent to it.
void TestRetainOptions::noLocalHoldsForRetained() // MQTT-3.8.3-3
{
    TestBroker broker;
    TestClient client = broker.connect("both");
    client.publish("a", "own", QoS::AtMostOnce, 0, true);
    broker.publish("b", "other", QoS::AtMostOnce, true);
    SubscribeEntry entry = entryOf("#");
    entry.noLocal = true;
    client.subscribe(entry);
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"other"});
    // A second filter of the packet without the option wants it all the same.
    SubscribePacket packet;
    packet.packetId = 2;
    packet.entries = {entry, entryOf("a", RetainHandling::SendAlways, QoS::AtMostOnce)};
    client.send(packet);
    Payloads payloads = payloadsOf(client.takePublishes());
    std::sort(payloads.begin(), payloads.end());
    QCOMPARE(payloads, (Payloads{"other", "own"}));
}

/// Many retained messages and a small window: all arrive, in order of their topics, never more than allowed.
void TestRetainOptions::windowAndBoundOfRetained() // MQTT-3.3.4-9
{
    TestBroker broker;
    for (int i = 100; i < 400; ++i)
        broker.publish("r/" + QByteArray::number(i), QByteArray::number(i), QoS::AtLeastOnce, true);
    ConnectPacket connect;
    connect.clientId = "sub";
    connect.properties.receiveMaximum = 7;
    TestClient subscriber = broker.connect(connect);
    subscriber.subscribe("r/#", QoS::AtLeastOnce);
    Payloads got;
    for (std::vector<PublishPacket> some = subscriber.takePublishes(); !some.empty();) {
        QVERIFY(some.size() <= 7);
        for (const PublishPacket &each : some)
            got.push_back(each.payload);
        QByteArray answers;
        for (const PublishPacket &each : some)
            answers += packetBytes("40 02") + QByteArray(1, static_cast<char>(each.packetId >> 8))
                + QByteArray(1, static_cast<char>(each.packetId));
        subscriber.sendBytes(answers);
        some = subscriber.takePublishes();
    }
    QCOMPARE(got.size(), size_t(300));
    QVERIFY(std::is_sorted(got.begin(), got.end()));
}

QTEST_APPLESS_MAIN(TestRetainOptions)
#include "tst_retainoptions.moc"
