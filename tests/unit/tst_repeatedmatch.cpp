#include "protocol/topic.h"
#include "routing/subscriptiontree.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace pigeon;

namespace {

class Someone final : public Subscriber
{
};

/// A filter or topic of up to three levels out of few, so that topics repeat and filters overlap.
QByteArray randomText(QRandomGenerator &random, const QByteArrayList &levels)
{
    QByteArrayList chosen;
    for (int i = random.bounded(1, 4); i > 0; --i)
        chosen.append(levels[random.bounded(levels.size())]);
    return chosen.join('/');
}

} // namespace

/// The tree remembers what the last topic matched: the same topic again, with filters coming and going between, must
/// be answered as if it were matched anew.
class TestRepeatedMatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seesEveryChange();
    void seesAGroupComeAndGo();
};

void TestRepeatedMatch::seesEveryChange()
{
    QRandomGenerator random(42);
    SubscriptionTree tree;
    std::array<Someone, 4> people;
    std::map<QByteArray, std::set<Subscriber *>> filters; // the plain truth
    MatchList matches;
    for (int step = 0; step < 20'000; ++step) {
        const QByteArray filter = randomText(random, {"a", "b", "+"}) + (random.bounded(4) == 0 ? "/#" : "");
        Subscriber *who = &people[size_t(random.bounded(int(people.size())))];
        const int what = random.bounded(3);
        if (what == 0) {
            const bool isNew = filters[filter].insert(who).second;
            QCOMPARE(tree.insert({}, filter, who, {}), isNew);
        } else if (what == 1) {
            const bool wasThere = filters[filter].erase(who) > 0;
            QCOMPARE(tree.remove({}, filter, who), wasThere);
        }
        const QByteArray topic = step % 4 == 0 ? randomText(random, {"a", "b"}) : QByteArray("a/b");
        tree.match(topic, nullptr, {}, matches);
        std::set<Subscriber *> expected;
        for (const auto &[each, subscribers] : filters) {
            if (topicMatches(each, topic))
                expected.insert(subscribers.begin(), subscribers.end());
        }
        std::set<Subscriber *> found;
        for (const Match &match : matches.matches)
            found.insert(match.subscriber);
        QCOMPARE(found, expected);
        QCOMPARE(matches.matches.size(), expected.size()); // nobody twice [MQTT-3.3.4-2]
    }
}

void TestRepeatedMatch::seesAGroupComeAndGo()
{
    SubscriptionTree tree;
    Someone one;
    Someone two;
    MatchList matches;
    const auto count = [&] {
        tree.match("a/b", nullptr, {}, matches);
        return matches.matches.size();
    };
    QCOMPARE(count(), 0u);
    QCOMPARE(count(), 0u);
    tree.insert("workers", "a/+", &one, {});
    QCOMPARE(count(), 1u);
    tree.insert("workers", "a/+", &two, {});
    QCOMPARE(count(), 1u);
    Subscriber *const first = matches.matches.front().subscriber;
    QCOMPARE(count(), 1u);
    QVERIFY(matches.matches.front().subscriber != first); // served in turn all the same (4.8.2)
    tree.remove("workers", "a/+", &one);
    tree.remove("workers", "a/+", &two);
    QCOMPARE(count(), 0u);
}

QTEST_APPLESS_MAIN(TestRepeatedMatch)
#include "tst_repeatedmatch.moc"
