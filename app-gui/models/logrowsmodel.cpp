#include "models/logrowsmodel.h"

#include "look/plaintext.h"

namespace pigeon {

namespace {

// More new rows than that at once are a new table: a view lays out each inserted row.
constexpr quint64 mostInsertedRows = 100'000;

} // namespace

LogRowsModel::LogRowsModel(const Capture &capture, std::span<const ColumnFacts> columns, QObject *parent)
    : QAbstractTableModel(parent)
    , m_capture(capture)
    , m_columns(columns)
{
    connect(&capture, &Capture::reset, this, &LogRowsModel::startAnew);
    connect(&capture, &Capture::updated, this, &LogRowsModel::takeFrame);
}

void LogRowsModel::startAnew()
{
    const FilterProgramPtr filter = m_rows ? m_rows->filter() : nullptr;
    m_still.clear();
    beginResetModel();
    m_rows = std::make_unique<FilteredRows>(rowLog()); // before anybody reads: the log of before is gone
    m_rows->setFrozen(m_isFrozen);
    m_rows->setFilter(filter);
    m_begin = m_rows->begin();
    m_end = m_rows->end();
    m_frozenAt = rowLog().end();
    endResetModel();
    connect(m_rows.get(), &FilteredRows::replaced, this, &LogRowsModel::showAll);
    connect(m_rows.get(), &FilteredRows::found, this, &LogRowsModel::takeFrame);
    connect(m_rows.get(), &FilteredRows::completed, this, &LogRowsModel::buildingChanged);
}

void LogRowsModel::setFilter(const FilterProgramPtr &program)
{
    m_rows->setFilter(program);
    showAll(); // also while it is frozen: the filter was asked for now
    Q_EMIT buildingChanged();
}

void LogRowsModel::showAll()
{
    beginResetModel();
    m_begin = m_rows->begin();
    m_end = m_rows->end();
    endResetModel();
}

void LogRowsModel::takeFrame()
{
    m_rows->update(); // while it is frozen too: rows that were there may still be found
    const quint64 begin = m_rows->begin();
    const quint64 end = m_rows->end();
    if (begin >= m_end || end - m_end > mostInsertedRows || end < m_end) {
        if (begin != m_begin || end != m_end)
            showAll();
        return;
    }
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
    takeFrame(); // what is there now is what stays
    if (isFrozen == m_isFrozen)
        return;
    m_isFrozen = isFrozen;
    m_still.setFrozen(isFrozen);
    m_frozenAt = rowLog().end();
    m_rows->setFrozen(isFrozen);
    takeFrame();
}

quint64 LogRowsModel::behind() const { return m_isFrozen ? rowLog().end() - std::min(m_frozenAt, rowLog().end()) : 0; }

int LogRowsModel::rowOf(quint64 logRow) const
{
    const quint64 place = m_rows->placeOf(logRow);
    return place >= m_begin && place < m_end ? static_cast<int>(place - m_begin) : -1;
}

int LogRowsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_end - m_begin);
}

int LogRowsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant LogRowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return columnHeader(m_columns, section, orientation, role);
}

QVariant LogRowsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    if (const QVariant facts = columnData(m_columns[static_cast<size_t>(index.column())], role); facts.isValid())
        return facts;
    if (role == Qt::ToolTipRole && !isKept(index.row()))
        return plainTip(goneText()); // what the cell says may be from before
    const quint64 row = logRow(index.row());
    const QVariant said = m_still.answer(row, index.column(), role, [&] { return isKept(index.row()) ? cell(index, role) : goneCell(index, role); });
    return role == Qt::ToolTipRole && changes(index.column()) ? m_still.withMoment(said, row, index.column()) : said;
}

QString LogRowsModel::goneText() { return tr("(gone from the ring while the view was frozen)"); }

QVariant LogRowsModel::goneCell(const QModelIndex &index, int role) const
{
    const bool isLast = index.column() == columnCount() - 1;
    return role == Qt::DisplayRole && isLast ? QVariant(goneText()) : QVariant();
}

void LogRowsModel::setTimeForm(TimeForm form)
{
    m_timeForm = form;
    m_still.clear(); // it was asked for now
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DisplayRole});
}

QString LogRowsModel::rowTime(int row) const
{
    const bool isBeforeNeeded = m_timeForm == TimeForm::SinceRowBefore && row > 0 && isKept(row - 1);
    return timeText(whenOf(logRow(row)), isBeforeNeeded ? whenOf(logRow(row - 1)) : 0, m_timeForm);
}

} // namespace pigeon
