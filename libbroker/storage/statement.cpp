#include "storage/statement.h"

#include <vector>

namespace pigeon {

SqlError toSqlError(const QSqlError &error)
{
    bool isNumber = false;
    const int code = error.nativeErrorCode().toInt(&isNumber);
    const QString text = error.databaseText().isEmpty() ? error.text() : error.databaseText();
    return {isNumber ? code : 0, text.toUtf8()};
}

namespace {

/// The names that stand for the question marks. Qt 6.4 makes and looks up the same ones for values bound by number,
/// anew for each of them, which costs more than all that SQLite does with the value.
const QString &nameOf(int mark)
{
    constexpr int mostMarks = 32; // no table has as many columns
    static const std::vector<QString> names = [] {
        std::vector<QString> all;
        for (int i = 0; i < mostMarks; ++i)
            all.push_back(QStringLiteral(":%1").arg(i));
        return all;
    }();
    return names[static_cast<size_t>(mark)];
}

/// No text of ours has a question mark within quotes.
QString withNames(const QString &text)
{
    QString named;
    int marks = 0;
    for (const QChar each : text) {
        if (each == u'?')
            named += nameOf(marks++);
        else
            named += each;
    }
    return named;
}

} // namespace

void Statement::bindNext(const QVariant &value)
{
    m_query->bindValue(nameOf(m_bound++), value);
}

void Statement::prepare()
{
    if (m_query)
        return;
    m_query.emplace(m_database.handle());
    m_query->setForwardOnly(true); // else Qt keeps every row
    if (!m_query->prepare(withNames(m_text))) {
        const SqlError error = toSqlError(m_query->lastError());
        m_query.reset();
        throw error;
    }
}

void Statement::execute()
{
    m_bound = 0;
    if (m_query->exec())
        return;
    const SqlError error = toSqlError(m_query->lastError());
    m_query->finish();
    throw error;
}

bool Statement::next()
{
    if (m_query->next())
        return true;
    const QSqlError error = m_query->lastError();
    m_query->finish();
    if (error.isValid())
        throw toSqlError(error);
    return false;
}

} // namespace pigeon
