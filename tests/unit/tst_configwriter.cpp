// A configuration that is written is read again as it was.
#include "config/configkeys.h"
#include "config/parser.h"
#include "config/reloaddiff.h"
#include "config/writer.h"

#include <QTest>

using namespace pigeon;

namespace {

ParsedConfiguration parse(const QString &text)
{
    return parseConfiguration({QStringLiteral("test.conf"), text.toUtf8()}, {}, [](const QString &) { return ConfigFolder(); });
}

QString problemsOf(const ParsedConfiguration &parsed)
{
    QString text;
    for (const Diagnostic &each : parsed.diagnostics) {
        if (each.severity == Diagnostic::Severity::Error)
            text += each.line() + u'\n';
    }
    return text;
}

QString differences(const Configuration &a, const Configuration &b)
{
    QString text;
    for (const ConfigChange &change : changesBetween(a, a, b))
        text += change.text() + u'\n';
    return text;
}

} // namespace

class tst_configwriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void untouched();
    void roundTrip_data();
    void roundTrip();
    void everyKeyThatWorks();
    void onlyWhatDiffers();
    void unwritable();
};

void tst_configwriter::untouched()
{
    const Configuration configuration = parse(QString()).configuration;
    QCOMPARE(writtenConfiguration(configuration), QStringLiteral("listener 1883 localhost\n"));
    QVERIFY(unwritablePart(configuration).isEmpty());
}

void tst_configwriter::roundTrip_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *text) { QTest::newRow(name) << QString::fromUtf8(text); };
    row("nothing", "");
    row("a listener for everybody", "listener 1883\nallow_anonymous true\n");
    row("several", "allow_anonymous true\nmax_packet_size 2000\nlistener 1883 127.0.0.1\nlistener 0 localhost\n"
                   "protocol websockets\nwebsockets_path /mqtt\nlistener 0 /tmp/x\n");
    row("bounds, spans and choices", "max_queued_messages 7\nmax_inflight_messages 3\nqueue_full drop-oldest\n"
                                     "persistent_client_expiration 2d\nsys_interval 0\nheartbeat_interval 5s\n");
    row("no retained messages", "retain_available false\n");
    row("persistence", "persistence true\npersistence_location /tmp\npersistence_file x.db\ndurability normal\n");
    row("the log", "log_dest stdout\nlog_dest file /tmp/x.log\nlog_type error\nlog_type debug\nlog_timestamp false\n");
    row("no log", "log_dest none\nlog_type none\n");
    row("prefixes and mount points", "auto_id_prefix x-\nallow_anonymous true\nlistener 1884\nmount_point a/\n");
    row("users", "password_file /tmp/p\nacl_file /tmp/a\nallow_anonymous false\nlistener 1883\n");
    row("per listener", "per_listener_settings true\nlistener 1883\nallow_anonymous true\nlistener 1884 127.0.0.1\n"
                        "allow_anonymous false\npassword_file /tmp/p\nlistener 1885 localhost\npassword_file /tmp/p\n");
    row("tls", "allow_anonymous true\nlistener 8883\ncertfile /tmp/c\nkeyfile /tmp/k\ncafile /tmp/a\n"
               "require_certificate true\nuse_identity_as_username true\ntls_version tlsv1.3\n");
    row("versions and proxies", "allow_anonymous true\nlistener 1883\naccept_protocol_versions 4, 5\nmax_connections 9\n"
                                "max_qos 1\n");
    row("words in other languages", "allow_anonymous true\nlistener 0 /tmp/Zähler\n");
}

void tst_configwriter::roundTrip()
{
    QFETCH(const QString, text);
    const ParsedConfiguration first = parse(text);
    QVERIFY2(problemsOf(first).isEmpty(), qPrintable(problemsOf(first)));
    const QString written = writtenConfiguration(first.configuration);
    const ParsedConfiguration second = parse(written);
    QVERIFY2(problemsOf(second).isEmpty(), qPrintable(written + problemsOf(second)));
    QVERIFY2(differences(first.configuration, second.configuration).isEmpty(),
        qPrintable(written + differences(first.configuration, second.configuration)));
    QCOMPARE(second.configuration.listeners.size(), first.configuration.listeners.size());
    for (size_t i = 0; i < first.configuration.listeners.size(); ++i)
        QVERIFY(first.configuration.listeners[i].isSamePlace(second.configuration.listeners[i]));
    QCOMPARE(writtenConfiguration(second.configuration), written);
}

/// Each key of the whole broker by itself, at another value than it has.
void tst_configwriter::everyKeyThatWorks()
{
    int tried = 0;
    for (const ConfigKey &key : configKeys()) {
        if (key.standing != KeyStanding::Works || !key.field.show || key.scope == KeyScope::Listener)
            continue;
        QString value;
        if (key.type == ValueType::Flag) {
            const Configuration untouched;
            const std::vector<ConfigValue> shown = key.field.show({untouched, untouched.defaultListener});
            value = shown.empty() || shown[0].number == 0 ? QStringLiteral("true") : QStringLiteral("false");
        } else if (key.type == ValueType::Number) {
            value = QString::number(std::max<qint64>(key.minimum, 1) + 1);
        } else if (key.type == ValueType::Choice) {
            value = QString::fromLatin1(key.words).section(u'|', -1);
        } else {
            continue;
        }
        const QString line = QStringLiteral("%1 %2\n").arg(QLatin1String(key.name), value);
        const ParsedConfiguration first = parse(line);
        if (!problemsOf(first).isEmpty())
            continue; // it needs another one beside it
        ++tried;
        const ParsedConfiguration second = parse(writtenConfiguration(first.configuration));
        QVERIFY2(problemsOf(second).isEmpty(), qPrintable(line + problemsOf(second)));
        QVERIFY2(differences(first.configuration, second.configuration).isEmpty(),
            qPrintable(line + differences(first.configuration, second.configuration)));
    }
    QVERIFY(tried > 30);
}

void tst_configwriter::onlyWhatDiffers()
{
    const Configuration configuration
        = parse(QStringLiteral("max_inflight_messages 5\nlistener 1884 127.0.0.1\n")).configuration;
    QCOMPARE(writtenConfiguration(configuration), QStringLiteral("max_inflight_messages 5\n\nlistener 1884 127.0.0.1\n"));
}

void tst_configwriter::unwritable()
{
    Configuration configuration = parse(QString()).configuration;
    configuration.broker.passwordFile = QStringLiteral("/tmp/a\nb");
    QVERIFY(unwritablePart(configuration).contains(QLatin1String("password_file")));
    configuration.broker.passwordFile = QStringLiteral("/tmp/a ");
    QVERIFY(!unwritablePart(configuration).isEmpty());
    configuration.broker.passwordFile = QStringLiteral("/tmp/a b");
    QVERIFY(unwritablePart(configuration).isEmpty());
}

QTEST_GUILESS_MAIN(tst_configwriter)
#include "tst_configwriter.moc"
