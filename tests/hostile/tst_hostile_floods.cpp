// Clients that do not read, or hardly, while others write; queues, retained messages and wills that are many or
// huge. The broker stays within its bounds and nobody else notices.

#include "hostile/battery.h"

#include <QElapsedTimer>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr auto v311 = ProtocolVersion::Mqtt311;
constexpr auto v5 = ProtocolVersion::Mqtt5;
constexpr int smallBuffer = 4 * 1024;
constexpr qint64 MiB = 1024; // in KiB

raw::Connect kept(const QByteArray &clientId)
{
    raw::Connect connect{v5, clientId};
    connect.properties = QByteArray::fromHex("1100000E10"); // an hour
    return connect;
}

} // namespace

class HostileFloods final : public Battery
{
    Q_OBJECT

private Q_SLOTS:
    void subscriberNeverReads_data();
    void subscriberNeverReads();
    void subscriberReadsDrops();
    void neverReadsAnswers_data();
    void neverReadsAnswers();
    void neverAcknowledges();
    void receiveMaximumOne();
    void largeMessagesUnderWay();
    void queuedCopiesAreCounted_data();
    void queuedCopiesAreCounted();
    void retainedToOneWhoDoesNotRead_data();
    void retainedToOneWhoDoesNotRead();
    void subscribesWithoutReading();
    void sharedGroupOfFrozenMembers();
    void wills();
    void cleanStartsWithQueues();

private:
    void publishMany(RawClient &publisher, const raw::Publish &publish, int count, int askEvery = 1'000);
    void retain(int count, int payloadBytes);
};

/// Publishes and reads the answers, asking the witness now and then.
void HostileFloods::publishMany(RawClient &publisher, const raw::Publish &publish, int count, int askEvery)
{
    const QByteArray packet = raw::publish(publish);
    for (int sent = 0; sent < count;) {
        const int some = std::min(askEvery, count - sent);
        QVERIFY(publisher.send(packet.repeated(some), 20'000));
        for (int i = 0; publish.qos == 1 && i < some; ++i)
            QVERIFY(!publisher.takePacket(20'000).isEmpty());
        askWitness();
        sent += some;
    }
}

void HostileFloods::retain(int count, int payloadBytes)
{
    RawClient publisher = letIn({v5, "retainer"});
    const QByteArray payload(payloadBytes, 'r');
    QByteArray bytes;
    for (int i = 0; i < count; ++i)
        bytes += raw::publish({v5, "retained/" + QByteArray::number(i), payload, 0, 1, true});
    QVERIFY(publisher.send(bytes + raw::pingreq(), 30'000));
    QCOMPARE(publisher.takePacket(30'000).toHex(), QByteArray("d000"));
}

void HostileFloods::subscriberNeverReads_data()
{
    QTest::addColumn<int>("qos");
    QTest::addColumn<int>("payloadBytes");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("isDropped");
    QTest::newRow("QoS 0, 100 bytes") << 0 << 100 << 100'000 << true;
    QTest::newRow("QoS 0, 1 KiB") << 0 << 1024 << 20'000 << true;
    QTest::newRow("QoS 0, 1 MiB") << 0 << 1024 * 1024 << 60 << true;
    // The window of 1 000 messages finds room in the buffers of the system: all that was sent was taken.
    QTest::newRow("QoS 1, 1 KiB") << 1 << 1024 << 10'000 << false;
    QTest::newRow("QoS 1, 64 KiB") << 1 << 64 * 1024 << 400 << true;
    QTest::newRow("QoS 1, 256 KiB") << 1 << 256 * 1024 << 200 << true;
}

/// Bounded by maximumOutputBytes, maximumQueuedBytes and the socket's buffers; dropped after the drain timeout.
void HostileFloods::subscriberNeverReads()
{
    QFETCH(int, qos);
    QFETCH(int, payloadBytes);
    QFETCH(int, count);
    QFETCH(bool, isDropped);
    useBroker({QStringLiteral("drainTimeout=300"), QStringLiteral("maximumOutputBytes=1048576"),
        QStringLiteral("maximumQueuedBytes=4194304"), QStringLiteral("maximumQueuedMessages=2000")});
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    RawClient frozen = letIn({v5, "frozen"}, smallBuffer);
    QVERIFY(frozen.send(raw::subscribe(v5, {"flood"}, 1, qos)));
    RawClient publisher = letIn({v5, "flooder"});
    publishMany(publisher, {v5, "flood", QByteArray(payloadBytes, 'x'), qos}, count,
        std::max(1, std::min(1'000, count / 20)));
    tellFigures(QTest::currentDataTag());
    QVERIFY2(broker().peakKiB() < before + 16 * MiB,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
    QVERIFY2(slowestMilliseconds() < 1'000, "others waited while it was flooded");
    QVERIFY(clientsSettleAt(witnessClients + (isDropped ? 1 : 2)));
}

/// A byte now and then is not reading: the window does not open for it.
void HostileFloods::subscriberReadsDrops()
{
    useBroker({QStringLiteral("drainTimeout=300"), QStringLiteral("maximumOutputBytes=1048576")});
    const qint64 before = broker().memoryKiB();
    RawClient slow = letIn({v5, "slow"}, smallBuffer);
    QVERIFY(slow.send(raw::subscribe(v5, {"flood"})));
    RawClient publisher = letIn({v5, "flooder"});
    publishMany(publisher, {v5, "flood", QByteArray(1024, 'x')}, 20'000);
    QElapsedTimer timer;
    timer.start();
    while (broker().holdings().clients > witnessClients + 1 && timer.elapsed() < 5'000) {
        slow.readSome(1);
        askWitness();
    }
    QCOMPARE(broker().holdings().clients, qint64(witnessClients + 1));
    QVERIFY(broker().memoryKiB() < before + 8 * MiB);
    QVERIFY(slowestMilliseconds() < 1'000);
}

void HostileFloods::neverReadsAnswers_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::addColumn<bool>("untilDropped"); // else for a second: filling the system's buffers takes long
    QTest::newRow("PUBLISH QoS 1") << raw::publish({v5, "a", "x", 1}) << true;
    QTest::newRow("PUBREC of an unknown id") << raw::acknowledge(0x50, 5) << true;
    QTest::newRow("PINGREQ") << raw::pingreq() << false;
    QTest::newRow("SUBSCRIBE of 1 000 filters") << raw::subscribe(v5, std::vector<QByteArray>(1'000, "f")) << false;
    QTest::newRow("SUBSCRIBE to its own flood")
        << raw::subscribe(v5, {"a"}, 1, 1) + raw::publish({v5, "a", QByteArray(1'000, 'x'), 0}) << true;
}

/// Who asks without reading the answers is not read from, then dropped.
void HostileFloods::neverReadsAnswers()
{
    QFETCH(QByteArray, packet);
    QFETCH(bool, untilDropped);
    useBroker({QStringLiteral("drainTimeout=300"), QStringLiteral("maximumOutputBytes=262144")});
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    RawClient client = letIn({v5, "asker"}, smallBuffer);
    const QByteArray many = packet.repeated(std::max<qsizetype>(1, 64 * 1024 / packet.size()));
    QElapsedTimer timer;
    timer.start();
    while (broker().holdings().clients > witnessClients && timer.elapsed() < (untilDropped ? 20'000 : 1'000)) {
        client.sendSome(many); // not a whole packet each time, and what of it: it is about the answers
        askWitness();
    }
    tellFigures(QTest::currentDataTag());
    if (untilDropped)
        QCOMPARE(broker().holdings().clients, qint64(witnessClients));
    QVERIFY2(broker().peakKiB() < before + 8 * MiB,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
    QVERIFY(slowestMilliseconds() < 1'000);
}

/// Reads everything and never sends a PUBACK: one window under way, a bounded queue, the rest dropped.
void HostileFloods::neverAcknowledges()
{
    useBroker({QStringLiteral("maximumInflight=100"), QStringLiteral("maximumQueuedMessages=1000")});
    RawClient silent = letIn(kept("silent"));
    QVERIFY(silent.send(raw::subscribe(v5, {"flood"}, 1, 1)));
    RawClient publisher = letIn({v5, "flooder"});
    const qint64 before = broker().memoryKiB();
    publishMany(publisher, {v5, "flood", QByteArray(1024, 'x'), 1}, 20'000);
    QVERIFY2(broker().memoryKiB() < before + 6 * MiB, "more than the window and the queue is kept");
    QVERIFY(!silent.takePacket().isEmpty()); // SUBACK
    int published = 0;
    while (!silent.takePacket(50).isEmpty())
        ++published;
    QCOMPARE(published, 100);
    QCOMPARE(judge(silent, served, v5), QByteArray());
    RawClient end = letIn({v5, "silent"}); // takes it over and ends its session
}

/// [MQTT-3.3.4-9]: one at a time, whatever waits.
void HostileFloods::receiveMaximumOne()
{
    useBroker();
    RawClient narrow = letIn({v5, "narrow", true, 0, QByteArray::fromHex("210001")});
    QVERIFY(narrow.send(raw::subscribe(v5, {"flood"}, 1, 1)));
    QVERIFY(!narrow.takePacket().isEmpty());
    RawClient publisher = letIn({v5, "flooder"});
    publishMany(publisher, {v5, "flood", "x", 1}, 300);
    for (int i = 0; i < 300; ++i) {
        const QByteArray packet = narrow.takePacket();
        QVERIFY(packet.size() > 11);
        if (i % 100 == 0)
            QVERIFY(narrow.takePacket(20).isEmpty()); // the next waits for the PUBACK
        QVERIFY(narrow.send(raw::packet(0x40, packet.mid(9, 2))));
    }
}

/// What is under way counts for the bound of bytes as well: a window of 1 000 is no licence for 1 000 large ones.
void HostileFloods::largeMessagesUnderWay()
{
    useBroker({QStringLiteral("maximumQueuedBytes=4194304")});
    RawClient greedy = letIn({v5, "greedy"});
    QVERIFY(greedy.send(raw::subscribe(v5, {"flood"}, 1, 1)));
    QVERIFY(!greedy.takePacket().isEmpty());
    RawClient publisher = letIn({v5, "flooder"});
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    const QByteArray packet = raw::publish({v5, "flood", QByteArray(256 * 1024, 'x'), 1});
    for (int i = 0; i < 200; ++i) { // 50 MiB, all read, none acknowledged
        QVERIFY(publisher.send(packet));
        QVERIFY(!publisher.takePacket().isEmpty());
        while (!greedy.takePacket(i < 20 ? 20 : 0).isEmpty()) { }
    }
    tellFigures("50 MiB read and not acknowledged");
    QVERIFY2(broker().peakKiB() < before + 16 * MiB,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
}

void HostileFloods::queuedCopiesAreCounted_data()
{
    QTest::addColumn<QByteArray>("subscriptions");
    QByteArray identified;
    for (int i = 1; i < 256; ++i) { // eight levels, each the level itself or "+": 256 filters for one topic
        QByteArray filter;
        for (int bit = 0; bit < 8; ++bit)
            filter += (i >> bit) & 1 ? "/+" : "/a";
        identified += raw::subscribe(v5, {filter}, i, 1, QByteArray::fromHex("0B") + raw::variable(200'000'000 + i));
    }
    QTest::newRow("255 subscription identifiers each [MQTT-3.3.4-4]") << identified;
    QTest::newRow("a group name of 30 000 bytes each")
        << raw::subscribe(v5, {"$share/" + QByteArray(30'000, 'g') + "/#"}, 1, 1);
}

/// A small message may weigh much in a queue: by what belongs to the copy.
void HostileFloods::queuedCopiesAreCounted()
{
    QFETCH(QByteArray, subscriptions);
    useBroker({QStringLiteral("maximumInflight=1"), QStringLiteral("maximumQueuedBytes=1048576")});
    RawClient hoarder = letIn({v5, "hoarder"});
    QVERIFY(hoarder.send(subscriptions));
    QCOMPARE(judge(hoarder, served, v5), QByteArray());
    RawClient publisher = letIn({v5, "flooder"});
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    publishMany(publisher, {v5, "/a/a/a/a/a/a/a/a", "x", 1}, 10'000);
    tellFigures(QTest::currentDataTag());
    QVERIFY2(broker().peakKiB() < before + 4 * MiB,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
}

void HostileFloods::retainedToOneWhoDoesNotRead_data()
{
    QTest::addColumn<int>("qos");
    QTest::newRow("QoS 0") << 0;
    QTest::newRow("QoS 1") << 1;
}

/// 100 000 retained messages are there for '#': they wait where they are, not in the output.
void HostileFloods::retainedToOneWhoDoesNotRead()
{
    QFETCH(int, qos);
    const QStringList options{QStringLiteral("drainTimeout=500"), QStringLiteral("maximumOutputBytes=1048577")};
    const bool isNew = qos == 0;
    useBroker(options);
    if (isNew)
        retain(100'000, 100);
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    RawClient frozen = letIn({v5, "frozen"}, smallBuffer);
    QVERIFY(frozen.send(raw::subscribe(v5, {"#"}, 1, qos)));
    for (int i = 0; i < 20; ++i)
        askWitness();
    tellFigures("100 000 retained messages");
    QVERIFY2(broker().peakKiB() < before + 4 * MiB,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
    QVERIFY(slowestMilliseconds() <= 300);
}

/// Each SUBSCRIBE asks for the retained messages anew: what waits to be replayed is bounded, too.
void HostileFloods::subscribesWithoutReading()
{
    useBroker({QStringLiteral("drainTimeout=60000"), QStringLiteral("maximumOutputBytes=4194304")});
    retain(5'000, 1000); // enough to fill the socket's buffers and more
    RawClient frozen = letIn({v5, "frozen"}, smallBuffer);
    QVERIFY(frozen.send(raw::subscribe(v5, {"#"})));
    QVERIFY(isWitnessServed());
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    const QByteArray subscribe = raw::subscribe(v5, {"some/" + QByteArray(5'000, 'f')}, 2);
    for (int i = 0; i < 10; ++i) {
        frozen.send(subscribe.repeated(1'000), 500); // 50 MB in all, a few bytes of answers
        askWitness();
    }
    tellFigures("10 000 SUBSCRIBEs that wait");
    QVERIFY2(broker().peakKiB() < before + 16 * MiB,
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
}

/// 49 members do not read, one does: it gets what the others cannot take, and nobody waits.
void HostileFloods::sharedGroupOfFrozenMembers()
{
    useBroker({QStringLiteral("drainTimeout=20000"), QStringLiteral("maximumInflight=10")});
    std::vector<RawClient> members;
    for (int i = 0; i < 50; ++i) {
        members.push_back(letIn({v5, "member" + QByteArray::number(i)}, i > 0 ? smallBuffer : 0));
        QVERIFY(members.back().send(raw::subscribe(v5, {"$share/group/flood"}, 1, 1)));
        QVERIFY(!members.back().takePacket().isEmpty());
    }
    RawClient publisher = letIn({v5, "flooder"});
    const QByteArray packet = raw::publish({v5, "flood", QByteArray(100, 'x'), 1});
    int taken = 0;
    for (int i = 0; i < 3'000; ++i) {
        QVERIFY(publisher.send(packet));
        QVERIFY(!publisher.takePacket().isEmpty());
        while (true) {
            const QByteArray got = members[0].takePacket(0);
            if (got.isEmpty())
                break;
            ++taken;
            QVERIFY(members[0].send(raw::packet(0x40, got.mid(got.indexOf("flood") + 5, 2))));
        }
    }
    askWitness();
    QVERIFY2(taken > 2'000, qPrintable(QStringLiteral("the member that reads got %1").arg(taken)));
}

/// 200 wills of 65 535 bytes, broken off at once, to one who does not read.
void HostileFloods::wills()
{
    useBroker({QStringLiteral("drainTimeout=300"), QStringLiteral("maximumOutputBytes=1048576"),
        QStringLiteral("maximumQueuedBytes=4194304")});
    RawClient frozen = letIn({v5, "frozen"}, smallBuffer);
    QVERIFY(frozen.send(raw::subscribe(v5, {"will/#"}, 1, 1)));
    broker().forgetPeak();
    const qint64 before = broker().memoryKiB();
    std::vector<RawClient> dying;
    for (int i = 0; i < 200; ++i) {
        raw::Connect connect{v5, "dying" + QByteArray::number(i)};
        connect.willTopic = "will/" + QByteArray::number(i);
        connect.willPayload = QByteArray(65'535, 'w');
        connect.willQoS = 1;
        dying.push_back(letIn(connect));
    }
    for (RawClient &client : dying)
        client.reset();
    askWitness();
    QVERIFY(clientsSettleAt(witnessClients)); // the frozen one is dropped, too
    tellFigures("200 wills of 64 KiB");
    QVERIFY2(broker().peakKiB() < before + 200 * 160, // each lies in its CONNECT and in its will, not more often
        qPrintable(QStringLiteral("grew by %1 KiB").arg(broker().peakKiB() - before)));
    QVERIFY(slowestMilliseconds() < 300);
}

/// A session with a full queue, thrown away by Clean Start and made again, over and over.
void HostileFloods::cleanStartsWithQueues()
{
    useBroker();
    RawClient publisher = letIn({v5, "flooder"});
    qint64 afterFirst = 0;
    for (int round = 0; round < 10; ++round) {
        RawClient away = letIn(kept("away"));
        QVERIFY(away.send(raw::subscribe(v5, {"flood"}, 1, 1)));
        QVERIFY(!away.takePacket().isEmpty());
        away.close();
        publishMany(publisher, {v5, "flood", QByteArray(500, 'x'), 1}, 3'000);
        if (round == 1)
            afterFirst = broker().memoryKiB();
    }
    RawClient last = letIn({v5, "away"});
    tellFigures("10 clean starts with 3 000 queued messages each");
    QVERIFY2(broker().memoryKiB() < afterFirst + 2 * MiB, "something of the sessions before is left");
}

QTEST_GUILESS_MAIN(HostileFloods)
#include "tst_hostile_floods.moc"
