#include "views/subscriptionspage.h"

#include "look/ask.h"
#include "look/emptystate.h"
#include "look/figures.h"
#include "look/icons.h"
#include "monitor/monitorsource.h"
#include "views/filteredit.h"
#include "views/findbar.h"
#include "views/livetable.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QMenu>
#include <QPointer>

#include <map>

namespace pigeon {

SubscriptionsPage::SubscriptionsPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Subscriptions"), QStringLiteral("subscriptions"), FilterView::Subscriptions, names,
        capture, new SubscriptionsModel(capture), wishes, parent)
    , m_capture(capture)
    , m_source(source)
    , m_model(static_cast<SubscriptionsModel *>(table()->model()))
    , m_groups(new GroupedSubscriptionsModel(capture, this))
    , m_groupTable(new LiveTable(tr("Groups of subscriptions"), this))
    , m_grouping(new QComboBox(this))
{
    m_model->setParent(this);
    table()->setWidths({14, 6, 10, 3.5, 5, 5, 5, 5, 4, 6, 5, 5, 5});
    table()->setShares({{SubscriptionsModel::Filter, 3}, {SubscriptionsModel::Client, 2}});
    // How it fares; what its client has asked for beside that is as good as always the same.
    for (const int column : {SubscriptionsModel::NoLocal, SubscriptionsModel::AsPublished, SubscriptionsModel::Handling, SubscriptionsModel::Identifier})
        table()->setColumnHidden(column, true);
    table()->setSortingEnabled(true);
    table()->sortByColumn(SubscriptionsModel::Filter, Qt::AscendingOrder);
    makeActions();
    makeGroups();
    showGrouping();
}

void SubscriptionsPage::makeActions()
{
    addRowAction(tr("Show the client"), QStringLiteral("clients"), QKeySequence(Qt::Key_Return), Needs::OneRow,
        [this] { Q_EMIT this->wishes().clientWanted(m_model->clientAt(currentRow())); });
    addRowAction(tr("Messages that it matches"), QStringLiteral("messages"), {}, Needs::OneRow, [this] {
        if (const SeenSubscription *subscription = m_model->seen(currentRow()))
            Q_EMIT this->wishes().messagesWanted(
                filterTerm(FieldId::Topic, FilterView::Messages, QString::fromUtf8(subscription->plainFilter()), Comparison::Like));
    });
    addMenuGap();
    addRowAction(tr("Only this client"), QStringLiteral("filter"), {}, Needs::OneRow, [this] {
        filterEdit()->apply(filterTerm(FieldId::Client, FilterView::Subscriptions, QString::fromUtf8(m_model->clientAt(currentRow()))),
            FilterJoin::Replace);
    });
    addRowAction(tr("Only shared groups"), {}, {}, Needs::Nothing, [this] { filterEdit()->setText(QStringLiteral("group != \"\"")); });
    addMenuGap();
    addRowAction(tr("Unsubscribe …"), QStringLiteral("remove"), QKeySequence(Qt::Key_Delete), Needs::Rows, [this] { unsubscribeChosen(); });
}

void SubscriptionsPage::makeGroups()
{
    m_groupTable->setModel(m_groups);
    m_groupTable->setWidths({30, 7, 6, 6, 5, 6, 6, 6, 5.5});
    m_groupTable->horizontalHeader()->setStretchLastSection(false);
    m_groupTable->horizontalHeader()->setSectionResizeMode(GroupedSubscriptionsModel::Name, QHeaderView::Stretch);
    m_groupTable->setSortingEnabled(true);
    m_groupTable->sortByColumn(GroupedSubscriptionsModel::Name, Qt::AscendingOrder);
    m_groupFind = new FindBar(m_groupTable, this);
    m_noGroups = new EmptyState(m_groupTable);
    column()->addWidget(m_groupFind);
    column()->addWidget(m_groupTable, 1);

    m_grouping->setObjectName(QStringLiteral("grouping"));
    m_grouping->addItem(tr("Each by itself"), -1);
    m_grouping->addItem(tr("By filter"), static_cast<int>(SubscriptionGrouping::Filter));
    m_grouping->addItem(tr("By client"), static_cast<int>(SubscriptionGrouping::Client));
    m_grouping->addItem(tr("Shared groups"), static_cast<int>(SubscriptionGrouping::SharedGroup));
    m_grouping->setToolTip(tr("Which subscriptions are one row"));
    m_grouping->setAccessibleName(tr("Which subscriptions are one row"));
    bar()->addWidget(m_grouping, 0, Qt::AlignTop);
    connect(m_grouping, &QComboBox::currentIndexChanged, this, &SubscriptionsPage::showGrouping);

    auto *open = new QAction(icon(QStringLiteral("subscriptions")), tr("Show its subscriptions"), m_groupTable);
    open->setShortcut(Qt::Key_Return);
    open->setShortcutContext(Qt::WidgetShortcut);
    m_groupTable->addAction(open);
    connect(open, &QAction::triggered, this, &SubscriptionsPage::openGroup);
    connect(m_groupTable, &QAbstractItemView::doubleClicked, this, &SubscriptionsPage::openGroup);
    connect(m_groupTable, &QWidget::customContextMenuRequested, this, &SubscriptionsPage::showGroupMenu);
    connect(m_groupTable, &LiveTable::selectionMoved, this, &SubscriptionsPage::enableActions);
    connect(m_groups, &QAbstractItemModel::rowsInserted, this, &SubscriptionsPage::showGroupCount);
    connect(m_groups, &QAbstractItemModel::rowsRemoved, this, &SubscriptionsPage::showGroupCount);
    connect(m_groups, &QAbstractItemModel::modelReset, this, &SubscriptionsPage::showGroupCount);
}

bool SubscriptionsPage::isGrouped() const { return m_grouping->currentData().toInt() >= 0; }

void SubscriptionsPage::showGrouping()
{
    if (isGrouped())
        m_groups->setGrouping(static_cast<SubscriptionGrouping>(m_grouping->currentData().toInt()));
    m_groups->setWatched(isGrouped() && isVisible());
    m_groupTable->setVisible(isGrouped());
    table()->setVisible(!isGrouped());
    setFocusProxy(isGrouped() ? m_groupTable : table());
    m_groupFind->hide();
    showGroupCount();
}

void SubscriptionsPage::showGroupCount()
{
    if (m_groups->isFiltered())
        m_noGroups->setTexts(tr("Nothing passes the filter"), {}, tr("Clear the filter (Esc)"), [this] { filterEdit()->setText({}); });
    else if (totalRows() > 0)
        m_noGroups->setTexts(tr("No shared subscriptions"),
            tr("Clients that subscribe to $share/<group>/<filter> share the messages: each goes to one of the group."));
    else
        describeEmpty(*m_noGroups);
    m_noGroups->refresh();
    showCounts();
}

void SubscriptionsPage::showEvent(QShowEvent *event)
{
    TablePage::showEvent(event);
    m_groups->setWatched(isGrouped());
}

void SubscriptionsPage::hideEvent(QHideEvent *event)
{
    TablePage::hideEvent(event);
    m_groups->setWatched(false);
}

void SubscriptionsPage::openGroup()
{
    const std::vector<int> rows = m_groupTable->selectedRowNumbers(1);
    const QString term = rows.empty() ? QString() : m_groups->termAt(rows.front());
    if (term.isEmpty())
        return;
    m_grouping->setCurrentIndex(0);
    filterEdit()->apply(term, FilterJoin::And);
    table()->setFocus();
}

void SubscriptionsPage::showGroupMenu(const QPoint &position)
{
    const QModelIndex cell = m_groupTable->indexAt(position);
    if (!cell.isValid())
        return;
    QMenu menu(this);
    menu.addActions(m_groupTable->actions());
    if (const QByteArray client = m_groups->clientAt(cell.row()); !client.isEmpty())
        menu.addAction(icon(QStringLiteral("clients")), tr("Show the client"), this, [this, client] { Q_EMIT wishes().clientWanted(client); });
    menu.addAction(icon(QStringLiteral("copy")), tr("Copy rows"), m_groupTable, &LiveTable::copySelected);
    menu.addSeparator();
    menu.addActions(exportActions());
    menu.exec(m_groupTable->viewport()->mapToGlobal(position));
}

void SubscriptionsPage::setModelFilter(const FilterProgramPtr &program)
{
    m_model->setFilter(program);
    m_groups->setFilter(program);
}

void SubscriptionsPage::setFrozen(bool isFrozen)
{
    m_model->setFrozen(isFrozen);
    m_groups->setFrozen(isFrozen);
    m_groupTable->viewport()->update();
    TablePage::setFrozen(isFrozen);
}

void SubscriptionsPage::find(bool isForward)
{
    if (!isGrouped())
        TablePage::find(isForward);
    else if (isForward)
        m_groupFind->findNext();
    else
        m_groupFind->findPrevious();
}

QString SubscriptionsPage::note() const
{
    QStringList notes;
    if (isGrouped())
        notes.append(tr("rows: %1").arg(countText(static_cast<quint64>(m_groups->rowCount()))));
    if (const quint64 unseen = m_capture.losses().deliveries; unseen > 0) // so that nobody takes the counts for exact
        notes.append(tr("unseen deliveries: %1").arg(countText(unseen)));
    return notes.join(QStringLiteral(" \u00B7 "));
}

QVariantMap SubscriptionsPage::saved() const
{
    QVariantMap saved = TablePage::saved();
    saved[QStringLiteral("grouping")] = m_grouping->currentData();
    saved[QStringLiteral("groups")] = savedHeader(m_groupTable->horizontalHeader());
    return saved;
}

void SubscriptionsPage::restore(const QVariantMap &saved)
{
    TablePage::restore(saved);
    restoreHeader(m_groupTable->horizontalHeader(), saved.value(QStringLiteral("groups")).toMap());
    m_grouping->setCurrentIndex(std::max(0, m_grouping->findData(saved.value(QStringLiteral("grouping"), -1))));
}

int SubscriptionsPage::currentRow() const
{
    const std::vector<int> rows = table()->selectedRowNumbers(1);
    return rows.empty() ? 0 : rows.front();
}

void SubscriptionsPage::unsubscribeChosen()
{
    std::map<QByteArray, std::vector<QByteArray>> filters;
    int count = 0;
    for (const int row : table()->selectedRowNumbers()) {
        if (const SeenSubscription *subscription = m_model->seen(row)) {
            filters[m_model->clientAt(row)].push_back(subscription->entry.filter);
            ++count;
        }
    }
    const QString question = tr("Take away %n subscription(s)? The clients are not told.", nullptr, count);
    if (count == 0 || !ask(this, tr("Unsubscribe"), question))
        return;
    for (const auto &[client, each] : filters) {
        m_source.unsubscribe(client, each, [page = QPointer(this)](const CommandAnswer &answer) {
            if (page && !answer.isSuccess())
                page->wishes().say(Tone::Bad, answer.error);
        });
    }
}

void SubscriptionsPage::tick()
{
    m_model->setOrderHeld(table()->viewport()->underMouse());
    m_model->refreshWhenDue();
    m_groups->setOrderHeld(m_groupTable->viewport()->underMouse());
    m_groups->refreshWhenDue();
    if (!isFrozen())
        m_groupTable->viewport()->update();
    TablePage::tick();
}

void SubscriptionsPage::describeEmpty(EmptyState &empty)
{
    empty.setTexts(tr("No subscriptions"), tr("As soon as a client subscribes, its filters are here."));
}

} // namespace pigeon
