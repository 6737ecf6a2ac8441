#include "captured.h"

#include "capture/capture.h"
#include "support/scriptedsource.h"
#include "views/filteredit.h"
#include "views/livetable.h"
#include "views/subscriptionspage.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

SubscriptionChange subscription(ClientNumber client, const QByteArray &filter, QoS qos = QoS::AtMostOnce, bool isAdded = true)
{
    SubscriptionChange made;
    made.isAdded = isAdded;
    made.client = client;
    made.entry.filter = filter;
    made.entry.maximumQoS = qos;
    return made;
}

ClientFacts facts(ClientNumber number, const QByteArray &id, bool isConnected = true)
{
    ClientFacts made;
    made.client = number;
    made.info.clientId = id;
    made.isConnected = isConnected;
    return made;
}

/// Three clients with the same filters, shared and not; the third is away.
MonitorSnapshot aSnapshot()
{
    MonitorSnapshot made;
    made.when = aMoment;
    made.clientNames = {{1, "dev1"}, {2, "dev2"}, {3, "dev3"}};
    made.topicNames = {{1, "site/a"}, {2, "site/a/b"}, {3, "$SYS/x"}};
    made.clients = {facts(1, "dev1"), facts(2, "dev2"), facts(3, "dev3", false)};
    made.subscriptions = {subscription(1, "site/#"), subscription(2, "site/#", QoS::ExactlyOnce), subscription(1, "$share/g/site/#"),
        subscription(2, "$share/g/site/#"), subscription(3, "$share/h/site/#"), subscription(3, "other")};
    return made;
}

/// A capture with a source that has told its snapshot.
struct Scene
{
    ScriptedSource source;
    Capture capture;
    Wishes wishes;

    Scene()
    {
        source.snapshot = aSnapshot();
        capture.setSource(&source);
        source.attach();
        const bool isThere = QTest::qWaitFor([this] { return capture.subscriptions().count() == 6 && !capture.isFetchingRetained(); });
        QVERIFY(isThere);
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

} // namespace

/// Subscriptions, one by one and grouped, and how many messages they match.
class TestSubscriptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ratesOfFilters_data();
    void ratesOfFilters();
    void eachByItself();
    void byFilter();
    void byClient();
    void bySharedGroup();
    void groupsFollow();
    void frozenGroupsStandStill();
    void aGroupIsOpened();
};

void TestSubscriptions::ratesOfFilters_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<double>("rate"); // the topics have 1, 2, 4, 8, 16 a second
    QTest::newRow("a topic, not what is below it") << QByteArray("site/a") << 1.0;
    QTest::newRow("the one below") << QByteArray("site/a/b") << 2.0;
    QTest::newRow("nothing of that name") << QByteArray("site/c") << 0.0;
    QTest::newRow("# takes its parent, 4.7.1.2") << QByteArray("site/a/#") << 3.0;
    QTest::newRow("a level") << QByteArray("site/+") << 5.0;
    QTest::newRow("a level in front") << QByteArray("+/a") << 1.0;
    QTest::newRow("two levels") << QByteArray("+/+") << 21.0;
    QTest::newRow("a level and all below") << QByteArray("+/a/#") << 3.0;
    QTest::newRow("all but $, 4.7.2") << QByteArray("#") << 23.0;
    QTest::newRow("a first level but $") << QByteArray("+/x") << 0.0;
    QTest::newRow("$ by name") << QByteArray("$SYS/#") << 8.0;
    QTest::newRow("an empty level") << QByteArray("/b") << 16.0;
    QTest::newRow("an empty level by +") << QByteArray("+/b") << 16.0;
}

void TestSubscriptions::ratesOfFilters()
{
    QFETCH(QByteArray, filter);
    QFETCH(double, rate);
    auto names = std::make_shared<NameTable>();
    TopicStore store(names);
    quint64 number = 0;
    const QByteArray topics[] = {"site/a", "site/a/b", "site/c2", "$SYS/x", "/b"};
    for (TopicNumber topic = 1; topic <= std::size(topics); ++topic)
        names->add({topic, topics[topic - 1]});
    store.tick(aMoment);
    for (int seconds = 1; seconds <= 40; ++seconds) { // until the rates have settled
        for (TopicNumber topic = 1; topic <= std::size(topics); ++topic) {
            for (int i = 0; i < 1 << (topic - 1); ++i)
                store.add(record(++number, topic, 1, message(topics[topic - 1], "x")));
        }
        store.tick(aMoment + seconds * second);
    }
    QVERIFY2(std::abs(store.rateOf(filter) - rate) < 0.01, qPrintable(QString::number(store.rateOf(filter))));
}

void TestSubscriptions::eachByItself()
{
    Scene scene;
    SubscriptionsModel model(scene.capture);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.sort(SubscriptionsModel::Client, Qt::AscendingOrder);
    using Model = SubscriptionsModel;
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
    batch.when = aMoment;
    batch.subscriptions = {subscription(3, "other", QoS::AtMostOnce, false), subscription(3, "site/#"), subscription(1, "new")};
    scene.source.push(batch);
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
    batch.when = aMoment;
    batch.subscriptions = {subscription(1, "new")};
    scene.source.push(batch);
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
