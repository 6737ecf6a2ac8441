#include "support/configtext.h"

#include <QTest>

using namespace pigeon;

/// The syntax of a file: lines, comments, values, and that all problems are found at once.
class TestConfigParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_data();
    void texts();
    void problems_data();
    void problems();
    void allProblemsAtOnce();
    void contradictions_data();
    void contradictions();
    void log_data();
    void log();
    void whoTheProcessIs();
    void aLineCannotForgeAnother();
};

void TestConfigParser::texts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("comments and empty lines") << QByteArray("# a\n\n   \n\t\n  # b\n#\n");
    QTest::newRow("a comment in Latin 1") << QByteArray("# gr\xFC\xDF\n");
    QTest::newRow("no line break at the end") << QByteArray("sys_interval 5");
    QTest::newRow("CR LF") << QByteArray("sys_interval 5\r\nmax_keepalive 10\r\n");
    QTest::newRow("spaces around") << QByteArray("  sys_interval \t  5 \t \n");
    QTest::newRow("a tab between") << QByteArray("sys_interval\t5\n");
    QTest::newRow("a comment behind a word") << QByteArray("sys_interval 5 # seconds\nallow_anonymous true # all\n");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBFsys_interval 5\n");
    QTest::newRow("UTF-8 in a value") << QByteArray("pid_file /tmp/\xC3\xBC.pid\n");
    QTest::newRow("a long line") << "pid_file /" + QByteArray(100'000, 'x') + '\n';
    QTest::newRow("many lines") << QByteArray("# x\n").repeated(100'000);
}

void TestConfigParser::texts()
{
    QFETCH(QByteArray, text);
    QCOMPARE(linesOf(text), QStringList());
}

void TestConfigParser::problems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem");
    QTest::newRow("unknown key")
        << QByteArray("# x\nmax_conections 5\n")
        << "a.conf:2: error: \"max_conections\" is not a key that pigeond or mosquitto knows. Is "
           "max_connections meant?";
    QTest::newRow("unlike any key")
        << QByteArray("frobnicate 5\n")
        << "a.conf:1: error: \"frobnicate\" is not a key that pigeond or mosquitto knows: "
           "docs/options.md has all.";
    QTest::newRow("no value")
        << QByteArray("\n\nsys_interval\n")
        << "a.conf:3: error: sys_interval: the value is missing: sys_interval 0 to 65535 seconds.";
    QTest::newRow("a comment is no value") << QByteArray(
        "allow_anonymous # true\n") << "a.conf:1: error: allow_anonymous: \"# true\" is neither true nor false.";
    QTest::newRow("twice") << QByteArray("sys_interval 5\n# x\nsys_interval 6\n")
                           << "a.conf:3: error: sys_interval is said already at a.conf:1: leave one of the two out.";
    QTest::newRow("twice the same") << QByteArray("allow_anonymous true\nlistener 1\nallow_anonymous 1 # as well\n")
                                    << "a.conf:3: notice: allow_anonymous says again what a.conf:1 says.";
    QTest::newRow("twice the same text") << QByteArray("pid_file /a b\npid_file /a b\n")
                                         << "a.conf:2: notice: pid_file says again what a.conf:1 says.";
    QTest::newRow("not UTF-8") << QByteArray("pid_file /tmp/\xFC.pid\n")
                               << "a.conf:1: error: the line is not UTF-8: save the file in that encoding.";
    QTest::newRow("NUL") << QByteArray("pid_file /tmp/a\0b\n", 18)
                         << "a.conf:1: error: the line has a control character in it: is this a text file?";
    QTest::newRow("too long a line")
        << "pid_file /" + QByteArray(200'000, 'x') + "\n"
        << "a.conf:1: error: the line has 200010 bytes, more than the 131072 that a line may "
           "have: is this a configuration file?";
    QTest::newRow("number too large for any type")
        << QByteArray("sys_interval 99999999999999999999999\n")
        << "a.conf:1: error: sys_interval: \"99999999999999999999999\" is not a "
           "whole number: it must be 0 to 65535 seconds.";
    QTest::newRow("duration too large for any type")
        << QByteArray("drain_timeout 9223372036854775807d\n")
        << "a.conf:1: error: drain_timeout: 9223372036854775807d is out of "
           "range: it must be 0 to 1d.";
    QTest::newRow("two numbers")
        << QByteArray("sys_interval 5 6\n")
        << "a.conf:1: error: sys_interval: \"5 6\" is not a whole number: it must be 0 to 65535 "
           "seconds.";
    QTest::newRow("a unit alone")
        << QByteArray("connect_timeout s\n")
        << "a.conf:1: error: connect_timeout: \"s\" is not a number with its unit (ms, s, min, h, "
           "d) behind it, as in 2h.";
}

void TestConfigParser::problems()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, problem);
    QCOMPARE(linesOf(text), QStringList(problem));
}

void TestConfigParser::allProblemsAtOnce()
{
    const QStringList lines
        = linesOf("listener 1883\nsys_interval x\ncafile /a\nautosave_interval 1\nnonsense 1\n\xFF\nport y\n");
    const QStringList kinds = QStringLiteral("error error error notice error error error").split(u' ');
    QCOMPARE(lines.size(), kinds.size());
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString begin = QStringLiteral("a.conf:%1: %2: ").arg(i + 1).arg(kinds[i]);
        QVERIFY2(lines[i].startsWith(begin), qPrintable(lines[i]));
    }
}

void TestConfigParser::contradictions_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("sentence"); // empty = all is well
    QTest::newRow("no retained messages, but so many")
        << QByteArray("max_retained_messages 5\nretain_available false\n")
        << "contradicts `retain_available false` (a.conf:2)";
    QTest::newRow("no retained messages, said twice")
        << QByteArray("max_retained_messages 0\nretain_available false\n") << "";
    QTest::newRow("a file without persistence") << QByteArray(
        "persistence_file a.db\n") << "notice: persistence_file has no effect without `persistence true`";
    QTest::newRow("a file with persistence") << QByteArray("persistence_file a.db\npersistence true\n") << "";
}

void TestConfigParser::contradictions()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, sentence);
    const QStringList lines = linesOf(text);
    QCOMPARE(lines.size(), sentence.isEmpty() ? 0 : 1);
    QVERIFY2(lines.join(u'\n').contains(sentence), qPrintable(lines.join(u'\n')));
}

void TestConfigParser::log_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<uint>("types");
    QTest::addColumn<bool>("standardError");
    QTest::addColumn<bool>("standardOutput");
    QTest::addColumn<QString>("file");
    const uint usual = (LogType::Error | LogType::Warning | LogType::Notice).toInt();
    QTest::newRow("default") << QByteArray() << usual << true << false << "";
    QTest::newRow("two types") << QByteArray("log_type error\nlog_type debug\n")
                               << uint((LogType::Error | LogType::Debug).toInt()) << true << false << "";
    QTest::newRow("all types") << QByteArray("log_type all\n") << uint(allLogTypes().toInt()) << true << false << "";
    QTest::newRow("no type") << QByteArray("log_type none\n") << 0u << true << false << "";
    QTest::newRow("elsewhere") << QByteArray("log_dest stdout\nlog_dest file /tmp/a b\n") << usual << false << true
                               << "/tmp/a b";
    QTest::newRow("there as well") << QByteArray("log_dest stdout\nlog_dest stderr\n") << usual << true << true << "";
    QTest::newRow("nowhere") << QByteArray("log_dest none\n") << usual << false << false << "";
}

void TestConfigParser::log()
{
    QFETCH(QByteArray, text);
    QFETCH(uint, types);
    QFETCH(bool, standardError);
    QFETCH(bool, standardOutput);
    QFETCH(QString, file);
    const ParsedConfiguration parsed = parseText(text);
    QCOMPARE(linesOf(parsed), QStringList());
    const LogSettings &log = parsed.configuration.log;
    QCOMPARE(uint(log.types.toInt()), types);
    QCOMPARE(log.toStandardError, standardError);
    QCOMPARE(log.toStandardOutput, standardOutput);
    QCOMPARE(log.file, file);
    QCOMPARE(parseText(text, {.isVerbose = true}).configuration.log.types, allLogTypes());
}

void TestConfigParser::whoTheProcessIs()
{
    const Invocation asRoot{.isRoot = true};
    QCOMPARE(linesOf("user mqtt\n", asRoot), QStringList());
    QVERIFY(linesOf("user mqtt\n").value(0).startsWith(u"a.conf:1: notice: user has no effect"));
    QCOMPARE(linesOf("user root\n", asRoot), QStringList());
    const Invocation inBackground{.isBackground = true};
    QVERIFY(linesOf("", inBackground).value(0).contains(u"say `log_dest file PATH`"));
    QCOMPARE(linesOf("log_dest none\n", inBackground), QStringList());
    QCOMPARE(linesOf("log_dest file /tmp/x\n", inBackground), QStringList());
    QCOMPARE(linesOf("log_dest syslog\n", inBackground), QStringList());
}

void TestConfigParser::aLineCannotForgeAnother()
{
    for (const char *strange : {"\x1b[2K", "\xC2\x85", "\xE2\x80\xA8", "a\rb"}) {
        const QStringList lines = linesOf(QByteArray("x") + strange + "y 1\n");
        QCOMPARE(lines.size(), 1);
        for (const QChar character : lines.front())
            QVERIFY(character.isPrint());
    }
}

QTEST_APPLESS_MAIN(TestConfigParser)
#include "tst_configparser.moc"
