#include "broker/systemtopics.h"
#include "support/everystore.h"

#include <QJsonDocument>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// A program that listens to what is published and to who comes.
class Listener final : public Events
{
public:
    void listen(bool listens)
    {
        setWanted(Published, listens);
        setWanted(ClientRegistered, listens);
    }
    void clientRegistered(const ClientInfo &client) override { clients.append(client.clientId); }
    void published(const PublishedEvent &event) override
    {
        topics.append(event.message->topic().toByteArray());
        payloads.append(event.message->payload().toByteArray());
        isAllOurs = isAllOurs && !event.isByClient && !event.message->isRetained();
    }
    QByteArrayList topics;
    QByteArrayList payloads;
    QByteArrayList clients;
    bool isAllOurs = true;
};

BrokerOptions named(const QByteArray &id = "b1")
{
    BrokerOptions options;
    options.brokerId = id;
    return options;
}

BrokerOptions quiet()
{
    BrokerOptions options = named();
    options.systemInterval = Seconds(0);
    options.heartbeatInterval = Milliseconds(0);
    return options;
}

/// A broker that tells of itself.
struct SystemBroker
{
    explicit SystemBroker(BrokerOptions brokerOptions = named(), std::optional<StoreMode> mode = std::nullopt)
        : options(std::move(brokerOptions))
        , topics(options, listener)
        , broker(options, mode, nullptr, &topics)
    {
    }
    void start()
    {
        topics.start(broker.services());
        broker.settle();
    }
    const BrokerOptions options;
    Listener listener;
    SystemTopics topics;
    TestBroker broker;
};

QMap<QByteArray, QByteArray> byTopic(const std::vector<PublishPacket> &publishes)
{
    QMap<QByteArray, QByteArray> found;
    for (const PublishPacket &publish : publishes)
        found.insert(publish.topic, publish.payload);
    return found;
}

QByteArrayList topicsOf(const std::vector<PublishPacket> &publishes)
{
    QByteArrayList topics;
    for (const PublishPacket &publish : publishes)
        topics.append(publish.topic);
    return topics;
}

} // namespace

/// $SYS as clients see it: aedes's life topics below $SYS/<broker id>/ and mosquitto's tree below $SYS/broker/.
class TestSystemTopics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void birthComesOnceAtTheBegin();
    void heartbeatComesEachInterval();
    void clientsComeAndGo();
    void takeOverTellsBoth();
    void subscriptionsAreTold();
    void endOfASessionTellsItsFilters();
    void lifeTopicsCanBeSwitchedOff();
    void nothingIsMadeForNobody();
    void listenersHearLifeTopicsWithoutSubscribers();

    void lateSubscriberGetsTheFigures();
    void figuresFollowWhatHappens();
    void figuresComeEachIntervalWhenChanged();
    void queuedMessagesAreCounted();
    void expiredSessionsAreCounted();
    void figuresCanBeSwitchedOff();
    void figuresGoOnWhenTheBoundsAreReached();
    void withoutRetainTheyAreLiveOnly();
    void nothingOfItReachesTheStore();

    void wildcardsDoNotMatch_data();
    void wildcardsDoNotMatch();
    void notQueuedForSessionsThatAreAway();
    void clientsCannotSpeakThere_data();
    void clientsCannotSpeakThere();
    void forgedNewClientTakesNobodyOver();
    void subscriptionsCanBeBarred_data();
    void subscriptionsCanBeBarred();
    void barredSubscriptionsOfOldSessionsEnd();
};

// --- life topics ---------------------------------------------------------------------------------------------

void TestSystemTopics::birthComesOnceAtTheBegin()
{
    SystemBroker system(quiet());
    system.listener.listen(true);
    system.topics.start(system.broker.services());
    QVERIFY(system.listener.topics.isEmpty()); // not while the broker is being made
    system.broker.settle();
    QCOMPARE(system.listener.topics, QByteArrayList{"$SYS/b1/birth"});
    QCOMPARE(system.listener.payloads, QByteArrayList{"b1"});
    QVERIFY(system.listener.isAllOurs);
    system.broker.advance(std::chrono::hours(1));
    QCOMPARE(system.listener.topics.size(), 1);
}

void TestSystemTopics::heartbeatComesEachInterval()
{
    BrokerOptions options = quiet();
    options.heartbeatInterval = Seconds(60);
    SystemBroker system(options);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/b1/heartbeat", QoS::ExactlyOnce);
    system.broker.advance(Milliseconds(59'900));
    QVERIFY(watcher.hasNothing());
    system.broker.advance(Milliseconds(200));
    const auto first = watcher.next<PublishPacket>();
    QVERIFY(first);
    QCOMPARE(first->payload, QByteArray("b1"));
    QCOMPARE(first->qos, QoS::AtMostOnce);
    QVERIFY(!first->retain);
    QVERIFY(watcher.hasNothing());
    system.broker.advance(Seconds(61));
    QCOMPARE(watcher.takePublishes().size(), size_t(1));
}

void TestSystemTopics::clientsComeAndGo()
{
    SystemBroker system(quiet());
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/+/+/clients");
    TestClient client = system.broker.connect("c/1");
    const auto come = watcher.next<PublishPacket>();
    QVERIFY(come);
    QCOMPARE(come->topic, QByteArray("$SYS/b1/new/clients"));
    QCOMPARE(come->payload, QByteArray("c/1"));
    QVERIFY(!come->retain);
    client.breakDown();
    const auto gone = watcher.next<PublishPacket>();
    QVERIFY(gone);
    QCOMPARE(gone->topic, QByteArray("$SYS/b1/disconnect/clients"));
    QCOMPARE(gone->payload, QByteArray("c/1"));
    TestClient refused = system.broker.open();
    ConnectPacket withoutId; // behaviour 116: who was never let in neither comes nor goes
    withoutId.version = ProtocolVersion::Mqtt311;
    withoutId.cleanStart = false;
    refused.setVersion(withoutId.version);
    refused.send(withoutId);
    QVERIFY(refused.isClosed());
    QVERIFY(watcher.hasNothing());
}

void TestSystemTopics::takeOverTellsBoth()
{
    SystemBroker system(quiet());
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/b1/+/clients");
    TestClient old = system.broker.connect("twice");
    TestClient young = system.broker.connect("twice");
    QVERIFY(old.isClosed());
    QCOMPARE(topicsOf(watcher.takePublishes()),
        (QByteArrayList{"$SYS/b1/new/clients", "$SYS/b1/disconnect/clients", "$SYS/b1/new/clients"}));
    QVERIFY(!young.isClosed());
}

void TestSystemTopics::subscriptionsAreTold()
{
    SystemBroker system(quiet());
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/b1/new/#");
    QCOMPARE(topicsOf(watcher.takePublishes()), // its own, since it listens from then on
        (QByteArrayList{"$SYS/b1/new/subscribes", "$SYS/b1/new/subscribers"}));
    TestClient client = system.broker.connect("c", ProtocolVersion::Mqtt311);
    watcher.takePublishes();
    client.subscribe("a/+", QoS::AtLeastOnce);
    std::vector<PublishPacket> told = watcher.takePublishes();
    QCOMPARE(topicsOf(told), (QByteArrayList{"$SYS/b1/new/subscribes", "$SYS/b1/new/subscribers"}));
    QCOMPARE(QJsonDocument::fromJson(told[0].payload),
        QJsonDocument::fromJson(R"({"clientId":"c","subs":[{"topic":"a/+","qos":1}]})"));
    QCOMPARE(told[1].payload, told[0].payload);

    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 2;
    unsubscribe.filters = {"a/+", "never"};
    client.send(unsubscribe);
    told = watcher.takePublishes();
    QCOMPARE(topicsOf(told), (QByteArrayList{"$SYS/b1/new/unsubscribes", "$SYS/b1/new/unsubscribers"}));
    QCOMPARE(told[0].payload, QByteArray(R"({"clientId":"c","subs":["a/+","never"]})"));
    QCOMPARE(told[1].payload, told[0].payload);
}

void TestSystemTopics::endOfASessionTellsItsFilters()
{
    SystemBroker system(quiet());
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/b1/#");
    TestClient client = system.broker.connect("c");
    client.subscribe("a");
    watcher.takePublishes();
    client.disconnect();
    const std::vector<PublishPacket> told = watcher.takePublishes();
    QCOMPARE(topicsOf(told), (QByteArrayList{"$SYS/b1/disconnect/clients", "$SYS/b1/new/unsubscribes",
                                 "$SYS/b1/new/unsubscribers"}));
    QCOMPARE(told[1].payload, QByteArray(R"({"clientId":"c","subs":["a"]})"));
}

void TestSystemTopics::lifeTopicsCanBeSwitchedOff()
{
    BrokerOptions options = named();
    options.publishLifeTopics = false;
    SystemBroker system(options);
    system.listener.listen(true);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/b1/#");
    TestClient client = system.broker.connect("c");
    client.subscribe("a");
    client.disconnect();
    QVERIFY(watcher.hasNothing());
    for (const QByteArray &topic : std::as_const(system.listener.topics))
        QVERIFY2(topic.startsWith("$SYS/broker/"), topic.constData());
    QCOMPARE(system.listener.clients, (QByteArrayList{"watcher", "c"})); // who listens to events hears them
    system.broker.advance(Seconds(61));
    QCOMPARE(topicsOf(watcher.takePublishes()), QByteArrayList{"$SYS/b1/heartbeat"}); // it has a switch of its own
}

void TestSystemTopics::nothingIsMadeForNobody()
{
    SystemBroker system(quiet());
    system.start();
    TestClient everything = system.broker.connect("everything");
    everything.subscribe("#");
    system.broker.connect("c").disconnect();
    QVERIFY(!system.broker.core().nextWake() || *system.broker.core().nextWake() > system.broker.clock().now());
    QVERIFY(everything.hasNothing());
    TestClient watcher = system.broker.connect("watcher"); // what was before is not told later
    watcher.subscribe("$SYS/b1/+/clients");
    QVERIFY(watcher.hasNothing());
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 2;
    unsubscribe.filters = {"$SYS/b1/+/clients"};
    watcher.send(unsubscribe);
    QVERIFY(!system.broker.services().subscriptions.reachesInto("$SYS"));
}

void TestSystemTopics::listenersHearLifeTopicsWithoutSubscribers()
{
    SystemBroker system(quiet());
    system.start();
    system.listener.listen(true);
    system.broker.connect("c").disconnect();
    QCOMPARE(system.listener.topics, (QByteArrayList{"$SYS/b1/new/clients", "$SYS/b1/disconnect/clients"}));
    QCOMPARE(system.listener.clients, QByteArrayList{"c"});
    system.listener.listen(false);
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/b1/#"); // now it is told for another's sake
    system.broker.connect("c").disconnect();
    QCOMPARE(system.listener.topics.size(), 2);
    QCOMPARE(system.listener.clients, QByteArrayList{"c"});
}

// --- figures -------------------------------------------------------------------------------------------------

void TestSystemTopics::lateSubscriberGetsTheFigures()
{
    SystemBroker system;
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/#", QoS::ExactlyOnce);
    const std::vector<PublishPacket> publishes = watcher.takePublishes();
    const QMap<QByteArray, QByteArray> shown = byTopic(publishes);
    QVERIFY(shown.value("$SYS/broker/version").startsWith("pigeon version "));
    QCOMPARE(shown.value("$SYS/broker/uptime"), QByteArray("0 seconds"));
    QCOMPARE(shown.value("$SYS/broker/clients/connected"), QByteArray("0")); // when it was published
    QCOMPARE(shown.value("$SYS/broker/load/messages/received/1min"), QByteArray("0.00"));
#ifdef Q_OS_LINUX
    QVERIFY(shown.value("$SYS/broker/heap/current").toULongLong() > 100'000);
    QCOMPARE(shown.value("$SYS/broker/heap/maximum"), shown.value("$SYS/broker/heap/current"));
#endif
    int retained = 0;
    for (const PublishPacket &publish : publishes) {
        QCOMPARE(publish.qos, QoS::AtMostOnce);
        retained += publish.retain;
    }
    QCOMPARE(retained, system.broker.services().retained.size());
    QVERIFY(retained >= 50);
}

void TestSystemTopics::figuresFollowWhatHappens()
{
    SystemBroker system;
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/#");
    TestClient away = connectLasting(system.broker, "away");
    away.subscribe("q", QoS::AtLeastOnce);
    away.breakDown();
    TestClient member = system.broker.connect("member");
    member.subscribe("$share/g/s");
    TestClient publisher = system.broker.connect("publisher");
    publisher.publish("r", "12345", QoS::AtMostOnce, 0, true);
    publisher.publish("s", "123", QoS::AtMostOnce);
    watcher.takePublishes();
    const Counters before = system.broker.services().counters;
    system.broker.advance(Seconds(11));
    const QMap<QByteArray, QByteArray> shown = byTopic(watcher.takePublishes());
    const auto value = [&shown](const char *name) { return shown.value(QByteArray("$SYS/broker/") + name); };
    QCOMPARE(value("clients/connected"), QByteArray("3"));
    QCOMPARE(value("clients/disconnected"), QByteArray("1"));
    QCOMPARE(value("clients/total"), QByteArray("4"));
    QCOMPARE(value("clients/maximum"), QByteArray("3"));
    QCOMPARE(value("subscriptions/count"), QByteArray("2")); // as mosquitto: without the shared ones
    QCOMPARE(value("shared_subscriptions/count"), QByteArray("1"));
    QCOMPARE(value("publish/messages/received"), QByteArray("2"));
    QCOMPARE(value("publish/bytes/received"), QByteArray("8"));
    QCOMPARE(value("publish/messages/sent"), QByteArray::number(before.publishSent));
    QCOMPARE(value("publish/bytes/sent"), QByteArray::number(before.publishBytesSent));
    QCOMPARE(value("messages/received"), QByteArray("9")); // 4 CONNECT, 3 SUBSCRIBE, 2 PUBLISH
    QCOMPARE(value("messages/sent"), QByteArray::number(before.packetsSent));
    QCOMPARE(value("bytes/received"), QByteArray::number(before.bytesReceived));
    QCOMPARE(value("bytes/sent"), QByteArray::number(before.bytesSent));
    const auto retained = QByteArray::number(system.broker.services().retained.size());
    QCOMPARE(value("retained messages/count"), retained);
    QCOMPARE(value("store/messages/count"), retained);
    QVERIFY(value("load/sockets/1min").toDouble() > 0);
    QVERIFY(value("load/connections/15min").toDouble() > 0);
}

void TestSystemTopics::figuresComeEachIntervalWhenChanged()
{
    BrokerOptions options = named();
    options.systemInterval = Seconds(3);
    options.heartbeatInterval = Milliseconds(0);
    SystemBroker system(options);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/+");
    watcher.takePublishes();
    system.broker.advance(Milliseconds(2'900));
    QVERIFY(watcher.hasNothing());
    system.broker.advance(Milliseconds(200));
    const std::vector<PublishPacket> told = watcher.takePublishes();
    QCOMPARE(topicsOf(told), QByteArrayList{"$SYS/broker/uptime"}); // the version is the same
    QCOMPARE(told[0].payload, QByteArray("3 seconds"));
    QVERIFY(!told[0].retain); // live [MQTT-3.3.1-12]
}

void TestSystemTopics::queuedMessagesAreCounted()
{
    SystemBroker system;
    system.start();
    TestClient away = connectLasting(system.broker, "away");
    away.subscribe("q", QoS::AtLeastOnce);
    away.breakDown();
    for (int i = 0; i < 3; ++i)
        system.broker.publish("q", "x", QoS::AtLeastOnce);
    const Counters &counters = system.broker.services().counters;
    const Outbox &outbox = system.broker.core().sessions().find("away")->outbox();
    QCOMPARE(counters.queuedMessages, quint64(3));
    QCOMPARE(counters.queuedBytes, outbox.queuedBytes());
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/packet/out/+");
    watcher.takePublishes();
    system.broker.advance(Seconds(11));
    QMap<QByteArray, QByteArray> shown = byTopic(watcher.takePublishes());
    QCOMPARE(shown.value("$SYS/broker/packet/out/count"), QByteArray("3"));
    QCOMPARE(shown.value("$SYS/broker/packet/out/bytes"), QByteArray::number(outbox.queuedBytes()));
    away = connectLasting(system.broker, "away");
    QCOMPARE(takeAndComplete(away).size(), size_t(3));
    QCOMPARE(counters.queuedMessages, quint64(0));
    QCOMPARE(counters.queuedBytes, quint64(0));
    away.breakDown();
    system.broker.publish("q", "x", QoS::AtLeastOnce);
    QCOMPARE(counters.queuedMessages, quint64(1));
    system.broker.core().sessions().end(*system.broker.core().sessions().find("away"));
    QCOMPARE(counters.queuedMessages, quint64(0));
    QCOMPARE(counters.queuedBytes, quint64(0));
}

void TestSystemTopics::expiredSessionsAreCounted()
{
    SystemBroker system;
    system.start();
    system.broker.connect(lastingConnect("away", ProtocolVersion::Mqtt5, 5)).breakDown();
    system.broker.connect("short").disconnect(); // ends with its connection: not expired
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/clients/expired");
    QCOMPARE(byTopic(watcher.takePublishes()).value("$SYS/broker/clients/expired"), QByteArray("0"));
    system.broker.advance(Seconds(21));
    QCOMPARE(byTopic(watcher.takePublishes()).value("$SYS/broker/clients/expired"), QByteArray("1"));
}

void TestSystemTopics::figuresCanBeSwitchedOff()
{
    BrokerOptions options = named();
    options.systemInterval = Seconds(0);
    SystemBroker system(options);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/#");
    system.broker.advance(std::chrono::hours(1));
    QVERIFY(watcher.hasNothing());
    QCOMPARE(system.broker.services().retained.size(), 0);
}

void TestSystemTopics::figuresGoOnWhenTheBoundsAreReached()
{
    BrokerOptions options = named();
    options.maximumRetained = 1;
    options.maximumMessageMemory = 1;
    SystemBroker system(options);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/uptime");
    QCOMPARE(watcher.takePublishes().size(), size_t(1));
    TestClient publisher = system.broker.connect("publisher");
    publisher.publish("a", "x", QoS::AtLeastOnce, 1);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    system.broker.advance(Seconds(11));
    QCOMPARE(watcher.takePublishes().size(), size_t(1));
}

void TestSystemTopics::withoutRetainTheyAreLiveOnly()
{
    BrokerOptions options = named();
    options.maximumRetained = 0;
    SystemBroker system(options);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/broker/uptime");
    QVERIFY(watcher.hasNothing());
    system.broker.advance(Seconds(11));
    QCOMPARE(watcher.takePublishes().size(), size_t(1));
    QCOMPARE(system.broker.services().retained.size(), 0);
}

void TestSystemTopics::nothingOfItReachesTheStore()
{
    SystemBroker system(named(), StoreMode::EachTurn);
    system.start();
    QVERIFY(system.broker.services().retained.size() > 50);
    system.broker.publish("kept", "x", QoS::AtMostOnce, true);
    system.broker.crash(); // loads what the store has; nobody publishes figures for the new core
    QCOMPARE(system.broker.services().retained.size(), 1);
    QVERIFY(system.broker.services().retained.find("kept"));
}

// --- who hears, who speaks -----------------------------------------------------------------------------------

void TestSystemTopics::wildcardsDoNotMatch_data()
{
    QTest::addColumn<QByteArray>("filter");
    for (const char *filter : {"#", "+/#", "+/broker/#", "+/+/+", "+/b1/new/clients", "$share/g/#"})
        QTest::newRow(filter) << QByteArray(filter);
}

void TestSystemTopics::wildcardsDoNotMatch()
{
    QFETCH(QByteArray, filter); // [MQTT-4.7.2-1]
    SystemBroker system;
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    QVERIFY(!isFailure(watcher.subscribe(filter)));
    system.broker.connect("c").disconnect();
    system.broker.advance(Seconds(61));
    QVERIFY(watcher.hasNothing());
}

void TestSystemTopics::notQueuedForSessionsThatAreAway()
{
    SystemBroker system;
    system.start();
    TestClient away = connectLasting(system.broker, "away");
    away.subscribe("#", QoS::ExactlyOnce);
    away.subscribe("$SYS/#", QoS::ExactlyOnce);
    away.breakDown();
    system.broker.connect("c").disconnect();
    system.broker.advance(Seconds(121));
    QVERIFY(system.broker.core().sessions().find("away")->outbox().isEmpty()); // behaviour 100
    away = connectLasting(system.broker, "away");
    for (const QByteArray &topic : topicsOf(away.takePublishes()))
        QCOMPARE(topic, QByteArray("$SYS/b1/new/clients")); // its own, live
}

void TestSystemTopics::clientsCannotSpeakThere_data()
{
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("allowed");
    for (const bool allowed : {true, false}) {
        for (const char *topic : {"$SYS/broker/uptime", "$SYS/b1/heartbeat", "$SYS/b2/new/clients", "$SYS/x"})
            QTest::addRow("%s%s", topic, allowed ? "" : ", barred") << QByteArray(topic) << allowed;
    }
}

void TestSystemTopics::clientsCannotSpeakThere()
{
    QFETCH(QByteArray, topic);
    QFETCH(bool, allowed);
    BrokerOptions options = named();
    options.allowSystemTopics = allowed;
    SystemBroker system(options);
    system.start();
    TestClient watcher = system.broker.connect("watcher");
    watcher.subscribe("$SYS/#");
    TestClient forger = system.broker.connect("forger");
    TestClient old = system.broker.connect("old", ProtocolVersion::Mqtt311);
    watcher.takePublishes();
    forger.publish(topic, "forged", QoS::AtLeastOnce, 1, true);
    QCOMPARE(forger.next<AcknowledgePacket>()->reason, ReasonCode::NotAuthorized);
    old.publish(topic, "forged", QoS::AtLeastOnce, 1);
    QVERIFY(old.isClosed()); // [MQTT3-3.3.5-2]
    for (const PublishPacket &publish : watcher.takePublishes())
        QVERIFY(publish.payload != "forged");
    const MessagePtr retained = system.broker.services().retained.find(topic);
    QVERIFY(!retained || retained->payload() != "forged");
}

void TestSystemTopics::forgedNewClientTakesNobodyOver()
{
    SystemBroker system;
    system.start();
    TestClient victim = system.broker.connect("victim");
    TestClient forger = system.broker.connect("forger");
    forger.publish("$SYS/b2/new/clients", "victim", QoS::AtMostOnce);
    QVERIFY(!victim.isClosed());
    system.broker.publish("$SYS/b2/new/clients", "victim"); // even if it came from the broker's own program
    QVERIFY(!victim.isClosed());
    victim.send(PingreqPacket{});
    QVERIFY(victim.next<PingrespPacket>());
}

void TestSystemTopics::subscriptionsCanBeBarred_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<bool>("barred");
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        const auto row = [version](const char *filter, bool barred) {
            QTest::addRow("%s, %d", filter, int(version)) << version << QByteArray(filter) << barred;
        };
        for (const char *filter : {"$SYS", "$SYS/#", "$SYS/broker/uptime", "$SYS/+/birth", "$share/g/$SYS/#"})
            row(filter, true);
        for (const char *filter : {"#", "+/#", "$SYSTEM/a", "$sys/#", "a/$SYS", "$x/$SYS"})
            row(filter, false);
    }
}

void TestSystemTopics::subscriptionsCanBeBarred()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, filter);
    QFETCH(bool, barred);
    BrokerOptions options = named();
    options.allowSystemTopics = false;
    SystemBroker system(options);
    system.start();
    TestClient client = system.broker.connect("c", version);
    const ReasonCode answer = client.subscribe(filter);
    const ReasonCode refusal
        = version == ProtocolVersion::Mqtt5 ? ReasonCode::NotAuthorized : ReasonCode::UnspecifiedError;
    QCOMPARE(answer, barred ? refusal : ReasonCode::Success);
    system.broker.connect("other").disconnect();
    system.broker.advance(Seconds(61));
    QVERIFY(client.hasNothing()); // neither retained nor live
}

void TestSystemTopics::barredSubscriptionsOfOldSessionsEnd()
{
    BrokerOptions options = named();
    options.allowSystemTopics = false;
    SystemBroker system(options);
    system.start();
    TestClient client = connectLasting(system.broker, "c");
    client.subscribe("a");
    client.breakDown();
    // As a store would bring it back that was filled when it was still allowed.
    system.broker.core().sessions().find("c")->subscribe("$SYS/#", {});
    client = connectLasting(system.broker, "c");
    QCOMPARE(system.broker.core().sessions().find("c")->subscriptions().keys(), QList<QByteArray>{"a"});
}

QTEST_APPLESS_MAIN(TestSystemTopics)
#include "tst_systemtopics.moc"
