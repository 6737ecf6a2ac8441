#include "storage/database.h"
#include "storage/storefixture.h"

#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

/// No file of this process may be longer than `bytes`: what a full disk does to SQLite, while it lives.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limited{bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

MessagePtr largeMessage(int i)
{
    return makeMessage("t" + QByteArray::number(i), QByteArray(50'000, 'x'));
}

void ignoreFailureAndRecovery()
{
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("Nothing can be kept: the store .*store.db: .*tried again")));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("can be written again")));
}

} // namespace

/// A disk that cannot: nothing is told durable that is not, everything goes on when it can again, one bad commit does
/// not take others with it.
class TestDiskFailing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commitsWaitForAFullDisk();
    void commitsFailAfterTheLimit();
    void aBoundedFileIsAFullDisk();
    void recoversWithoutCommits();
    void aFileThatVanishesFails();
    void aFileThatMayNotBeWrittenFails();
    void aFileThatIsLockedFails();
    void fetchWaitsForWhatWasCommittedBefore();
    void flushEndsWhileWritingFails();
    void destructionEndsWhileWritingFails();
    void relaxedKeepsWhileWritingFails();
    void relaxedDropsBeyondItsBound();
    void aBadCommitFailsAlone();
};

void TestDiskFailing::commitsWaitForAFullDisk()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    ignoreFailureAndRecovery();
    std::vector<Ticket> tickets;
    {
        const FileSizeLimit limit(150'000);
        for (int i = 0; i < 10; ++i)
            tickets.push_back(fixture.commit(change::PutRetained{largeMessage(i)}));
        QTRY_VERIFY(fixture.store->health().isFailing);
        QVERIFY2(fixture.store->health().text.contains(fixture.file().toUtf8()), fixture.store->health().text.constData());
        QVERIFY(fixture.told.size() < tickets.size());
        QVERIFY(fixture.store->waitingBytes() > 50'000);
    }
    QTRY_COMPARE(fixture.told.size(), tickets.size());
    for (size_t i = 0; i < tickets.size(); ++i)
        QCOMPARE(fixture.told[i], std::pair(tickets[i], StoreStatus::Durable));
    QTRY_COMPARE(fixture.healths.size(), size_t(2)); // it began, it ended
    QVERIFY(!fixture.store->health().isFailing);
    QCOMPARE(fixture.reopenAndLoad().retained.size(), size_t(10));
}

void TestDiskFailing::commitsFailAfterTheLimit()
{
    StoreFixture fixture;
    fixture.options.retryLimit = 100ms;
    QVERIFY(fixture.open());
    const Ticket kept = fixture.commit(change::PutRetained{makeMessage("small", "p")});
    QVERIFY(fixture.flush());
    ignoreFailureAndRecovery();
    {
        const FileSizeLimit limit(100'000);
        const Ticket lost = fixture.commit(change::PutRetained{makeMessage("lost", QByteArray(500'000, 'x'))});
        QTRY_VERIFY(fixture.hasFailed(lost));
        QVERIFY(!fixture.hasFailed(kept));
        QCOMPARE(fixture.store->waitingBytes(), quint64(0));
        QVERIFY(fixture.store->health().isFailing || fixture.healths.size() == 2);
    }
    QTRY_VERIFY(!fixture.store->health().isFailing);
    const Ticket after = fixture.commit(change::PutRetained{makeMessage("after", "p")});
    fixture.store->flush();
    QVERIFY(!fixture.hasFailed(after));
    const LoadedState state = fixture.reopenAndLoad();
    QVERIFY(state.retained.contains("small") && state.retained.contains("after") && !state.retained.contains("lost"));
}

void TestDiskFailing::aBoundedFileIsAFullDisk()
{
    StoreFixture fixture;
    fixture.options.maximumFileBytes = 400'000;
    QVERIFY(fixture.open());
    for (int i = 0; i < 4; ++i)
        fixture.commit(change::PutRetained{largeMessage(i)});
    QVERIFY(fixture.flush());
    ignoreFailureAndRecovery();
    const Ticket tooMuch = fixture.commit(change::PutRetained{makeMessage("too much", QByteArray(200'000, 'x'))});
    QTRY_VERIFY(fixture.store->health().isFailing);
    QVERIFY2(fixture.store->health().text.contains("full"), fixture.store->health().text.constData());
    for (int i = 0; i < 4; ++i)
        fixture.commit(change::RemoveRetained{"t" + QByteArray::number(i)}); // what frees room goes first
    QTRY_VERIFY(!fixture.store->health().isFailing);
    QVERIFY(fixture.flush());
    QVERIFY(!fixture.hasFailed(tooMuch));
    QCOMPARE(fixture.reopenAndLoad().retained.size(), size_t(1));
}

/// A broker that refuses messages while the store fails commits nothing that could show that it works again.
void TestDiskFailing::recoversWithoutCommits()
{
    StoreFixture fixture;
    fixture.options.retryLimit = 50ms;
    QVERIFY(fixture.open());
    QVERIFY(fixture.flush());
    ignoreFailureAndRecovery();
    {
        const FileSizeLimit limit(1);
        const Ticket lost = fixture.commit(change::PutRetained{makeMessage("t", "p")});
        QTRY_VERIFY(fixture.hasFailed(lost));
        QTest::qWait(100); // several attempts, all of which must fail
        QVERIFY(fixture.store->health().isFailing);
    }
    QTRY_VERIFY(!fixture.store->health().isFailing);
}

void TestDiskFailing::aFileThatVanishesFails()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    ignoreFailureAndRecovery();
    // Before its first commit the storage thread has not opened the file: as after a failure.
    const QString elsewhere = fixture.directory.filePath(QStringLiteral("elsewhere"));
    QVERIFY(QFile::rename(fixture.file(), elsewhere));
    const Ticket ticket = fixture.commit(change::PutRetained{makeMessage("t", "p")});
    QTRY_VERIFY(fixture.store->health().isFailing);
    QVERIFY(!QFile::exists(fixture.file())); // no new one begins in its place
    QVERIFY(QFile::rename(elsewhere, fixture.file()));
    QTRY_VERIFY(!fixture.store->health().isFailing);
    QVERIFY(fixture.flush());
    QVERIFY(!fixture.hasFailed(ticket));
}

void TestDiskFailing::aFileThatMayNotBeWrittenFails()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    ignoreFailureAndRecovery();
    Ticket ticket = 0;
    {
        const WithoutRights rights(fixture.directory.path());
        ticket = fixture.commit(change::PutRetained{makeMessage("t", "p")});
        QTRY_VERIFY(fixture.store->health().isFailing);
        QVERIFY2(fixture.store->health().text.contains("may be written"), fixture.store->health().text.constData());
    }
    QTRY_VERIFY(!fixture.store->health().isFailing);
    QVERIFY(fixture.flush());
    QVERIFY(!fixture.hasFailed(ticket));
}

void TestDiskFailing::aFileThatIsLockedFails()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    ignoreFailureAndRecovery();
    {
        Database shell(fixture.file(), Database::Access::ReadWrite);
        Transaction transaction(shell);
        fixture.commit(change::PutRetained{makeMessage("t", "p")});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.store->health().isFailing, 10'000);
        QVERIFY2(fixture.store->health().text.contains("another program"), fixture.store->health().text.constData());
    }
    QTRY_VERIFY_WITH_TIMEOUT(!fixture.store->health().isFailing, 10'000);
    QVERIFY(fixture.flush());
}

void TestDiskFailing::fetchWaitsForWhatWasCommittedBefore()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")});
    QVERIFY(fixture.flush());
    ignoreFailureAndRecovery();
    size_t found = 0;
    {
        const FileSizeLimit limit(1);
        fixture.commit(addDelivery("c", 1, makeMessage("t", "p")));
        fixture.store->fetch("c", 0, 10, [&found](StoreStatus, std::vector<StoredDelivery> deliveries) { found = deliveries.size(); });
        QTRY_VERIFY(fixture.store->health().isFailing);
        QCOMPARE(found, size_t(0));
    }
    QTRY_COMPARE(found, size_t(1));
}

void TestDiskFailing::flushEndsWhileWritingFails()
{
    StoreFixture fixture;
    fixture.options.retryLimit = 100ms;
    QVERIFY(fixture.open());
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("Nothing can be kept")));
    const FileSizeLimit limit(1);
    const Ticket lost = fixture.commit(change::PutRetained{makeMessage("t", "p")});
    bool isFetched = false;
    fixture.store->fetch("c", 0, 1, [&isFetched](StoreStatus status, const auto &) { isFetched = status == StoreStatus::Failed; });
    fixture.store->flush();
    QVERIFY(fixture.hasFailed(lost));
    QVERIFY(isFetched);
}

void TestDiskFailing::destructionEndsWhileWritingFails()
{
    StoreFixture fixture;
    fixture.options.durability = Durability::Relaxed;
    fixture.options.retryLimit = 100ms;
    QVERIFY(fixture.open());
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("Nothing can be kept")));
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("1 commits are lost")));
    const FileSizeLimit limit(1);
    fixture.commit(change::PutRetained{makeMessage("t", "p")});
    fixture.close();
}

void TestDiskFailing::relaxedKeepsWhileWritingFails()
{
    StoreFixture fixture;
    fixture.options.durability = Durability::Relaxed;
    fixture.options.retryLimit = 10ms;
    QVERIFY(fixture.open());
    ignoreFailureAndRecovery();
    {
        const FileSizeLimit limit(1);
        fixture.commit(change::PutRetained{makeMessage("a", "p")});
        QTRY_VERIFY(fixture.store->health().isFailing);
        fixture.commit(change::PutRetained{makeMessage("b", "p")});
    }
    QTRY_VERIFY(!fixture.store->health().isFailing);
    QTRY_COMPARE(fixture.store->waitingBytes(), quint64(0));
    QCOMPARE(fixture.reopenAndLoad().retained.size(), size_t(2));
}

void TestDiskFailing::relaxedDropsBeyondItsBound()
{
    StoreFixture fixture;
    fixture.options.durability = Durability::Relaxed;
    fixture.options.maximumWaitingBytes = 200'000;
    QVERIFY(fixture.open());
    ignoreFailureAndRecovery();
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("Commits are dropped: more than 200000 bytes")));
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("6 commits were dropped")));
    {
        const FileSizeLimit limit(1);
        fixture.commit(change::PutRetained{makeMessage("first", "p")});
        QTRY_VERIFY(fixture.store->health().isFailing);
        for (int i = 0; i < 10; ++i)
            fixture.commit(change::PutRetained{largeMessage(i)});
        QVERIFY(fixture.store->waitingBytes() < 300'000);
    }
    QTRY_VERIFY(!fixture.store->health().isFailing);
    QCOMPARE(fixture.reopenAndLoad().retained.size(), size_t(5));
}

/// Two deliveries of one number: a fault of the broker, which the next commits do not pay for.
void TestDiskFailing::aBadCommitFailsAlone()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 1, makeMessage("t", "first")));
    QVERIFY(fixture.flush());
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("A commit of 2 changes is not kept: .*UNIQUE")));
    const Ticket before = fixture.commit(addDelivery("c", 2, makeMessage("t", "p")));
    const Ticket bad = fixture.commit(change::PutRetained{makeMessage("bad", "p")}, addDelivery("c", 1, makeMessage("t", "second")));
    const Ticket after = fixture.commit(addDelivery("c", 3, makeMessage("t", "p")));
    fixture.store->flush();
    QVERIFY(!fixture.hasFailed(before));
    QVERIFY(fixture.hasFailed(bad));
    QVERIFY(!fixture.hasFailed(after));
    QVERIFY(!fixture.store->health().isFailing);
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(state.sessions.at("c").deliveries.size(), size_t(3));
    QCOMPARE(state.sessions.at("c").deliveries[0].message->payload().toByteArray(), QByteArray("first"));
    QVERIFY(state.retained.empty()); // nothing of the bad one
}

QTEST_GUILESS_MAIN(TestDiskFailing)
#include "tst_diskfailing.moc"
