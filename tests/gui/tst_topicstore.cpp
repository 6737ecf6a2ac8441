#include "captured.h"

#include "capture/topicstore.h"

#include <QAbstractItemModel>
#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// The tree as an item model, as plain as can be.
class TreeModel : public QAbstractItemModel, public TopicTreeWatcher
{
public:
    explicit TreeModel(TopicStore &store)
        : m_store(store)
    {
        store.setWatcher(this);
    }
    ~TreeModel() override { m_store.setWatcher(nullptr); }

    QModelIndex indexOf(TopicStore::Node node) const
    {
        return node == TopicStore::root ? QModelIndex() : createIndex(m_store.rowOf(node), 0, quintptr(node));
    }
    static TopicStore::Node nodeOf(const QModelIndex &index)
    {
        return index.isValid() ? TopicStore::Node(index.internalId()) : TopicStore::root;
    }
    QModelIndex index(int row, int column, const QModelIndex &parent) const override
    {
        const bool isThere = row >= 0 && column == 0 && row < rowCount(parent);
        return isThere ? createIndex(row, column, quintptr(m_store.childAt(nodeOf(parent), row))) : QModelIndex();
    }
    QModelIndex parent(const QModelIndex &index) const override
    {
        return index.isValid() ? indexOf(m_store.parentOf(nodeOf(index))) : QModelIndex();
    }
    int rowCount(const QModelIndex &parent) const override { return m_store.childCount(nodeOf(parent)); }
    int columnCount(const QModelIndex &) const override { return 1; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return role == Qt::DisplayRole ? QVariant(QString::fromUtf8(m_store.levelOf(nodeOf(index)))) : QVariant();
    }
    void aboutToInsert(quint32 parent, int first, int last) override { beginInsertRows(indexOf(parent), first, last); }
    void inserted() override { endInsertRows(); }
    void aboutToReset() override { beginResetModel(); }
    void reset() override { endResetModel(); }

private:
    TopicStore &m_store;
};

struct Store
{
    TopicStore::Bounds bounds;
    std::shared_ptr<NameTable> topics = std::make_shared<NameTable>();
    TopicStore store{topics, bounds};
    quint64 number = 0;

    void publish(const QByteArray &topic, ClientNumber publisher = 1, const QByteArray &payload = "x")
    {
        if (!m_numbers.contains(topic)) {
            m_numbers.insert(topic, topics->end());
            topics->add({topics->end(), topic});
        }
        store.add(record(++number, m_numbers.value(topic), publisher, message(topic, payload)));
    }

    QHash<QByteArray, TopicNumber> m_numbers = {};
};

/// The tree as lines, children indented.
QByteArray drawn(const TopicStore &store, TopicStore::Node node = TopicStore::root, int depth = 0)
{
    QByteArray text;
    for (int row = 0; row < store.childCount(node); ++row) {
        const TopicStore::Node child = store.childAt(node, row);
        text += QByteArray(depth, ' ') + store.levelOf(child).toByteArray() + '\n' + drawn(store, child, depth + 1);
    }
    return text;
}

} // namespace

class TestTopicStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void naturalOrder_data();
    void naturalOrder();
    void levelsMakeATree();
    void newTopicsWaitUntilTheyAreShown();
    void countersGoUpTheTree();
    void ratesSettleAndFade();
    void publishersAreTheLastOnes();
    void retainedIsCountedBelow();
    void aModelFollows();
    void manyScatteredTopicsAreAReset();
    void completionAndTop();
    void filtersAsk();
    void lastValuesAreBounded();
    void topicsWithoutAPlaceAreCountedOnce();
    void aHundredThousandTopics();
};

void TestTopicStore::lastValuesAreBounded()
{
    constexpr qint64 bound = 100'000;
    Store it{.bounds = {.lastBytes = bound}};
    const QByteArray large(10'000, 'x');
    for (int i = 0; i < 50; ++i) {
        it.publish("a/" + QByteArray::number(i), 1, large);
        QVERIFY(it.store.lastBytes() <= bound);
    }
    QVERIFY(it.store.lastBytes() > bound * 8 / 10);
    const auto facts = [&](const QByteArray &topic) { return it.store.factsOf(it.store.nodeOf(topic)); };
    QVERIFY(facts("a/0").last);
    QVERIFY(!facts("a/49").last);
    QCOMPARE(facts("a/49").messages, quint64(1));
    QCOMPARE(facts("a/49").lastBytes, quint32(10'000));
    // What becomes smaller makes place for others; retained messages are counted, too.
    for (int i = 0; i < 20; ++i)
        it.publish("a/" + QByteArray::number(i), 1, "small");
    it.publish("a/49", 1, large);
    QVERIFY(facts("a/49").last);
    for (int i = 0; i < 50; ++i)
        it.store.setRetained("r/" + QByteArray::number(i), message("r", large), true);
    QVERIFY(it.store.lastBytes() <= bound);
    it.store.clear();
    QCOMPARE(it.store.lastBytes(), 0);
}

void TestTopicStore::topicsWithoutAPlaceAreCountedOnce()
{
    Store it{.bounds = {.nodes = 10}};
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 12; ++i)
            it.publish("t" + QByteArray::number(i));
    }
    QCOMPARE(it.store.topicCount(), 9); // and the root
    QCOMPARE(it.store.topicsLeftOut(), quint64(3));
}

void TestTopicStore::naturalOrder_data()
{
    QTest::addColumn<QByteArray>("left");
    QTest::addColumn<QByteArray>("right");
    QTest::newRow("letters") << QByteArray("a") << QByteArray("b");
    QTest::newRow("numbers") << QByteArray("dev2") << QByteArray("dev10");
    QTest::newRow("shorter first") << QByteArray("dev") << QByteArray("dev1");
    QTest::newRow("behind numbers") << QByteArray("dev2a") << QByteArray("dev2b");
    QTest::newRow("zeros in front") << QByteArray("a007") << QByteArray("a8");
    QTest::newRow("same number, other text") << QByteArray("a01") << QByteArray("a1");
    QTest::newRow("very long numbers") << QByteArray("99999999999999999999") << QByteArray("100000000000000000000");
    QTest::newRow("empty first") << QByteArray("") << QByteArray("0");
    QTest::newRow("beyond ASCII") << QByteArray("z") << QByteArray("ä");
}

void TestTopicStore::naturalOrder()
{
    QFETCH(QByteArray, left);
    QFETCH(QByteArray, right);
    QVERIFY(compareNaturally(left, right) < 0);
    QVERIFY(compareNaturally(right, left) > 0);
    QCOMPARE(compareNaturally(left, left), 0);
}

void TestTopicStore::levelsMakeATree()
{
    Store topics;
    for (const char *topic : {"b/10", "b/9", "a", "b", "/lead", "a//b", "a/"})
        topics.publish(topic);
    QCOMPARE(topics.store.showNew(), 8);
    QCOMPARE(drawn(topics.store), QByteArray("\n lead\na\n \n  b\nb\n 9\n 10\n"));
    QCOMPARE(topics.store.topicCount(), 7);
    for (const char *topic : {"b/10", "/lead", "a//b", "a/"})
        QCOMPARE(topics.store.topicOf(topics.store.nodeOf(QByteArrayView(topic))), QByteArray(topic));
    QCOMPARE(topics.store.nodeOf(QByteArrayView("b/11")), TopicStore::noNode);
}

void TestTopicStore::newTopicsWaitUntilTheyAreShown()
{
    Store topics;
    topics.publish("a/b");
    QCOMPARE(topics.store.childCount(TopicStore::root), 0);
    const TopicStore::Node node = topics.store.nodeOf(QByteArrayView("a/b"));
    QVERIFY(node != TopicStore::noNode);
    QCOMPARE(topics.store.rowOf(node), -1);
    QCOMPARE(topics.store.factsOf(node).messages, quint64(1));
    QCOMPARE(topics.store.showNew(), 2);
    QCOMPARE(topics.store.rowOf(node), 0);
    QCOMPARE(topics.store.showNew(), 0);
}

void TestTopicStore::countersGoUpTheTree()
{
    Store topics;
    topics.publish("a/b", 1, "four");
    topics.publish("a/c", 1, "sixsix");
    topics.publish("a", 1, "1");
    const auto facts = [&](const char *topic) { return topics.store.factsOf(topics.store.nodeOf(QByteArrayView(topic))); };
    QCOMPARE(facts("a").messages, quint64(1));
    QCOMPARE(facts("a").messagesBelow, quint64(3));
    QCOMPARE(facts("a").bytesBelow, quint64(11));
    QCOMPARE(facts("a/c").bytes, quint64(6));
    QCOMPARE(facts("a/c").last->payload(), QByteArrayView("sixsix"));
    QCOMPARE(topics.store.factsOf(TopicStore::root).messagesBelow, quint64(3));
    QVERIFY(facts("a/b").isTopic);
}

void TestTopicStore::ratesSettleAndFade()
{
    Store topics;
    qint64 now = aMoment;
    topics.store.tick(now);
    for (int turn = 0; turn < 10; ++turn) {
        for (int i = 0; i < 100; ++i)
            topics.publish("a/b");
        topics.store.tick(now += second);
    }
    const TopicStore::Node node = topics.store.nodeOf(QByteArrayView("a/b"));
    QVERIFY(qAbs(topics.store.factsOf(node).rate - 100) < 2);
    QVERIFY(qAbs(topics.store.factsOf(TopicStore::root).byteRate - 100) < 2);
    for (int turn = 0; turn < 30; ++turn)
        topics.store.tick(now += second);
    QCOMPARE(topics.store.factsOf(node).rate, 0.0F);
    topics.publish("a/b");
    topics.store.tick(now += second);
    QVERIFY(topics.store.factsOf(node).rate > 0);
}

void TestTopicStore::publishersAreTheLastOnes()
{
    Store topics;
    for (ClientNumber client = 1; client <= 20; ++client)
        topics.publish("a", client);
    topics.publish("a", 10);
    const std::vector<ClientNumber> &known = topics.store.factsOf(topics.store.nodeOf(QByteArrayView("a"))).publishers;
    QCOMPARE(known.size(), TopicStore::maximumPublishers);
    QCOMPARE(known.back(), ClientNumber(10));
    QCOMPARE(std::count(known.begin(), known.end(), ClientNumber(10)), 1);
}

void TestTopicStore::retainedIsCountedBelow()
{
    Store topics;
    topics.store.setRetained("a/b", message("a/b", "kept"), true);
    topics.store.setRetained("a/c", nullptr, true);
    topics.store.setRetained("a/c", nullptr, true);
    const auto facts = [&](const char *topic) { return topics.store.factsOf(topics.store.nodeOf(QByteArrayView(topic))); };
    QCOMPARE(facts("a").retainedBelow, quint32(2));
    QVERIFY(facts("a/b").isRetained);
    QCOMPARE(facts("a/b").last->payload(), QByteArrayView("kept"));
    topics.store.setRetained("a/b", nullptr, false);
    topics.store.setRetained("a/b", nullptr, false);
    topics.store.setRetained("never/seen", nullptr, false);
    QCOMPARE(facts("a").retainedBelow, quint32(1));
    QVERIFY(!facts("a/b").isRetained);
    QCOMPARE(topics.store.nodeOf(QByteArrayView("never")), TopicStore::noNode);
}

void TestTopicStore::aModelFollows()
{
    Store topics;
    TreeModel model(topics.store);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
    topics.publish("m/1");
    topics.publish("m/3/x");
    topics.store.showNew();
    QCOMPARE(inserts.size(), 1); // the new level comes with all below it
    topics.publish("m/2");
    topics.publish("m/4/y/z");
    topics.publish("m/3/a");
    topics.publish("a");
    topics.publish("b");
    topics.store.showNew();
    QCOMPARE(resets.size(), 0);
    QCOMPARE(drawn(topics.store), QByteArray("a\nb\nm\n 1\n 2\n 3\n  a\n  x\n 4\n  y\n   z\n"));
    quint32 dice = 7;
    for (int turn = 0; turn < 20; ++turn) {
        for (int i = 0; i < 10; ++i) {
            dice = dice * 1664525 + 1013904223;
            topics.publish("r/" + QByteArray::number(dice >> 28) + '/' + QByteArray::number((dice >> 20) & 0xFF));
        }
        topics.store.showNew();
    }
    QCOMPARE(resets.size(), 0);
    topics.store.clear();
    QCOMPARE(model.rowCount({}), 0);
}

void TestTopicStore::manyScatteredTopicsAreAReset()
{
    Store topics;
    TreeModel model(topics.store);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int i = 0; i < 1000; i += 2)
        topics.publish("site/" + QByteArray::number(i));
    topics.store.showNew();
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
    for (int i = 1; i < 1000; i += 2)
        topics.publish("site/" + QByteArray::number(i));
    topics.store.showNew();
    QCOMPARE(resets.size(), 1);
    QCOMPARE(inserts.size(), 0);
    const TopicStore::Node site = topics.store.nodeOf(QByteArrayView("site"));
    QCOMPARE(topics.store.childCount(site), 1000);
    for (int i = 0; i < 1000; ++i)
        QCOMPARE(topics.store.levelOf(topics.store.childAt(site, i)).toInt(), i);
}

void TestTopicStore::completionAndTop()
{
    Store topics;
    for (const char *topic : {"site/a/x", "site/a/y", "site/b", "sites", "other"})
        topics.publish(topic);
    for (int i = 0; i < 5; ++i)
        topics.publish("site/b");
    topics.store.showNew();
    topics.store.tick(aMoment);
    QCOMPARE(topics.store.topicsBeginningWith("si", 10),
        (std::vector<QByteArray>{"site/a/x", "site/a/y", "site/b", "sites"}));
    QCOMPARE(topics.store.topicsBeginningWith("site/a/", 10), (std::vector<QByteArray>{"site/a/x", "site/a/y"}));
    QCOMPARE(topics.store.topicsBeginningWith("", 2).size(), size_t(2));
    QCOMPARE(topics.store.topicsBeginningWith("nowhere/x", 10).size(), size_t(0));
    const std::vector<TopicStore::Node> top = topics.store.busiest(2);
    QCOMPARE(top.size(), size_t(2));
    QCOMPARE(topics.store.topicOf(top.front()), QByteArray("site/b"));
}

void TestTopicStore::filtersAsk()
{
    Store topics;
    topics.publish("site/a", 1, R"({"temp": 30})");
    topics.store.setRetained("site/a", nullptr, true);
    TopicRow row(topics.store, aMoment + 60 * second);
    row.goTo(topics.store.nodeOf(QByteArrayView("site/a")));
    for (const char *filter : {"topic ~ site/+", "retain", "size == 12", "age > 50 s", "messages == 1", "publishers == 1",
             "subscribers == 1", "json.temp == 30", "payload contains temp", "rate == 0"})
        QVERIFY2(FilterRun(compileFilter(QString::fromLatin1(filter), FilterView::Topics).program).passes(row), filter);
}

void TestTopicStore::aHundredThousandTopics()
{
    Store topics;
    TreeModel model(topics.store);
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < 100'000; ++i)
        topics.publish("site/" + QByteArray::number(i % 100) + "/dev" + QByteArray::number(i / 100) + "/temp");
    const qint64 added = clock.restart();
    topics.store.showNew();
    const qint64 shown = clock.restart();
    for (int i = 0; i < 100'000; ++i)
        topics.publish("site/" + QByteArray::number(i % 100) + "/dev" + QByteArray::number(i / 100) + "/temp");
    const qint64 counted = clock.restart();
    topics.store.tick(aMoment + second);
    qInfo("100 000 topics: added in %lld ms, shown in %lld ms, 100 000 more messages in %lld ms, rates in %lld ms", added,
        shown, counted, clock.elapsed());
    QCOMPARE(topics.store.topicCount(), 100'000);
    QVERIFY(added + shown + counted < 5000);
}

QTEST_GUILESS_MAIN(TestTopicStore)
#include "tst_topicstore.moc"
