#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// What has to wait for the store waits, and nothing else does: commit by commit.
class TestStoreSteps : public QObject
{
    Q_OBJECT

    LateStore &store() { return *m_broker->lateStore(); }
    /// From now on only the test completes commits.
    void takeOver() { store().setMode(StoreMode::Manual); }
    /// Completes the oldest commit and lets the broker act on it; false when there is none.
    bool commit()
    {
        const bool had = store().completeOldest();
        m_broker->settle();
        return had;
    }
    void commitAll()
    {
        while (commit()) { }
    }

private Q_SLOTS:
    void init()
    {
        m_broker = std::make_unique<TestBroker>(BrokerOptions(), StoreMode::EachTurn);
        m_keeper = std::make_unique<TestClient>(connectLasting(*m_broker, "keeper"));
        m_keeper->subscribe("kept", QoS::ExactlyOnce);
        m_watcher = std::make_unique<TestClient>(m_broker->connect("watcher"));
        m_watcher->subscribe("kept", QoS::ExactlyOnce, 1);
        m_watcher->subscribe("free", QoS::ExactlyOnce, 2);
    }

    void pubackWaits_data() { addBothVersions(); }
    void pubackWaits();
    void qos0AndRetainNeedNoWaiting();
    void retainedQoS1Waits();
    void inboundQoS2Waits_data() { addBothVersions(); }
    void inboundQoS2Waits();
    void repeatedQoS2WaitsBehindTheFirst();
    void pubcompWaits_data() { addBothVersions(); }
    void pubcompWaits();
    void outboundQoS2WaitsForItsId_data() { addBothVersions(); }
    void outboundQoS2WaitsForItsId();
    void qos1BehindAWaitingQoS2KeepsItsPlace();
    void pubrelWaits_data() { addBothVersions(); }
    void pubrelWaits();
    void subackWaits_data() { addBothVersions(); }
    void subackWaits();
    void unsubackWaits_data() { addBothVersions(); }
    void unsubackWaits();
    void connackWaits_data() { addBothVersions(); }
    void connackWaits();
    void connackWaitsForTheWill();
    void acknowledgementsDoNotOvertake();
    void nothingIsWrittenWithoutNeed();
    void qos2OfAPublisherThatLeftIsDelivered();
    void pingIsNotHeldUp();
    void acknowledgementsOfAnEndedConnectionGoNowhere();

private:
    std::unique_ptr<TestBroker> m_broker;
    std::unique_ptr<TestClient> m_keeper;
    std::unique_ptr<TestClient> m_watcher;
};

// [MQTT-4.3.2-4]: ownership is accepted when it is kept.
void TestStoreSteps::pubackWaits()
{
    QFETCH(ProtocolVersion, version);
    TestClient publisher = m_broker->connect("pub", version);
    takeOver();
    publisher.publish("kept", "x", QoS::AtLeastOnce, 4);
    QCOMPARE(m_keeper->takePublishes().size(), size_t(1)); // online subscribers get it before
    QCOMPARE(m_watcher->takePublishes().size(), size_t(1));
    QVERIFY(publisher.hasNothing());
    QCOMPARE(store().pending(), size_t(1));
    QVERIFY(commit());
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Puback));
}

void TestStoreSteps::qos0AndRetainNeedNoWaiting()
{
    TestClient publisher = m_broker->connect("pub");
    takeOver();
    publisher.publish("kept", "x");
    publisher.publish("kept", "y", QoS::AtMostOnce, 0, true);
    QCOMPARE(payloadsOf(m_keeper->takePublishes()), (QByteArrayList{"x", "y"}));
    TestClient late = m_broker->connect("late");
    late.subscribe("kept");
    QCOMPARE(payloadsOf(late.takePublishes()), QByteArrayList{"y"});
}

void TestStoreSteps::retainedQoS1Waits()
{
    TestClient publisher = m_broker->connect("pub");
    takeOver();
    publisher.publish("nobody", "x", QoS::AtLeastOnce, 4, true);
    QVERIFY(publisher.hasNothing());
    commitAll();
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Puback));
    QVERIFY(store().retained.contains("nobody"));
}

// [MQTT-4.3.3-8]: id, message and deliveries are kept together before anything is seen.
void TestStoreSteps::inboundQoS2Waits()
{
    QFETCH(ProtocolVersion, version);
    TestClient publisher = connectLasting(*m_broker, "pub", version);
    takeOver();
    publisher.publish("kept", "x", QoS::ExactlyOnce, 4);
    QVERIFY(m_keeper->hasNothing());
    QVERIFY(m_watcher->hasNothing());
    QVERIFY(publisher.hasNothing());
    QCOMPARE(store().pending(), size_t(1)); // one commit, so all of it or nothing
    QVERIFY(commit());
    QVERIFY(store().sessions["pub"].inboundIds.contains(4));
    QCOMPARE(store().sessions["keeper"].deliveries.size(), size_t(1));
    QCOMPARE(m_watcher->takePublishes().size(), size_t(1)); // nothing of it is kept for this one
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    QVERIFY(m_keeper->hasNothing()); // its packet id has to be kept yet
    QVERIFY(commit());
    QCOMPARE(m_keeper->takePublishes().size(), size_t(1));
}

void TestStoreSteps::repeatedQoS2WaitsBehindTheFirst()
{
    TestClient publisher = connectLasting(*m_broker, "pub");
    takeOver();
    publisher.publish("free", "x", QoS::ExactlyOnce, 4);
    publisher.publish("free", "x", QoS::ExactlyOnce, 4);
    QVERIFY(publisher.hasNothing());
    commitAll();
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec)); // [MQTT-4.3.3-10]
    QVERIFY(publisher.hasNothing());
    QCOMPARE(m_watcher->takePublishes().size(), size_t(1));
}

void TestStoreSteps::pubcompWaits()
{
    QFETCH(ProtocolVersion, version);
    TestClient publisher = connectLasting(*m_broker, "pub", version);
    publisher.publish("free", "x", QoS::ExactlyOnce, 4);
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubrec));
    takeOver();
    publisher.acknowledge(PacketType::Pubrel, 4);
    QVERIFY(publisher.hasNothing()); // else a crash would take the id's next message for a repeat
    QVERIFY(commit());
    QVERIFY(store().sessions["pub"].inboundIds.empty());
    QCOMPARE(acknowledgementType(publisher), int(PacketType::Pubcomp));
}

void TestStoreSteps::outboundQoS2WaitsForItsId()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    TestClient publisher = m_broker->connect("pub");
    takeOver();
    publisher.publish("a", "x", QoS::ExactlyOnce, 4);
    QVERIFY(commit());
    QVERIFY(client.hasNothing()); // a crash now would give the id to another message
    QVERIFY(commit());
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    const StoredDelivery &kept = store().sessions["c"].deliveries.begin()->second;
    QCOMPARE(kept.stage, DeliveryStage::Sent);
    QCOMPARE(kept.packetId, publish->packetId);
}

// [MQTT-4.6.0-6]
void TestStoreSteps::qos1BehindAWaitingQoS2KeepsItsPlace()
{
    takeOver();
    TestClient publisher = m_broker->connect("pub");
    publisher.publish("kept", "two", QoS::ExactlyOnce, 1);
    QVERIFY(commit());
    publisher.publish("kept", "one", QoS::AtLeastOnce, 2);
    publisher.publish("kept", "zero");
    // QoS 0 is in no order with the others (4.6), the QoS 1 message is in its session's.
    QCOMPARE(payloadsOf(m_keeper->takePublishes()), QByteArrayList{"zero"});
    commitAll();
    QCOMPARE(payloadsOf(m_keeper->takePublishes()), (QByteArrayList{"two", "one"}));
}

void TestStoreSteps::pubrelWaits()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::ExactlyOnce);
    m_broker->publish("a", "x", QoS::ExactlyOnce);
    const auto publish = client.next<PublishPacket>();
    QVERIFY(publish);
    takeOver();
    client.acknowledge(PacketType::Pubrec, publish->packetId);
    QVERIFY(client.hasNothing()); // else a crash would send the PUBLISH to a client that has completed it
    QVERIFY(commit());
    QCOMPARE(store().sessions["c"].deliveries.begin()->second.stage, DeliveryStage::Released);
    QCOMPARE(acknowledgementType(client), int(PacketType::Pubrel));
    client.acknowledge(PacketType::Pubcomp, publish->packetId); // nobody waits for the removal
    QCOMPARE(m_broker->core().sessions().find("c")->outbox().inFlight(), size_t(0));
    QVERIFY(commit());
    QVERIFY(store().sessions["c"].deliveries.empty());
}

void TestStoreSteps::subackWaits()
{
    QFETCH(ProtocolVersion, version);
    m_broker->publish("r", "retained", QoS::AtMostOnce, true);
    TestClient client = connectLasting(*m_broker, "c", version);
    takeOver();
    SubscribePacket packet;
    packet.packetId = 6;
    packet.entries = {{"r", QoS::AtLeastOnce}, {"s", QoS::AtLeastOnce}};
    client.send(packet);
    QVERIFY(client.hasNothing());
    QCOMPARE(store().pending(), size_t(1)); // both filters or none
    QVERIFY(commit());
    QVERIFY(client.next<SubackPacket>());
    QCOMPARE(client.takePublishes().size(), size_t(1));
    QCOMPARE(store().sessions["c"].subscriptions.size(), size_t(2));
}

void TestStoreSteps::unsubackWaits()
{
    QFETCH(ProtocolVersion, version);
    TestClient client = connectLasting(*m_broker, "c", version);
    client.subscribe("a", QoS::AtLeastOnce);
    takeOver();
    client.send(UnsubscribePacket{6, {"a"}, {}});
    QVERIFY(client.hasNothing());
    QVERIFY(commit());
    QVERIFY(client.next<UnsubackPacket>());
    QVERIFY(store().sessions["c"].subscriptions.empty());
}

void TestStoreSteps::connackWaits()
{
    QFETCH(ProtocolVersion, version);
    takeOver();
    TestClient client = m_broker->open();
    client.setVersion(version);
    // What comes early waits behind it.
    client.sendBytes(encodePacket(lastingConnect("c", version), version) + QByteArray("\xC0\0", 2));
    QVERIFY(client.hasNothing());
    QVERIFY(commit());
    QVERIFY(store().sessions.contains("c"));
    QVERIFY(client.next<ConnackPacket>());
    QVERIFY(client.next<PingrespPacket>());
}

void TestStoreSteps::connackWaitsForTheWill()
{
    takeOver();
    ConnectPacket connect;
    connect.clientId = "c";
    connect.will = WillFields{"kept", "gone", QoS::AtMostOnce, false, {}};
    TestClient client = m_broker->open();
    client.send(connect);
    QVERIFY(client.hasNothing()); // a crash of ours would lose what the client counts on
    commitAll();
    QVERIFY(client.next<ConnackPacket>());
    QVERIFY(store().wills.contains("c"));
}

// [MQTT-4.6.0-2] [MQTT-4.6.0-3] [MQTT3-4.6.0-6]
void TestStoreSteps::acknowledgementsDoNotOvertake()
{
    TestClient publisher = connectLasting(*m_broker, "pub", ProtocolVersion::Mqtt311);
    takeOver();
    publisher.publish("kept", "1", QoS::AtLeastOnce, 1);
    publisher.publish("free", "2", QoS::AtLeastOnce, 2); // nothing to wait for but its turn
    publisher.publish("free", "3", QoS::ExactlyOnce, 3);
    publisher.publish("free", "4", QoS::ExactlyOnce, 4);
    SubscribePacket subscribe;
    subscribe.packetId = 5;
    subscribe.entries = {{"a", QoS::AtMostOnce}};
    publisher.send(subscribe);
    QCOMPARE(payloadsOf(m_watcher->takePublishes()), (QByteArrayList{"1", "2"}));
    QVERIFY(publisher.hasNothing());
    commitAll();
    QCOMPARE(payloadsOf(m_watcher->takePublishes()), (QByteArrayList{"3", "4"}));
    for (quint16 i = 1; i <= 4; ++i) {
        const auto answer = publisher.next<AcknowledgePacket>();
        QVERIFY(answer);
        QCOMPARE(answer->packetId, i);
    }
    QVERIFY(publisher.next<SubackPacket>());
}

void TestStoreSteps::nothingIsWrittenWithoutNeed()
{
    TestClient publisher = m_broker->connect("pub");
    const quint64 before = store().commits();
    publisher.subscribe("mine", QoS::ExactlyOnce);
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
        QVERIFY(publishCompletely(publisher, "free", "x", qos, 7));
    publisher.publish("kept", "x");
    QCOMPARE(takeAndComplete(*m_watcher).size(), size_t(4));
    QCOMPARE(store().commits(), before); // no session that lasts was touched, nothing was retained
}

void TestStoreSteps::qos2OfAPublisherThatLeftIsDelivered()
{
    TestClient publisher = m_broker->connect("pub");
    takeOver();
    publisher.publish("kept", "x", QoS::ExactlyOnce, 4);
    publisher.breakDown(); // its session ends too
    commitAll();
    QCOMPARE(m_watcher->takePublishes().size(), size_t(1));
    QCOMPARE(m_keeper->takePublishes().size(), size_t(1));
}

void TestStoreSteps::pingIsNotHeldUp()
{
    TestClient publisher = m_broker->connect("pub");
    takeOver();
    publisher.publish("kept", "x", QoS::AtLeastOnce, 4);
    publisher.send(PingreqPacket{});
    QVERIFY(publisher.next<PingrespPacket>()); // else a slow disk would cost connections
}

void TestStoreSteps::acknowledgementsOfAnEndedConnectionGoNowhere()
{
    TestClient publisher = connectLasting(*m_broker, "pub");
    takeOver();
    publisher.publish("kept", "1", QoS::AtLeastOnce, 1);
    publisher.publish("kept", "2", QoS::ExactlyOnce, 2);
    publisher.breakDown();
    TestClient again = m_broker->open();
    again.send(lastingConnect("pub"));
    commitAll();
    QVERIFY(again.next<ConnackPacket>());
    QVERIFY(again.hasNothing()); // it has not asked on this connection
    again.acknowledge(PacketType::Pubrel, 2);
    commitAll();
    const auto pubcomp = again.next<AcknowledgePacket>();
    QVERIFY(pubcomp);
    QCOMPARE(pubcomp->reason, ReasonCode::Success);
}

QTEST_APPLESS_MAIN(TestStoreSteps)
#include "tst_storesteps.moc"
