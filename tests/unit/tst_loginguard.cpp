#include "security/loginguard.h"
#include "support/manualclock.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// Who guesses passwords has to wait longer and longer, and is kept out in the end.
class TestLoginGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waitsGrow_data();
    void waitsGrow();
    void bans();
    void aSuccessResets();
    void isForgotten();
    void whatWasTriedBeforeABanDoesNotProlongIt();
    void standsForAnAddress_data();
    void standsForAnAddress();
    void lifts();
    void isOff();
    void memoryIsBounded();
};

namespace {

using Verdict = LoginGuard::Verdict;

const QByteArray stranger = "192.0.2.1";

bool fail(LoginGuard &guard, const ManualClock &clock, int times, const QByteArray &address = stranger)
{
    bool isBanned = false;
    for (int i = 0; i < times; ++i)
        isBanned = guard.failed(address, clock.now());
    return isBanned;
}

} // namespace

void TestLoginGuard::waitsGrow_data()
{
    QTest::addColumn<int>("failures");
    QTest::addColumn<int>("seconds");
    QTest::newRow("the first") << 1 << 0;
    QTest::newRow("the last for free") << 4 << 0;
    QTest::newRow("the fifth") << 5 << 1;
    QTest::newRow("the sixth") << 6 << 2;
    QTest::newRow("the tenth") << 10 << 32;
    QTest::newRow("the longest") << 11 << 60;
    QTest::newRow("the last before the ban") << 19 << 60;
    QTest::newRow("the ban") << 20 << 600;
}

void TestLoginGuard::waitsGrow()
{
    QFETCH(int, failures);
    QFETCH(int, seconds);
    ManualClock clock;
    LoginGuard guard({});
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
    fail(guard, clock, failures);
    const Verdict meanwhile = failures >= 20 ? Verdict::IsBanned : Verdict::MustWait;
    if (seconds > 0) {
        clock.advance(seconds * 1s - 1ms);
        QCOMPARE(guard.ask(stranger, clock.now()), meanwhile);
        QCOMPARE(guard.ask("192.0.2.2", clock.now()), Verdict::MayTry);
        clock.advance(1ms);
    }
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
}

void TestLoginGuard::bans()
{
    ManualClock clock;
    LoginGuard guard({.freeFailures = 2, .failuresToBan = 3, .banTime = 10s});
    QVERIFY(!fail(guard, clock, 2));
    QVERIFY(guard.banned(clock.now()).empty());
    QVERIFY(fail(guard, clock, 1)); // told once
    QCOMPARE(guard.banned(clock.now()).size(), size_t(1));
    QCOMPARE(guard.banned(clock.now()).front().address, stranger);
    QCOMPARE(guard.banned(clock.now()).front().left, Milliseconds(10s));
    clock.advance(10s);
    QVERIFY(guard.banned(clock.now()).empty());
    QVERIFY(!fail(guard, clock, 1)); // begins anew
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
}

void TestLoginGuard::aSuccessResets()
{
    ManualClock clock;
    LoginGuard guard({});
    fail(guard, clock, 4);
    guard.succeeded(stranger);
    fail(guard, clock, 4);
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
    QCOMPARE(guard.size(), qsizetype(1));
}

void TestLoginGuard::isForgotten()
{
    ManualClock clock;
    LoginGuard guard({});
    fail(guard, clock, 4);
    clock.advance(10min);
    fail(guard, clock, 1);
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
}

void TestLoginGuard::whatWasTriedBeforeABanDoesNotProlongIt()
{
    ManualClock clock;
    LoginGuard guard({.freeFailures = 1, .failuresToBan = 2, .banTime = 10s});
    fail(guard, clock, 2);
    clock.advance(9s);
    QVERIFY(!fail(guard, clock, 5));
    clock.advance(1s);
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
}

void TestLoginGuard::standsForAnAddress_data()
{
    QTest::addColumn<QByteArray>("failing");
    QTest::addColumn<QByteArray>("asking");
    QTest::addColumn<bool>("mayTry");
    const auto row = [](const char *name, const char *failing, const char *asking, bool mayTry) {
        QTest::newRow(name) << QByteArray(failing) << QByteArray(asking) << mayTry;
    };
    row("another IPv4 address", "192.0.2.1", "192.0.2.2", true);
    row("the same network of IPv6", "2001:db8::1", "2001:db8::ffff:1", false);
    row("another network of IPv6", "2001:db8::1", "2001:db8:0:1::1", true);
    row("this machine", "127.0.0.1", "127.0.0.1", true);
    row("this machine, IPv6", "::1", "::1", true);
    row("no address", "", "", true);
    row("a name", "device", "device", false);
}

void TestLoginGuard::standsForAnAddress()
{
    QFETCH(QByteArray, failing);
    QFETCH(QByteArray, asking);
    QFETCH(bool, mayTry);
    ManualClock clock;
    LoginGuard guard({});
    fail(guard, clock, 20, failing);
    QCOMPARE(guard.ask(asking, clock.now()) == Verdict::MayTry, mayTry);
}

void TestLoginGuard::lifts()
{
    ManualClock clock;
    LoginGuard guard({});
    fail(guard, clock, 20, "2001:db8::1");
    QVERIFY(!guard.lift("192.0.2.1", clock.now()));
    QVERIFY(guard.lift(guard.banned(clock.now()).front().address, clock.now()));
    QCOMPARE(guard.ask("2001:db8::1", clock.now()), Verdict::MayTry);
}

void TestLoginGuard::isOff()
{
    ManualClock clock;
    LoginGuard guard({.failuresToBan = 0});
    QVERIFY(!fail(guard, clock, 100));
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::MayTry);
}

void TestLoginGuard::memoryIsBounded()
{
    ManualClock clock;
    LoginGuard guard({});
    fail(guard, clock, 20);
    for (int i = 0; i < LoginGuard::maximumAddresses + 100; ++i) {
        clock.advance(1ms);
        guard.failed("name" + QByteArray::number(i), clock.now());
    }
    QCOMPARE(guard.size(), LoginGuard::maximumAddresses);
    QCOMPARE(guard.ask(stranger, clock.now()), Verdict::IsBanned); // the last to be forgotten
}

QTEST_APPLESS_MAIN(TestLoginGuard)
#include "tst_loginguard.moc"
