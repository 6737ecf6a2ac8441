#include "support/everystore.h"

using namespace pigeon;
using namespace pigeon::test;

/// Chapter 4.8.2: shared subscriptions, which exist in 5.0 (and do no harm to 3.1.1 clients that ask for them).
class TestSharedSubscriptions : public QObject
{
    Q_OBJECT

    static TestClient member(TestBroker &broker, const QByteArray &id, const QByteArray &filter = "$share/g/a",
        QoS qos = QoS::ExactlyOnce, quint16 receiveMaximum = 0)
    {
        ConnectPacket connect = lastingConnect(id);
        if (receiveMaximum > 0)
            connect.properties.receiveMaximum = receiveMaximum;
        TestClient client = broker.connect(connect);
        client.subscribe(filter, qos);
        return client;
    }
    static bool publish(TestBroker &broker, const QByteArrayList &payloads, QoS qos)
    {
        TestClient publisher = broker.connect("pub");
        quint16 packetId = 0;
        return std::all_of(payloads.begin(), payloads.end(), [&](const QByteArray &payload) {
            return publishCompletely(publisher, "a", payload, qos, ++packetId);
        });
    }

private Q_SLOTS:
    void initTestCase_data() { addEveryStore(); }

    void badShareNamesAreNotServed_data();
    void badShareNamesAreNotServed();
    void goodShareNamesAreServed_data();
    void goodShareNamesAreServed();
    void eachGroupGetsItsOwnCopy();
    void membersTakeTurns_data();
    void membersTakeTurns();
    void grantedQoSIsRespected();
    void identifierOfTheMemberComesAlong();
    void ownSubscriptionIsServedBeside();
    void absentMembersAreSkipped_data();
    void absentMembersAreSkipped();
    void busyMembersAreSkipped();
    void whenAllAreAwayOneKeepsIt();
    void unsentIsHandedOverWhenAMemberGoes();
    void unsentIsCollectedByWhoComes();
    void deliveryIsCompletedAtReconnect();
    void qos2UnderWayIsNotGivenToOthers();
    void qos1UnderWayIsHandedOverWhenTheSessionEnds();
    void errorAcknowledgementsEndTheDelivery_data();
    void errorAcknowledgementsEndTheDelivery();
    void noRetainedOnSubscribing();
    void dollarTopicsAreNotMatchedByWildcards();
    void unsubscribingLeavesTheGroup();
    void noLocalIsAProtocolError();
};

void TestSharedSubscriptions::badShareNamesAreNotServed_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::newRow("MQTT-4.8.2-1: an empty ShareName") << QByteArray("$share//a");
    QTest::newRow("MQTT-4.8.2-2: + in it") << QByteArray("$share/g+/a");
    QTest::newRow("MQTT-4.8.2-2: # in it") << QByteArray("$share/#/a");
    QTest::newRow("MQTT-4.8.2-2: no separator behind it") << QByteArray("$share/g");
    QTest::newRow("MQTT-4.8.2-2: no filter behind it") << QByteArray("$share/g/");
    QTest::newRow("MQTT-4.7.1-1: a filter that is none") << QByteArray("$share/g/a#");
}

void TestSharedSubscriptions::badShareNamesAreNotServed()
{
    QFETCH(QByteArray, filter);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c");
    QCOMPARE(client.subscribe(filter, QoS::AtMostOnce), ReasonCode::TopicFilterInvalid);
    QCOMPARE(broker.services().subscriptions.size(), 0);
}

void TestSharedSubscriptions::goodShareNamesAreServed_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("topic");
    QTest::newRow("one character") << QByteArray("$share/g/a/b") << QByteArray("a/b");
    QTest::newRow("wildcards behind it") << QByteArray("$share/g/+/#") << QByteArray("a/b");
    QTest::newRow("an absolute topic") << QByteArray("$share/g//finance") << QByteArray("/finance");
    QTest::newRow("letters of all kinds") << QByteArray("$share/\xC3\xA4 $x/a") << QByteArray("a");
    QTest::newRow("the word itself") << QByteArray("$share/$share/a") << QByteArray("a");
    QTest::newRow("no shared one at all") << QByteArray("$shared/g/a") << QByteArray("$shared/g/a");
}

void TestSharedSubscriptions::goodShareNamesAreServed()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, topic);
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c");
    QCOMPARE(client.subscribe(filter, QoS::AtMostOnce), ReasonCode::Success);
    broker.publish(topic, "x");
    QCOMPARE(client.takePublishes().size(), size_t(1));
}

// 4.8.2: to each group and each non-shared subscription a copy of its own.
void TestSharedSubscriptions::eachGroupGetsItsOwnCopy()
{
    TestBroker broker = brokerOfRow();
    std::map<QByteArray, TestClient> clients;
    for (const char *filter : {"$share/g/a", "$share/h/a", "$share/g/+", "a"}) {
        clients.emplace(filter, member(broker, filter, filter));
        clients.emplace(QByteArray(filter) + " two", member(broker, QByteArray(filter) + " two", filter));
    }
    QVERIFY(publish(broker, {"1"}, QoS::AtLeastOnce));
    const auto copies = [&clients](const QByteArray &filter) {
        return clients.at(filter).takePublishes().size() + clients.at(filter + " two").takePublishes().size();
    };
    QCOMPARE(copies("$share/g/a"), size_t(1));
    QCOMPARE(copies("$share/h/a"), size_t(1));
    QCOMPARE(copies("$share/g/+"), size_t(1)); // the same name with another filter is another group
    QCOMPARE(copies("a"), size_t(2));
}

void TestSharedSubscriptions::membersTakeTurns_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("QoS 0") << QoS::AtMostOnce;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce;
}

void TestSharedSubscriptions::membersTakeTurns()
{
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    std::vector<TestClient> members;
    for (const char *id : {"one", "two", "three"})
        members.push_back(member(broker, id));
    QByteArrayList sent;
    for (int i = 1; i <= 30; ++i)
        sent.append(QByteArray::number(i));
    QVERIFY(publish(broker, sent, qos));
    QByteArrayList got;
    for (TestClient &each : members) {
        const QByteArrayList its = payloadsOf(takeAndComplete(each));
        QCOMPARE(its.size(), 10);
        got += its;
    }
    std::sort(got.begin(), got.end());
    std::sort(sent.begin(), sent.end());
    QCOMPARE(got, sent); // each one once
}

// MQTT-4.8.2-3
void TestSharedSubscriptions::grantedQoSIsRespected()
{
    TestBroker broker = brokerOfRow();
    std::vector<TestClient> members;
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
        members.push_back(member(broker, QByteArray::number(int(qos)), "$share/g/a", qos));
    QVERIFY(publish(broker, {"1", "2", "3"}, QoS::ExactlyOnce));
    for (int granted = 0; granted < 3; ++granted) {
        const std::vector<PublishPacket> got = takeAndComplete(members[size_t(granted)]);
        QCOMPARE(got.size(), size_t(1));
        QCOMPARE(int(got[0].qos), granted);
    }
    QVERIFY(publish(broker, {"4", "5", "6"}, QoS::AtLeastOnce));
    for (int granted = 0; granted < 3; ++granted)
        QCOMPARE(int(takeAndComplete(members[size_t(granted)]).at(0).qos), std::min(granted, 1));
}

// MQTT-3.3.4-3
void TestSharedSubscriptions::identifierOfTheMemberComesAlong()
{
    TestBroker broker = brokerOfRow();
    TestClient one = connectLasting(broker, "one");
    one.subscribe({"$share/g/a", QoS::AtLeastOnce}, 11);
    TestClient two = connectLasting(broker, "two");
    two.subscribe({"$share/g/a", QoS::AtLeastOnce, false, true}, 22);
    two.breakDown();
    one.breakDown();
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 2; ++i)
        QVERIFY(publishCompletely(publisher, "a", "x", QoS::AtLeastOnce, i, true));
    two = connectLasting(broker, "two"); // takes its own and what waits for the other
    const std::vector<PublishPacket> got = takeAndComplete(two);
    QCOMPARE(got.size(), size_t(2));
    for (const PublishPacket &each : got) {
        QVERIFY(each.properties.subscriptionIdentifiers == std::vector<quint32>{22});
        QVERIFY(each.retain); // retain as published is its own too
    }
}

void TestSharedSubscriptions::ownSubscriptionIsServedBeside()
{
    TestBroker broker = brokerOfRow();
    TestClient client = member(broker, "c");
    client.subscribe("a", QoS::AtMostOnce, 2);
    QVERIFY(publish(broker, {"x"}, QoS::AtLeastOnce));
    const std::vector<PublishPacket> got = takeAndComplete(client);
    QCOMPARE(got.size(), size_t(2)); // never merged: they are granted for themselves
    QCOMPARE(std::count_if(got.begin(), got.end(), [](const PublishPacket &each) { return each.qos == QoS::AtMostOnce; }), 1);
}

void TestSharedSubscriptions::absentMembersAreSkipped_data()
{
    membersTakeTurns_data();
}

void TestSharedSubscriptions::absentMembersAreSkipped()
{
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    member(broker, "away").breakDown();
    member(broker, "gone").breakDown();
    TestClient here = member(broker, "here");
    QVERIFY(publish(broker, {"1", "2", "3", "4"}, qos));
    QCOMPARE(payloadsOf(takeAndComplete(here)), (QByteArrayList{"1", "2", "3", "4"}));
    TestClient away = connectLasting(broker, "away");
    QVERIFY(away.hasNothing());
}

void TestSharedSubscriptions::busyMembersAreSkipped()
{
    TestBroker broker = brokerOfRow();
    TestClient busy = member(broker, "busy", "$share/g/a", QoS::AtLeastOnce, 1);
    TestClient idle = member(broker, "idle", "$share/g/a", QoS::AtLeastOnce, 100);
    QVERIFY(publish(broker, {"1", "2", "3", "4", "5", "6"}, QoS::AtLeastOnce));
    QCOMPARE(busy.takePublishes().size(), size_t(1)); // its whole window
    QCOMPARE(idle.takePublishes().size(), size_t(5));
    busy.setBlocked(false);
    // QoS 0 takes no place in a window: a busy member gets it, an absent one does not.
    idle.breakDown();
    QVERIFY(publish(broker, {"zero"}, QoS::AtMostOnce));
    QCOMPARE(payloadsOf(busy.takePublishes()), QByteArrayList{"zero"});
}

void TestSharedSubscriptions::whenAllAreAwayOneKeepsIt()
{
    TestBroker broker = brokerOfRow();
    member(broker, "one").breakDown();
    member(broker, "two").breakDown();
    QVERIFY(publish(broker, {"1", "2", "3", "4"}, QoS::ExactlyOnce));
    TestClient one = connectLasting(broker, "one");
    TestClient two = connectLasting(broker, "two");
    QByteArrayList got = payloadsOf(takeAndComplete(one)) + payloadsOf(takeAndComplete(two));
    std::sort(got.begin(), got.end());
    QCOMPARE(got, (QByteArrayList{"1", "2", "3", "4"})); // all of them, each once
}

void TestSharedSubscriptions::unsentIsHandedOverWhenAMemberGoes()
{
    TestBroker broker = brokerOfRow();
    TestClient one = member(broker, "one", "$share/g/a", QoS::ExactlyOnce, 1);
    TestClient two = member(broker, "two", "$share/g/a", QoS::ExactlyOnce, 1);
    QVERIFY(publish(broker, {"1", "2", "3", "4", "5", "6"}, QoS::AtLeastOnce)); // one sent, two waiting for each
    const auto ofOne = one.next<PublishPacket>();
    QVERIFY(ofOne);
    one.breakDown();
    QByteArrayList got = payloadsOf(takeAndComplete(two));
    one = connectLasting(broker, "one");
    got += payloadsOf(takeAndComplete(one));
    std::sort(got.begin(), got.end());
    QCOMPARE(got, (QByteArrayList{"1", "2", "3", "4", "5", "6"}));
}

void TestSharedSubscriptions::unsentIsCollectedByWhoComes()
{
    TestBroker broker = brokerOfRow();
    member(broker, "one").breakDown();
    QVERIFY(publish(broker, {"1", "2", "3"}, QoS::ExactlyOnce));
    TestClient two = member(broker, "two");
    QCOMPARE(payloadsOf(takeAndComplete(two)), (QByteArrayList{"1", "2", "3"}));
    TestClient one = connectLasting(broker, "one");
    QVERIFY(one.hasNothing()); // not twice
}

// MQTT-4.8.2-4
void TestSharedSubscriptions::deliveryIsCompletedAtReconnect()
{
    TestBroker broker = brokerOfRow();
    TestClient one = member(broker, "one");
    TestClient two = member(broker, "two");
    QVERIFY(publish(broker, {"1", "2"}, QoS::ExactlyOnce));
    const auto sent = one.next<PublishPacket>();
    QVERIFY(sent);
    QCOMPARE(takeAndComplete(two).size(), size_t(1));
    one.breakDown(); // in the middle of the delivery
    QVERIFY(two.hasNothing());
    one = connectLasting(broker, "one");
    const auto again = one.next<PublishPacket>();
    QVERIFY(again);
    QVERIFY(again->duplicate);
    QCOMPARE(again->payload, sent->payload);
    one.acknowledge(PacketType::Pubrec, again->packetId);
    QCOMPARE(acknowledgementType(one), int(PacketType::Pubrel));
    one.breakDown(); // and again, one step later
    one = connectLasting(broker, "one");
    QCOMPARE(acknowledgementType(one), int(PacketType::Pubrel));
    QVERIFY(two.hasNothing());
}

// MQTT-4.8.2-5
void TestSharedSubscriptions::qos2UnderWayIsNotGivenToOthers()
{
    for (const bool hasPubrec : {false, true}) {
        TestBroker broker = brokerOfRow();
        TestClient one = member(broker, "one");
        QVERIFY(publish(broker, {"1"}, QoS::ExactlyOnce));
        const auto sent = one.next<PublishPacket>();
        QVERIFY(sent);
        if (hasPubrec)
            one.acknowledge(PacketType::Pubrec, sent->packetId);
        TestClient two = member(broker, "two");
        one.breakDown();
        QVERIFY(two.hasNothing());
        broker.advance(Seconds(anHour + 1));
        QVERIFY(!broker.core().sessions().find("one"));
        QVERIFY(two.hasNothing()); // the first one may have taken it
    }
}

void TestSharedSubscriptions::qos1UnderWayIsHandedOverWhenTheSessionEnds()
{
    TestBroker broker = brokerOfRow();
    TestClient one = member(broker, "one");
    QVERIFY(publish(broker, {"1", "2"}, QoS::AtLeastOnce));
    QCOMPARE(one.takePublishes().size(), size_t(2));
    TestClient two = member(broker, "two");
    one.breakDown();
    QVERIFY(two.hasNothing()); // it may still come back
    broker.advance(Seconds(anHour + 1));
    QCOMPARE(payloadsOf(takeAndComplete(two)), (QByteArrayList{"1", "2"}));
}

void TestSharedSubscriptions::errorAcknowledgementsEndTheDelivery_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::newRow("MQTT-4.8.2-6: PUBACK") << QoS::AtLeastOnce;
    QTest::newRow("MQTT-4.8.2-6: PUBREC") << QoS::ExactlyOnce;
}

void TestSharedSubscriptions::errorAcknowledgementsEndTheDelivery()
{
    QFETCH(QoS, qos);
    TestBroker broker = brokerOfRow();
    TestClient one = member(broker, "one");
    QVERIFY(publish(broker, {"1"}, qos));
    const auto sent = one.next<PublishPacket>();
    QVERIFY(sent);
    TestClient two = member(broker, "two");
    one.acknowledge(qos == QoS::AtLeastOnce ? PacketType::Puback : PacketType::Pubrec, sent->packetId,
        ReasonCode::ImplementationSpecificError);
    QVERIFY(two.hasNothing());
    one.breakDown();
    broker.advance(Seconds(anHour + 1)); // nor when its session ends
    QVERIFY(two.hasNothing());
    if (broker.lateStore())
        QVERIFY(broker.lateStore()->sessions["two"].deliveries.empty());
}

// 3.8.4: no retained messages on a shared subscription, whatever the retain handling.
void TestSharedSubscriptions::noRetainedOnSubscribing()
{
    TestBroker broker = brokerOfRow();
    broker.publish("a", "retained", QoS::AtLeastOnce, true);
    TestClient client = broker.connect("c");
    client.subscribe({"$share/g/a", QoS::AtLeastOnce, false, false, RetainHandling::SendAlways});
    client.subscribe({"$share/g/#", QoS::AtLeastOnce, false, false, RetainHandling::SendIfNew}, 0, 2);
    QVERIFY(client.hasNothing());
}

// MQTT-4.7.2-1
void TestSharedSubscriptions::dollarTopicsAreNotMatchedByWildcards()
{
    TestBroker broker = brokerOfRow();
    TestClient client = member(broker, "c", "$share/g/#");
    client.subscribe("$share/g/+/x", QoS::AtMostOnce, 2);
    TestClient own = member(broker, "own", "$share/g/$SYS/#");
    broker.publish("$SYS/x", "1");
    QVERIFY(client.hasNothing());
    QCOMPARE(own.takePublishes().size(), size_t(1));
}

void TestSharedSubscriptions::unsubscribingLeavesTheGroup()
{
    TestBroker broker = brokerOfRow();
    TestClient one = member(broker, "one", "$share/g/a", QoS::AtLeastOnce, 1);
    one.subscribe("a", QoS::AtMostOnce, 2);
    TestClient two = member(broker, "two", "$share/g/a", QoS::AtLeastOnce, 10);
    two.breakDown();
    QVERIFY(publish(broker, {"1", "2"}, QoS::AtLeastOnce));
    one.takeBytes();
    two = connectLasting(broker, "two");
    two.takeBytes();
    one.send(UnsubscribePacket{3, {"$share/g/a", "$share/h/a"}, {}});
    const auto unsuback = one.next<UnsubackPacket>();
    QVERIFY(unsuback);
    QVERIFY(unsuback->reasons == (std::vector<ReasonCode>{ReasonCode::Success, ReasonCode::NoSubscriptionExisted}));
    two.takeBytes(); // what waited for the one that left
    QVERIFY(publish(broker, {"3", "4"}, QoS::AtLeastOnce));
    const std::vector<PublishPacket> ofOne = one.takePublishes();
    QCOMPARE(payloadsOf(ofOne), (QByteArrayList{"3", "4"})); // by its own subscription, which stays
    QCOMPARE(ofOne[0].qos, QoS::AtMostOnce);
    QCOMPARE(payloadsOf(two.takePublishes()), (QByteArrayList{"3", "4"}));
}

// MQTT-3.8.3-4
void TestSharedSubscriptions::noLocalIsAProtocolError()
{
    TestBroker broker = brokerOfRow();
    TestClient client = broker.connect("c");
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries = {{"$share/g/a", QoS::AtMostOnce, true}};
    client.send(packet);
    const auto disconnect = client.next<DisconnectPacket>();
    QVERIFY(disconnect);
    QCOMPARE(disconnect->reason, ReasonCode::ProtocolError);
    QVERIFY(client.isClosed());
}

QTEST_APPLESS_MAIN(TestSharedSubscriptions)
#include "tst_sharedsubscriptions.moc"
