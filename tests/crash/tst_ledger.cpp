#include "crash/ledger.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// The ledger of the crash tests sees what they look for: each fault once made up, and what is none.
class TestLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void receipts_data();
    void receipts();
    void retained_data();
    void retained();
    void aSubscriberThatGotNothing();
    void otherFaults();
    void settled();
};

namespace {

/// A stream of four messages: 1 and 2 acknowledged, 3 refused, 4 unknown.
struct Book
{
    explicit Book(QoS qos)
        : stream(ledger.open("p/t", qos))
    {
        for (int i = 0; i < 4; ++i)
            ledger.publish(stream);
        ledger.acknowledge(stream, 1);
        ledger.acknowledge(stream, 2);
        ledger.refuse(stream, 3);
    }
    Ledger ledger;
    Stream stream;
};

} // namespace

void TestLedger::receipts_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<QList<int>>("received");
    QTest::addColumn<QByteArray>("fault");
    const QoS once = QoS::ExactlyOnce;
    const QoS atLeastOnce = QoS::AtLeastOnce;
    QTest::newRow("all") << once << QList{1, 2, 4} << QByteArray();
    QTest::newRow("what nobody has acknowledged may be lost") << once << QList{1, 2} << QByteArray();
    QTest::newRow("loss") << once << QList{1, 4} << QByteArray("s, p/t: 2 is lost");
    QTest::newRow("loss, QoS 1") << atLeastOnce << QList{2, 4} << QByteArray("s, p/t: 1 is lost");
    QTest::newRow("duplicate") << once << QList{1, 2, 1} << QByteArray("s, p/t: 1 came more than once");
    QTest::newRow("repeat, QoS 1") << atLeastOnce << QList{1, 2, 1, 2, 4} << QByteArray();
    QTest::newRow("duplicate of what nobody has acknowledged")
        << once << QList{1, 2, 4, 4} << QByteArray("s, p/t: 4 came more than once");
    QTest::newRow("disorder") << atLeastOnce << QList{2, 1} << QByteArray("s, p/t: 1 came behind 2");
    QTest::newRow("refused") << once << QList{1, 2, 3} << QByteArray("s, p/t: 3 came though it was refused");
    QTest::newRow("never published") << once << QList{1, 2, 5} << QByteArray("s, p/t: 5 came though nobody has published it");
}

void TestLedger::receipts()
{
    QFETCH(QoS, qos);
    QFETCH(QList<int>, received);
    QFETCH(QByteArray, fault);
    Book book(qos);
    book.ledger.expect("s", book.stream);
    for (const int number : received)
        book.ledger.receive("s", book.stream, number);
    const Ledger::Verdict verdict = book.ledger.verdict();
    QCOMPARE(verdict.faults.join("; "), fault);
    QCOMPARE(verdict.isClean(), fault.isEmpty());
    QCOMPARE(verdict.lost + verdict.duplicates + verdict.disordered + verdict.strangers, fault.isEmpty() ? 0 : 1);
    QCOMPARE(verdict.acknowledged, 2);
    QCOMPARE(verdict.refused, 1);
}

void TestLedger::retained_data()
{
    QTest::addColumn<int>("acknowledged");
    QTest::addColumn<int>("found"); // 0: none
    QTest::addColumn<bool>("isRight");
    // 1 and 2 are values, 3 clears, 4 is a value.
    QTest::newRow("nothing yet") << 0 << 0 << true;
    QTest::newRow("early") << 0 << 2 << true;
    QTest::newRow("the last acknowledged") << 2 << 2 << true;
    QTest::newRow("a newer one") << 2 << 4 << true;
    QTest::newRow("an older one") << 2 << 1 << false;
    QTest::newRow("cleared since") << 2 << 0 << true;
    QTest::newRow("cleared") << 3 << 0 << true;
    QTest::newRow("risen again") << 3 << 2 << false;
    QTest::newRow("gone") << 4 << 0 << false;
    QTest::newRow("the clearing one itself") << 0 << 3 << false;
    QTest::newRow("never published") << 0 << 5 << false;
}

void TestLedger::retained()
{
    QFETCH(int, acknowledged);
    QFETCH(int, found);
    QFETCH(bool, isRight);
    Ledger ledger;
    const Stream stream = ledger.open("p/r", QoS::AtLeastOnce);
    for (const bool isClear : {false, false, true, false})
        ledger.publish(stream, isClear);
    for (int number = 1; number <= acknowledged; ++number)
        ledger.acknowledge(stream, number);
    ledger.findRetained(stream, found ? std::optional(found) : std::nullopt);
    QCOMPARE(ledger.verdict().isClean(), isRight);
}

void TestLedger::aSubscriberThatGotNothing()
{
    Book book(QoS::ExactlyOnce);
    book.ledger.expect("s", book.stream);
    book.ledger.expect("another", book.stream);
    book.ledger.receive("s", book.stream, 1);
    book.ledger.receive("s", book.stream, 2);
    QCOMPARE(book.ledger.verdict().lost, 2);
}

void TestLedger::otherFaults()
{
    Ledger ledger;
    ledger.receive("s", 7, 1); // a stream that is none
    ledger.fault("the session is gone");
    ledger.fault("the session is gone");
    const Ledger::Verdict verdict = ledger.verdict();
    QCOMPARE(verdict.faults.size(), 2);
    QCOMPARE(verdict.strangers, 1);

    Ledger shared;
    const Stream stream = shared.open("p/t", QoS::ExactlyOnce);
    shared.expect("group", stream, Ledger::Order::Free);
    shared.acknowledge(stream, shared.publish(stream));
    shared.acknowledge(stream, shared.publish(stream));
    shared.receive("group", stream, 2);
    QVERIFY(!shared.isSettled());
    shared.receive("group", stream, 1);
    QVERIFY(shared.isSettled());
    QVERIFY(shared.verdict().isClean());
}

void TestLedger::settled()
{
    Book book(QoS::AtLeastOnce);
    book.ledger.expect("s", book.stream);
    QVERIFY(!book.ledger.isSettled());
    book.ledger.receive("s", book.stream, 1);
    QVERIFY(!book.ledger.isSettled());
    book.ledger.receive("s", book.stream, 2); // the last one acknowledged
    QVERIFY(book.ledger.isSettled());
}

QTEST_APPLESS_MAIN(TestLedger)
#include "tst_ledger.moc"
