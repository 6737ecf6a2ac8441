#include "capturescene.h"

#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// What is kept of what a source tells: the whole of it, and subscriptions, retained messages, log, rates.
class TestCapture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSnapshotIsTakenIn();
    void aBatchIsTakenIn();
    void attachedAnewNamesBeginAnew();
    void aSnapshotMeanwhileKeepsTheRings();
    void anotherSourceAnotherCapture();
    void whatWasSeenStaysWithoutASource();
    void trafficIsCleared();
    void retainedComesInPages();
    void retainedChangesWhilePagesCome();
    void retainedChangesAreForgottenWithTheLastPage();
    void retainedRowsMove();
    void subscriptionsByTheRow();
    void filtersAskSubscriptions();
    void logIsBounded();
    void historyOfRates();
    void countersAreExact();
};

void TestCapture::aSnapshotIsTakenIn()
{
    CaptureScene scene;
    QCOMPARE(scene.capture.clients().count(), 2);
    QCOMPARE(scene.capture.clients().nameOf(2), QByteArrayView("dev2"));
    QCOMPARE(scene.capture.clients().find(1)->state, ClientState::Online);
    QCOMPARE(scene.capture.clients().find(2)->state, ClientState::Away);
    QCOMPARE(scene.capture.subscriptions().count(), 2);
    QCOMPARE(scene.capture.limits().queuedMessages, quint64(1000));
    QCOMPARE(scene.capture.totals().connected, quint64(1));
    QCOMPARE(scene.source.commands, (QByteArrayList{"retained # behind ", "retained $SYS/# behind "}));
}

void TestCapture::aBatchIsTakenIn()
{
    CaptureScene scene;
    QSignalSpy updated(&scene.capture, &Capture::updated);
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.newClients = {{3, "dev3"}};
    batch.messages = {record(1, 1, 3, message("site/a", "x"))};
    batch.deliveries = {step(1, 1, DeliveryStep::Sent, 5'000, QoS::AtMostOnce)};
    batch.losses.messages = 7;
    scene.push(batch);
    QCOMPARE(updated.size(), 1);
    QCOMPARE(scene.capture.messages().end(), quint64(1));
    QCOMPARE(scene.capture.messages().at(0).delivered, quint32(1));
    QCOMPARE(scene.capture.messages().topicAt(0), QByteArrayView("site/a"));
    QCOMPARE(scene.capture.deliveries().outcomesOf(scene.capture.messages(), 0).receivers.size(), size_t(1));
    QCOMPARE(scene.capture.topics().topicCount(), 1);
    QCOMPARE(scene.capture.losses().messages, quint64(7));
    QCOMPARE(scene.capture.clientNames().text(3), QByteArrayView("dev3"));
}

void TestCapture::attachedAnewNamesBeginAnew()
{
    CaptureScene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 1, message("site/a", "x"))};
    scene.push(batch);
    MonitorSnapshot other = aSnapshot();
    other.clientNames = {{1, "other"}};
    other.clients = {facts(1, "other")};
    QSignalSpy leaving(&scene.capture, &Capture::aboutToReset);
    scene.source.push(other);
    QCOMPARE(leaving.size(), 1);
    QCOMPARE(scene.capture.messages().end(), quint64(0));
    QCOMPARE(scene.capture.clients().nameOf(1), QByteArrayView("other"));
    QCOMPARE(scene.capture.clients().count(), 1);
    QCOMPARE(scene.capture.topics().topicCount(), 0);
}

void TestCapture::aSnapshotMeanwhileKeepsTheRings()
{
    CaptureScene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 1, message("site/a", "x"))};
    scene.push(batch);
    MonitorSnapshot later = aSnapshot();
    later.topicNames = {{1, "site/a"}};
    later.clients.pop_back(); // dev2 has gone
    QSignalSpy leaving(&scene.capture, &Capture::aboutToReset);
    scene.source.push(later);
    QCOMPARE(leaving.size(), 0);
    QCOMPARE(scene.capture.messages().end(), quint64(1));
    QCOMPARE(scene.capture.clients().find(2)->state, ClientState::Gone);
    QCOMPARE(scene.capture.topics().topicCount(), 1);
}

void TestCapture::anotherSourceAnotherCapture()
{
    CaptureScene scene;
    ScriptedSource other;
    scene.capture.setSource(&other);
    QCOMPARE(scene.capture.clients().count(), 0);
    QCOMPARE(scene.capture.lastSnapshot().when, 0);
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 1)};
    scene.push(batch); // nobody listens to it any more
    QCOMPARE(scene.capture.messages().end(), quint64(0));
}

void TestCapture::whatWasSeenStaysWithoutASource()
{
    CaptureScene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 1)};
    scene.push(batch);
    const int clients = scene.capture.clients().count();
    const QSignalSpy reset(&scene.capture, &Capture::reset);
    scene.capture.setSource(nullptr);
    QVERIFY(!scene.capture.source());
    QCOMPARE(scene.capture.messages().end(), quint64(1));
    QCOMPARE(scene.capture.clients().count(), clients);
    QVERIFY(reset.isEmpty());
    scene.push(batch); // nobody listens to it any more
    QCOMPARE(scene.capture.messages().end(), quint64(1));
}

void TestCapture::trafficIsCleared()
{
    CaptureScene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 1)};
    scene.push(batch);
    scene.capture.clearTraffic();
    QCOMPARE(scene.capture.messages().begin(), scene.capture.messages().end());
    QCOMPARE(scene.capture.topics().topicCount(), 1);
    // The step of a message that has gone finds nobody, and does no harm.
    MonitorBatch late;
    late.deliveries = {step(1, 1, DeliveryStep::Sent, 1)};
    scene.push(late);
    QCOMPARE(scene.capture.clients().find(1)->latencies.isEmpty(), true);
}

void TestCapture::retainedComesInPages()
{
    ScriptedSource source;
    source.snapshot = aSnapshot();
    source.page.hasMore = true;
    source.page.messages = {message("site/a", "1"), message("site/b", "22")};
    Capture capture;
    capture.setSource(&source);
    bool wasFetching = false;
    connect(&capture, &Capture::retainedChanged, this, [&] {
        wasFetching = wasFetching || capture.isFetchingRetained();
        source.page.hasMore = false;
        source.page.messages = {message("site/c", "333")};
    });
    source.attach();
    QTRY_COMPARE(source.commands.size(), 3);
    QTRY_VERIFY(!capture.isFetchingRetained());
    QVERIFY(wasFetching);
    QCOMPARE(source.commands,
        (QByteArrayList{"retained # behind ", "retained # behind site/b", "retained $SYS/# behind "}));
    QCOMPARE(capture.retained().count(), 3);
    QCOMPARE(capture.retained().bytes(), 6);
    QCOMPARE(capture.topics().factsOf(TopicStore::root).retainedBelow, quint32(3));
}

void TestCapture::retainedChangesWhilePagesCome()
{
    RetainedStore store;
    RetainedChange removed;
    removed.topic = "a";
    RetainedChange set;
    set.topic = "b";
    set.message = message("b", "new");
    RetainedChange leftOut;
    leftOut.topic = "c";
    leftOut.isPayloadLeftOut = true;
    store.apply({removed, set, leftOut});
    store.addPage({message("a", "old"), message("b", "old"), message("c", "as it is"), message("d", "old")});
    QCOMPARE(store.rowOf("a"), -1);
    QCOMPARE(store.at(store.rowOf("b")).message->payload(), QByteArrayView("new"));
    QCOMPARE(store.at(store.rowOf("c")).message->payload(), QByteArrayView("as it is"));
    QCOMPARE(store.at(store.rowOf("d")).message->payload(), QByteArrayView("old"));
}

void TestCapture::retainedChangesAreForgottenWithTheLastPage()
{
    RetainedStore store;
    RetainedChange removed;
    removed.topic = "a";
    store.apply({removed});
    store.endPages();
    store.apply({removed});
    // Nothing is remembered of either: a page would count.
    store.addPage({message("a", "as it is")});
    QCOMPARE(store.count(), 1);
    store.clear();
    store.apply({removed});
    store.addPage({message("a", "old")});
    QCOMPARE(store.count(), 0);

    CaptureScene scene; // all pages have come
    MonitorBatch batch;
    batch.retained = {removed};
    scene.push(batch);
    RetainedStore after = scene.capture.retained();
    after.addPage({message("a", "as it is")});
    QCOMPARE(after.count(), 1);
}

void TestCapture::retainedRowsMove()
{
    RetainedStore store;
    store.addPage({message("a", "1"), message("b", "2"), message("c", "3")});
    RetainedChange removed;
    removed.topic = "a";
    const std::vector<RetainedStore::Change> changes = store.apply({removed, removed});
    QCOMPARE(changes.size(), size_t(1));
    QCOMPARE(changes[0].row, 0);
    QCOMPARE(store.at(0).topic, QByteArray("c")); // the last one has moved there
    QCOMPARE(store.rowOf("c"), 0);
    QCOMPARE(store.count(), 2);
    QCOMPARE(store.bytes(), 2);
    RetainedRow row(store, aMoment + 60 * second);
    row.goTo(0);
    for (const char *filter : {"topic == c", "size == 1", "age > 50 s", "qos == 0", "payload contains 3", "not from contains x"})
        QVERIFY2(passes(row, filter, FilterView::Retained), filter);
}

void TestCapture::subscriptionsByTheRow()
{
    CaptureScene scene;
    std::vector<SubscriptionStore::Change> heard;
    connect(&scene.capture, &Capture::subscriptionsChanged, this,
        [&](const std::vector<SubscriptionStore::Change> &changes) { heard = changes; });
    MonitorBatch batch;
    SubscriptionChange changed = subscription(1, "site/#");
    changed.entry.maximumQoS = QoS::ExactlyOnce;
    batch.subscriptions = {subscription(2, "new"), changed, subscription(1, "never", false)};
    scene.push(batch);
    using Kind = SubscriptionStore::Change::Kind;
    QCOMPARE(heard.size(), size_t(2));
    QCOMPARE(heard[0].kind, Kind::Added);
    QCOMPARE(heard[0].row, 2);
    QCOMPARE(heard[1].kind, Kind::Changed);
    QCOMPARE(heard[1].row, 0);
    const SubscriptionStore &store = scene.capture.subscriptions();
    QCOMPARE(store.at(0).entry.maximumQoS, QoS::ExactlyOnce);
    QCOMPARE(store.rowsOf(2), (std::vector<int>{1, 2}));
    batch.subscriptions = {subscription(1, "site/#", false)};
    scene.push(batch);
    QCOMPARE(heard[0].kind, Kind::Removed);
    QCOMPARE(heard[0].row, 0);
    QCOMPARE(store.at(0).entry.filter, QByteArray("new"));
    QCOMPARE(store.rowsOf(2), (std::vector<int>{1, 0}));
    QVERIFY(store.rowsOf(1).empty());
}

void TestCapture::filtersAskSubscriptions()
{
    CaptureScene scene;
    SubscriptionRow row(scene.capture.subscriptions(), scene.capture.clientNameTable());
    row.goTo(1);
    for (const char *filter : {"filter == site/+", "group == group", "client == dev2", "qos == 0", "not nolocal", "not asis",
             "handling == always", "site"})
        QVERIFY2(passes(row, filter, FilterView::Subscriptions), filter);
    row.goTo(0);
    QVERIFY(passes(row, "group == \"\"", FilterView::Subscriptions));
    QVERIFY(!passes(row, "identifier == 0", FilterView::Subscriptions));
}

void TestCapture::logIsBounded()
{
    LogLines lines;
    std::vector<LogLine> many(LogLines::maximumLines + 1);
    for (size_t i = 0; i < many.size(); ++i)
        many[i].text = QString::number(i);
    lines.add(many);
    QCOMPARE(lines.begin(), quint64(LogLines::droppedAtOnce));
    QCOMPARE(lines.end(), quint64(many.size()));
    QCOMPARE(lines.at(lines.begin()).text, QString::number(LogLines::droppedAtOnce));
    lines.clear();
    QCOMPARE(lines.begin(), lines.end());
    LogLine line;
    line.level = QtWarningMsg;
    line.text = QStringLiteral("something is odd");
    line.category = "pigeon.session";
    line.clientId = "dev1";
    line.when = aMoment;
    lines.add({line});
    LogRow row(lines, aMoment + 60 * second);
    row.goTo(lines.begin());
    for (const char *filter : {"level == warning", "level >= info", "text contains ODD", "category ~ session", "client == dev1", "age > 50 s", "odd"})
        QVERIFY2(passes(row, filter, FilterView::Log), filter);
    QVERIFY(!passes(row, "level >= error", FilterView::Log));
}

void TestCapture::historyOfRates()
{
    RateHistory history;
    MonitorTotals totals;
    totals.when = aMoment;
    history.add(totals);
    QVERIFY(history.points().empty());
    for (int half = 1; half <= 4; ++half) { // twice a second
        totals.when = aMoment + half * second / 2;
        totals.messagesIn = quint64(half) * 500;
        totals.drops = {quint64(half), 0};
        totals.connected = 3;
        history.add(totals);
    }
    QCOMPARE(history.points().size(), size_t(2));
    QCOMPARE(history.last().messagesIn, 1000.0);
    QCOMPARE(history.last().drops, 2.0);
    QCOMPARE(history.last().connected, quint64(3));
    totals.when += second;
    totals.messagesIn = 0; // another broker
    history.add(totals);
    QCOMPARE(history.last().messagesIn, 0.0);
    for (int i = 0; i < 3000; ++i) {
        totals.when += second;
        history.add(totals);
    }
    QCOMPARE(history.points().size(), RateHistory::maximumPoints);
    // The clock is set back by a quarter of an hour, and goes on from there.
    totals.when -= 900 * second;
    for (int i = 0; i < 3; ++i) {
        history.add(totals);
        totals.when += second;
        totals.messagesIn += 10;
    }
    QCOMPARE(history.last().when, totals.when - second);
    QCOMPARE(history.last().messagesIn, 10.0);
    QVERIFY(std::ranges::is_sorted(history.points(), {}, &RatePoint::when));
    QVERIFY(history.points().size() >= 800);
}

void TestCapture::countersAreExact()
{
    // Whatever is lost on the way or has gone from the ring, totals are what the broker says.
    CaptureScene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.totals = MonitorTotals();
    batch.totals->when = aMoment + second;
    batch.totals->messagesIn = 123'456;
    batch.messages = {record(100, 1, 1)};
    batch.losses.messages = 99;
    scene.push(batch);
    QCOMPARE(scene.capture.totals().messagesIn, quint64(123'456));
    QCOMPARE(scene.capture.losses().total(), quint64(99));
    QCOMPARE(scene.capture.messages().at(0).number, quint64(100));
}

QTEST_GUILESS_MAIN(TestCapture)
#include "tst_capture.moc"
