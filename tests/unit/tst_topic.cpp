#include "protocol/topic.h"

#include <QTest>

using namespace pigeon;

namespace {

/// UTF-8 as the standard defines it, written down the slow way: decode, then look at the number.
bool isTextByDefinition(const QByteArray &bytes)
{
    qsizetype at = 0;
    while (at < bytes.size()) {
        const auto lead = static_cast<uchar>(bytes[at]);
        const int length = lead < 0x80 ? 1
            : (lead & 0xE0) == 0xC0    ? 2
            : (lead & 0xF0) == 0xE0    ? 3
            : (lead & 0xF8) == 0xF0    ? 4
                                       : 0;
        if (length == 0 || at + length > bytes.size())
            return false;
        quint32 code = length == 1 ? lead : lead & (0x7F >> length);
        for (int i = 1; i < length; ++i) {
            const auto byte = static_cast<uchar>(bytes[at + i]);
            if ((byte & 0xC0) != 0x80)
                return false;
            code = code << 6 | (byte & 0x3F);
        }
        constexpr quint32 smallestOfLength[] = {0, 1, 0x80, 0x800, 0x10000}; // 1: no U+0000
        if (code < smallestOfLength[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            return false;
        at += length;
    }
    return true;
}

} // namespace

class TestTopic : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void text_data();
    void text();
    void textIsCheckedAtEveryOffset();
    void textAgreesWithTheDefinition();
    void topicName_data();
    void topicName();
    void topicFilter_data();
    void topicFilter();
    void reasonsNameTheKind();
    void split_data();
    void split();
    void levels();
    void matches_data();
    void matches();
};

void TestTopic::text_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("valid");

    QTest::newRow("empty") << QByteArray("") << true;
    QTest::newRow("null view") << QByteArray() << true;
    QTest::newRow("ASCII") << QByteArray("sport/tennis/player1") << true;
    QTest::newRow("controls are characters") << QByteArray("\x01\x1F\x7F") << true;
    QTest::newRow("MQTT-1.5.4-2 U+0000") << QByteArray("a\0b", 3) << false;
    QTest::newRow("MQTT-1.5.4-2 U+0000 alone") << QByteArray("\0", 1) << false;
    QTest::newRow("U+0000 overlong") << QByteArray("\xC0\x80") << false;
    QTest::newRow("MQTT-1.5.4-3 U+FEFF first") << QByteArray("\xEF\xBB\xBF"
                                                             "a")
                                               << true;
    QTest::newRow("MQTT-1.5.4-3 U+FEFF inside") << QByteArray("a\xEF\xBB\xBF"
                                                              "b")
                                                << true;

    QTest::newRow("lone continuation 80") << QByteArray("\x80") << false;
    QTest::newRow("lone continuation BF") << QByteArray("\xBF") << false;
    QTest::newRow("overlong C1 BF") << QByteArray("\xC1\xBF") << false;
    QTest::newRow("U+0080") << QByteArray("\xC2\x80") << true;
    QTest::newRow("U+07FF") << QByteArray("\xDF\xBF") << true;
    QTest::newRow("C2 then ASCII") << QByteArray("\xC2/") << false;
    QTest::newRow("C2 then lead") << QByteArray("\xC2\xC2") << false;
    QTest::newRow("overlong E0 9F BF") << QByteArray("\xE0\x9F\xBF") << false;
    QTest::newRow("U+0800") << QByteArray("\xE0\xA0\x80") << true;
    QTest::newRow("U+0FFF") << QByteArray("\xE0\xBF\xBF") << true;
    QTest::newRow("U+1000") << QByteArray("\xE1\x80\x80") << true;
    QTest::newRow("U+D7FF") << QByteArray("\xED\x9F\xBF") << true;
    QTest::newRow("MQTT-1.5.4-1 U+D800") << QByteArray("\xED\xA0\x80") << false;
    QTest::newRow("MQTT-1.5.4-1 U+DBFF") << QByteArray("\xED\xAF\xBF") << false;
    QTest::newRow("MQTT-1.5.4-1 U+DC00") << QByteArray("\xED\xB0\x80") << false;
    QTest::newRow("MQTT-1.5.4-1 U+DFFF") << QByteArray("\xED\xBF\xBF") << false;
    QTest::newRow("MQTT-1.5.4-1 pair") << QByteArray("\xED\xA0\xBD\xED\xB8\x80") << false;
    QTest::newRow("U+E000") << QByteArray("\xEE\x80\x80") << true;
    QTest::newRow("U+FFFE") << QByteArray("\xEF\xBF\xBE") << true;
    QTest::newRow("U+FFFF") << QByteArray("\xEF\xBF\xBF") << true;
    QTest::newRow("third byte wrong") << QByteArray("\xE1\x80\x41") << false;
    QTest::newRow("overlong F0 8F BF BF") << QByteArray("\xF0\x8F\xBF\xBF") << false;
    QTest::newRow("U+10000") << QByteArray("\xF0\x90\x80\x80") << true;
    QTest::newRow("U+3FFFF") << QByteArray("\xF0\xBF\xBF\xBF") << true;
    QTest::newRow("U+40000") << QByteArray("\xF1\x80\x80\x80") << true;
    QTest::newRow("U+FFFFF") << QByteArray("\xF3\xBF\xBF\xBF") << true;
    QTest::newRow("U+10FFFF") << QByteArray("\xF4\x8F\xBF\xBF") << true;
    QTest::newRow("above U+10FFFF") << QByteArray("\xF4\x90\x80\x80") << false;
    QTest::newRow("fourth byte wrong") << QByteArray("\xF1\x80\x80\x41") << false;
    QTest::newRow("F5") << QByteArray("\xF5\x80\x80\x80") << false;
    QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80") << false;
    QTest::newRow("FE") << QByteArray("\xFE") << false;
    QTest::newRow("FF") << QByteArray("\xFF") << false;
    QTest::newRow("cut after 1 of 2") << QByteArray("a\xC3") << false;
    QTest::newRow("cut after 2 of 3") << QByteArray("a\xE2\x82") << false;
    QTest::newRow("cut after 3 of 4") << QByteArray("a\xF0\x9F\x98") << false;
}

void TestTopic::text()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, valid);
    QCOMPARE(isMqttText(bytes), valid);
    QCOMPARE(isTextByDefinition(bytes), valid);
}

void TestTopic::textIsCheckedAtEveryOffset()
{
    const QByteArray plain(40, 'x');
    const QList<QByteArray> bad = {QByteArray("\0", 1), "\x80", "\xC0\x80", "\xED\xA0\x80", "\xFF"};
    const QList<QByteArray> good = {"\x7F", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (qsizetype at = 0; at <= plain.size(); ++at) {
        for (const QByteArray &bytes : bad)
            QVERIFY(!isMqttText(QByteArray(plain).insert(at, bytes)));
        for (const QByteArray &bytes : good)
            QVERIFY(isMqttText(QByteArray(plain).insert(at, bytes)));
    }
}

void TestTopic::textAgreesWithTheDefinition()
{
    for (quint32 bytes = 0; bytes <= 0xFFFFFF; bytes += bytes < 0x20000 ? 1 : 61) {
        const char three[] = {char(bytes >> 16), char(bytes >> 8), char(bytes)};
        const QByteArray text(three, 3);
        if (isMqttText(text) != isTextByDefinition(text))
            QFAIL(text.toHex().constData());
    }
    for (quint32 step = 0; step < 0x1000000; step += 97) {
        const quint32 bytes = 0xF0000000 + step * 7; // all leads of four bytes, and beyond
        const char four[] = {char(bytes >> 24), char(bytes >> 16), char(bytes >> 8), char(bytes)};
        const QByteArray text(four, 4);
        if (isMqttText(text) != isTextByDefinition(text))
            QFAIL(text.toHex().constData());
    }
}

void TestTopic::topicName_data()
{
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<QByteArray>("clause");

    QTest::newRow("one character") << QByteArray("a") << QByteArray();
    QTest::newRow("only a separator") << QByteArray("/") << QByteArray();
    QTest::newRow("spaces") << QByteArray("Accounts payable") << QByteArray();
    QTest::newRow("$share is no filter here") << QByteArray("$share") << QByteArray();
    QTest::newRow("longest") << QByteArray(65535, 'a') << QByteArray();
    QTest::newRow("MQTT-4.7.3-1 empty") << QByteArray("") << QByteArray("MQTT-4.7.3-1");
    QTest::newRow("MQTT-4.7.3-3 too long") << QByteArray(65536, 'a') << QByteArray("MQTT-4.7.3-3");
    QTest::newRow("MQTT-4.7.0-1 #") << QByteArray("sport/#") << QByteArray("MQTT-4.7.0-1");
    QTest::newRow("MQTT-4.7.0-1 +") << QByteArray("sport/+/x") << QByteArray("MQTT-4.7.0-1");
    QTest::newRow("MQTT-4.7.0-1 inside") << QByteArray("C#") << QByteArray("MQTT-4.7.0-1");
}

void TestTopic::topicName()
{
    QFETCH(QByteArray, topic);
    QFETCH(QByteArray, clause);
    const auto error = topicNameError(topic);
    QCOMPARE(error ? QByteArray(error->clause) : QByteArray(), clause);
}

void TestTopic::topicFilter_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("clause");
    const auto good = [](const char *filter) { QTest::newRow(filter) << QByteArray(filter) << QByteArray(); };
    const auto bad = [](const char *clause, const char *filter) {
        QTest::addRow("%s %s", clause, filter) << QByteArray(filter) << QByteArray(clause);
    };

    // 4.7.1.2 and 4.7.1.3: the examples
    good("sport/tennis/player1/#");
    good("sport/#");
    good("#");
    good("sport/tennis/#");
    bad("MQTT-4.7.1-1", "sport/tennis#");
    bad("MQTT-4.7.1-1", "sport/tennis/#/ranking");
    good("+");
    good("+/tennis/#");
    bad("MQTT-4.7.1-2", "sport+");
    good("sport/+/player1");
    good("/finance");
    // and their neighbours
    good("/");
    good("//");
    good("+/+");
    good("/+");
    good("/#");
    good("+/#");
    good("$SYS/#");
    bad("MQTT-4.7.3-1", "");
    bad("MQTT-4.7.1-1", "##");
    bad("MQTT-4.7.1-1", "#/");
    bad("MQTT-4.7.1-1", "a/#b");
    bad("MQTT-4.7.1-1", "a/b#");
    bad("MQTT-4.7.1-2", "+#");
    bad("MQTT-4.7.1-2", "++");
    bad("MQTT-4.7.1-2", "+a");
    bad("MQTT-4.7.1-2", "a/+b/c");
    bad("MQTT-4.7.1-2", "a/b+/c");
    QTest::newRow("longest") << QByteArray(65535, '/') << QByteArray();
    QTest::newRow("MQTT-4.7.3-3 too long") << QByteArray(65536, '/') << QByteArray("MQTT-4.7.3-3");

    // 4.8.2
    good("$share/consumer1/sport/tennis/+");
    good("$share/consumer2//finance");
    good("$share/g/#");
    good("$share/g/+");
    good("$share/g//");
    good("$share/g/$share/h/x");
    bad("MQTT-4.8.2-1", "$share//a");
    bad("MQTT-4.8.2-1", "$share/");
    bad("MQTT-4.8.2-1", "$share//");
    bad("MQTT-4.8.2-2", "$share/g");
    bad("MQTT-4.8.2-2", "$share/g/");
    bad("MQTT-4.8.2-2", "$share/+/a");
    bad("MQTT-4.8.2-2", "$share/#/a");
    bad("MQTT-4.8.2-2", "$share/#");
    bad("MQTT-4.8.2-2", "$share/g+/a");
    bad("MQTT-4.7.1-1", "$share/g/a#");
    bad("MQTT-4.7.1-1", "$share/g/#/a");
    bad("MQTT-4.7.1-2", "$share/g/a+");
    bad("MQTT-4.7.1-2", "$share/g/+a");
    good("$share"); // does not start with "$share/"
    good("$sharex/a");
    good("$SHARE/g");
    good("a/$share//b");
}

void TestTopic::topicFilter()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, clause);
    const auto error = topicFilterError(filter);
    QCOMPARE(error ? QByteArray(error->clause) : QByteArray(), clause);
}

void TestTopic::reasonsNameTheKind()
{
    QCOMPARE(topicFilterError("a#")->reason, ReasonCode::TopicFilterInvalid);
    QCOMPARE(topicFilterError("")->reason, ReasonCode::TopicFilterInvalid);
    QCOMPARE(topicFilterError("$share//a")->reason, ReasonCode::TopicFilterInvalid);
    QCOMPARE(topicNameError("a#")->reason, ReasonCode::TopicNameInvalid);
    QCOMPARE(topicNameError("")->reason, ReasonCode::TopicNameInvalid);
}

void TestTopic::split_data()
{
    QTest::addColumn<QByteArray>("whole");
    QTest::addColumn<QByteArray>("group");
    QTest::addColumn<QByteArray>("filter");

    QTest::newRow("plain") << QByteArray("a/b") << QByteArray() << QByteArray("a/b");
    QTest::newRow("MQTT-4.8.2-1") << QByteArray("$share/g/a/b") << QByteArray("g") << QByteArray("a/b");
    QTest::newRow("empty first level") << QByteArray("$share/g//b") << QByteArray("g") << QByteArray("/b");
    QTest::newRow("nested") << QByteArray("$share/g/$share/h/x") << QByteArray("g")
                            << QByteArray("$share/h/x");
    QTest::newRow("$share") << QByteArray("$share") << QByteArray() << QByteArray("$share");
    QTest::newRow("$sharex/a/b") << QByteArray("$sharex/a/b") << QByteArray() << QByteArray("$sharex/a/b");
}

void TestTopic::split()
{
    QFETCH(QByteArray, whole);
    QFETCH(QByteArray, group);
    QFETCH(QByteArray, filter);
    const FilterParts parts = splitFilter(whole);
    QCOMPARE(parts.group.toByteArray(), group);
    QCOMPARE(parts.filter.toByteArray(), filter);
}

void TestTopic::levels()
{
    QCOMPARE(topicLevels("a"), 1);
    QCOMPARE(topicLevels("/"), 2);
    QCOMPARE(topicLevels("a/b//c"), 4);
    QCOMPARE(topicLevels(QByteArray(65535, '/')), 65536);
    QVERIFY(!hasWildcard("a/b"));
    QVERIFY(hasWildcard("a/+"));
    QVERIFY(hasWildcard("#"));
    // eight bytes are looked at at once: a wildcard is found wherever it stands, and nothing else is taken for one
    for (qsizetype length = 1; length <= 24; ++length) {
        for (qsizetype at = 0; at < length; ++at) {
            for (int byte = 1; byte < 256; ++byte) {
                QByteArray topic(length, 'a');
                topic[at] = static_cast<char>(byte);
                QCOMPARE(hasWildcard(topic), byte == '+' || byte == '#');
            }
        }
    }
    QVERIFY(!hasMoreLevels("a/b/c", 3));
    QVERIFY(hasMoreLevels("a/b/c", 2));
    QVERIFY(hasMoreLevels("//", 2));
    QVERIFY(!hasMoreLevels("abcdefgh", 1));
}

void TestTopic::matches_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char *filter, const char *topic, bool expected, const char *clause = "") {
        QTest::addRow("%s %s against %s", clause, filter, topic)
            << QByteArray(filter) << QByteArray(topic) << expected;
    };

    // 4.7.1.2
    row("sport/tennis/player1/#", "sport/tennis/player1", true);
    row("sport/tennis/player1/#", "sport/tennis/player1/ranking", true);
    row("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true);
    row("sport/tennis/player1/#", "sport/tennis/player10", false);
    row("sport/#", "sport", true);
    row("sport/#", "sport/", true);
    row("#", "a", true);
    row("#", "/", true);
    row("#", "a/b/c", true);
    // 4.7.1.3
    row("sport/tennis/+", "sport/tennis/player1", true);
    row("sport/tennis/+", "sport/tennis/player2", true);
    row("sport/tennis/+", "sport/tennis/player1/ranking", false);
    row("sport/+", "sport", false);
    row("sport/+", "sport/", true);
    row("+/+", "/finance", true);
    row("/+", "/finance", true);
    row("+", "/finance", false);
    // 4.7.2
    row("#", "$SYS/monitor/Clients", false, "MQTT-4.7.2-1");
    row("+/monitor/Clients", "$SYS/monitor/Clients", false, "MQTT-4.7.2-1");
    row("+", "$SYS", false, "MQTT-4.7.2-1");
    row("+/#", "$SYS", false, "MQTT-4.7.2-1");
    row("$SYS/#", "$SYS/monitor/Clients", true);
    row("$SYS/monitor/+", "$SYS/monitor/Clients", true);
    row("a/#", "a/$SYS", true);
    row("+/+", "a/$SYS", true);
    // 4.7.3
    row("ACCOUNTS", "Accounts", false, "MQTT-4.7.3-4");
    row("Accounts payable", "Accounts payable", true);
    row("/finance", "finance", false);
    row("finance", "/finance", false);
    row("\xC3\x85", "A\xCC\x8A", false, "MQTT-4.7.3-4"); // U+00C5, U+0041 U+030A
    row("\xEF\xBB\xBF"
        "a",
        "a", false, "MQTT-4.7.3-4");
    // empty levels
    row("a//b", "a//b", true);
    row("a//b", "a/b", false);
    row("a/+/b", "a//b", true);
    row("a/b", "a/b/", false);
    row("a/b/", "a/b", false);
    row("+/+/+", "//", true);
    row("/#", "/", true);
    row("/#", "a", false);
    row("+/#", "a", true);
    row("+/#", "/a", true);
    row("a/+/#", "a", false);
    row("a/+/#", "a/b", true);
}

void TestTopic::matches()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, topic);
    QFETCH(bool, expected);
    QVERIFY(!topicFilterError(filter) && !topicNameError(topic));
    QCOMPARE(topicMatches(filter, topic), expected);
}

QTEST_APPLESS_MAIN(TestTopic)
#include "tst_topic.moc"
