#include "captured.h"

#include "support/scriptedsource.h"
#include "views/packetspage.h"
#include "views/timeformbutton.h"

#include <QAction>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// The page of control packets.
class TestPacketsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timesAreWrittenAsChosen();
};

void TestPacketsPage::timesAreWrittenAsChosen()
{
    ScriptedSource source;
    Capture capture;
    capture.setSource(&source);
    QSignalSpy reset(&capture, &Capture::reset);
    source.attach();
    QVERIFY(reset.wait());
    MonitorBatch batch;
    batch.when = aMoment;
    PacketRecord packet;
    packet.type = PacketType::Pingreq;
    for (const qint64 when : {aMoment, aMoment + second}) {
        ++packet.number;
        packet.when = when;
        batch.packets.push_back(packet);
    }
    source.push(batch);

    Wishes wishes;
    PacketsPage page(capture, nullptr, wishes);
    QTRY_COMPARE(page.model().rowCount(), 2);
    const auto lastTime = [&page] { return page.model().index(1, PacketsModel::Time).data().toString(); };
    const QList<QAction *> choices = page.findChild<TimeFormButton *>()->menu()->actions();
    QCOMPARE(choices.size(), 3);
    choices.at(2)->trigger();
    QCOMPARE(lastTime(), timeText(aMoment + second, aMoment, TimeForm::SinceRowBefore));

    PacketsPage other(capture, nullptr, wishes);
    other.restore(page.saved());
    QCOMPARE(other.findChild<TimeFormButton *>()->form(), TimeForm::SinceRowBefore);
    QCOMPARE(other.model().index(1, PacketsModel::Time).data().toString(), lastTime());

    QVariantMap odd = page.saved();
    odd[QStringLiteral("time")] = 99; // a settings file of somebody's own
    page.restore(odd);
    QCOMPARE(page.findChild<TimeFormButton *>()->form(), TimeForm::SinceRowBefore);
}

QTEST_MAIN(TestPacketsPage)
#include "tst_packetspage.moc"
