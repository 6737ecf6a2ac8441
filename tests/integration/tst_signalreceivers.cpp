#include "support/signallog.h"
#include "support/socketclient.h"
#include "support/threadsanitizer.h"

#include <pigeon/broker.h>

#include <QLoggingCategory>
#include <QSet>
#include <QSignalSpy>
#include <QThread>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

using namespace pigeon;
using namespace pigeon::test;

namespace {

std::atomic<qint64> allocations{0};

} // namespace

// A message that is made for a listener is allocated: what a signal costs is counted here.
void *operator new(std::size_t bytes)
{
    ++allocations;
    if (void *block = std::malloc(bytes))
        return block;
    throw std::bad_alloc();
}
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept
{
    ++allocations;
    return std::malloc(bytes);
}
void operator delete(void *block) noexcept
{
    std::free(block);
}
void operator delete(void *block, std::size_t) noexcept
{
    std::free(block);
}

namespace {

/// Slots as string-based connections need them.
class Receiver : public QObject
{
    Q_OBJECT

public:
    QByteArrayList heard;

public Q_SLOTS:
    void onReady(const pigeon::ClientInfo &client) { heard.append("ready " + client.clientId); }
    void onSubscribed(const pigeon::ClientInfo &client, const std::vector<pigeon::GrantedSubscription> &granted)
    {
        heard.append("subscribed " + client.clientId + ' ' + granted.at(0).entry.filter);
    }
    void onClosed() { heard.append("closed"); }
};

BrokerOptions quietOptions()
{
    BrokerOptions options;
    options.systemInterval = std::chrono::seconds(0);
    options.heartbeatInterval = std::chrono::milliseconds(0);
    options.publishLifeTopics = false;
    return options;
}

/// What a publication to nobody allocates.
qint64 costOfPublishing(Broker &broker)
{
    PublishPacket packet;
    packet.topic = "t";
    broker.publish(packet); // whatever is made once is there
    const qint64 before = allocations;
    broker.publish(packet);
    return allocations - before;
}

void turn()
{
    for (int i = 0; i < 3; ++i)
        QCoreApplication::processEvents();
}

} // namespace

/// How slots are connected to the signals of Broker and let go of, from where, and what it costs.
class TestSignalReceivers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectedByString();
    void connectedByFunctor();
    void connectedToSignal();
    void nobodyListensCostsNothing_data();
    void nobodyListensCostsNothing();
    void oneOfTwoGoes();
    void connectedAgain();
    void slotDisconnectsItself();
    void receiversAreDestroyed();
    void queuedToAnotherThread();
    void connectedFromAnotherThread();
    void brokerInItsOwnThread();
    void tenThousandConnectionsAreCounted();
};

void TestSignalReceivers::connectedByString()
{
    Broker broker;
    Receiver receiver;
    QVERIFY(QObject::connect(&broker, SIGNAL(clientReady(pigeon::ClientInfo)), &receiver,
        SLOT(onReady(pigeon::ClientInfo))));
    QVERIFY(QObject::connect(&broker,
        SIGNAL(subscribed(pigeon::ClientInfo, std::vector<pigeon::GrantedSubscription>)), &receiver,
        SLOT(onSubscribed(pigeon::ClientInfo, std::vector<pigeon::GrantedSubscription>)), Qt::QueuedConnection));
    QVERIFY(QObject::connect(&broker, SIGNAL(closed()), &receiver, SLOT(onClosed())));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("f", QoS::AtMostOnce));
    QTRY_COMPARE(receiver.heard, QByteArrayList({"ready a", "subscribed a f"}));
    broker.close();
    QTRY_COMPARE(receiver.heard.last(), QByteArray("closed"));
}

void TestSignalReceivers::connectedByFunctor()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QByteArrayList heard;
    Receiver receiver;
    QObject::connect(&broker, &Broker::clientReady, [&](const ClientInfo &client) { heard << client.clientId; });
    QObject::connect(&broker, &Broker::clientReady, &receiver, &Receiver::onReady);
    SocketClient client(broker.port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    QCOMPARE(heard, QByteArrayList({"a"}));
    QCOMPARE(receiver.heard, QByteArrayList({"ready a"}));
}

void TestSignalReceivers::connectedToSignal()
{
    class Relay : public Broker // any object with such a signal
    {
    };
    Broker broker;
    Relay relay;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QObject::connect(&broker, &Broker::pinged, &relay, &Broker::pinged);
    QSignalSpy spy(&relay, &Broker::pinged);
    SocketClient client(broker.port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client));
    QCOMPARE(spy.size(), qsizetype(1));
    QCOMPARE(spy.at(0).at(0).value<ClientInfo>().clientId, QByteArray("a"));
}

void TestSignalReceivers::nobodyListensCostsNothing_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("by handle") << 0;
    QTest::newRow("all slots of one signal") << 1;
    QTest::newRow("all signals") << 2;
    QTest::newRow("the receiver is destroyed") << 3;
    QTest::newRow("by string") << 4;
    QTest::newRow("in the slot") << 5;
}

void TestSignalReceivers::nobodyListensCostsNothing()
{
    QFETCH(const int, way);
    Broker broker(quietOptions());
    turn();
    const qint64 unheard = costOfPublishing(broker);
    auto receiver = std::make_unique<QObject>();
    int heard = 0;
    QMetaObject::Connection connection = QObject::connect(&broker, &Broker::published, receiver.get(), [&] {
        ++heard;
        if (way == 5 && heard == 2)
            QObject::disconnect(connection);
    });
    QVERIFY(costOfPublishing(broker) > unheard);
    QCOMPARE(heard, 2);
    switch (way) {
    case 0:
        QObject::disconnect(connection);
        break;
    case 1:
        QObject::disconnect(&broker, &Broker::published, nullptr, nullptr);
        break;
    case 2:
        broker.disconnect();
        break;
    case 3:
        receiver.reset();
        break;
    case 4:
        QObject::disconnect(&broker, SIGNAL(published(pigeon::PublishedEvent)), nullptr, nullptr);
        break;
    default:
        break;
    }
    turn(); // it is looked at when the event loop turns
    QCOMPARE(costOfPublishing(broker), unheard);
    QCOMPARE(heard, 2);
}

void TestSignalReceivers::oneOfTwoGoes()
{
    int first = 0;
    int second = 0;
    Broker broker(quietOptions());
    const QMetaObject::Connection one = QObject::connect(&broker, &Broker::published, [&] { ++first; });
    QObject::connect(&broker, &Broker::published, [&] { ++second; });
    QObject::disconnect(one);
    turn();
    PublishPacket packet;
    packet.topic = "t";
    QVERIFY(broker.publish(packet));
    QCOMPARE(first, 0);
    QCOMPARE(second, 1);
}

void TestSignalReceivers::connectedAgain() // before who listens was looked at
{
    Broker broker(quietOptions());
    int heard = 0;
    const auto hear = [&] { ++heard; };
    QObject::disconnect(QObject::connect(&broker, &Broker::published, hear));
    QObject::connect(&broker, &Broker::published, hear);
    turn();
    PublishPacket packet;
    packet.topic = "t";
    QVERIFY(broker.publish(packet));
    QCOMPARE(heard, 1);
}

void TestSignalReceivers::slotDisconnectsItself()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    int once = 0;
    int each = 0;
    QMetaObject::Connection connection;
    connection = QObject::connect(&broker, &Broker::clientReady, [&] {
        ++once;
        QObject::disconnect(connection);
    });
    QObject::connect(&broker, &Broker::clientReady, [&] { ++each; });
    for (const char *id : {"a", "b", "c"}) {
        SocketClient client(broker.port());
        client.connect(id);
        QVERIFY(waitFor<ConnackPacket>(client));
    }
    QCOMPARE(once, 1);
    QCOMPARE(each, 3);
}

/// Qt holds a lock then, one of 131 that objects share by their addresses: asking it who listens would lock up when
/// it is the broker's own.
void TestSignalReceivers::receiversAreDestroyed()
{
    Broker broker(quietOptions());
    std::vector<std::unique_ptr<QObject>> receivers;
    std::array<bool, 131> seen{};
    int heard = 0;
    for (int i = 0; i < 5'000; ++i) {
        receivers.push_back(std::make_unique<QObject>());
        seen.at(static_cast<uint>(quintptr(receivers.back().get())) % seen.size()) = true;
        QObject::connect(&broker, &Broker::published, receivers.back().get(), [&] { ++heard; });
    }
    QVERIFY(seen.at(static_cast<uint>(quintptr(static_cast<QObject *>(&broker))) % seen.size()));
    receivers.clear();
    turn();
    PublishPacket packet;
    packet.topic = "t";
    QVERIFY(broker.publish(packet));
    QCOMPARE(heard, 0);
}

void TestSignalReceivers::queuedToAnotherThread()
{
    SKIP_WHERE_QT_IS_NOT_SEEN();
    QTest::failOnWarning(QRegularExpression(QStringLiteral("Cannot queue")));
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QThread thread;
    auto *context = new QObject;
    context->moveToThread(&thread);
    QObject::connect(&thread, &QThread::finished, context, &QObject::deleteLater);
    std::atomic<int> kinds{0};
    std::atomic<bool> isElsewhere{true};
    const auto hear = [&](int kind) {
        kinds |= 1 << kind;
        isElsewhere = isElsewhere && QThread::currentThread() == &thread;
    };
    QObject::connect(&broker, &Broker::clientRegistered, context, [&](const ClientInfo &) { hear(0); });
    QObject::connect(&broker, &Broker::clientReady, context, [&](const ClientInfo &) { hear(1); });
    QObject::connect(&broker, &Broker::clientDisconnected, context, [&](const ClientInfo &, const EventError &why) {
        if (why.reason == ReasonCode::ProtocolError)
            hear(2);
    });
    QObject::connect(&broker, &Broker::clientError, context, [&](const ClientInfo &, const EventError &) { hear(3); });
    QObject::connect(&broker, &Broker::published, context, [&](const PublishedEvent &event) {
        if (event.message->payload() == QByteArrayView("x"))
            hear(4);
    });
    QObject::connect(&broker, &Broker::acknowledged, context, [&](const AcknowledgedEvent &) { hear(5); });
    QObject::connect(&broker, &Broker::subscribed, context,
        [&](const ClientInfo &, const std::vector<GrantedSubscription> &granted) {
            if (granted.at(0).entry.filter == "f")
                hear(6);
        });
    QObject::connect(&broker, &Broker::unsubscribed, context,
        [&](const ClientInfo &, const std::vector<QByteArray> &filters) {
            if (filters.at(0) == "f")
                hear(7);
        });
    QObject::connect(
        &broker, &Broker::connackSent, context, [&](const ClientInfo &, const ConnackPacket &) { hear(8); });
    QObject::connect(&broker, &Broker::pinged, context, [&](const ClientInfo &) { hear(9); });
    QObject::connect(&broker, &Broker::deliveryDropped, context, [&](const DroppedEvent &event) {
        if (event.message->topic() == QByteArrayView("f"))
            hear(10);
    });
    QObject::connect(&broker, &Broker::sessionExpired, context, [&](const QByteArray &) { hear(11); });
    QObject::connect(
        &broker, &Broker::connectionError, context, [&](const ClientInfo &, const EventError &) { hear(12); });
    QObject::connect(&broker, &Broker::keepaliveTimedOut, context, [&](const ClientInfo &) { hear(13); });
    thread.start();

    SocketClient silent(broker.port());
    ConnectPacket brief;
    brief.clientId = "silent";
    brief.keepAliveSeconds = 1;
    silent.connect(brief);
    QVERIFY(waitFor<ConnackPacket>(silent));
    SocketClient stranger(broker.port());
    stranger.send(PingreqPacket{});
    SocketClient client(broker.port());
    ConnectPacket connect;
    connect.clientId = "a";
    connect.properties.maximumPacketSize = 100;
    client.connect(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("f", QoS::AtLeastOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    PublishPacket publish;
    publish.topic = "f";
    publish.qos = QoS::AtLeastOnce;
    publish.payload = "x";
    QVERIFY(broker.publish(publish));
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    client.send(AcknowledgePacket{PacketType::Puback, got->packetId, ReasonCode::Success, {}});
    publish.payload = QByteArray(200, 'x');
    QVERIFY(broker.publish(publish));
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client));
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 2;
    unsubscribe.filters = {"f"};
    client.send(unsubscribe);
    QVERIFY(waitFor<UnsubackPacket>(client));
    client.connect("a"); // [MQTT-3.1.0-2]
    QTRY_COMPARE(kinds.load(), (1 << 14) - 1);
    QVERIFY(isElsewhere);
    thread.quit();
    QVERIFY(thread.wait());
}

void TestSignalReceivers::connectedFromAnotherThread()
{
    Broker broker(quietOptions());
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    // Threads connect and let go all the time: at the end the one that stays must hear.
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> heard{0};
        QObject context;
        std::atomic<bool> hasCome{false};
        std::thread comes([&] { // whose end the thread sanitizer sees, unlike that of a QThread
            for (int i = 0; i < 20; ++i)
                QObject::disconnect(QObject::connect(&broker, &Broker::published, &broker, [] {}, Qt::DirectConnection));
            QObject::connect(&broker, &Broker::published, &context, [&] { ++heard; }, Qt::DirectConnection);
            hasCome = true;
        });
        while (!hasCome)
            QCoreApplication::processEvents();
        comes.join();
        turn();
        PublishPacket packet;
        packet.topic = "t";
        QVERIFY(broker.publish(packet));
        QCOMPARE(heard.load(), 1);
    }
}

void TestSignalReceivers::brokerInItsOwnThread()
{
    SKIP_WHERE_QT_IS_NOT_SEEN();
    QThread thread;
    thread.start();
    QObject inThread;
    inThread.moveToThread(&thread);
    Broker *broker = nullptr;
    quint16 port = 0;
    QMetaObject::invokeMethod(
        &inThread,
        [&] {
            broker = new Broker;
            broker->listen(QHostAddress::LocalHost, 0);
            port = broker->port();
        },
        Qt::BlockingQueuedConnection);
    QVERIFY(port > 0);
    {
        SignalLog log(*broker); // here, so each event comes queued, in order
        SocketClient client(port);
        client.connect("a");
        QVERIFY(waitFor<ConnackPacket>(client));
        client.send(DisconnectPacket{});
        COMPARE_TOLD(log, "registered a, connackSent a 0x00, ready a, disconnected a 0x00, sessionExpired a");
    }
    QMetaObject::invokeMethod(&inThread, [&] { delete broker; }, Qt::BlockingQueuedConnection);
    thread.quit();
    QVERIFY(thread.wait());
}

/// Killed in every state that a connection may be in; the books are even at the end.
void TestSignalReceivers::tenThousandConnectionsAreCounted()
{
    constexpr int atOnce = 100;
    constexpr int rounds = 100;
    QLoggingCategory::setFilterRules(QStringLiteral("pigeon.*=false")); // a line for each of them
    QSet<quint64> here;
    qsizetype registered = 0;
    qsizetype disconnected = 0;
    qsizetype expired = 0;
    bool isEven = true;
    Broker broker(quietOptions()); // tells to the last
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QObject::connect(&broker, &Broker::clientRegistered, [&](const ClientInfo &client) {
        ++registered;
        isEven = isEven && !here.contains(client.connection);
        here.insert(client.connection);
    });
    QObject::connect(&broker, &Broker::clientDisconnected, [&](const ClientInfo &client, const EventError &) {
        ++disconnected;
        isEven = isEven && here.remove(client.connection);
    });
    QObject::connect(&broker, &Broker::sessionExpired, [&] { ++expired; });
    SocketClient watcher(broker.port());
    watcher.connect("watcher");
    QVERIFY(waitFor<ConnackPacket>(watcher));
    QSignalSpy errors(&broker, &Broker::clientError);

    for (int round = 0; round < rounds; ++round) {
        std::vector<std::unique_ptr<SocketClient>> clients;
        for (int i = 0; i < atOnce; ++i) {
            clients.push_back(std::make_unique<SocketClient>(broker.port()));
            if (i % 5 == 0)
                clients.back()->sendBytes(QByteArray::fromHex("100d0004")); // half a CONNECT
            else // every second one takes the place of the one before
                clients.back()->connect("client" + QByteArray::number(i / 2));
        }
        for (int i = 0; i < atOnce; ++i) {
            if (i % 5 < 2)
                continue; // killed without a look
            QVERIFY(waitFor<ConnackPacket>(*clients[size_t(i)]));
            if (i % 5 == 2)
                clients[size_t(i)]->send(DisconnectPacket{});
        }
        for (int i = 0; i < atOnce; ++i) {
            if (i % 5 != 2)
                clients[size_t(i)]->socket().abort();
        }
        for (int i = 2; i < atOnce; i += 5)
            QTRY_VERIFY(clients[size_t(i)]->isClosed());
        QTRY_COMPARE(broker.connectedClients(), qsizetype(1));
        QCOMPARE(here.size(), qsizetype(1));
    }
    QTRY_COMPARE(registered - disconnected, qsizetype(1));
    QCOMPARE(broker.connectedClients(), qsizetype(1));
    QCOMPARE(expired, disconnected);
    QCOMPARE(broker.sessions(), qsizetype(1));
    QVERIFY(registered >= rounds * atOnce * 3 / 5);
    QVERIFY(isEven);
    QCOMPARE(errors.size(), qsizetype(0));
    watcher.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(watcher));
    QLoggingCategory::setFilterRules({});
}

QTEST_GUILESS_MAIN(TestSignalReceivers)
#include "tst_signalreceivers.moc"
