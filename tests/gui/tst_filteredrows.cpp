#include "captured.h"

#include "capture/deliverylog.h"
#include "capture/filteredrows.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

struct Ring
{
    std::shared_ptr<NameTable> topics = std::make_shared<NameTable>();
    std::shared_ptr<NameTable> clients = std::make_shared<NameTable>();
    MessageLog log;
    quint64 next = 1;

    explicit Ring(quint64 rows = 1000)
        : log(topics, clients, rows)
    {
        for (quint32 i = 1; i <= 10'000; ++i) {
            topics->add({i, "site/" + QByteArray::number(i)});
            clients->add({i, "dev" + QByteArray::number(i)});
        }
    }
    /// Messages of the topics 1 to 10 in turn.
    void add(quint64 count)
    {
        for (quint64 i = 0; i < count; ++i, ++next)
            log.add(record(next, TopicNumber((next - 1) % 10 + 1), 1));
    }
};

FilterProgramPtr program(QStringView text) { return compileFilter(text, FilterView::Messages).program; }

/// What should be there, found out the slow way.
std::vector<quint64> expected(const RowLog &log, const FilterProgramPtr &filter)
{
    std::vector<quint64> rows;
    FilterRun run(filter);
    const std::unique_ptr<RowCursor> cursor = log.cursor();
    for (quint64 row = cursor->begin(); row < cursor->end(); ++row) {
        cursor->goTo(row);
        if (run.passes(*cursor))
            rows.push_back(row);
    }
    return rows;
}

std::vector<quint64> rowsOf(const FilteredRows &rows)
{
    std::vector<quint64> all;
    for (quint64 place = rows.begin(); place < rows.end(); ++place)
        all.push_back(rows.rowAt(place));
    return all;
}

} // namespace

class TestFilteredRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAFilterRowsAreThemselves();
    void isBuiltAndGoesOn();
    void placesStayWhileRowsGo();
    void newRowsMeanwhileAreNotForgotten();
    void aNewFilterStopsTheOldOne();
    void whatChangesLaterIsDrawnUpAnew();
    void whatIsTheSameIsNotReplaced();
    void aFilterSetWhileFrozenFindsWhatWasThere();
    void whatIsFrozenIsNotDrawnUpAnew();
    void rowsThatGoWhileFrozenKeepTheirPlaces();
    void whatGoesWhileItIsBuiltKeepsItsPlaceUntilTheUpdate();
    void endsInTheMiddle();
    void aMillionRowsWithoutBlocking();
};

void TestFilteredRows::withoutAFilterRowsAreThemselves()
{
    Ring ring(100);
    ring.add(150);
    FilteredRows rows(ring.log);
    QCOMPARE(rows.begin(), ring.log.begin());
    QCOMPARE(rows.end(), ring.log.end());
    QCOMPARE(rows.rowAt(120), quint64(120));
    QCOMPARE(rows.placeOf(0), ring.log.begin());
    rows.setFilter(program(u""));
    QVERIFY(!rows.isFiltered());
    QVERIFY(!rows.isBuilding());
    QCOMPARE(rows.end(), quint64(150));
}

void TestFilteredRows::isBuiltAndGoesOn()
{
    Ring ring;
    ring.add(100);
    FilteredRows rows(ring.log);
    const FilterProgramPtr filter = program(u"topic == site/3");
    QSignalSpy completed(&rows, &FilteredRows::completed);
    rows.setFilter(filter);
    QVERIFY(rows.isBuilding());
    QVERIFY(completed.wait());
    QVERIFY(!rows.isBuilding());
    QCOMPARE(rows.progress(), 1.0);
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
    QCOMPARE(rows.size(), quint64(10));
    ring.add(25);
    rows.update();
    QCOMPARE(rows.size(), quint64(13));
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
    rows.setFilter(nullptr);
    QCOMPARE(rows.size(), quint64(125));
}

void TestFilteredRows::placesStayWhileRowsGo()
{
    Ring ring;
    ring.add(1000);
    FilteredRows rows(ring.log);
    const FilterProgramPtr filter = program(u"topic == site/3");
    QSignalSpy completed(&rows, &FilteredRows::completed);
    rows.setFilter(filter);
    QVERIFY(completed.wait());
    const quint64 place = rows.begin() + 90;
    const quint64 row = rows.rowAt(place);
    ring.add(500);
    rows.update();
    QVERIFY(rows.begin() > 0);
    QCOMPARE(rows.rowAt(place), row);
    QCOMPARE(rows.placeOf(row), place);
    QCOMPARE(rows.placeOf(row + 1), place + 1);
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
    ring.add(5000);
    rows.update();
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
    ring.log.clear();
    rows.update();
    QCOMPARE(rows.size(), quint64(0));
    ring.add(30);
    rows.update();
    QCOMPARE(rows.size(), quint64(3));
}

void TestFilteredRows::newRowsMeanwhileAreNotForgotten()
{
    Ring ring(500'000);
    ring.add(300'000);
    FilteredRows rows(ring.log);
    const FilterProgramPtr filter = program(u"topic == site/3");
    QSignalSpy completed(&rows, &FilteredRows::completed);
    rows.setFilter(filter);
    ring.add(100); // while the other thread is at work
    rows.update();
    QVERIFY(completed.wait());
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
    ring.add(150'000); // too many to be looked at here
    rows.update();
    QTRY_COMPARE(rows.size(), quint64(expected(ring.log, filter).size()));
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
}

void TestFilteredRows::aNewFilterStopsTheOldOne()
{
    Ring ring(500'000);
    ring.add(400'000);
    FilteredRows rows(ring.log);
    QSignalSpy completed(&rows, &FilteredRows::completed);
    for (const char *filter : {"topic == site/1", "topic == site/2", "topic == site/3"})
        rows.setFilter(program(QString::fromLatin1(filter)));
    QVERIFY(completed.wait());
    QCOMPARE(completed.size(), 1);
    QCOMPARE(rowsOf(rows), expected(ring.log, program(u"topic == site/3")));
}

void TestFilteredRows::whatChangesLaterIsDrawnUpAnew()
{
    Ring ring;
    ring.add(100);
    DeliveryLog deliveries(1000);
    FilteredRows rows(ring.log);
    QSignalSpy completed(&rows, &FilteredRows::completed);
    rows.setFilter(program(u"dropped > 0"));
    QVERIFY(completed.wait());
    QCOMPARE(rows.size(), quint64(0));
    deliveries.add(step(43, 1, DeliveryStep::Dropped, 1), ring.log);
    QSignalSpy replaced(&rows, &FilteredRows::replaced);
    QTRY_COMPARE(rows.size(), quint64(1));
    QCOMPARE(replaced.size(), 1);
    QCOMPARE(rows.rowAt(rows.begin()), quint64(42));
}

void TestFilteredRows::whatIsTheSameIsNotReplaced()
{
    Ring ring;
    ring.add(100);
    DeliveryLog deliveries(1000);
    deliveries.add(step(43, 1, DeliveryStep::Dropped, 1), ring.log);
    FilteredRows rows(ring.log);
    QSignalSpy completed(&rows, &FilteredRows::completed);
    rows.setFilter(program(u"dropped > 0 or topic == site/1"));
    QVERIFY(completed.wait());
    QSignalSpy replaced(&rows, &FilteredRows::replaced);
    FilteredRows other(ring.log); // its turn comes later: where it is drawn up anew, the first one was, too
    QSignalSpy otherCompleted(&other, &FilteredRows::completed);
    other.setFilter(program(u"dropped > 1"));
    QVERIFY(otherCompleted.wait());
    deliveries.add(step(43, 1, DeliveryStep::Dropped, 2), ring.log);
    ring.add(20);
    rows.update();
    QTRY_COMPARE(other.size(), quint64(1));
    QCOMPARE(replaced.size(), 0);
    QCOMPARE(rowsOf(rows), expected(ring.log, program(u"dropped > 0 or topic == site/1")));
}

void TestFilteredRows::aFilterSetWhileFrozenFindsWhatWasThere()
{
    Ring ring;
    ring.add(100);
    FilteredRows rows(ring.log);
    rows.setFrozen(true);
    ring.add(50);
    rows.update();
    QCOMPARE(rows.end(), quint64(100));
    QSignalSpy completed(&rows, &FilteredRows::completed);
    const FilterProgramPtr filter = program(u"topic == site/3");
    rows.setFilter(filter);
    ring.add(20);
    rows.update();
    QVERIFY(completed.wait());
    QCOMPARE(rows.size(), quint64(10));
    ring.add(20);
    rows.update();
    QCOMPARE(rows.size(), quint64(10));
    rows.setFrozen(false);
    rows.update();
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
    QCOMPARE(rows.size(), quint64(19));
    // Of the rows that it was frozen with none is left.
    rows.setFrozen(true);
    ring.add(5000);
    rows.setFilter(program(u"topic == site/4"));
    QVERIFY(completed.wait());
    rows.update();
    QCOMPARE(rows.size(), quint64(0));
    rows.setFrozen(false);
    rows.update();
    QCOMPARE(rowsOf(rows), expected(ring.log, program(u"topic == site/4")));
}

void TestFilteredRows::whatIsFrozenIsNotDrawnUpAnew()
{
    Ring ring;
    ring.add(100);
    DeliveryLog deliveries(1000);
    FilteredRows frozen(ring.log);
    FilteredRows other(ring.log);
    for (FilteredRows *rows : {&frozen, &other}) {
        QSignalSpy completed(rows, &FilteredRows::completed);
        rows->setFilter(program(u"dropped > 0"));
        QVERIFY(completed.wait());
    }
    frozen.setFrozen(true);
    QSignalSpy replaced(&frozen, &FilteredRows::replaced);
    for (quint64 number : {43, 44}) { // the turns of the other one are the clock
        deliveries.add(step(number, 1, DeliveryStep::Dropped, 1), ring.log);
        QTRY_COMPARE(other.size(), number - 42);
    }
    QCOMPARE(frozen.size(), quint64(0));
    QCOMPARE(replaced.size(), 0);
    frozen.setFrozen(false);
    QTRY_COMPARE(frozen.size(), quint64(2));
}

void TestFilteredRows::rowsThatGoWhileFrozenKeepTheirPlaces()
{
    Ring ring(100'000);
    ring.add(100'000);
    FilteredRows rows(ring.log);
    QSignalSpy completed(&rows, &FilteredRows::completed);
    const FilterProgramPtr filter = program(u"topic == site/3");
    const std::vector<quint64> there = expected(ring.log, filter);
    rows.setFilter(filter);
    rows.setFrozen(true); // while it is still being built
    ring.add(90'000);
    rows.update();
    QVERIFY(completed.wait());
    rows.update();
    QCOMPARE(rows.begin(), quint64(0));
    QCOMPARE(rowsOf(rows), there);
    QCOMPARE(rows.placeOf(there[5]), quint64(5));
    rows.setFrozen(false);
    rows.update();
    QTRY_COMPARE(rows.size(), quint64(expected(ring.log, filter).size()));
    QCOMPARE(rowsOf(rows), expected(ring.log, filter));
}

void TestFilteredRows::whatGoesWhileItIsBuiltKeepsItsPlaceUntilTheUpdate()
{
    Ring ring(100'000);
    ring.add(100'000);
    FilteredRows rows(ring.log);
    QSignalSpy completed(&rows, &FilteredRows::completed);
    rows.setFilter(program(u"topic == site/3"));
    ring.add(95'000);
    QVERIFY(completed.wait());
    // A model has taken in places from 0 on and is told of no change before its next update.
    QCOMPARE(rows.begin(), quint64(0));
    QCOMPARE(rows.rowAt(0), quint64(2));
    rows.update();
    QCOMPARE(rowsOf(rows), expected(ring.log, rows.filter()));
}

void TestFilteredRows::endsInTheMiddle()
{
    Ring ring(1'000'000);
    ring.add(500'000);
    {
        FilteredRows rows(ring.log);
        rows.setFilter(program(u"topic matches site"));
    }
    ring.add(10); // nobody reads any more
    QCOMPARE(ring.log.end(), quint64(500'010));
}

void TestFilteredRows::aMillionRowsWithoutBlocking()
{
    Ring ring(1'000'000);
    ring.add(1'000'000);
    FilteredRows rows(ring.log);
    QSignalSpy found(&rows, &FilteredRows::found);
    QSignalSpy completed(&rows, &FilteredRows::completed);
    QElapsedTimer clock;
    QElapsedTimer turn;
    qint64 longest = 0;
    QTimer probe;
    connect(&probe, &QTimer::timeout, this, [&] { longest = std::max(longest, turn.restart()); });
    probe.start(1);
    clock.start();
    turn.start();
    rows.setFilter(program(u"topic ~ site/+ and from == dev1 and topic != site/1"));
    const qint64 set = clock.elapsed();
    QVERIFY(found.wait());
    const qint64 first = clock.elapsed();
    if (rows.isBuilding())
        QVERIFY(completed.wait());
    const qint64 all = clock.elapsed();
    qInfo("set in %lld ms, first rows after %lld ms, all after %lld ms, longest turn of the loop %lld ms", set, first, all,
        longest);
    QCOMPARE(rows.size(), quint64(900'000));
    QVERIFY(all < 2000);
    QVERIFY(longest < 200);
}

QTEST_GUILESS_MAIN(TestFilteredRows)
#include "tst_filteredrows.moc"
