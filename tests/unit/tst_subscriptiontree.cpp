#include "protocol/topic.h"
#include "routing/subscriptiontree.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <map>
#include <new>
#include <random>
#include <set>
#include <tuple>

using namespace pigeon;

namespace {

std::atomic<qint64> allocations{0};

} // namespace

// Counted, so that a test can say that matching allocates nothing.
void *operator new(std::size_t bytes)
{
    ++allocations;
    if (void *block = std::malloc(bytes))
        return block;
    throw std::bad_alloc();
}
void operator delete(void *block) noexcept
{
    std::free(block);
}
void operator delete(void *block, std::size_t) noexcept
{
    std::free(block);
}

namespace {

using Readiness = SharedGroup::Readiness;

class Client final : public Subscriber
{
public:
    Readiness readiness = Readiness::Yes;
};

Readiness readinessOf(const Subscriber &subscriber)
{
    return static_cast<const Client &>(subscriber).readiness;
}

SubscriptionOptions withQoS(QoS qos, quint32 identifier = 0)
{
    SubscriptionOptions options;
    options.maximumQoS = qos;
    options.identifier = identifier;
    return options;
}

/// A tree with the calls a test makes all the time.
struct Fixture
{
    SubscriptionTree tree;
    MatchList list;

    bool add(Subscriber &subscriber, QByteArrayView whole, const SubscriptionOptions &options = {})
    {
        const FilterParts parts = splitFilter(whole);
        return tree.insert(parts.group, parts.filter, &subscriber, options);
    }
    bool drop(Subscriber &subscriber, QByteArrayView whole)
    {
        const FilterParts parts = splitFilter(whole);
        return tree.remove(parts.group, parts.filter, &subscriber);
    }
    const std::vector<Match> &match(QByteArrayView topic, const Subscriber *publisher = nullptr)
    {
        tree.match(topic, publisher, readinessOf, list);
        return list.matches;
    }
    std::vector<quint32> identifiers(const Match &match) const
    {
        std::vector<quint32> values;
        list.collectIdentifiers(match, values);
        std::sort(values.begin(), values.end());
        return values;
    }
};

/// What a match says, in an order of its own, to be compared with what it should say.
using Copy = std::tuple<const Subscriber *, QoS, bool, std::vector<quint32>>;

/// The rules written down without any tree: every subscription is looked at.
class Model
{
public:
    struct Subscription
    {
        QByteArray group;
        QByteArray filter;
        Client *client;
        SubscriptionOptions options;
    };

    bool insert(const Subscription &wanted)
    {
        for (Subscription &held : m_held) {
            if (isSame(held, wanted)) {
                held.options = wanted.options;
                return false;
            }
        }
        m_held.push_back(wanted);
        return true;
    }
    bool remove(const Subscription &wanted)
    {
        return std::erase_if(m_held, [&](const Subscription &held) { return isSame(held, wanted); }) > 0;
    }
    const std::vector<Subscription> &held() const { return m_held; }
    qsizetype sharedSize() const
    {
        return std::count_if(
            m_held.begin(), m_held.end(), [](const auto &held) { return !held.group.isEmpty(); });
    }

    std::multiset<Copy> copies(const QByteArray &topic, const Subscriber *publisher) const
    {
        std::map<const Subscriber *, Copy> merged;
        for (const Subscription &held : m_held) {
            if (!held.group.isEmpty() || !topicMatches(held.filter, topic)
                || (held.options.noLocal && held.client == publisher))
                continue;
            auto [entry, isNew] = merged.try_emplace(
                held.client, held.client, QoS::AtMostOnce, false, std::vector<quint32>());
            auto &[client, qos, retainAsPublished, identifiers] = entry->second;
            qos = std::max(qos, held.options.maximumQoS);
            retainAsPublished |= held.options.retainAsPublished;
            if (held.options.identifier != 0)
                identifiers.push_back(held.options.identifier);
        }
        std::multiset<Copy> all;
        for (auto &[client, copy] : merged) {
            std::sort(std::get<3>(copy).begin(), std::get<3>(copy).end());
            all.insert(copy);
        }
        return all;
    }

    /// The groups of which somebody takes a message of `topic`, as {name, filter}.
    std::set<std::pair<QByteArray, QByteArray>> groups(const QByteArray &topic) const
    {
        std::set<std::pair<QByteArray, QByteArray>> all;
        for (const Subscription &held : m_held) {
            if (!held.group.isEmpty() && topicMatches(held.filter, topic)
                && held.client->readiness != Readiness::No)
                all.emplace(held.group, held.filter);
        }
        return all;
    }

    bool isMember(const Match &match) const
    {
        Readiness readiest = Readiness::No;
        bool found = false;
        for (const Subscription &held : m_held) {
            if (held.group != match.group->name() || held.filter != match.group->filter())
                continue;
            readiest = std::max(readiest, held.client->readiness);
            found |= held.client == match.subscriber && held.options.maximumQoS == match.maximumQoS
                && held.options.retainAsPublished == match.retainAsPublished;
        }
        return found && readinessOf(*match.subscriber) == readiest;
    }

private:
    static bool isSame(const Subscription &a, const Subscription &b)
    {
        return a.group == b.group && a.filter == b.filter && a.client == b.client;
    }
    std::vector<Subscription> m_held;
};

/// Filters and topics of few levels and few names, so that many of them meet.
class Inventor
{
public:
    explicit Inventor(quint32 seed)
        : m_random(seed)
    { }
    quint32 below(quint32 end) { return static_cast<quint32>(m_random() % end); }
    QByteArray topic() { return path(false); }
    QByteArray filter() { return path(true); }
    QByteArray group() { return below(4) == 0 ? QByteArray(below(2) ? "g" : "h") : QByteArray(); }
    SubscriptionOptions options(bool shared)
    {
        SubscriptionOptions made;
        made.maximumQoS = static_cast<QoS>(below(3));
        made.noLocal = !shared && below(4) == 0;
        made.retainAsPublished = below(2) == 0;
        made.identifier = below(2) == 0 ? 0 : 1 + below(1000);
        return made;
    }

private:
    QByteArray path(bool isFilter)
    {
        static const char *const names[] = {"a", "b", "c", "", "$x", "a!"};
        const quint32 levels = 1 + below(4);
        QByteArray made;
        for (quint32 level = 0; level < levels; ++level) {
            if (level > 0)
                made += '/';
            if (isFilter && level + 1 == levels && below(4) == 0)
                made += '#';
            else if (isFilter && below(3) == 0)
                made += '+';
            else
                made += names[below(6)];
        }
        return made.isEmpty() ? QByteArray("a") : made;
    }
    std::mt19937 m_random;
};

} // namespace

class TestSubscriptionTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesByTheRules_data();
    void matchesByTheRules();
    void insertingAgainReplaces();
    void removingWhatIsNotThere();
    void overlappingMerge();
    void identifiersOfAllMatching();
    void noLocal();
    void sharedServesInTurn();
    void sharedSkipsWhoIsNotReady();
    void sharedIsNeverMerged();
    void sharedGroupsAreTheirNameAndFilter();
    void sharedTurnSurvivesLeaving();
    void largeListKeepsItsMembers();
    void largeSharedGroup();
    void deepTopicsAndFilters();
    void manyWildcardsStayBounded();
    void matchingAllocatesNothing();
    void agreesWithTheModel();
    void removedNodesGoAway();
};

void TestSubscriptionTree::matchesByTheRules_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char *filter, const char *topic, bool expected, const char *clause = "") {
        QTest::addRow("%s %s against %s", clause, filter, topic)
            << QByteArray(filter) << QByteArray(topic) << expected;
    };
    row("a/b", "a/b", true);
    row("a/b", "a/b/c", false);
    row("a/b", "a", false);
    row("A", "a", false, "MQTT-4.7.3-4");
    row("sport/#", "sport", true);
    row("sport/#", "sport/x/y", true);
    row("sport/#", "sporty", false);
    row("sport/+", "sport", false);
    row("sport/+", "sport/", true);
    row("+/+", "/finance", true);
    row("/+", "/finance", true);
    row("+", "/finance", false);
    row("a/+/b", "a//b", true);
    row("+/+/#", "a", false);
    row("+/+/#", "a/", true);
    row("#", "/", true);
    row("#", "$SYS/x", false, "MQTT-4.7.2-1");
    row("+/x", "$SYS/x", false, "MQTT-4.7.2-1");
    row("+/#", "$SYS/x", false, "MQTT-4.7.2-1");
    row("$SYS/#", "$SYS/x", true);
    row("$SYS/+", "$SYS/x", true);
    row("a/#", "a/$SYS", true);
    row("a/+", "a/$SYS", true);
    row("$share/g/#", "$SYS/x", false, "MQTT-4.7.2-1");
    row("$share/g/+/x", "$SYS/x", false, "MQTT-4.7.2-1");
    row("$share/g/$SYS/#", "$SYS/x", true, "MQTT-4.8.2-2");
    row("$share/g/a", "a", true, "MQTT-4.8.2-2");
    row("$share/g/a", "$share/g/a", false, "MQTT-4.8.2-2");
    row("$share/g/$share/h/x", "$share/h/x", true, "MQTT-4.8.2-2");
    row("$share", "$share", true);
}

void TestSubscriptionTree::matchesByTheRules()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, topic);
    QFETCH(bool, expected);
    Fixture fixture;
    Client client;
    fixture.add(client, filter);
    QCOMPARE(fixture.match(topic).size(), size_t(expected));
    fixture.drop(client, filter);
    QCOMPARE(fixture.match(topic).size(), size_t(0));
}

void TestSubscriptionTree::insertingAgainReplaces() // MQTT-3.8.4-3
{
    Fixture fixture;
    Client client;
    QVERIFY(fixture.add(client, "a", withQoS(QoS::ExactlyOnce, 1)));
    QVERIFY(!fixture.add(client, "a", withQoS(QoS::AtLeastOnce, 2)));
    QCOMPARE(fixture.tree.size(), 1);
    QCOMPARE(fixture.match("a").size(), size_t(1));
    QCOMPARE(fixture.match("a")[0].maximumQoS, QoS::AtLeastOnce);
    QCOMPARE(fixture.identifiers(fixture.list.matches[0]), std::vector<quint32>{2});
    QVERIFY(fixture.add(client, "$share/g/a")); // another subscription
    QVERIFY(!fixture.add(client, "$share/g/a"));
    QCOMPARE(fixture.tree.size(), 2);
    QCOMPARE(fixture.tree.sharedSize(), 1);
}

void TestSubscriptionTree::removingWhatIsNotThere() // MQTT-3.10.4-1
{
    Fixture fixture;
    Client client;
    Client other;
    QVERIFY(!fixture.drop(client, "a"));
    fixture.add(client, "a/+/c");
    for (const char *filter : {"a", "a/+", "a/b/c", "a/+/c/d", "a/+/#", "$share/g/a/+/c"})
        QVERIFY2(!fixture.drop(client, filter), filter);
    QVERIFY(!fixture.drop(other, "a/+/c"));
    QVERIFY(fixture.drop(client, "a/+/c"));
    QVERIFY(!fixture.drop(client, "a/+/c"));
    QCOMPARE(fixture.tree.size(), 0);
}

void TestSubscriptionTree::overlappingMerge() // MQTT-3.3.4-2
{
    Fixture fixture;
    Client client;
    Client other;
    fixture.add(client, "a/#", withQoS(QoS::AtMostOnce));
    fixture.add(client, "a/+", withQoS(QoS::ExactlyOnce));
    SubscriptionOptions asPublished = withQoS(QoS::AtLeastOnce);
    asPublished.retainAsPublished = true;
    fixture.add(client, "a/b", asPublished);
    fixture.add(other, "#", withQoS(QoS::AtLeastOnce));

    QCOMPARE(fixture.match("a/b").size(), size_t(2));
    for (const Match &match : fixture.list.matches) {
        QCOMPARE(match.maximumQoS, match.subscriber == &client ? QoS::ExactlyOnce : QoS::AtLeastOnce);
        QCOMPARE(match.retainAsPublished, match.subscriber == &client);
    }
    QCOMPARE(fixture.match("a/c")[0].retainAsPublished, false);
}

void TestSubscriptionTree::identifiersOfAllMatching() // MQTT-3.3.4-3, MQTT-3.3.4-4
{
    Fixture fixture;
    Client client;
    fixture.add(client, "a/#", withQoS(QoS::AtMostOnce, 7));
    fixture.add(client, "+/b", withQoS(QoS::AtMostOnce, 0));
    fixture.add(client, "a/+", withQoS(QoS::AtMostOnce, 268435455));
    fixture.add(client, "x", withQoS(QoS::AtMostOnce, 9));
    QCOMPARE(fixture.match("a/b").size(), size_t(1));
    QCOMPARE(fixture.identifiers(fixture.list.matches[0]), (std::vector<quint32>{7, 268435455}));
    QCOMPARE(fixture.match("z/b").size(), size_t(1));
    QVERIFY(fixture.identifiers(fixture.list.matches[0]).empty());
}

void TestSubscriptionTree::noLocal() // MQTT-3.8.3-3
{
    Fixture fixture;
    Client publisher;
    Client other;
    SubscriptionOptions local = withQoS(QoS::ExactlyOnce, 1);
    local.noLocal = true;
    fixture.add(publisher, "a", local);
    fixture.add(other, "a", local);
    QCOMPARE(fixture.match("a", &publisher).size(), size_t(1));
    QCOMPARE(fixture.list.matches[0].subscriber, &other);
    QCOMPARE(fixture.match("a", nullptr).size(), size_t(2));

    // Its other subscriptions count, without what the passed over one would have given.
    fixture.add(publisher, "+", withQoS(QoS::AtLeastOnce, 2));
    QCOMPARE(fixture.match("a", &publisher).size(), size_t(2));
    const Match &own = fixture.list.matches[fixture.list.matches[0].subscriber == &publisher ? 0 : 1];
    QCOMPARE(own.maximumQoS, QoS::AtLeastOnce);
    QCOMPARE(fixture.identifiers(own), std::vector<quint32>{2});
}

void TestSubscriptionTree::sharedServesInTurn() // 4.8.2
{
    Fixture fixture;
    Client clients[3];
    for (Client &client : clients)
        fixture.add(client, "$share/g/a");
    for (int round = 0; round < 6; ++round) {
        QCOMPARE(fixture.match("a").size(), size_t(1));
        QCOMPARE(fixture.list.matches[0].subscriber, &clients[round % 3]);
        QCOMPARE(fixture.list.matches[0].group, fixture.tree.sharedGroup("g", "a"));
    }
}

void TestSubscriptionTree::sharedSkipsWhoIsNotReady() // MQTT-4.8.2-4
{
    Fixture fixture;
    Client clients[3];
    for (Client &client : clients)
        fixture.add(client, "$share/g/a");
    clients[0].readiness = Readiness::No;
    clients[1].readiness = Readiness::IfNobodyElse;
    for (int round = 0; round < 3; ++round)
        QCOMPARE(fixture.match("a")[0].subscriber, &clients[2]);
    clients[2].readiness = Readiness::IfNobodyElse;
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[1]);
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[2]);
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[1]);
    clients[0].readiness = clients[2].readiness = Readiness::AsLastResort;
    for (int round = 0; round < 3; ++round)
        QCOMPARE(fixture.match("a")[0].subscriber, &clients[1]);
    clients[1].readiness = Readiness::No;
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[2]);
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[0]);
    clients[0].readiness = clients[2].readiness = Readiness::No;
    QVERIFY(fixture.match("a").empty());
    QVERIFY(fixture.tree.sharedGroup("g", "a")->next({})); // nobody is asked
}

void TestSubscriptionTree::sharedIsNeverMerged() // 4.8.2, MQTT-4.8.2-3
{
    Fixture fixture;
    Client client;
    fixture.add(client, "a", withQoS(QoS::AtLeastOnce, 1));
    fixture.add(client, "+", withQoS(QoS::AtMostOnce, 2));
    fixture.add(client, "$share/g/a", withQoS(QoS::ExactlyOnce, 3));
    fixture.add(client, "$share/h/a", withQoS(QoS::AtMostOnce, 4));
    fixture.add(client, "$share/g/+", withQoS(QoS::AtLeastOnce, 0));
    QCOMPARE(fixture.match("a").size(), size_t(4));
    std::multiset<std::pair<QoS, std::vector<quint32>>> copies;
    for (const Match &match : fixture.list.matches)
        copies.emplace(match.maximumQoS, fixture.identifiers(match));
    const std::multiset<std::pair<QoS, std::vector<quint32>>> expected = {
        {QoS::AtLeastOnce, {1, 2}}, {QoS::ExactlyOnce, {3}}, {QoS::AtMostOnce, {4}}, {QoS::AtLeastOnce, {}}};
    QCOMPARE(copies, expected);
}

void TestSubscriptionTree::sharedGroupsAreTheirNameAndFilter() // 4.8.2
{
    Fixture fixture;
    Client client;
    Client other;
    fixture.add(client, "$share/g/a");
    fixture.add(other, "$share/g/a");
    fixture.add(client, "$share/g/b");
    SharedGroup *const group = fixture.tree.sharedGroup("g", "a");
    QVERIFY(group);
    QCOMPARE(group->name().toByteArray(), QByteArray("g"));
    QCOMPARE(group->filter().toByteArray(), QByteArray("a"));
    QCOMPARE(group->members().size(), size_t(2));
    QVERIFY(fixture.tree.sharedGroup("g", "b") != group);
    QVERIFY(!fixture.tree.sharedGroup("h", "a"));
    QVERIFY(!fixture.tree.sharedGroup("g", "c"));
    QCOMPARE(fixture.tree.sharedSize(), 3);
    QVERIFY(fixture.drop(client, "$share/g/a"));
    QVERIFY(!fixture.drop(client, "$share/g/a"));
    QCOMPARE(fixture.tree.sharedGroup("g", "a"), group);
    QVERIFY(fixture.drop(other, "$share/g/a"));
    QVERIFY(!fixture.tree.sharedGroup("g", "a"));
    QCOMPARE(fixture.tree.sharedSize(), 1);
}

void TestSubscriptionTree::sharedTurnSurvivesLeaving()
{
    Fixture fixture;
    Client clients[4];
    for (Client &client : clients)
        fixture.add(client, "$share/g/a");
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[0]);
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[1]);
    fixture.drop(clients[0], "$share/g/a");
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[2]);
    fixture.drop(clients[3], "$share/g/a");
    QCOMPARE(fixture.match("a")[0].subscriber, &clients[1]);
}

void TestSubscriptionTree::largeListKeepsItsMembers()
{
    Fixture fixture;
    std::deque<Client> clients(3000);
    std::set<const Subscriber *> expected;
    Inventor inventor(3);
    for (int step = 0; step < 40000; ++step) {
        Client &client = clients[inventor.below(step < 20000 ? 3000 : 100 + 2900 * (step % 2))];
        const bool adds = inventor.below(step < 20000 ? 3 : 9) > 0 && step < 30000;
        if (adds)
            QCOMPARE(fixture.add(client, "news"), expected.insert(&client).second);
        else
            QCOMPARE(fixture.drop(client, "news"), expected.erase(&client) > 0);
        if (step % 500 != 0)
            continue;
        std::set<const Subscriber *> matched;
        for (const Match &match : fixture.match("news"))
            QVERIFY(matched.insert(match.subscriber).second);
        QCOMPARE(matched, expected);
    }
}

void TestSubscriptionTree::largeSharedGroup()
{
    Fixture fixture;
    std::deque<Client> clients(1000);
    for (Client &client : clients)
        fixture.add(client, "$share/g/a");
    for (int round = 0; round < 10; ++round)
        fixture.match("a");
    for (size_t i = 0; i < clients.size(); i += 2)
        QVERIFY(fixture.drop(clients[i], "$share/g/a"));
    std::map<const Subscriber *, int> served;
    for (int round = 0; round < 1000; ++round)
        ++served[fixture.match("a")[0].subscriber];
    QCOMPARE(served.size(), size_t(500));
    for (const auto &[client, times] : served)
        QCOMPARE(times, 2);
}

void TestSubscriptionTree::deepTopicsAndFilters()
{
    Fixture fixture;
    Client client;
    const QByteArray separators(65535, '/'); // 65 536 empty levels
    QByteArray wildcards;
    for (int level = 0; level < 32767; ++level)
        wildcards += "+/";
    wildcards += '+';
    fixture.add(client, separators);
    fixture.add(client, wildcards);
    fixture.add(client, wildcards.chopped(1) + "#");
    fixture.add(client, separators.chopped(1) + "#");
    QCOMPARE(fixture.match(separators).size(), size_t(1));
    QCOMPARE(fixture.match(QByteArray(32767, '/')).size(), size_t(1));
    QVERIFY(fixture.match("/").empty());
    QVERIFY(fixture.drop(client, separators));
    QVERIFY(fixture.drop(client, wildcards));
    QCOMPARE(fixture.tree.size(), 2);
    // and the destructor takes the rest without a recursion
}

void TestSubscriptionTree::manyWildcardsStayBounded()
{
    Fixture fixture;
    std::deque<Client> clients;
    constexpr int depth = 12;
    for (int pattern = 0; pattern < 1 << depth; ++pattern) { // each level of the topic a, or +
        QByteArray filter;
        for (int level = 0; level < depth; ++level)
            filter += pattern >> level & 1 ? "/+" : "/a";
        fixture.add(clients.emplace_back(), filter);
        fixture.add(clients.back(), filter + "/#");
    }
    const QByteArray topic = QByteArray("/a").repeated(depth);
    QCOMPARE(fixture.match(topic).size(), size_t(1) << depth);
    QCOMPARE(fixture.match(topic + "/b").size(), size_t(1) << depth);
    // 32 768 levels below: each stored node is visited once at most, nothing is doubled per level
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(fixture.match(QByteArray("/a").repeated(32767)).size(), size_t(1) << depth);
    QVERIFY(timer.elapsed() < 2000);
    QVERIFY(fixture.match("/a/a/a").empty());
}

void TestSubscriptionTree::matchingAllocatesNothing()
{
    Fixture fixture;
    std::deque<Client> clients(500);
    for (size_t i = 0; i < clients.size(); ++i) {
        fixture.add(clients[i], "a/+", withQoS(QoS::AtLeastOnce, 5));
        fixture.add(clients[i], "a/#", withQoS(QoS::AtLeastOnce, 6));
        fixture.add(clients[i], "$share/g" + QByteArray::number(qulonglong(i % 7)) + "/a/b");
    }
    const std::function<Readiness(const Subscriber &)> readiness = readinessOf;
    fixture.tree.match("a/b", nullptr, readiness, fixture.list);
    const qint64 before = allocations;
    for (int round = 0; round < 10; ++round) {
        fixture.tree.match("a/b", nullptr, readiness, fixture.list);
        fixture.tree.match("a", nullptr, readiness, fixture.list);
        fixture.tree.match("b/c/d", nullptr, readiness, fixture.list);
    }
    QCOMPARE(allocations - before, 0);
}

void TestSubscriptionTree::agreesWithTheModel() // 4.7, 4.8, MQTT-3.3.4-2..4, MQTT-3.8.3-3, MQTT-3.8.4-3
{
    Fixture fixture;
    Model model;
    std::deque<Client> clients(12);
    Inventor inventor(20240517);
    for (int step = 0; step < 100000; ++step) {
        Client &client = clients[inventor.below(12)];
        const quint32 action = inventor.below(10);
        const quint32 wanted = step / 10000 % 2 ? 20 : 150; // grow and shrink by turns
        if (action < 3 && model.held().size() < wanted) {
            const QByteArray group = inventor.group();
            const Model::Subscription made{
                group, inventor.filter(), &client, inventor.options(!group.isEmpty())};
            QCOMPARE(
                fixture.tree.insert(made.group, made.filter, made.client, made.options), model.insert(made));
        } else if (action < 5 && !model.held().empty()) {
            Model::Subscription gone = model.held()[inventor.below(quint32(model.held().size()))];
            if (inventor.below(4) == 0)
                gone.filter = inventor.filter(); // likely not there
            QCOMPARE(fixture.tree.remove(gone.group, gone.filter, gone.client), model.remove(gone));
        } else if (action == 5) {
            client.readiness = static_cast<Readiness>(inventor.below(4));
        } else {
            const QByteArray topic = inventor.topic();
            const Client *const publisher = inventor.below(2) ? &client : nullptr;
            fixture.match(topic, publisher);
            std::multiset<Copy> copies;
            std::set<std::pair<QByteArray, QByteArray>> groups;
            for (const Match &match : fixture.list.matches) {
                if (match.group) {
                    QVERIFY(
                        groups.emplace(match.group->name().toByteArray(), match.group->filter().toByteArray())
                            .second);
                    QVERIFY(model.isMember(match));
                } else {
                    copies.emplace(match.subscriber, match.maximumQoS, match.retainAsPublished,
                        fixture.identifiers(match));
                }
            }
            QVERIFY2(copies == model.copies(topic, publisher), topic.constData());
            QVERIFY2(groups == model.groups(topic), topic.constData());
        }
        QCOMPARE(fixture.tree.size(), qsizetype(model.held().size()));
        QCOMPARE(fixture.tree.sharedSize(), model.sharedSize());
    }
}

void TestSubscriptionTree::removedNodesGoAway()
{
    Fixture fixture;
    Client client;
    const qint64 before = allocations;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 1000; ++i)
            fixture.add(client, "site/" + QByteArray::number(i) + "/+/temp");
        for (int i = 0; i < 1000; ++i)
            QVERIFY(fixture.drop(client, "site/" + QByteArray::number(i) + "/+/temp"));
    }
    QVERIFY(allocations > before);
    QCOMPARE(fixture.tree.size(), 0);
    QCOMPARE(fixture.tree.nodes(), 0);
}

QTEST_APPLESS_MAIN(TestSubscriptionTree)
#include "tst_subscriptiontree.moc"
