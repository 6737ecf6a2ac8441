#include "views/tablepage.h"

#include "look/emptystate.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"
#include "models/rowsmodel.h"
#include "views/cellmenu.h"
#include "views/exporting.h"
#include "views/filteredit.h"
#include "views/findbar.h"
#include "views/livetable.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>

namespace pigeon {

TablePage::TablePage(const QString &title, const QString &iconName, FilterView view, const FilterNames *names,
    const Capture &capture, QAbstractItemModel *model, Wishes &wishes, QWidget *parent)
    : ViewPage(title, iconName, parent)
    , m_view(view)
    , m_wishes(wishes)
    , m_filter(new FilterEdit(view, names, this))
    , m_counts(new QLabel(this))
    , m_table(new LiveTable(title, this))
    , m_exporting(new Exporting(capture, wishes, this))
{
    m_table->setModel(model);
    m_find = new FindBar(m_table, this);
    m_empty = new EmptyState(m_table);
    m_counts->setTextFormat(Qt::PlainText);
    m_counts->setForegroundRole(QPalette::PlaceholderText);

    m_bar = new QHBoxLayout;
    m_bar->addWidget(m_filter, 1);
    m_counts->setFixedHeight(m_filter->sizeHint().height());
    m_bar->addWidget(m_counts, 0, Qt::AlignTop);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(em(this, 0.4), em(this, 0.4), em(this, 0.4), 0);
    m_column->setSpacing(em(this, 0.3));
    m_column->addLayout(m_bar);
    m_column->addWidget(m_find);
    m_column->addWidget(m_table, 1);
    setFocusProxy(m_table);
    makeExports();

    connect(m_filter, &FilterEdit::changed, this, [this](const FilterProgramPtr &program) {
        setModelFilter(program);
        showCounts();
    });
    connect(m_filter, &FilterEdit::left, m_table, qOverload<>(&QWidget::setFocus));
    connect(m_table, &LiveTable::selectionMoved, this, &TablePage::enableActions);
    connect(m_table, &QWidget::customContextMenuRequested, this, &TablePage::showRowMenu);
    connect(model, &QAbstractItemModel::rowsInserted, this, &TablePage::showCounts);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &TablePage::showCounts);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        showCounts();
        enableActions();
    });
}

QAction *TablePage::addRowAction(const QString &text, const QString &iconName, const QKeySequence &keys, Needs needs,
    const std::function<void()> &apply)
{
    QAction *const action = makeAction(iconName.isEmpty() ? QIcon() : icon(iconName), text, keys);
    action->setEnabled(needs == Needs::Nothing);
    // What is about rows has its keys where the rows are: Enter in the filter is the filter's.
    const bool isAboutRows = needs == Needs::OneRow || needs == Needs::Rows;
    (isAboutRows ? m_table : static_cast<QWidget *>(this))->addAction(action);
    m_actions.append({action, needs});
    connect(action, &QAction::triggered, this, apply);
    return action;
}

void TablePage::makeExports()
{
    const auto add = [this](const QString &name, const QKeySequence &keys, const std::function<std::vector<int>()> &rows) {
        QAction *const action = makeAction(icon(QStringLiteral("export")), {}, keys);
        action->setObjectName(name);
        addAction(action);
        connect(action, &QAction::triggered, this, [this, rows] { exportRows(rows()); });
        return action;
    };
    m_exportSelected = add(QStringLiteral("exportSelected"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
        [this] { return shownTable()->selectedRowNumbers(); });
    m_exportAll = add(QStringLiteral("exportAll"), QKeySequence(Qt::CTRL | Qt::Key_E), [this] { return allRowsOf(*shownTable()->model()); });
}

void TablePage::exportRows(const std::vector<int> &rows)
{
    if (const auto *model = qobject_cast<RowsModel *>(shownTable()->model()))
        m_exporting->exportTable(*model, rows, objectName());
}

void TablePage::addMenuGap() { m_actions.append({nullptr, Needs::Nothing}); }

void TablePage::enableActions()
{
    const qsizetype selected = m_table->selectedRowCount();
    for (const auto &[action, needs] : std::as_const(m_actions)) {
        if (action && needs != Needs::Own)
            action->setEnabled(needs == Needs::Nothing || selected == 1 || (needs == Needs::Rows && selected > 1));
    }
    showCounts();
}

void TablePage::showCounts()
{
    const quint64 total = m_isFrozen ? m_totalThen : totalRows();
    const auto shown = static_cast<quint64>(m_table->model()->rowCount());
    const bool isFiltered = m_filter->filter().program && !m_filter->filter().program->isEverything();
    QString text = isFiltered ? tr("%1 of %2").arg(countText(shown), countText(total)) : countText(total);
    if (const qsizetype selected = m_table->selectedRowCount(); selected > 1)
        text += QStringLiteral(" \u00B7 ") + tr("%1 selected").arg(countText(static_cast<quint64>(selected)));
    if (const QString more = note(); !more.isEmpty())
        text += QStringLiteral(" \u00B7 ") + more;
    m_counts->setText(text);
    const auto chosen = static_cast<quint64>(shownTable()->selectedRowCount());
    const auto all = static_cast<quint64>(shownTable()->model()->rowCount());
    m_exportSelected->setText(tr("Export the selected rows (%1) …").arg(countText(chosen)));
    m_exportSelected->setEnabled(chosen > 0);
    m_exportAll->setText(tr("Export all rows that are shown (%1) …").arg(countText(all)));
    m_exportAll->setEnabled(all > 0);
    if (shown > 0)
        return;
    if (isFiltered && total > 0)
        m_empty->setTexts(tr("0 of %1 rows match").arg(countText(total)), {}, tr("Clear the filter (Esc)"),
            [this] { m_filter->setText({}); });
    else
        describeEmpty(*m_empty);
    m_empty->refresh();
}

void TablePage::setWatched(bool isWatched)
{
    if (auto *rows = qobject_cast<RowsModel *>(m_table->model()))
        rows->setWatched(isWatched);
}

void TablePage::showEvent(QShowEvent *event)
{
    ViewPage::showEvent(event);
    setWatched(true);
}

void TablePage::hideEvent(QHideEvent *event)
{
    ViewPage::hideEvent(event);
    setWatched(false);
}

void TablePage::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    m_totalThen = totalRows();
    m_table->viewport()->update();
    showCounts();
}

void TablePage::beginFilter() { m_filter->begin(); }

void TablePage::find(bool isForward)
{
    if (isForward)
        m_find->findNext();
    else
        m_find->findPrevious();
}

void TablePage::applyFilter(const QString &text) { m_filter->setText(text); }

void TablePage::tick()
{
    if (!isVisible())
        return;
    if (!m_isFrozen)
        m_table->viewport()->update(); // ages tick, and rates that no signal tells of
    showCounts(); // also how far it is behind
}

QVariantMap TablePage::saved() const
{
    QVariantMap saved = m_table->savedColumns();
    saved[QStringLiteral("filter")] = m_filter->text();
    saved[QStringLiteral("history")] = m_filter->history();
    return saved;
}

void TablePage::restore(const QVariantMap &saved)
{
    m_table->restoreColumns(saved);
    m_filter->setHistory(saved.value(QStringLiteral("history")).toStringList());
    m_filter->setText(saved.value(QStringLiteral("filter")).toString());
}

void TablePage::showRowMenu(const QPoint &position)
{
    const QModelIndex cell = m_table->indexAt(position);
    QMenu menu(this);
    if (cell.isValid()) {
        addFilterMenu(menu, cell, m_view, m_filter);
        addCopyMenu(menu, cell, m_table);
        menu.addSeparator();
    }
    for (const auto &[action, needs] : std::as_const(m_actions)) {
        if (!action)
            menu.addSeparator();
        else if (cell.isValid() || needs == Needs::Nothing || needs == Needs::Own)
            menu.addAction(action);
    }
    menu.addSeparator();
    menu.addActions(exportActions());
    if (!menu.isEmpty())
        menu.exec(m_table->viewport()->mapToGlobal(position));
}

} // namespace pigeon
