#include "config/configkeys.h"
#include "config/reference.h"
#include "support/configtext.h"

#include <QFile>
#include <QTest>

using namespace pigeon;

/// What is drawn from the table: the page docs/options.md and the list of what is in force.
class TestConfigReference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pageIsUpToDate();
    void pageHasEveryKey();
    void inForceSaysWhereItCameFrom();
    void inForceByDefault();
    void inForceIsSound();
};

namespace {

QStringList inForce(const QByteArray &text, const Invocation &invocation = {})
{
    const ParsedConfiguration parsed = parseText(text, invocation);
    return configurationInForce(parsed.configuration, invocation).split(u'\n', Qt::SkipEmptyParts);
}

bool hasLine(const QStringList &lines, const char *value, const char *from)
{
    return std::any_of(lines.begin(), lines.end(), [&](const QString &line) {
        return line.section(u'#', 0, 0).trimmed() == QLatin1String(value)
            && line.section(u'#', 1).trimmed() == QLatin1String(from);
    });
}

} // namespace

void TestConfigReference::pageIsUpToDate()
{
    QFile file(QStringLiteral(OPTIONS_PAGE));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QStringList committed = QString::fromUtf8(file.readAll()).split(u'\n');
    const QStringList drawn = optionsPage().split(u'\n');
    for (qsizetype i = 0; i < std::min(committed.size(), drawn.size()); ++i)
        QVERIFY2(committed[i] == drawn[i],
            qPrintable(QStringLiteral("docs/options.md:%1 is not what the table says: pigeond --print-options-page > "
                                      "docs/options.md")
                           .arg(i + 1)));
    QCOMPARE(committed.size(), drawn.size());
}

void TestConfigReference::pageHasEveryKey()
{
    const QString page = optionsPage();
    for (const ConfigKey &key : configKeys())
        QCOMPARE(page.count(QStringLiteral("\n| `%1` |").arg(QLatin1String(key.name))), 1);
}

void TestConfigReference::inForceSaysWhereItCameFrom()
{
    const QStringList lines = inForce("allow_anonymous true\nlistener 1884\nmax_connections 5\nqueue_full refuse\n"
                                      "connect_timeout 90s\nlog_type error\nlog_type debug\nlistener 1885 ::1\n");
    QVERIFY(hasLine(lines, "listener 1884", "a.conf:2"));
    QVERIFY(hasLine(lines, "max_connections 5", "a.conf:3"));
    QVERIFY(hasLine(lines, "listener 1885 ::1", "a.conf:8"));
    QVERIFY(hasLine(lines, "allow_anonymous true", "a.conf:1"));
    QVERIFY(hasLine(lines, "queue_full refuse", "a.conf:4"));
    QVERIFY(hasLine(lines, "connect_timeout 90s", "a.conf:5"));
    QVERIFY(hasLine(lines, "log_type error", "a.conf:6"));
    QVERIFY(hasLine(lines, "log_type debug", "a.conf:7"));
    QVERIFY(hasLine(lines, "max_keepalive 0", "default"));
}

void TestConfigReference::inForceByDefault()
{
    QVERIFY(hasLine(inForce(""), "listener 1883 localhost", "default"));
    const QStringList lines = inForce("", {.ports = {5}, .isVerbose = true});
    QVERIFY(hasLine(lines, "listener 5 localhost", "command line"));
    QVERIFY(hasLine(lines, "log_type all", "command line"));
}

/// Without what stands behind #, the list is itself a configuration, and means the same.
void TestConfigReference::inForceIsSound()
{
    QByteArray text;
    const QStringList lines
        = inForce("queue_full drop-oldest\nmax_queued_bytes 0\npersistent_client_expiration 1y\n");
    for (const QString &line : lines)
        text += line.section(u'#', 0, 0).trimmed().toUtf8() + '\n';
    const ParsedConfiguration again = parseText(text);
    QVERIFY2(!hasErrors(again.diagnostics), qPrintable(linesOf(again).join(u'\n')));
    QCOMPARE(again.configuration.broker.queueFull, QueueFullPolicy::DropOldest);
    QCOMPARE(again.configuration.broker.maximumSessionExpirySeconds, 31'536'000u);
    QCOMPARE(again.configuration.broker.maximumQueuedBytes, quint64(std::numeric_limits<qint64>::max()));
}

QTEST_APPLESS_MAIN(TestConfigReference)
#include "tst_configreference.moc"
