#include "support/everystore.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// BrokerOptions::maximumConcurrentPublishes and maximumEarlyPackets: what may wait for handlers and the store at once.
class TestPublishSlots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlySoManyAreUnderWay_data() { addVersionsAndQoS(); }
    void onlySoManyAreUnderWay();
    void eachClientHasItsTurn();
    void whoEndsLeavesTheLine();
    void handlersCount();
    void aHandlerAndAStoreThatFailsGiveBackWhatTheyTook_data() { addVersionsAndQoS(); }
    void aHandlerAndAStoreThatFailsGiveBackWhatTheyTook();
    void othersThanPublishersDoNotWait();
    void keepAliveRestsInLine();
    void retainedQoS0Counts();
    void zeroIsNoBound();
    void earlyPacketsAreBounded();
};

static BrokerOptions slotsOf(quint32 most)
{
    BrokerOptions options;
    options.maximumConcurrentPublishes = most;
    return options;
}

/// A broker whose store waits for the test, with an absent subscriber for whom all of "t" has to be kept.
static std::unique_ptr<TestBroker> brokerWithSlots(quint32 most)
{
    auto broker = std::make_unique<TestBroker>(slotsOf(most), StoreMode::EachTurn);
    TestClient away = connectLasting(*broker, "away");
    away.subscribe("t", QoS::ExactlyOnce);
    away.breakDown();
    broker->lateStore()->setMode(StoreMode::Manual);
    return broker;
}

static void completeOne(TestBroker &broker)
{
    broker.lateStore()->completeOldest();
    broker.settle();
}

void TestPublishSlots::onlySoManyAreUnderWay()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    const auto broker = brokerWithSlots(3);
    TestClient client = broker->connect("c", version);
    const quint64 before = broker->lateStore()->commits();
    for (quint16 id = 1; id <= 5; ++id)
        client.publish("t", QByteArray::number(id), qos, id);
    QCOMPARE(broker->lateStore()->commits() - before, quint64(3));
    QVERIFY(!client.isBeingRead());
    for (quint16 id = 1; id <= 5; ++id) {
        completeOne(*broker);
        QCOMPARE(client.next<AcknowledgePacket>()->packetId, id);
        QCOMPARE(broker->lateStore()->commits() - before, quint64(std::min(3 + id, 5)));
    }
    QVERIFY(client.isBeingRead());
    QCOMPARE(broker->services().publishSlots.underWay(), 0u);
}

void TestPublishSlots::eachClientHasItsTurn()
{
    const auto broker = brokerWithSlots(1);
    TestClient greedy = broker->connect("greedy");
    TestClient modest = broker->connect("modest");
    for (quint16 id = 1; id <= 4; ++id)
        greedy.publish("t", "g", QoS::AtLeastOnce, id);
    modest.publish("t", "m", QoS::AtLeastOnce, 1);
    completeOne(*broker); // greedy's first; its second was in line before modest came
    QVERIFY(greedy.next<AcknowledgePacket>());
    completeOne(*broker);
    QVERIFY(greedy.next<AcknowledgePacket>());
    completeOne(*broker);
    QVERIFY(modest.next<AcknowledgePacket>()); // and not greedy's third
    QVERIFY(greedy.hasNothing());
}

void TestPublishSlots::whoEndsLeavesTheLine()
{
    const auto broker = brokerWithSlots(1);
    TestClient first = broker->connect("first");
    TestClient second = broker->connect("second");
    TestClient third = broker->connect("third");
    first.publish("t", "1", QoS::AtLeastOnce, 1);
    second.publish("t", "2", QoS::AtLeastOnce, 1);
    third.publish("t", "3", QoS::AtLeastOnce, 1);
    QCOMPARE(broker->services().publishSlots.waiting(), size_t(2));
    second.breakDown();
    QCOMPARE(broker->services().publishSlots.waiting(), size_t(1));
    first.breakDown(); // its message is under way and stays so
    completeOne(*broker);
    completeOne(*broker);
    QVERIFY(third.next<AcknowledgePacket>());
}

namespace {

/// A handler that answers when the test says so.
class SlowPolicy : public Policy
{
public:
    bool asksBeforePublish() const override { return true; }
    void authorizePublish(
        const ClientInfo &, PublishPacket publish, std::function<void(PublishDecision)> decided) override
    {
        open.push_back([publish, decided] { decided(PublishDecision::accept(publish)); });
    }
    std::vector<std::function<void()>> open;
};

} // namespace

void TestPublishSlots::handlersCount()
{
    SlowPolicy policy;
    TestBroker broker(slotsOf(2), std::nullopt, &policy);
    std::vector<TestClient> clients;
    for (const QByteArray id : {"a", "b", "c", "d"})
        clients.push_back(broker.connect(id));
    for (TestClient &client : clients)
        client.publish("t", "x", QoS::AtLeastOnce, 1);
    QCOMPARE(policy.open.size(), size_t(2));
    clients[0].breakDown(); // its question is open for nobody
    broker.settle();
    QCOMPARE(policy.open.size(), size_t(3));
    policy.open[1]();
    broker.settle();
    QCOMPARE(policy.open.size(), size_t(4));
    policy.open[0]();
    policy.open[2]();
    policy.open[3]();
    broker.settle();
    for (size_t i = 1; i < 4; ++i)
        QVERIFY(clients[i].next<AcknowledgePacket>());
    QCOMPARE(broker.services().publishSlots.underWay(), 0u);
}

/// The store's failure may end the connection, and with it the question.
void TestPublishSlots::aHandlerAndAStoreThatFailsGiveBackWhatTheyTook()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    class AskingPolicy final : public Policy
    {
    public:
        bool asksAfterPublish() const override { return true; }
        void published(const PublishedEvent &, std::function<void(PublishedDecision)> decided) override
        {
            questions.push_back(std::move(decided));
        }
        std::vector<std::function<void(PublishedDecision)>> questions;
    };
    for (const bool isAnsweredFirst : {false, true}) {
        AskingPolicy policy;
        TestBroker broker(slotsOf(3), StoreMode::EachTurn, &policy);
        TestClient away = connectLasting(broker, "away");
        away.subscribe("t", QoS::ExactlyOnce);
        away.breakDown();
        broker.lateStore()->setMode(StoreMode::Manual);
        TestClient client = broker.connect("c", version);
        client.publish("t", "x", qos, 1);
        const auto answer = [&policy] {
            for (const auto &question : std::exchange(policy.questions, {}))
                question(PublishedDecision::done());
        };
        if (isAnsweredFirst)
            answer();
        broker.lateStore()->completeOldest(StoreStatus::Failed);
        broker.settle();
        answer();
        broker.lateStore()->setMode(StoreMode::EachTurn);
        broker.settle();
        QCOMPARE(broker.services().publishSlots.underWay(), quint32(0));
        QCOMPARE(client.isClosed(), version != ProtocolVersion::Mqtt5);
        TestClient next = broker.connect("next", version);
        next.publish("t", "y", qos, 1);
        answer();
        broker.settle();
        QVERIFY(next.next<AcknowledgePacket>());
    }
}

void TestPublishSlots::othersThanPublishersDoNotWait()
{
    const auto broker = brokerWithSlots(1);
    TestClient publisher = broker->connect("publisher");
    publisher.publish("t", "1", QoS::AtLeastOnce, 1);
    TestClient other = broker->connect("other");
    QCOMPARE(other.subscribe("x"), ReasonCode::Success);
    other.send(PingreqPacket{});
    QVERIFY(other.next<PingrespPacket>());
}

void TestPublishSlots::keepAliveRestsInLine()
{
    const auto broker = brokerWithSlots(1);
    ConnectPacket connect;
    connect.clientId = "c";
    connect.keepAliveSeconds = 10;
    TestClient first = broker->connect("first");
    TestClient client = broker->connect(connect);
    first.publish("t", "1", QoS::AtLeastOnce, 1);
    client.publish("t", "2", QoS::AtLeastOnce, 1);
    broker->advance(Milliseconds(60'000));
    QVERIFY(!client.isClosed()); // that we hear nothing is our own doing
    completeOne(*broker);
    completeOne(*broker);
    QVERIFY(client.next<AcknowledgePacket>());
    broker->advance(Milliseconds(16'000));
    QVERIFY(client.isClosed()); // [MQTT-3.1.2-22]
}

void TestPublishSlots::retainedQoS0Counts()
{
    const auto broker = brokerWithSlots(2);
    TestClient client = broker->connect("c");
    const quint64 before = broker->lateStore()->commits();
    for (int i = 0; i < 5; ++i)
        client.publish("kept/" + QByteArray::number(i), "x", QoS::AtMostOnce, 0, true);
    QCOMPARE(broker->lateStore()->commits() - before, quint64(2));
    for (int i = 0; i < 5; ++i)
        completeOne(*broker);
    QCOMPARE(broker->lateStore()->commits() - before, quint64(5));
    QVERIFY(client.isBeingRead());
}

void TestPublishSlots::zeroIsNoBound()
{
    const auto broker = brokerWithSlots(0);
    TestClient client = broker->connect("c");
    const quint64 before = broker->lateStore()->commits();
    for (quint16 id = 1; id <= 100; ++id)
        client.publish("t", "x", QoS::AtLeastOnce, id);
    QCOMPARE(broker->lateStore()->commits() - before, quint64(100));
}

void TestPublishSlots::earlyPacketsAreBounded() // row 21
{
    class NeverPolicy : public Policy
    {
        void authenticate(const ConnectPacket &, const PeerFacts &, std::function<void(ConnectDecision)>) override { }
    } policy;
    BrokerOptions options;
    options.maximumEarlyPackets = 3;
    TestBroker broker(options, std::nullopt, &policy);
    TestClient client = broker.open();
    ConnectPacket connect;
    connect.clientId = "c";
    client.send(connect);
    for (int i = 0; i < 3; ++i) {
        client.send(PingreqPacket{});
        QVERIFY(!client.isClosed());
    }
    client.send(PingreqPacket{});
    QVERIFY(client.isClosed());
}

QTEST_GUILESS_MAIN(TestPublishSlots)
#include "tst_publishslots.moc"
