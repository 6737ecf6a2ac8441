#include "session/inflight.h"

#include <QTest>

#include <map>
#include <random>
#include <set>

using namespace pigeon;

namespace {

MessageCopy copyOf(quint64 number)
{
    MessageCopy copy;
    copy.number = number;
    return copy;
}

std::vector<quint64> numbersOf(InFlight &inFlight)
{
    std::vector<quint64> numbers;
    inFlight.forEach([&numbers](InFlight::Entry &entry) {
        numbers.push_back(entry.copy.number);
        return true;
    });
    return numbers;
}

} // namespace

/// Packet ids of what is under way: unused ones only, whatever stays; and the order in which it was sent.
class TestInFlight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idsAreUnusedHoweverManyGo_data();
    void idsAreUnusedHoweverManyGo();
    void everyIdCanBeInUse();
    void findsByIdAndNothingElse();
    void finishGivesTheCopyBack();
    void visitsInTheOrderOfSending();
    void visitEndsWhenAsked();
    void restoredOnesComeFirstAndKeepTheirIds();
    void restoredIdsAreNotGivenAgain();
    void clearForgetsAll();
};

void TestInFlight::idsAreUnusedHoweverManyGo_data()
{
    QTest::addColumn<size_t>("window");
    QTest::addColumn<int>("stuckEvery"); // one of so many is never acknowledged; 0 = none
    QTest::newRow("one at a time") << size_t(1) << 0;
    QTest::newRow("a window of 20") << size_t(20) << 0;
    QTest::newRow("some are stuck") << size_t(100) << 5'001;
    QTest::newRow("many are stuck") << size_t(1'000) << 997;
    QTest::newRow("a large window") << size_t(5'000) << 20'011;
}

// [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1]: more than three times round the 65 535 ids.
void TestInFlight::idsAreUnusedHoweverManyGo()
{
    QFETCH(size_t, window);
    QFETCH(int, stuckEvery);
    std::mt19937 random(11);
    InFlight inFlight;
    std::map<quint16, quint64> used; // id -> number, those that go and those that stay
    std::vector<quint16> going;
    for (quint64 number = 1; number <= 220'000; ++number) {
        const InFlight::Entry &entry = inFlight.add(copyOf(number), InFlight::Stage::Sent);
        const quint16 packetId = entry.packetId;
        QVERIFY(packetId != 0); // [MQTT-2.2.1-3]
        QVERIFY2(used.emplace(packetId, number).second, qPrintable(QString::number(packetId)));
        if (stuckEvery == 0 || number % quint64(stuckEvery) != 0)
            going.push_back(packetId);
        while (going.size() >= window) {
            const size_t at = random() % going.size();
            std::swap(going[at], going.back());
            InFlight::Entry *found = inFlight.find(going.back());
            QVERIFY(found);
            QCOMPARE(found->packetId, going.back());
            QCOMPARE(inFlight.finish(*found).number, used[going.back()]);
            QVERIFY(!inFlight.find(going.back()));
            used.erase(going.back());
            going.pop_back();
        }
        QCOMPARE(inFlight.size(), used.size());
    }
    for (const auto &[packetId, number] : used) {
        const InFlight::Entry *entry = inFlight.find(packetId);
        QVERIFY(entry);
        QCOMPARE(entry->copy.number, number);
    }
    const std::vector<quint64> order = numbersOf(inFlight);
    QCOMPARE(order.size(), used.size());
    QVERIFY(std::is_sorted(order.begin(), order.end())); // [MQTT-4.6.0-1]
}

void TestInFlight::everyIdCanBeInUse()
{
    InFlight inFlight;
    std::set<quint16> ids;
    for (quint64 number = 1; number <= 65'535; ++number)
        ids.insert(inFlight.add(copyOf(number), InFlight::Stage::Sent).packetId);
    QCOMPARE(ids.size(), size_t(65'535));
    QVERIFY(!ids.contains(0));
    const std::vector<quint64> order = numbersOf(inFlight);
    QCOMPARE(order.size(), size_t(65'535));
    QVERIFY(std::is_sorted(order.begin(), order.end()));
}

void TestInFlight::findsByIdAndNothingElse()
{
    InFlight inFlight;
    QVERIFY(!inFlight.find(1));
    QCOMPARE(inFlight.add(copyOf(1), InFlight::Stage::Sent).packetId, quint16(1));
    QCOMPARE(inFlight.add(copyOf(2), InFlight::Stage::WaitsForStore).packetId, quint16(2));
    QCOMPARE(inFlight.find(2)->copy.number, quint64(2));
    QCOMPARE(inFlight.find(2)->stage, InFlight::Stage::WaitsForStore);
    QVERIFY(!inFlight.find(3));
    QVERIFY(!inFlight.find(65'535));
    QVERIFY(!inFlight.find(0));
}

void TestInFlight::finishGivesTheCopyBack()
{
    InFlight inFlight;
    for (quint64 number = 1; number <= 3; ++number)
        inFlight.add(copyOf(number), InFlight::Stage::Sent);
    QCOMPARE(inFlight.finish(*inFlight.find(2)).number, quint64(2));
    QVERIFY(!inFlight.find(2));
    QCOMPARE(inFlight.size(), size_t(2));
    QCOMPARE(inFlight.finish(*inFlight.find(1)).number, quint64(1));
    QCOMPARE(inFlight.finish(*inFlight.find(3)).number, quint64(3));
    QVERIFY(inFlight.isEmpty());
    QCOMPARE(inFlight.add(copyOf(4), InFlight::Stage::Sent).packetId, quint16(4)); // ids are not used at once again
}

void TestInFlight::visitsInTheOrderOfSending()
{
    InFlight inFlight;
    std::vector<quint64> expected;
    for (quint64 number = 1; number <= 100'000; ++number) {
        const quint16 packetId = inFlight.add(copyOf(number), InFlight::Stage::Sent).packetId;
        if (number % 9'973 == 0)
            expected.push_back(number); // stays while thousands go by: set aside
        else
            inFlight.finish(*inFlight.find(packetId));
    }
    for (quint64 number = 100'001; number <= 100'005; ++number) {
        inFlight.add(copyOf(number), InFlight::Stage::Sent);
        expected.push_back(number);
    }
    QVERIFY(numbersOf(inFlight) == expected); // [MQTT-4.6.0-1]
}

void TestInFlight::visitEndsWhenAsked()
{
    InFlight inFlight;
    for (quint64 number = 1; number <= 5; ++number)
        inFlight.add(copyOf(number), InFlight::Stage::Sent);
    int visited = 0;
    inFlight.forEach([&visited](InFlight::Entry &) { return ++visited < 3; });
    QCOMPARE(visited, 3);
}

void TestInFlight::restoredOnesComeFirstAndKeepTheirIds()
{
    InFlight inFlight;
    inFlight.restore(copyOf(10), 65'534, InFlight::Stage::Sent);
    inFlight.restore(copyOf(11), 65'535, InFlight::Stage::Released);
    inFlight.restore(copyOf(12), 2, InFlight::Stage::Sent);
    QCOMPARE(inFlight.size(), size_t(3));
    const quint16 packetId = inFlight.add(copyOf(13), InFlight::Stage::Sent).packetId;
    QCOMPARE(packetId, quint16(3)); // goes on behind the last
    QVERIFY(numbersOf(inFlight) == (std::vector<quint64>{10, 11, 12, 13}));
    QCOMPARE(inFlight.find(65'535)->stage, InFlight::Stage::Released);
    QCOMPARE(inFlight.find(2)->copy.number, quint64(12));
    QVERIFY(inFlight.find(2)->isResent); // [MQTT-3.3.1-1]
    QVERIFY(!inFlight.find(3)->isResent);
    QCOMPARE(inFlight.finish(*inFlight.find(65'535)).number, quint64(11));
    QVERIFY(numbersOf(inFlight) == (std::vector<quint64>{10, 12, 13}));
}

void TestInFlight::restoredIdsAreNotGivenAgain()
{
    InFlight inFlight;
    const std::set<quint16> restored{3, 500, 1'000, 40'000, 65'535};
    for (const quint16 packetId : restored)
        inFlight.restore(copyOf(packetId), packetId, InFlight::Stage::Sent);
    for (int i = 0; i < 140'000; ++i) {
        InFlight::Entry &entry = inFlight.add(copyOf(100'000), InFlight::Stage::Sent);
        QVERIFY(!restored.contains(entry.packetId));
        inFlight.finish(entry);
    }
    for (const quint16 packetId : restored)
        QCOMPARE(inFlight.find(packetId)->copy.number, quint64(packetId));
}

void TestInFlight::clearForgetsAll()
{
    InFlight inFlight;
    inFlight.restore(copyOf(1), 9, InFlight::Stage::Sent);
    inFlight.add(copyOf(2), InFlight::Stage::Sent);
    inFlight.clear();
    QVERIFY(inFlight.isEmpty());
    QVERIFY(!inFlight.find(9));
    QVERIFY(numbersOf(inFlight).empty());
}

QTEST_APPLESS_MAIN(TestInFlight)
#include "tst_inflight.moc"
