#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QThread>

#include <atomic>

using namespace pigeon;
using namespace pigeon::test;

/// Those who listen inside the process: Broker::subscribe.
class TestListeners : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hearsWhatItsFilterMatches_data();
    void hearsWhatItsFilterMatches();
    void refusesWhatIsNoFilter();
    void retainedMessagesComeFirst();
    void manyRetainedMessagesComeInSteps();
    void endsWithItsReceiver();
    void unsubscribeEndsThatReceiversAlone();
    void mayEndItselfAndOthersWhileHearing();
    void mayPublishWhileHearing();
    void countsAsAReceiver();
    void hearsInItsOwnThread();
    void hearsLifeTopics();
};

static PublishPacket message(const QByteArray &topic, const QByteArray &payload, QoS qos = QoS::AtMostOnce)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    return packet;
}

void TestListeners::hearsWhatItsFilterMatches_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArrayList>("heard");
    const auto row = [](const char *filter, QByteArrayList heard) {
        QTest::newRow(filter) << QByteArray(filter) << std::move(heard);
    };
    row("a/b", {"a/b"});
    row("a/+", {"a/", "a/b"});
    row("a/#", {"a", "a/", "a/b", "a/b/c"});
    row("#", {"a", "a/", "a/b", "a/b/c"}); // [MQTT-4.7.2-1]
    row("$odd/#", {"$odd/a"});
    row("nothing", {});
}

void TestListeners::hearsWhatItsFilterMatches()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArrayList, heard);
    BrokerOptions options;
    options.publishLifeTopics = false;
    Broker broker(options);
    QByteArrayList told;
    QVERIFY(broker.subscribe(filter, this,
        [&told](const MessagePtr &each) { told.append(each->topic().toByteArray()); }));
    for (const QByteArray topic : {"a", "a/", "a/b", "a/b/c", "$odd/a"}) {
        for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
            QVERIFY(broker.publish(message(topic, "x", qos)));
    }
    QByteArrayList expected;
    for (const QByteArray &topic : heard)
        expected << topic << topic << topic;
    QCOMPARE(told, expected);
}

void TestListeners::refusesWhatIsNoFilter()
{
    Broker broker;
    for (const QByteArray filter : {"", "a/#/b", "a+", "$share/g/a", "\xff"}) {
        QVERIFY(!broker.subscribe(filter, this, [](const MessagePtr &) {}));
        QVERIFY(!broker.errorString().isEmpty());
    }
}

void TestListeners::retainedMessagesComeFirst()
{
    Broker broker;
    PublishPacket kept = message("a/1", "kept");
    kept.retain = true;
    broker.publish(kept);
    QByteArrayList told;
    const auto hear = [&told](const MessagePtr &each, bool isRetained) {
        told.append(each->payload().toByteArray() + (isRetained ? " retained" : " live"));
    };
    QVERIFY(broker.subscribe("a/+", this, hear));
    QVERIFY(broker.subscribe("+/1", this, hear, RetainHandling::DoNotSend));
    QVERIFY(told.isEmpty()); // not before the call has returned
    QTRY_COMPARE(told, QByteArrayList{"kept retained"});
    broker.publish(message("a/1", "new"));
    QCOMPARE(told, (QByteArrayList{"kept retained", "new live", "new live"})); // each listener hears it
}

void TestListeners::manyRetainedMessagesComeInSteps()
{
    Broker broker;
    constexpr int many = 5'000;
    for (int i = 0; i < many; ++i) {
        PublishPacket kept = message("a/" + QByteArray::number(i), "x");
        kept.retain = true;
        broker.publish(kept);
    }
    int told = 0;
    QVERIFY(broker.subscribe("#", this, [&told](const MessagePtr &) { ++told; }));
    QCoreApplication::processEvents();
    QVERIFY(told > 0 && told < many);
    QTRY_COMPARE(told, many);
}

void TestListeners::endsWithItsReceiver()
{
    Broker broker;
    int told = 0;
    auto receiver = std::make_unique<QObject>();
    QVERIFY(broker.subscribe("a", receiver.get(), [&told](const MessagePtr &) { ++told; }));
    broker.publish(message("a", "1"));
    receiver.reset();
    broker.publish(message("a", "2"));
    QCOMPARE(told, 1);
}

void TestListeners::unsubscribeEndsThatReceiversAlone()
{
    Broker broker;
    int told = 0;
    QObject other;
    const auto count = [&told](const MessagePtr &) { ++told; };
    broker.subscribe("a", this, count);
    broker.subscribe("a", this, count);
    broker.subscribe("#", this, count);
    broker.subscribe("a", &other, count);
    QCOMPARE(broker.unsubscribe("a", this), qsizetype(2));
    QCOMPARE(broker.unsubscribe("a", this), qsizetype(0));
    broker.publish(message("a", "x"));
    QCOMPARE(told, 2);
}

void TestListeners::mayEndItselfAndOthersWhileHearing()
{
    Broker broker;
    int told = 0;
    std::vector<Listener *> listeners;
    for (int i = 0; i < 3; ++i) {
        listeners.push_back(broker.subscribe("a", this, [&](const MessagePtr &) {
            ++told;
            for (Listener *each : std::exchange(listeners, {}))
                delete each;
        }));
    }
    broker.publish(message("a", "x"));
    broker.publish(message("a", "x"));
    QCOMPARE(told, 1);
}

void TestListeners::mayPublishWhileHearing()
{
    Broker broker;
    QByteArrayList told;
    broker.subscribe("#", this, [&](const MessagePtr &each) {
        told.append(each->payload().toByteArray());
        if (told.size() < 4)
            broker.publish(message("a", QByteArray::number(told.size())));
    });
    broker.publish(message("a", "0"));
    QCOMPARE(told, QByteArrayList{"0"});
    QTRY_COMPARE(told, (QByteArrayList{"0", "1", "2", "3"}));
}

void TestListeners::countsAsAReceiver()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    broker.subscribe("a", this, [](const MessagePtr &) {});
    SocketClient client(broker.port());
    client.connect("c");
    QVERIFY(waitFor<ConnackPacket>(client));
    for (const QByteArray topic : {"a", "b"}) {
        PublishPacket packet = message(topic, "x", QoS::AtLeastOnce);
        packet.packetId = 1;
        client.send(packet);
        QCOMPARE(waitFor<AcknowledgePacket>(client)->reason,
            topic == "a" ? ReasonCode::Success : ReasonCode::NoMatchingSubscribers);
    }
}

void TestListeners::hearsInItsOwnThread()
{
    Broker broker;
    QThread thread;
    auto receiver = std::make_unique<QObject>();
    receiver->moveToThread(&thread);
    thread.start();
    std::atomic<int> told{0};
    std::atomic<bool> isElsewhere{true};
    broker.subscribe("a", receiver.get(), [&](const MessagePtr &each) {
        told += each->payload() == "x";
        isElsewhere = isElsewhere && QThread::currentThread() == &thread;
    });
    for (int i = 0; i < 1'000; ++i)
        broker.publish(message("a", "x"));
    QTRY_COMPARE(told.load(), 1'000);
    QVERIFY(isElsewhere);
    receiver.release()->deleteLater(); // in its thread, while messages go on
    for (int i = 0; i < 1'000; ++i)
        broker.publish(message("a", "x"));
    thread.quit();
    thread.wait();
    QTRY_COMPARE(broker.unsubscribe("a", nullptr), qsizetype(0));
}

void TestListeners::hearsLifeTopics() // $SYS is made for those who listen inside as well
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QByteArrayList told;
    broker.subscribe("$SYS/+/new/clients", this,
        [&told](const MessagePtr &each) { told.append(each->payload().toByteArray()); });
    SocketClient client(broker.port());
    client.connect("c");
    QTRY_COMPARE(told, QByteArrayList{"c"});
}

QTEST_GUILESS_MAIN(TestListeners)
#include "tst_listeners.moc"
