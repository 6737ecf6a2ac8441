#include "storage/checkpointer.h"
#include "storage/statement.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace pigeon;

namespace {

constexpr qint64 pageBytes = 4'096;

/// A database with a log that only a checkpointer brings into the file.
struct Logged
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("a.db"));
    std::unique_ptr<Database> writer;

    Logged()
    {
        QFile made(file);
        QVERIFY(made.open(QFile::WriteOnly));
        made.close();
        writer = open();
        writer->execute(QStringLiteral("CREATE TABLE rows (number INTEGER PRIMARY KEY, bytes BLOB)"));
    }
    std::unique_ptr<Database> open() const
    {
        auto database = std::make_unique<Database>(file, Database::Access::ReadWrite);
        database->execute(QStringLiteral("PRAGMA journal_mode = WAL"));
        database->execute(QStringLiteral("PRAGMA synchronous = NORMAL"));
        database->execute(QStringLiteral("PRAGMA wal_autocheckpoint = 0"));
        return database;
    }
    /// One transaction of so many pages, told to `checkpointer`.
    void write(Checkpointer &checkpointer, int pages)
    {
        checkpointer.makeWay(*writer);
        Transaction transaction(*writer);
        for (int i = 0; i < pages; ++i)
            writer->execute(QStringLiteral("INSERT INTO rows (bytes) VALUES (randomblob(%1))").arg(pageBytes));
        transaction.commit();
        checkpointer.committed(static_cast<quint64>(pages * pageBytes));
    }
    qint64 rows() { return writer->number(QStringLiteral("SELECT count(*) FROM rows")); }
    qint64 fileBytes() const { return QFileInfo(file).size(); }
    qint64 logBytes() const { return QFileInfo(file + QStringLiteral("-wal")).size(); }
};

} // namespace

/// The log is written into the file beside the writer, and stays bounded.
class TestCheckpointer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFileGrowsWithoutTheWriter();
    void aLongLogBeginsAnew();
    void aReaderHoldsNobodyUp();
    void withoutAConnectionTheWriterGoesOn();
    void nothingToDoNoThread();
};

void TestCheckpointer::theFileGrowsWithoutTheWriter()
{
    Logged logged;
    Checkpointer checkpointer([&] { return logged.open(); }, 1'000'000);
    for (int i = 0; i < 20; ++i)
        logged.write(checkpointer, 100);
    QTRY_VERIFY(logged.fileBytes() > 500 * pageBytes); // half of it at least: what came before the last request
    QCOMPARE(logged.rows(), 2'000);
}

void TestCheckpointer::aLongLogBeginsAnew()
{
    constexpr qint64 longLog = 500;
    Logged logged;
    qint64 most = 0;
    {
        Checkpointer checkpointer([&] { return logged.open(); }, longLog);
        for (int i = 0; i < 300; ++i) {
            logged.write(checkpointer, 100); // 130 MB in all
            most = std::max(most, logged.logBytes());
        }
    }
    // The log, what may be committed during a checkpoint, and the transactions before somebody looks.
    QVERIFY2(most < (longLog + 2'000) * pageBytes + 40 * 1024 * 1024, QByteArray::number(most).constData());
    QCOMPARE(logged.rows(), 30'000);
    QCOMPARE(logged.writer->texts(QStringLiteral("PRAGMA integrity_check")), QList<QByteArray>{"ok"});
}

/// A snapshot that somebody looks at keeps what came later out of the file; that is no reason to wait.
void TestCheckpointer::aReaderHoldsNobodyUp()
{
    Logged logged;
    Checkpointer checkpointer([&] { return logged.open(); }, 100);
    logged.write(checkpointer, 10);
    const std::unique_ptr<Database> other = logged.open();
    Statement reading(*other, QStringLiteral("SELECT number FROM rows"));
    reading.start();
    QVERIFY(reading.next());
    for (int i = 0; i < 50; ++i)
        logged.write(checkpointer, 100);
    QCOMPARE(logged.rows(), 5'010);
    reading.finish();
    QTRY_VERIFY_WITH_TIMEOUT((logged.write(checkpointer, 100), logged.fileBytes() > 5'000 * pageBytes), 20'000);
}

void TestCheckpointer::withoutAConnectionTheWriterGoesOn()
{
    Logged logged;
    std::atomic<int> asked = 0;
    Checkpointer checkpointer(
        [&]() -> std::unique_ptr<Database> {
            ++asked;
            throw SqlError{14, "no more files"};
        },
        100);
    for (int i = 0; i < 50; ++i)
        logged.write(checkpointer, 100);
    QTRY_VERIFY(asked > 0);
    QCOMPARE(logged.rows(), 5'000);
}

void TestCheckpointer::nothingToDoNoThread()
{
    Logged logged;
    int asked = 0;
    {
        Checkpointer checkpointer(
            [&] {
                ++asked;
                return logged.open();
            },
            100);
        logged.write(checkpointer, 1);
    }
    QCOMPARE(asked, 0);
}

QTEST_GUILESS_MAIN(TestCheckpointer)
#include "tst_checkpointer.moc"
