#include "storage/storefixture.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

using namespace pigeon;
using namespace pigeon::test;

namespace {

ConnectPacket lasting(const QByteArray &clientId)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = 3'600;
    return connect;
}

template <typename T>
std::optional<T> await(SocketClient &client)
{
    std::optional<T> packet;
    const bool hasCome = QTest::qWaitFor([&] { return (packet = client.take<T>()).has_value(); }, 10'000);
    return hasCome ? packet : std::nullopt;
}

PublishPacket message(QoS qos, const QByteArray &payload, quint16 packetId)
{
    PublishPacket publish;
    publish.topic = "t";
    publish.payload = payload;
    publish.qos = qos;
    publish.retain = true;
    publish.packetId = packetId;
    return publish;
}

} // namespace

/// A broker over the durable store: what was acknowledged is there after a restart.
class TestStoreBroker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasAcknowledgedComesAfterARestart_data();
    void whatWasAcknowledgedComesAfterARestart();

private:
    std::unique_ptr<Broker> start(const SqliteStoreOptions &options)
    {
        OpenedStore opened = openSqliteStore(options);
        if (!opened.store)
            qFatal("%s", qPrintable(opened.error));
        auto broker = std::make_unique<Broker>();
        broker->setStore(std::move(opened.store));
        if (!broker->listen(QHostAddress::LocalHost, 0))
            qFatal("%s", qPrintable(broker->errorString()));
        return broker;
    }
};

void TestStoreBroker::whatWasAcknowledgedComesAfterARestart_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<PacketType>("acknowledgement");
    QTest::newRow("QoS 1") << QoS::AtLeastOnce << PacketType::Puback;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce << PacketType::Pubrec;
}

void TestStoreBroker::whatWasAcknowledgedComesAfterARestart()
{
    QFETCH(QoS, qos);
    QFETCH(PacketType, acknowledgement);
    StoreFixture place;
    std::unique_ptr<Broker> broker = start(place.options);
    {
        SocketClient subscriber(broker->port());
        subscriber.connect(lasting("subscriber"));
        QVERIFY(await<ConnackPacket>(subscriber));
        subscriber.send(SubscribePacket{1, {{"t", QoS::ExactlyOnce, false, false, RetainHandling::SendAlways}}, {}});
        QVERIFY(await<SubackPacket>(subscriber));
        subscriber.send(DisconnectPacket());
        QTRY_COMPARE(broker->connectedClients(), 0);
    }
    SocketClient publisher(broker->port());
    publisher.connect(lasting("publisher"));
    QVERIFY(await<ConnackPacket>(publisher));
    for (quint16 i = 1; i <= 20; ++i)
        publisher.send(message(qos, QByteArray::number(i), i));
    for (quint16 i = 1; i <= 20; ++i) {
        const std::optional<AcknowledgePacket> answer = await<AcknowledgePacket>(publisher);
        QVERIFY(answer && answer->type == acknowledgement && answer->packetId == i);
    }
    broker.reset();

    broker = start(place.options);
    QCOMPARE(broker->sessions(), 2);
    SocketClient subscriber(broker->port());
    subscriber.connect(lasting("subscriber"));
    const std::optional<ConnackPacket> connack = await<ConnackPacket>(subscriber);
    QVERIFY(connack && connack->sessionPresent);
    for (int i = 1; i <= 20; ++i) {
        const std::optional<PublishPacket> publish = await<PublishPacket>(subscriber);
        QVERIFY(publish);
        QCOMPARE(publish->payload, QByteArray::number(i));
        QCOMPARE(publish->qos, qos);
    }
    SocketClient other(broker->port());
    other.connect("other");
    QVERIFY(await<ConnackPacket>(other));
    other.send(SubscribePacket{1, {{"t", QoS::AtMostOnce, false, false, RetainHandling::SendAlways}}, {}});
    QVERIFY(await<SubackPacket>(other));
    const std::optional<PublishPacket> retained = await<PublishPacket>(other);
    QVERIFY(retained && retained->retain);
    QCOMPARE(retained->payload, QByteArray("20"));
}

QTEST_GUILESS_MAIN(TestStoreBroker)
#include "tst_storebroker.moc"
