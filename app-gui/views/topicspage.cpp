#include "views/topicspage.h"

#include "look/emptystate.h"
#include "look/figures.h"
#include "look/icons.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "models/cellroles.h"
#include "views/celldelegate.h"
#include "views/cellmenu.h"
#include "views/exporting.h"
#include "views/findbar.h"
#include "views/fittedcolumns.h"
#include "views/livetable.h"
#include "views/systembutton.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace pigeon {

namespace {

constexpr int mostOpened = 40; // children with which a row is opened at first
constexpr int mostExpanded = 5'000; // rows that "expand all below" opens

} // namespace

TopicsPage::TopicsPage(Capture &capture, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : ViewPage(tr("Topics"), QStringLiteral("topics"), parent)
    , m_capture(capture)
    , m_wishes(wishes)
    , m_tree(new TopicTreeModel(capture, this))
    , m_list(new TopicListModel(capture, m_tree->still(), this))
    , m_filter(new FilterEdit(FilterView::Topics, names, this))
    , m_counts(new QLabel(this))
    , m_system(new SystemButton(this))
    , m_stack(new QStackedWidget(this))
    , m_treeView(new QTreeView(this))
    , m_table(new LiveTable(tr("Topics that match"), this))
{
    m_treeView->setModel(m_tree);
    m_treeView->setAccessibleName(tr("Topic tree"));
    m_treeView->setItemDelegate(new CellDelegate(m_treeView));
    m_treeView->setUniformRowHeights(true);
    m_treeView->setAlternatingRowColors(true);
    m_treeView->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_treeView->setAllColumnsShowFocus(true);
    m_treeView->setAnimated(false);
    m_treeView->setContextMenuPolicy(Qt::CustomContextMenu);
    m_treeView->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setModel(m_list);
    m_treeView->setIndentation(em(this, 0.9));
    // A tree is narrow: what is said there, and how much. The rest is one click on the header away.
    m_columns = new FittedColumns(m_treeView, {{8}, {6}, {4.6}, {3.5, false}, {5, false}, {6, false}, {3, false}, {3.5, false}, {3.5, false}},
        int(TopicColumn::Value));
    m_table->setWidths({9, 6, 4.6, 3.5, 5, 6, 3, 3.5, 3.5});
    m_table->setShares({{int(TopicColumn::Topic), 2}, {int(TopicColumn::Value), 2}});
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(0, Qt::AscendingOrder);
    m_emptyTree = new EmptyState(m_treeView);
    m_emptyList = new EmptyState(m_table);
    m_stack->addWidget(m_treeView);
    m_stack->addWidget(m_table);
    m_counts->setForegroundRole(QPalette::PlaceholderText);

    m_pins = new QMenu(this);
    auto *pins = new QToolButton(this);
    pins->setIcon(icon(QStringLiteral("pin")));
    pins->setAutoRaise(true);
    pins->setPopupMode(QToolButton::InstantPopup);
    pins->setMenu(m_pins);
    pins->setToolTip(tr("Pinned topics"));
    pins->setAccessibleName(tr("Pinned topics"));
    auto *bar = new QHBoxLayout;
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_system, 0, Qt::AlignTop);
    bar->addWidget(pins, 0, Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(em(this, 0.4), em(this, 0.4), em(this, 0.4), 0);
    column->setSpacing(em(this, 0.3));
    column->addLayout(bar);
    m_find = new FindBar(m_table, this);
    m_exporting = new Exporting(m_capture, m_wishes, this);
    m_findInTree = new FindBar(m_treeView, this);
    column->addWidget(m_find);
    column->addWidget(m_findInTree);
    column->addWidget(m_stack, 1);
    column->addWidget(m_counts);
    setFocusProxy(m_treeView);

    makeActions();
    m_treeView->installEventFilter(this);
    showPins();
    connect(m_filter, &FilterEdit::changed, this, &TopicsPage::takeFilter);
    connect(m_filter, &FilterEdit::left, this, [this] { m_stack->currentWidget()->setFocus(); });
    connect(m_treeView, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) { showMenu(m_treeView->viewport(), at); });
    connect(m_table, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) { showMenu(m_table->viewport(), at); });
    const auto inspect = [this] {
        const QByteArray topic = currentTopic();
        if (!topic.isEmpty())
            Q_EMIT m_wishes.topicWanted(topic);
    };
    connect(m_treeView->selectionModel(), &QItemSelectionModel::currentChanged, this, inspect);
    connect(m_treeView->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TopicsPage::showCounts);
    connect(m_table, &LiveTable::selectionMoved, this, inspect);
    connect(m_table, &LiveTable::selectionMoved, this, &TopicsPage::showCounts);
    connect(m_tree, &QAbstractItemModel::rowsInserted, this, &TopicsPage::openFirstLevels);
    connect(m_tree, &QAbstractItemModel::rowsInserted, this, &TopicsPage::hideSystem);
    connect(m_tree, &QAbstractItemModel::modelReset, this, [this] {
        openFirstLevels({}, 0, m_tree->rowCount() - 1);
        hideSystem();
    });
    connect(m_system, &QToolButton::toggled, this, [this] {
        hideSystem();
        refilter();
    });
    hideSystem();
    m_emptyTree->setTexts(tr("No topics yet"), tr("Each topic that is published to appears here."));
    showCounts();
}

void TopicsPage::makeActions()
{
    const auto add = [this](const QString &text, const QString &iconName, const QKeySequence &keys,
                         const std::function<void(const QByteArray &)> &apply, bool needsTopic = true) {
        QAction *const action = makeAction(iconName.isEmpty() ? QIcon() : icon(iconName), text, keys);
        m_actions.append(action);
        for (QWidget *view : {static_cast<QWidget *>(m_treeView), static_cast<QWidget *>(m_table)})
            view->addAction(action); // not the page: Enter in the filter is the filter's
        connect(action, &QAction::triggered, this, [this, apply, needsTopic] {
            const QByteArray topic = currentTopic();
            if (!topic.isEmpty() || !needsTopic)
                apply(topic);
        });
        return action;
    };
    const auto addExport = [this](const QString &name, const QKeySequence &keys, void (TopicsPage::*apply)()) {
        QAction *const action = makeAction(icon(QStringLiteral("export")), {}, keys);
        action->setObjectName(name);
        addAction(action);
        connect(action, &QAction::triggered, this, apply);
        return action;
    };
    m_exportSelected = addExport(QStringLiteral("exportSelected"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E), &TopicsPage::exportSelected);
    m_export = addExport(QStringLiteral("exportAll"), QKeySequence(Qt::CTRL | Qt::Key_E), &TopicsPage::exportShown);
    m_export->setText(tr("Export the topics that are shown …"));
    add(tr("Messages of this topic and below"), QStringLiteral("messages"), QKeySequence(Qt::Key_Return), [this](const QByteArray &topic) {
        Q_EMIT m_wishes.messagesWanted(subtreeTerm(FilterView::Messages, QString::fromUtf8(topic)));
    });
    add(tr("Publish here"), QStringLiteral("publish"), QKeySequence(Qt::CTRL | Qt::Key_P),
        [this](const QByteArray &topic) { Q_EMIT m_wishes.publishWanted(topic); }, false);
    add(tr("Who would get it? (match tester)"), QStringLiteral("match"), QKeySequence(Qt::CTRL | Qt::Key_T),
        [this](const QByteArray &topic) { Q_EMIT m_wishes.matchWanted(topic); }, false);
    add(tr("Copy topic"), QStringLiteral("copy"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C),
        [](const QByteArray &topic) { QGuiApplication::clipboard()->setText(QString::fromUtf8(topic)); });
    add(tr("Pin or unpin"), QStringLiteral("pin"), QKeySequence(Qt::CTRL | Qt::Key_D), [this](const QByteArray &) { togglePin(); });
    add(tr("Expand all below"), {}, QKeySequence(Qt::Key_Asterisk), [this](const QByteArray &) { expandBelow(); });
    add(tr("Delete the retained message"), QStringLiteral("trash"), QKeySequence(Qt::Key_Delete),
        [this](const QByteArray &) {
            std::vector<QByteArray> topics;
            for (const TopicStore::Node node : selectedNodes())
                topics.push_back(m_capture.topics().topicOf(node));
            Q_EMIT retainedDeletionWanted(topics);
        }, false);
    add(tr("Delete retained messages, with all below …"), QStringLiteral("trash"), QKeySequence(Qt::SHIFT | Qt::Key_Delete),
        [this](const QByteArray &topic) { Q_EMIT retainedDeletionBelowWanted(topic); });
}

void TopicsPage::find(bool isForward)
{
    FindBar *bar = isFiltered() ? m_find : m_findInTree;
    isForward ? bar->findNext() : bar->findPrevious();
}

/// Of the tree or of the list, whichever is shown.
std::vector<TopicStore::Node> TopicsPage::selectedNodes() const
{
    std::vector<TopicStore::Node> nodes;
    if (isFiltered()) {
        for (const int row : m_table->selectedRowNumbers())
            nodes.push_back(m_list->nodeAt(row));
        return nodes;
    }
    const QModelIndexList rows = m_treeView->selectionModel()->selectedRows();
    for (const QModelIndex &row : rows)
        nodes.push_back(m_tree->nodeAt(row));
    return nodes;
}

void TopicsPage::exportShown()
{
    if (isFiltered()) {
        m_exporting->exportTable(*m_list, allRowsOf(*m_list), objectName());
        return;
    }
    exportList({});
}

void TopicsPage::exportSelected()
{
    const std::vector<TopicStore::Node> nodes = selectedNodes();
    if (!nodes.empty())
        exportList(nodes);
}

/// All topics, or only these rows of the tree, as a list, which is there as long as it is written.
void TopicsPage::exportList(const std::optional<std::vector<TopicStore::Node>> &only)
{
    auto *list = new TopicListModel(m_capture, m_tree->still(), this);
    if (m_isFrozen)
        list->setEnd(m_endThen);
    if (only)
        list->setOnly(*only);
    else
        list->setFilter(m_system->inForce({}, compileFilter({}, FilterView::Topics).program, FilterView::Topics));
    list->setShown(true);
    m_exporting->exportTable(*list, allRowsOf(*list), objectName());
    if (m_exporting->isRunning())
        connect(m_exporting, &Exporting::finished, list, &QObject::deleteLater);
    else
        list->deleteLater();
}

bool TopicsPage::isFiltered() const { return m_stack->currentIndex() == 1; }

void TopicsPage::takeFilter(const FilterProgramPtr &program)
{
    const bool isFilter = program && !program->isEverything();
    m_stack->setCurrentIndex(isFilter ? 1 : 0);
    m_find->hide();
    m_findInTree->hide();
    m_program = program;
    m_list->setShown(isFilter);
    refilter();
}

void TopicsPage::refilter()
{
    m_list->setFilter(m_system->inForce(m_filter->text(), m_program, FilterView::Topics));
    showCounts();
}

void TopicsPage::hideSystem()
{
    const QModelIndex system = m_tree->indexOf(m_capture.topics().nodeOf("$SYS"));
    if (system.isValid())
        m_treeView->setRowHidden(system.row(), {}, !m_system->isChecked());
    m_emptyTree->refresh();
}

QByteArray TopicsPage::currentTopic() const
{
    if (isFiltered()) {
        const std::vector<int> rows = m_table->selectedRowNumbers(1);
        return rows.empty() ? QByteArray() : m_capture.topics().topicOf(m_list->nodeAt(rows.front()));
    }
    const QModelIndex index = m_treeView->currentIndex();
    return index.isValid() ? m_capture.topics().topicOf(m_tree->nodeAt(index)) : QByteArray();
}

void TopicsPage::showMenu(QWidget *view, const QPoint &position)
{
    if (currentTopic().isEmpty())
        return;
    QMenu menu(this);
    if (isFiltered()) {
        const QModelIndex cell = m_table->indexAt(position);
        addFilterMenu(menu, cell, FilterView::Topics, m_filter);
        addCopyMenu(menu, cell, m_table);
        menu.addSeparator();
    }
    menu.addActions(m_actions);
    menu.addSeparator();
    menu.addActions({m_exportSelected, m_export});
    menu.exec(view->mapToGlobal(position));
}

void TopicsPage::expandBelow()
{
    std::vector<QModelIndex> open{m_treeView->currentIndex()};
    int expanded = 0;
    // Breadth first, so that the bound cuts the deepest levels off.
    for (size_t i = 0; i < open.size() && expanded < mostExpanded; ++i) {
        const QModelIndex index = open[i];
        m_treeView->expand(index);
        const int children = m_tree->rowCount(index);
        expanded += children;
        for (int row = 0; row < children; ++row) {
            const QModelIndex child = m_tree->index(row, 0, index);
            if (m_tree->rowCount(child) > 0)
                open.push_back(child);
        }
    }
    if (expanded >= mostExpanded)
        m_wishes.say(Tone::Accent, tr("%1 rows are open; what is deeper stays closed.").arg(countText(static_cast<quint64>(expanded))), {}, {},
            std::chrono::seconds(6));
}

/// Of the two uppermost levels what comes first under a parent opens it; what somebody closes after that stays closed. Not
/// what the broker says of itself, and not where hundreds would push all else out of sight.
void TopicsPage::openFirstLevels(const QModelIndex &parent, int first, int last)
{
    const bool isDeep = parent.parent().isValid();
    const bool isFirst = last - first + 1 == m_tree->rowCount(parent);
    if (isDeep || last < first)
        return;
    if (parent.isValid() && isFirst && last < mostOpened && !m_capture.topics().topicOf(m_tree->nodeAt(parent)).startsWith('$'))
        m_treeView->expand(parent);
    for (int row = first; row <= last && row < mostOpened; ++row) { // they may come with what is below them
        const QModelIndex child = m_tree->index(row, 0, parent);
        if (const int below = m_tree->rowCount(child); below > 0)
            openFirstLevels(child, 0, below - 1);
    }
}

void TopicsPage::showTopic(const QByteArray &topic)
{
    m_filter->setText({});
    if (topic.startsWith("$SYS/"))
        m_system->setChecked(true);
    const QModelIndex index = m_tree->indexOf(m_capture.topics().nodeOf(topic));
    if (!index.isValid())
        return;
    m_treeView->setCurrentIndex(index);
    m_treeView->scrollTo(index);
}

bool TopicsPage::eventFilter(QObject *watched, QEvent *event)
{
    const bool isSpace = event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space;
    if (watched == m_treeView && isSpace) {
        event->ignore(); // freezes the views; a tree would take it for itself
        return true;
    }
    return ViewPage::eventFilter(watched, event);
}

void TopicsPage::togglePin()
{
    const QString topic = QString::fromUtf8(currentTopic());
    if (!m_pinned.removeOne(topic))
        m_pinned.append(topic);
    showPins();
}

void TopicsPage::showPins()
{
    m_pins->clear();
    for (const QString &topic : std::as_const(m_pinned))
        m_pins->addAction(plainLine(topic, 80).replace(u'&', QStringLiteral("&&")), this, [this, topic] { showTopic(topic.toUtf8()); });
    if (m_pinned.isEmpty())
        m_pins->addAction(tr("Nothing is pinned: Ctrl+D pins the current topic"))->setEnabled(false);
}

void TopicsPage::setFrozen(bool isFrozen)
{
    m_tree->setFrozen(isFrozen);
    m_list->setFrozen(isFrozen);
    m_isFrozen = isFrozen;
    m_endThen = m_capture.topics().end();
    m_table->viewport()->update();
    m_treeView->viewport()->update();
}

void TopicsPage::tick()
{
    if (!isVisible() || m_isFrozen)
        return;
    // Counters tell nobody when they change: what is visible reads them anew.
    static_cast<QAbstractScrollArea *>(m_stack->currentWidget())->viewport()->update();
    showCounts();
}

void TopicsPage::showCounts()
{
    const QString topics = countText(static_cast<quint64>(m_capture.topics().topicCount()));
    QString text = isFiltered() ? tr("%1 of %2 topics").arg(countText(static_cast<quint64>(m_list->rowCount())), topics) : tr("%1 topics").arg(topics);
    if (m_capture.topics().topicsLeftOut() > 0)
        text += QStringLiteral(" \u00B7 ") + tr("%1 found no place").arg(countText(m_capture.topics().topicsLeftOut()));
    if (!isFiltered() && m_system->hidesUnder({}) && m_capture.topics().nodeOf("$SYS") != TopicStore::noNode)
        text += QStringLiteral(" \u00B7 ") + tr("$SYS is left out");
    const auto selected = static_cast<quint64>(isFiltered() ? m_table->selectedRowCount() : m_treeView->selectionModel()->selectedRows().size());
    if (selected > 1)
        text += QStringLiteral(" \u00B7 ") + tr("%1 selected").arg(countText(selected));
    m_exportSelected->setText(tr("Export the selected rows (%1) …").arg(countText(selected)));
    m_exportSelected->setEnabled(selected > 0);
    m_counts->setText(text);
    if (isFiltered())
        m_emptyList->setTexts(tr("0 of %1 topics match").arg(topics), {}, tr("Clear the filter (Esc)"), [this] { m_filter->setText({}); });
}

QVariantMap TopicsPage::saved() const
{
    return {{QStringLiteral("tree"), m_columns->saved()}, {QStringLiteral("list"), m_table->savedColumns()},
        {QStringLiteral("pinned"), m_pinned}, {QStringLiteral("system"), m_system->isChecked()}, {QStringLiteral("history"), m_filter->history()}};
}

void TopicsPage::restore(const QVariantMap &saved)
{
    m_columns->restore(saved.value(QStringLiteral("tree")).toMap());
    m_table->restoreColumns(saved.value(QStringLiteral("list")).toMap());
    m_system->setChecked(saved.value(QStringLiteral("system"), false).toBool());
    m_pinned = saved.value(QStringLiteral("pinned")).toStringList();
    m_filter->setHistory(saved.value(QStringLiteral("history")).toStringList());
    showPins();
}

} // namespace pigeon
