#include "models/logrowsmodel.h"

namespace pigeon {

namespace {

// More new rows than that at once are a new table: a view lays out each inserted row.
constexpr quint64 mostInsertedRows = 100'000;

} // namespace

LogRowsModel::LogRowsModel(const RowLog &log, QObject *parent)
    : QAbstractTableModel(parent)
    , m_log(log)
    , m_rows(log)
    , m_begin(m_rows.begin())
    , m_end(m_rows.end())
{
    connect(&m_rows, &FilteredRows::replaced, this, &LogRowsModel::reset);
    connect(&m_rows, &FilteredRows::completed, this, &LogRowsModel::buildingChanged);
}

void LogRowsModel::reset()
{
    beginResetModel();
    forget();
    m_begin = m_rows.begin();
    m_end = m_rows.end();
    m_frozenAt = std::min(m_frozenAt, m_log.end());
    endResetModel();
}

void LogRowsModel::takeFrame()
{
    if (m_isFrozen)
        return;
    m_rows.update();
    const quint64 begin = m_rows.begin();
    const quint64 end = m_rows.end();
    if (begin >= m_end || end - m_end > mostInsertedRows || end < m_end) {
        if (begin != m_begin || end != m_end)
            reset();
        return;
    }
    forget();
    if (begin > m_begin) {
        beginRemoveRows({}, 0, static_cast<int>(begin - m_begin) - 1);
        m_begin = begin;
        endRemoveRows();
    }
    if (end > m_end) {
        beginInsertRows({}, static_cast<int>(m_end - m_begin), static_cast<int>(end - m_begin) - 1);
        m_end = end;
        endInsertRows();
    }
}

void LogRowsModel::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    m_frozenAt = m_log.end();
    takeFrame();
}

quint64 LogRowsModel::behind() const { return m_isFrozen ? m_log.end() - std::min(m_frozenAt, m_log.end()) : 0; }

int LogRowsModel::rowOf(quint64 logRow) const
{
    const quint64 place = m_rows.placeOf(logRow);
    return place >= m_begin && place < m_end ? static_cast<int>(place - m_begin) : -1;
}

int LogRowsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_end - m_begin);
}

} // namespace pigeon
