#pragma once

#include "filter/filterprogram.h"
#include "models/columnfacts.h"
#include "models/stillcells.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <unordered_map>

namespace pigeon {

/// What a cell is sorted by: numbers before texts, texts as people sort them.
struct SortKey
{
    double number = 0;
    QByteArray text;
};

/// Rows that pass a filter, in an order of the user's choice: what is common to tables that are not streams.
/// Rows are known by keys that never change, so that selection and current row stay where they are whatever comes, goes or
/// is sorted. Brought up to date by `refresh`, as often as its cost allows; until then rows that have gone are shown empty.
/// While it is frozen rows stay, cells say what they said, and sorting goes by that; all of them are asked in the moments after the
/// freezing.
/// Window's thread.
class RowsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using Key = quint64;

    RowsModel(FilterView view, std::span<const ColumnFacts> columns, QObject *parent = nullptr);

    void setFilter(const FilterProgramPtr &program);
    bool isFiltered() const { return m_run && !m_run->program()->isEverything(); }
    /// Takes in what has changed in the store.
    void refresh();
    /// As `refresh`, but not more often than is good for the window.
    void refreshWhenDue();
    virtual void setFrozen(bool isFrozen);
    /// Nobody looks at it: `refreshWhenDue` does nothing.
    void setWatched(bool isWatched);
    /// The order stays as it is, though what it is by changes: somebody is looking at a row.
    void setOrderHeld(bool isHeld) { m_isOrderHeld = isHeld; }

    Key keyAt(int row) const { return m_keys[static_cast<size_t>(row)]; }
    /// -1: it is not shown.
    int rowOfKey(Key key) const;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const final;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

protected:
    /// The keys of all rows that there are to be now; null = everything passes. `now` in ns since the epoch of Unix.
    virtual std::vector<Key> passing(FilterRun *run, qint64 now) = 0;
    bool isFrozen() const { return m_isFrozen; }
    virtual SortKey sortKey(Key key, int column) const = 0;
    /// What data() says now of a cell, but for what is the same for all of its column.
    virtual QVariant cell(const QModelIndex &index, int role) const = 0;
    virtual const ColumnFacts &factsOf(int section) const { return column(section); }
    /// False: as long as its row is there, it says the same.
    virtual bool changes(int) const { return true; }
    /// Another model of the same rows and columns is frozen with it.
    void shareStill(const std::shared_ptr<StillCells> &cells) { m_still = cells; }
    const ColumnFacts &column(int section) const { return m_columns[static_cast<size_t>(section)]; }
    /// Keys do not mean what they meant.
    void startAnew();

private:
    void askCells();
    SortKey stillSortKey(Key key, int column) const;
    void removeGone(const std::vector<Key> &wanted);
    void appendNew(const std::vector<Key> &wanted);
    void putInOrder();
    void indexKeys();

    const FilterView m_view;
    const std::span<const ColumnFacts> m_columns;
    std::unique_ptr<FilterRun> m_run;
    std::vector<Key> m_keys;
    std::unordered_map<Key, int> m_rowOf;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    qint64 m_notBefore = 0; ///< ms of a steady clock
    std::shared_ptr<StillCells> m_still = std::make_shared<StillCells>();
    QTimer m_asking; ///< while it asks all cells what they say
    int m_asked = 0; ///< rows
    bool m_isFrozen = false;
    bool m_isWatched = true;
    bool m_isOrderHeld = false;
};

/// A row for each row of a store that passes. Window's thread.
class StoreRowsModel : public RowsModel
{
    Q_OBJECT

public:
    using RowsModel::RowsModel;

    /// Rows of the store, shown or not.
    virtual int storeCount() const = 0;

protected:
    virtual Key keyOfStoreRow(int storeRow) const = 0;
    /// Whether a row of the store passes.
    virtual bool passes(int storeRow, FilterRun &run) = 0;
    /// Before all rows are asked whether they pass: the clock of this pass.
    virtual void beginPass(qint64 now) = 0;

private:
    std::vector<Key> passing(FilterRun *run, qint64 now) final;
};

} // namespace pigeon
