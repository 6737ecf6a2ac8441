#include "storage/commitline.h"

#include <QTest>

using namespace pigeon;

/// Commits come in lots and leave from the front, however the two fall together.
class TestCommitLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLotLeavesAsItCame();
    void partOfALotLeaves();
    void whatCameUntilATime();
    void leavesBitByBit_data();
    void leavesBitByBit();
};

namespace {

/// Each commit has one change, which bears its ticket, and so many bytes.
CommitLot lot(Ticket first, Ticket last, TimePoint since = {})
{
    CommitLot lot;
    lot.first = first;
    lot.since = since;
    for (Ticket ticket = first; ticket <= last; ++ticket) {
        lot.changes.emplace_back(change::RemoveDelivery{"client", ticket});
        lot.commits.push_back({lot.changes.size(), ticket, true});
    }
    return lot;
}

std::vector<Ticket> ticketsOf(const CommitLine &line, size_t count)
{
    std::vector<Ticket> tickets;
    line.forFirst(count, [&tickets](const CommitLot::Commit &commit, std::span<const StoreChange> changes) {
        QCOMPARE(changes.size(), size_t(1));
        QCOMPARE(std::get<change::RemoveDelivery>(changes.front()).number, commit.bytes);
        tickets.push_back(commit.bytes);
    });
    return tickets;
}

} // namespace

void TestCommitLine::aLotLeavesAsItCame()
{
    CommitLine line;
    QVERIFY(line.isEmpty());
    CommitLot three = lot(1, 3);
    const StoreChange *const there = three.changes.data();
    line.append(std::move(three));
    QCOMPARE(line.size(), size_t(3));
    const CommitsSettled settled = line.takeFirst(3, StoreStatus::Durable);
    QCOMPARE(settled.last, Ticket(3));
    QCOMPARE(settled.bytes, quint64(1 + 2 + 3));
    QCOMPARE(settled.lots.size(), size_t(1));
    QCOMPARE(settled.lots.front().changes.data(), there); // nothing was moved
    QVERIFY(line.isEmpty());
}

void TestCommitLine::partOfALotLeaves()
{
    CommitLine line;
    line.append(lot(1, 3));
    line.append(lot(4, 5));
    const CommitsSettled settled = line.takeFirst(2, StoreStatus::Failed);
    QCOMPARE(settled.status, StoreStatus::Failed);
    QCOMPARE(settled.last, Ticket(2));
    QVERIFY(settled.lots.empty()); // its third commit is still to come
    QCOMPARE(ticketsOf(line, 2), (std::vector<Ticket>{3, 4}));
    QCOMPARE(std::get<change::RemoveDelivery>(line.front().front()).number, quint64(3));
    QCOMPARE(line.takeFirst(2, StoreStatus::Durable).lots.size(), size_t(1));
    QCOMPARE(line.takeFirst(1, StoreStatus::Durable).last, Ticket(5));
}

void TestCommitLine::whatCameUntilATime()
{
    const TimePoint begin{};
    CommitLine line;
    line.append(lot(1, 3, begin));
    line.append(lot(4, 5, begin + Milliseconds(2)));
    line.append(lot(6, 6, begin + Milliseconds(4)));
    QCOMPARE(line.since(), begin);
    QCOMPARE(line.cameUntil(begin + Milliseconds(3)), size_t(5));
    line.takeFirst(1, StoreStatus::Durable);
    QCOMPARE(line.cameUntil(begin), size_t(2));
    QCOMPARE(line.cameUntil(begin - Milliseconds(1)), size_t(0));
    QCOMPARE(line.cameUntil(begin + Milliseconds(9)), size_t(5));
}

void TestCommitLine::leavesBitByBit_data()
{
    QTest::addColumn<size_t>("bit");
    for (const size_t bit : {1, 2, 3, 7})
        QTest::addRow("%zu at a time", bit) << bit;
}

void TestCommitLine::leavesBitByBit()
{
    QFETCH(size_t, bit);
    CommitLine line;
    Ticket put = 0, taken = 0;
    quint64 changesBack = 0;
    const auto take = [&](size_t count) {
        for (const Ticket each : ticketsOf(line, count))
            QCOMPARE(each, ++taken);
        const CommitsSettled settled = line.takeFirst(count, StoreStatus::Durable);
        QCOMPARE(settled.last, taken);
        for (const CommitLot &each : settled.lots)
            changesBack += each.changes.size();
    };
    for (int round = 0; round < 10; ++round) { // more comes before all has left
        line.append(lot(put + 1, put + 20));
        put += 20;
        while (line.size() > bit) {
            take(bit);
            QCOMPARE(line.size(), size_t(put - taken));
        }
    }
    take(line.size());
    QCOMPARE(taken, put);
    QCOMPARE(changesBack, quint64(put));
}

QTEST_APPLESS_MAIN(TestCommitLine)
#include "tst_commitline.moc"
