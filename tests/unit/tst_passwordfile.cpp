#include "security/passwordfile.h"

#include <QElapsedTimer>
#include <QTest>

using namespace pigeon;

/// Password files: the forms of mosquitto and our own, and that a line that is wrong makes no user.
class TestPasswordFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knows_data();
    void knows();
    void refuses_data();
    void refuses();
    void anUnknownUserCostsAsMuch();
    void makesArgon2id();
    void changesAFile_data();
    void changesAFile();
    void scramOfUsersAndStrangers();
    void names_data();
    void names();
};

namespace {

// Made by mosquitto_passwd 2.0.11, the first with -H sha512.
const char *const alice6 = "alice:$6$q3oJvn8c0X6ucKx1$F3ZqSz55cfHS3SfuD/wcCaAIpu571hzf1QtHFyrr+O+r"
                           "f53xmLMrfeaBgzlQYOsMmmhjKyuP0862Jo4erIVPIg==";
const char *const alice7 = "alice:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx9P9qHYDRPtHlPP+"
                           "aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==";
const char *const bob7 = "bob:$7$101$lO+vQ8kqD6Kkd3oV$qv9G9u+ngXzmvuwCcM1uLPs4N+L9JPiGAm93g5fLz1QWaxiJ+"
                         "DQMODtcm4Dbax1KoEx2KBlJAf/zH2kDyI1+vA==";
// The example of RFC 7677, 3, whose password is "pencil".
const char *const dora = "dora:SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
                         ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
// Of libargon2, as argon2(1) writes it: echo -n secret | argon2 saltsaltsalt -id -m 8 -t 2 -p 1 -e
const char *const carol = "carol:$argon2id$v=19$m=256,t=2,p=1$c2FsdHNhbHRzYWx0$d24DMwPvBDCOk2MMCh25X1upeHgooLW5p7HSUKjnfG0";

PasswordFile fileOf(const QByteArray &text)
{
    FileProblems problems;
    PasswordFile file = PasswordFile::parse(text, problems);
    if (!problems.empty())
        qWarning("%s", qPrintable(problemsText(QStringLiteral("passwords"), problems)));
    return file;
}

} // namespace

void TestPasswordFile::knows_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<bool>("isRight");
    const QByteArray all = QByteArray("# users\n") + alice7 + '\n' + bob7 + "\n\n" + carol + '\n';
    QTest::newRow("$6$") << QByteArray(alice6) << QByteArray("alice") << QByteArray("secret") << true;
    QTest::newRow("$6$, wrong") << QByteArray(alice6) << QByteArray("alice") << QByteArray("Secret") << false;
    QTest::newRow("$7$") << all << QByteArray("alice") << QByteArray("secret") << true;
    QTest::newRow("$7$, wrong") << all << QByteArray("alice") << QByteArray("secret ") << false;
    QTest::newRow("$7$, bytes") << all << QByteArray("bob") << QByteArray("pass word \xC3\xA4") << true;
    QTest::newRow("argon2id") << all << QByteArray("carol") << QByteArray("secret") << true;
    QTest::newRow("argon2id, wrong") << all << QByteArray("carol") << QByteArray("secre") << false;
    QTest::newRow("scram") << QByteArray(dora) << QByteArray("dora") << QByteArray("pencil") << true;
    QTest::newRow("scram, wrong") << QByteArray(dora) << QByteArray("dora") << QByteArray("pen") << false;
    const QByteArray both = QByteArray(dora) + "\ndora:" + QByteArray(alice7).mid(6);
    QTest::newRow("the hash counts beside scram") << both << QByteArray("dora") << QByteArray("secret") << true;
    QTest::newRow("and scram does not") << both << QByteArray("dora") << QByteArray("pencil") << false;
    QTest::newRow("empty") << all << QByteArray("alice") << QByteArray() << false;
    QTest::newRow("of another") << all << QByteArray("bob") << QByteArray("secret") << false;
    QTest::newRow("unknown") << all << QByteArray("dave") << QByteArray("secret") << false;
    QTest::newRow("nobody") << all << QByteArray() << QByteArray("secret") << false;
    QTest::newRow("no users") << QByteArray() << QByteArray("alice") << QByteArray("secret") << false;
    QTest::newRow("of another system") << QByteArray(alice7) + "\r\n" << QByteArray("alice") << QByteArray("secret")
                                       << true;
}

void TestPasswordFile::knows()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, password);
    QFETCH(bool, isRight);
    QCOMPARE(fileOf(text).isPasswordOf(user, password), isRight);
}

void TestPasswordFile::refuses_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name, const QByteArray &line, const char *sentence) {
        QTest::newRow(name) << line << QString::fromLatin1(sentence);
    };
    const QByteArray hash = QByteArray(alice7).mid(6);
    row("no colon", "dave", "no colon"); // CVE-2018-12551
    row("no hash", "dave:", "no hash of the forms");
    row("clear text", "dave:secret", "no hash of the forms");
    row("no name", ":" + hash, "has no name");
    row("a blank before", " # x", "no colon");
    row("twice", alice7, "in the file already");
    row("no UTF-8", "d\xFF:" + hash, "nobody can be called");
    row("a control character", "d\x1B:" + hash, "nobody can be called");
    row("another form", "dave:$5$abc$def", "no hash of the forms");
    row("$6$ without a hash", "dave:$6$abcd", "no hash of the forms");
    row("$6$ with a short hash", "dave:$6$abcd$abcd", "no hash of the forms");
    row("$7$ cut off", "dave:" + hash.left(hash.size() - 4), "no hash of the forms");
    row("$7$ with more", "dave:" + hash + "$x", "no hash of the forms");
    row("$7$ and a blank", "dave:" + hash + ' ', "no hash of the forms");
    row("$7$, no iterations", "dave:" + QByteArray(hash).replace("$101$", "$0$"), "no hash of the forms");
    row("$7$, too many", "dave:" + QByteArray(hash).replace("$101$", "$10000001$"), "no hash of the forms");
    row("$7$, +101", "dave:" + QByteArray(hash).replace("$101$", "$+101$"), "no hash of the forms");
    const QByteArray scram = QByteArray(dora).mid(5);
    row("scram, too little work", "dave:" + QByteArray(scram).replace("$4096:", "$4095:"), "no hash of the forms");
    row("scram, too much", "dave:" + QByteArray(scram).replace("$4096:", "$1000001:"), "no hash of the forms");
    row("scram, one key", "dave:" + scram.left(scram.lastIndexOf(':')), "no hash of the forms");
    row("scram, half a key", "dave:" + scram.chopped(4), "no hash of the forms");
    row("scram, another hash", "dave:" + QByteArray(scram).replace("-256", "-512"), "no hash of the forms");
    row("argon2i", "dave:$argon2i$v=19$m=256,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAA", "no hash of the forms");
    row("argon2id, version", "dave:$argon2id$m=256,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAA", "no hash of the forms");
    row("argon2id, memory", "dave:$argon2id$v=19$m=99999999,t=2,p=1$c2FsdHNhbHRzYWx0$AAAAAAAA", "no hash of the forms");
    row("argon2id, no hash", "dave:$argon2id$v=19$m=256,t=2,p=1$c2FsdHNhbHRzYWx0$", "no hash of the forms");
}

void TestPasswordFile::refuses()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, sentence);
    FileProblems problems;
    PasswordFile::parse(QByteArray(alice7) + '\n' + line + '\n' + bob7 + '\n', problems);
    QCOMPARE(problems.size(), size_t(1));
    QCOMPARE(problems.front().line, 2);
    QVERIFY2(problems.front().text.contains(sentence), qPrintable(problems.front().text));
}

/// By the work, which is what takes the time: a name that is not there is checked against somebody else's hash.
void TestPasswordFile::anUnknownUserCostsAsMuch()
{
    const QByteArray costly = QByteArray(alice7).replace("$101$", "$200000$");
    const PasswordFile file = fileOf(costly);
    const auto timeOf = [&file](const QByteArray &user) {
        QElapsedTimer timer;
        timer.start();
        file.isPasswordOf(user, "wrong");
        return timer.nsecsElapsed();
    };
    const qint64 known = timeOf("alice");
    const qint64 unknown = timeOf("dave");
    QVERIFY2(unknown > known / 10, qPrintable(QStringLiteral("%1 and %2 ns").arg(known).arg(unknown)));
}

void TestPasswordFile::makesArgon2id()
{
    const auto hash = PasswordHash::make("secret");
    QVERIFY(hash);
    QVERIFY(hash->text().startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    QVERIFY(hash->isOf("secret"));
    QVERIFY(!hash->isOf("secreT"));
    QVERIFY(PasswordHash::make("secret")->text() != hash->text());
}

void TestPasswordFile::changesAFile_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<bool>("isToStay");
    QTest::addColumn<QByteArray>("expected"); // HASH stands for the new one
    QTest::newRow("new file") << QByteArray() << QByteArray("a") << true << QByteArray("a:HASH\n");
    QTest::newRow("added") << QByteArray("# x\nb:1\n") << QByteArray("a") << true << QByteArray("# x\nb:1\na:HASH\n");
    QTest::newRow("no end of line") << QByteArray("b:1") << QByteArray("a") << true << QByteArray("b:1\na:HASH\n");
    QTest::newRow("changed") << QByteArray("a:1\n#a:1\nb:1\n") << QByteArray("a") << true
                             << QByteArray("a:HASH\n#a:1\nb:1\n");
    QTest::newRow("taken out") << QByteArray("a:1\nb:1\n") << QByteArray("a") << false << QByteArray("b:1\n");
    QTest::newRow("the last") << QByteArray("a:1\n") << QByteArray("a") << false << QByteArray("");
    QTest::newRow("nobody") << QByteArray("b:1\n") << QByteArray("a") << false << QByteArray();
}

void TestPasswordFile::changesAFile()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, user);
    QFETCH(bool, isToStay);
    QFETCH(QByteArray, expected);
    const auto hash = isToStay ? PasswordHash::parse(QByteArray(alice7).mid(6)) : std::nullopt;
    const auto changed = withUser(text, user, hash ? QByteArrayList{hash->text()} : QByteArrayList());
    QCOMPARE(changed.has_value(), !expected.isNull());
    if (changed)
        QCOMPARE(*changed, hash ? expected.replace("HASH", hash->text()) : expected);
}

void TestPasswordFile::scramOfUsersAndStrangers()
{
    const QByteArray costly = QByteArray(dora).replace("dora:", "emil:").replace("$4096:", "$20000:");
    const PasswordFile file = fileOf(QByteArray(dora) + '\n' + costly + '\n' + alice7);
    QVERIFY(file.hasScram());
    QVERIFY(!fileOf(alice7).hasScram());
    QVERIFY(!file.scramOf("alice") && !file.scramOf("nobody"));
    QCOMPARE(file.scramOf("dora")->iterations, 4'096);
    QCOMPARE(file.scramOf("emil")->iterations, 20'000);
    // A stranger has the work of one of them, the same each time, and not all strangers that of the same one.
    QSet<int> seen;
    for (int i = 0; i < 64; ++i) {
        const QByteArray name = QByteArray::number(i);
        QCOMPARE(file.scramIterationsOfStranger(name), file.scramIterationsOfStranger(name));
        seen.insert(file.scramIterationsOfStranger(name));
    }
    QCOMPARE(seen, (QSet<int>{4'096, 20'000}));
}

void TestPasswordFile::names_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isPossible");
    QTest::newRow("ASCII") << QByteArray("alice") << true;
    QTest::newRow("UTF-8") << QByteArray("Zo\xC3\xAB") << true;
    QTest::newRow("spaces") << QByteArray("John Doe") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("colon") << QByteArray("a:b") << false;
    QTest::newRow("line break") << QByteArray("a\nb") << false;
    QTest::newRow("comment") << QByteArray("#a") << false;
}

void TestPasswordFile::names()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, isPossible);
    QCOMPARE(!whyNoUserName(name).has_value(), isPossible);
}

QTEST_APPLESS_MAIN(TestPasswordFile)
#include "tst_passwordfile.moc"
