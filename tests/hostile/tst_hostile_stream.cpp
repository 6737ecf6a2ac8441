// The same packets, cut, dripped, heaped up and broken off: TCP promises bytes in order, nothing else.

#include "hostile/battery.h"

#include <QElapsedTimer>

#include <functional>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// A conversation of one client that is right in every byte, and what it must bring to its own subscription.
QByteArray conversation(ProtocolVersion version)
{
    return raw::connect({version, "stream"}) + raw::subscribe(version, {"stream/+"}, 1, 2)
        + raw::publish({version, "stream/a", "zero"}) + raw::publish({version, "stream/b", "one", 1, 7})
        + raw::publish({version, "stream/c", "two", 2, 8}) + raw::acknowledge(0x62, 8) + raw::pingreq();
}

/// The packets that come back, by type: CONNACK, SUBACK, three PUBLISH, PUBACK, PUBREC, PUBCOMP, PINGRESP.
QByteArray typesOfAnswers(RawClient &client)
{
    QByteArray types;
    while (!types.contains('D')) {
        const QByteArray packet = client.takePacket();
        if (packet.isEmpty())
            break;
        types.append("0123456789ABCDEF"[static_cast<quint8>(packet.front()) >> 4]);
    }
    std::sort(types.begin(), types.end());
    return types;
}

constexpr ProtocolVersion versions[] = {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5};

void eachOffset()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<int>("offset");
    for (const ProtocolVersion version : versions) {
        const int size = int(conversation(version).size());
        for (int offset = 0; offset < size; ++offset)
            QTest::addRow("%s at %d", nameOf(version), offset) << version << offset;
    }
}

} // namespace

class HostileStream final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { useBroker(); }
    void cut_data() { eachOffset(); }
    void cut();
    void dripped_data();
    void dripped();
    void reset_data() { eachOffset(); }
    void reset();
    void leave_data();
    void leave();
    void heaped_data();
    void heaped();
    void announced_data();
    void announced();
    void drippedBehindMuch();
};

void HostileStream::cut()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, offset);
    const QByteArray bytes = conversation(version);
    RawClient client(port());
    QVERIFY(client.send(bytes.first(offset)));
    QVERIFY(isWitnessServed()); // the broker has seen the first piece by now, and others are served meanwhile
    QVERIFY(client.send(bytes.sliced(offset)));
    QCOMPARE(typesOfAnswers(client), QByteArray("2333457" "9D"));
}

void HostileStream::dripped_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    for (const ProtocolVersion version : versions)
        QTest::newRow(nameOf(version)) << version;
}

void HostileStream::dripped()
{
    QFETCH(ProtocolVersion, version);
    RawClient client(port());
    const QByteArray bytes = conversation(version);
    for (const char &byte : bytes)
        QVERIFY(client.send(QByteArrayView(&byte, 1)));
    QCOMPARE(typesOfAnswers(client), QByteArray("2333457" "9D"));
}

/// Resets (SO_LINGER 0) at every byte: nothing stays behind (cleanup counts) and nobody else notices.
void HostileStream::reset()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, offset);
    RawClient client(port());
    QVERIFY(client.send(conversation(version).first(offset)));
    client.reset();
    QVERIFY(sessionsSettleAt(2));
}

void HostileStream::leave_data()
{
    QTest::addColumn<QByteArray>("out"); // after a CONNECT of a session that is kept
    QTest::addColumn<int>("answers"); // waited for before it leaves
    const auto v5 = ProtocolVersion::Mqtt5;
    const QByteArray two = raw::publish({v5, "left/behind", "x", 2, 9});
    QTest::newRow("QoS 2: PUBLISH sent") << two << 0;
    QTest::newRow("QoS 2: PUBREC received [MQTT-4.3.3-2]") << two << 1;
    QTest::newRow("QoS 2: PUBREL sent") << two + raw::acknowledge(0x62, 9) << 0;
    QTest::newRow("QoS 2: PUBCOMP received") << two + raw::acknowledge(0x62, 9) << 2;
    const QByteArray toMyself = raw::subscribe(v5, {"left/behind"}, 1, 2) + two;
    QTest::newRow("QoS 2: PUBLISH received") << toMyself << 3;
    QTest::newRow("QoS 2: PUBREC sent") << toMyself + raw::acknowledge(0x50, 1) << 0;
    QTest::newRow("QoS 2: PUBREL received [MQTT-4.3.3-7]") << toMyself + raw::acknowledge(0x50, 1) << 4;
    QTest::newRow("half a PUBREL") << two + raw::acknowledge(0x62, 9).first(3) << 1;
    QTest::newRow("SUBSCRIBE, no SUBACK") << raw::subscribe(v5, {"left/behind"}) << 0;
}

/// Closed or reset in the midst of a handshake, twenty times over; then the session is taken up and ended.
void HostileStream::leave()
{
    QFETCH(QByteArray, out);
    QFETCH(int, answers);
    raw::Connect connect{ProtocolVersion::Mqtt5, "leaver", false};
    connect.properties = QByteArray::fromHex("1100000E10"); // kept for an hour
    for (int round = 0; round < 20; ++round) {
        RawClient client = letIn(connect);
        QVERIFY(client.send(out));
        for (int i = 0; i < answers; ++i)
            QVERIFY(!client.takePacket().isEmpty());
        if (round % 2)
            client.reset();
    }
    connect.cleanStart = true;
    connect.properties.clear();
    RawClient last = letIn(connect);
    QCOMPARE(judge(last, served, ProtocolVersion::Mqtt5), QByteArray());
    last.close();
    QVERIFY(sessionsSettleAt(2));
}

void HostileStream::heaped_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<int>("answers");
    const auto v5 = ProtocolVersion::Mqtt5;
    QTest::newRow("PINGREQ") << raw::pingreq() << 10'000;
    QTest::newRow("PUBLISH QoS 0") << raw::publish({v5, "heap", "x"}) << 0;
    QTest::newRow("PUBLISH QoS 1") << raw::publish({v5, "heap", "x", 1}) << 10'000;
    QTest::newRow("PUBLISH QoS 2 and PUBREL") << raw::publish({v5, "heap", "x", 2}) + raw::acknowledge(0x62, 1) << 20'000;
    QTest::newRow("PUBACK of unknown ids") << raw::acknowledge(0x40, 77) << 0;
    QTest::newRow("PUBREC of unknown ids") << raw::acknowledge(0x50, 77) << 10'000;
    QTest::newRow("PUBREL of unknown ids") << raw::acknowledge(0x62, 77) << 10'000;
    QTest::newRow("PUBCOMP of unknown ids") << raw::acknowledge(0x70, 77) << 0;
    QTest::newRow("SUBSCRIBE") << raw::subscribe(v5, {"other/heap"}) << 10'000;
    QTest::newRow("UNSUBSCRIBE") << raw::unsubscribe(v5, {"other/heap"}) << 10'000;
    QTest::newRow("SUBSCRIBE and UNSUBSCRIBE") << raw::subscribe(v5, {"other/heap"}) + raw::unsubscribe(v5, {"other/heap"})
                                               << 20'000;
}

/// 10 000 packets in one write: each is answered.
void HostileStream::heaped()
{
    QFETCH(QByteArray, packet);
    QFETCH(int, answers);
    RawClient client = letIn(ProtocolVersion::Mqtt5);
    QVERIFY(client.send(packet.repeated(10'000)));
    askWitness();
    for (int i = 0; i < answers; ++i)
        QVERIFY2(!client.takePacket().isEmpty(), qPrintable(QStringLiteral("%1 answers").arg(i)));
    QCOMPARE(judge(client, served, ProtocolVersion::Mqtt5), QByteArray());
}

void HostileStream::announced_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::newRow("PUBLISH") << QByteArray::fromHex("30FFFFFF7F");
    QTest::newRow("PUBLISH with a topic") << QByteArray::fromHex("30FFFFFF7F0001610000");
    QTest::newRow("SUBSCRIBE") << QByteArray::fromHex("82FFFFFF7F000100");
    QTest::newRow("PUBACK with 256 MB of properties") << QByteArray::fromHex("40FFFFFF7F000100FAFFFF7F");
    QTest::newRow("AUTH") << QByteArray::fromHex("F0FFFFFF7F18");
}

/// 256 MB announced by many, nothing sent: nothing is set aside for it.
void HostileStream::announced()
{
    QFETCH(QByteArray, head);
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    std::vector<RawClient> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(letIn({ProtocolVersion::Mqtt5, "announcer" + QByteArray::number(i)}));
        QVERIFY(clients.back().send(head));
    }
    QVERIFY(isWitnessServed());
    QVERIFY2(broker().peakKiB() < before + 4 * 1024, "memory was set aside for what was only announced");
}

/// Much of a large packet, then single bytes: what has come is not copied again for each.
void HostileStream::drippedBehindMuch()
{
    RawClient client = letIn(ProtocolVersion::Mqtt5);
    QVERIFY(client.send(QByteArray::fromHex("30FFFFFF7F") + raw::text("big") + QByteArray(1, '\0')));
    QVERIFY(client.send(QByteArray(64 * 1024 * 1024, 'x'), 20'000));
    QTRY_VERIFY(broker().memoryKiB() > 64 * 1024);
    QVERIFY(isWitnessServed());
    const qint64 cpuBefore = broker().cpuMilliseconds();
    for (int i = 0; i < 300; ++i) {
        QVERIFY(client.send("x"));
        if (i % 10 == 0)
            askWitness(); // the broker has seen the byte
    }
    tellFigures("64 MB and 300 bytes");
    QVERIFY2(broker().cpuMilliseconds() < cpuBefore + 300, "each byte costs more than a byte");
    client.close();
    QTRY_VERIFY(broker().memoryKiB() < 32 * 1024);
}

QTEST_GUILESS_MAIN(HostileStream)
#include "tst_hostile_stream.moc"
