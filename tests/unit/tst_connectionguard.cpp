#include "security/connectionguard.h"

#include <QTest>

using namespace pigeon;
using namespace std::chrono_literals;

/// How many connections of an address, and how many new ones, are put up with.
class TestConnectionGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_guard = ConnectionGuard();
        m_now = TimePoint() + 1h;
        m_serial = 0;
    }
    void withoutBoundsNothingIsCounted();
    void connectionsOfOneAddress();
    void thoseOfIpv6CountTogether();
    void thisMachineIsNeverKeptOut();
    void aRateOfOneAddress();
    void aRateOfAll();
    void boundsThatComeLaterCountFromThen();
    void addressesAreForgotten();

private:
    const char *come(const QByteArray &address) { return m_guard.whyNot(address, ++m_serial, m_now); }
    int howManyCome(const QByteArray &address, int tries)
    {
        int come_ = 0;
        for (int i = 0; i < tries; ++i)
            come_ += come(address) ? 0 : 1;
        return come_;
    }

    ConnectionGuard m_guard;
    TimePoint m_now;
    quint64 m_serial = 0;
};

void TestConnectionGuard::withoutBoundsNothingIsCounted()
{
    QCOMPARE(howManyCome("192.0.2.1", 1'000), 1'000);
    QCOMPARE(m_guard.size(), 0);
}

void TestConnectionGuard::connectionsOfOneAddress()
{
    m_guard.setBounds({.perAddress = 2});
    QCOMPARE(howManyCome("192.0.2.1", 5), 2);
    QCOMPARE(come("192.0.2.1"), "its address has too many connections");
    QCOMPARE(howManyCome("192.0.2.2", 5), 2);
    m_guard.gone("192.0.2.1", 1);
    QCOMPARE(howManyCome("192.0.2.1", 5), 1);
}

void TestConnectionGuard::thoseOfIpv6CountTogether()
{
    m_guard.setBounds({.perAddress = 2});
    QVERIFY(!come("2001:db8::1") && !come("2001:db8::2"));
    QVERIFY(come("2001:db8::3"));
    QVERIFY(!come("2001:db8:0:1::1"));
}

void TestConnectionGuard::thisMachineIsNeverKeptOut()
{
    m_guard.setBounds({.perAddress = 1, .ratePerAddress = 1});
    for (const char *address : {"127.0.0.1", "::1", ""})
        QCOMPARE(howManyCome(address, 10), 10);
}

void TestConnectionGuard::aRateOfOneAddress()
{
    m_guard.setBounds({.ratePerAddress = 10});
    QCOMPARE(howManyCome("192.0.2.1", 50), 10);
    QCOMPARE(come("192.0.2.1"), "too many connections come from its address at once");
    QCOMPARE(howManyCome("192.0.2.2", 50), 10);
    m_now += 500ms;
    QCOMPARE(howManyCome("192.0.2.1", 50), 5);
    m_now += 1h; // no more than a second's worth is saved up
    QCOMPARE(howManyCome("192.0.2.1", 50), 10);
}

void TestConnectionGuard::aRateOfAll()
{
    m_guard.setBounds({.rate = 10});
    QCOMPARE(howManyCome("192.0.2.1", 6), 6);
    QCOMPARE(howManyCome("127.0.0.1", 50), 4);
    QCOMPARE(come("192.0.2.2"), "too many connections come at once");
    m_now += 100ms;
    QCOMPARE(howManyCome("192.0.2.3", 50), 1);
}

/// Who came before nobody counted does not count when it leaves.
void TestConnectionGuard::boundsThatComeLaterCountFromThen()
{
    QVERIFY(!come("192.0.2.1"));
    m_guard.setBounds({.perAddress = 1});
    QVERIFY(!come("192.0.2.1"));
    m_guard.gone("192.0.2.1", 1);
    QVERIFY(come("192.0.2.1"));
    m_guard.gone("192.0.2.1", 2);
    QVERIFY(!come("192.0.2.1"));
}

void TestConnectionGuard::addressesAreForgotten()
{
    m_guard.setBounds({.ratePerAddress = 1});
    for (int i = 0; i < 20'000; ++i) {
        const QByteArray address = "198.51." + QByteArray::number(i / 256) + '.' + QByteArray::number(i % 256);
        QVERIFY(!come(address));
        m_guard.gone(address, m_serial);
        m_now += 1ms;
    }
    QVERIFY2(m_guard.size() < 3'000, qPrintable(QString::number(m_guard.size())));
}

QTEST_APPLESS_MAIN(TestConnectionGuard)
#include "tst_connectionguard.moc"
