#include "base/bytequeue.h"

#include <QTest>

#include <random>

using namespace pigeon;

/// The queue of bytes on their way out.
class TestByteQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsEmptyAndFree();
    void keepsOrderAcrossKinds();
    void sharedBlockIsNotCopied();
    void smallSharedBlockIsGathered();
    void frontsListsThePieces();
    void partialRemovalThenMoreBytes();
    void busyQueueKeepsItsBlock();
    void largeBlockIsGivenBack();
    void blockOfOneBurstIsGivenBackLater();
    void longQueueGrowsInSteps();
    void swapMovesEverything();
    void clearForgetsEverything();
    void randomOperationsMatchAModel_data();
    void randomOperationsMatchAModel();
};

namespace {
QByteArray drained(ByteQueue &queue)
{
    QByteArray bytes;
    while (!queue.isEmpty()) {
        const QByteArrayView front = queue.front();
        bytes.append(front);
        queue.removeFront(front.size());
    }
    return bytes;
}
} // namespace

void TestByteQueue::startsEmptyAndFree()
{
    ByteQueue queue;
    QVERIFY(queue.isEmpty());
    QCOMPARE(queue.size(), 0);
    QVERIFY(queue.front().isEmpty());
    QCOMPARE(queue.memoryBytes(), 0);
}

void TestByteQueue::keepsOrderAcrossKinds()
{
    const QByteArray block(ByteQueue::sharedFrom, 'b');
    ByteQueue queue;
    queue.append("head1");
    queue.appendShared(block);
    queue.append("head2");
    memcpy(queue.reserve(4), "room", 4);
    queue.appendShared(block);
    QCOMPARE(queue.size(), 14 + 2 * block.size());
    QCOMPARE(drained(queue), "head1" + block + "head2room" + block);
    QVERIFY(queue.isEmpty());
}

void TestByteQueue::sharedBlockIsNotCopied()
{
    const QByteArray block(5 * 1024 * 1024, 'x');
    ByteQueue queue;
    queue.appendShared(block);
    QVERIFY(queue.front().data() == block.constData());
    queue.removeFront(1000);
    QVERIFY(queue.front().data() == block.constData() + 1000);
    QCOMPARE(queue.front().size(), block.size() - 1000);
}

void TestByteQueue::smallSharedBlockIsGathered()
{
    ByteQueue queue;
    queue.append("a");
    queue.appendShared(QByteArray("bc"));
    QCOMPARE(queue.front(), QByteArrayView("abc"));
}

void TestByteQueue::frontsListsThePieces()
{
    const QByteArray block(ByteQueue::sharedFrom, 'b');
    ByteQueue queue;
    queue.append("12345");
    queue.appendShared(block);
    queue.append("tail");
    queue.removeFront(2);

    std::array<QByteArrayView, 4> all;
    QCOMPARE(queue.fronts(all), size_t(3));
    QCOMPARE(all[0], QByteArrayView("345"));
    QVERIFY(all[1].data() == block.constData());
    QCOMPARE(all[2], QByteArrayView("tail"));

    std::array<QByteArrayView, 2> first;
    QCOMPARE(queue.fronts(first), size_t(2));
    QCOMPARE(first[0], QByteArrayView("345"));

    queue.clear();
    QCOMPARE(queue.fronts(all), size_t(0));
}

void TestByteQueue::partialRemovalThenMoreBytes()
{
    ByteQueue queue;
    queue.append(QByteArray(200, 'a'));
    queue.removeFront(150);
    queue.append(QByteArray(200, 'b')); // does not fit behind: moves within the block or grows
    queue.removeFront(40);
    queue.append(QByteArray(3000, 'c'));
    QCOMPARE(drained(queue), QByteArray(10, 'a') + QByteArray(200, 'b') + QByteArray(3000, 'c'));
}

void TestByteQueue::busyQueueKeepsItsBlock()
{
    ByteQueue queue;
    queue.append(QByteArray(10'000, 'a'));
    const char *block = queue.front().data();
    for (int turn = 0; turn < 20; ++turn) {
        queue.removeFront(queue.size());
        queue.append(QByteArray(9'000, 'a'));
        QVERIFY(queue.front().data() == block);
    }
}

void TestByteQueue::largeBlockIsGivenBack()
{
    ByteQueue queue;
    queue.append(QByteArray(60'000, 'a'));
    queue.removeFront(60'000);
    QCOMPARE(queue.memoryBytes(), 0);
}

void TestByteQueue::blockOfOneBurstIsGivenBackLater()
{
    ByteQueue queue;
    queue.append(QByteArray(15'000, 'a'));
    queue.removeFront(15'000);
    QVERIFY(queue.memoryBytes() >= 15'000);
    for (int pingResponse = 0; pingResponse < 4; ++pingResponse) {
        queue.append("pr");
        queue.removeFront(2);
    }
    QVERIFY(queue.memoryBytes() <= 256);

    queue.append(QByteArray(15'000, 'a'));
    queue.removeFront(15'000);
    queue.releaseMemory();
    QCOMPARE(queue.memoryBytes(), 0);
}

void TestByteQueue::longQueueGrowsInSteps()
{
    ByteQueue queue;
    for (int i = 0; i < 100'000; ++i)
        queue.append("0123456789");
    QCOMPARE(queue.size(), 1'000'000);
    QVERIFY(queue.front().size() <= ByteQueue::gatherBytes);
    QVERIFY(queue.memoryBytes() < 1'200'000);
    queue.removeFront(500'000);
    QVERIFY(queue.memoryBytes() < 700'000); // what was sent is let go of on the way
    QCOMPARE(drained(queue).size(), 500'000);
}

void TestByteQueue::swapMovesEverything()
{
    ByteQueue first;
    first.append("one");
    first.removeFront(1);
    ByteQueue second(std::move(first));
    QVERIFY(first.isEmpty());
    QCOMPARE(drained(second), QByteArray("ne"));
}

void TestByteQueue::clearForgetsEverything()
{
    ByteQueue queue;
    queue.append("one");
    queue.appendShared(QByteArray(ByteQueue::sharedFrom, 'b'));
    queue.removeFront(1);
    queue.clear();
    QVERIFY(queue.isEmpty());
    queue.append("two");
    QCOMPARE(drained(queue), QByteArray("two"));
}

void TestByteQueue::randomOperationsMatchAModel_data()
{
    QTest::addColumn<uint>("seed");
    for (uint seed = 1; seed <= 20; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestByteQueue::randomOperationsMatchAModel()
{
    QFETCH(uint, seed);
    std::mt19937 random(seed);
    const auto below = [&](uint bound) { return qsizetype(random() % bound); };
    ByteQueue queue;
    QByteArray model;
    char next = 0;
    for (int step = 0; step < 2000; ++step) {
        const auto action = below(10);
        if (action < 5) {
            const QByteArray bytes(below(600), ++next);
            queue.append(bytes);
            model.append(bytes);
        } else if (action < 6) {
            const QByteArray bytes(below(40'000), ++next);
            queue.appendShared(bytes);
            model.append(bytes);
        } else {
            const qsizetype bytes = std::min(below(step % 100 == 0 ? 1'000'000 : 4000), queue.size());
            queue.removeFront(bytes);
            model.remove(0, bytes);
        }
        QCOMPARE(queue.size(), model.size());
        QVERIFY(queue.isEmpty() == queue.front().isEmpty());
        QVERIFY(model.startsWith(queue.front()));
    }
    QCOMPARE(drained(queue), model);
}

QTEST_GUILESS_MAIN(TestByteQueue)
#include "tst_bytequeue.moc"
