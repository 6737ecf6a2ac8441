#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// A store that cannot keep what it is given: nothing is promised that was not kept, the one whom it concerns is
/// told or closed, and it goes on as soon as the store does.
class TestStoreFailing : public QObject
{
    Q_OBJECT

    static void fail(TestBroker &broker) { broker.lateStore()->setMode(StoreMode::Failing); }
    static void recover(TestBroker &broker)
    {
        broker.lateStore()->setMode(StoreMode::EachTurn);
        broker.settle();
    }
    static bool saysQuotaExceeded(TestClient &client)
    {
        const auto disconnect = client.next<DisconnectPacket>();
        return disconnect && disconnect->reason == ReasonCode::QuotaExceeded;
    }

private Q_SLOTS:
    void init()
    {
        m_broker = std::make_unique<TestBroker>(BrokerOptions(), StoreMode::EachTurn);
        m_keeper = std::make_unique<TestClient>(connectLasting(*m_broker, "keeper"));
        m_keeper->subscribe("kept", QoS::ExactlyOnce);
    }

    void publishIsRefused_data() { addVersionsAndQoS(); }
    void publishIsRefused();
    void nothingOfAQoS2MessageIsDelivered_data() { addBothVersions(); }
    void nothingOfAQoS2MessageIsDelivered();
    void whatNeedsNoStoreGoesOn_data() { addBothVersions(); }
    void whatNeedsNoStoreGoesOn();
    void refusedIdIsANewMessageAfterwards();
    void repeatOfARefusedMessageIsRefusedToo();
    void subscribeEndsTheConnection_data() { addBothVersions(); }
    void subscribeEndsTheConnection();
    void unsubscribeEndsTheConnectionAndCanBeRepeated_data() { addBothVersions(); }
    void unsubscribeEndsTheConnectionAndCanBeRepeated();
    void connectIsRefused_data() { addBothVersions(); }
    void connectIsRefused();
    void connectWithAWillIsRefused();
    void pubrelIsNotCompleted_data() { addBothVersions(); }
    void pubrelIsNotCompleted();
    void pubrecIsNotReleased_data() { addBothVersions(); }
    void pubrecIsNotReleased();
    void outboundQoS2KeepsItsOrder_data() { addBothVersions(); }
    void outboundQoS2KeepsItsOrder();
    void removalOfARetainedMessageCanBeRepeated();
    void whileItFailsWhoCanBeToldIsToldAtOnce_data() { addVersionsAndQoS(); }
    void whileItFailsWhoCanBeToldIsToldAtOnce();
    void whileItFailsTheRestGoesOn_data() { addBothVersions(); }
    void whileItFailsTheRestGoesOn();
    void whileItFailsWillsWait();

private:
    std::unique_ptr<TestBroker> m_broker;
    std::unique_ptr<TestClient> m_keeper;
};

void TestStoreFailing::publishIsRefused()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestClient publisher = m_broker->connect("pub", version);
    fail(*m_broker);
    publisher.publish("kept", "x", qos, 4);
    if (version == ProtocolVersion::Mqtt5) {
        const auto answer = publisher.next<AcknowledgePacket>();
        QVERIFY(answer);
        QCOMPARE(answer->type, qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec);
        QCOMPARE(answer->packetId, quint16(4));
        QCOMPARE(answer->reason, ReasonCode::QuotaExceeded);
        QVERIFY(!publisher.isClosed());
    } else { // [MQTT3-4.8.0-2]
        QVERIFY(publisher.takeBytes().isEmpty());
        QVERIFY(publisher.isClosed());
    }
    QVERIFY(m_broker->core().counters().storeFailures > 0);
    recover(*m_broker);
    publisher = m_broker->connect("pub", version);
    QVERIFY(publishCompletely(publisher, "kept", "x", qos, 4));
}

void TestStoreFailing::nothingOfAQoS2MessageIsDelivered()
{
    QFETCH(ProtocolVersion, version);
    TestClient watcher = m_broker->connect("watcher");
    watcher.subscribe("kept", QoS::AtMostOnce);
    TestClient publisher = m_broker->connect("pub", version);
    fail(*m_broker);
    publisher.publish("kept", "x", QoS::ExactlyOnce, 4);
    QVERIFY(watcher.hasNothing());
    QVERIFY(m_keeper->hasNothing());
    recover(*m_broker);
    QVERIFY(watcher.hasNothing());
    m_keeper->breakDown();
    *m_keeper = connectLasting(*m_broker, "keeper");
    QVERIFY(m_keeper->hasNothing());
}

void TestStoreFailing::whatNeedsNoStoreGoesOn()
{
    QFETCH(ProtocolVersion, version);
    fail(*m_broker);
    TestClient client = m_broker->connect("c", version); // its session ends with its connection
    QVERIFY(!isFailure(client.subscribe("free", QoS::ExactlyOnce)));
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        client.publish("free", "x", qos, qos == QoS::AtMostOnce ? quint16(0) : quint16(4));
        QCOMPARE(takeAndComplete(client).size(), size_t(1));
    }
    client.publish("kept", "x", QoS::AtMostOnce);
    QCOMPARE(m_keeper->takePublishes().size(), size_t(1));
    QVERIFY(!client.isClosed());
}

// [MQTT-4.3.3-9]
void TestStoreFailing::refusedIdIsANewMessageAfterwards()
{
    TestClient watcher = m_broker->connect("watcher");
    watcher.subscribe("kept", QoS::AtMostOnce);
    TestClient publisher = connectLasting(*m_broker, "pub");
    fail(*m_broker);
    publisher.publish("kept", "first", QoS::ExactlyOnce, 4);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    recover(*m_broker);
    QVERIFY(publishCompletely(publisher, "kept", "second", QoS::ExactlyOnce, 4));
    QCOMPARE(payloadsOf(watcher.takePublishes()), QByteArrayList{"second"});
}

void TestStoreFailing::repeatOfARefusedMessageIsRefusedToo()
{
    TestClient publisher = m_broker->connect("pub");
    fail(*m_broker);
    PublishPacket packet;
    packet.topic = "kept";
    packet.qos = QoS::ExactlyOnce;
    packet.packetId = 4;
    const QByteArray once = encodePacket(packet, ProtocolVersion::Mqtt5);
    packet.duplicate = true;
    publisher.sendBytes(once + encodePacket(packet, ProtocolVersion::Mqtt5)); // before the store has answered
    for (int i = 0; i < 2; ++i) {
        const auto answer = publisher.next<AcknowledgePacket>();
        QVERIFY(answer);
        QCOMPARE(answer->type, PacketType::Pubrec);
        QVERIFY(isFailure(answer->reason)); // never success for what was not kept
    }
    QVERIFY(m_keeper->hasNothing());
}

void TestStoreFailing::subscribeEndsTheConnection()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    fail(*m_broker);
    SubscribePacket packet;
    packet.packetId = 3;
    packet.entries = {{"a", QoS::AtLeastOnce}};
    client.send(packet);
    if (version == ProtocolVersion::Mqtt5)
        QVERIFY(saysQuotaExceeded(client));
    QVERIFY(client.hasNothing()); // no SUBACK
    QVERIFY(client.isClosed());
    recover(*m_broker);
    client = connectLasting(*m_broker, "c", version);
    QVERIFY(!isFailure(client.subscribe("a", QoS::AtLeastOnce)));
    m_broker->crash();
    client = connectLasting(*m_broker, "c", version);
    m_broker->publish("a", "x", QoS::AtLeastOnce);
    QCOMPARE(client.takePublishes().size(), size_t(1));
}

void TestStoreFailing::unsubscribeEndsTheConnectionAndCanBeRepeated()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::AtLeastOnce);
    fail(*m_broker);
    client.send(UnsubscribePacket{3, {"a"}, {}});
    if (version == ProtocolVersion::Mqtt5)
        QVERIFY(saysQuotaExceeded(client));
    QVERIFY(client.hasNothing()); // no UNSUBACK
    QVERIFY(client.isClosed());
    recover(*m_broker);
    client = connectLasting(*m_broker, "c", version);
    client.send(UnsubscribePacket{4, {"a"}, {}});
    QVERIFY(client.next<UnsubackPacket>()); // now it is promised
    m_broker->crash();
    client = connectLasting(*m_broker, "c", version);
    m_broker->publish("a", "x", QoS::AtLeastOnce);
    QVERIFY(client.hasNothing());
}

void TestStoreFailing::connectIsRefused()
{
    QFETCH(ProtocolVersion, version);
    fail(*m_broker);
    const auto [client, connack] = connectAndLook(*m_broker, lastingConnect("c", version));
    QVERIFY(connack);
    QVERIFY(isFailure(connack->reason));
    if (version == ProtocolVersion::Mqtt5)
        QCOMPARE(connack->reason, ReasonCode::QuotaExceeded);
    QVERIFY(!connack->sessionPresent);
    QVERIFY(client.isClosed()); // [MQTT-4.13.2-1]
    recover(*m_broker);
    // Nobody was promised a session: the client, which has none, must not hear of one [MQTT-3.2.2-4].
    const auto [again, connackAgain] = connectAndLook(*m_broker, lastingConnect("c", version));
    QVERIFY(connackAgain);
    QCOMPARE(connackAgain->reason, ReasonCode::Success);
    QVERIFY(!connackAgain->sessionPresent);
    // One that was promised is there, though a CONNECT to it has failed meanwhile.
    fail(*m_broker);
    QVERIFY(isFailure(connectAndLook(*m_broker, lastingConnect("keeper", version)).second->reason));
    recover(*m_broker);
    QVERIFY(connectAndLook(*m_broker, lastingConnect("keeper", version)).second->sessionPresent);
}

void TestStoreFailing::connectWithAWillIsRefused()
{
    TestClient watcher = m_broker->connect("watcher");
    watcher.subscribe("will", QoS::AtMostOnce);
    fail(*m_broker);
    ConnectPacket connect;
    connect.clientId = "c";
    connect.will = WillFields{"will", "gone", QoS::AtMostOnce, false, {}};
    const auto [client, connack] = connectAndLook(*m_broker, connect);
    QVERIFY(connack);
    QVERIFY(isFailure(connack->reason));
    QVERIFY(client.isClosed());
    QVERIFY(watcher.hasNothing()); // the will of a connection that never was
}

void TestStoreFailing::pubrelIsNotCompleted()
{
    QFETCH(ProtocolVersion, version);
    TestClient watcher = m_broker->connect("watcher");
    watcher.subscribe("a", QoS::AtMostOnce);
    TestClient publisher = connectLasting(*m_broker, "pub", version);
    publisher.publish("a", "1", QoS::ExactlyOnce, 4);
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    fail(*m_broker);
    publisher.acknowledge(PacketType::Pubrel, 4);
    if (version == ProtocolVersion::Mqtt5)
        QVERIFY(saysQuotaExceeded(publisher));
    QVERIFY(publisher.hasNothing()); // no PUBCOMP
    QVERIFY(publisher.isClosed());
    recover(*m_broker);
    publisher = connectLasting(*m_broker, "pub", version);
    publisher.acknowledge(PacketType::Pubrel, 4);
    const auto pubcomp = publisher.next<AcknowledgePacket>();
    QVERIFY(pubcomp);
    QCOMPARE(pubcomp->type, PacketType::Pubcomp);
    QCOMPARE(pubcomp->reason, ReasonCode::Success);
    publisher.publish("a", "2", QoS::ExactlyOnce, 4); // [MQTT-4.3.3-12]
    QCOMPARE(payloadsOf(watcher.takePublishes()), (QByteArrayList{"1", "2"}));
}

void TestStoreFailing::pubrecIsNotReleased()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    m_broker->publish("a", "x", QoS::ExactlyOnce);
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    fail(*m_broker);
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    if (version == ProtocolVersion::Mqtt5)
        QVERIFY(saysQuotaExceeded(client));
    QVERIFY(client.hasNothing()); // no PUBREL
    QVERIFY(client.isClosed());
    recover(*m_broker);
    client = connectLasting(*m_broker, "c", version);
    // As if the PUBREC had not come: a PUBREL now would rest on nothing that is kept.
    const auto again = client.next<PublishPacket>();
    QVERIFY(again);
    QVERIFY(again->duplicate);
    QCOMPARE(again->packetId, publish->packetId);
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
    client.acknowledge(PacketType::Pubcomp, publish->packetId);
    QVERIFY(m_broker->lateStore()->sessions["c"].deliveries.empty());
}

void TestStoreFailing::outboundQoS2KeepsItsOrder()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    LateStore &store = *m_broker->lateStore();
    store.setMode(StoreMode::Manual);
    TestClient publisher = m_broker->connect("pub");
    QByteArray stream;
    PublishPacket packet;
    packet.topic = "a";
    packet.qos = QoS::ExactlyOnce;
    for (quint16 i = 1; i <= 3; ++i) {
        packet.payload = QByteArray::number(i);
        packet.packetId = i;
        stream += encodePacket(packet, ProtocolVersion::Mqtt5);
    }
    publisher.sendBytes(stream);
    for (int i = 0; i < 3; ++i)
        QVERIFY(store.completeOldest()); // the messages are kept, their packet ids follow
    while (store.completeOldest(StoreStatus::Failed)) { }
    m_broker->settle();
    QVERIFY(client.takePublishes().empty()); // no PUBLISH whose id is not kept
    QVERIFY(client.isClosed());
    recover(*m_broker);
    m_broker->publish("a", "4", QoS::ExactlyOnce);
    client = connectLasting(*m_broker, "c", version);
    QCOMPARE(payloadsOf(takeAndComplete(client)), (QByteArrayList{"1", "2", "3", "4"})); // [MQTT-4.6.0-5]
}

void TestStoreFailing::removalOfARetainedMessageCanBeRepeated()
{
    m_broker->publish("r", "x", QoS::AtMostOnce, true);
    TestClient publisher = m_broker->connect("pub");
    fail(*m_broker);
    publisher.publish("r", "", QoS::AtLeastOnce, 4, true);
    QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
    recover(*m_broker);
    publisher.publish("r", "", QoS::AtLeastOnce, 4, true);
    QVERIFY(!isFailure(publisher.next<AcknowledgePacket>()->reason)); // now it is promised
    m_broker->crash();
    TestClient client = m_broker->connect("c");
    client.subscribe("r", QoS::AtMostOnce);
    QVERIFY(client.hasNothing());
}

/// A store that says it fails keeps what it has and tries again. 5.0: 0x97 before anybody has the message; before that
/// there are no words for it, so the publisher waits.
void TestStoreFailing::whileItFailsWhoCanBeToldIsToldAtOnce()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    TestClient publisher = m_broker->connect("pub", version);
    m_broker->lateStore()->setMode(StoreMode::Manual);
    m_broker->lateStore()->setFailing(true);
    const quint64 before = m_broker->lateStore()->commits();
    for (const bool retain : {false, true}) {
        publisher.publish(retain ? "retained" : "kept", "x", qos, retain ? 5 : 4, retain);
        if (version == ProtocolVersion::Mqtt5) {
            QCOMPARE(publisher.next<AcknowledgePacket>()->reason, ReasonCode::QuotaExceeded);
            QCOMPARE(m_broker->lateStore()->commits(), before);
        } else {
            QVERIFY(publisher.hasNothing());
            QVERIFY(!publisher.isClosed());
        }
    }
    m_broker->lateStore()->setFailing(false);
    m_broker->lateStore()->setMode(StoreMode::EachTurn);
    m_broker->settle();
    if (version == ProtocolVersion::Mqtt5)
        publisher.publish("kept", "again", qos, 4);
    for (int i = 0; i < (version == ProtocolVersion::Mqtt5 ? 1 : 2); ++i)
        QVERIFY(!isFailure(publisher.next<AcknowledgePacket>()->reason));
    const QByteArray expected = version == ProtocolVersion::Mqtt5 ? "again" : "x";
    QCOMPARE(payloadsOf(takeAndComplete(*m_keeper)), QByteArrayList{expected});
}

void TestStoreFailing::whileItFailsTheRestGoesOn()
{
    QFETCH(ProtocolVersion, version);
    TestClient publisher = m_broker->connect("pub", version);
    TestClient here = m_broker->connect("here", version); // its session ends with its connection
    here.subscribe("other", QoS::ExactlyOnce);
    m_broker->lateStore()->setMode(StoreMode::Manual);
    m_broker->lateStore()->setFailing(true);
    publisher.publish("kept", "nothing to keep");
    QCOMPARE(m_keeper->next<PublishPacket>()->payload, QByteArray("nothing to keep"));
    publisher.publish("other", "for nobody durable", QoS::AtLeastOnce, 1);
    QCOMPARE(here.next<PublishPacket>()->payload, QByteArray("for nobody durable"));
    QVERIFY(!isFailure(publisher.next<AcknowledgePacket>()->reason));
}

void TestStoreFailing::whileItFailsWillsWait()
{
    ConnectPacket connect;
    connect.clientId = "dies";
    connect.will = WillFields{"kept", "last will", QoS::AtLeastOnce, false, {}};
    TestClient dies = m_broker->connect(connect);
    m_broker->lateStore()->setMode(StoreMode::Manual);
    m_broker->lateStore()->setFailing(true);
    dies.breakDown();
    m_broker->lateStore()->setMode(StoreMode::EachTurn);
    m_broker->settle();
    QCOMPARE(payloadsOf(takeAndComplete(*m_keeper)), QByteArrayList{"last will"});
}

QTEST_APPLESS_MAIN(TestStoreFailing)
#include "tst_storefailing.moc"
