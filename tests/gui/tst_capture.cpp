#include "captured.h"

#include "capture/capture.h"
#include "support/scriptedsource.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

ClientFacts facts(ClientNumber number, const QByteArray &id, bool isConnected = true)
{
    ClientFacts made;
    made.client = number;
    made.info.clientId = id;
    made.info.userName = "user of " + id;
    made.info.address = "192.0.2." + QByteArray::number(number);
    made.isConnected = isConnected;
    made.since = aMoment;
    made.connects = 1;
    return made;
}

ConnectionEvent connection(ClientNumber number, ConnectionEventKind kind, qint64 when = aMoment)
{
    ConnectionEvent made;
    made.when = when;
    made.kind = kind;
    made.client = number;
    return made;
}

SubscriptionChange subscription(ClientNumber client, const QByteArray &filter, bool isAdded = true)
{
    SubscriptionChange made;
    made.isAdded = isAdded;
    made.client = client;
    made.entry.filter = filter;
    return made;
}

MonitorSnapshot aSnapshot()
{
    MonitorSnapshot made;
    made.when = aMoment;
    made.clientNames = {{1, "dev1"}, {2, "dev2"}};
    made.clients = {facts(1, "dev1"), facts(2, "dev2", false)};
    made.subscriptions = {subscription(1, "site/#"), subscription(2, "$share/group/site/+")};
    made.limits.queuedMessages = 1000;
    made.totals.when = aMoment;
    made.totals.connected = 1;
    return made;
}

/// A capture with a source that has told its snapshot.
struct Scene
{
    ScriptedSource source;
    Capture capture;

    explicit Scene(const MonitorSnapshot &snapshot = aSnapshot())
    {
        source.snapshot = snapshot;
        capture.setSource(&source);
        QSignalSpy reset(&capture, &Capture::reset);
        source.attach();
        [[maybe_unused]] const bool isTaken = reset.wait();
        while (capture.isFetchingRetained())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    void push(MonitorBatch batch)
    {
        batch.when = batch.when == 0 ? aMoment : batch.when;
        source.push(batch);
    }
};

bool passes(FilterRow &row, const char *filter, FilterView view)
{
    return FilterRun(compileFilter(QString::fromLatin1(filter), view).program).passes(row);
}

} // namespace

/// What is kept of what a source tells: the whole of it, and clients, subscriptions, retained messages, log, rates.
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
    void clientsComeAndGo();
    void whoComesAndGoesInOneBatch();
    void connectionsHaveTheirOrigin();
    void refusedClients();
    void whoIsThereIsNotReplacedByWhoWasRefused();
    void bansAreMarked();
    void ratesOfClients();
    void whatIsLongAgoIsNotRecent();
    void latenciesOfClients();
    void goneClientsAreForgotten();
    void filtersAskClients_data();
    void filtersAskClients();
    void logIsBounded();
    void historyOfRates();
    void countersAreExact();
};

void TestCapture::aSnapshotIsTakenIn()
{
    Scene scene;
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
    Scene scene;
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
    Scene scene;
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
    Scene scene;
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
    Scene scene;
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
    Scene scene;
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
    Scene scene;
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

    Scene scene; // all pages have come
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
    Scene scene;
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
    Scene scene;
    SubscriptionRow row(scene.capture.subscriptions(), scene.capture.clientNameTable());
    row.goTo(1);
    for (const char *filter : {"filter == site/+", "group == group", "client == dev2", "qos == 0", "not nolocal", "not asis",
             "handling == always", "site"})
        QVERIFY2(passes(row, filter, FilterView::Subscriptions), filter);
    row.goTo(0);
    QVERIFY(passes(row, "group == \"\"", FilterView::Subscriptions));
    QVERIFY(!passes(row, "identifier == 0", FilterView::Subscriptions));
}

void TestCapture::clientsComeAndGo()
{
    Scene scene;
    MonitorBatch batch;
    batch.events = {connection(1, ConnectionEventKind::Disconnected)};
    batch.clients = {facts(1, "dev1", false)};
    QSignalSpy events(&scene.capture, &Capture::connectionsChanged);
    scene.push(batch);
    QCOMPARE(events.size(), 1);
    QCOMPARE(scene.capture.clients().find(1)->state, ClientState::Away);
    QCOMPARE(scene.capture.clients().find(1)->history.size(), size_t(1));
    batch = {};
    batch.endedSessions = {1};
    batch.events = {connection(1, ConnectionEventKind::SessionEnded)};
    scene.push(batch);
    QCOMPARE(scene.capture.clients().find(1)->state, ClientState::Gone);
    batch = {};
    batch.clients = {facts(1, "dev1")};
    scene.push(batch);
    QCOMPARE(scene.capture.clients().find(1)->state, ClientState::Online);
    QCOMPARE(scene.capture.clients().count(), 2);
    QCOMPARE(scene.capture.clients().eventCount(), quint64(2));
}

void TestCapture::whoComesAndGoesInOneBatch()
{
    Scene scene;
    MonitorBatch batch;
    batch.newClients = {{3, "quick"}};
    for (const quint64 number : {40, 41}) {
        ConnectionEvent came = connection(3, ConnectionEventKind::Connected, aMoment + qint64(number) * second);
        came.info.connection = number;
        came.info.clientId = "quick";
        came.info.userName = "somebody";
        came.info.address = "198.51.100.9";
        came.info.version = ProtocolVersion::Mqtt311;
        ConnectionEvent went = came;
        went.kind = ConnectionEventKind::Disconnected;
        went.when += 5'000'000;
        went.reason = ReasonCode::KeepAliveTimeout;
        went.text = "nothing came";
        batch.events.push_back(came);
        batch.events.push_back(went);
    }
    batch.events.push_back(connection(3, ConnectionEventKind::SessionEnded, aMoment + 42 * second));
    batch.endedSessions = {3};
    scene.push(batch);

    const SeenClient *quick = scene.capture.clients().find(3);
    QVERIFY(quick);
    QCOMPARE(quick->state, ClientState::Gone);
    QVERIFY(!quick->facts.isConnected);
    QCOMPARE(quick->facts.info.address, QByteArray("198.51.100.9"));
    QCOMPARE(quick->facts.info.userName, QByteArray("somebody"));
    QCOMPARE(quick->facts.info.version, ProtocolVersion::Mqtt311);
    QCOMPARE(quick->facts.since, aMoment + 41 * second + 5'000'000);
    QCOMPARE(quick->facts.connects, quint64(2));
    QCOMPARE(quick->facts.lastReason, ReasonCode::KeepAliveTimeout);
    QCOMPARE(quick->facts.lastText, QByteArray("nothing came"));

    // What a snapshot says is not counted again, and is not made older.
    ConnectionEvent late = connection(1, ConnectionEventKind::Disconnected, aMoment - second);
    late.info.address = "203.0.113.1";
    ConnectionEvent known = connection(1, ConnectionEventKind::Connected, aMoment);
    known.info = scene.capture.clients().find(1)->facts.info;
    batch = {};
    batch.events = {late, known};
    scene.push(batch);
    QCOMPARE(scene.capture.clients().find(1)->facts.info.address, QByteArray("192.0.2.1"));
    QCOMPARE(scene.capture.clients().find(1)->facts.connects, quint64(1));
}

void TestCapture::connectionsHaveTheirOrigin()
{
    MonitorSnapshot snapshot = aSnapshot();
    snapshot.clients[0].info.connection = 8;
    Scene scene(snapshot);
    const ClientStore &clients = scene.capture.clients();
    QVERIFY(clients.connection(8));
    QCOMPARE(clients.connection(8)->client, ClientNumber(1));
    QVERIFY(!clients.connection(9));
    MonitorBatch batch;
    ConnectionEvent refused = connection(0, ConnectionEventKind::Refused);
    refused.info.connection = 9;
    refused.info.address = "198.51.100.9";
    refused.info.port = 4711;
    ConnectionEvent came = connection(2, ConnectionEventKind::Connected);
    came.info.connection = 10;
    batch.events = {refused, came, connection(1, ConnectionEventKind::Disconnected, aMoment + second)};
    scene.push(batch);
    QCOMPARE(clients.connection(9)->address, QByteArray("198.51.100.9"));
    QCOMPARE(clients.connection(9)->port, quint16(4711));
    QCOMPARE(clients.connection(10)->client, ClientNumber(2));
    QVERIFY(clients.connection(8)); // its client has gone, but its packets are there

    batch = {};
    for (size_t i = 0; i < ClientStore::maximumConnections; ++i) {
        came.info.connection = 11 + i;
        batch.events.push_back(came);
    }
    scene.push(batch);
    QVERIFY(!clients.connection(8));
    QVERIFY(clients.connection(10 + ClientStore::maximumConnections));
}

void TestCapture::refusedClients()
{
    Scene scene;
    MonitorBatch batch;
    batch.newClients = {{3, "stranger"}};
    ConnectionEvent refused = connection(3, ConnectionEventKind::Refused);
    refused.reason = ReasonCode::NotAuthorized;
    refused.info.address = "198.51.100.9";
    ConnectionEvent nameless = connection(0, ConnectionEventKind::Refused);
    batch.events = {refused, refused, nameless, connection(1, ConnectionEventKind::Refused)};
    scene.push(batch);
    const SeenClient *stranger = scene.capture.clients().find(3);
    QVERIFY(stranger);
    QCOMPARE(stranger->state, ClientState::Refused);
    QCOMPARE(stranger->refusals, quint64(2));
    QCOMPARE(stranger->facts.info.address, QByteArray("198.51.100.9"));
    QCOMPARE(scene.capture.clients().find(1)->state, ClientState::Online); // somebody else has its client id
    QCOMPARE(scene.capture.clients().events().size(), size_t(4));
    QVERIFY(!scene.capture.clients().find(0));
}

void TestCapture::whoIsThereIsNotReplacedByWhoWasRefused()
{
    MonitorSnapshot snapshot = aSnapshot();
    for (ClientFacts &client : snapshot.clients)
        client.since = 0; // before the source was attached
    Scene scene(snapshot);
    MonitorBatch batch;
    for (const ClientNumber number : {1, 2}) {
        ConnectionEvent refused = connection(number, ConnectionEventKind::Refused);
        refused.info.address = "198.51.100.9";
        batch.events.push_back(refused);
    }
    scene.push(batch);
    const ClientStore &clients = scene.capture.clients();
    QCOMPARE(clients.find(1)->state, ClientState::Online);
    QCOMPARE(clients.find(1)->facts.info.address, QByteArray("192.0.2.1"));
    QCOMPARE(clients.find(2)->state, ClientState::Away);
    QCOMPARE(clients.find(2)->facts.info.address, QByteArray("192.0.2.2"));
    QCOMPARE(clients.find(1)->refusals, quint64(1));
    // Whose session has ended is shown as what came last.
    batch.endedSessions = {2};
    scene.push(batch);
    batch.endedSessions.clear();
    scene.push(batch);
    QCOMPARE(clients.find(2)->state, ClientState::Refused);
}

void TestCapture::bansAreMarked()
{
    Scene scene;
    MonitorBatch batch;
    batch.bans = {Ban{.by = BannedBy::Address, .value = "192.0.2.2", .endsAt = {}, .reason = {}}};
    scene.push(batch);
    QVERIFY(scene.capture.clients().find(2)->isBanned);
    QVERIFY(!scene.capture.clients().find(1)->isBanned);
    batch.bans = {Ban{.by = BannedBy::ClientId, .value = "dev1", .endsAt = {}, .reason = {}}};
    scene.push(batch);
    QVERIFY(scene.capture.clients().find(1)->isBanned);
    QVERIFY(!scene.capture.clients().find(2)->isBanned);
    batch.bans = std::vector<Ban>();
    scene.push(batch);
    QVERIFY(!scene.capture.clients().find(1)->isBanned);
}

void TestCapture::ratesOfClients()
{
    Scene scene;
    MonitorBatch batch;
    batch.when = aMoment;
    for (int i = 0; i < 12; ++i) {
        batch.when += second / 2;
        ClientCounts counts;
        counts.client = 1;
        counts.isConnected = true;
        counts.messagesIn = quint64(i + 1) * 50;
        counts.bytesOut = quint64(i + 1) * 1000;
        batch.counts = {counts};
        scene.push(batch);
    }
    const SeenClient *client = scene.capture.clients().find(1);
    QVERIFY2(qAbs(client->rateIn - 100) < 2, qPrintable(QString::number(client->rateIn)));
    QVERIFY(qAbs(client->byteRateOut - 2000) < 20);
    QCOMPARE(client->facts.counts.messagesIn, quint64(600));
    QCOMPARE(scene.capture.clients().busiest(5), std::vector<ClientNumber>{1});
    // Nothing new to count: the rate goes down all the same.
    for (int i = 0; i < 30; ++i) {
        MonitorBatch quiet;
        quiet.when = batch.when += second / 2;
        quiet.totals = MonitorTotals();
        quiet.totals->when = quiet.when;
        scene.push(quiet);
    }
    QCOMPARE(client->rateIn, 0.0);
    QCOMPARE(client->facts.counts.messagesIn, quint64(600));
}

void TestCapture::whatIsLongAgoIsNotRecent()
{
    MonitorSnapshot snapshot = aSnapshot();
    snapshot.clients[0].counts.drops = {100}; // before anybody looked
    Scene scene(snapshot);
    const SeenClient *client = scene.capture.clients().find(1);
    QCOMPARE(client->recentDrops(aMoment), quint64(0));
    MonitorBatch batch;
    for (int i = 1; i <= 4; ++i)
        batch.events.push_back(connection(1, ConnectionEventKind::Connected, aMoment + i * second));
    batch.when = aMoment + 5 * second;
    batch.counts = {client->facts.counts};
    batch.counts[0].client = 1;
    batch.counts[0].drops = {107};
    scene.push(batch);

    ClientRow now(scene.capture.clients(), batch.when);
    now.goTo(1);
    QVERIFY(passes(now, "recentdrops == 7", FilterView::Clients));
    QVERIFY(passes(now, "recentconnects == 4", FilterView::Clients));
    const auto isIn = [&](const char *filter, qint64 when) {
        ClientRow row(scene.capture.clients(), when);
        row.goTo(1);
        return passes(row, filter, FilterView::Clients);
    };
    QVERIFY(isIn("recentdrops > 0", batch.when));
    QVERIFY(isIn("recentconnects > 3", batch.when));
    QVERIFY(!isIn("recentdrops > 0", batch.when + 60 * second));
    QVERIFY(!isIn("recentconnects > 3", batch.when + 600 * second));
    QCOMPARE(client->facts.counts.dropped(), quint64(107));
}

void TestCapture::latenciesOfClients()
{
    Latencies latencies;
    QCOMPARE(latencies.below(0.5), -1);
    for (int i = 0; i < 95; ++i)
        latencies.add(1'000'000);
    for (int i = 0; i < 5; ++i)
        latencies.add(100'000'000);
    const auto isNear = [](qint64 value, qint64 wanted) { return value >= wanted && value <= wanted * 5 / 4; };
    QVERIFY2(isNear(latencies.below(0.5), 1'000'000), qPrintable(QString::number(latencies.below(0.5))));
    QVERIFY(isNear(latencies.below(0.95), 1'000'000));
    QVERIFY(isNear(latencies.below(0.99), 100'000'000));
    for (int i = 0; i < 8; ++i)
        latencies.fade();
    QVERIFY(latencies.isEmpty());
    latencies.add(0);
    latencies.add(-5);
    latencies.add(std::numeric_limits<qint64>::max());
    QVERIFY(latencies.below(1) > 0);

    Scene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 2)};
    batch.deliveries = {step(1, 2, DeliveryStep::Sent, 1'000, QoS::AtMostOnce), step(1, 1, DeliveryStep::Sent, 1'000'000),
        step(1, 1, DeliveryStep::Acknowledged, 4'000'000)};
    scene.push(batch);
    QVERIFY(scene.capture.clients().find(2)->latencies.isEmpty());
    QVERIFY(isNear(scene.capture.clients().find(1)->latencies.below(0.5), 4'000'000));
}

void TestCapture::goneClientsAreForgotten()
{
    auto names = std::make_shared<NameTable>();
    ClientStore store(names);
    constexpr ClientNumber many = ClientNumber(ClientStore::maximumGone) * 2 + 10;
    for (ClientNumber number = 1; number <= many; ++number) {
        names->add({number, "dev" + QByteArray::number(number)});
        MonitorBatch batch;
        batch.clients = {facts(number, "dev")};
        batch.endedSessions = {number};
        store.add(batch);
    }
    MonitorBatch batch;
    batch.clients = {facts(many, "dev")};
    store.add(batch);
    QVERIFY(size_t(store.count()) <= ClientStore::maximumGone * 2);
    QVERIFY(store.shape() > 0);
    QVERIFY(!store.find(1));
    QCOMPARE(store.find(many)->state, ClientState::Online);
    // Ten thousand are let go of at once, in one pass.
    MonitorBatch flood;
    for (ClientNumber number = many + 1; number <= many + 200'000; ++number) {
        flood.clients.push_back(facts(number, "dev"));
        flood.endedSessions.push_back(number);
    }
    QElapsedTimer clock;
    clock.start();
    store.add(flood);
    QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(!store.find(many + 1));
    QVERIFY(store.find(many + 200'000));
    QVERIFY(size_t(store.count()) <= ClientStore::maximumGone + 1);
}

void TestCapture::filtersAskClients_data()
{
    QTest::addColumn<QString>("filter");
    for (const char *filter : {"client == dev1", "user contains dev1", "address == \"192.0.2.1\"", "online", "not banned", "not refused",
             "keepalive == 60 s", "version == 3.1.1", "version >= 3.1.1", "clean", "queue > 10", "queuebytes == 1k", "dropped == 5",
             "inflight == 3", "subscriptions == 2", "takeovers == 4", "connects == 1", "connected > 1 min", "expiry == 1 h",
             "bytesin == 10", "bytesout == 20", "code == 0x8E", "listener contains 1883", "reason contains over", "in == 0",
             "not latency > 1 ms"})
        QTest::newRow(filter) << QString::fromLatin1(filter);
}

void TestCapture::filtersAskClients()
{
    QFETCH(QString, filter);
    MonitorSnapshot snapshot = aSnapshot();
    ClientFacts &full = snapshot.clients[0];
    full.info.keepAliveSeconds = 60;
    full.info.version = ProtocolVersion::Mqtt311;
    full.info.cleanStart = true;
    full.info.listener = "tcp 127.0.0.1:1883";
    full.takeovers = 4;
    full.sessionExpirySeconds = 3600;
    full.lastReason = ReasonCode::SessionTakenOver;
    full.lastText = "taken over";
    full.counts.queuedMessages = 11;
    full.counts.queuedBytes = 1024;
    full.counts.drops = {2, 3};
    full.counts.inflight = 3;
    full.counts.subscriptions = 2;
    full.counts.bytesIn = 10;
    full.counts.bytesOut = 20;
    Scene scene(snapshot);
    ClientRow row(scene.capture.clients(), aMoment + 120 * second);
    row.goTo(1);
    QVERIFY(passes(row, qPrintable(filter), FilterView::Clients));
    row.goTo(77); // nobody
    QVERIFY(!passes(row, "queue >= 0", FilterView::Clients));
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
    Scene scene;
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
