#include "monitor/systree.h"

#include <QMap>
#include <QSet>
#include <QTest>

using namespace pigeon;

Q_DECLARE_METATYPE(quint64 pigeon::SystemSnapshot::*)

namespace {

constexpr TimePoint begin{std::chrono::hours(1)};

QMap<QByteArray, QByteArray> byTopic(const std::vector<SystemMessage> &messages)
{
    QMap<QByteArray, QByteArray> found;
    for (const SystemMessage &message : messages)
        found.insert(message.topic, message.payload);
    return found;
}

} // namespace

/// $SYS/broker/...: mosquitto's names, its forms of values, and nothing that has not changed.
class TestSystemTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsEverythingAtFirst();
    void numbers_data();
    void numbers();
    void onlyChangesAreToldAgain();
    void totalIsWhoIsHereAndWhoIsAway();
    void uptimeIsInWholeSeconds();
    void memoryHasAMaximum();
    void memoryThatIsNotKnownIsNotShown();
    void loads_data();
    void loads();
    void loadsFadeAway();
    void loadDoesNotDependOnTheInterval();
};

void TestSystemTree::showsEverythingAtFirst()
{
    SystemTree tree("pigeon version 1", begin);
    SystemSnapshot snapshot;
    snapshot.memoryBytes = 1;
    const QMap<QByteArray, QByteArray> shown = byTopic(tree.update(snapshot, begin));
    QCOMPARE(shown.value("$SYS/broker/version"), QByteArray("pigeon version 1"));
    QSet<QByteArray> expected;
    // As mosquitto 2.0 names them; packet/out as 2.1 does.
    for (const char *name :
        {"version", "uptime", "clients/total", "clients/connected", "clients/disconnected", "clients/expired",
            "clients/maximum", "messages/received", "messages/sent", "publish/messages/received",
            "publish/messages/sent", "publish/messages/dropped", "publish/bytes/received", "publish/bytes/sent",
            "bytes/received", "bytes/sent", "retained messages/count", "subscriptions/count",
            "shared_subscriptions/count", "store/messages/count", "store/messages/bytes", "packet/out/count",
            "packet/out/bytes", "heap/current", "heap/maximum"})
        expected.insert(QByteArray("$SYS/broker/") + name);
    for (const char *load : {"messages/received", "messages/sent", "publish/received", "publish/sent",
             "publish/dropped", "bytes/received", "bytes/sent", "sockets", "connections"}) {
        for (const char *window : {"/1min", "/5min", "/15min"})
            expected.insert(QByteArray("$SYS/broker/load/") + load + window);
    }
    const QList<QByteArray> topics = shown.keys();
    QCOMPARE(QSet<QByteArray>(topics.begin(), topics.end()), expected);
}

void TestSystemTree::numbers_data()
{
    QTest::addColumn<quint64 SystemSnapshot::*>("number");
    const auto row = [](const char *name, quint64 SystemSnapshot::*number) { QTest::newRow(name) << number; };
    row("clients/connected", &SystemSnapshot::clientsConnected);
    row("clients/disconnected", &SystemSnapshot::clientsDisconnected);
    row("clients/expired", &SystemSnapshot::clientsExpired);
    row("clients/maximum", &SystemSnapshot::clientsMaximum);
    row("messages/received", &SystemSnapshot::messagesReceived);
    row("messages/sent", &SystemSnapshot::messagesSent);
    row("publish/messages/received", &SystemSnapshot::publishReceived);
    row("publish/messages/sent", &SystemSnapshot::publishSent);
    row("publish/messages/dropped", &SystemSnapshot::publishDropped);
    row("publish/bytes/received", &SystemSnapshot::publishBytesReceived);
    row("publish/bytes/sent", &SystemSnapshot::publishBytesSent);
    row("bytes/received", &SystemSnapshot::bytesReceived);
    row("bytes/sent", &SystemSnapshot::bytesSent);
    row("retained messages/count", &SystemSnapshot::retainedMessages);
    row("subscriptions/count", &SystemSnapshot::subscriptions);
    row("shared_subscriptions/count", &SystemSnapshot::sharedSubscriptions);
    row("store/messages/count", &SystemSnapshot::storeMessages);
    row("store/messages/bytes", &SystemSnapshot::storeBytes);
    row("packet/out/count", &SystemSnapshot::packetsOut);
    row("packet/out/bytes", &SystemSnapshot::packetsOutBytes);
    row("heap/current", &SystemSnapshot::memoryBytes);
    row("heap/maximum", &SystemSnapshot::memoryBytes);
}

void TestSystemTree::numbers()
{
    QFETCH(quint64 SystemSnapshot::*, number);
    SystemTree tree("v", begin);
    SystemSnapshot snapshot;
    snapshot.*number = 18'446'744'073'709'551'000ull;
    QCOMPARE(byTopic(tree.update(snapshot, begin)).value(QByteArray("$SYS/broker/") + QTest::currentDataTag()),
        QByteArray("18446744073709551000"));
}

void TestSystemTree::onlyChangesAreToldAgain()
{
    SystemTree tree("v", begin);
    SystemSnapshot snapshot;
    snapshot.memoryBytes = 100;
    tree.update(snapshot, begin);
    QCOMPARE(tree.update(snapshot, begin), std::vector<SystemMessage>());
    snapshot.subscriptions = 3;
    QCOMPARE(tree.update(snapshot, begin), (std::vector<SystemMessage>{{"$SYS/broker/subscriptions/count", "3"}}));
    QCOMPARE(tree.update(snapshot, begin), std::vector<SystemMessage>());
    snapshot.subscriptions = 0; // back to what it was at first is a change all the same
    QCOMPARE(tree.update(snapshot, begin), (std::vector<SystemMessage>{{"$SYS/broker/subscriptions/count", "0"}}));
}

void TestSystemTree::totalIsWhoIsHereAndWhoIsAway()
{
    SystemTree tree("v", begin);
    SystemSnapshot snapshot;
    snapshot.clientsConnected = 5;
    snapshot.clientsDisconnected = 7;
    QCOMPARE(byTopic(tree.update(snapshot, begin)).value("$SYS/broker/clients/total"), QByteArray("12"));
}

void TestSystemTree::uptimeIsInWholeSeconds()
{
    SystemTree tree("v", begin);
    QCOMPARE(byTopic(tree.update({}, begin)).value("$SYS/broker/uptime"), QByteArray("0 seconds"));
    QVERIFY(tree.update({}, begin + Milliseconds(999)).empty());
    const auto later = tree.update({}, begin + Milliseconds(86'400'999));
    QCOMPARE(later, (std::vector<SystemMessage>{{"$SYS/broker/uptime", "86400 seconds"}}));
}

void TestSystemTree::memoryHasAMaximum()
{
    SystemTree tree("v", begin);
    SystemSnapshot snapshot;
    snapshot.memoryBytes = 500;
    tree.update(snapshot, begin);
    snapshot.memoryBytes = 400;
    QCOMPARE(tree.update(snapshot, begin), (std::vector<SystemMessage>{{"$SYS/broker/heap/current", "400"}}));
    snapshot.memoryBytes = 501;
    QCOMPARE(tree.update(snapshot, begin),
        (std::vector<SystemMessage>{{"$SYS/broker/heap/current", "501"}, {"$SYS/broker/heap/maximum", "501"}}));
}

void TestSystemTree::memoryThatIsNotKnownIsNotShown()
{
    SystemTree tree("v", begin);
    QVERIFY(!byTopic(tree.update({}, begin)).contains("$SYS/broker/heap/current"));
}

void TestSystemTree::loads_data()
{
    QTest::addColumn<quint64 SystemSnapshot::*>("number");
    const auto row = [](const char *name, quint64 SystemSnapshot::*number) { QTest::newRow(name) << number; };
    row("messages/received", &SystemSnapshot::messagesReceived);
    row("messages/sent", &SystemSnapshot::messagesSent);
    row("publish/received", &SystemSnapshot::publishReceived);
    row("publish/sent", &SystemSnapshot::publishSent);
    row("publish/dropped", &SystemSnapshot::publishDropped);
    row("bytes/received", &SystemSnapshot::bytesReceived);
    row("bytes/sent", &SystemSnapshot::bytesSent);
    row("sockets", &SystemSnapshot::socketsOpened);
    row("connections", &SystemSnapshot::connectsReceived);
}

void TestSystemTree::loads()
{
    QFETCH(quint64 SystemSnapshot::*, number);
    SystemTree tree("v", begin);
    tree.update({}, begin);
    SystemSnapshot snapshot;
    snapshot.*number = 1;
    const auto shown = byTopic(tree.update(snapshot, begin + Seconds(2)));
    const QByteArray load = QByteArray("$SYS/broker/load/") + QTest::currentDataTag();
    // mosquitto 2.0.11 shows these for one connection within its first two seconds.
    QCOMPARE(shown.value(load + "/1min"), QByteArray("0.98"));
    QCOMPARE(shown.value(load + "/5min"), QByteArray("0.20"));
    QCOMPARE(shown.value(load + "/15min"), QByteArray("0.07"));
}

void TestSystemTree::loadsFadeAway()
{
    SystemTree tree("v", begin);
    SystemSnapshot snapshot;
    TimePoint now = begin;
    QByteArray steady;
    for (int minute = 0; minute < 60; ++minute) { // ten a minute for an hour
        snapshot.publishReceived += 10;
        now += Seconds(60);
        const auto shown = byTopic(tree.update(snapshot, now));
        steady = shown.value("$SYS/broker/load/publish/received/1min", steady);
    }
    QCOMPARE(steady, QByteArray("10.00"));
    const auto after = byTopic(tree.update(snapshot, now + Seconds(60)));
    QCOMPARE(after.value("$SYS/broker/load/publish/received/1min"), QByteArray("3.68")); // 10 / e
    const auto end = byTopic(tree.update(snapshot, now + std::chrono::hours(24)));
    QCOMPARE(end.value("$SYS/broker/load/publish/received/15min"), QByteArray("0.00"));
}

void TestSystemTree::loadDoesNotDependOnTheInterval()
{
    SystemTree often("v", begin);
    SystemTree seldom("v", begin);
    QMap<QByteArray, QByteArray> shownOften;
    SystemSnapshot snapshot;
    for (int second = 1; second <= 30; ++second) {
        snapshot.bytesSent += 100;
        shownOften.insert(byTopic(often.update(snapshot, begin + Seconds(second))));
    }
    const auto shownSeldom = byTopic(seldom.update(snapshot, begin + Seconds(30)));
    for (const char *window : {"1min", "5min", "15min"}) {
        const QByteArray topic = QByteArray("$SYS/broker/load/bytes/sent/") + window;
        QCOMPARE(shownOften.value(topic), shownSeldom.value(topic));
    }
}

QTEST_APPLESS_MAIN(TestSystemTree)
#include "tst_systree.moc"
