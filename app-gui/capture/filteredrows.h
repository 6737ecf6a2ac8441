#pragma once

#include "capture/rowlog.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace pigeon {

/// The rows of a log that pass a filter, as a list of row numbers. It is built on another thread in slices, from the oldest
/// row on, and goes on with every row that is added; where rows that passed may pass no more (`age < 5 min`), it is drawn
/// up anew every second, and within a second when something has become known of rows that were asked for it (whose a
/// connection is).
///
/// While it is frozen the log begins and ends where it did when it was frozen: rows that have gone from the log since keep
/// their places, nothing is drawn up anew. Another filter looks through the rows that are still there, up to that end.
///
/// Window's thread. A model reads it as it reads the log itself: begin() to end() are places, rowAt() gives the row of the
/// log. Without a filter every row is there, and nothing is kept.
class FilteredRows : public QObject
{
    Q_OBJECT

public:
    explicit FilteredRows(const RowLog &log, QObject *parent = nullptr);
    ~FilteredRows() override;

    /// Null or one that passes everything: no filter.
    void setFilter(FilterProgramPtr program);
    const FilterProgramPtr &filter() const { return m_program; }
    bool isFiltered() const { return m_program && !m_program->isEverything(); }
    /// Rows are still being looked through for the first time.
    bool isBuilding() const { return isFiltered() && !m_isComplete; }
    /// How far that is, 0 to 1.
    double progress() const;

    /// Places are numbers that never change while the filter is the same: those in front go when their rows go.
    quint64 begin() const;
    quint64 end() const;
    quint64 size() const { return end() - begin(); }
    /// The row of the log at a place between begin() and end().
    quint64 rowAt(quint64 place) const;
    /// The place of the first row that is `row` or later; end() when there is none.
    quint64 placeOf(quint64 row) const;

    void setFrozen(bool isFrozen);

    /// To be called when the log has changed: takes in what is new, lets go of what is gone.
    void update();

Q_SIGNALS:
    /// Everything is different: another filter, or the list was drawn up anew and differs.
    void replaced();
    /// Rows were found behind the end; those of `update` are not signalled, its caller knows.
    void found();
    /// `isBuilding` has become false.
    void completed();

private:
    struct Job;
    void startJob(bool isRedrawing);
    void takeSlice(const std::shared_ptr<Job> &job, const std::vector<quint64> &rows, quint64 upTo);
    void finishJob(const std::shared_ptr<Job> &job);
    void takeRedrawn(Job &job);
    void cancelJob();
    void dropGone();
    void extendHere();
    void redraw();
    void setRedrawing();
    bool mayDiffer() const { return m_program->changesLater() || m_log.lateAnswers() != m_answersSeen; }
    quint64 logBegin() const { return m_frozen ? m_frozen->begin : m_log.begin(); }
    quint64 logEnd() const { return m_frozen ? m_frozen->end : m_log.end(); }
    quint64 unseen() const { return logEnd() - std::min(m_seenUpTo, logEnd()); }

    struct Span ///< of rows of the log
    {
        quint64 begin;
        quint64 end;
    };
    const RowLog &m_log;
    std::optional<Span> m_frozen; ///< what there was of the log when it was frozen
    FilterProgramPtr m_program;
    std::unique_ptr<FilterRun> m_run; ///< for the rows that are looked at here
    std::vector<quint64> m_rows; ///< rows that pass, in order
    size_t m_gone = 0; ///< how many at the front of m_rows have gone
    quint64 m_firstPlace = 0; ///< the place of m_rows[0]
    quint64 m_seenUpTo = 0; ///< rows before this one have been looked at
    quint64 m_answersSeen = 0; ///< RowLog::lateAnswers when the walk over all rows began
    bool m_isComplete = true;
    std::shared_ptr<Job> m_job;
    QThreadPool m_pool;
    QTimer m_redraw;
};

} // namespace pigeon
