#include "support/signallog.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

using namespace pigeon;
using namespace pigeon::test;

Q_DECLARE_METATYPE(pigeon::ProtocolVersion)
Q_DECLARE_METATYPE(pigeon::QoS)
Q_DECLARE_METATYPE(pigeon::DropReason)
Q_DECLARE_METATYPE(pigeon::QueueFullPolicy)

namespace {

PublishPacket publication(const QByteArray &topic, QoS qos, const QByteArray &payload = "x", quint16 packetId = 0)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    packet.packetId = packetId;
    return packet;
}

AcknowledgePacket acknowledge(PacketType type, quint16 packetId, ReasonCode reason = ReasonCode::Success)
{
    return {type, packetId, reason, {}};
}

/// `client` is let in and subscribed to "f".
bool enter(SocketClient &client, const QByteArray &clientId, QoS qos, quint32 expirySeconds = 0)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.cleanStart = expirySeconds == 0;
    connect.properties.sessionExpiryInterval = expirySeconds;
    client.connect(connect);
    if (!waitFor<ConnackPacket>(client))
        return false;
    client.send(subscription("f", qos));
    return waitFor<SubackPacket>(client).has_value();
}

} // namespace

/// What the signals tell of messages: published, acknowledged, deliveryDropped.
class TestSignalDelivery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publishedOnce_data();
    void publishedOnce();
    void publishedCountsReceivers();
    void publishedByBroker_data();
    void publishedByBroker();
    void replayIsNotPublished();
    void systemTopicsArePublished();
    void refusedIsNotPublished();
    void acknowledgedOnce_data();
    void acknowledgedOnce();
    void acknowledgedWithPubcomp_data() { addVersions(); }
    void acknowledgedWithPubcomp();
    void acknowledgedWithFailure();
    void unknownIsNotAcknowledged();
    void droppedByFullQueue_data();
    void droppedByFullQueue();
    void droppedForItsSize_data();
    void droppedForItsSize();
    void droppedByFullOutput();
    void droppedWithItsSession();
    void droppedByForwardHandler();

private:
    static void addVersions();
};

void TestSignalDelivery::addVersions()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::newRow("3.1") << ProtocolVersion::Mqtt31;
    QTest::newRow("3.1.1") << ProtocolVersion::Mqtt311;
    QTest::newRow("5.0") << ProtocolVersion::Mqtt5;
}

void TestSignalDelivery::publishedOnce_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QoS>("qos");
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
            QTest::addRow("version %d, QoS %d", int(version), int(qos)) << version << qos;
    }
}

void TestSignalDelivery::publishedOnce() // MQTT-4.3.3-10: the repeat of a QoS 2 message is not another one
{
    QFETCH(const ProtocolVersion, version);
    QFETCH(const QoS, qos);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    PublishPacket publish = publication("nobody", qos, "x", qos == QoS::AtMostOnce ? 0 : 7);
    client.send(publish);
    if (qos != QoS::AtMostOnce)
        QVERIFY(waitFor<AcknowledgePacket>(client));
    if (qos == QoS::ExactlyOnce) {
        publish.duplicate = true;
        client.send(publish);
        QCOMPARE(waitFor<AcknowledgePacket>(client)->type, PacketType::Pubrec);
        client.send(acknowledge(PacketType::Pubrel, 7));
        QCOMPARE(waitFor<AcknowledgePacket>(client)->type, PacketType::Pubcomp);
    }
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client));
    COMPARE_TOLD(log, "published a nobody, pinged a");
    QCOMPARE(log.published.receivers, qsizetype(0));
    QVERIFY(log.published.isByClient);
    QCOMPARE(log.published.client.version, version);
    QCOMPARE(log.published.client.port, client.socket().localPort());
    QCOMPARE(log.published.message->qos(), qos);
    QCOMPARE(log.published.message->payload().toByteArray(), QByteArray("x"));
}

void TestSignalDelivery::publishedCountsReceivers()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient one(broker.port());
    QVERIFY(enter(one, "one", QoS::AtMostOnce));
    one.send(subscription("#", QoS::AtMostOnce)); // overlaps: still one receiver
    QVERIFY(waitFor<SubackPacket>(one));
    SocketClient two(broker.port());
    QVERIFY(enter(two, "two", QoS::ExactlyOnce));
    SignalLog log(broker);
    one.send(publication("f", QoS::AtLeastOnce, "x", 1));
    COMPARE_TOLD(log, "published one f");
    QCOMPARE(log.published.receivers, qsizetype(2));
}

void TestSignalDelivery::publishedByBroker_data()
{
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<bool>("retain");
    QTest::newRow("QoS 0") << QByteArray("t") << QoS::AtMostOnce << false;
    QTest::newRow("QoS 1, retained") << QByteArray("t") << QoS::AtLeastOnce << true;
    QTest::newRow("QoS 2") << QByteArray("t") << QoS::ExactlyOnce << false;
}

void TestSignalDelivery::publishedByBroker()
{
    QFETCH(const QByteArray, topic);
    QFETCH(const QoS, qos);
    QFETCH(const bool, retain);
    Broker broker;
    SignalLog log(broker);
    PublishPacket publish = publication(topic, qos);
    publish.retain = retain;
    QVERIFY(broker.publish(publish));
    COMPARE_TOLD(log, "published - " + topic);
    QVERIFY(!log.published.isByClient);
    QVERIFY(log.published.client == ClientInfo());
    QCOMPARE(log.published.message->isRetained(), retain);
    publish.topic = "not/#/this";
    QVERIFY(!broker.publish(publish));
    COMPARE_TOLD(log, "");
}

void TestSignalDelivery::replayIsNotPublished() // a retained message was, when it came
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    PublishPacket publish = publication("f", QoS::AtLeastOnce);
    publish.retain = true;
    QVERIFY(broker.publish(publish));
    SignalLog log(broker);
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::AtLeastOnce));
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got && got->retain);
    client.send(acknowledge(PacketType::Puback, got->packetId));
    COMPARE_TOLD(log, "registered a, connackSent a 0x00, ready a, subscribed a f 0x01, acknowledged a 0x00");
}

void TestSignalDelivery::systemTopicsArePublished()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient client(broker.port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    const auto isNewClient = [](const PublishedEvent &event) {
        return event.message->topic().endsWith("/new/clients") && event.message->payload() == QByteArrayView("a");
    };
    QTRY_COMPARE(std::count_if(log.system.begin(), log.system.end(), isNewClient), 1);
    for (const PublishedEvent &event : log.system) {
        QVERIFY(!event.isByClient);
        QVERIFY(event.client == ClientInfo());
    }
}

void TestSignalDelivery::refusedIsNotPublished() // MQTT-3.2.2-14
{
    BrokerOptions options;
    options.maximumRetained = 1;
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    PublishPacket first = publication("first", QoS::AtMostOnce);
    first.retain = true;
    QVERIFY(broker.publish(first));
    SocketClient client(broker.port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    PublishPacket second = publication("second", QoS::AtLeastOnce, "x", 1);
    second.retain = true;
    client.send(second);
    QCOMPARE(waitFor<AcknowledgePacket>(client)->reason, ReasonCode::QuotaExceeded);
    COMPARE_TOLD(log, "");
}

void TestSignalDelivery::acknowledgedOnce_data()
{
    addVersions();
}

void TestSignalDelivery::acknowledgedOnce() // MQTT-4.3.2
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    QVERIFY(enter(client, "a", QoS::AtLeastOnce));
    QVERIFY(broker.publish(publication("f", QoS::ExactlyOnce)));
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    SignalLog log(broker);
    client.send(acknowledge(PacketType::Puback, got->packetId));
    COMPARE_TOLD(log, "acknowledged a 0x00");
    QCOMPARE(log.acknowledged.packetId, got->packetId);
    QCOMPARE(log.acknowledged.qos, QoS::AtLeastOnce);
    QCOMPARE(log.acknowledged.client.clientId, QByteArray("a"));
    QCOMPARE(log.acknowledged.message->topic().toByteArray(), QByteArray("f"));
    QVERIFY(broker.publish(publication("f", QoS::AtMostOnce))); // has no acknowledgement
    QVERIFY(waitFor<PublishPacket>(client));
    COMPARE_TOLD(log, "published - f");
}

void TestSignalDelivery::acknowledgedWithPubcomp() // MQTT-4.3.3
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    QVERIFY(enter(client, "a", QoS::ExactlyOnce));
    QVERIFY(broker.publish(publication("f", QoS::ExactlyOnce)));
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    SignalLog log(broker);
    client.send(acknowledge(PacketType::Pubrec, got->packetId));
    QCOMPARE(waitFor<AcknowledgePacket>(client)->type, PacketType::Pubrel);
    COMPARE_TOLD(log, "");
    client.send(acknowledge(PacketType::Pubcomp, got->packetId));
    COMPARE_TOLD(log, "acknowledged a 0x00");
    QCOMPARE(log.acknowledged.qos, QoS::ExactlyOnce);
    QCOMPARE(log.acknowledged.packetId, got->packetId);
}

void TestSignalDelivery::acknowledgedWithFailure() // MQTT-4.4.0-2
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::ExactlyOnce));
    SignalLog log(broker);
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        QVERIFY(broker.publish(publication("f", qos)));
        const auto got = waitFor<PublishPacket>(client);
        QVERIFY(got);
        client.send(acknowledge(qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, got->packetId,
            ReasonCode::PayloadFormatInvalid));
        COMPARE_TOLD(log, "published - f, acknowledged a 0x99");
    }
}

void TestSignalDelivery::unknownIsNotAcknowledged()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::AtLeastOnce));
    SignalLog log(broker);
    client.send(acknowledge(PacketType::Puback, 99));
    client.send(acknowledge(PacketType::Pubcomp, 98));
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client));
    COMPARE_TOLD(log, "pinged a");
}

void TestSignalDelivery::droppedByFullQueue_data()
{
    QTest::addColumn<QueueFullPolicy>("policy");
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("drop-new") << QueueFullPolicy::DropNew << QByteArray("new") << QByteArray("dropped a f, published - f");
    QTest::newRow("drop-oldest") << QueueFullPolicy::DropOldest << QByteArray("old")
                                 << QByteArray("dropped a f, published - f");
    QTest::newRow("refuse: the publisher knows") << QueueFullPolicy::Refuse << QByteArray() << QByteArray();
}

void TestSignalDelivery::droppedByFullQueue()
{
    QFETCH(const QueueFullPolicy, policy);
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArray, told);
    BrokerOptions options;
    options.maximumQueuedMessages = 1;
    options.queueFull = policy;
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::AtLeastOnce, 3'600));
    client.socket().abort();
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
    QVERIFY(broker.publish(publication("f", QoS::ExactlyOnce, "old")));
    SignalLog log(broker);
    QCOMPARE(broker.publish(publication("f", QoS::ExactlyOnce, "new")), policy != QueueFullPolicy::Refuse);
    COMPARE_TOLD(log, told);
    if (told.isEmpty())
        return;
    QCOMPARE(log.dropped.reason, DropReason::QueueFull);
    QCOMPARE(log.dropped.qos, QoS::AtLeastOnce); // as it would have come
    QCOMPARE(log.dropped.message->payload().toByteArray(), payload);
}

void TestSignalDelivery::droppedForItsSize_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

void TestSignalDelivery::droppedForItsSize() // MQTT-3.1.2-25
{
    QFETCH(const QoS, qos);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    ConnectPacket connect;
    connect.clientId = "a";
    connect.properties.maximumPacketSize = 100;
    client.connect(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("f", QoS::ExactlyOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    SignalLog log(broker);
    QVERIFY(broker.publish(publication("f", qos, QByteArray(101, 'x'))));
    COMPARE_TOLD(log, "dropped a f, published - f");
    QCOMPARE(log.dropped.reason, DropReason::PacketTooLarge);
    QCOMPARE(log.dropped.qos, qos);
    QCOMPARE(log.dropped.message->payload().size(), qsizetype(101));
}

void TestSignalDelivery::droppedByFullOutput()
{
    BrokerOptions options;
    options.maximumOutputBytes = 64 * 1024;
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::AtMostOnce));
    SignalLog log(broker);
    int published = 0;
    while (log.count("dropped") == 0 && published < 100) { // it cannot leave before the event loop turns
        QVERIFY(broker.publish(publication("f", QoS::AtMostOnce, QByteArray(10'000, 'x'))));
        ++published;
    }
    QVERIFY(published > 5);
    QCOMPARE(log.count("dropped"), qsizetype(1));
    QCOMPARE(log.count("published"), qsizetype(published));
    QCOMPARE(log.dropped.reason, DropReason::OutputFull);
    QCOMPARE(log.dropped.qos, QoS::AtMostOnce);
    QCOMPARE(log.dropped.clientId, QByteArray("a"));
}

void TestSignalDelivery::droppedWithItsSession()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::AtLeastOnce, 3'600));
    QVERIFY(broker.publish(publication("f", QoS::AtLeastOnce))); // under way
    QVERIFY(waitFor<PublishPacket>(client));
    client.socket().abort();
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
    QVERIFY(broker.publish(publication("f", QoS::AtLeastOnce))); // waits
    SignalLog log(broker);
    SocketClient again(broker.port());
    again.connect("a"); // [MQTT-3.1.2-4]
    QVERIFY(waitFor<ConnackPacket>(again));
    COMPARE_TOLD(log,
        "dropped a f, dropped a f, unsubscribed a f, sessionExpired a, registered a, connackSent a 0x00, ready a");
    QCOMPARE(log.dropped.reason, DropReason::SessionEnded);
}

void TestSignalDelivery::droppedByForwardHandler()
{
    Broker broker;
    broker.setAuthorizeForwardHandler([](const QByteArray &, const PublishPacket &) { return ForwardDecision::drop(); });
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(enter(client, "a", QoS::AtLeastOnce));
    SignalLog log(broker);
    QVERIFY(broker.publish(publication("f", QoS::ExactlyOnce)));
    COMPARE_TOLD(log, "dropped a f, published - f");
    QCOMPARE(log.dropped.reason, DropReason::NotAllowed);
    QCOMPARE(log.dropped.qos, QoS::AtLeastOnce);
}

QTEST_GUILESS_MAIN(TestSignalDelivery)
#include "tst_signaldelivery.moc"
