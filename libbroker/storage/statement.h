#pragma once

#include "storage/database.h"

#include <QByteArrayView>
#include <QSqlError>
#include <QSqlQuery>

#include <chrono>
#include <optional>

namespace pigeon {

SqlError toSqlError(const QSqlError &error);

/// Joins words to one statement, with spaces between them.
template <typename... Words>
QString sql(const Words &...words)
{
    const auto appendTo = [](QString &text, const auto &word) {
        if constexpr (std::is_convertible_v<decltype(word), QString>)
            text += word;
        else
            text += QLatin1String(word);
        text += u' ';
    };
    QString text;
    (appendTo(text, words), ...);
    return text;
}

/// One prepared statement of a connection; prepared when it is first used. Its values stand in the order of its question
/// marks and are not copied: they must live until it has run. In the connection's thread.
class Statement
{
public:
    Statement(Database &database, QString text)
        : m_database(database)
        , m_text(std::move(text))
    {
    }

    /// Adds values behind those that were bound since the last run.
    template <typename... Values>
    void bind(const Values &...values)
    {
        prepare();
        (bindNext(toVariant(values)), ...);
    }
    /// Runs a statement that gives no rows, with these values behind the bound ones; returns how many rows it has
    /// changed. Throws SqlError.
    template <typename... Values>
    int run(const Values &...values)
    {
        start(values...);
        const int changed = m_query->numRowsAffected();
        m_query->finish(); // else it holds its locks and stands in the way of the log's reset
        return changed;
    }
    /// Like `run`, for the insertion of one row; returns its id. Throws SqlError.
    template <typename... Values>
    qint64 insert(const Values &...values)
    {
        start(values...);
        const qint64 id = m_query->lastInsertId().toLongLong(); // Qt knows it no longer once the query is finished
        m_query->finish();
        return id;
    }
    /// Begins a query; then `next` for each row. Throws SqlError.
    template <typename... Values>
    void start(const Values &...values)
    {
        bind(values...);
        execute();
    }
    /// Goes to the next row; false after the last one, and the statement has ended. Throws SqlError.
    bool next();
    /// Ends a query before its last row.
    void finish() { m_query->finish(); }

    // Columns of the row.
    bool isNull(int column) const { return m_query->isNull(column); }
    qint64 integer(int column) const { return m_query->value(column).toLongLong(); }
    QByteArray bytes(int column) const { return m_query->value(column).toByteArray(); }
    /// As it lies there, to be bound again.
    QVariant value(int column) const
    {
        QVariant value = m_query->value(column);
        // Qt reads a blob without bytes as a null array, which it would bind as NULL.
        const bool isBlob = value.typeId() == QMetaType::QByteArray && !isNull(column);
        return isBlob && value.toByteArray().isEmpty() ? toVariant(QByteArrayView()) : value;
    }
    template <typename Number>
    std::optional<Number> optional(int column) const
    {
        if (isNull(column))
            return std::nullopt;
        return Number(integer(column));
    }

private:
    static QVariant toVariant(const QVariant &value) { return value; }
    template <typename Integer>
        requires std::is_integral_v<Integer>
    static QVariant toVariant(Integer value)
    {
        return QVariant(static_cast<qlonglong>(value)); // other kinds would be bound as text
    }
    template <typename Enum>
        requires std::is_enum_v<Enum>
    static QVariant toVariant(Enum value)
    {
        return QVariant(static_cast<qlonglong>(value));
    }
    static QVariant toVariant(std::chrono::milliseconds value)
    {
        return QVariant(static_cast<qlonglong>(value.count()));
    }
    static QVariant toVariant(QByteArrayView bytes)
    {
        if (bytes.isEmpty())
            return QVariant(QByteArray("")); // a null array would be bound as NULL
        return QVariant(QByteArray::fromRawData(bytes.data(), bytes.size()));
    }
    static QVariant toVariant(const QByteArray &bytes) { return toVariant(QByteArrayView(bytes)); }
    static QVariant toVariant(std::nullopt_t) { return QVariant(); }
    template <typename Value>
    static QVariant toVariant(const std::optional<Value> &value)
    {
        return value ? toVariant(*value) : QVariant();
    }
    void bindNext(const QVariant &value);
    void prepare();
    void execute();

    Database &m_database;
    QString m_text;
    std::optional<QSqlQuery> m_query;
    int m_bound = 0; // values, since the last run
};

} // namespace pigeon
