#pragma once

#include "storage/sqlerror.h"

#include <QSqlDatabase>
#include <QString>

#include <memory>

namespace pigeon {

class Statement;

/// One connection to one SQLite file through QtSql. It belongs to the thread that opened it; statements made on it end
/// before it does. Knows no table.
class Database
{
public:
    enum class Access {
        ReadWrite, ///< the file must exist
        ReadOnly, ///< nothing of the file is changed; needs to write beside it when a write-ahead log is there
        Frozen, ///< nobody else has the file open, no log is beside it: nothing is locked, nothing written at all
    };

    /// Throws SqlError.
    Database(const QString &file, Access access);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    QSqlDatabase &handle() { return m_database; }
    /// Runs one statement to its end; rows are ignored. Throws SqlError.
    void execute(const QString &sql);
    /// The first column of the first row of a query. Throws SqlError, also when there is no row.
    qint64 number(const QString &sql);
    /// The first columns of all rows as text. Throws SqlError.
    QList<QByteArray> texts(const QString &sql);
    /// True when Qt has its plug-in for SQLite.
    static bool isDriverThere();

private:
    friend class Transaction;
    QString m_name; // of the connection
    QSqlDatabase m_database;
    std::unique_ptr<Statement> m_begin, m_commit;
};

/// Rolls back what was not committed when it goes out of scope. Lives on the stack, in the connection's thread.
class Transaction
{
public:
    /// Takes the write lock at once, so that no later statement fails for want of it. Throws SqlError.
    explicit Transaction(Database &database);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    /// Throws SqlError; then nothing is kept.
    void commit();

private:
    Database &m_database;
    bool m_isOpen = true;
};

} // namespace pigeon
