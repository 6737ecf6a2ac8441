#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

Q_DECLARE_METATYPE(pigeon::QueueFullPolicy)

/// A queue that is full hurts only its owner, as its policy says, decided before the acknowledgement and never
/// silently: over every store.
class TestQueueLimits : public QObject
{
    Q_OBJECT

    static quint64 droppedForFull(TestBroker &broker)
    {
        return broker.core().counters().drops[size_t(DropReason::QueueFull)];
    }
    static BrokerOptions threeMessages(QueueFullPolicy policy)
    {
        BrokerOptions options;
        options.maximumQueuedMessages = 3;
        options.queueFull = policy;
        return options;
    }
    /// Ten messages go out, or as many as are taken; the reasons come back, 3.x publishers that were closed end it.
    static std::vector<ReasonCode> publishTen(TestBroker &broker, ProtocolVersion version, QoS qos);

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void messagesOfAnAbsentClient_data();
    void messagesOfAnAbsentClient();
    void bytesOfAnAbsentClient_data();
    void bytesOfAnAbsentClient();
    void oneMessageLargerThanTheQueueEmptiesNothing_data();
    void oneMessageLargerThanTheQueueEmptiesNothing();
    void queueBeginsBehindTheWindow_data() { addVersionsAndQoS(); }
    void queueBeginsBehindTheWindow();
    void refusedMessageReachesNobody_data() { addVersionsAndQoS(); }
    void refusedMessageReachesNobody();
    void refusingLooksAtWhoWouldQueueOnly();
    void othersAreNotHurt();
    void roomComesBack();
    void fullGroupIsNotSilent_data();
    void fullGroupIsNotSilent();
};

std::vector<ReasonCode> TestQueueLimits::publishTen(TestBroker &broker, ProtocolVersion version, QoS qos)
{
    std::vector<ReasonCode> reasons;
    TestClient publisher = broker.connect("pub", version);
    for (quint16 i = 1; i <= 10 && !publisher.isClosed(); ++i) {
        publisher.publish("a", QByteArray::number(i), qos, i);
        const auto answer = publisher.next<AcknowledgePacket>();
        if (!answer)
            continue;
        reasons.push_back(answer->reason);
        if (qos == QoS::ExactlyOnce && !isFailure(answer->reason)) {
            publisher.acknowledge(PacketType::Pubrel, i);
            publisher.next<AcknowledgePacket>();
        }
    }
    return reasons;
}

void TestQueueLimits::messagesOfAnAbsentClient_data()
{
    QTest::addColumn<QueueFullPolicy>("policy");
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QoS>("qos");
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
            const auto add = [qos, version](const char *name, QueueFullPolicy policy) {
                QTest::addRow("%s, QoS %d, version %d", name, int(qos), int(version)) << policy << version << qos;
            };
            add("drop-new", QueueFullPolicy::DropNew);
            add("drop-oldest", QueueFullPolicy::DropOldest);
            add("refuse", QueueFullPolicy::Refuse);
        }
    }
}

// Behaviour 99.
void TestQueueLimits::messagesOfAnAbsentClient()
{
    QFETCH(QueueFullPolicy, policy);
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow(threeMessages(policy));
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    const std::vector<ReasonCode> reasons = publishTen(broker, version, qos);
    const bool refuses = policy == QueueFullPolicy::Refuse;
    if (refuses && version == ProtocolVersion::Mqtt311) {
        QCOMPARE(reasons.size(), size_t(3)); // closed without an acknowledgement of the fourth
    } else {
        QCOMPARE(reasons.size(), size_t(10));
        for (size_t i = 0; i < reasons.size(); ++i)
            QCOMPARE(reasons[i], refuses && i >= 3 ? ReasonCode::QuotaExceeded : ReasonCode::Success);
    }
    QCOMPARE(droppedForFull(broker), quint64(refuses ? 0 : 7)); // never silently
    client = connectLasting(broker, "c");
    const QByteArrayList expected = policy == QueueFullPolicy::DropOldest ? QByteArrayList{"8", "9", "10"}
                                                                          : QByteArrayList{"1", "2", "3"};
    QCOMPARE(payloadsOf(takeAndComplete(client)), expected);
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->sessions["c"].deliveries.empty()); // what was dropped was taken out there too
}

void TestQueueLimits::bytesOfAnAbsentClient_data()
{
    QTest::addColumn<QueueFullPolicy>("policy");
    QTest::addColumn<QoS>("qos");
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        QTest::addRow("drop-new, QoS %d", int(qos)) << QueueFullPolicy::DropNew << qos;
        QTest::addRow("drop-oldest, QoS %d", int(qos)) << QueueFullPolicy::DropOldest << qos;
        QTest::addRow("refuse, QoS %d", int(qos)) << QueueFullPolicy::Refuse << qos;
    }
}

void TestQueueLimits::bytesOfAnAbsentClient()
{
    QFETCH(QueueFullPolicy, policy);
    QFETCH(QoS, qos);
    BrokerOptions options;
    options.maximumQueuedBytes = 4'500; // four payloads of 1 000 bytes with what they cost beside
    options.queueFull = policy;
    TestBroker broker = brokerOfRow(options);
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient publisher = broker.connect("pub");
    quint64 refused = 0;
    for (quint16 i = 1; i <= 6; ++i) {
        publisher.publish("a", QByteArray(1'000, char('0' + i)), qos, i);
        const auto answer = publisher.next<AcknowledgePacket>();
        QVERIFY(answer);
        refused += answer->reason == ReasonCode::QuotaExceeded;
    }
    const bool refuses = policy == QueueFullPolicy::Refuse;
    QCOMPARE(refused, quint64(refuses ? 2 : 0));
    QCOMPARE(droppedForFull(broker), quint64(refuses ? 0 : 2));
    QVERIFY(broker.core().sessions().find("c")->outbox().queuedBytes() <= options.maximumQueuedBytes);
    client = connectLasting(broker, "c");
    QByteArray firsts;
    for (const PublishPacket &each : takeAndComplete(client))
        firsts += each.payload.first(1);
    QCOMPARE(firsts, QByteArray(policy == QueueFullPolicy::DropOldest ? "3456" : "1234"));
    QCOMPARE(broker.core().sessions().find("c")->outbox().queuedBytes(), quint64(0));
}

void TestQueueLimits::oneMessageLargerThanTheQueueEmptiesNothing_data()
{
    QTest::addColumn<QueueFullPolicy>("policy");
    QTest::newRow("drop-new") << QueueFullPolicy::DropNew;
    QTest::newRow("drop-oldest") << QueueFullPolicy::DropOldest;
    QTest::newRow("refuse") << QueueFullPolicy::Refuse;
}

void TestQueueLimits::oneMessageLargerThanTheQueueEmptiesNothing()
{
    QFETCH(QueueFullPolicy, policy);
    BrokerOptions options;
    options.maximumQueuedBytes = 1'024;
    options.queueFull = policy;
    TestBroker broker = brokerOfRow(options);
    TestClient client = connectLasting(broker, "c");
    client.subscribe("a", QoS::ExactlyOnce);
    client.breakDown();
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "a", "small", QoS::AtLeastOnce, 1));
    publisher.publish("a", QByteArray(2'000, 'x'), QoS::AtLeastOnce, 2);
    const auto answer = publisher.next<AcknowledgePacket>();
    QVERIFY(answer);
    QCOMPARE(answer->reason,
        policy == QueueFullPolicy::Refuse ? ReasonCode::QuotaExceeded : ReasonCode::Success);
    client = connectLasting(broker, "c");
    QCOMPARE(payloadsOf(takeAndComplete(client)), QByteArrayList{"small"});
}

void TestQueueLimits::queueBeginsBehindTheWindow()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    BrokerOptions options = threeMessages(QueueFullPolicy::DropNew);
    options.maximumInflight = 2;
    TestBroker broker = brokerOfRow(options);
    TestClient client = connectLasting(broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    publishTen(broker, ProtocolVersion::Mqtt5, qos);
    QCOMPARE(droppedForFull(broker), quint64(5));
    QCOMPARE(payloadsOf(takeAndComplete(client)), (QByteArrayList{"1", "2", "3", "4", "5"}));
}

void TestQueueLimits::refusedMessageReachesNobody()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow(threeMessages(QueueFullPolicy::Refuse));
    TestClient absent = connectLasting(broker, "absent");
    absent.subscribe("a", QoS::ExactlyOnce);
    absent.breakDown();
    TestClient present = broker.connect("present");
    present.subscribe("a", QoS::AtMostOnce);
    publishTen(broker, version, qos);
    // The publisher tries again: whoever had got it would get it twice.
    QCOMPARE(payloadsOf(present.takePublishes()), (QByteArrayList{"1", "2", "3"}));
}

void TestQueueLimits::refusingLooksAtWhoWouldQueueOnly()
{
    TestBroker broker = brokerOfRow(threeMessages(QueueFullPolicy::Refuse));
    TestClient absent = connectLasting(broker, "absent");
    absent.subscribe("a", QoS::AtLeastOnce, 1);
    absent.subscribe("zero", QoS::AtMostOnce, 2);
    absent.breakDown();
    publishTen(broker, ProtocolVersion::Mqtt5, QoS::AtLeastOnce); // full
    TestClient publisher = broker.connect("pub");
    QVERIFY(publishCompletely(publisher, "b", "x", QoS::AtLeastOnce, 1));
    publisher.publish("zero", "x", QoS::AtLeastOnce, 2); // at QoS 0 for it: nothing is queued
    const auto answer = publisher.next<AcknowledgePacket>();
    QVERIFY(answer);
    QVERIFY(!isFailure(answer->reason));
    TestClient present = broker.connect("present");
    present.subscribe("a", QoS::AtMostOnce);
    publisher.publish("a", "x", QoS::AtMostOnce);
    QCOMPARE(present.takePublishes().size(), size_t(1));
}

void TestQueueLimits::othersAreNotHurt()
{
    TestBroker broker = brokerOfRow(threeMessages(QueueFullPolicy::DropNew));
    TestClient absent = connectLasting(broker, "absent");
    absent.subscribe("a", QoS::AtLeastOnce);
    absent.breakDown();
    TestClient present = connectLasting(broker, "present");
    present.subscribe("a", QoS::AtLeastOnce);
    const std::vector<ReasonCode> reasons = publishTen(broker, ProtocolVersion::Mqtt311, QoS::AtLeastOnce);
    QCOMPARE(reasons.size(), size_t(10));
    QCOMPARE(takeAndComplete(present).size(), size_t(10));
}

void TestQueueLimits::roomComesBack()
{
    TestBroker broker = brokerOfRow(threeMessages(QueueFullPolicy::DropNew));
    for (int round = 0; round < 3; ++round) {
        TestClient client = connectLasting(broker, "c");
        client.subscribe("a", QoS::AtLeastOnce);
        client.breakDown();
        publishTen(broker, ProtocolVersion::Mqtt5, QoS::AtLeastOnce);
        client = connectLasting(broker, "c");
        QCOMPARE(payloadsOf(takeAndComplete(client)), (QByteArrayList{"1", "2", "3"}));
        client.breakDown();
    }
}

void TestQueueLimits::fullGroupIsNotSilent_data()
{
    oneMessageLargerThanTheQueueEmptiesNothing_data();
}

/// When every member of a shared group is full, the policy decides as it does for one client.
void TestQueueLimits::fullGroupIsNotSilent()
{
    QFETCH(QueueFullPolicy, policy);
    TestBroker broker = brokerOfRow(threeMessages(policy));
    for (const char *id : {"one", "two"}) {
        TestClient member = connectLasting(broker, id);
        member.subscribe("$share/g/a", QoS::AtLeastOnce);
        member.breakDown();
    }
    const std::vector<ReasonCode> reasons = publishTen(broker, ProtocolVersion::Mqtt5, QoS::AtLeastOnce);
    QCOMPARE(reasons.size(), size_t(10));
    const bool refuses = policy == QueueFullPolicy::Refuse;
    for (size_t i = 0; i < reasons.size(); ++i)
        QCOMPARE(reasons[i], refuses && i >= 6 ? ReasonCode::QuotaExceeded : ReasonCode::Success);
    QCOMPARE(droppedForFull(broker), quint64(refuses ? 0 : 4));
    QCOMPARE(broker.core().sessions().find("one")->outbox().queuedMessages(), size_t(3));
    QCOMPARE(broker.core().sessions().find("two")->outbox().queuedMessages(), size_t(3));
}

QTEST_APPLESS_MAIN(TestQueueLimits)
#include "tst_queuelimits.moc"
