#pragma once

#include "capture/capture.h"
#include "capture/filteredrows.h"
#include "look/figures.h"
#include "models/columnfacts.h"
#include "models/stillcells.h"

#include <QAbstractTableModel>

namespace pigeon {

/// The rows of a log that pass a filter, as a table: what is common to messages and packets. It changes once a frame, by
/// one removal at the front and one insertion at the end, whatever has happened in between; while it is frozen it does not
/// change, but that a filter whose look is not over, or that is set then, finds rows of those that there were. Window's thread.
class LogRowsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// `columns` outlives the table.
    LogRowsModel(const Capture &capture, std::span<const ColumnFacts> columns, QObject *parent);

    /// Brings the table up to what the log holds now.
    void takeFrame();
    void setFilter(const FilterProgramPtr &program);
    const FilteredRows &rows() const { return *m_rows; }
    void setFrozen(bool isFrozen);
    bool isFrozen() const { return m_isFrozen; }
    /// Rows of the log that came since the table was frozen, filtered or not.
    quint64 behind() const;
    void setTimeForm(TimeForm form);

    /// The row of the log that this row of the table shows.
    quint64 logRow(int row) const { return m_rows->rowAt(m_begin + static_cast<quint64>(row)); }
    /// The row of the table that shows it, or the next one that is there; -1: none is.
    int rowOf(quint64 logRow) const;
    /// False: it has gone from the ring while the table is frozen.
    bool isKept(int row) const { return isInLog(logRow(row)); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// The first look through all rows has ended, or begins.
    void buildingChanged();

protected:
    /// The log of `capture` that is shown; another object after its reset.
    virtual const RowLog &rowLog() const = 0;
    const Capture &capture() const { return m_capture; }
    /// Begins with the log as it is now; the constructors of subclasses call it.
    void startAnew();
    /// When what a row of the log shows happened, ns since the epoch of Unix.
    virtual qint64 whenOf(quint64 logRow) const = 0;
    /// What data() says of a cell whose row is kept, but for what is the same for all of its column.
    virtual QVariant cell(const QModelIndex &index, int role) const = 0;
    /// True: what the column says of a row goes on.
    virtual bool changes(int) const { return false; }
    /// The time of a row that is kept, as it is to be written.
    QString rowTime(int row) const;

private:
    void showAll();
    static QString goneText();
    QVariant goneCell(const QModelIndex &index, int role) const;
    bool isInLog(quint64 logRow) const { return logRow >= rowLog().begin() && logRow < rowLog().end(); }

    const Capture &m_capture;
    const std::span<const ColumnFacts> m_columns;
    TimeForm m_timeForm = TimeForm::Clock;
    std::unique_ptr<FilteredRows> m_rows;
    quint64 m_begin = 0; ///< places in m_rows that are shown
    quint64 m_end = 0;
    quint64 m_frozenAt = 0;
    StillCells m_still; ///< what was in sight stays, also when its row has gone from the ring
    bool m_isFrozen = false;
};

} // namespace pigeon
