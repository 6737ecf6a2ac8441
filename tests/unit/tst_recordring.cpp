// Records from one thread to another: nothing comes twice, out of order or in part, and what finds no room is known.
#include "base/recordring.h"

#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace pigeon;

namespace {

/// A record of as many bytes as its number says, all of them the same.
bool put(RecordRing &ring, quint32 number, size_t bytes)
{
    void *const place = ring.reserve(number, bytes);
    if (place)
        std::memset(place, int(number & 0xFF), bytes);
    return place != nullptr;
}

struct Read
{
    quint32 number;
    size_t bytes;
    bool isWhole;
};

std::vector<Read> take(RecordRing &ring)
{
    std::vector<Read> all;
    ring.drain(ring.published(), [&all](quint32 number, const void *record, size_t bytes) {
        const auto *begin = static_cast<const quint8 *>(record);
        const bool isWhole
            = std::all_of(begin, begin + bytes, [number](quint8 byte) { return byte == (number & 0xFF); });
        all.push_back({number, bytes, isWhole});
    });
    return all;
}

} // namespace

class tst_recordring : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void order();
    void notBeforeItIsPublished();
    void full();
    void tooLarge();
    void goesRound();
    void twoThreads();
};

void tst_recordring::order()
{
    RecordRing ring(1024);
    QVERIFY(put(ring, 1, 0));
    QVERIFY(put(ring, 2, 13));
    QVERIFY(put(ring, 3, 8));
    ring.publish();
    const std::vector<Read> all = take(ring);
    QCOMPARE(all.size(), size_t(3));
    for (size_t i = 0; i < all.size(); ++i) {
        QCOMPARE(all[i].number, quint32(i + 1));
        QVERIFY(all[i].isWhole);
    }
    QCOMPARE(all[1].bytes, size_t(13));
    QVERIFY(take(ring).empty());
}

void tst_recordring::notBeforeItIsPublished()
{
    RecordRing ring(1024);
    auto *record = static_cast<quint32 *>(ring.reserve(1, sizeof(quint32)));
    QVERIFY(record);
    *record = 1;
    QVERIFY(take(ring).empty());
    *record = 0x01010101; // may still be changed
    ring.publish();
    QCOMPARE(take(ring).size(), size_t(1));
}

void tst_recordring::full()
{
    RecordRing ring(256); // eight records of 24 bytes with their heads
    int taken = 0;
    while (put(ring, 1, 24))
        ++taken;
    QCOMPARE(taken, 8);
    ring.publish();
    QVERIFY(!put(ring, 2, 24));
    QCOMPARE(take(ring).size(), size_t(8));
    QVERIFY(put(ring, 3, 24));
    ring.publish();
    QCOMPARE(take(ring).front().number, 3u);
}

void tst_recordring::tooLarge()
{
    RecordRing ring(1024);
    QVERIFY(!put(ring, 1, 256)); // with its head more than a quarter
    QVERIFY(put(ring, 1, 248));
}

void tst_recordring::goesRound()
{
    RecordRing ring(512);
    quint32 next = 1;
    quint32 expected = 1;
    for (int round = 0; round < 1000; ++round) {
        for (size_t bytes = 1 + size_t(round % 7) * 11; put(ring, next, bytes); bytes = (bytes * 5 + 3) % 100 + 1)
            ++next;
        ring.publish();
        for (const Read &each : take(ring)) {
            QCOMPARE(each.number, expected++);
            QVERIFY(each.isWhole);
        }
    }
    QCOMPARE(expected, next);
    QVERIFY(next > 3000);
}

void tst_recordring::twoThreads()
{
    constexpr quint32 tries = 300'000;
    RecordRing ring(4096);
    quint64 lost = 0;
    std::atomic<bool> isDone{false};
    std::thread writer([&] {
        for (quint32 number = 1; number <= tries; ++number) {
            if (!put(ring, number, number % 61))
                ++lost;
            if (number % 3 == 0)
                ring.publish();
        }
        ring.publish();
        isDone.store(true, std::memory_order_release);
    });
    quint64 read = 0;
    quint32 last = 0;
    bool isInOrder = true;
    bool isWhole = true;
    for (bool isLast = false; !isLast;) {
        isLast = isDone.load(std::memory_order_acquire); // then one more time
        for (const Read &each : take(ring)) {
            ++read;
            isInOrder = isInOrder && each.number > last;
            isWhole = isWhole && each.isWhole && each.bytes == each.number % 61;
            last = each.number;
        }
    }
    writer.join();
    QVERIFY(isInOrder);
    QVERIFY(isWhole);
    QCOMPARE(read + lost, quint64(tries));
    QVERIFY(read > 0);
}

QTEST_GUILESS_MAIN(tst_recordring)
#include "tst_recordring.moc"
