#include "base/deadlinewheel.h"

#include <QTest>

#include <map>
#include <memory>
#include <random>
#include <vector>

using namespace pigeon;
using namespace std::chrono_literals;

namespace {

/// A clock that stands still until it is turned.
class StillClock final : public Clock
{
public:
    TimePoint now() const override { return m_now; }
    Milliseconds wallTime() const override { return Milliseconds(0); }
    void turn(std::chrono::microseconds time) { m_now += time; }
    void turnTo(TimePoint time) { m_now = time; }

private:
    TimePoint m_now{1'000'003us};
};

} // namespace

/// The wheel that holds all deadlines of the broker.
class TestDeadlineWheel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void emptyWheelNeedsNoWake();
    void neverEarlyAndAtMostOneTickLate_data();
    void neverEarlyAndAtMostOneTickLate();
    void pastIsDueAtTheNextAdvance();
    void pastSetByACallbackWaitsForTheNextAdvance();
    void cancelledAndDestroyedOnesStaySilent();
    void callbackMayDestroyItsOwnDeadline();
    void callbackMayDestroyAndCancelOthers();
    void callbackMaySetItsDeadlineAgain();
    void nestedAdvanceDoesNothing();
    void earliestFirst();
    void movedDeadlineFiresOnce();
    void wakeChangedOnlyWhenEarlier();
    void farDeadlinesWakeSeldom();
    void longSleepFiresEverythingInTurn();
    void wheelMayEndFirst();
    void randomDeadlinesFireOnTime();
};

void TestDeadlineWheel::emptyWheelNeedsNoWake()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    QVERIFY(!wheel.nextWake());
    wheel.advance();
    Deadline deadline([] {});
    wheel.set(deadline, clock.now() + 1s);
    QVERIFY(wheel.nextWake());
    deadline.cancel();
    QVERIFY(!wheel.nextWake());
}

void TestDeadlineWheel::neverEarlyAndAtMostOneTickLate_data()
{
    QTest::addColumn<qint64>("milliseconds");
    for (const qint64 milliseconds : {0, 1, 19, 20, 21, 1'000, 81'900, 81'920, 81'940, 90'000, 164'000, 10'485'760,
             10'500'000, 100'000'000})
        QTest::addRow("%lld ms", milliseconds) << milliseconds;
}

void TestDeadlineWheel::neverEarlyAndAtMostOneTickLate()
{
    QFETCH(qint64, milliseconds);
    StillClock clock;
    DeadlineWheel wheel(clock);
    std::optional<TimePoint> fired;
    Deadline deadline([&] { fired = clock.now(); });
    const TimePoint at = clock.now() + Milliseconds(milliseconds);
    wheel.set(deadline, at);
    QCOMPARE(deadline.at(), at);
    int wakes = 0;
    while (!fired && ++wakes < 100) {
        const auto wake = wheel.nextWake();
        QVERIFY(wake);
        clock.turnTo(std::max(*wake, clock.now()));
        wheel.advance();
    }
    QVERIFY(fired);
    QVERIFY(*fired >= at);
    QVERIFY(*fired <= at + DeadlineWheel::resolution);
    QVERIFY(!deadline.isSet());
    QVERIFY2(wakes <= 12, qPrintable(QString::number(wakes))); // once per round of the buckets
}

void TestDeadlineWheel::pastIsDueAtTheNextAdvance()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    QByteArray order;
    Deadline first([&] { order += '1'; });
    Deadline second([&] { order += '2'; });
    wheel.set(first, clock.now() - 1h);
    wheel.set(second, clock.now() - 1h);
    QVERIFY(wheel.nextWake().value() <= clock.now());
    wheel.advance();
    QCOMPARE(order, QByteArray("12"));
}

void TestDeadlineWheel::pastSetByACallbackWaitsForTheNextAdvance()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int fired = 0;
    Deadline *self = nullptr;
    Deadline deadline([&] {
        ++fired;
        wheel.set(*self, clock.now() - 1s);
    });
    self = &deadline;
    wheel.set(deadline, clock.now() - 1s);
    wheel.advance();
    QCOMPARE(fired, 1);
    QVERIFY(wheel.nextWake().value() <= clock.now());
    wheel.advance();
    QCOMPARE(fired, 2);
}

void TestDeadlineWheel::cancelledAndDestroyedOnesStaySilent()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int fired = 0;
    Deadline kept([&] { ++fired; });
    Deadline cancelled([&] { fired += 100; });
    auto destroyed = std::make_unique<Deadline>([&] { fired += 100; });
    for (Deadline *deadline : {&kept, &cancelled, destroyed.get()})
        wheel.set(*deadline, clock.now() + 1s);
    cancelled.cancel();
    cancelled.cancel();
    destroyed.reset();
    clock.turn(2s);
    wheel.advance();
    QCOMPARE(fired, 1);
}

void TestDeadlineWheel::callbackMayDestroyItsOwnDeadline()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    std::unique_ptr<Deadline> deadline;
    QByteArray after;
    const QByteArray captured(100, 'c'); // must outlive the deadline that holds it
    deadline = std::make_unique<Deadline>([&deadline, &after, captured] {
        deadline.reset();
        after = captured;
    });
    wheel.set(*deadline, clock.now());
    clock.turn(40ms);
    wheel.advance();
    QVERIFY(!deadline);
    QCOMPARE(after, captured);
}

void TestDeadlineWheel::callbackMayDestroyAndCancelOthers()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int fired = 0;
    auto destroyed = std::make_unique<Deadline>([&] { fired += 100; });
    Deadline cancelled([&] { fired += 100; });
    Deadline moved([&] { fired += 1000; });
    Deadline first([&] {
        ++fired;
        destroyed.reset();
        cancelled.cancel();
        wheel.set(moved, clock.now() + 1s);
    });
    Deadline last([&] { ++fired; });
    for (Deadline *deadline : {&first, destroyed.get(), &cancelled, &moved, &last})
        wheel.set(*deadline, clock.now() + 5ms);
    clock.turn(40ms);
    wheel.advance();
    QCOMPARE(fired, 2);
    clock.turn(1100ms);
    wheel.advance();
    QCOMPARE(fired, 1002);
    QVERIFY(!wheel.nextWake());
}

void TestDeadlineWheel::callbackMaySetItsDeadlineAgain()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int fired = 0;
    Deadline *self = nullptr;
    Deadline deadline([&] {
        QVERIFY(!self->isSet());
        if (++fired < 5)
            wheel.set(*self, clock.now() + 1s);
    });
    self = &deadline;
    wheel.set(deadline, clock.now() + 1s);
    while (const auto wake = wheel.nextWake()) {
        clock.turnTo(*wake);
        wheel.advance();
    }
    QCOMPARE(fired, 5);
}

void TestDeadlineWheel::nestedAdvanceDoesNothing()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    QByteArray order;
    Deadline first([&] {
        order += '[';
        wheel.advance();
        order += ']';
    });
    Deadline second([&] { order += '2'; });
    wheel.set(first, clock.now());
    wheel.set(second, clock.now());
    clock.turn(40ms);
    wheel.advance();
    QCOMPARE(order, QByteArray("[]2"));
}

void TestDeadlineWheel::earliestFirst()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    std::vector<int> order;
    std::vector<std::unique_ptr<Deadline>> deadlines;
    for (const int seconds : {5, 1, 3, 2, 4, 0}) {
        deadlines.push_back(std::make_unique<Deadline>([&order, seconds] { order.push_back(seconds); }));
        wheel.set(*deadlines.back(), clock.now() + Seconds(seconds) - 500ms);
    }
    clock.turn(10s);
    wheel.advance();
    QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

void TestDeadlineWheel::movedDeadlineFiresOnce()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int fired = 0;
    Deadline keepAlive([&] { ++fired; });
    for (int packet = 0; packet < 1000; ++packet) {
        wheel.set(keepAlive, clock.now() + 90s);
        clock.turn(1s);
        wheel.advance();
    }
    QCOMPARE(fired, 0);
    clock.turn(90s);
    wheel.advance();
    QCOMPARE(fired, 1);
}

void TestDeadlineWheel::wakeChangedOnlyWhenEarlier()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int changes = 0;
    wheel.setWakeChanged([&] { ++changes; });
    QVERIFY(!wheel.nextWake());

    Deadline first([] {});
    wheel.set(first, clock.now() + 10s);
    QCOMPARE(changes, 1);
    const TimePoint told = wheel.nextWake().value();
    wheel.set(first, clock.now() + 20s); // later: the host wakes once in vain
    Deadline second([] {});
    wheel.set(second, clock.now() + 15s);
    QCOMPARE(changes, 1);
    wheel.set(second, clock.now() + 5s);
    QCOMPARE(changes, 2);
    QVERIFY(wheel.nextWake().value() < told);

    Deadline third([&] { wheel.set(second, clock.now() + 1s); });
    wheel.set(third, clock.now());
    QCOMPARE(changes, 3);
    clock.turn(40ms);
    wheel.advance(); // the host asks after it anyway
    QCOMPARE(changes, 3);
    QVERIFY(wheel.nextWake().value() <= clock.now() + 1020ms);
}

void TestDeadlineWheel::farDeadlinesWakeSeldom()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    std::vector<std::unique_ptr<Deadline>> deadlines;
    for (int i = 0; i < 2000; ++i) {
        deadlines.push_back(std::make_unique<Deadline>([] {}));
        wheel.set(*deadlines.back(), clock.now() + 24h + i * 30ms);
    }
    int wakes = 0;
    const TimePoint start = clock.now();
    while (clock.now() < start + 23h) {
        clock.turnTo(std::max(wheel.nextWake().value(), clock.now()));
        wheel.advance();
        ++wakes;
    }
    QVERIFY2(wakes <= 40, qPrintable(QString::number(wakes)));
}

void TestDeadlineWheel::longSleepFiresEverythingInTurn()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    int fired = 0;
    std::vector<std::unique_ptr<Deadline>> deadlines;
    for (int i = 0; i < 3000; ++i) {
        deadlines.push_back(std::make_unique<Deadline>([&] { ++fired; }));
        wheel.set(*deadlines.back(), clock.now() + i * 17s);
    }
    clock.turn(3000 * 17s / 2 + 1s); // a suspended machine
    wheel.advance();
    QCOMPARE(fired, 1501);
    clock.turn(3000 * 17s);
    wheel.advance();
    QCOMPARE(fired, 3000);
    QVERIFY(!wheel.nextWake());
}

void TestDeadlineWheel::wheelMayEndFirst()
{
    StillClock clock;
    auto wheel = std::make_unique<DeadlineWheel>(clock);
    Deadline nearby([] { QFAIL("must not fire"); });
    Deadline nearby2([] { QFAIL("must not fire"); });
    Deadline far([] { QFAIL("must not fire"); });
    wheel->set(nearby, clock.now() + 1s);
    wheel->set(nearby2, clock.now() + 1s);
    wheel->set(far, clock.now() + 1h);
    wheel.reset();
    QVERIFY(!nearby.isSet() && !nearby2.isSet() && !far.isSet());
    nearby.cancel();
}

void TestDeadlineWheel::randomDeadlinesFireOnTime()
{
    StillClock clock;
    DeadlineWheel wheel(clock);
    std::mt19937 random(42);
    int late = 0;
    int fired = 0;
    int expected = 0;
    struct Entry
    {
        std::unique_ptr<Deadline> deadline;
        TimePoint at;
        bool set = false;
    };
    std::vector<Entry> entries(500);
    for (Entry &entry : entries) {
        entry.deadline = std::make_unique<Deadline>([&] {
            ++fired;
            entry.set = false;
            if (clock.now() < entry.at || clock.now() > entry.at + DeadlineWheel::resolution)
                ++late;
        });
    }
    for (int round = 0; round < 20'000; ++round) {
        Entry &entry = entries[random() % entries.size()];
        if (random() % 4 == 0) {
            expected -= entry.set;
            entry.deadline->cancel();
            entry.set = false;
        } else {
            expected += !entry.set;
            entry.at = clock.now() + std::chrono::microseconds(random() % 300'000'000);
            entry.set = true;
            wheel.set(*entry.deadline, entry.at);
        }
        const TimePoint until = clock.now() + std::chrono::microseconds(random() % 200'000);
        while (wheel.nextWake() && *wheel.nextWake() <= until) {
            clock.turnTo(std::max(*wheel.nextWake(), clock.now()));
            wheel.advance();
        }
        clock.turnTo(until);
    }
    while (const auto wake = wheel.nextWake()) {
        clock.turnTo(std::max(*wake, clock.now()));
        wheel.advance();
    }
    QCOMPARE(late, 0);
    QCOMPARE(fired, expected);
}

QTEST_GUILESS_MAIN(TestDeadlineWheel)
#include "tst_deadlinewheel.moc"
