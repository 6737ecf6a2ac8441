#include "support/configtext.h"

#include <QTest>

using namespace pigeon;

/// mosquitto.conf(5), per_listener_settings: users and rights below each listener. The broker has them once, so that it
/// works where all listeners say the same, and says exactly where they differ.
class TestConfigPerListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void works_data();
    void works();
    void refused_data();
    void refused();
    void anonymousByListener();
    void strangersAtOneOfTwo();
};

void TestConfigPerListener::works_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("passwordFile");
    QTest::addColumn<QString>("aclFile");
    QTest::addColumn<bool>("isEmptyClientIdAllowed");
    QTest::newRow("one listener")
        << QByteArray("per_listener_settings true\nlistener 1883\npassword_file p\nacl_file a\n"
                      "allow_zero_length_clientid false\n")
        << "p" << "a" << false;
    QTest::newRow("all the same")
        << QByteArray("per_listener_settings true\nlistener 1883\npassword_file p\nacl_file a\nlistener 8883\n"
                      "acl_file a\npassword_file p\n")
        << "p" << "a" << true;
    QTest::newRow("no users anywhere")
        << QByteArray("per_listener_settings true\nlistener 1883 ::1\nlistener 9001\nallow_anonymous true\n") << "" << ""
        << true;
    QTest::newRow("the default listener")
        << QByteArray("per_listener_settings true\nport 1883\npassword_file p\n") << "p" << "" << true;
    QTest::newRow("said to be off") << QByteArray("password_file p\nper_listener_settings false\nlistener 1883\n") << "p"
                                    << "" << true;
}

void TestConfigPerListener::works()
{
    QFETCH(QByteArray, text);
    const ParsedConfiguration parsed = parseText(text);
    QCOMPARE(linesOf(parsed), QStringList());
    const BrokerOptions &broker = parsed.configuration.broker;
    QTEST(broker.passwordFile, "passwordFile");
    QTEST(broker.aclFile, "aclFile");
    QTEST(broker.allowEmptyClientId, "isEmptyClientIdAllowed");
}

void TestConfigPerListener::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("line");
    QTest::newRow("users of one of two")
        << QByteArray("per_listener_settings true\nlistener 1883 ::1\nlistener 8883\npassword_file p\n")
        << "a.conf:2: error: password_file is none for port 1883 on ::1, but \"p\" for port 8883 on all interfaces "
           "(a.conf:4): users and rights are those of the whole broker. Say the same below each listener, or let a "
           "second pigeond serve the other one.";
    QTest::newRow("client ids of one of two")
        << QByteArray("per_listener_settings true\nlistener 1 ::1\nallow_zero_length_clientid false\nlistener 2 ::1\n")
        << "a.conf:4: error: allow_zero_length_clientid is none for port 2 on ::1, but \"false\" for port 1 on ::1 "
           "(a.conf:3): users and rights are those of the whole broker. Say the same below each listener, or let a "
           "second pigeond serve the other one.";
    QTest::newRow("other rights")
        << QByteArray("per_listener_settings true\nlistener 1 ::1\nacl_file a\nallow_anonymous true\nlistener 2 ::1\n"
                      "acl_file b\nallow_anonymous true\npassword_file p\n")
        << "a.conf:6: error: acl_file is \"b\" for port 2 on ::1, but \"a\" for port 1 on ::1 (a.conf:3): users and "
           "rights are those of the whole broker. Say the same below each listener, or let a second pigeond serve the "
           "other one.";
    QTest::newRow("before the listener")
        << QByteArray("per_listener_settings true\npassword_file p\nlistener 1883\npassword_file p\n")
        << "a.conf:2: error: password_file stands before the first listener and belongs to none: move it below the "
           "listener it is for.";
    QTest::newRow("too late") << QByteArray("password_file p\nper_listener_settings true\nlistener 1883\n")
                              << "a.conf:2: error: per_listener_settings: it must stand before password_file (a.conf:1).";
    QTest::newRow("twice for one listener")
        << QByteArray("per_listener_settings true\nlistener 1883\npassword_file p\npassword_file q\n")
        << "a.conf:4: error: password_file is said already at a.conf:3: leave one of the two out.";
    QTest::newRow("nobody") << QByteArray("per_listener_settings true\nlistener 1883\nallow_anonymous false\n")
                            << "a.conf:3: error: allow_anonymous false lets nobody in without a password_file: make one "
                               "with `pigeond passwd`, leave the listener out, or say `allow_anonymous true`.";
}

void TestConfigPerListener::refused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, line);
    const QStringList lines = linesOf(text);
    QVERIFY2(lines.contains(line), qPrintable(lines.join(u'\n')));
}

void TestConfigPerListener::anonymousByListener()
{
    const ParsedConfiguration parsed
        = parseText("per_listener_settings true\nlistener 1 ::1\nallow_anonymous true\nlistener 2 ::1\n");
    QCOMPARE(linesOf(parsed), QStringList());
    QVERIFY(!parsed.configuration.allowAnonymous.has_value());
    QCOMPARE(parsed.configuration.listeners[0].terms.allowAnonymous, std::optional(true));
    QVERIFY(!parsed.configuration.listeners[1].terms.allowAnonymous); // nothing is said there
}

/// The most frequent use: strangers within the house, users from outside.
void TestConfigPerListener::strangersAtOneOfTwo()
{
    const ParsedConfiguration parsed
        = parseText("per_listener_settings true\nlistener 1 ::1\nallow_anonymous true\nlistener 2\npassword_file p\n"
                    "allow_zero_length_clientid true\n");
    QCOMPARE(linesOf(parsed),
        QStringList(QStringLiteral("a.conf:2: notice: clients may come in at port 1 on ::1 without a user, but who names one "
                                   "needs its password there, too: the password_file (a.conf:5) is that of the whole "
                                   "broker.")));
    QCOMPARE(parsed.configuration.broker.passwordFile, QStringLiteral("p"));
    QCOMPARE(parsed.configuration.listeners[0].terms.allowAnonymous, std::optional(true));
    QCOMPARE(parsed.configuration.listeners[1].terms.allowAnonymous, std::optional(false));
}

QTEST_APPLESS_MAIN(TestConfigPerListener)
#include "tst_configperlistener.moc"
