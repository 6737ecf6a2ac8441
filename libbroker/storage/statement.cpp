#include "storage/statement.h"

namespace pigeon {

SqlError toSqlError(const QSqlError &error)
{
    bool isNumber = false;
    const int code = error.nativeErrorCode().toInt(&isNumber);
    const QString text = error.databaseText().isEmpty() ? error.text() : error.databaseText();
    return {isNumber ? code : 0, text.toUtf8()};
}

void Statement::prepare()
{
    if (m_query)
        return;
    m_query.emplace(m_database.handle());
    m_query->setForwardOnly(true); // else Qt keeps every row
    if (!m_query->prepare(m_text)) {
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
