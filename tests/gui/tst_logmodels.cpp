#include "captured.h"

#include "models/messagesmodel.h"
#include "models/packetsmodel.h"
#include "support/scriptedsource.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

struct Scene
{
    ScriptedSource source;
    Capture capture{CaptureBounds{.messages = 64, .packets = 64}};
    quint64 number = 0;

    Scene()
    {
        capture.setSource(&source);
        QSignalSpy reset(&capture, &Capture::reset);
        source.attach();
        [[maybe_unused]] const bool isTaken = reset.wait();
    }
    /// As many messages and packets, a millisecond from one to the next.
    void add(int count)
    {
        MonitorBatch batch;
        batch.when = aMoment;
        for (int i = 0; i < count; ++i) {
            batch.messages.push_back(record(++number, 0, 0, message("site/a", "1")));
            PacketRecord packet;
            packet.number = number;
            packet.when = batch.messages.back().when;
            packet.type = PacketType::Pingreq;
            batch.packets.push_back(packet);
        }
        QSignalSpy updated(&capture, &Capture::updated);
        source.push(batch);
        QTRY_VERIFY(!updated.isEmpty());
    }
};

QString textAt(const LogRowsModel &model, int row, int column) { return model.index(row, column).data().toString(); }

} // namespace

/// The tables of the two rings: what they have in common.
class TestLogModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timesInEachForm_data() { models(); }
    void timesInEachForm();
    void rowsThatAreGoneSaySo_data() { models(); }
    void rowsThatAreGoneSaySo();

private:
    static void models()
    {
        QTest::addColumn<bool>("isOfPackets");
        QTest::newRow("messages") << false;
        QTest::newRow("packets") << true;
    }
    static std::unique_ptr<LogRowsModel> model(const Capture &capture)
    {
        QFETCH(bool, isOfPackets);
        if (isOfPackets)
            return std::make_unique<PacketsModel>(capture);
        return std::make_unique<MessagesModel>(capture);
    }
};

void TestLogModels::timesInEachForm()
{
    static_assert(int(MessagesModel::Time) == int(PacketsModel::Time));
    constexpr int time = MessagesModel::Time;
    Scene scene;
    const auto model = TestLogModels::model(scene.capture);
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    scene.add(2);
    QTRY_COMPARE(model->rowCount(), 2);

    const QDateTime first = QDateTime::fromMSecsSinceEpoch(aMoment / 1'000'000 + 1);
    QCOMPARE(textAt(*model, 0, time), first.toString(QStringLiteral("HH:mm:ss.zzz")));
    const QSignalSpy changed(model.get(), &QAbstractItemModel::dataChanged);
    model->setTimeForm(TimeForm::Iso);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(textAt(*model, 0, time), first.toUTC().toString(Qt::ISODateWithMs));
    model->setTimeForm(TimeForm::SinceRowBefore);
    QCOMPARE(textAt(*model, 0, time), QString());
    QCOMPARE(textAt(*model, 1, time), u'+' + latencyText(std::chrono::milliseconds(1)));
}

void TestLogModels::rowsThatAreGoneSaySo()
{
    Scene scene;
    const auto model = TestLogModels::model(scene.capture);
    scene.add(8);
    QTRY_COMPARE(model->rowCount(), 8);
    model->setFrozen(true);
    model->setTimeForm(TimeForm::SinceRowBefore);
    const int last = model->columnCount() - 1;
    const QString gone = QStringLiteral("(gone from the ring while the view was frozen)");
    const QString before = textAt(*model, 0, last); // is remembered
    QVERIFY(before != gone);

    scene.add(256);
    QCOMPARE(model->rowCount(), 8);
    QCOMPARE(model->behind(), quint64(256));
    for (int row = 0; row < model->rowCount(); ++row) {
        QVERIFY(!model->isKept(row));
        QCOMPARE(textAt(*model, row, last), row == 0 ? before : gone);
        QVERIFY(model->index(row, last).data(Qt::ToolTipRole).toString().contains(gone));
        QCOMPARE(textAt(*model, row, 0), QString());
    }
    model->setFrozen(false);
    QVERIFY(model->isKept(0));
    QVERIFY(!textAt(*model, 0, 0).isEmpty());
}

QTEST_MAIN(TestLogModels)
#include "tst_logmodels.moc"
