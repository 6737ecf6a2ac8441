#include "models/rowsmodel.h"

#include "capture/topicstore.h"
#include "models/cellroles.h"

#include <QDateTime>
#include <QElapsedTimer>

#include <unordered_set>

namespace pigeon {

namespace {

// A refresh may take a twentieth of the window's time, and no more than this often.
constexpr qint64 leastMilliseconds = 250;
constexpr qint64 costFactor = 20;
// With more gaps than that a new table is cheaper than so many removals.
constexpr int mostRemovals = 64;
constexpr qint64 askingMilliseconds = 8; // half a frame

qint64 steadyMilliseconds()
{
    static QElapsedTimer clock = [] {
        QElapsedTimer started;
        started.start();
        return started;
    }();
    return clock.elapsed();
}

int compared(const SortKey &left, const SortKey &right)
{
    if (left.number != right.number)
        return left.number < right.number ? -1 : 1;
    return compareNaturally(left.text, right.text);
}

} // namespace

RowsModel::RowsModel(FilterView view, std::span<const ColumnFacts> columns, QObject *parent)
    : QAbstractTableModel(parent)
    , m_view(view)
    , m_columns(columns)
{
    m_asking.callOnTimeout(this, &RowsModel::askCells);
}

void RowsModel::setFilter(const FilterProgramPtr &program)
{
    m_run = program ? std::make_unique<FilterRun>(program) : nullptr;
    refresh();
}

void RowsModel::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    m_still->setFrozen(isFrozen);
    m_asked = 0;
    if (isFrozen)
        m_asking.start(0);
    else
        refresh();
}

/// Some rows each turn of the event loop: what is asked for later is of this moment all the same.
void RowsModel::askCells()
{
    const qint64 begin = steadyMilliseconds();
    while (m_isFrozen && m_asked < rowCount() && !m_still->isFull()) {
        if (steadyMilliseconds() - begin >= askingMilliseconds)
            return;
        for (int section = 0; section < columnCount(); ++section) {
            const Key key = keyAt(m_asked);
            if (changes(section)) {
                m_still->askAll(key, section, [&](int role) {
                    return role == SortRole ? QVariant::fromValue(sortKey(key, section)) : cell(index(m_asked, section), role);
                });
            }
        }
        ++m_asked;
    }
    m_asking.stop();
}

void RowsModel::setWatched(bool isWatched)
{
    if (std::exchange(m_isWatched, isWatched) != isWatched && isWatched)
        refresh();
}

void RowsModel::refreshWhenDue()
{
    if (m_isWatched && !m_isFrozen && steadyMilliseconds() >= m_notBefore)
        refresh();
}

void RowsModel::refresh()
{
    if (m_isFrozen)
        return;
    const qint64 begin = steadyMilliseconds();
    const std::vector<Key> wanted = passing(m_run.get(), QDateTime::currentMSecsSinceEpoch() * 1'000'000);
    removeGone(wanted);
    appendNew(wanted);
    if (m_sortColumn >= 0 && !m_isOrderHeld)
        putInOrder();
    const qint64 end = steadyMilliseconds();
    m_notBefore = end + std::max(leastMilliseconds, (end - begin) * costFactor);
}

/// Rows that stand still are sorted by what they say.
SortKey RowsModel::stillSortKey(Key key, int column) const
{
    if (!m_isFrozen || !changes(column))
        return sortKey(key, column);
    return m_still->answer(key, column, SortRole, [&] { return QVariant::fromValue(sortKey(key, column)); }).value<SortKey>();
}

void RowsModel::removeGone(const std::vector<Key> &wanted)
{
    const std::unordered_set<Key> isWanted(wanted.begin(), wanted.end());
    std::vector<std::pair<int, int>> gaps; // first and last row, from the front
    for (int row = 0; row < static_cast<int>(m_keys.size()); ++row) {
        if (isWanted.contains(keyAt(row)))
            continue;
        if (!gaps.empty() && gaps.back().second == row - 1)
            gaps.back().second = row;
        else
            gaps.emplace_back(row, row);
    }
    if (gaps.size() > mostRemovals) {
        beginResetModel();
        m_keys = wanted;
        indexKeys();
        endResetModel();
        return;
    }
    for (auto gap = gaps.rbegin(); gap != gaps.rend(); ++gap) {
        beginRemoveRows({}, gap->first, gap->second);
        m_keys.erase(m_keys.begin() + gap->first, m_keys.begin() + gap->second + 1);
        endRemoveRows();
    }
    if (!gaps.empty())
        indexKeys();
}

void RowsModel::appendNew(const std::vector<Key> &wanted)
{
    std::vector<Key> added;
    std::ranges::copy_if(wanted, std::back_inserter(added), [this](Key key) { return !m_rowOf.contains(key); });
    if (added.empty())
        return;
    const int first = static_cast<int>(m_keys.size());
    beginInsertRows({}, first, first + static_cast<int>(added.size()) - 1);
    m_keys.insert(m_keys.end(), added.begin(), added.end());
    indexKeys();
    endInsertRows();
}

void RowsModel::putInOrder()
{
    std::vector<std::pair<SortKey, Key>> sorted;
    sorted.reserve(m_keys.size());
    for (const Key key : m_keys)
        sorted.emplace_back(stillSortKey(key, m_sortColumn), key);
    const auto isBefore = [order = m_sortOrder](const auto &left, const auto &right) {
        const int sign = compared(left.first, right.first);
        return order == Qt::AscendingOrder ? sign < 0 : sign > 0;
    };
    if (std::ranges::is_sorted(sorted, isBefore))
        return;
    std::ranges::stable_sort(sorted, isBefore);

    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<Key> kept;
    for (const QModelIndex &each : before)
        kept.push_back(keyAt(each.row()));
    std::ranges::transform(sorted, m_keys.begin(), [](const auto &each) { return each.second; });
    indexKeys();
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i)
        after.append(createIndex(rowOfKey(kept[static_cast<size_t>(i)]), before[i].column()));
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

void RowsModel::startAnew()
{
    m_still->clear();
    m_asked = 0;
    beginResetModel();
    m_keys.clear();
    m_rowOf.clear();
    endResetModel();
    const bool wasFrozen = std::exchange(m_isFrozen, false);
    refresh();
    m_isFrozen = wasFrozen;
}

void RowsModel::indexKeys()
{
    m_rowOf.clear();
    m_rowOf.reserve(m_keys.size());
    for (size_t row = 0; row < m_keys.size(); ++row)
        m_rowOf.emplace(m_keys[row], static_cast<int>(row));
}

int RowsModel::rowOfKey(Key key) const
{
    const auto found = m_rowOf.find(key);
    return found == m_rowOf.end() ? -1 : found->second;
}

int RowsModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : static_cast<int>(m_keys.size()); }

int RowsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant RowsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const int section = index.column();
    if (const QVariant facts = columnData(factsOf(section), role); facts.isValid())
        return facts;
    if (!changes(section))
        return cell(index, role);
    const Key key = keyAt(index.row());
    const QVariant said = m_still->answer(key, section, role, [&] { return cell(index, role); });
    return role == Qt::ToolTipRole ? m_still->withMoment(said, key, section) : said;
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return columnHeader(m_columns, section, orientation, role);
}

void RowsModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    if (column >= 0)
        putInOrder();
}

std::vector<RowsModel::Key> StoreRowsModel::passing(FilterRun *run, qint64 now)
{
    beginPass(now);
    std::vector<Key> keys;
    const int count = storeCount();
    keys.reserve(static_cast<size_t>(count));
    for (int row = 0; row < count; ++row) {
        if (!run || passes(row, *run))
            keys.push_back(keyOfStoreRow(row));
    }
    return keys;
}

} // namespace pigeon
