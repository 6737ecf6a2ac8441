// Many connections: more than are allowed, more than there are descriptors, short-lived ones, ones that take each
// other's place, ones that nobody closes.

#include "hostile/battery.h"

#include <QElapsedTimer>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr auto v311 = ProtocolVersion::Mqtt311;
constexpr auto v5 = ProtocolVersion::Mqtt5;

} // namespace

class HostileCrowds final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void tooMany_data();
    void tooMany();
    void noDescriptors();
    void refusedOnesDoNotPileUp();
    void connectAndKill_data();
    void connectAndKill();
    void takeOverStorm_data();
    void takeOverStorm();
    void halfOpen();
    void tooManySessions();
};

void HostileCrowds::tooMany_data()
{
    QTest::addColumn<bool>("connects");
    QTest::newRow("that say nothing") << false;
    QTest::newRow("that send a CONNECT") << true;
}

/// Beyond maximumConnections one is closed at once, and has its place when another leaves.
void HostileCrowds::tooMany()
{
    QFETCH(bool, connects);
    useBroker({QStringLiteral("maximumConnections=50")});
    std::vector<RawClient> crowd;
    for (int i = 0; i < 50 - witnessClients; ++i) {
        if (connects)
            crowd.push_back(letIn({v311, "crowd" + QByteArray::number(i)}));
        else
            crowd.emplace_back(port());
    }
    QVERIFY(isWitnessServed());
    for (int i = 0; i < 500; ++i) {
        RawClient another(port());
        another.send(raw::connect({v311, "another"}));
        QCOMPARE(judge(another, closedSilently, v311), QByteArray());
    }
    QVERIFY(isWitnessServed());
    crowd.pop_back();
    QTRY_VERIFY([this] {
        RawClient another(port());
        another.send(raw::connect({v311, "another"}));
        return judge(another, served, v311).isEmpty();
    }());
}

/// EMFILE: those who are in are served, the others are turned away, and when there are descriptors again all is well.
void HostileCrowds::noDescriptors()
{
    useBroker({QStringLiteral("descriptors=48")});
    std::vector<RawClient> crowd;
    for (int i = 0; i < 200; ++i)
        crowd.emplace_back(port());
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 500)
        askWitness();
    QVERIFY2(slowestMilliseconds() < 300, "those who were in were not served");
    const qint64 cpuBefore = broker().cpuMilliseconds();
    QVERIFY(!crowd.front().waitForEnd(300)); // nobody says anything
    tellFigures("no descriptors");
    QVERIFY2(broker().cpuMilliseconds() < cpuBefore + 100, "the broker spins");
    crowd.clear();
    QTRY_VERIFY([this] {
        RawClient another(port());
        another.send(raw::connect({v311, "another"}));
        return another.isOpen() && judge(another, served, v311).isEmpty();
    }());
}

/// Who is refused and does not close costs a descriptor until the grace period is over: not without bound.
void HostileCrowds::refusedOnesDoNotPileUp()
{
    useBroker({QStringLiteral("maximumConnections=20")});
    const int before = broker().openDescriptors();
    std::vector<RawClient> refusedOnes;
    for (int i = 0; i < 800; ++i) {
        refusedOnes.emplace_back(port());
        refusedOnes.back().send(raw::connect({ProtocolVersion::Mqtt31, ""})); // CONNACK 2
        QCOMPARE(refusedOnes.back().takePacket().toHex(), QByteArray("20020002"));
    }
    QVERIFY(isWitnessServed());
    const int open = broker().openDescriptors() - before;
    QVERIFY2(open <= 300, qPrintable(QStringLiteral("%1 descriptors are open").arg(open)));
}

void HostileCrowds::connectAndKill_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("waits");
    QTest::addColumn<bool>("resets");
    QTest::addColumn<int>("cycles");
    const QByteArray connect = raw::connect({v5, "killed"});
    QTest::newRow("connect, CONNACK, reset") << connect << true << true << 10'000;
    QTest::newRow("connect, reset") << connect << false << true << 5'000;
    QTest::newRow("connect, subscribe, close") << connect + raw::subscribe(v5, {"k/#", "$share/g/k"}) << true << false
                                               << 3'000;
    QTest::newRow("half a CONNECT, reset") << connect.first(9) << false << true << 3'000;
    QTest::newRow("nothing, close") << QByteArray() << false << false << 3'000;
}

void HostileCrowds::connectAndKill()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, waits);
    QFETCH(bool, resets);
    QFETCH(int, cycles);
    useBroker();
    qint64 warm = 0;
    for (int i = 0; i < cycles; ++i) {
        RawClient client(port());
        QVERIFY(client.isOpen());
        client.send(bytes);
        if (waits)
            QVERIFY(!client.takePacket().isEmpty());
        if (resets)
            client.reset();
        if (i % 50 == 0)
            askWitness(); // the broker has caught up: how many are there at once does not depend on the machine
        if (i == cycles / 5)
            warm = broker().memoryKiB();
    }
    QVERIFY(clientsSettleAt(witnessClients));
    QVERIFY(sessionsSettleAt(witnessClients));
    tellFigures(QTest::currentDataTag());
    QVERIFY2(broker().memoryKiB() < warm + 2 * 1024,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().memoryKiB() - warm)));
}

void HostileCrowds::takeOverStorm_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<bool>("cleanStart");
    for (const ProtocolVersion version : {v311, v5}) {
        QTest::addRow("%s, clean start", nameOf(version)) << version << true;
        QTest::addRow("%s, session kept", nameOf(version)) << version << false;
    }
}

/// [MQTT-3.1.4-3]: the newest has the session; each of the others is told (5.0: 0x8E) and closed.
void HostileCrowds::takeOverStorm()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(bool, cleanStart);
    useBroker();
    std::vector<RawClient> storm;
    for (int i = 0; i < 400; ++i) {
        storm.emplace_back(port());
        QVERIFY(storm.back().send(raw::connect({version, "same", cleanStart}) + raw::subscribe(version, {"s/#"})));
    }
    QVERIFY(clientsSettleAt(witnessClients + 1));
    QCOMPARE(judge(storm.back(), served, version), QByteArray());
    for (size_t i = 0; i + 1 < storm.size(); ++i)
        QCOMPARE(judge(storm[i], version == v5 ? disconnected(0x8E) : Expected{Expected::Ending::Closed}, version),
            version == v5 ? QByteArray() : QByteArray("it was told something")); // its CONNACK, before
    RawClient last = letIn({version, "same"}); // the session ends with it
    storm.clear();
}

/// Sends its end and stays: it still gets its answers, and the connection ends.
void HostileCrowds::halfOpen()
{
    useBroker();
    std::vector<RawClient> halves;
    for (int i = 0; i < 100; ++i) {
        halves.push_back(letIn({v5, "half" + QByteArray::number(i)}));
        QVERIFY(halves.back().send(raw::pingreq()));
        halves.back().endOutput();
    }
    for (RawClient &half : halves) {
        QCOMPARE(half.takePacket().toHex(), QByteArray("d000"));
        QVERIFY(half.waitForEnd());
    }
    QVERIFY(clientsSettleAt(witnessClients));
}

/// Sessions that nobody comes back for: the one that is away longest goes when there are too many.
void HostileCrowds::tooManySessions()
{
    useBroker({QStringLiteral("maximumOfflineSessions=100")});
    for (int i = 0; i < 1'000; ++i) {
        RawClient client = letIn({v311, "left" + QByteArray::number(i), false});
        QVERIFY(client.send(raw::subscribe(v311, {"left/#"}, 1, 1)));
    }
    QVERIFY(clientsSettleAt(witnessClients));
    QCOMPARE(broker().holdings().sessions, qint64(witnessClients + 100));
}

QTEST_GUILESS_MAIN(HostileCrowds)
#include "tst_hostile_crowds.moc"
