#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Writes down what the session room tells, one line an event.
class Record final : public Events
{
public:
    Record() { setWanted(Event(0xFFFFFFFF), true); }
    QByteArray take() { return std::exchange(m_lines, {}).join(", "); }

    void clientRegistered(const ClientInfo &client) override { write("registered", client.clientId); }
    void clientReady(const ClientInfo &client) override { write("ready", client.clientId); }
    void clientDisconnected(const ClientInfo &client, const EventError &) override
    {
        write("disconnected", client.clientId);
    }
    void clientError(const ClientInfo &client, const EventError &) override { write("clientError", client.clientId); }
    void connectionError(const ClientInfo &client, const EventError &) override
    {
        write("connectionError", client.clientId);
    }
    void published(const PublishedEvent &event) override
    {
        write("published", event.client.clientId);
        lastPublished = event;
    }
    void acknowledged(const AcknowledgedEvent &event) override { write("acknowledged", event.client.clientId); }
    void subscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &) override
    {
        write("subscribed", client.clientId);
    }
    void unsubscribed(const ClientInfo &client, const std::vector<QByteArray> &) override
    {
        write("unsubscribed", client.clientId);
    }
    void connackSent(const ClientInfo &client, const ConnackPacket &connack) override
    {
        write(isFailure(connack.reason) ? "refusalSent" : "connackSent", client.clientId);
    }
    void deliveryDropped(const DroppedEvent &event) override
    {
        write("dropped", event.clientId);
        lastDropped = event;
    }
    void sessionExpired(const QByteArray &clientId) override { write("sessionExpired", clientId); }

    PublishedEvent lastPublished;
    DroppedEvent lastDropped;

private:
    void write(const QByteArray &kind, const QByteArray &clientId)
    {
        m_lines.append(clientId.isEmpty() ? kind : kind + ' ' + clientId);
    }
    QByteArrayList m_lines;
};

/// Who is in `refused` is sent nothing.
class ReadingPolicy final : public Policy
{
public:
    bool asksBeforeDelivery() const override { return true; }
    bool mayReceive(const QByteArray &clientId, const QByteArray &, QByteArrayView) override
    {
        return clientId != refused;
    }
    QByteArray refused;
};

} // namespace

/// What the session room tells when the store is late or fails, when time passes, and when rights are taken away.
class TestEvents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publishedWhenDurable();
    void publishedOnceThoughTheStoreFailed();
    void publishedThoughItsPublisherIsGone();
    void connackWaitsForTheStore();
    void storeRefusesTheSession();
    void takenOverBeforeItsConnack();
    void willAfterARestart();
    void expiredInTheQueue();
    void notAllowedToReceive();
    void notAllowedAnyMore();
    void heldForASessionThatIsGone();
};

void TestEvents::publishedWhenDurable() // MQTT-4.3.3-8: nobody has a QoS 2 message before
{
    Record record;
    TestBroker broker({}, StoreMode::EachTurn, nullptr, &record);
    TestClient client = broker.connect(lastingConnect("a"));
    QCOMPARE(record.take(), QByteArray("registered a, connackSent a, ready a"));
    broker.lateStore()->setMode(StoreMode::Manual);
    client.publish("t", "x", QoS::ExactlyOnce, 1);
    client.publish("t", "x", QoS::AtMostOnce);
    QCOMPARE(record.take(), QByteArray("published a")); // the other one
    QCOMPARE(record.lastPublished.message->qos(), QoS::AtMostOnce);
    while (broker.lateStore()->completeOldest())
        broker.settle();
    QCOMPARE(record.take(), QByteArray("published a"));
    QCOMPARE(record.lastPublished.message->qos(), QoS::ExactlyOnce);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubrec);
}

void TestEvents::publishedOnceThoughTheStoreFailed()
{
    Record record;
    TestBroker broker({}, StoreMode::EachTurn, nullptr, &record);
    ConnectPacket connect = lastingConnect("a");
    TestClient client = broker.connect(connect);
    record.take();
    broker.lateStore()->setMode(StoreMode::Failing);
    client.publish("t", "x", QoS::ExactlyOnce, 1);
    QCOMPARE(client.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    QCOMPARE(record.take(), QByteArray());
    broker.lateStore()->setMode(StoreMode::EachTurn);
    client.publish("t", "x", QoS::ExactlyOnce, 1);
    QCOMPARE(client.next<AcknowledgePacket>()->reason, ReasonCode::NoMatchingSubscribers);
    QCOMPARE(record.take(), QByteArray("published a"));
}

void TestEvents::publishedThoughItsPublisherIsGone()
{
    Record record;
    TestBroker broker({}, StoreMode::EachTurn, nullptr, &record);
    TestClient client = broker.connect(lastingConnect("a"));
    broker.lateStore()->setMode(StoreMode::Manual);
    client.publish("t", "x", QoS::ExactlyOnce, 1);
    client.breakDown();
    record.take();
    broker.lateStore()->setMode(StoreMode::EachTurn);
    broker.settle();
    QCOMPARE(record.take(), QByteArray("published a"));
    QVERIFY(record.lastPublished.isByClient);
    QVERIFY(record.lastPublished.client.connection > 0); // it was there when it published
}

void TestEvents::connackWaitsForTheStore() // MQTT-3.1.2-23
{
    Record record;
    TestBroker broker({}, StoreMode::Manual, nullptr, &record);
    TestClient client = broker.open();
    client.send(lastingConnect("a"));
    QCOMPARE(record.take(), QByteArray("registered a"));
    QVERIFY(client.hasNothing());
    QVERIFY(broker.lateStore()->completeOldest());
    broker.settle();
    QVERIFY(client.next<ConnackPacket>());
    QCOMPARE(record.take(), QByteArray("connackSent a, ready a"));
}

void TestEvents::storeRefusesTheSession()
{
    Record record;
    TestBroker broker({}, StoreMode::Failing, nullptr, &record);
    TestClient client = broker.open();
    client.send(lastingConnect("a"));
    QCOMPARE(client.next<ConnackPacket>()->reason, ReasonCode::QuotaExceeded);
    QCOMPARE(record.take(),
        QByteArray("registered a, refusalSent a, clientError a, disconnected a, sessionExpired a"));
}

void TestEvents::takenOverBeforeItsConnack() // MQTT-3.1.4-3
{
    Record record;
    TestBroker broker({}, StoreMode::Manual, nullptr, &record);
    TestClient first = broker.open();
    first.send(lastingConnect("a"));
    TestClient second = broker.open();
    second.send(lastingConnect("a"));
    QVERIFY(first.isClosed());
    const QByteArrayList told = record.take().split(',');
    QCOMPARE(told.first(), QByteArray("registered a"));
    QCOMPARE(told.last(), QByteArray(" registered a"));
    QCOMPARE(told.count(" disconnected a"), qsizetype(1));
    while (broker.lateStore()->completeOldest())
        broker.settle();
    QCOMPARE(record.take(), QByteArray("connackSent a, ready a"));
}

void TestEvents::willAfterARestart() // MQTT-3.1.2-8
{
    Record record;
    TestBroker broker({}, StoreMode::EachTurn, nullptr, &record);
    ConnectPacket connect = lastingConnect("a");
    connect.will = WillFields{"will", "gone", QoS::AtLeastOnce, false, {}};
    broker.connect(connect);
    broker.crash();
    record.take();
    broker.advance(Milliseconds(10));
    QCOMPARE(record.take(), QByteArray("published a"));
    QVERIFY(record.lastPublished.isByClient);
    QCOMPARE(record.lastPublished.client.address, QByteArray("192.0.2.1"));
    QCOMPARE(record.lastPublished.client.connection, quint64(0));
}

void TestEvents::expiredInTheQueue() // MQTT-3.3.2-5
{
    Record record;
    TestBroker broker({}, std::nullopt, nullptr, &record);
    TestClient receiver = broker.connect(lastingConnect("receiver"));
    receiver.subscribe("t", QoS::AtLeastOnce);
    receiver.breakDown();
    TestClient publisher = broker.connect("publisher");
    PublishPacket publish;
    publish.topic = "t";
    publish.qos = QoS::ExactlyOnce;
    publish.packetId = 1;
    publish.properties.messageExpiryInterval = 10;
    publisher.publish(publish);
    broker.advance(Seconds(11));
    record.take();
    broker.connect(lastingConnect("receiver"));
    QCOMPARE(record.take(),
        QByteArray("registered receiver, connackSent receiver, dropped receiver, ready receiver"));
    QCOMPARE(record.lastDropped.reason, DropReason::Expired);
    QCOMPARE(record.lastDropped.qos, QoS::AtLeastOnce);
}

void TestEvents::notAllowedToReceive()
{
    Record record;
    ReadingPolicy policy;
    policy.refused = "receiver";
    TestBroker broker({}, std::nullopt, &policy, &record);
    TestClient receiver = broker.connect("receiver");
    receiver.subscribe("t", QoS::AtLeastOnce);
    record.take();
    broker.publish("t", "x", QoS::ExactlyOnce);
    QCOMPARE(record.take(), QByteArray("dropped receiver, published"));
    QCOMPARE(record.lastDropped.reason, DropReason::NotAllowed);
    QCOMPARE(record.lastDropped.qos, QoS::AtLeastOnce);
}

void TestEvents::notAllowedAnyMore()
{
    Record record;
    ReadingPolicy policy;
    TestBroker broker({}, std::nullopt, &policy, &record);
    TestClient receiver = broker.connect(lastingConnect("receiver"));
    receiver.subscribe("t", QoS::AtLeastOnce);
    receiver.breakDown();
    broker.publish("t", "x", QoS::AtLeastOnce);
    record.take();
    policy.refused = "receiver";
    broker.connect(lastingConnect("receiver"));
    QCOMPARE(record.take(),
        QByteArray("registered receiver, connackSent receiver, dropped receiver, ready receiver"));
    QCOMPARE(record.lastDropped.reason, DropReason::NotAllowed);
}

void TestEvents::heldForASessionThatIsGone()
{
    Record record;
    TestBroker broker({}, StoreMode::EachTurn, nullptr, &record);
    TestClient receiver = broker.connect("receiver");
    receiver.subscribe("t", QoS::ExactlyOnce);
    TestClient publisher = broker.connect(lastingConnect("publisher"));
    broker.lateStore()->setMode(StoreMode::Manual);
    publisher.publish("t", "x", QoS::ExactlyOnce, 1);
    receiver.breakDown();
    record.take();
    broker.lateStore()->setMode(StoreMode::EachTurn);
    broker.settle();
    QCOMPARE(record.take(), QByteArray("dropped receiver, published publisher"));
    QCOMPARE(record.lastDropped.reason, DropReason::SessionEnded);
    QCOMPARE(record.lastDropped.qos, QoS::ExactlyOnce);
}

QTEST_GUILESS_MAIN(TestEvents)
#include "tst_events.moc"
