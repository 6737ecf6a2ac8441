#include "models/stillcells.h"

#include <QTest>

using namespace pigeon;

namespace {

qint64 moment = 0; // what the clock says

QVariant said(const StillCells &cells, quint64 row, const QString &now)
{
    return cells.answer(row, 1, Qt::DisplayRole, [&] { return QVariant(now); });
}

} // namespace

/// What cells say while their model is frozen.
class TestStillCells : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cellGoesOnSayingWhatItSaid()
    {
        StillCells cells([] { return moment; });
        QCOMPARE(said(cells, 7, QStringLiteral("a")), QVariant(QStringLiteral("a")));
        cells.setFrozen(true);
        QCOMPARE(said(cells, 7, QStringLiteral("b")), QVariant(QStringLiteral("b")));
        QCOMPARE(said(cells, 7, QStringLiteral("c")), QVariant(QStringLiteral("b")));
        QCOMPARE(said(cells, 8, QStringLiteral("c")), QVariant(QStringLiteral("c")));
        cells.setFrozen(true); // by the other model of these rows
        QCOMPARE(said(cells, 7, QStringLiteral("c")), QVariant(QStringLiteral("b")));
        cells.setFrozen(false);
        QCOMPARE(said(cells, 7, QStringLiteral("d")), QVariant(QStringLiteral("d")));
    }

    void tooltipSaysWhenItIsOfALaterMoment()
    {
        StillCells cells([] { return moment; });
        moment = 1'000'000;
        const QVariant tip = QStringLiteral("tip");
        cells.setFrozen(true);
        said(cells, 1, QStringLiteral("a"));
        QCOMPARE(cells.withMoment(tip, 1, 1), tip);
        moment += StillCells::momentMilliseconds - 1;
        said(cells, 2, QStringLiteral("a"));
        moment += 5'000;
        QCOMPARE(cells.withMoment(tip, 2, 1), tip); // it was asked for then
        said(cells, 3, QStringLiteral("a"));
        const QString late = cells.withMoment(tip, 3, 1).toString();
        QVERIFY2(late.startsWith(QStringLiteral("tip")) && late.contains(QStringLiteral("the views were frozen at")), qPrintable(late));
        QVERIFY(cells.withMoment({}, 4, 1).toString().contains(QStringLiteral("the views were frozen at"))); // of now
        cells.setFrozen(false);
        QCOMPARE(cells.withMoment(tip, 3, 1), tip);
    }

    void cellThatSaidNothingGoesOnSayingNothing()
    {
        StillCells cells;
        cells.setFrozen(true);
        cells.askAll(1, 1, [](int role) { return role == Qt::DisplayRole ? QVariant(QStringLiteral("a")) : QVariant(); });
        QCOMPARE(said(cells, 1, QStringLiteral("b")), QVariant(QStringLiteral("a")));
        const auto ask = [&](int role) { return cells.answer(1, 1, role, [] { return QVariant(1); }); };
        QVERIFY(!ask(Qt::ToolTipRole).isValid());
        QVERIFY(!ask(BarRole).isValid());
        QCOMPARE(ask(Qt::ForegroundRole), QVariant(1)); // it was not asked that
    }

    void thereIsABound()
    {
        StillCells cells;
        cells.setFrozen(true);
        for (quint64 row = 0; row < quint64(StillCells::most); ++row)
            said(cells, row, QStringLiteral("a"));
        QVERIFY(cells.isFull());
        QCOMPARE(said(cells, StillCells::most, QStringLiteral("b")), QVariant(QStringLiteral("b")));
        QCOMPARE(said(cells, StillCells::most, QStringLiteral("c")), QVariant(QStringLiteral("c")));
        QCOMPARE(said(cells, 0, QStringLiteral("c")), QVariant(QStringLiteral("a")));
    }
};

QTEST_MAIN(TestStillCells)
#include "tst_stillcells.moc"
