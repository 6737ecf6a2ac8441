#include "storage/commitline.h"

#include <QTest>

using namespace pigeon;

/// Commits come in lots and leave from the front, however the two fall together.
class TestCommitLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLotLeavesAsItCame();
    void lotsAreAppended();
    void leavesBitByBit_data();
    void leavesBitByBit();
};

namespace {

std::vector<PendingCommit> lot(Ticket first, Ticket last)
{
    std::vector<PendingCommit> commits;
    for (Ticket ticket = first; ticket <= last; ++ticket)
        commits.push_back({ticket, {}, 0, {}, true});
    return commits;
}

} // namespace

void TestCommitLine::aLotLeavesAsItCame()
{
    CommitLine line;
    QVERIFY(line.isEmpty());
    std::vector<PendingCommit> commits = lot(1, 3);
    const PendingCommit *const there = commits.data();
    line.append(std::move(commits));
    QCOMPARE(line.size(), size_t(3));
    const std::vector<PendingCommit> taken = line.takeFirst(3);
    QCOMPARE(taken.data(), there); // nothing was moved
    QVERIFY(line.isEmpty());
}

void TestCommitLine::lotsAreAppended()
{
    CommitLine line;
    line.append(lot(1, 2));
    line.append(lot(3, 5));
    QCOMPARE(line.front().ticket, Ticket(1));
    QCOMPARE(line[4].ticket, Ticket(5));
    QCOMPARE(line.first(2).back().ticket, Ticket(2));
    QCOMPARE(line.all().size(), size_t(5));
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
    for (int round = 0; round < 10; ++round) { // more comes before all has left
        line.append(lot(put + 1, put + 20));
        put += 20;
        while (line.size() > bit) {
            QCOMPARE(line.front().ticket, taken + 1);
            for (const PendingCommit &each : line.takeFirst(bit))
                QCOMPARE(each.ticket, ++taken);
            QCOMPARE(line.size(), size_t(put - taken));
        }
    }
    for (const PendingCommit &each : line.takeFirst(line.size()))
        QCOMPARE(each.ticket, ++taken);
    QCOMPARE(taken, put);
}

QTEST_APPLESS_MAIN(TestCommitLine)
#include "tst_commitline.moc"
