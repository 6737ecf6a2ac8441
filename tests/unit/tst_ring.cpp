#include "base/ring.h"

#include <QTest>

#include <deque>
#include <memory>
#include <random>

using namespace pigeon;

/// A ring against a std::deque that does the same.
class TestRing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewOneIsEmpty();
    void growsInOrder_data();
    void growsInOrder();
    void frontAndBackAreBothEnds();
    void doesWhatADequeDoes();
    void popLetsGoOfWhatItHeld();
    void isUsableAfterItGaveItsMemoryBack();
};

void TestRing::aNewOneIsEmpty()
{
    const Ring<int> ring;
    QVERIFY(ring.isEmpty());
    QCOMPARE(ring.size(), size_t(0));
}

void TestRing::growsInOrder_data()
{
    QTest::addColumn<int>("shift"); // how far the head has gone before the block grows
    for (const int shift : {0, 1, 3, 4, 63, 64, 65})
        QTest::addRow("%d", shift) << shift;
}

void TestRing::growsInOrder()
{
    QFETCH(int, shift);
    Ring<int> ring;
    ring.pushBack(-1);
    for (int i = 0; i < shift; ++i) {
        ring.pushBack(-1);
        ring.popFront();
    }
    ring.popFront();
    for (int i = 0; i < 1'000; ++i)
        ring.pushBack(i);
    QCOMPARE(ring.size(), size_t(1'000));
    for (int i = 0; i < 1'000; ++i)
        QCOMPARE(ring[static_cast<size_t>(i)], i);
    for (int i = 0; i < 1'000; ++i)
        QCOMPARE(ring.popFront(), i);
    QVERIFY(ring.isEmpty());
}

void TestRing::frontAndBackAreBothEnds()
{
    Ring<int> ring;
    ring.pushFront(2);
    QCOMPARE(ring.front(), 2);
    QCOMPARE(ring.back(), 2);
    ring.pushFront(1);
    ring.pushBack(3);
    QCOMPARE(ring.front(), 1);
    QCOMPARE(ring.back(), 3);
    QCOMPARE(std::as_const(ring).front(), 1);
    ring.front() = 10;
    QCOMPARE(ring.popFront(), 10);
    QCOMPARE(ring.popFront(), 2);
    QCOMPARE(ring.popFront(), 3);
}

void TestRing::doesWhatADequeDoes()
{
    std::mt19937 random(7);
    Ring<int> ring;
    std::deque<int> model;
    for (int step = 0; step < 200'000; ++step) {
        // Long waves, so that it grows, runs empty and gives its memory back many times.
        const bool isGrowing = step / 500 % 2 == 0;
        const unsigned action = random() % 8;
        if (action == 7 && random() % 1'000 == 0) {
            ring.clear();
            model.clear();
        } else if (isGrowing ? action < 5 : action < 2) {
            ring.pushBack(step);
            model.push_back(step);
        } else if (action == 5) {
            ring.pushFront(step);
            model.push_front(step);
        } else if (!model.empty()) {
            QCOMPARE(ring.popFront(), model.front());
            model.pop_front();
        }
        QCOMPARE(ring.size(), model.size());
        QCOMPARE(ring.isEmpty(), model.empty());
        if (!model.empty()) {
            QCOMPARE(ring.front(), model.front());
            QCOMPARE(ring.back(), model.back());
            const size_t at = random() % model.size();
            QCOMPARE(ring[at], model[at]);
        }
    }
}

void TestRing::popLetsGoOfWhatItHeld()
{
    const auto tracked = std::make_shared<int>(1);
    Ring<std::shared_ptr<int>> ring;
    ring.pushBack(tracked);
    ring.pushBack(nullptr);
    QCOMPARE(tracked.use_count(), 2L);
    ring.popFront();
    QCOMPARE(tracked.use_count(), 1L); // not kept alive by an empty place
    ring.pushBack(tracked);
    ring.clear();
    QCOMPARE(tracked.use_count(), 1L);
}

void TestRing::isUsableAfterItGaveItsMemoryBack()
{
    Ring<std::unique_ptr<int>> ring; // moves only
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 300; ++i)
            ring.pushBack(std::make_unique<int>(i));
        for (int i = 0; i < 300; ++i)
            QCOMPARE(*ring.popFront(), i);
        QVERIFY(ring.isEmpty());
        ring.pushFront(std::make_unique<int>(round));
        QCOMPARE(*ring.popFront(), round);
    }
}

QTEST_APPLESS_MAIN(TestRing)
#include "tst_ring.moc"
