#include "protocol/topic.h"
#include "routing/retainedtopics.h"

#include <QElapsedTimer>
#include <QTest>

#include <map>
#include <random>

using namespace pigeon;

namespace {

MessagePtr messageFor(QByteArrayView topic, QByteArrayView payload = "x")
{
    MessageParts parts;
    parts.topic = topic;
    parts.payload = payload;
    parts.retain = true;
    return Message::create(parts);
}

QList<QByteArray> topicsOf(const RetainedTopics &retained, QByteArrayView filter)
{
    QList<QByteArray> topics;
    retained.match(filter, [&topics](const MessagePtr &message) {
        topics.append(message->topic().toByteArray());
        return true;
    });
    return topics;
}

/// Bytes that sort on both sides of "/" and beyond ASCII, and empty levels.
QByteArray inventPath(std::mt19937 &random, bool isFilter)
{
    static const char *const names[] = {"a", "b", "", "a!", "a0", "$", "$x", "\xC3\xA9", "z", "."};
    const auto levels = 1 + random() % 4;
    QByteArray made;
    for (size_t level = 0; level < levels; ++level) {
        if (level > 0)
            made += '/';
        if (isFilter && level + 1 == levels && random() % 4 == 0)
            made += '#';
        else if (isFilter && random() % 3 == 0)
            made += '+';
        else
            made += names[random() % std::size(names)];
    }
    return made.isEmpty() ? QByteArray("a") : made;
}

} // namespace

class TestRetainedTopics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestReplaces();
    void removeForgets();
    void matches_data();
    void matches();
    void visitMayStop();
    void agreesWithBruteForce();
    void skipsWhatCannotMatch();
    void sweepGoesOnWhereItEnded();
    void countsMemory();
    void deepFilters();
};

void TestRetainedTopics::theNewestReplaces() // MQTT-3.3.1-5
{
    RetainedTopics retained;
    const MessagePtr first = messageFor("a", "1");
    const MessagePtr second = messageFor("a", "2");
    QVERIFY(!retained.set(first));
    QCOMPARE(retained.set(second).get(), first.get());
    QCOMPARE(retained.size(), 1);
    QCOMPARE(retained.find("a").get(), second.get());
    QVERIFY(!retained.find("b"));
    QCOMPARE(topicsOf(retained, "a"), QList<QByteArray>{"a"});
}

void TestRetainedTopics::removeForgets() // MQTT-3.3.1-6
{
    RetainedTopics retained;
    QVERIFY(!retained.remove("a"));
    const MessagePtr message = messageFor("a");
    retained.set(message);
    QCOMPARE(retained.remove(message->topic()).get(), message.get());
    QVERIFY(!retained.find("a"));
    QVERIFY(topicsOf(retained, "#").isEmpty());
    QCOMPARE(retained.size(), 0);
}

void TestRetainedTopics::matches_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QList<QByteArray>>("expected");
    const auto row = [](const char *filter, const QList<QByteArray> &expected, const char *clause = "4.7.1") {
        QTest::addRow("%s %s", clause, filter) << QByteArray(filter) << expected;
    };
    row("a/#", {"a", "a/", "a/b", "a/b/c"});
    row("a/+", {"a/", "a/b"});
    row("+", {"a", "a!"});
    row("+/b", {"/b", "a!/b", "a/b"});
    row("+/+/c", {"a/b/c"});
    row("a!/b", {"a!/b"});
    row("a/b/c/d", {});
    row("#", {"/b", "a", "a!", "a!/b", "a/", "a/b", "a/b/c"}, "MQTT-4.7.2-1");
    row("+/x", {}, "MQTT-4.7.2-1");
    row("$SYS/#", {"$SYS", "$SYS/x"}, "MQTT-4.7.2-1");
    row("$SYS/+", {"$SYS/x"}, "MQTT-4.7.2-1");
}

void TestRetainedTopics::matches()
{
    QFETCH(QByteArray, filter);
    QFETCH(QList<QByteArray>, expected);
    RetainedTopics retained;
    for (const char *topic : {"a", "a/b", "a!", "a!/b", "a/", "a/b/c", "/b", "$SYS", "$SYS/x"})
        retained.set(messageFor(topic));
    QCOMPARE(topicsOf(retained, filter), expected);
}

void TestRetainedTopics::visitMayStop()
{
    RetainedTopics retained;
    for (const char *topic : {"a", "b", "c"})
        retained.set(messageFor(topic));
    int visited = 0;
    retained.match("#", [&visited](const MessagePtr &) { return ++visited < 2; });
    QCOMPARE(visited, 2);
}

void TestRetainedTopics::agreesWithBruteForce() // 4.7, MQTT-3.3.1-5, MQTT-3.3.1-6
{
    RetainedTopics retained;
    std::map<QByteArray, MessagePtr> model;
    std::mt19937 random(4711);
    for (int step = 0; step < 100000; ++step) {
        const QByteArray topic = inventPath(random, false);
        switch (random() % 4) {
        case 0: {
            const MessagePtr message = messageFor(topic);
            QCOMPARE(retained.set(message).get(), std::exchange(model[topic], message).get());
            break;
        }
        case 1: {
            const auto held = model.find(topic);
            QCOMPARE(retained.remove(topic).get(), held == model.end() ? nullptr : held->second.get());
            model.erase(topic);
            break;
        }
        case 2:
            if (model.size() > 500) // room for sparse sets too
                while (!model.empty()) {
                    retained.remove(model.begin()->first);
                    model.erase(model.begin());
                }
            break;
        default:
            const QByteArray filter = inventPath(random, true);
            QList<QByteArray> expected;
            for (const auto &[name, message] : model) {
                if (topicMatches(filter, name))
                    expected.append(name);
            }
            if (topicsOf(retained, filter) != expected)
                QFAIL(filter.constData());
        }
        QCOMPARE(retained.size(), qsizetype(model.size()));
    }
}

void TestRetainedTopics::skipsWhatCannotMatch()
{
    RetainedTopics retained;
    for (int site = 0; site < 20; ++site) {
        for (int sensor = 0; sensor < 5000; ++sensor)
            retained.set(messageFor("site/" + QByteArray::number(site) + "/s" + QByteArray::number(sensor)));
        retained.set(messageFor("site/" + QByteArray::number(site) + "/status"));
    }
    QElapsedTimer timer;
    timer.start();
    for (int round = 0; round < 50; ++round)
        QCOMPARE(topicsOf(retained, "site/+/status").size(), 20);
    QVERIFY2(timer.elapsed() < 200, "looked at all of them"); // it would be 5 million messages
}

void TestRetainedTopics::sweepGoesOnWhereItEnded()
{
    RetainedTopics retained;
    QCOMPARE(retained.sweep(10, [](const Message &) { return true; }), 0);
    for (int i = 0; i < 100; ++i)
        retained.set(messageFor("t/" + QByteArray::number(i)));
    std::map<QByteArray, int> looked;
    const auto look = [&looked](const Message &message) {
        ++looked[message.topic().toByteArray()];
        return false;
    };
    for (int round = 0; round < 10; ++round)
        retained.sweep(10, look);
    QCOMPARE(looked.size(), size_t(100));
    retained.remove("t/0"); // also where it stands may go away
    retained.sweep(1000, look);
    QCOMPARE(looked["t/99"], 2);

    const auto isOdd = [](const Message &message) { return (message.topic().back() - '0') % 2 == 1; };
    qsizetype removed = 0;
    for (int round = 0; round < 20; ++round)
        removed += retained.sweep(10, isOdd);
    QCOMPARE(removed, 50);
    QCOMPARE(retained.size(), 49);
}

void TestRetainedTopics::countsMemory()
{
    RetainedTopics retained;
    const MessagePtr small = messageFor("a");
    const MessagePtr large = messageFor("a", QByteArray(10000, 'x'));
    retained.set(small);
    QCOMPARE(retained.memoryBytes(), small->memoryBytes());
    retained.set(large);
    QCOMPARE(retained.memoryBytes(), large->memoryBytes());
    retained.sweep(1, [](const Message &) { return true; });
    QCOMPARE(retained.memoryBytes(), 0);
}

void TestRetainedTopics::deepFilters()
{
    RetainedTopics retained;
    const QByteArray separators(65535, '/');
    retained.set(messageFor(separators));
    retained.set(messageFor("a"));
    QByteArray wildcards = QByteArray("+/").repeated(32767);
    QCOMPARE(topicsOf(retained, wildcards + "#"), QList<QByteArray>{separators});
    QCOMPARE(topicsOf(retained, wildcards + "+"), QList<QByteArray>{});
    QCOMPARE(topicsOf(retained, "#").size(), 2);
}

QTEST_APPLESS_MAIN(TestRetainedTopics)
#include "tst_retainedtopics.moc"
