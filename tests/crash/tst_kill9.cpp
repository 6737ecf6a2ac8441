#include "crash/crashround.h"

#include <QTest>

#include <cstdio>

using namespace pigeon;
using namespace pigeon::test;

/// kill -9, again and again: what was acknowledged is there, QoS 2 comes once, in order.
///
/// PIGEON_CRASH_ROUNDS: rounds of each kind; PIGEON_CRASH_SEED: of the first one, a failure names its own;
/// PIGEON_CRASH_DURABILITY: full, normal or relaxed; PIGEON_CRASH_KEEP: the store of a round with a fault stays.
class TestKill9 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsLost_data();
    void nothingIsLost();
    void relaxedLosesAndTheLedgerSeesIt();
    void killedWhileTheStoreIsMade();
};

namespace {

/// The sum of several rounds.
struct Sum
{
    void add(const CrashResult &result)
    {
        ++rounds;
        kills += result.kills;
        published += result.verdict.published;
        acknowledged += result.verdict.acknowledged;
        lost += result.verdict.lost;
        duplicates += result.verdict.duplicates;
        repeats += result.verdict.repeats;
        seconds += result.seconds;
    }
    void print(const char *name, const QByteArray &durability) const
    {
        std::printf("%-16s %-7s %d rounds, %d kills, %d acknowledged, lost %d, QoS 2 twice %d, QoS 1 again %d, %.1f s\n",
            name, durability.constData(), rounds, kills, acknowledged, lost, duplicates, repeats, seconds);
        std::fflush(stdout);
    }
    int rounds = 0, kills = 0, published = 0, acknowledged = 0, lost = 0, duplicates = 0, repeats = 0;
    double seconds = 0;
};

int roundsWanted()
{
    constexpr int few = 6;
    return qEnvironmentVariableIsSet("PIGEON_CRASH_ROUNDS") ? qEnvironmentVariableIntValue("PIGEON_CRASH_ROUNDS") : few;
}

QByteArray durabilityWanted()
{
    return qEnvironmentVariable("PIGEON_CRASH_DURABILITY", QStringLiteral("full")).toUtf8();
}

quint32 firstSeed()
{
    if (qEnvironmentVariableIsSet("PIGEON_CRASH_SEED"))
        return qEnvironmentVariable("PIGEON_CRASH_SEED").toUInt();
    static const quint32 drawn = std::random_device()() % 1'000'000'000;
    return drawn;
}

} // namespace

void TestKill9::nothingIsLost_data()
{
    QTest::addColumn<CrashPlan>("plan");
    QTest::newRow("publishing") << CrashPlan{};
    QTest::newRow("start") << CrashPlan{.messagesEach = 150, .kills = 2, .killsAtStart = 4};
    QTest::newRow("commit") << CrashPlan{.kills = 5, .killsInCommit = true};
    QTest::newRow("goodbye") << CrashPlan{.payloadBytes = 4'000, .kills = 5, .killsAtGoodbye = true};
    QTest::newRow("draining") << CrashPlan{.kills = 2, .killsAtDrain = 2, .isOnline = true};
    QTest::newRow("long queues") << CrashPlan{.messagesEach = 600, .kills = 1, .killsAtDrain = 2};
    QTest::newRow("large messages") << CrashPlan{.messagesEach = 60, .payloadBytes = 60'000, .killsAtDrain = 1};
    QTest::newRow("shared group") << CrashPlan{.messagesEach = 150, .kills = 4, .killsAtDrain = 1, .hasGroup = true};
    QTest::newRow("wills") << CrashPlan{.publishers = 1, .messagesEach = 60, .kills = 3, .killsAtStart = 1, .hasLateWill = true};
}

void TestKill9::nothingIsLost()
{
    QFETCH(CrashPlan, plan);
    plan.durability = durabilityWanted();
    Sum sum;
    for (int i = 0; i < roundsWanted(); ++i) {
        const quint32 seed = firstSeed() + static_cast<quint32>(i);
        const CrashResult result = CrashRound(plan, seed).play();
        sum.add(result);
        QVERIFY2(result.verdict.isClean(),
            qPrintable(QStringLiteral("PIGEON_CRASH_SEED=%1 PIGEON_CRASH_ROUNDS=1: %2")
                           .arg(seed)
                           .arg(QString::fromUtf8(result.verdict.faults.join("\n    ")))));
    }
    sum.print(QTest::currentDataTag(), plan.durability);
}

void TestKill9::relaxedLosesAndTheLedgerSeesIt()
{
    Sum sum;
    for (quint32 i = 0; i < 5 && sum.lost == 0; ++i)
        sum.add(CrashRound(CrashPlan{.messagesEach = 100, .kills = 1, .durability = "relaxed"}, firstSeed() + i).play());
    sum.print("relaxed", "relaxed");
    QVERIFY(sum.lost > 0);
}

/// Whatever the first start has left, the next one makes a store of it.
void TestKill9::killedWhileTheStoreIsMade()
{
    for (int i = 0; i < 2 * roundsWanted(); ++i) {
        Scene scene(firstSeed() + static_cast<quint32>(i));
        scene.configure("durability " + durabilityWanted() + '\n');
        for (int starts = 0; starts < 3; ++starts) {
            scene.startForAMoment();
            scene.broker().kill();
        }
        scene.start();
        const bool isSilent = !scene.broker().said().contains("damaged");
        scene.stop();
        scene.checkLeftOvers();
        const Ledger::Verdict verdict = scene.verdict();
        QVERIFY2(verdict.isClean() && isSilent, verdict.faults.join('\n').constData());
    }
}

QTEST_APPLESS_MAIN(TestKill9)
#include "tst_kill9.moc"
