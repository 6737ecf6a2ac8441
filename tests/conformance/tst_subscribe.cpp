#include "conformance/subscribing.h"

#include <algorithm>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Nobody may subscribe below "secret/".
class NoSecrets final : public Policy
{
public:
    ReasonCode maySubscribe(const Origin &, const SubscribeEntry &entry) override
    {
        return entry.filter.startsWith("secret/") ? ReasonCode::NotAuthorized : ReasonCode::Success;
    }
};

using Payloads = std::vector<QByteArray>;
using Reasons = std::vector<ReasonCode>;

/// What 5.0 says; before, there is one way to fail.
ReasonCode failure(ProtocolVersion version, ReasonCode reason)
{
    return version == ProtocolVersion::Mqtt5 ? reason : ReasonCode::UnspecifiedError;
}

} // namespace

/// SUBSCRIBE and SUBACK (3.8, 3.9) as far as both versions have them.
class TestSubscribe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addVersionRows(); }

    void subackBytes_data();
    void subackBytes();
    void badSubscribeClosesTheConnection_data();
    void badSubscribeClosesTheConnection();
    void invalidFilter_data();
    void invalidFilter();
    void oneReasonEachInOrder();
    void repeatedFilterInOnePacket();
    void deniedFilter();
    void tooManySubscriptions();
    void tooManyLevels();
    void sameFilterReplaces();
    void nothingIsLostWhileReplacing();
    void qosIsTheMinimum_data();
    void qosIsTheMinimum();
    void overlappingFiltersOneCopyAtTheHighestQoS();
    void matching_data();
    void matching();
    void manyFilters();
    void sharedGroup();
    void subackWaitsForTheStore();
};

void TestSubscribe::subackBytes_data()
{
    QTest::addColumn<QByteArray>("subscribe");
    QTest::addColumn<QByteArray>("suback");
    QTest::newRow("one") << QByteArray("82 (1234 ~ 'a' 01)") << QByteArray("90 (1234 ~ 01)");
    QTest::newRow("the highest id") << QByteArray("82 (FFFF ~ 'a' 00)") << QByteArray("90 (FFFF ~ 00)");
    QTest::newRow("three") << QByteArray("82 (0001 ~ 'a' 02 'b' 00 'c' 01)") << QByteArray("90 (0001 ~ 02 00 01)");
}

/// MQTT-3.8.4-1 MQTT-3.8.4-2 MQTT-3.8.4-6 MQTT-3.8.4-7 MQTT-3.9.3-1 MQTT-3.9.3-2
/// MQTT3-3.8.4-1 MQTT3-3.8.4-2 MQTT3-3.8.4-4 MQTT3-3.8.4-5 MQTT3-3.9.3-1 MQTT3-3.9.3-2
void TestSubscribe::subackBytes()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, subscribe);
    QFETCH(QByteArray, suback);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.sendBytes(wireBytes(version, subscribe));
    QCOMPARE(client.takeBytes(), wireBytes(version, suback));
}

void TestSubscribe::badSubscribeClosesTheConnection_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *notation, int reason) {
        QTest::newRow(name) << QByteArray(notation) << reason;
    };
    row("MQTT-3.8.1-1 MQTT3-3.8.1-1: flags 0 (row 74)", "80 (0001 ~ 'a' 00)", 0x81);
    row("MQTT-3.8.1-1 MQTT3-3.8.1-1: flags 3 (row 74)", "83 (0001 ~ 'a' 00)", 0x81);
    row("MQTT-3.8.1-1 MQTT3-3.8.1-1: flags A (row 74)", "8A (0001 ~ 'a' 00)", 0x81);
    row("MQTT-3.8.3-1 MQTT3-3.8.3-1: not UTF-8", "82 (0001 ~ 0002 C328 00)", 0x81);
    row("MQTT-3.8.3-1 MQTT3-3.8.3-1: U+0000", "82 (0001 ~ 0001 00 00)", 0x81);
    row("MQTT-3.8.3-1 MQTT3-3.8.3-1: the second one", "82 (0001 ~ 'a' 00 0001 FF 00)", 0x81);
    row("MQTT-3.8.3-2 MQTT3-3.8.3-3: no filter (row 73)", "82 (0001 ~)", 0x82);
    row("MQTT-3.8.3-2 MQTT3-3.8.3-3: no options", "82 (0001 ~ 'a')", 0x81);
    row("MQTT-3.8.3-5 MQTT3-3.8.3-4: reserved bit 7", "82 (0001 ~ 'a' 80)", 0x81);
    row("MQTT-3.8.3-5 MQTT3-3.8.3-4: reserved bit 6", "82 (0001 ~ 'a' 40)", 0x81);
    row("MQTT-3.8.3-5 MQTT3-3.8.3-4: of the second filter", "82 (0001 ~ 'a' 00 'b' C1)", 0x81);
    row("3.8.3.1 MQTT3-3.8.3-4: QoS 3", "82 (0001 ~ 'a' 03)", 0x82);
    row("2.2.1: packet id 0", "82 (0000 ~ 'a' 00)", 0x82);
    row("2.2.1: no packet id", "82 (00)", 0x81);
}

void TestSubscribe::badSubscribeClosesTheConnection()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    QFETCH(int, reason);
    TestBroker broker;
    TestClient client = connectDurable(broker, "c", version);
    client.sendBytes(wireBytes(version, notation));
    QCOMPARE(standing(client), closedFor(version, reason));
    QVERIFY(broker.core().sessions().find("c")->subscriptions().isEmpty()); // no filter of the packet
}

void TestSubscribe::invalidFilter_data()
{
    QTest::addColumn<QByteArray>("filter");
    for (const char *filter : {"a#", "#/a", "a/#/b", "##", "a+", "+a", "a/+b/c", "++", "", "$share//a", "$share/g",
             "$share/g/", "$share/+/a", "$share/#/a", "$share/g/a#"})
        QTest::addRow("\"%s\"", filter) << QByteArray(filter);
}

/// 5.0 answers each filter for itself, 3.1.1 takes the packet for malformed (rows 66, 82).
void TestSubscribe::invalidFilter()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, filter);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries = {entryOf("before"), entryOf(filter), entryOf("behind", QoS::AtLeastOnce)};
    client.send(packet);
    if (version != ProtocolVersion::Mqtt5) {
        QCOMPARE(standing(client), QByteArray("closed"));
        return;
    }
    const auto suback = client.next<SubackPacket>();
    QVERIFY(suback);
    QCOMPARE(suback->reasons, (Reasons{ReasonCode::Success, ReasonCode::TopicFilterInvalid, ReasonCode::GrantedQoS1}));
}

void TestSubscribe::oneReasonEachInOrder() // MQTT-3.9.3-1 MQTT3-3.9.3-1 MQTT3-3.9.3-2 (row 61)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    NoSecrets policy;
    TestBroker broker({}, {}, &policy);
    TestClient client = broker.connect("c", version);
    const Reasons reasons = subscribeAll(client,
        {entryOf("z", QoS::ExactlyOnce), entryOf("secret/a"), entryOf("a"), entryOf("m", QoS::AtLeastOnce),
            entryOf("secret/b", QoS::AtLeastOnce), entryOf("z", QoS::AtLeastOnce)});
    const ReasonCode denied = failure(version, ReasonCode::NotAuthorized);
    QCOMPARE(reasons, (Reasons{ReasonCode::GrantedQoS2, denied, ReasonCode::Success, ReasonCode::GrantedQoS1, denied,
                          ReasonCode::GrantedQoS1}));
}

/// As if it were several packets: each is answered, the last one holds (rows 61, 62).
void TestSubscribe::repeatedFilterInOnePacket() // MQTT-3.8.4-5 MQTT-3.8.4-6 MQTT3-3.8.4-4 MQTT3-3.8.4-5
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    QCOMPARE(subscribeAll(client,
                 {entryOf("a", QoS::ExactlyOnce), entryOf("a"), entryOf("a", QoS::AtLeastOnce)}),
        (Reasons{ReasonCode::GrantedQoS2, ReasonCode::Success, ReasonCode::GrantedQoS1}));
    broker.publish("a", "x", QoS::ExactlyOnce);
    const std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].qos, QoS::AtLeastOnce);
}

/// Neither kept nor sent the retained messages; the others are granted (row 63).
void TestSubscribe::deniedFilter() // MQTT-3.8.4-7 MQTT3-3.8.4-5
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    NoSecrets policy;
    TestBroker broker({}, {}, &policy);
    broker.publish("secret/a", "retained", QoS::AtMostOnce, true);
    TestClient client = connectDurable(broker, "c", version);
    QCOMPARE(subscribeAll(client, {entryOf("secret/#"), entryOf("free")}),
        (Reasons{failure(version, ReasonCode::NotAuthorized), ReasonCode::Success}));
    broker.publish("secret/a", "live");
    broker.publish("free", "x");
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"x"});
    client.breakDown();
    client = connectDurable(broker, "c", version);
    broker.publish("secret/a", "live");
    QVERIFY(client.hasNothing());
}

void TestSubscribe::tooManySubscriptions() // MQTT-3.9.3-2 MQTT3-3.9.3-2
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumSubscriptions = 2;
    TestBroker broker(options);
    TestClient client = broker.connect("c", version);
    QCOMPARE(subscribeAll(client, {entryOf("a"), entryOf("b")}), (Reasons{ReasonCode::Success, ReasonCode::Success}));
    QCOMPARE(subscribeAll(client, {entryOf("c"), entryOf("a", QoS::AtLeastOnce)}), // replacing needs no room
        (Reasons{failure(version, ReasonCode::QuotaExceeded), ReasonCode::GrantedQoS1}));
}

void TestSubscribe::tooManyLevels() // MQTT-3.9.3-2 MQTT3-3.9.3-2
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumTopicLevels = 3;
    TestBroker broker(options);
    TestClient client = broker.connect("c", version);
    const ReasonCode denied = failure(version, ReasonCode::TopicFilterInvalid);
    QCOMPARE(subscribeAll(client,
                 {entryOf("a/b/c"), entryOf("a/b/c/d"), entryOf("$share/g/a/b/c"), entryOf("$share/g/a/b/c/#")}),
        (Reasons{ReasonCode::Success, denied, ReasonCode::Success, denied}));
}

void TestSubscribe::sameFilterReplaces() // MQTT-3.8.4-3 MQTT3-3.8.4-3 (row 70)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    client.subscribe("a/+", QoS::AtMostOnce);
    client.subscribe("a/+", QoS::ExactlyOnce);
    broker.publish("a/b", "x", QoS::ExactlyOnce);
    std::vector<PublishPacket> got = client.takePublishes();
    QCOMPARE(got.size(), size_t(1)); // one subscription, not two
    QCOMPARE(got[0].qos, QoS::ExactlyOnce);
    client.subscribe("a/+", QoS::AtMostOnce); // lower again
    broker.publish("a/b", "y", QoS::ExactlyOnce);
    got = client.takePublishes();
    QCOMPARE(got.size(), size_t(1));
    QCOMPARE(got[0].qos, QoS::AtMostOnce);
    QVERIFY(unsubscribeAll(client, {"a/+"}));
    broker.publish("a/b", "z");
    QVERIFY(client.hasNothing());
}

void TestSubscribe::nothingIsLostWhileReplacing() // MQTT-3.8.4-4 MQTT3-3.8.4-3
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumInflight = 1;
    TestBroker broker(options, StoreMode::Batches);
    TestClient client = connectDurable(broker, "c", version);
    client.subscribe("a", QoS::AtLeastOnce);
    broker.publish("a", "1", QoS::AtLeastOnce);
    broker.publish("a", "2", QoS::AtLeastOnce); // waits behind the first
    const auto first = client.next<PublishPacket>();
    QVERIFY(first && client.hasNothing());
    // Published while the store has not yet kept the new subscription.
    broker.lateStore()->setMode(StoreMode::Manual);
    client.sendBytes(wireBytes(version, "82 (0002 ~ 'a' 01)"));
    broker.publish("a", "3", QoS::AtLeastOnce);
    broker.lateStore()->setMode(StoreMode::EachTurn);
    broker.settle();
    QVERIFY(client.next<SubackPacket>());
    client.acknowledge(PacketType::Puback, first->packetId);
    Payloads got;
    while (const auto publish = client.next<PublishPacket>()) {
        got.push_back(publish->payload);
        client.acknowledge(PacketType::Puback, publish->packetId);
    }
    QCOMPARE(got, (Payloads{"2", "3"}));
}

void TestSubscribe::qosIsTheMinimum_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<bool>("isQueued");
    QTest::newRow("live") << QByteArray("a/b") << false;
    QTest::newRow("live, wildcard") << QByteArray("a/+") << false;
    QTest::newRow("queued") << QByteArray("a/b") << true;
    QTest::newRow("queued, wildcard") << QByteArray("#") << true;
}

void TestSubscribe::qosIsTheMinimum() // MQTT-3.8.4-8 MQTT3-3.8.4-6 (row 72)
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, filter);
    QFETCH(bool, isQueued);
    for (const QoS granted : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        TestBroker broker;
        TestClient client = connectDurable(broker, "c", version);
        QCOMPARE(client.subscribe(filter, granted), static_cast<ReasonCode>(granted));
        if (isQueued)
            client.breakDown();
        for (const QoS published : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
            broker.publish("a/b", QByteArray::number(static_cast<int>(published)), published);
        if (isQueued)
            client = connectDurable(broker, "c", version);
        std::vector<QoS> expected;
        for (const QoS published : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
            const QoS qos = std::min(granted, published);
            if (!isQueued || qos != QoS::AtMostOnce)
                expected.push_back(qos);
        }
        std::vector<QoS> got;
        for (const PublishPacket &each : client.takePublishes())
            got.push_back(each.qos);
        QCOMPARE(got, expected);
    }
}

/// In whichever order they were made (row 71).
void TestSubscribe::overlappingFiltersOneCopyAtTheHighestQoS() // MQTT-3.3.4-2 MQTT3-3.3.5-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    std::vector<SubscribeEntry> entries{
        entryOf("#", QoS::AtMostOnce), entryOf("a/+", QoS::ExactlyOnce), entryOf("a/b", QoS::AtLeastOnce)};
    for (int turn = 0; turn < 3; ++turn) {
        TestBroker broker;
        TestClient client = broker.connect("c", version);
        subscribeAll(client, entries);
        for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
            broker.publish("a/b", "x", qos);
            const std::vector<PublishPacket> got = client.takePublishes();
            QCOMPARE(got.size(), size_t(1));
            QCOMPARE(got[0].qos, qos);
        }
        std::rotate(entries.begin(), entries.begin() + 1, entries.end());
    }
}

void TestSubscribe::matching_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArrayList>("topics");
    const auto row = [](const char *filter, const QByteArrayList &topics) {
        QTest::newRow(filter) << QByteArray(filter) << topics;
    };
    row("/", {"/"}); // row 67
    row("//", {"//"});
    row("+/+", {"/", "a/", "a/b", "A/b"});
    row("a//b", {"a//b"});
    row("a/+/b", {"a//b"});
    row("a/#", {"a", "a/", "a/b", "a//b"}); // row 68
    row("A/#", {"A/b"});
    row("#", {"/", "//", "a", "a/", "a/b", "a//b", "A/b"}); // row 69
    row("+", {"a"});
    row("+/x", {});
    row("$SYS/#", {"$SYS/x"});
    row("$SYS/+", {"$SYS/x"});
    row("$share", {});
}

void TestSubscribe::matching() // MQTT-3.3.2-3 MQTT3-3.3.2-3
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    QFETCH(QByteArray, filter);
    QFETCH(QByteArrayList, topics);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    QCOMPARE(client.subscribe(filter), ReasonCode::Success);
    for (const char *topic : {"/", "//", "a", "a/", "a/b", "a//b", "A/b", "$SYS/x"})
        broker.publish(topic, "x");
    QByteArrayList got;
    for (const PublishPacket &each : client.takePublishes())
        got.push_back(each.topic);
    QCOMPARE(got, topics);
}

void TestSubscribe::manyFilters() // row 83
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    std::vector<SubscribeEntry> entries;
    for (int i = 0; i < 10'000; ++i)
        entries.push_back(entryOf("f/" + QByteArray::number(i), static_cast<QoS>(i % 3)));
    const Reasons reasons = subscribeAll(client, entries);
    QCOMPARE(reasons.size(), entries.size());
    for (size_t i = 0; i < reasons.size(); ++i)
        QCOMPARE(reasons[i], static_cast<ReasonCode>(entries[i].maximumQoS));
    broker.publish("f/9999", "x");
    QCOMPARE(client.takePublishes().size(), size_t(1));
}

/// One member per message; who is gone gets none (row 82).
void TestSubscribe::sharedGroup()
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker;
    TestClient one = broker.connect("one", version);
    TestClient two = broker.connect("two", version);
    TestClient outside = broker.connect("outside", version);
    one.subscribe("$share/g/a/#", QoS::AtLeastOnce);
    two.subscribe("$share/g/a/#", QoS::AtLeastOnce);
    outside.subscribe("a/#");
    for (int i = 0; i < 10; ++i)
        broker.publish("a/b", QByteArray::number(i), QoS::AtLeastOnce);
    const Payloads first = payloadsOf(one.takePublishes());
    const Payloads second = payloadsOf(two.takePublishes());
    QVERIFY(!first.empty() && !second.empty());
    Payloads together = first;
    together.insert(together.end(), second.begin(), second.end());
    std::sort(together.begin(), together.end());
    QCOMPARE(together, (Payloads{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));
    QCOMPARE(outside.takePublishes().size(), size_t(10));
    one.breakDown();
    two.takeBytes();
    broker.publish("a/b", "last", QoS::AtMostOnce);
    QCOMPARE(payloadsOf(two.takePublishes()), Payloads{"last"});
}

/// A SUBACK is a promise: of a session that lasts it waits until the subscription is durable.
void TestSubscribe::subackWaitsForTheStore() // MQTT-3.8.4-1 MQTT3-3.8.4-1
{
    QFETCH_GLOBAL(ProtocolVersion, version);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = connectDurable(broker, "c", version);
    broker.lateStore()->setMode(StoreMode::Manual);
    client.sendBytes(wireBytes(version, "82 (0007 ~ 'a' 01)"));
    QVERIFY(client.hasNothing());
    broker.lateStore()->setMode(StoreMode::EachTurn);
    broker.settle();
    QCOMPARE(client.takeBytes(), wireBytes(version, "90 (0007 ~ 01)"));
    broker.crash();
    client = connectDurable(broker, "c", version);
    broker.publish("a", "x", QoS::AtLeastOnce);
    QCOMPARE(client.takePublishes().size(), size_t(1));
}

QTEST_APPLESS_MAIN(TestSubscribe)
#include "tst_subscribe.moc"
