#include "protocol/topic.h"
#include "security/accessfile.h"

#include <QTest>

using namespace pigeon;

/// ACL files: what is read, what is refused, and what each rule gives and takes.
class TestAccessList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decides_data();
    void decides();
    void subscribes_data();
    void subscribes();
    void filtersAreComparedRightly();
    void namesTheRule();
    void tellsTheRulesOfAClient_data();
    void tellsTheRulesOfAClient();
    void tellsTheRulesThatDecide_data();
    void tellsTheRulesThatDecide();
    void refuses_data();
    void refuses();
    void tellsAllProblems();
    void reads_data();
    void reads();
};

namespace {

AccessList listOf(const QByteArray &text)
{
    FileProblems problems;
    AccessList list = parseAccessList(text, problems);
    if (!problems.empty())
        qWarning("%s", qPrintable(problemsText(QStringLiteral("acl"), problems)));
    return list;
}

/// All topics or filters of 1 to `levels` levels.
QByteArrayList pathsOf(const QByteArrayList &words, int levels)
{
    QByteArrayList all = words;
    QByteArrayList longest = words;
    for (int level = 1; level < levels; ++level) {
        QByteArrayList longer;
        for (const QByteArray &path : longest) {
            for (const QByteArray &word : words)
                longer.append(path + '/' + word);
        }
        all += longer;
        longest = longer;
    }
    return all;
}

} // namespace

void TestAccessList::decides_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("clientId");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("mayWrite");
    QTest::addColumn<bool>("mayRead");
    const auto row = [](const char *name, const char *text, const char *id, const char *user, const char *topic,
                         bool mayWrite, bool mayRead) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(id) << QByteArray(user) << QByteArray(topic) << mayWrite
                            << mayRead;
    };
    row("an empty file allows nothing", "", "c", "u", "a", false, false); // CVE-2018-12550
    row("comments allow nothing", "# topic a\n", "c", "", "a", false, false);
    row("nothing said = readwrite", "topic a\n", "c", "", "a", true, true);
    row("readwrite", "topic readwrite a\n", "c", "", "a", true, true);
    row("read", "topic read a\n", "c", "", "a", false, true);
    row("write", "topic write a\n", "c", "", "a", true, false);
    row("another topic", "topic a\n", "c", "", "b", false, false);
    row("the first section is not of users", "topic a\n", "c", "u", "a", false, false);
    row("a user's section", "user u\ntopic a\n", "c", "u", "a", true, true);
    row("not of others", "user u\ntopic a\n", "c", "v", "a", false, false);
    row("not of nobody", "user u\ntopic a\n", "c", "", "a", false, false);
    row("a section twice", "user u\ntopic a\nuser v\ntopic b\nuser u\ntopic c\n", "c", "u", "c", true, true);
    row("a user with spaces", "user John Doe\ntopic a\n", "c", "John Doe", "a", true, true);
    row("users differ by case", "user U\ntopic a\n", "c", "u", "a", false, false);
    row("deny after allow", "topic a/#\ntopic deny a/b\n", "c", "", "a/b", false, false);
    row("deny before allow", "topic deny a/b\ntopic a/#\n", "c", "", "a/b", false, false);
    row("beside the denied", "topic deny a/b\ntopic a/#\n", "c", "", "a/c", true, true);
    row("+", "topic a/+/c\n", "c", "", "a/b/c", true, true);
    row("+ is one level", "topic a/+\n", "c", "", "a/b/c", false, false);
    row("# and its parent", "topic a/#\n", "c", "", "a", true, true);
    row("# leaves $ out", "topic #\n", "c", "", "$SYS/broker/uptime", false, false);
    row("$ named", "topic read $SYS/#\n", "c", "", "$SYS/broker/uptime", false, true);
    row("a topic with spaces", "topic read a b/c\n", "c", "", "a b/c", false, true);
    row("no placeholders in topic", "topic a/%c\n", "c", "", "a/c", false, false);

    row("%c", "pattern a/%c\n", "c", "", "a/c", true, true);
    row("%c of another", "pattern a/%c\n", "d", "", "a/c", false, false);
    row("%u", "pattern read a/%u/#\n", "c", "u", "a/u/x", false, true);
    row("%u of nobody", "pattern a/%u\n", "c", "", "a/", false, false);
    row("both in a level", "pattern a/%u-%c/x\n", "c", "u", "a/u-c/x", true, true);
    row("both, and more", "pattern a/%u-%c/x\n", "c", "u", "a/u-c1/x", false, false);
    row("a pattern without a name", "pattern a\n", "c/+", "", "a", true, true);
    row("client id +", "pattern a/%c\n", "+", "", "a/b", false, false); // CVE-2017-7650
    row("client id #", "pattern a/%c\n", "#", "", "a/b", false, false);
    row("client id #, as it is", "pattern a/%c\n", "x#", "", "a/x#", false, false);
    row("client id /", "pattern a/%c/#\n", "b/c", "", "a/b/c/d", false, false);
    row("user #", "pattern a/%u\n", "c", "#", "a/b", false, false);
    row("user /", "pattern a/%u/#\n", "c", "u/v", "a/u/v/x", false, false);
    row("a user called $SYS", "pattern %u/#\n", "c", "$SYS", "$SYS/a", false, false);
    row("a placeholder for a name", "pattern a/%c\n", "%u", "u", "a/u", false, false);
    row("a denied pattern", "pattern a/#\npattern deny a/%c\n", "c", "", "a/c", false, false);
    row("who cannot be named is denied", "pattern a/#\npattern deny a/%c\n", "c/d", "", "a/x", false, false);
    row("who has no name is not meant", "pattern a/#\npattern deny a/%u\n", "c", "", "a/x", true, true);
    row("a user's own rule stands above patterns", "user u\ntopic a\npattern deny a\n", "c", "u", "a", true, true);
    row("a user's denial, too", "user u\ntopic deny a\npattern a\n", "c", "u", "a", false, false);
    row("patterns for whom no section is", "user v\ntopic b\npattern a\n", "c", "u", "a", true, true);
}

void TestAccessList::decides()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, clientId);
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, topic);
    QFETCH(bool, mayWrite);
    QFETCH(bool, mayRead);
    const AccessList list = listOf(text);
    QCOMPARE(list.publish(clientId, user, topic).isAllowed, mayWrite);
    QCOMPARE(list.receive(clientId, user, topic).isAllowed, mayRead);
    // Without wildcards, subscribing and receiving are one question.
    QCOMPARE(list.subscribe(clientId, user, topic).isAllowed, mayRead);
}

void TestAccessList::subscribes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<bool>("isAllowed");
    const auto row = [](const char *name, const char *text, const char *filter, bool isAllowed) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(filter) << isAllowed;
    };
    row("wider than the right", "user u\ntopic read a/b\n", "#", true);
    row("wider by a level", "user u\ntopic read a/b\n", "a/+", true);
    row("crossing", "user u\ntopic read a/+/c\n", "a/b/+", true);
    row("crossing by #", "user u\ntopic read +/b/#\n", "a/#", true);
    row("the parent", "user u\ntopic read a/#\n", "a", true);
    row("the parent, the other way", "user u\ntopic read a\n", "a/#", true);
    row("beside", "user u\ntopic read a/b\n", "c/#", false);
    row("another length", "user u\ntopic read a/+\n", "a/+/+", false);
    row("only written", "user u\ntopic write a/#\n", "a/#", false);
    row("all is denied", "user u\ntopic read #\ntopic deny a/#\n", "a/+", false);
    row("all is denied by +", "user u\ntopic read #\ntopic deny a/+\n", "a/+", false);
    row("some is denied", "user u\ntopic read #\ntopic deny a/b\n", "a/+", true);
    row("some levels are denied", "user u\ntopic read #\ntopic deny a/+\n", "a/#", true);
    row("# reaches no $", "user u\ntopic read $SYS/#\n", "#", false);
    row("+ reaches no $", "user u\ntopic read $SYS/#\n", "+/broker/#", false);
    row("$ by its name", "user u\ntopic read $SYS/#\n", "$SYS/broker/#", true);
    row("right of # and $", "user u\ntopic read #\n", "$SYS/#", false);
    row("denied # and $", "user u\ntopic deny #\ntopic read $SYS/#\n", "$SYS/#", true);
    row("pattern", "pattern read a/%u/+\n", "a/u/x", true);
    row("pattern crossing", "pattern read a/%u/+\n", "a/+/x", true);
    row("pattern of another", "pattern read a/%u/+\n", "a/v/x", false);
}

void TestAccessList::subscribes()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, filter);
    QFETCH(bool, isAllowed);
    QCOMPARE(listOf(text).subscribe("c", "u", filter).isAllowed, isAllowed);
}

/// All small filters against each other and all small topics, by brute force.
void TestAccessList::filtersAreComparedRightly()
{
    const QByteArrayList topics = pathsOf({"a", "$b", "z"}, 4);
    QByteArrayList filters = pathsOf({"a", "$b", "+"}, 3);
    for (const QByteArray &each : pathsOf({"a", "$b", "+"}, 2))
        filters.append(each + "/#");
    filters.append("#");
    for (const QByteArray &ours : filters) {
        const AccessFilter rule(ours, false);
        for (const QByteArray &theirs : filters) {
            bool isMet = false;
            bool isCovered = true;
            for (const QByteArray &topic : topics) {
                const bool isTheirs = topicMatches(theirs, topic);
                const bool isOurs = rule.matches(topic, {});
                isMet = isMet || (isTheirs && isOurs);
                isCovered = isCovered && (!isTheirs || isOurs);
            }
            const QByteArray pair = ours + " and " + theirs;
            QVERIFY2(rule.overlaps(theirs, {}) == isMet, pair.constData());
            // That "+/#" is as much as "#" need not be seen: what is denied is not delivered in any case.
            QVERIFY2(!rule.covers(theirs, {}) || isCovered, pair.constData());
            QVERIFY2(!isCovered || rule.covers(theirs, {}) || theirs.endsWith('#'), pair.constData());
        }
    }
}

void TestAccessList::namesTheRule()
{
    const AccessList list = listOf("# rules\nuser u\ntopic read a/#\n\ntopic deny a/b\n");
    const AccessVerdict denied = list.receive("c", "u", "a/b");
    QVERIFY(denied.rule);
    QCOMPARE(denied.rule->line, 5);
    QCOMPARE(list.receive("c", "u", "a/c").rule->line, 3);
    QVERIFY(!list.publish("c", "u", "a/c").rule);
}

void TestAccessList::tellsTheRulesOfAClient_data()
{
    QTest::addColumn<QByteArray>("clientId");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArrayList>("told"); // line and topics, ! for a denial of everything
    const auto row = [](const char *name, const char *id, const char *user, const QByteArrayList &told) {
        QTest::newRow(name) << QByteArray(id) << QByteArray(user) << told;
    };
    row("a user's own, then those for everybody", "c", "u", {"5 a/b", "4 a/#", "9 c/secret", "7 u/c/x", "8 all"});
    row("without rules of its own", "c", "w", {"9 c/secret", "7 w/c/x", "8 all"});
    row("without a user", "c", "", {"1 open", "9 c/secret", "8 all"});
    row("a name that is no level", "c/+", "w", {"9! c/+/secret", "8 all"});
}

static const QByteArray manyRules = "topic read open\n# comment\nuser u\ntopic a/#\ntopic deny a/b\nuser v\n"
                                    "pattern read %u/%c/x\npattern all\npattern deny %c/secret\n";

void TestAccessList::tellsTheRulesOfAClient()
{
    QFETCH(QByteArray, clientId);
    QFETCH(QByteArray, user);
    QFETCH(QByteArrayList, told);
    const AccessList list = listOf(manyRules);
    QByteArrayList found;
    for (const AppliedRule &each : list.rulesFor(clientId, user, 100)) {
        QCOMPARE(each.isPattern, each.rule->line >= 7);
        found.append(QByteArray::number(each.rule->line) + (each.isOfAllTopics ? "! " : " ") + each.filter);
    }
    QCOMPARE(found, told);
    QCOMPARE(list.rulesFor(clientId, user, 1).size(), size_t(1));
}

void TestAccessList::tellsTheRulesThatDecide_data()
{
    QTest::addColumn<QByteArray>("clientId");
    QTest::addColumn<QByteArray>("user");
    for (const char *id : {"c", "c/+", "#"}) {
        for (const char *user : {"u", "v", "w", "a/b", ""})
            QTest::addRow("%s of \"%s\"", id, user) << QByteArray(id) << QByteArray(user);
    }
}

/// What is told is what decides: of the rules that are told the first one that speaks of a topic.
void TestAccessList::tellsTheRulesThatDecide()
{
    QFETCH(QByteArray, clientId);
    QFETCH(QByteArray, user);
    const AccessList list = listOf(manyRules);
    const std::vector<AppliedRule> told = list.rulesFor(clientId, user, 100);
    for (const QByteArray &topic : pathsOf({"a", "b", "c", "u", "w", "x", "all", "open", "secret"}, 3)) {
        for (const bool isPublish : {true, false}) {
            const auto speaks = [&](const AppliedRule &each) {
                const AccessRule &rule = *each.rule;
                const bool isMeant = rule.kind == AccessKind::Deny || (isPublish ? rule.mayWrite() : rule.mayRead());
                return isMeant && (each.isOfAllTopics || topicMatches(each.filter, topic));
            };
            const auto first = std::find_if(told.begin(), told.end(), speaks);
            const AccessVerdict verdict
                = isPublish ? list.publish(clientId, user, topic) : list.receive(clientId, user, topic);
            const AccessRule *rule = first == told.end() ? nullptr : first->rule;
            QCOMPARE(rule ? rule->line : 0, verdict.rule ? verdict.rule->line : 0);
            QCOMPARE(rule && rule->kind != AccessKind::Deny, verdict.isAllowed);
        }
    }
}

void TestAccessList::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name, const QByteArray &text, const char *sentence) {
        QTest::newRow(name) << text << QString::fromLatin1(sentence);
    };
    row("another word", "topics a\n", "neither user, topic nor pattern");
    row("a user without a name", "user\n", "user needs a name");
    row("a user of blanks", "user   \n", "user needs a name");
    row("a topic without one", "topic\n", "is missing at the end");
    row("an access without a topic", "topic read\n", "is missing at the end");
    row("another access", "topic rw a\n", "one of read, write");
    row("+ within a level", "topic read a+/b\n", "no topic filter");
    row("# before the end", "topic read #/b\n", "no topic filter");
    row("a pattern within a level", "pattern read a/%c#\n", "no topic filter");
    row("shared", "topic read $share/g/a\n", "leave out $share/");
    row("no UTF-8", "topic read a\xFF\n", "no topic filter");
    row("no UTF-8 user", "user a\xFF\n", "user needs a name");
    row("NUL", QByteArray("topic read a\0b\n", 15), "no topic filter");
}

void TestAccessList::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, sentence);
    FileProblems problems;
    parseAccessList("# first\n" + text, problems);
    QCOMPARE(problems.size(), size_t(1));
    QCOMPARE(problems.front().line, 2);
    QVERIFY2(problems.front().text.contains(sentence), qPrintable(problems.front().text));
}

void TestAccessList::tellsAllProblems()
{
    FileProblems problems;
    parseAccessList("topic\n\nuser\ntopic read a\nx\n", problems);
    QCOMPARE(problems.size(), size_t(3));
    QVERIFY(problemsText(QStringLiteral("acl"), problems).startsWith(QStringLiteral("acl:1: ")));
    QVERIFY(problemsText(QStringLiteral("acl"), problems).contains(QStringLiteral(" acl:5: ")));
}

void TestAccessList::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("without an end of line") << QByteArray("user u\ntopic a");
    QTest::newRow("of another system") << QByteArray("user u\r\ntopic a\r\n");
    QTest::newRow("blanks") << QByteArray("  user   u  \n\n\ttopic\treadwrite   a \n");
    QTest::newRow("comments") << QByteArray("#x\nuser u\n # y\ntopic a\n");
}

void TestAccessList::reads()
{
    QFETCH(QByteArray, text);
    QVERIFY(listOf(text).publish("c", "u", "a").isAllowed);
}

QTEST_APPLESS_MAIN(TestAccessList)
#include "tst_accesslist.moc"
