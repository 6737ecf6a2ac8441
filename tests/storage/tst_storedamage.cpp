#include "storage/database.h"
#include "storage/storefixture.h"

#include <QFileInfo>

using namespace pigeon;
using namespace pigeon::test;

namespace {

constexpr qint64 pageBytes = 4'096;

void overwrite(const QString &file, qint64 from, const QByteArray &bytes)
{
    QFile target(file);
    QVERIFY(target.open(QIODevice::ReadWrite));
    QVERIFY(target.seek(from));
    QCOMPARE(target.write(bytes), bytes.size());
}

/// Files that were set aside.
QStringList aside(const StoreFixture &fixture)
{
    return QDir(fixture.directory.path()).entryList({QStringLiteral("store.db.damaged-*")}, QDir::Files);
}

void ignoreSettingAside()
{
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("is damaged \\(.*set aside as .*store.db.damaged-")));
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QStringLiteral("goes on with what could be read of .*deliveries")));
}

/// 10 sessions with 200 messages each, shared ones among them, and 500 retained messages.
void fill(StoreFixture &fixture)
{
    for (int i = 0; i < 10; ++i)
        fixture.commit(change::PutSession{makeSession("client" + QByteArray::number(i))},
            change::PutSubscription{"client" + QByteArray::number(i), {"filter"}});
    for (quint64 number = 1; number <= 200; ++number) {
        std::vector<StoreChange> all;
        const MessagePtr shared = makeMessage("shared", QByteArray(100, 's'));
        for (int i = 0; i < 10; ++i)
            all.emplace_back(addDelivery("client" + QByteArray::number(i), number,
                number % 2 ? shared : makeMessage("own", QByteArray(100, 'o'))));
        fixture.commit(std::move(all));
    }
    for (int i = 0; i < 500; ++i)
        fixture.commit(change::PutRetained{makeMessage("retained/" + QByteArray::number(i), QByteArray(200, 'r'))});
    fixture.commit(change::PutWill{"client1", {}});
}

qint64 rootPage(const QString &file, const char *table)
{
    Database database(file, Database::Access::ReadOnly);
    return database.number(QStringLiteral("SELECT rootpage FROM sqlite_master WHERE name = '%1'").arg(QLatin1String(table)));
}

size_t deliveriesIn(const LoadedState &state)
{
    size_t count = 0;
    for (const auto &[clientId, session] : state.sessions)
        count += session.deliveries.size();
    return count;
}

} // namespace

/// A damaged file: never a broker that does not start, never silence, and as much is saved as can be read.
class TestStoreDamage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileThatIsNoDatabaseIsSetAside();
    void aTableThatIsGoneCostsThatTable();
    void damageInTheMiddleCostsTheMiddle();
    void aFileThatIsCutOffIsSalvaged();
    void damagedPacksKeepWhatComesBeforeTheDamage();
    void damageThatLoadingMeetsIsSalvaged();
    void damageThatACommitMeetsIsSalvaged();
    void anyOverwrittenPageLeavesAStoreThatWorks();
    void everyDamageHasAFileOfItsOwn();
};

void TestStoreDamage::aFileThatIsNoDatabaseIsSetAside()
{
    StoreFixture fixture;
    QFile file(fixture.file());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(10'000, 'g'));
    file.close();
    ignoreSettingAside();
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
    QVERIFY(!fixture.store->health().isFailing);
    QVERIFY2(fixture.store->health().text.contains("0 sessions"), fixture.store->health().text.constData());
    QCOMPARE(aside(fixture).size(), 1);
    QVERIFY(fixture.store->health().text.contains(aside(fixture).at(0).toUtf8()));
    QCOMPARE(QFileInfo(fixture.directory.filePath(aside(fixture).at(0))).size(), 10'000);
    fixture.commit(change::PutRetained{makeMessage("t", "p")});
    QVERIFY(fixture.flush());
    QCOMPARE(fixture.reopenAndLoad().retained.size(), size_t(1));
    QVERIFY(fixture.store->health().text.isEmpty());
}

void TestStoreDamage::aTableThatIsGoneCostsThatTable()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fill(fixture);
    fixture.close();
    overwrite(fixture.file(), (rootPage(fixture.file(), "retained") - 1) * pageBytes, QByteArray(pageBytes, 'x'));
    ignoreSettingAside();
    const LoadedState state = fixture.reopenAndLoad();
    QVERIFY(state.retained.empty());
    QCOMPARE(state.sessions.size(), size_t(10));
    QCOMPARE(deliveriesIn(state), size_t(2'000));
    QVERIFY(state.sessions.at("client1").will);
    QVERIFY2(fixture.store->health().text.contains("2000 deliveries"), fixture.store->health().text.constData());
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY2(report.isSound, report.problems.value(0).constData());
}

void TestStoreDamage::damageInTheMiddleCostsTheMiddle()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")});
    for (quint64 number = 1; number <= 5'000; ++number)
        fixture.commit(addDelivery("c", number, makeMessage("t", QByteArray(500, 'x'))));
    fixture.close();
    // A page in the middle of the file is a leaf of the only large table.
    overwrite(fixture.file(), QFileInfo(fixture.file()).size() / pageBytes / 2 * pageBytes, QByteArray(pageBytes, 'x'));
    ignoreSettingAside();
    const LoadedState state = fixture.reopenAndLoad({10'000, 10'000'000});
    const std::vector<StoredDelivery> &deliveries = state.sessions.at("c").deliveries;
    QVERIFY2(deliveries.size() > 4'900 && deliveries.size() < 5'000, QByteArray::number(quint64(deliveries.size())).constData());
    QCOMPARE(deliveries.front().number, quint64(1));
    QCOMPARE(deliveries.back().number, quint64(5'000));
}

void TestStoreDamage::aFileThatIsCutOffIsSalvaged()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fill(fixture);
    fixture.close();
    QVERIFY(QFile::resize(fixture.file(), QFileInfo(fixture.file()).size() / 2));
    ignoreSettingAside();
    QVERIFY2(fixture.open(), qPrintable(fixture.error));
    const LoadedState state = fixture.load();
    QVERIFY(!state.sessions.empty());
    fixture.commit(change::PutRetained{makeMessage("t", "p")});
    QVERIFY(fixture.flush());
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY2(report.isSound, report.problems.value(0).constData());
}

/// The row is there, its bytes are not what was written: no check of SQLite sees that.
void TestStoreDamage::damagedPacksKeepWhatComesBeforeTheDamage()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.commit(change::PutSession{makeSession("c")});
    std::vector<StoreChange> all;
    for (quint64 number = 1; number <= 300; ++number)
        all.emplace_back(addDelivery("c", number, makeMessage("t", "0123456789")));
    fixture.commit(std::move(all));
    QVERIFY(fixture.flush());
    fixture.close();
    {
        Database database(fixture.file(), Database::Access::ReadWrite);
        database.execute(QStringLiteral(
            "UPDATE packs SET content = substr(content, 1, length(content) / 2) || zeroblob(7) WHERE first = 1"));
    }
    QVERIFY(!checkSqliteStore(fixture.file()).isSound);
    // so that it is set aside: the tables of retained messages as well
    overwrite(fixture.file(), (rootPage(fixture.file(), "retained") - 1) * pageBytes, QByteArray(pageBytes, 'x'));
    ignoreSettingAside();
    const LoadedState state = fixture.reopenAndLoad();
    const std::vector<StoredDelivery> &deliveries = state.sessions.at("c").deliveries;
    QVERIFY2(deliveries.size() > 200 && deliveries.size() < 300, QByteArray::number(quint64(deliveries.size())).constData());
    QCOMPARE(deliveries.front().number, quint64(1));
    QCOMPARE(deliveries.back().number, quint64(300));
    const StoreReport report = checkSqliteStore(fixture.file());
    QVERIFY2(report.isSound, report.problems.value(0).constData());
    QCOMPARE(report.queuedDeliveries, quint64(deliveries.size()));
}

/// A file that was sound when it was opened, for example one too large to be looked through.
void TestStoreDamage::damageThatLoadingMeetsIsSalvaged()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fill(fixture);
    fixture.reopen();
    overwrite(fixture.file(), (rootPage(fixture.file(), "retained") - 1) * pageBytes, QByteArray(pageBytes, 'x'));
    ignoreSettingAside();
    const LoadedState state = fixture.load();
    QCOMPARE(state.sessions.size(), size_t(10)); // each told once
    QCOMPARE(deliveriesIn(state), size_t(2'000));
    QVERIFY(fixture.store->health().text.contains("2000 deliveries"));
    fixture.commit(change::PutRetained{makeMessage("t", "p")});
    QVERIFY(fixture.flush());
}

void TestStoreDamage::damageThatACommitMeetsIsSalvaged()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fill(fixture);
    fixture.reopenAndLoad();
    overwrite(fixture.file(), (rootPage(fixture.file(), "retained") - 1) * pageBytes, QByteArray(pageBytes, 'x'));
    ignoreSettingAside();
    fixture.commit(change::PutRetained{makeMessage("retained/250", "new")});
    QVERIFY(fixture.flush());
    QCOMPARE(fixture.healths.size(), size_t(1));
    QVERIFY(!fixture.healths[0].isFailing);
    QVERIFY(fixture.healths[0].text.contains("2000 deliveries"));
    const LoadedState state = fixture.reopenAndLoad();
    QCOMPARE(deliveriesIn(state), size_t(2'000));
    QCOMPARE(state.retained.size(), size_t(1));
}

/// Whatever page it is: the store opens, tells something sound, and keeps what it is given.
void TestStoreDamage::anyOverwrittenPageLeavesAStoreThatWorks()
{
    StoreFixture original;
    QVERIFY(original.open());
    fill(original);
    original.close();
    const qint64 pages = QFileInfo(original.file()).size() / pageBytes;
    const QtMessageHandler before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) {}); // many failures, expected
    int works = 0;
    for (qint64 page = 0; page < pages; page += 7) {
        StoreFixture fixture;
        QFile::copy(original.file(), fixture.file());
        overwrite(fixture.file(), page * pageBytes + 200, QByteArray(pageBytes / 2, char(page)));
        fixture.options.durability = Durability::Normal;
        if (!fixture.open())
            break;
        fixture.load();
        fixture.commit(change::PutSession{makeSession("new")}, addDelivery("new", 1, makeMessage("t", "p")));
        if (!fixture.flush() || fixture.reopenAndLoad().sessions.at("new").deliveries.size() != 1)
            break;
        ++works;
    }
    qInstallMessageHandler(before);
    QCOMPARE(works, int((pages + 6) / 7));
}

void TestStoreDamage::everyDamageHasAFileOfItsOwn()
{
    StoreFixture fixture;
    for (int i = 0; i < 3; ++i) {
        QFile file(fixture.file());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write("garbage");
        file.close();
        ignoreSettingAside();
        QVERIFY(fixture.open());
        fixture.close();
    }
    QCOMPARE(aside(fixture).size(), 3);
}

QTEST_GUILESS_MAIN(TestStoreDamage)
#include "tst_storedamage.moc"
