#include "support/everystore.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// Queues that are longer than what memory keeps of them: the rest is in the store alone and comes when its turn is.
class TestDeliveryQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesInOrder_data();
    void comesInOrder();
    void slowReaderWhileMoreComes();
    void comesAfterACrash();
    void bytesBoundMemoryAsWell();
    void boundsCountWhatIsInTheStore();
    void aFailedFetchIsTriedAgain();
    void whatCouldNotBeKeptIsNotWaitedFor();
    void clearedQueueIsClearedInTheStore();
    void endedSessionForgetsAll();
    void sessionThatIsToEndKeepsItsRowsSoLong();
    void sharedCopiesStayInMemory();
    void sharedCopyBehindUnloadedOnesComesOnce();
    void expiredOnesAreDroppedWhenTheyCome();
    void figuresCountAll();
};

static BrokerOptions smallMemory(quint16 inflight = 1)
{
    BrokerOptions options;
    options.queueMemoryMessages = 4;
    options.maximumInflight = inflight;
    options.systemInterval = std::chrono::seconds(0);
    return options;
}

static QByteArrayList numbers(int from, int to)
{
    QByteArrayList list;
    for (int i = from; i <= to; ++i)
        list.append(QByteArray::number(i));
    return list;
}

/// A session with a subscription to "t", away.
static void leave(TestBroker &broker, const QByteArray &clientId = "away", QoS qos = QoS::ExactlyOnce)
{
    TestClient client = connectLasting(broker, clientId);
    client.subscribe("t", qos);
    client.breakDown();
}

static void publishNumbers(TestBroker &broker, int from, int to, QoS qos = QoS::AtLeastOnce)
{
    for (const QByteArray &payload : numbers(from, to))
        broker.publish("t", payload, qos);
    broker.settle();
}

static Outbox &outboxOf(TestBroker &broker, const QByteArray &clientId = "away")
{
    return broker.core().sessions().find(clientId)->outbox();
}

void TestDeliveryQueue::comesInOrder_data()
{
    QTest::addColumn<StoreMode>("mode");
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<int>("inflight");
    for (const auto &[name, mode] : {std::pair("late", StoreMode::EachTurn), std::pair("batches", StoreMode::Batches)}) {
        for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
            for (const int inflight : {1, 3, 100})
                QTest::addRow("%s, QoS %d, %d under way", name, int(qos), inflight) << mode << qos << inflight;
        }
    }
}

void TestDeliveryQueue::comesInOrder()
{
    QFETCH(StoreMode, mode);
    QFETCH(QoS, qos);
    QFETCH(int, inflight);
    TestBroker broker(smallMemory(static_cast<quint16>(inflight)), mode);
    leave(broker);
    publishNumbers(broker, 1, 50, qos);
    QCOMPARE(outboxOf(broker).queuedMessages(), quint64(50));
    QVERIFY(outboxOf(broker).isPartlyUnloaded());
    TestClient client = connectLasting(broker, "away");
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(1, 50));
    QVERIFY(outboxOf(broker).isEmpty());
    QVERIFY(!outboxOf(broker).isPartlyUnloaded());
    QVERIFY(broker.lateStore()->sessions["away"].deliveries.empty());
    QCOMPARE(broker.core().counters().queuedMessages, quint64(0));
    QCOMPARE(broker.core().counters().queuedBytes, quint64(0));
}

void TestDeliveryQueue::slowReaderWhileMoreComes()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 20);
    TestClient client = connectLasting(broker, "away");
    QByteArrayList received;
    for (int i = 0; i < 60; ++i) {
        if (i < 40)
            publishNumbers(broker, 21 + i, 21 + i);
        const auto publish = client.next<PublishPacket>();
        QVERIFY(publish);
        received.append(publish->payload);
        client.acknowledge(PacketType::Puback, publish->packetId);
    }
    QCOMPARE(received, numbers(1, 60));
    QVERIFY(outboxOf(broker).isEmpty());
}

void TestDeliveryQueue::comesAfterACrash()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 30);
    broker.crash();
    QCOMPARE(outboxOf(broker).queuedMessages(), quint64(30));
    QVERIFY(outboxOf(broker).isPartlyUnloaded());
    publishNumbers(broker, 31, 40);
    TestClient client = connectLasting(broker, "away");
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(1, 40));
}

void TestDeliveryQueue::bytesBoundMemoryAsWell()
{
    BrokerOptions options = smallMemory();
    options.queueMemoryMessages = 1'000;
    options.queueMemoryBytes = 4'096;
    TestBroker broker(options, StoreMode::EachTurn);
    leave(broker);
    for (int i = 0; i < 10; ++i)
        broker.publish("t", QByteArray(2'000, char('0' + i)), QoS::AtLeastOnce);
    broker.settle();
    QVERIFY(outboxOf(broker).isPartlyUnloaded());
    QVERIFY(outboxOf(broker).queuedBytes() > 20'000);
    TestClient client = connectLasting(broker, "away");
    const QByteArrayList received = payloadsOf(takeAndComplete(client));
    QCOMPARE(received.size(), qsizetype(10));
    for (int i = 0; i < 10; ++i)
        QCOMPARE(received[i].front(), char('0' + i));
}

void TestDeliveryQueue::boundsCountWhatIsInTheStore()
{
    BrokerOptions options = smallMemory();
    options.maximumQueuedMessages = 10;
    TestBroker broker(options, StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 15);
    QCOMPARE(outboxOf(broker).queuedMessages(), quint64(10));
    QCOMPARE(broker.core().counters().drop(DropReason::QueueFull), quint64(5));
    TestClient client = connectLasting(broker, "away");
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(1, 10));
}

void TestDeliveryQueue::aFailedFetchIsTriedAgain()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 10);
    broker.lateStore()->failFetches(true);
    TestClient client = connectLasting(broker, "away");
    QByteArrayList received = payloadsOf(takeAndComplete(client));
    QCOMPARE(received, numbers(1, 4));
    broker.lateStore()->failFetches(false);
    broker.advance(Milliseconds(1'500));
    received += payloadsOf(takeAndComplete(client));
    QCOMPARE(received, numbers(1, 10));
}

void TestDeliveryQueue::whatCouldNotBeKeptIsNotWaitedFor()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 6);
    broker.lateStore()->setMode(StoreMode::Failing);
    TestClient publisher = broker.connect("publisher");
    publisher.publish("t", "7", QoS::AtLeastOnce, 1);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    broker.lateStore()->setMode(StoreMode::EachTurn);
    publishNumbers(broker, 8, 9);
    TestClient client = connectLasting(broker, "away");
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(1, 6) + numbers(8, 9));
    QVERIFY(outboxOf(broker).isEmpty());
    QCOMPARE(broker.core().counters().queuedMessages, quint64(0));
}

void TestDeliveryQueue::clearedQueueIsClearedInTheStore()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 10);
    bool isDone = false;
    broker.core().commands().clearQueue("away", [&isDone](const Outcome &outcome) { isDone = outcome.isSuccess(); });
    broker.settle();
    QVERIFY(isDone);
    QVERIFY(outboxOf(broker).isEmpty());
    QVERIFY(broker.lateStore()->sessions["away"].deliveries.empty());
    QCOMPARE(broker.core().counters().drop(DropReason::QueueCleared), quint64(10));
    publishNumbers(broker, 11, 20);
    TestClient client = connectLasting(broker, "away");
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(11, 20));
}

void TestDeliveryQueue::endedSessionForgetsAll()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 10);
    TestClient client = broker.connect("away"); // Clean Start [MQTT-3.1.2-4]
    broker.settle();
    QCOMPARE(broker.core().counters().drop(DropReason::SessionEnded), quint64(10));
    QCOMPARE(broker.core().counters().queuedMessages, quint64(0));
    QVERIFY(!broker.lateStore()->sessions.contains("away"));
    QVERIFY(client.hasNothing());
}

/// Resumed with an expiry of 0 the session is not kept any more, but its queue is still to be delivered.
void TestDeliveryQueue::sessionThatIsToEndKeepsItsRowsSoLong()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 20);
    TestClient client = broker.connect(lastingConnect("away", ProtocolVersion::Mqtt5, 0));
    publishNumbers(broker, 21, 25);
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(1, 25));
    client.disconnect();
    broker.settle();
    QVERIFY(!broker.lateStore()->sessions.contains("away"));
}

void TestDeliveryQueue::sharedCopiesStayInMemory()
{
    TestBroker broker(smallMemory(100), StoreMode::EachTurn);
    TestClient first = connectLasting(broker, "first");
    first.subscribe("$share/g/t", QoS::AtLeastOnce);
    first.breakDown();
    publishNumbers(broker, 1, 20);
    QVERIFY(!outboxOf(broker, "first").isPartlyUnloaded());
    TestClient second = broker.connect("second");
    second.subscribe("$share/g/t", QoS::AtLeastOnce); // gets what waits for the one that is away
    QCOMPARE(payloadsOf(takeAndComplete(second)).size(), qsizetype(20));
}

/// It stays in memory and is queued in the store as well, where a fetch of those before it meets it.
void TestDeliveryQueue::sharedCopyBehindUnloadedOnesComesOnce()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    TestClient client = connectLasting(broker, "away");
    client.subscribe("t", QoS::AtLeastOnce);
    client.subscribe("$share/g/s", QoS::AtLeastOnce);
    client.breakDown();
    publishNumbers(broker, 1, 6);
    broker.publish("s", "shared", QoS::AtLeastOnce);
    broker.settle();
    publishNumbers(broker, 7, 9);
    QVERIFY(outboxOf(broker).isPartlyUnloaded());
    TestClient again = connectLasting(broker, "away");
    QByteArrayList received = payloadsOf(takeAndComplete(again));
    QCOMPARE(received.count("shared"), qsizetype(1));
    received.removeOne("shared");
    QCOMPARE(received, numbers(1, 9));
    QVERIFY(outboxOf(broker).isEmpty());
    QCOMPARE(broker.core().counters().queuedMessages, quint64(0));
}

void TestDeliveryQueue::expiredOnesAreDroppedWhenTheyCome() // [MQTT-3.3.2-5]
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 6);
    TestClient publisher = broker.connect("publisher");
    PublishPacket packet;
    packet.topic = "t";
    packet.payload = "short";
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;
    packet.properties.messageExpiryInterval = 10;
    publisher.publish(packet);
    publishNumbers(broker, 7, 8);
    broker.advance(Milliseconds(11'000));
    TestClient client = connectLasting(broker, "away");
    QCOMPARE(payloadsOf(takeAndComplete(client)), numbers(1, 8));
    QCOMPARE(broker.core().counters().drop(DropReason::Expired), quint64(1));
}

void TestDeliveryQueue::figuresCountAll()
{
    TestBroker broker(smallMemory(), StoreMode::EachTurn);
    leave(broker);
    publishNumbers(broker, 1, 10);
    QCOMPARE(broker.core().counters().queuedMessages, quint64(10));
    QCOMPARE(broker.core().counters().queuedBytes, outboxOf(broker).queuedBytes());
    broker.crash();
    QCOMPARE(broker.core().counters().queuedMessages, quint64(10));
    QCOMPARE(broker.core().counters().queuedBytes, outboxOf(broker).queuedBytes());
}

QTEST_APPLESS_MAIN(TestDeliveryQueue)
#include "tst_deliveryqueue.moc"
