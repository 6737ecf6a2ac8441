// Little that is sent and much that it costs: who knows our source looks for what grows with the square. Each row is
// an attack that somebody thought of while reading it. Others are served meanwhile.

#include "hostile/battery.h"

#include <QElapsedTimer>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr auto v5 = ProtocolVersion::Mqtt5;
constexpr qint64 MiB = 1024; // in KiB

std::vector<QByteArray> numbered(int count, const QByteArray &begin, const QByteArray &end = {})
{
    std::vector<QByteArray> made;
    for (int i = 0; i < count; ++i)
        made.push_back(begin + QByteArray::number(i) + end);
    return made;
}

/// All filters of `levels` levels that are each "a" or "+": 2 to the power of `levels` that match one topic.
std::vector<QByteArray> allThatMatch(int levels)
{
    std::vector<QByteArray> made;
    for (int i = 0; i < 1 << levels; ++i) {
        QByteArray filter;
        for (int bit = 0; bit < levels; ++bit)
            filter += (i >> bit) & 1 ? "/+" : "/a";
        made.push_back(filter.mid(1));
    }
    return made;
}

raw::Connect kept(const QByteArray &clientId, int receiveMaximum = 65'535)
{
    raw::Connect connect{v5, clientId, false};
    connect.properties = QByteArray::fromHex("1100000E1021") + raw::twoBytes(receiveMaximum);
    return connect;
}

} // namespace

class HostileCosts final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void replays_data();
    void replays();
    void publishes_data();
    void publishes();
    void sharedFiltersOneByOne();
    void unsubscribesWithAQueue();
    void membersWhoAreAway();
    void reconnectsWithMuch();
    void acknowledgesAllButTheOldest();
    void deepFilters();
    void refusalsInTheLog();

private:
    /// Asks the witness over and over while the broker works at what was sent.
    void watch(int milliseconds);
    void forget(const QByteArray &clientId) { letIn({v5, clientId}); }
};

void HostileCosts::watch(int milliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        askWitness();
}

void HostileCosts::replays_data()
{
    QTest::addColumn<std::vector<QByteArray>>("filters");
    QTest::newRow("10 000 times #") << std::vector<QByteArray>(10'000, "#");
    QTest::newRow("10 000 filters of one message each") << numbered(10'000, "r/x/");
    QTest::newRow("10 000 overlapping filters") << [] {
        std::vector<QByteArray> made = numbered(5'000, "+/x/");
        const std::vector<QByteArray> more = numbered(5'000, "r/+/");
        made.insert(made.end(), more.begin(), more.end());
        return made;
    }();
    QTest::newRow("1 000 filters that match nothing") << numbered(1'000, "+/+/+/none");
}

/// One SUBSCRIBE, retained messages for it by the ten thousand: compared and sent in steps, between which others come.
void HostileCosts::replays()
{
    QFETCH(std::vector<QByteArray>, filters);
    const bool isFirst = QByteArray(QTest::currentDataTag()) == "10 000 times #";
    useBroker({QStringLiteral("drainTimeout=1000")});
    if (isFirst) {
        RawClient retainer = letIn({v5, "retainer"});
        QByteArray bytes;
        for (const QByteArray &topic : numbered(20'000, "r/x/"))
            bytes += raw::publish({v5, topic, "retained", 0, 1, true});
        QVERIFY(retainer.send(bytes));
        QCOMPARE(judge(retainer, served, v5), QByteArray());
    }
    RawClient client = letIn({v5, "curious"});
    QVERIFY(client.send(raw::subscribe(v5, filters)));
    QVERIFY(!client.takePacket().isEmpty()); // SUBACK: what follows are the retained messages
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 700) {
        client.readSome(1024 * 1024);
        askWitness();
    }
    tellFigures(QTest::currentDataTag());
    QVERIFY2(slowestMilliseconds() <= servedWithinMilliseconds, "others waited for its retained messages");
}

void HostileCosts::publishes_data()
{
    QTest::addColumn<std::vector<QByteArray>>("filters");
    QTest::addColumn<QByteArray>("topic");
    QTest::newRow("4 096 filters match each [MQTT-3.3.4-2]") << allThatMatch(12) << QByteArray("a") + QByteArray("/a").repeated(11);
    QTest::newRow("4 096 shared groups have it each") << numbered(4'096, "$share/g", "/t") << QByteArray("t");
}

/// Each of a few thousand small PUBLISH of one write costs milliseconds: it gets its share of time, not all of it.
void HostileCosts::publishes()
{
    QFETCH(std::vector<QByteArray>, filters);
    QFETCH(QByteArray, topic);
    useBroker({QStringLiteral("drainTimeout=1000")});
    RawClient subscriber = letIn({v5, "subscriber"});
    QVERIFY(subscriber.send(raw::subscribe(v5, filters)));
    QVERIFY(!subscriber.takePacket().isEmpty());
    askWitness();
    RawClient publisher = letIn({v5, "publisher"});
    const qint64 cpuBefore = broker().cpuMilliseconds();
    QVERIFY(publisher.send(raw::publish({v5, topic, "x"}).repeated(1'000)));
    watch(700);
    tellFigures(QTest::currentDataTag());
    qInfo("CPU of this row: %lld ms", static_cast<long long>(broker().cpuMilliseconds() - cpuBefore));
    publisher.reset();
    QVERIFY2(slowestMilliseconds() <= servedWithinMilliseconds, "others waited for the publisher");
}

/// Joining a group looks at that group, not at all that the client has.
void HostileCosts::sharedFiltersOneByOne()
{
    useBroker();
    RawClient client = letIn({v5, "joiner"});
    const qint64 cpuBefore = broker().cpuMilliseconds();
    QByteArray bytes;
    for (const QByteArray &filter : numbered(10'000, "$share/g/f"))
        bytes += raw::subscribe(v5, {filter});
    QVERIFY(client.send(bytes));
    QCOMPARE(judge(client, served, v5), QByteArray());
    const qint64 cpu = broker().cpuMilliseconds() - cpuBefore;
    QVERIFY2(cpu < 2'000, qPrintable(QStringLiteral("%1 ms of CPU").arg(cpu)));
}

/// The queue is gone through once per packet, not once per filter of it.
void HostileCosts::unsubscribesWithAQueue()
{
    useBroker();
    RawClient client = letIn(kept("hoarder", 1));
    std::vector<QByteArray> filters = numbered(2'000, "$share/g/f");
    QVERIFY(client.send(raw::subscribe(v5, filters, 1, 1) + raw::subscribe(v5, {"$share/g/fill"}, 2, 1)));
    QVERIFY(!client.takePacket().isEmpty());
    QVERIFY(!client.takePacket().isEmpty());
    RawClient publisher = letIn({v5, "publisher"});
    const QByteArray packet = raw::publish({v5, "fill", "x", 1});
    for (int i = 0; i < 20; ++i) {
        QVERIFY(publisher.send(packet.repeated(1'000)));
        for (int answer = 0; answer < 1'000; ++answer)
            QVERIFY(!publisher.takePacket().isEmpty());
    }
    QVERIFY(client.send(raw::unsubscribe(v5, filters)));
    watch(300);
    tellFigures("UNSUBSCRIBE of 2 000 shared filters with 20 000 messages queued");
    QVERIFY2(slowestMilliseconds() <= servedWithinMilliseconds, "others waited");
    forget("hoarder");
}

/// Sessions that are away are members of their groups still: a publish does not pay for all of them.
void HostileCosts::membersWhoAreAway()
{
    useBroker();
    for (const QByteArray &id : numbered(2'000, "away")) {
        RawClient client = letIn(kept(id));
        QVERIFY(client.send(raw::subscribe(v5, {"$share/group/t"}, 1, 1)));
        QVERIFY(!client.takePacket().isEmpty());
    }
    RawClient publisher = letIn({v5, "publisher"});
    const qint64 cpuBefore = broker().cpuMilliseconds();
    QVERIFY(publisher.send(raw::publish({v5, "t", "x", 1}).repeated(1'000)));
    watch(200);
    QCOMPARE(judge(publisher, served, v5), QByteArray());
    tellFigures("2 000 members away");
    qInfo("CPU of 1 000 messages: %lld ms", static_cast<long long>(broker().cpuMilliseconds() - cpuBefore));
    QVERIFY2(slowestMilliseconds() <= servedWithinMilliseconds, "others waited");
    restartBroker();
}

/// A session with many subscriptions and a long queue comes and goes.
void HostileCosts::reconnectsWithMuch()
{
    useBroker();
    RawClient first = letIn(kept("much", 1));
    QVERIFY(first.send(raw::subscribe(v5, numbered(5'000, "own/"), 1, 1) + raw::subscribe(v5, {"fill"}, 2, 1)));
    QVERIFY(!first.takePacket().isEmpty());
    RawClient publisher = letIn({v5, "publisher"});
    QVERIFY(publisher.send(raw::publish({v5, "fill", "x", 1}).repeated(20'000)));
    for (int i = 0; i < 20'000; ++i)
        QVERIFY(!publisher.takePacket().isEmpty());
    first.close();
    const qint64 cpuBefore = broker().cpuMilliseconds();
    for (int i = 0; i < 100; ++i) {
        RawClient again = letIn(kept("much", 1));
        askWitness();
    }
    const qint64 cpu = broker().cpuMilliseconds() - cpuBefore;
    tellFigures("100 times resumed: 5 000 subscriptions, 20 000 queued");
    QVERIFY2(cpu < 1'500, qPrintable(QStringLiteral("%1 ms of CPU").arg(cpu)));
    forget("much");
}

/// The oldest message stays under way while ids go round: the others' ids are found all the same.
void HostileCosts::acknowledgesAllButTheOldest()
{
    useBroker({QStringLiteral("maximumInflight=1000")});
    RawClient client = letIn({v5, "selective"});
    QVERIFY(client.send(raw::subscribe(v5, {"t"}, 1, 1)));
    QVERIFY(!client.takePacket().isEmpty());
    RawClient publisher = letIn({v5, "publisher"});
    const QByteArray packet = raw::publish({v5, "t", "x", 1});
    const qint64 cpuBefore = broker().cpuMilliseconds();
    int got = 0;
    for (int round = 0; round < 70; ++round) {
        QVERIFY(publisher.send(packet.repeated(1'000)));
        for (int i = 0; i < 1'000; ++i)
            QVERIFY(!publisher.takePacket().isEmpty());
        QByteArray answers;
        for (QByteArray publish; !(publish = client.takePacket(round == 0 ? 50 : 0)).isEmpty();) {
            if (++got > 990)
                answers += raw::packet(0x40, publish.mid(5, 2));
        }
        QVERIFY(client.send(answers));
    }
    askWitness();
    const qint64 cpu = broker().cpuMilliseconds() - cpuBefore;
    tellFigures("990 of 1 000 never acknowledged");
    QVERIFY2(cpu < 4'000, qPrintable(QStringLiteral("%1 ms of CPU").arg(cpu)));
}

/// A level costs a node: what a filter of 100 levels may cost is known.
void HostileCosts::deepFilters()
{
    useBroker();
    RawClient client = letIn({v5, "deep"});
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    std::vector<QByteArray> filters;
    for (int i = 0; i < 1'000; ++i)
        filters.push_back(QByteArray::number(i) + QByteArray("/l").repeated(99));
    QVERIFY(client.send(raw::subscribe(v5, filters)));
    QCOMPARE(judge(client, served, v5), QByteArray());
    tellFigures("1 000 filters of 100 levels");
    QVERIFY2(broker().peakKiB() < before + 32 * MiB, "more than 320 bytes a level");
    // The nodes are small blocks, which the allocator keeps: a second time must find room in them.
    const qint64 once = broker().peakKiB();
    for (int round = 0; round < 5; ++round) {
        RawClient again = letIn({v5, "deep"});
        QVERIFY(again.send(raw::subscribe(v5, filters)));
        QCOMPARE(judge(again, served, v5), QByteArray());
    }
    QVERIFY2(broker().peakKiB() < once + 8 * MiB, "something of the trees before is left");
}

/// A line for each message that is refused would fill the disk in an afternoon.
void HostileCosts::refusalsInTheLog()
{
    useBroker();
    RawClient client = letIn({v5, "forger"});
    const qint64 before = broker().logBytes();
    QVERIFY(client.send(raw::publish({v5, "$SYS/broker/uptime", "0"}).repeated(20'000)));
    QCOMPARE(judge(client, served, v5), QByteArray());
    QVERIFY2(broker().logBytes() < before + 8 * 1024,
        qPrintable(QStringLiteral("the log grew by %1 bytes").arg(broker().logBytes() - before)));
    QVERIFY2(broker().logBytes() > before, "nothing says that somebody tries to forge the broker's own topics");
}

QTEST_GUILESS_MAIN(HostileCosts)
#include "tst_hostile_costs.moc"
