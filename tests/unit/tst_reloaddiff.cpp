#include "config/configkeys.h"
#include "config/reloaddiff.h"
#include "support/configtext.h"

#include <QTest>

using namespace pigeon;

/// What a reload finds changed, key by key, and what it says becomes of it.
class TestReloadDiff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changes_data();
    void changes();
    void whatNeedsARestartIsToldAgainAndAgain();
    void everyKeyHasAnEffect();
};

namespace {

Configuration configurationOf(const QByteArray &text)
{
    return parseText(text).configuration;
}

} // namespace

void TestReloadDiff::changes_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<QString>("told");
    const auto row = [](const char *name, const char *before, const char *after, const char *told) {
        QTest::newRow(name) << QByteArray(before) << QByteArray(after) << QString::fromLatin1(told);
    };
    row("nothing", "listener 1 ::1\nlog_type error\n", "listener 1 ::1\n\nlog_type error\n", "");
    row("the same said another way", "connect_timeout 60s\n", "connect_timeout 1min\n", "");
    row("a default that is made up anew", "", "", ""); // broker_id
    row("now", "max_queued_messages 5\n", "max_queued_messages 6\n", "max_queued_messages: 5 -> 6 (a.conf:1)");
    row("back to the default", "max_topic_levels 5\n", "", "max_topic_levels: 5 -> 100");
    row("for new connections", "max_packet_size 2000\n", "max_packet_size 3000\n",
        "max_packet_size: 2000 -> 3000 (a.conf:1), for who connects from now on");
    row("keys of a listener", "psk_file /a\nlistener 1 ::1\npsk_hint h\n", "psk_file /b\nlistener 1 ::1\npsk_hint h\n",
        "psk_file: /a -> /b (a.conf:1), for who connects from now on");
    row("restart", "", "persistence true\n",
        "persistence: false -> true (a.conf:1), NOT in force: it needs a restart");
    row("several values", "log_type error\nlog_type debug\n", "log_type error\n",
        "log_type: error, debug -> error (a.conf:1)");
    row("a listener comes", "listener 1 ::1\n", "listener 1 ::1\nlistener 2 ::1\n",
        "listener: port 2 on ::1 is new (a.conf:2)");
    row("a listener goes", "listener 1 ::1\nlistener 2 ::1\n", "listener 1 ::1\n", "listener: port 2 on ::1 is gone");
    row("a listener changes", "listener 1 ::1\n", "listener 1 ::1\nprotocol websockets\nwebsockets_path /a\n",
        "port 1 on ::1 (ws): protocol: mqtt -> websockets (a.conf:2), for who connects from now on\n"
        "port 1 on ::1 (ws): websockets_path: nothing -> /a (a.conf:3), for who connects from now on");
}

void TestReloadDiff::changes()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    const Configuration then = configurationOf(before);
    QStringList told;
    for (const ConfigChange &change : changesBetween(then, then, configurationOf(after)))
        told.append(change.text());
    QTEST(told.join(u'\n'), "told");
}

/// What is in force is what was there at the start, however often the file was read since.
void TestReloadDiff::whatNeedsARestartIsToldAgainAndAgain()
{
    const Configuration start = configurationOf("durability full\n");
    const Configuration once = configurationOf("durability normal\n");
    QCOMPARE(changesBetween(start, start, once).size(), size_t(1));
    QCOMPARE(changesBetween(start, once, once).size(), size_t(1));
    QCOMPARE(changesBetween(start, once, start).size(), size_t(0));
}

void TestReloadDiff::everyKeyHasAnEffect()
{
    for (const ConfigKey &key : configKeys()) {
        QVERIFY2(!(key.isReloadable && key.isForNewConnections), key.name);
        if (key.scope == KeyScope::Listener)
            QVERIFY2(effectOf(key) == ReloadEffect::NewConnections, key.name);
    }
    QVERIFY(effectOf(*findKey(QStringLiteral("acl_file"))) == ReloadEffect::Now);
    QVERIFY(effectOf(*findKey(QStringLiteral("user"))) == ReloadEffect::Restart);
}

QTEST_APPLESS_MAIN(TestReloadDiff)
#include "tst_reloaddiff.moc"
