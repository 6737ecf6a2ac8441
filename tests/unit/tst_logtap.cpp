#include "monitor/logtap.h"

#include <pigeon/logging.h>

#include <QLoggingCategory>
#include <QTest>

using namespace pigeon;

Q_LOGGING_CATEGORY(logHere, "pigeon.here")

namespace {

QtMessageHandler before = nullptr;
int passedOn = 0;

void foreign(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    ++passedOn;
    if (before)
        before(type, context, text);
}

} // namespace

/// Who looks on reads the log of the broker, whoever else handles the messages of the process.
class TestLogTap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hearsTheBroker();
    void anotherHandlerAboveOurs();
};

void TestLogTap::hearsTheBroker()
{
    const std::shared_ptr<LogTap> tap = LogTap::open();
    qCWarning(logHere, "one");
    qWarning("not the broker's");
    const std::vector<LogLine> lines = tap->take();
    QCOMPARE(lines.size(), size_t(1));
    QCOMPARE(lines.front().text, QStringLiteral("one"));
}

/// It calls ours when it was made after it; to put ours above it again would make a ring of them.
void TestLogTap::anotherHandlerAboveOurs()
{
    std::shared_ptr<LogTap> tap = LogTap::open();
    before = qInstallMessageHandler(foreign);
    qCWarning(logHere, "first");
    QCOMPARE(tap->take().size(), size_t(1));
    tap.reset();
    qCWarning(logHere, "nobody listens");
    tap = LogTap::open();
    qCWarning(logHere, "again");
    QCOMPARE(tap->take().size(), size_t(1));
    QCOMPARE(passedOn, 3);
    qInstallMessageHandler(before);
}

QTEST_APPLESS_MAIN(TestLogTap)
#include "tst_logtap.moc"
