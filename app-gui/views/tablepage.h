#pragma once

#include "filter/filterprogram.h"
#include "filter/filterterm.h"
#include "views/viewpage.h"
#include "views/wishes.h"

class QAbstractItemModel;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace pigeon {

class Capture;
class EmptyState;
class Exporting;
class FilterEdit;
class FilterNames;
class FindBar;
class LiveTable;

/// A page that is a table with a filter above it: filter, find, copy, "apply as filter", actions on what is selected and
/// what to say while there is nothing. Subclasses bring the model and the actions. GUI thread.
class TablePage : public ViewPage
{
    Q_OBJECT

public:
    void setFrozen(bool isFrozen) override;
    void beginFilter() override;
    void find(bool isForward) override;
    void applyFilter(const QString &text) override;
    void tick() override;
    QVariantMap saved() const override;
    void restore(const QVariantMap &saved) override;

    FilterEdit *filterEdit() const { return m_filter; }
    bool isFrozen() const { return m_isFrozen; }
    LiveTable *table() const { return m_table; }
    Exporting &exporting() const { return *m_exporting; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    /// How many rows must be selected for an action to make sense.
    enum class Needs {
        Nothing,
        OneRow,
        Rows,
        Own, ///< none, and the page itself says when; not at first
    };

    TablePage(const QString &title, const QString &iconName, FilterView view, const FilterNames *names,
        const Capture &capture, QAbstractItemModel *model, Wishes &wishes, QWidget *parent);

    /// An action with its place in the row menu, in the order in which they are made.
    QAction *addRowAction(const QString &text, const QString &iconName, const QKeySequence &keys, Needs needs,
        const std::function<void()> &apply);
    void addMenuGap();
    /// What stands beside the filter.
    QHBoxLayout *bar() const { return m_bar; }
    QVBoxLayout *column() const { return m_column; }
    EmptyState *emptyState() const { return m_empty; }
    Wishes &wishes() const { return m_wishes; }

    virtual void setModelFilter(const FilterProgramPtr &program) = 0;
    /// Rows that there are, filtered or not.
    virtual quint64 totalRows() const = 0;
    /// What to do while there are none at all.
    virtual void describeEmpty(EmptyState &empty) = 0;
    /// More than "12 of 40": what else stands in the line of counts.
    virtual QString note() const { return {}; }
    void showCounts();
    /// The table that is looked at, where a page has more than one.
    virtual LiveTable *shownTable() const { return m_table; }
    /// Asks where to, and writes those rows of the table that is shown. This one is for a RowsModel.
    virtual void exportRows(const std::vector<int> &rows);
    QList<QAction *> exportActions() const { return {m_exportSelected, m_exportAll}; }
    void enableActions();

private:
    void makeExports();
    void showRowMenu(const QPoint &position);

    void setWatched(bool isWatched);

    const FilterView m_view;
    Wishes &m_wishes;
    FilterEdit *const m_filter;
    QLabel *const m_counts;
    LiveTable *const m_table;
    Exporting *const m_exporting;
    QAction *m_exportSelected = nullptr;
    QAction *m_exportAll = nullptr;
    FindBar *m_find = nullptr;
    EmptyState *m_empty = nullptr;
    QHBoxLayout *m_bar = nullptr;
    QVBoxLayout *m_column = nullptr;
    bool m_isFrozen = false;
    quint64 m_totalThen = 0; ///< rows that there were when it was frozen
    QList<std::pair<QAction *, Needs>> m_actions; ///< null: a gap
};

} // namespace pigeon
