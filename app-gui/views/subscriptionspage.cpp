#include "views/subscriptionspage.h"

#include "look/ask.h"
#include "look/emptystate.h"
#include "look/figures.h"
#include "monitor/monitorsource.h"
#include "views/filteredit.h"
#include "views/livetable.h"

#include <QHeaderView>
#include <QPointer>

#include <map>

namespace pigeon {

SubscriptionsPage::SubscriptionsPage(Capture &capture, MonitorSource &source, const FilterNames *names, Wishes &wishes, QWidget *parent)
    : TablePage(tr("Subscriptions"), QStringLiteral("subscriptions"), FilterView::Subscriptions, names,
        new SubscriptionsModel(capture), wishes, parent)
    , m_capture(capture)
    , m_source(source)
    , m_model(static_cast<SubscriptionsModel *>(table()->model()))
{
    m_model->setParent(this);
    table()->setWidths({22, 9, 14, 4, 6, 9, 6, 7});
    table()->setSortingEnabled(true);
    table()->sortByColumn(SubscriptionsModel::Filter, Qt::AscendingOrder);

    addRowAction(tr("Show the client"), QStringLiteral("clients"), QKeySequence(Qt::Key_Return), Needs::OneRow,
        [this] { Q_EMIT this->wishes().clientWanted(m_model->clientAt(currentRow())); });
    addRowAction(tr("Messages that it matches"), QStringLiteral("messages"), {}, Needs::OneRow, [this] {
        if (const SeenSubscription *subscription = m_model->seen(currentRow()))
            Q_EMIT this->wishes().messagesWanted(QStringLiteral("topic ~ \"%1\"").arg(
                QString::fromUtf8(subscription->plainFilter()).replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""))));
    });
    addMenuGap();
    addRowAction(tr("Only this client"), QStringLiteral("filter"), {}, Needs::OneRow, [this] {
        filterEdit()->apply(filterTerm(FieldId::Client, FilterView::Subscriptions, QString::fromUtf8(m_model->clientAt(currentRow()))),
            FilterJoin::Replace);
    });
    addRowAction(tr("Only shared groups"), {}, {}, Needs::Nothing, [this] { filterEdit()->setText(QStringLiteral("group != \"\"")); });
    addMenuGap();
    addRowAction(tr("Unsubscribe …"), QStringLiteral("remove"), QKeySequence(Qt::Key_Delete), Needs::Rows, [this] { unsubscribeChosen(); });
    showCounts();
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
    TablePage::tick();
}

void SubscriptionsPage::describeEmpty(EmptyState &empty)
{
    empty.setTexts(tr("No subscriptions"), tr("As soon as a client subscribes, its filters are here."));
}

} // namespace pigeon
