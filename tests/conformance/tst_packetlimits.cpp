#include "conformance/authmethod.h"
#include "conformance/subscribing.h"

#include "protocol/frame.h"

#include <algorithm>

using namespace pigeon;
using namespace pigeon::test;

namespace {

using Payloads = std::vector<QByteArray>;

/// Nobody may publish below "secret/".
class NoSecrets final : public Policy
{
public:
    ReasonCode mayPublish(const Origin &, QByteArrayView topic) override
    {
        return topic.startsWith("secret/") ? ReasonCode::NotAuthorized : ReasonCode::Success;
    }
};

ConnectPacket limited(const QByteArray &clientId, std::optional<quint32> maximumPacketSize,
    std::optional<quint32> receiveMaximum = std::nullopt)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = anHour;
    connect.properties.maximumPacketSize = maximumPacketSize;
    connect.properties.receiveMaximum = receiveMaximum;
    return connect;
}

/// The size of the next packet as it lies on the wire.
qsizetype nextPacketSize(const QByteArray &bytes)
{
    return cutFrame(bytes, 0xFFFF'FFFF).size;
}

} // namespace

/// What a client says it takes: Maximum Packet Size, Receive Maximum, Request Problem Information. MQTT 5.0 only.
class TestPacketLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void explanationsAreLeftOut_data();
    void explanationsAreLeftOut();
    void explanationsAtTheExactSize();
    void answersWithoutRoom_data();
    void answersWithoutRoom();
    void authWithinTheSize();
    void tooLargePublishCountsAsSent_data();
    void tooLargePublishCountsAsSent();
    void exactlyAsLargeAsAllowed();
    void tooLargeRetained();
    void tooLargeForOneReceiverOnly();

    void windowIsNeverExceeded_data();
    void windowIsNeverExceeded();
    void windowIsOfTheConnection();
    void otherPacketsDoNotWaitForTheWindow();
};

void TestPacketLimits::explanationsAreLeftOut_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<PacketType>("type"); // of the answer
    QTest::addColumn<int>("reason");
    QTest::addColumn<bool>("explains"); // with room
    const auto row = [](const char *name, const char *sent, PacketType type, int reason, bool explains) {
        QTest::newRow(name) << packetBytes(sent) << type << reason << explains;
    };
    row("MQTT-3.4.2-2 MQTT-3.4.2-3: PUBACK", "32 ('secret/a' 0001 () |x|)", PacketType::Puback, 0x87, true);
    row("MQTT-3.5.2-2 MQTT-3.5.2-3: PUBREC", "34 ('secret/a' 0001 () |x|)", PacketType::Pubrec, 0x87, true);
    row("MQTT-3.6.2-2 MQTT-3.6.2-3: PUBREL", "50 (0001)", PacketType::Pubrel, 0x92, false);
    row("MQTT-3.7.2-2 MQTT-3.7.2-3: PUBCOMP", "62 (0001)", PacketType::Pubcomp, 0x92, false);
    row("MQTT-3.9.2-1 MQTT-3.9.2-2: SUBACK", "82 (0001 () 'a#' 00)", PacketType::Suback, 0x8F, false);
    row("MQTT-3.11.2-1 MQTT-3.11.2-2: UNSUBACK", "A2 (0001 () 'a')", PacketType::Unsuback, 0x11, false);
    row("MQTT-3.14.2-3 MQTT-3.14.2-4: DISCONNECT", "36 ()", PacketType::Disconnect, 0x81, true);
}

/// The answer comes in any case, its reason string only where it fits and is wanted (MQTT-3.1.2-29).
void TestPacketLimits::explanationsAreLeftOut()
{
    QFETCH(QByteArray, sent);
    QFETCH(PacketType, type);
    QFETCH(int, reason);
    QFETCH(bool, explains);
    struct Wish
    {
        quint32 maximumPacketSize;
        quint32 wantsProblemInformation;
    };
    for (const Wish wish : {Wish{1'000, 1}, Wish{20, 1}, Wish{1'000, 0}}) {
        NoSecrets policy;
        TestBroker broker({}, {}, &policy);
        ConnectPacket connect = limited("c", wish.maximumPacketSize);
        connect.properties.requestProblemInformation = wish.wantsProblemInformation;
        TestClient client = broker.connect(connect);
        client.sendBytes(sent);
        const QByteArray bytes = client.takeBytes();
        QCOMPARE(nextPacketSize(bytes), bytes.size()); // one packet
        QVERIFY(bytes.size() <= static_cast<qsizetype>(wish.maximumPacketSize));
        QCOMPARE(static_cast<quint8>(bytes[0]) >> 4, static_cast<int>(type));
        QVERIFY(bytes.contains(static_cast<char>(reason)));
        const bool mayExplain = wish.maximumPacketSize > 20 && wish.wantsProblemInformation;
        // Without any property the longest of these answers has 6 bytes.
        QCOMPARE(bytes.size() > 6, explains && mayExplain);
        QCOMPARE(bytes.contains('\x1F'), explains && mayExplain);
    }
}

/// One byte decides whether there is room.
void TestPacketLimits::explanationsAtTheExactSize() // MQTT-3.4.2-2 MQTT-3.14.2-3
{
    NoSecrets policy;
    for (const char *sent : {"32 ('secret/a' 0001 () |x|)", "36 ()"}) {
        TestBroker broker({}, {}, &policy);
        const auto answer = [&broker, sent](std::optional<quint32> maximum) {
            TestClient client = broker.connect(limited("c", maximum));
            client.sendBytes(packetBytes(sent));
            return client.takeBytes();
        };
        const QByteArray whole = answer(std::nullopt);
        QVERIFY(whole.contains('\x1F'));
        QCOMPARE(answer(static_cast<quint32>(whole.size())), whole);
        const QByteArray bare = answer(static_cast<quint32>(whole.size() - 1));
        QVERIFY(!bare.isEmpty() && bare.size() < whole.size() && !bare.contains('\x1F'));
    }
}

void TestPacketLimits::answersWithoutRoom_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("each");
    QTest::newRow("SUBACK") << QByteArray("82 (0001 ()") << QByteArray(" 'f' 00");
    QTest::newRow("UNSUBACK") << QByteArray("A2 (0001 ()") << QByteArray(" 'f'");
}

/// An answer that cannot be made smaller and does not fit must not be sent; the client cannot go on without it.
void TestPacketLimits::answersWithoutRoom() // MQTT-3.1.2-24
{
    QFETCH(QByteArray, head);
    QFETCH(QByteArray, each);
    TestBroker broker;
    TestClient client = broker.connect(limited("c", 30));
    client.sendBytes(packetBytes(head + each.repeated(25) + ")")); // 2 + 2 + 1 + 25 bytes
    QCOMPARE(client.takeBytes().size(), 30);
    client.sendBytes(packetBytes(head + each.repeated(26) + ")"));
    QCOMPARE(standing(client), closedFor(ProtocolVersion::Mqtt5, 0x95));
}

void TestPacketLimits::authWithinTheSize() // MQTT-3.15.2-2 MQTT-3.15.2-3
{
    ChallengePolicy policy;
    TestBroker broker({}, {}, &policy);
    ConnectPacket connect = challengeConnect("c");
    connect.properties.maximumPacketSize = 28; // the challenge just fits
    TestClient client = broker.open();
    client.send(connect);
    QCOMPARE(client.takeBytes(), packetBytes("F0 (18 (15 'CHALLENGE' 16 'challenge'))"));
    client.send(challengeAuth(ReasonCode::ContinueAuthentication, "right"));
    QVERIFY(client.next<ConnackPacket>());
    client.send(challengeAuth(ReasonCode::Reauthenticate));
    QVERIFY(client.next<AuthPacket>());
    client.send(challengeAuth(ReasonCode::ContinueAuthentication, "right"));
    QCOMPARE(client.takeBytes(), packetBytes("F0 (00 (15 'CHALLENGE'))"));
}

void TestPacketLimits::tooLargePublishCountsAsSent_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<bool>("isQueued");
    QTest::newRow("QoS 0") << QoS::AtMostOnce << false;
    QTest::newRow("QoS 1") << QoS::AtLeastOnce << false;
    QTest::newRow("QoS 2") << QoS::ExactlyOnce << false;
    QTest::newRow("QoS 1, queued") << QoS::AtLeastOnce << true;
    QTest::newRow("QoS 2, queued") << QoS::ExactlyOnce << true;
}

/// It takes no place of the window, and a client that takes larger packets later does not get it then.
void TestPacketLimits::tooLargePublishCountsAsSent() // MQTT-3.1.2-24 MQTT-3.1.2-25
{
    QFETCH(QoS, qos);
    QFETCH(bool, isQueued);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = broker.connect(limited("c", 100, 1));
    client.subscribe("a", QoS::ExactlyOnce);
    if (isQueued)
        client.breakDown();
    for (int i = 0; i < 3; ++i)
        broker.publish("a", QByteArray(200, 'x'), qos);
    broker.publish("a", "small", qos);
    if (isQueued)
        client = broker.connect(limited("c", 100, 1));
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"small"});
    client.breakDown();
    client = broker.connect(limited("c", std::nullopt));
    for (const PublishPacket &each : client.takePublishes())
        QCOMPARE(each.payload, QByteArray("small"));
    if (isQueued)
        broker.crash();
    client = broker.connect(limited("c", std::nullopt));
    for (const PublishPacket &each : client.takePublishes())
        QCOMPARE(each.payload, QByteArray("small"));
}

void TestPacketLimits::exactlyAsLargeAsAllowed() // MQTT-3.1.2-24
{
    TestBroker broker;
    TestClient client = broker.connect(limited("c", 100));
    client.subscribe("a", QoS::AtLeastOnce);
    // first byte, length, topic, packet id, property length
    broker.publish("a", QByteArray(100 - 2 - 3 - 2 - 1, 'x'), QoS::AtLeastOnce);
    QCOMPARE(client.takeBytes().size(), 100);
    broker.publish("a", QByteArray(101 - 2 - 3 - 2 - 1, 'x'), QoS::AtLeastOnce);
    QVERIFY(client.hasNothing());
    broker.publish("a", QByteArray(100 - 2 - 3 - 1, 'x'), QoS::AtMostOnce);
    QCOMPARE(client.takeBytes().size(), 100);
    broker.publish("a", QByteArray(101 - 2 - 3 - 1, 'x'), QoS::AtMostOnce);
    QVERIFY(client.hasNothing());
    QCOMPARE(standing(client), QByteArray("open"));
}

void TestPacketLimits::tooLargeRetained() // MQTT-3.1.2-24 MQTT-3.1.2-25
{
    TestBroker broker;
    broker.publish("r/1", QByteArray(200, 'x'), QoS::AtMostOnce, true);
    broker.publish("r/2", QByteArray(200, 'x'), QoS::AtLeastOnce, true);
    broker.publish("r/3", "small", QoS::AtLeastOnce, true);
    TestClient client = broker.connect(limited("c", 100, 1));
    client.subscribe("r/#", QoS::AtLeastOnce);
    QCOMPARE(payloadsOf(client.takePublishes()), Payloads{"small"});
}

void TestPacketLimits::tooLargeForOneReceiverOnly() // MQTT-3.1.2-25
{
    TestBroker broker;
    TestClient small = broker.connect(limited("small", 100));
    TestClient large = broker.connect(limited("large", std::nullopt));
    small.subscribe("a", QoS::AtLeastOnce);
    large.subscribe("a", QoS::AtLeastOnce);
    broker.publish("a", QByteArray(200, 'x'), QoS::AtLeastOnce);
    QVERIFY(small.hasNothing());
    QCOMPARE(large.takePublishes().size(), size_t(1));
}

// --- Receive Maximum -----------------------------------------------------------------------------------------

void TestPacketLimits::windowIsNeverExceeded_data()
{
    QTest::addColumn<quint32>("window");
    QTest::addColumn<int>("failing"); // each so many-th is acknowledged with a failure, 0 = none
    QTest::newRow("1") << 1u << 0;
    QTest::newRow("3") << 3u << 0;
    QTest::newRow("3, every second fails") << 3u << 2;
}

/// QoS 1 and 2 in turns; whatever is acknowledged makes room for as many and no more.
void TestPacketLimits::windowIsNeverExceeded() // MQTT-3.3.4-9
{
    QFETCH(quint32, window);
    QFETCH(int, failing);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = broker.connect(limited("c", std::nullopt, window));
    client.subscribe("a", QoS::ExactlyOnce);
    for (int i = 0; i < 20; ++i)
        broker.publish("a", QByteArray::number(i), i % 2 ? QoS::AtLeastOnce : QoS::ExactlyOnce);
    Payloads got;
    std::vector<PublishPacket> open;
    for (int step = 1; got.size() < 20 || !open.empty(); ++step) {
        QVERIFY(step < 100);
        for (const PublishPacket &each : client.takePublishes()) {
            got.push_back(each.payload);
            open.push_back(each);
        }
        QCOMPARE(open.size(), std::min<size_t>(window, 20 - (got.size() - open.size()))); // all that may
        const PublishPacket oldest = open.front();
        open.erase(open.begin());
        const bool fails = failing > 0 && step % failing == 0;
        const ReasonCode reason = fails ? ReasonCode::UnspecifiedError : ReasonCode::Success;
        if (oldest.qos == QoS::AtLeastOnce) {
            client.acknowledge(PacketType::Puback, oldest.packetId, reason);
        } else {
            client.acknowledge(PacketType::Pubrec, oldest.packetId, reason);
            if (!fails) {
                QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubrel);
                QVERIFY(client.hasNothing()); // a PUBREC makes no room
                client.acknowledge(PacketType::Pubcomp, oldest.packetId);
            }
        }
    }
    QVERIFY(std::is_sorted(got.begin(), got.end(),
        [](const QByteArray &a, const QByteArray &b) { return a.toInt() < b.toInt(); }));
}

/// The next connection may have a smaller one: what was under way is sent again within it.
void TestPacketLimits::windowIsOfTheConnection() // MQTT-3.3.4-9
{
    TestBroker broker;
    TestClient client = broker.connect(limited("c", std::nullopt, 5));
    client.subscribe("a", QoS::ExactlyOnce);
    for (int i = 0; i < 8; ++i)
        broker.publish("a", QByteArray::number(i), QoS::AtLeastOnce);
    QCOMPARE(client.takePublishes().size(), size_t(5));
    client.breakDown();
    client = broker.connect(limited("c", std::nullopt, 2));
    Payloads got;
    for (std::vector<PublishPacket> some = client.takePublishes(); !some.empty(); some = client.takePublishes()) {
        QVERIFY(some.size() <= 2);
        got.push_back(some[0].payload);
        if (some.size() > 1)
            got.push_back(some[1].payload);
        QByteArray answers;
        for (const PublishPacket &each : some)
            answers += QByteArray::fromHex("4002") + QByteArray(1, static_cast<char>(each.packetId >> 8))
                + QByteArray(1, static_cast<char>(each.packetId));
        client.sendBytes(answers);
    }
    QCOMPARE(got, (Payloads{"0", "1", "2", "3", "4", "5", "6", "7"}));
}

void TestPacketLimits::otherPacketsDoNotWaitForTheWindow() // MQTT-3.3.4-10
{
    TestBroker broker;
    TestClient client = broker.connect(limited("c", std::nullopt, 1));
    client.subscribe("a", QoS::ExactlyOnce);
    broker.publish("a", "1", QoS::ExactlyOnce);
    broker.publish("a", "2", QoS::ExactlyOnce);
    const auto first = client.next<PublishPacket>();
    QVERIFY(first && client.hasNothing());
    client.sendBytes(packetBytes("C0 00"));
    QVERIFY(client.next<PingrespPacket>());
    QCOMPARE(client.subscribe("b", QoS::AtLeastOnce), ReasonCode::GrantedQoS1);
    QVERIFY(unsubscribeAll(client, {"b"}));
    client.publish("z", "x", QoS::AtLeastOnce, 1);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Puback);
    client.publish("z", "x", QoS::ExactlyOnce, 2);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubrec);
    client.acknowledge(PacketType::Pubrel, 2);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubcomp);
    client.acknowledge(PacketType::Pubrec, first->packetId);
    QCOMPARE(client.next<AcknowledgePacket>()->type, PacketType::Pubrel);
    QVERIFY(client.hasNothing());
}

QTEST_APPLESS_MAIN(TestPacketLimits)
#include "tst_packetlimits.moc"
