#include "subscriptionscene.h"

#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// One delivery of a QoS 0 message of topic 1, 2, 3... to client 1.
DeliveryEnd anEnd(TopicNumber topic, QByteArrayView name) { return {1, topic, name, aMoment, false, 1'000}; }

} // namespace

/// How many messages a filter matches, and what is counted of those that went to a client by it.
class TestSubscriptionCounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ratesOfFilters_data();
    void ratesOfFilters();
    void deliveriesOfFilters_data() { ratesOfFilters_data(); }
    void deliveriesOfFilters();
    void countsBeginWithTheSubscription();
    void countsOutliveASnapshot();
    void latenciesAreOfLately();
    void countsAreExactBeyondWhatIsRemembered();
};

void TestSubscriptionCounts::ratesOfFilters_data()
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

void TestSubscriptionCounts::ratesOfFilters()
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

void TestSubscriptionCounts::deliveriesOfFilters()
{
    QFETCH(QByteArray, filter);
    QFETCH(double, rate);
    SubscriptionStore store;
    store.replaceAll({subscription(1, filter), subscription(1, "$share/g/" + filter), subscription(1, "site"), subscription(2, filter),
        subscription(1, "$share/g2/none"), subscription(1, "site/a/b/c/#")});
    const QByteArray topics[] = {"site/a", "site/a/b", "site/c2", "$SYS/x", "/b"};
    for (TopicNumber topic = 1; topic <= std::size(topics); ++topic) {
        for (int i = 0; i < 1 << (topic - 1); ++i)
            store.add(anEnd(i % 2 == 0 ? topic : 0, topics[topic - 1])); // some of them have no number
    }
    const std::vector<double> wanted = {rate, rate, 0, 0, 0, 0};
    for (int row = 0; row < store.count(); ++row)
        QCOMPARE(double(store.at(row).counts->delivered()), wanted[size_t(row)]);
}

void TestSubscriptionCounts::countsBeginWithTheSubscription()
{
    CaptureScene scene(threeClients());
    MonitorBatch batch = someTraffic(); // the subscription comes between the first and the second message to dev2
    batch.subscriptions = {subscription(2, "site/a")};
    batch.subscriptions[0].when = batch.deliveries[2].when + 1;
    scene.push(batch);
    const SubscriptionStore &store = scene.capture.subscriptions();
    QCOMPARE(store.at(6).counts->delivered(), quint64(1));
    scene.push(someTraffic());
    QCOMPARE(store.at(6).counts->delivered(), quint64(2));

    MonitorBatch again; // made once more, it is the same one, 3.8.4
    again.subscriptions = {subscription(2, "site/a", true, QoS::ExactlyOnce)};
    again.subscriptions[0].when = aMoment + second;
    scene.push(again);
    QCOMPARE(store.at(6).counts->delivered(), quint64(2));

    MonitorBatch anew;
    anew.subscriptions = {subscription(2, "site/a", false), subscription(2, "site/a")};
    anew.deliveries = {someTraffic().deliveries[2]};
    scene.push(anew);
    QCOMPARE(store.at(6).entry.filter, QByteArray("site/a"));
    QCOMPARE(store.at(6).counts->delivered(), quint64(1));
    QCOMPARE(store.at(1).counts->delivered(), quint64(5));
}

void TestSubscriptionCounts::countsOutliveASnapshot()
{
    CaptureScene scene(threeClients());
    scene.push(someTraffic());
    MonitorSnapshot later = threeClients();
    later.subscriptions = {subscription(3, "new"), subscription(2, "site/#"), subscription(1, "site/#")};
    scene.source.push(later);
    const SubscriptionStore &store = scene.capture.subscriptions();
    QCOMPARE(store.at(0).counts->delivered(), quint64(0));
    QCOMPARE(store.at(1).counts->delivered(), quint64(2));
    QVERIFY(store.at(1).counts->p95() > 0);
    scene.push(someTraffic());
    QCOMPARE(store.at(1).counts->delivered(), quint64(4));
    QCOMPARE(store.at(2).counts->delivered(), quint64(2));
}

void TestSubscriptionCounts::latenciesAreOfLately()
{
    DeliveryCounts counts(0);
    counts.measure();
    const auto add = [&](qint64 when, qint64 latency) { counts.add({1, 1, "a", when, false, latency}); };
    for (int i = 0; i < 100; ++i)
        add(aMoment, second);
    QVERIFY(counts.p95() >= second);
    for (int seconds = 80; seconds < 90; ++seconds)
        add(aMoment + seconds * second, millisecond);
    QVERIFY(counts.p95() < 2 * millisecond); // a minute or so later
    add(aMoment + 36'000 * second, 5 * millisecond); // with one in ten hours it is that one
    QVERIFY(counts.p95() >= 5 * millisecond && counts.p95() < 6 * millisecond);
    add(aMoment, millisecond); // the clock was set back
    QVERIFY(counts.p95() < 2 * millisecond);
    QCOMPARE(counts.delivered(), quint64(112));
}

void TestSubscriptionCounts::countsAreExactBeyondWhatIsRemembered()
{
    SubscriptionStore store;
    std::vector<SubscriptionChange> all;
    for (const char *filter : {"a/#", "+/+", "a/+", "#", "+/#"})
        all.push_back(subscription(1, filter));
    store.replaceAll(all);
    constexpr TopicNumber topics = 150'000;
    for (int turn = 0; turn < 2; ++turn) {
        for (TopicNumber topic = 1; topic <= topics; ++topic)
            store.add(anEnd(topic, "a/" + QByteArray::number(topic)));
        if (turn == 0) // what is remembered of the client is of no use any more
            store.apply(std::vector{subscription(1, "a/7")});
    }
    for (int row = 0; row < 5; ++row)
        QCOMPARE(store.at(row).counts->delivered(), quint64(2 * topics));
    QCOMPARE(store.at(5).counts->delivered(), quint64(1));
}

QTEST_GUILESS_MAIN(TestSubscriptionCounts)
#include "tst_subscriptioncounts.moc"
