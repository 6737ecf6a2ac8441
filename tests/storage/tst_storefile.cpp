#include "storage/fileheader.h"
#include "storage/progressclock.h"
#include "storage/schema.h"
#include "storage/storefixture.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>

#include <sys/stat.h>
#include <unistd.h>

using namespace pigeon;
using namespace pigeon::test;

namespace {

QByteArray contentOf(const QString &file)
{
    QFile source(file);
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

void writeFile(const QString &file, const QByteArray &content)
{
    QFile target(file);
    QVERIFY(target.open(QIODevice::WriteOnly));
    target.write(content);
}

void execute(const QString &file, const char *statement)
{
    if (!QFile::exists(file))
        writeFile(file, {});
    Database(file, Database::Access::ReadWrite).execute(QString::fromLatin1(statement));
}

int modeOf(const QString &file)
{
    struct stat status{};
    return ::stat(QFile::encodeName(file).constData(), &status) == 0 ? int(status.st_mode & 0777) : -1;
}

} // namespace

/// The file itself: who may open it, what is refused and how, what becomes of older ones, how large it is.
class TestStoreFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isHeldByOneAtATime();
    void aSecondProcessIsRefusedWithThePidOfTheFirst();
    void whatAKilledProcessHeldIsFree();
    void isPrivate();
    void aNewerVersionIsRefusedUntouched();
    void anotherProgramsDatabaseIsRefusedUntouched();
    void aMissingDirectoryIsASentence();
    void aDirectoryInItsPlaceIsASentence();
    void whatMayNotBeWrittenIsASentence();
    void anEmptyFileIsANewStore();
    void filesOfOlderVersionsAreTakenOver();
    void migratesStepByStep();
    void aStepThatFailsLeavesTheVersionBefore();
    void givesRoomBack();
    void theLogStaysSmall();
    void longWorkTellsItsProgress();
    void aSymbolicLinkIsTheSameFile();
    void checkChangesNothing();
    void checkSaysWhatIsWrong();
    void checkOfNoFile();
};

void TestStoreFile::isHeldByOneAtATime()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const OpenedStore second = openSqliteStore(fixture.options);
    QVERIFY(!second.store);
    QVERIFY2(second.error.contains(QString::number(::getpid())), qPrintable(second.error));
    fixture.close();
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
}

/// The child is this program: it opens the store and waits for the end of its input.
void TestStoreFile::aSecondProcessIsRefusedWithThePidOfTheFirst()
{
    StoreFixture fixture;
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hold"), fixture.file()});
    QVERIFY(child.waitForReadyRead());
    QCOMPARE(child.readAllStandardOutput().trimmed(), QByteArray("held"));
    QVERIFY(!fixture.open());
    QVERIFY2(fixture.error.contains(QString::number(child.processId())), qPrintable(fixture.error));
    QVERIFY2(fixture.error.contains(fixture.file()), qPrintable(fixture.error));
    child.closeWriteChannel();
    QVERIFY(child.waitForFinished());
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
}

void TestStoreFile::whatAKilledProcessHeldIsFree()
{
    StoreFixture fixture;
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hold"), fixture.file()});
    QVERIFY(child.waitForReadyRead());
    child.kill();
    QVERIFY(child.waitForFinished());
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
}

void TestStoreFile::isPrivate()
{
    const mode_t before = ::umask(0);
    StoreFixture fixture;
    writeFile(fixture.file(), {});
    ::chmod(QFile::encodeName(fixture.file()).constData(), 0666); // as an earlier tool may have left it
    QVERIFY(fixture.open());
    fixture.commit(change::PutRetained{makeMessage("t", "p")});
    QVERIFY(fixture.flush());
    for (const char *suffix : {"", "-wal", "-shm", ".lock"})
        QCOMPARE(modeOf(fixture.file() + QLatin1String(suffix)), 0600);
    ::umask(before);
}

void TestStoreFile::aNewerVersionIsRefusedUntouched()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.close();
    execute(fixture.file(), "PRAGMA user_version = 4711");
    const QByteArray before = contentOf(fixture.file());
    QVERIFY(!fixture.open());
    QVERIFY2(fixture.error.contains(QStringLiteral("newer")) && fixture.error.contains(QStringLiteral("4711")), qPrintable(fixture.error));
    QCOMPARE(contentOf(fixture.file()), before);
    QCOMPARE(QDir(fixture.directory.path()).entryList(QDir::Files).size(), 2); // the lock beside it
}

void TestStoreFile::anotherProgramsDatabaseIsRefusedUntouched()
{
    StoreFixture fixture;
    execute(fixture.file(), "CREATE TABLE bookmarks (title)");
    QVERIFY(!fixture.open());
    QVERIFY2(fixture.error.contains(QStringLiteral("another program")), qPrintable(fixture.error));
    execute(fixture.file(), "PRAGMA application_id = 7");
    const QByteArray before = contentOf(fixture.file());
    QVERIFY(!fixture.open());
    QCOMPARE(contentOf(fixture.file()), before);
}

void TestStoreFile::aMissingDirectoryIsASentence()
{
    StoreFixture fixture;
    fixture.options.file = fixture.directory.filePath(QStringLiteral("not/there/store.db"));
    QVERIFY(!fixture.open());
    QVERIFY2(fixture.error.contains(QStringLiteral("not/there")), qPrintable(fixture.error));
}

void TestStoreFile::aDirectoryInItsPlaceIsASentence()
{
    StoreFixture fixture;
    QVERIFY(QDir().mkdir(fixture.file()));
    QVERIFY(!fixture.open());
    QVERIFY2(fixture.error.contains(QStringLiteral("no regular file")), qPrintable(fixture.error));
}

void TestStoreFile::whatMayNotBeWrittenIsASentence()
{
    StoreFixture fixture;
    {
        const WithoutRights rights(fixture.directory.path());
        QVERIFY(!fixture.open());
    }
    QVERIFY2(fixture.error.contains(QStringLiteral("writable")), qPrintable(fixture.error));
}

void TestStoreFile::anEmptyFileIsANewStore()
{
    StoreFixture fixture;
    writeFile(fixture.file(), {});
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
    QVERIFY(fixture.store->health().text.isEmpty());
}

/// The file was written by the broker as it was with version 1 of the schema.
void TestStoreFile::filesOfOlderVersionsAreTakenOver()
{
    StoreFixture fixture;
    QVERIFY(QFile::copy(QStringLiteral(STORE_FILES "/version1.db"), fixture.file()));
    const StoreReport before = checkSqliteStore(fixture.file());
    QCOMPARE(before.schemaVersion, 1);
    QVERIFY2(before.problems.value(0).contains("next start"), before.problems.value(0).constData());

    QVERIFY2(fixture.open(), qPrintable(fixture.error));
    LoadedState state = fixture.load();
    const StoreReport after = checkSqliteStore(fixture.file());
    QCOMPARE(after.schemaVersion, Schema::newestVersion());
    QVERIFY2(after.isSound, after.problems.value(0).constData());
    QCOMPARE(state.sessions.size(), size_t(3));
    const RestoredSession &device = state.sessions.at("device");
    QCOMPARE(device.session.expirySeconds, 0xFFFFFFFFu);
    QCOMPARE(device.subscriptions.size(), size_t(2));
    QCOMPARE(device.deliveries.size(), size_t(7));
    const StoredDelivery &released = device.deliveries[0];
    QCOMPARE(released.stage, DeliveryStage::Released);
    QCOMPARE(released.packetId, quint16(11));
    QCOMPARE(released.message->payload().toByteArray(), QByteArray("payload 1"));
    QCOMPARE(device.deliveries[1].stage, DeliveryStage::Sent);
    QVERIFY(device.deliveries[1].retain);
    QVERIFY(device.deliveries[2].isForwardAsked);
    QCOMPARE(device.deliveries[2].subscriptionIdentifiers, (std::vector<quint32>{3, 17}));
    const Message &rich = *device.deliveries[3].message;
    QCOMPARE(rich.properties().toByteArray(), QByteArray("\x01\x01\x26\x00\x01k\x00\x01v", 9));
    QCOMPARE(rich.expirySeconds(), std::optional<quint32>(4'000'000'000u));
    QCOMPARE(rich.origin()->clientId, QByteArray("sender"));
    QCOMPARE(device.deliveries[4].message, state.sessions.at("other").deliveries.at(0).message); // one message still
    QCOMPARE(device.deliveries[5].sharedFilter, QByteArray("$share/group/jobs/#"));
    QCOMPARE(device.deliveries[6].message->payload().size(), 5'000);
    QCOMPARE(device.will->fields.payload, QByteArray("gone"));
    QCOMPARE(state.sessions.at("other").inboundIds, std::vector<quint16>{4711});
    QCOMPARE(state.sessions.at("third").unloaded.lastNumber, quint64(8));
    QCOMPARE(state.retained.size(), size_t(2));

    // It is used as any other: old rows and new packs are one queue.
    fixture.commit(addDelivery("device", 8, makeMessage("t", "new")));
    fixture.commit(change::RemoveDelivery{"device", 3}, change::RemoveDelivery{"device", 8}, addDelivery("device", 9, makeMessage("t", "newer")));
    QVERIFY(fixture.flush());
    state = fixture.reopenAndLoad();
    std::vector<quint64> numbers;
    for (const StoredDelivery &each : state.sessions.at("device").deliveries)
        numbers.push_back(each.number);
    QCOMPARE(numbers, (std::vector<quint64>{1, 2, 4, 5, 6, 7, 9}));
}

void TestStoreFile::migratesStepByStep()
{
    constexpr const char *first[] = {"CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"};
    constexpr const char *second[] = {"ALTER TABLE t ADD COLUMN b DEFAULT 2"};
    const SchemaStep both[] = {first, second};
    QTemporaryDir directory{placeForTests()};
    const QString file = directory.filePath(QStringLiteral("m.db"));
    writeFile(file, {});
    Database database(file, Database::Access::ReadWrite);
    Schema::migrate(database, std::span<const SchemaStep>(both).first(1));
    QCOMPARE(Schema::versionOf(database), 1);
    Schema::migrate(database, both);
    QCOMPARE(Schema::versionOf(database), 2);
    QCOMPARE(database.number(QStringLiteral("SELECT a * 10 + b FROM t")), 12);
    Schema::migrate(database, both); // nothing is done twice
    QCOMPARE(Schema::versionOf(database), 2);
    QCOMPARE(FileHeader::of(file).schemaVersion, 2u);
    QCOMPARE(qint64(FileHeader::of(file).applicationId), Schema::applicationId);
}

void TestStoreFile::aStepThatFailsLeavesTheVersionBefore()
{
    constexpr const char *first[] = {"CREATE TABLE t (a)"};
    constexpr const char *second[] = {"CREATE TABLE u (a)", "CREATE TABLE t (a)"};
    const SchemaStep both[] = {first, second};
    QTemporaryDir directory{placeForTests()};
    writeFile(directory.filePath(QStringLiteral("m.db")), {});
    Database database(directory.filePath(QStringLiteral("m.db")), Database::Access::ReadWrite);
    QVERIFY_THROWS_EXCEPTION(SqlError, Schema::migrate(database, both));
    QCOMPARE(Schema::versionOf(database), 1);
    QCOMPARE(database.number(QStringLiteral("SELECT count(*) FROM sqlite_master")), 1);
}

void TestStoreFile::givesRoomBack()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    for (int i = 0; i < 200; ++i)
        fixture.commit(change::PutRetained{makeMessage(QByteArray::number(i), QByteArray(100'000, 'x'))});
    QVERIFY(fixture.flush());
    fixture.reopen();
    const qint64 full = QFileInfo(fixture.file()).size();
    QVERIFY(full > 20'000'000);
    for (int i = 0; i < 200; ++i)
        fixture.commit(change::RemoveRetained{QByteArray::number(i)});
    QVERIFY(fixture.flush());
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(fixture.file()).size() < 2'000'000, 30'000);
    QTRY_COMPARE_WITH_TIMEOUT(QFileInfo(fixture.file() + QStringLiteral("-wal")).size(), 0, 30'000);
}

void TestStoreFile::theLogStaysSmall()
{
    StoreFixture fixture;
    fixture.options.durability = Durability::Normal;
    QVERIFY(fixture.open());
    qint64 most = 0;
    for (int i = 0; i < 900; ++i) { // 90 MB
        fixture.commit(change::PutRetained{makeMessage("t" + QByteArray::number(i % 10), QByteArray(100'000, 'x'))});
        if (i % 10 == 0)
            fixture.flush();
        most = std::max(most, QFileInfo(fixture.file() + QStringLiteral("-wal")).size());
    }
    // The log that is to begin anew, and what may be committed while a slow disk takes the last of it.
    QVERIFY2(most < 8'200'000 + 35'000'000, QByteArray::number(most).constData());
    QVERIFY(fixture.flush());
    // At rest it is cut.
    const auto logBytes = [&] { return QFileInfo(fixture.file() + QStringLiteral("-wal")).size(); };
    QTRY_VERIFY_WITH_TIMEOUT(logBytes() < 4'200'000, 30'000);
}

void TestStoreFile::longWorkTellsItsProgress()
{
    std::vector<StoreProgress> told;
    ProgressClock clock([&told](const StoreProgress &progress) { told.push_back(progress); });
    QElapsedTimer timer;
    timer.start();
    clock.begin(StoreProgress::Step::Loading);
    while (told.empty() && !timer.hasExpired(10'000))
        clock.countRow();
    QVERIFY(timer.elapsed() >= 999);
    QCOMPARE(told.size(), size_t(1));
    QCOMPARE(told[0].step, StoreProgress::Step::Loading);
    QVERIFY(told[0].rows > 0);
}

void TestStoreFile::aSymbolicLinkIsTheSameFile()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const QString link = fixture.directory.filePath(QStringLiteral("link"));
    QVERIFY(QFile::link(fixture.file(), link));
    SqliteStoreOptions options = fixture.options;
    options.file = link;
    QVERIFY(!openSqliteStore(options).store);
    fixture.commit(change::PutRetained{makeMessage("t", "p")});
    fixture.close();
    fixture.options.file = link;
    QVERIFY(fixture.open());
    QCOMPARE(fixture.load().retained.size(), size_t(1));
}

void TestStoreFile::checkChangesNothing()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")}, addDelivery("c", 1, makeMessage("t", "p")),
        addDelivery("c", 2, makeMessage("t", "p")), change::UpdateDelivery{"c", 2, DeliveryStage::Sent, 1},
        change::PutRetained{makeMessage("t", "p")}, change::PutWill{"c", {}}, change::PutSubscription{"c", {"f"}});
    fixture.close();
    const QByteArray before = contentOf(fixture.file());
    const QStringList files = QDir(fixture.directory.path()).entryList(QDir::Files);
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY2(report.isSound, report.problems.value(0).constData());
    QCOMPARE(report.schemaVersion, Schema::newestVersion());
    QCOMPARE(report.sessions, quint64(1));
    QCOMPARE(report.subscriptions, quint64(1));
    QCOMPARE(report.queuedDeliveries, quint64(1));
    QCOMPARE(report.inFlightDeliveries, quint64(1));
    QCOMPARE(report.messages, quint64(2));
    QCOMPARE(report.retained, quint64(1));
    QCOMPARE(report.wills, quint64(1));
    QCOMPARE(report.fileBytes, quint64(before.size()));
    QVERIFY(report.liveBytes > 0 && report.liveBytes <= report.fileBytes);
    QCOMPARE(contentOf(fixture.file()), before);
    QCOMPARE(QDir(fixture.directory.path()).entryList(QDir::Files), files);
}

void TestStoreFile::checkSaysWhatIsWrong()
{
    StoreFixture fixture;
    writeFile(fixture.file(), "no database at all");
    QVERIFY(!checkSqliteStore(fixture.file()).isSound);
    QFile::remove(fixture.file());
    QVERIFY(fixture.open());
    fixture.close();
    execute(fixture.file(), "INSERT INTO subscriptions VALUES (9, 'f', 0, 0, 0, 0)");
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY(!report.isSound);
    QCOMPARE(report.problems, QByteArrayList{"1 rows of subscriptions belong to no session"});
}

void TestStoreFile::checkOfNoFile()
{
    const StoreReport report = checkSqliteStore(QStringLiteral("/not/there"));
    QVERIFY(!report.isSound);
    QCOMPARE(report.problems, QByteArrayList{"there is no such file"});
    QVERIFY(!QFile::exists(QStringLiteral("/not/there.lock")));
}

namespace {

int holdUntilInputEnds(const QString &file)
{
    SqliteStoreOptions options;
    options.file = file;
    const OpenedStore opened = openSqliteStore(options);
    std::puts(opened.store ? "held" : qPrintable(opened.error));
    std::fflush(stdout);
    while (std::getchar() != EOF) { }
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    if (app.arguments().value(1) == QStringLiteral("--hold"))
        return holdUntilInputEnds(app.arguments().value(2));
    TestStoreFile test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_storefile.moc"
