#include "capturescene.h"

#include <QElapsedTimer>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

/// What is kept of clients and of their connections.
class TestClientStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

void TestClientStore::clientsComeAndGo()
{
    CaptureScene scene;
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

void TestClientStore::whoComesAndGoesInOneBatch()
{
    CaptureScene scene;
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

void TestClientStore::connectionsHaveTheirOrigin()
{
    MonitorSnapshot snapshot = aSnapshot();
    snapshot.clients[0].info.connection = 8;
    CaptureScene scene(snapshot);
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
    for (size_t i = 0; i < ConnectionTable::maximumConnections; ++i) {
        came.info.connection = 11 + i;
        batch.events.push_back(came);
    }
    scene.push(batch);
    QVERIFY(!clients.connection(8));
    QVERIFY(clients.connection(10 + ConnectionTable::maximumConnections));
}

void TestClientStore::refusedClients()
{
    CaptureScene scene;
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

void TestClientStore::whoIsThereIsNotReplacedByWhoWasRefused()
{
    MonitorSnapshot snapshot = aSnapshot();
    for (ClientFacts &client : snapshot.clients)
        client.since = 0; // before the source was attached
    CaptureScene scene(snapshot);
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

void TestClientStore::bansAreMarked()
{
    CaptureScene scene;
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

void TestClientStore::ratesOfClients()
{
    CaptureScene scene;
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

void TestClientStore::whatIsLongAgoIsNotRecent()
{
    MonitorSnapshot snapshot = aSnapshot();
    snapshot.clients[0].counts.drops = {100}; // before anybody looked
    CaptureScene scene(snapshot);
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

void TestClientStore::latenciesOfClients()
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

    CaptureScene scene;
    MonitorBatch batch;
    batch.newTopics = {{1, "site/a"}};
    batch.messages = {record(1, 1, 2)};
    batch.deliveries = {step(1, 2, DeliveryStep::Sent, 1'000, QoS::AtMostOnce), step(1, 1, DeliveryStep::Sent, 1'000'000),
        step(1, 1, DeliveryStep::Acknowledged, 4'000'000)};
    scene.push(batch);
    QVERIFY(scene.capture.clients().find(2)->latencies.isEmpty());
    QVERIFY(isNear(scene.capture.clients().find(1)->latencies.below(0.5), 4'000'000));
}

void TestClientStore::goneClientsAreForgotten()
{
    auto names = std::make_shared<NameTable>();
    ClientStore store(names, std::make_shared<ConnectionTable>());
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

void TestClientStore::filtersAskClients_data()
{
    QTest::addColumn<QString>("filter");
    for (const char *filter : {"client == dev1", "user contains dev1", "address == \"192.0.2.1\"", "online", "not banned", "not refused",
             "keepalive == 60 s", "version == 3.1.1", "version >= 3.1.1", "clean", "queue > 10", "queuebytes == 1k", "dropped == 5",
             "inflight == 3", "subscriptions == 2", "takeovers == 4", "connects == 1", "connected > 1 min", "expiry == 1 h",
             "bytesin == 10", "bytesout == 20", "code == 0x8E", "listener contains 1883", "reason contains over", "in == 0",
             "not latency > 1 ms", "tls == \"TLS 1.3, AES-256-GCM\""})
        QTest::newRow(filter) << QString::fromLatin1(filter);
}

void TestClientStore::filtersAskClients()
{
    QFETCH(QString, filter);
    MonitorSnapshot snapshot = aSnapshot();
    ClientFacts &full = snapshot.clients[0];
    full.info.keepAliveSeconds = 60;
    full.info.version = ProtocolVersion::Mqtt311;
    full.info.cleanStart = true;
    full.info.listener = "tcp 127.0.0.1:1883";
    full.info.tlsVersion = "TLSv1.3";
    full.info.tlsCipher = "TLS_AES_256_GCM_SHA384";
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
    CaptureScene scene(snapshot);
    ClientRow row(scene.capture.clients(), aMoment + 120 * second);
    row.goTo(1);
    QVERIFY(passes(row, qPrintable(filter), FilterView::Clients));
    row.goTo(77); // nobody
    QVERIFY(!passes(row, "queue >= 0", FilterView::Clients));
}

QTEST_GUILESS_MAIN(TestClientStore)
#include "tst_clientstore.moc"
