#include "storage/database.h"

#include "storage/statement.h"

#include <QUrl>

#include <atomic>

namespace pigeon {

namespace {

const QString driver = QStringLiteral("QSQLITE");

// How long a statement waits for another program (a shell, a backup) that holds the file, before it counts as failed.
constexpr char busyOption[] = "QSQLITE_BUSY_TIMEOUT=1000";

QString nextConnectionName()
{
    static std::atomic<quint64> last{0};
    return QStringLiteral("pigeon-store-%1").arg(++last);
}

} // namespace

Database::Database(const QString &file, Access access)
    : m_name(nextConnectionName())
    , m_database(QSqlDatabase::addDatabase(driver, m_name))
{
    QString options = QString::fromLatin1(busyOption);
    if (access == Access::ReadOnly)
        options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    if (access == Access::Frozen) {
        options += QStringLiteral(";QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI");
        const QByteArray url = QUrl::fromLocalFile(file).toEncoded();
        m_database.setDatabaseName(QString::fromLatin1(url) + QStringLiteral("?immutable=1"));
    } else {
        m_database.setDatabaseName(file);
    }
    m_database.setConnectOptions(options);
    if (!m_database.open()) {
        const SqlError error = toSqlError(m_database.lastError());
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_name);
        throw error;
    }
    m_begin = std::make_unique<Statement>(*this, QStringLiteral("BEGIN IMMEDIATE"));
    m_commit = std::make_unique<Statement>(*this, QStringLiteral("COMMIT"));
}

Database::~Database()
{
    m_begin.reset();
    m_commit.reset();
    m_database.close();
    m_database = QSqlDatabase(); // Qt warns of a connection that is removed while somebody holds it
    QSqlDatabase::removeDatabase(m_name);
}

void Database::execute(const QString &sql)
{
    Statement statement(*this, sql);
    statement.start();
    // Some pragmas do a bit of their work per row.
    while (statement.next()) { }
}

qint64 Database::number(const QString &sql)
{
    Statement statement(*this, sql);
    statement.start();
    if (!statement.next())
        throw SqlError{0, "no row for: " + sql.toUtf8()};
    return statement.integer(0);
}

QList<QByteArray> Database::texts(const QString &sql)
{
    QList<QByteArray> all;
    Statement statement(*this, sql);
    statement.start();
    while (statement.next())
        all.append(statement.bytes(0));
    return all;
}

bool Database::isDriverThere()
{
    return QSqlDatabase::isDriverAvailable(driver);
}

Transaction::Transaction(Database &database)
    : m_database(database)
{
    m_database.m_begin->run();
}

void Transaction::commit()
{
    m_database.m_commit->run();
    m_isOpen = false;
}

Transaction::~Transaction()
{
    if (!m_isOpen)
        return;
    // SQLite has often rolled back by itself after a failure; then this one fails, and nothing is missing.
    try {
        m_database.execute(QStringLiteral("ROLLBACK"));
    } catch (const SqlError &) {
    }
}

} // namespace pigeon
