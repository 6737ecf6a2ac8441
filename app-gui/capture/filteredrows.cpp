#include "capture/filteredrows.h"

#include <QMetaObject>

#include <algorithm>

namespace pigeon {

namespace {

constexpr quint64 sliceRows = 20'000; // some milliseconds: what is found shows soon, and a new filter waits for no old one
constexpr quint64 rowsLookedAtHere = 5'000; // more than a batch brings at 50 000 a second; well below a frame
constexpr std::chrono::seconds redrawEvery{1};

} // namespace

/// One walk over a log on another thread. The window's thread touches only `isCancelled` until it has finished.
struct FilteredRows::Job
{
    Job(FilterProgramPtr program, std::unique_ptr<RowCursor> rows, quint64 first, quint64 end)
        : run(std::make_unique<FilterRun>(std::move(program)))
        , cursor(std::move(rows))
        , from(std::max(first, cursor->begin()))
        , until(std::min(end, cursor->end()))
    {
    }
    std::vector<quint64> look(quint64 begin, quint64 end)
    {
        std::vector<quint64> rows;
        for (quint64 row = begin; row < end; ++row) {
            cursor->goTo(row);
            if (run->passes(*cursor))
                rows.push_back(row);
        }
        return rows;
    }

    std::unique_ptr<FilterRun> run;
    std::unique_ptr<RowCursor> cursor;
    quint64 from;
    quint64 until;
    bool isRedrawing = false;
    quint64 answers = 0; ///< RowLog::lateAnswers when it began
    std::vector<quint64> redrawn; ///< rows that pass, where the list is drawn up anew
    std::atomic<bool> isCancelled = false;
};

FilteredRows::FilteredRows(const RowLog &log, QObject *parent)
    : QObject(parent)
    , m_log(log)
{
    m_pool.setMaxThreadCount(1);
    m_redraw.setInterval(redrawEvery);
    connect(&m_redraw, &QTimer::timeout, this, &FilteredRows::redraw);
}

FilteredRows::~FilteredRows()
{
    cancelJob();
    m_pool.waitForDone(); // it calls back to this object
}

void FilteredRows::setFilter(FilterProgramPtr program)
{
    cancelJob();
    m_program = std::move(program);
    m_rows.clear();
    m_gone = 0;
    m_firstPlace = 0;
    m_seenUpTo = logBegin();
    m_answersSeen = m_log.lateAnswers();
    m_isComplete = !isFiltered();
    m_run = isFiltered() ? std::make_unique<FilterRun>(m_program) : nullptr;
    if (isFiltered())
        startJob(false);
    setRedrawing();
    Q_EMIT replaced();
}

void FilteredRows::setFrozen(bool isFrozen)
{
    if (isFrozen == m_frozen.has_value())
        return;
    if (isFrozen)
        m_frozen = Span{m_log.begin(), m_log.end()};
    else
        m_frozen.reset();
    if (isFrozen && m_job && m_job->isRedrawing)
        cancelJob();
    setRedrawing();
}

void FilteredRows::setRedrawing()
{
    const bool isWanted = isFiltered() && !m_frozen && mayDiffer();
    if (!isWanted)
        m_redraw.stop();
    else if (!m_redraw.isActive())
        m_redraw.start();
}

double FilteredRows::progress() const
{
    const quint64 all = logEnd() - logBegin();
    if (!isBuilding() || all == 0)
        return 1;
    return static_cast<double>(m_seenUpTo - std::min(m_seenUpTo, logBegin())) / static_cast<double>(all);
}

quint64 FilteredRows::begin() const { return isFiltered() ? m_firstPlace + m_gone : logBegin(); }

quint64 FilteredRows::end() const { return isFiltered() ? m_firstPlace + m_rows.size() : logEnd(); }

quint64 FilteredRows::rowAt(quint64 place) const { return isFiltered() ? m_rows[place - m_firstPlace] : place; }

quint64 FilteredRows::placeOf(quint64 row) const
{
    if (!isFiltered())
        return std::clamp(row, logBegin(), logEnd());
    const auto found = std::lower_bound(m_rows.begin() + static_cast<std::ptrdiff_t>(m_gone), m_rows.end(), row);
    return m_firstPlace + static_cast<quint64>(found - m_rows.begin());
}

void FilteredRows::update()
{
    if (!isFiltered())
        return;
    setRedrawing();
    dropGone();
    if (m_job && !m_job->isRedrawing)
        return; // it ends with a look at what has come meanwhile
    if (unseen() <= rowsLookedAtHere)
        extendHere();
    else if (!m_job)
        startJob(false);
}

void FilteredRows::startJob(bool isRedrawing)
{
    auto job = std::make_shared<Job>(m_program, m_log.cursor(), isRedrawing ? logBegin() : m_seenUpTo, logEnd());
    job->isRedrawing = isRedrawing;
    job->answers = m_log.lateAnswers();
    m_job = job;
    m_pool.start([this, job] {
        for (quint64 at = job->from; at < job->until && !job->isCancelled; at += sliceRows) {
            const quint64 upTo = std::min(at + sliceRows, job->until);
            std::vector<quint64> rows = job->look(at, upTo);
            if (job->isRedrawing)
                job->redrawn.insert(job->redrawn.end(), rows.begin(), rows.end());
            else
                QMetaObject::invokeMethod(this, [this, job, upTo, rows] { takeSlice(job, rows, upTo); });
        }
        QMetaObject::invokeMethod(this, [this, job] { finishJob(job); });
    });
}

void FilteredRows::takeSlice(const std::shared_ptr<Job> &job, const std::vector<quint64> &rows, quint64 upTo)
{
    if (job != m_job)
        return;
    m_rows.insert(m_rows.end(), rows.begin(), rows.end());
    m_seenUpTo = upTo;
    if (!rows.empty())
        Q_EMIT found();
}

void FilteredRows::finishJob(const std::shared_ptr<Job> &job)
{
    if (job != m_job)
        return;
    m_job.reset();
    m_run = std::move(job->run); // it remembers what it has found out about topics
    m_seenUpTo = std::max(m_seenUpTo, job->until);
    if (job->isRedrawing)
        takeRedrawn(*job);
    // What has gone meanwhile keeps its place until `update`: whoever reads does not know of it before.
    if (unseen() > rowsLookedAtHere) {
        startJob(false);
        return;
    }
    const quint64 before = end();
    extendHere();
    if (end() != before)
        Q_EMIT found();
    if (!std::exchange(m_isComplete, true))
        Q_EMIT completed();
}

void FilteredRows::takeRedrawn(Job &job)
{
    m_answersSeen = job.answers;
    setRedrawing();
    // What came while it was drawn up was looked at here.
    const auto newer = std::ranges::lower_bound(m_rows, job.until);
    job.redrawn.insert(job.redrawn.end(), newer, m_rows.end());
    const auto there = m_rows.begin() + static_cast<std::ptrdiff_t>(m_gone);
    const quint64 first = there == m_rows.end() ? logBegin() : std::min(*there, logBegin()); // one before it may pass now
    const auto kept = std::ranges::lower_bound(job.redrawn, first);
    if (std::equal(kept, job.redrawn.end(), there, m_rows.end()))
        return;
    m_rows = std::move(job.redrawn);
    m_gone = 0;
    m_firstPlace = 0;
    dropGone();
    Q_EMIT replaced();
}

void FilteredRows::cancelJob()
{
    if (m_job)
        m_job->isCancelled = true;
    m_job.reset();
}

void FilteredRows::dropGone()
{
    const auto first = m_rows.begin() + static_cast<std::ptrdiff_t>(m_gone);
    m_gone = static_cast<size_t>(std::lower_bound(first, m_rows.end(), logBegin()) - m_rows.begin());
    if (m_gone < m_rows.size() / 2)
        return;
    m_rows.erase(m_rows.begin(), m_rows.begin() + static_cast<std::ptrdiff_t>(m_gone));
    m_firstPlace += std::exchange(m_gone, 0);
}

void FilteredRows::extendHere()
{
    if (unseen() == 0)
        return;
    const std::unique_ptr<RowCursor> cursor = m_log.cursor();
    m_seenUpTo = std::max(m_seenUpTo, cursor->begin());
    for (; m_seenUpTo < logEnd(); ++m_seenUpTo) {
        cursor->goTo(m_seenUpTo);
        if (m_run->passes(*cursor))
            m_rows.push_back(m_seenUpTo);
    }
}

void FilteredRows::redraw()
{
    if (!m_job && m_isComplete)
        startJob(true);
}

} // namespace pigeon
