#include "subscriptionscene.h"

#include "models/cellroles.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/livetable.h"
#include "views/subscriptionspage.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

struct Scene : CaptureScene
{
    Wishes wishes;

    Scene()
        : CaptureScene(threeClients())
    {
    }
};

/// The cells of a model, a line for each row.
QStringList drawn(const QAbstractItemModel &model, std::initializer_list<int> columns)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (const int column : columns)
            cells.append(model.index(row, column).data().toString());
        lines.append(cells.join(u' '));
    }
    return lines;
}

using Grouped = GroupedSubscriptionsModel;
using Model = SubscriptionsModel;

} // namespace

/// Subscriptions as they are shown, one by one and grouped, with what became of the messages that they matched.
class TestSubscriptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatBecameOfMessages();
    void overlappingFiltersAllCount();
    void groupsAddUp();
    void filteredAndSortedByCounts();
    void countsAreExported();
    void whatWasUnseenIsSaid();
    void columnsComeBack();
    void otherColumnsAreLeftOut();
    void eachByItself();
    void byFilter();
    void byClient();
    void bySharedGroup();
    void groupsFollow();
    void frozenGroupsStandStill();
    void aGroupIsOpened();
};

void TestSubscriptions::whatBecameOfMessages()
{
    Scene scene;
    scene.push(someTraffic());
    Model model(scene.capture);
    model.sort(Model::Client, Qt::AscendingOrder);
    QCOMPARE(drawn(model, {Model::Client, Model::Group, Model::Filter, Model::Delivered, Model::Dropped}),
        (QStringList{QStringLiteral("dev1  site/# 1 "), QStringLiteral("dev1 g site/# 1 "), QStringLiteral("dev2  site/# 2 1"),
            QStringLiteral("dev2 g site/# 2 1"), QStringLiteral("dev3 h site/#  3"), QStringLiteral("dev3  other  ")}));
    // To within a fifth, and more rather than less; nothing has come to dev3.
    const auto p95 = [&](int row) { return model.index(row, Model::Latency).data(FilterValueRole).toDouble(); };
    QVERIFY2(p95(0) >= 0.002 && p95(0) < 0.0025, QByteArray::number(p95(0)).constData());
    QVERIFY2(p95(2) >= 3 && p95(2) < 3.6, QByteArray::number(p95(2)).constData());
    QVERIFY(model.index(2, Model::Latency).data().toString().endsWith(QStringLiteral("ms")));
    QCOMPARE(model.index(4, Model::Latency).data().toString(), QString());

    MonitorBatch refused; // an acknowledgement that says that it does not take it is no delivery
    refused.deliveries = {arrived(1, 2, 5 * millisecond)};
    refused.deliveries[0].reason = ReasonCode::QuotaExceeded;
    refused.deliveries[0].topic = 1;
    scene.push(refused);
    QCOMPARE(model.index(2, Model::Delivered).data().toString(), QStringLiteral("2"));

    MonitorBatch old; // from before the source was attached: nobody knows since when it waited
    old.deliveries = {arrived(0, 1, 0)};
    old.deliveries[0].topic = 1;
    scene.push(old);
    QCOMPARE(model.index(0, Model::Delivered).data().toString(), QStringLiteral("2"));
    QVERIFY(p95(0) < 0.0025);

    QCOMPARE(deliveryTimeText(-1), QString());
    QCOMPARE(deliveryTimeText(Latencies::beginOf(1)), QStringLiteral("at once")); // no clock told the two moments apart
    QVERIFY(deliveryTimeText(Latencies::beginOf(2)).endsWith(QStringLiteral("\u00B5s")));
}

void TestSubscriptions::overlappingFiltersAllCount()
{
    Scene scene;
    MonitorBatch batch = someTraffic();
    batch.subscriptions = {subscription(1, "site/+"), subscription(1, "+/a/#"), subscription(1, "site/a/b")};
    scene.push(batch);
    Model model(scene.capture);
    model.setFilter(compileFilter(u"client == dev1", FilterView::Subscriptions).program);
    model.sort(Model::Filter, Qt::AscendingOrder);
    // One copy went to dev1; of the shared group another member might have had it.
    QCOMPARE(drawn(model, {Model::Filter, Model::Delivered}),
        (QStringList{QStringLiteral("+/a/# 1"), QStringLiteral("site/# 1"), QStringLiteral("site/# 1"), QStringLiteral("site/+ 1"),
            QStringLiteral("site/a/b ")}));
}

void TestSubscriptions::groupsAddUp()
{
    Scene scene;
    scene.push(someTraffic());
    Grouped model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.sort(Grouped::Delivered, Qt::DescendingOrder);
    model.refresh();
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Delivered, Grouped::Dropped}), (QStringList{QStringLiteral("site/# 6 5"), QStringLiteral("other  ")}));
    // Four of six took 3 ms: the slower ones are more than one in twenty.
    QVERIFY(model.index(0, Grouped::Latency).data().toString().endsWith(QStringLiteral("ms")));
    QCOMPARE(model.index(1, Grouped::Latency).data().toString(), QString());
    model.setGrouping(SubscriptionGrouping::Client);
    model.sort(Grouped::Name, Qt::AscendingOrder);
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Delivered, Grouped::Dropped}),
        (QStringList{QStringLiteral("dev1 2 "), QStringLiteral("dev2 4 2"), QStringLiteral("dev3  3")}));
    QVERIFY(model.index(0, Grouped::Latency).data().toString().endsWith(QStringLiteral("\u00B5s")));
    model.setGrouping(SubscriptionGrouping::SharedGroup);
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Delivered, Grouped::Dropped}), (QStringList{QStringLiteral("g/site/# 3 1"), QStringLiteral("h/site/#  3")}));
}

void TestSubscriptions::filteredAndSortedByCounts()
{
    Scene scene;
    scene.push(someTraffic());
    Model model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.sort(Model::Dropped, Qt::DescendingOrder);
    model.setFilter(compileFilter(u"(dropped > 0 or delivered >= 1) and group == \"\"", FilterView::Subscriptions).program);
    QCOMPARE(drawn(model, {Model::Client}), (QStringList{QStringLiteral("dev2"), QStringLiteral("dev1")}));
    model.setFilter(compileFilter(u"latency > 1 ms and group == \"\"", FilterView::Subscriptions).program);
    QCOMPARE(drawn(model, {Model::Client}), (QStringList{QStringLiteral("dev2")}));
    model.setFilter({});
    model.sort(Model::Latency, Qt::DescendingOrder);
    QCOMPARE(model.index(0, Model::Client).data().toString(), QStringLiteral("dev2"));
}

void TestSubscriptions::countsAreExported()
{
    const QTemporaryDir folder;
    Scene scene;
    scene.push(someTraffic());
    SubscriptionsPage page(scene.capture, scene.source, nullptr, scene.wishes);
    const auto written = [&](const RowsModel &model, const QString &name) {
        Exporting exporting(scene.capture, scene.wishes, nullptr);
        QSignalSpy finished(&exporting, &Exporting::finished);
        exporting.writeTable(folder.filePath(name), model, {0});
        QFile file(folder.filePath(name));
        return !finished.isEmpty() || finished.wait() ? file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray() : QByteArray();
    };
    page.model().sort(Model::Delivered, Qt::DescendingOrder);
    const QByteArray p95 = page.model().index(0, Model::Latency).data().toString().toUtf8();
    QVERIFY(!p95.isEmpty());
    const QByteArray csv = written(page.model(), QStringLiteral("each.csv"));
    QVERIFY2(csv.contains("Matches/s,Delivered,Dropped,p95,No local,") && csv.contains(",2,1," + p95 + ','), csv.constData());
    page.groups().sort(Grouped::Delivered, Qt::DescendingOrder);
    page.groups().refresh();
    const QByteArray json = written(page.groups(), QStringLiteral("groups.jsonl"));
    QVERIFY2(json.contains(R"("Delivered":"6","Dropped":"5")") && json.contains("\"p95\":\"" + p95 + '"'), json.constData());
    page.table()->selectRow(0);
    QVERIFY2(page.table()->selectedText().toUtf8().contains("\t2\t1\t" + p95 + '\t'), qPrintable(page.table()->selectedText()));
}

void TestSubscriptions::whatWasUnseenIsSaid()
{
    Scene scene;
    SubscriptionsPage page(scene.capture, scene.source, nullptr, scene.wishes);
    page.show();
    const auto says = [&](const QString &text) {
        page.tick();
        const QList<QLabel *> labels = page.findChildren<QLabel *>();
        return std::ranges::any_of(labels, [&](const QLabel *label) { return label->text().contains(text); });
    };
    QVERIFY(!says(QStringLiteral("unseen")));
    MonitorBatch batch = someTraffic();
    batch.losses.deliveries = 7;
    scene.push(batch);
    QVERIFY(says(QStringLiteral("unseen deliveries: 7")));
}

void TestSubscriptions::columnsComeBack()
{
    Scene scene;
    SubscriptionsPage page(scene.capture, scene.source, nullptr, scene.wishes);
    page.table()->setColumnHidden(Model::NoLocal, false);
    page.table()->setColumnHidden(Model::Dropped, true);
    page.groupTable()->setColumnHidden(Grouped::Online, true);
    SubscriptionsPage again(scene.capture, scene.source, nullptr, scene.wishes);
    again.restore(page.saved());
    QVERIFY(!again.table()->isColumnHidden(Model::NoLocal));
    QVERIFY(again.table()->isColumnHidden(Model::Dropped));
    QVERIFY(again.groupTable()->isColumnHidden(Grouped::Online));
}

void TestSubscriptions::otherColumnsAreLeftOut()
{
    Scene scene;
    SubscriptionsPage page(scene.capture, scene.source, nullptr, scene.wishes);
    // As a version left it that had ten columns for each and six for groups.
    QStandardItemModel ten(0, 10);
    LiveTable old(QStringLiteral("old"));
    old.setModel(&ten);
    old.setColumnHidden(Model::Delivered, true);
    QVariantMap saved = page.saved();
    saved.insert(old.savedColumns());
    ten.setColumnCount(6);
    old.setColumnHidden(Grouped::Quality, true);
    saved[QStringLiteral("groups")] = old.savedColumns();
    saved[QStringLiteral("filter")] = QStringLiteral("qos > 0");
    page.restore(saved);
    QVERIFY(!page.table()->isColumnHidden(Model::Delivered));
    QVERIFY(page.table()->isColumnHidden(Model::NoLocal));
    QVERIFY(!page.groupTable()->isColumnHidden(Grouped::Quality));
    QCOMPARE(page.filterEdit()->text(), QStringLiteral("qos > 0")); // what is not about columns is taken
}

void TestSubscriptions::eachByItself()
{
    Scene scene;
    Model model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.sort(Model::Client, Qt::AscendingOrder);
    QCOMPARE(drawn(model, {Model::Client, Model::Group, Model::Filter, Model::Quality, Model::Handling}),
        (QStringList{QStringLiteral("dev1  site/# 0 always"), QStringLiteral("dev1 g site/# 0 always"),
            QStringLiteral("dev2  site/# 2 always"), QStringLiteral("dev2 g site/# 0 always"),
            QStringLiteral("dev3 h site/# 0 always"), QStringLiteral("dev3  other 0 always")}));
}

void TestSubscriptions::byFilter()
{
    Scene scene;
    Grouped model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.refresh();
    model.sort(Grouped::Subscriptions, Qt::DescendingOrder);
    // dev1 and dev2 twice each, dev3 once and away
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Subscriptions, Grouped::Clients, Grouped::Online, Grouped::Quality}),
        (QStringList{QStringLiteral("site/# 5 3 2 0\u20132"), QStringLiteral("other 1 1 0 0")}));
    QCOMPARE(model.termAt(1), QStringLiteral("filter == \"other\""));
    QCOMPARE(model.clientAt(1), QByteArray());
}

void TestSubscriptions::byClient()
{
    Scene scene;
    Grouped model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setGrouping(SubscriptionGrouping::Client);
    model.sort(Grouped::Name, Qt::AscendingOrder);
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Subscriptions, Grouped::Clients, Grouped::Online}),
        (QStringList{QStringLiteral("dev1 2 1 1"), QStringLiteral("dev2 2 1 1"), QStringLiteral("dev3 2 1 0")}));
    QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Client id"));
    QCOMPARE(model.clientAt(2), QByteArray("dev3"));
    model.setFilter(compileFilter(u"group != \"\"", FilterView::Subscriptions).program);
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Subscriptions}),
        (QStringList{QStringLiteral("dev1 1"), QStringLiteral("dev2 1"), QStringLiteral("dev3 1")}));
}

void TestSubscriptions::bySharedGroup()
{
    Scene scene;
    Grouped model(scene.capture);
    model.setGrouping(SubscriptionGrouping::SharedGroup);
    model.sort(Grouped::Name, Qt::AscendingOrder);
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Clients}),
        (QStringList{QStringLiteral("g/site/# 2"), QStringLiteral("h/site/# 1")}));
    QCOMPARE(model.termAt(0), QStringLiteral("group == \"g\" and filter == \"site/#\""));
}

void TestSubscriptions::groupsFollow()
{
    Scene scene;
    Grouped model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.sort(Grouped::Name, Qt::AscendingOrder);
    model.refresh();
    const RowsModel::Key site = model.keyAt(1);
    MonitorBatch batch;
    batch.subscriptions = {subscription(3, "other", false), subscription(3, "site/#"), subscription(1, "new")};
    scene.push(batch);
    model.refresh();
    QCOMPARE(drawn(model, {Grouped::Name, Grouped::Subscriptions}), (QStringList{QStringLiteral("new 1"), QStringLiteral("site/# 6")}));
    QCOMPARE(model.keyAt(1), site); // what is selected stays so
}

void TestSubscriptions::frozenGroupsStandStill()
{
    Scene scene;
    Grouped model(scene.capture);
    model.refresh();
    model.setFrozen(true);
    MonitorBatch batch;
    batch.subscriptions = {subscription(1, "new")};
    scene.push(batch);
    model.refresh();
    QCOMPARE(model.rowCount(), 2);
    model.setFrozen(false);
    QCOMPARE(model.rowCount(), 3);
}

void TestSubscriptions::aGroupIsOpened()
{
    Scene scene;
    SubscriptionsPage page(scene.capture, scene.source, nullptr, scene.wishes);
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    auto *grouping = page.findChild<QComboBox *>(QStringLiteral("grouping"));
    grouping->setCurrentIndex(grouping->findData(int(SubscriptionGrouping::SharedGroup)));
    QVERIFY(page.groupTable()->isVisible() && !page.table()->isVisible());
    QCOMPARE(page.groups().rowCount(), 2);
    QCOMPARE(page.saved().value(QStringLiteral("grouping")).toInt(), int(SubscriptionGrouping::SharedGroup));
    page.groupTable()->setFocus();
    page.groupTable()->selectRow(0);
    QTest::keyClick(page.groupTable(), Qt::Key_Return);
    QVERIFY(!page.groupTable()->isVisible() && page.table()->isVisible());
    QCOMPARE(page.filterEdit()->text(), QStringLiteral("group == \"g\" and filter == \"site/#\""));
    QCOMPARE(page.table()->model()->rowCount(), 2);
}

QTEST_MAIN(TestSubscriptions)
#include "tst_subscriptions.moc"
