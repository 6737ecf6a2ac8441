#include "views/overviewpage.h"

#include "filter/filterterm.h"
#include "look/emptystate.h"
#include "look/figures.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "views/ratechart.h"

#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>

namespace pigeon {

namespace {

constexpr size_t topRows = 20;

QTableWidget *topTable(const QStringList &titles, const QString &name, QWidget *parent)
{
    auto *table = new QTableWidget(0, static_cast<int>(titles.size()), parent);
    table->setHorizontalHeaderLabels(titles);
    table->setAccessibleName(name);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(em(table, 1.45));
    // Figures are whole, names give way. There are few rows, so that they may be measured.
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setWordWrap(false);
    return table;
}

void setRow(QTableWidget *table, int row, const QStringList &cells, const QByteArray &key)
{
    for (int column = 0; column < cells.size(); ++column) {
        QTableWidgetItem *item = table->item(row, column);
        if (!item) {
            item = new QTableWidgetItem;
            item->setTextAlignment(Qt::AlignVCenter | (column == 0 ? Qt::AlignLeft : Qt::AlignRight));
            table->setItem(row, column, item);
        }
        item->setText(cells[column]);
    }
    table->item(row, 0)->setData(Qt::UserRole, key);
}

QString rateText(double value) { return shortCountText(value); }
QString byteRateText(double value) { return bytesText(static_cast<quint64>(value)); }

} // namespace

QString dropText(DropReason reason)
{
    switch (reason) {
    case DropReason::QueueFull:
        return OverviewPage::tr("its queue was full");
    case DropReason::OutputFull:
        return OverviewPage::tr("QoS 0: it does not read");
    case DropReason::PacketTooLarge:
        return OverviewPage::tr("larger than it takes");
    case DropReason::Expired:
        return OverviewPage::tr("had expired");
    case DropReason::SessionEnded:
        return OverviewPage::tr("its session ended before");
    case DropReason::NotAllowed:
        return OverviewPage::tr("it may not have it");
    case DropReason::QueueCleared:
        return OverviewPage::tr("its queue was emptied");
    }
    return {};
}

OverviewPage::OverviewPage(Capture &capture, Wishes &wishes, QWidget *parent)
    : ViewPage(tr("Overview"), QStringLiteral("overview"), parent)
    , m_capture(capture)
    , m_wishes(wishes)
{
    const RateHistory &history = capture.history();
    m_charts = {
        new RateChart(tr("Messages a second"), history,
            {{tr("in"), [](const RatePoint &point) { return point.messagesIn; }}, {tr("out"), [](const RatePoint &point) { return point.messagesOut; }}},
            rateText, this),
        new RateChart(tr("Bytes a second"), history,
            {{tr("in"), [](const RatePoint &point) { return point.bytesIn; }}, {tr("out"), [](const RatePoint &point) { return point.bytesOut; }}},
            byteRateText, this, 1024),
        new RateChart(tr("Clients"), history, {{tr("connected"), [](const RatePoint &point) { return double(point.connected); }}}, rateText, this),
        new RateChart(tr("Connects a second"), history, {{tr("new"), [](const RatePoint &point) { return point.connects; }}}, rateText, this),
        new RateChart(tr("Waiting messages"), history, {{tr("queued"), [](const RatePoint &point) { return double(point.queued); }}}, rateText, this),
        new RateChart(tr("Dropped a second"), history, {{tr("dropped"), [](const RatePoint &point) { return point.drops; }}}, rateText, this),
    };
    m_clients = topTable({tr("Busiest clients"), tr("In/s"), tr("Out/s")}, tr("Busiest clients"), this);
    m_topics = topTable({tr("Busiest topics"), tr("Rate"), tr("Bytes/s")}, tr("Busiest topics"), this);
    m_drops = topTable({tr("Messages dropped because …"), tr("Count")}, tr("Messages dropped, by reason"), this);

    (new EmptyState(m_clients))->setTexts(tr("No client sends or gets anything"));
    (new EmptyState(m_topics))->setTexts(tr("Nothing is published"));
    (new EmptyState(m_drops))->setTexts(tr("Nothing was dropped"));

    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(em(this, 0.5), em(this, 0.5), em(this, 0.5), em(this, 0.5));
    grid->setSpacing(em(this, 0.5));
    for (size_t i = 0; i < m_charts.size(); ++i)
        grid->addWidget(m_charts[i], static_cast<int>(i / 3), static_cast<int>(i % 3));
    grid->addWidget(m_clients, 2, 0);
    grid->addWidget(m_topics, 2, 1);
    grid->addWidget(m_drops, 2, 2);
    grid->setRowStretch(0, 2);
    grid->setRowStretch(1, 2);
    grid->setRowStretch(2, 3);
    for (int column = 0; column < 3; ++column)
        grid->setColumnStretch(column, 1);

    connect(m_clients, &QTableWidget::cellActivated, this,
        [this](int row, int) { Q_EMIT m_wishes.clientWanted(m_clients->item(row, 0)->data(Qt::UserRole).toByteArray()); });
    connect(m_topics, &QTableWidget::cellActivated, this, [this](int row, int) {
        const QString topic = QString::fromUtf8(m_topics->item(row, 0)->data(Qt::UserRole).toByteArray());
        Q_EMIT m_wishes.messagesWanted(filterTerm(FieldId::Topic, FilterView::Messages, topic));
    });
    connect(&capture, &Capture::reset, this, &OverviewPage::refresh);
}

void OverviewPage::tick()
{
    if (isVisible() && !m_isFrozen)
        refresh();
}

void OverviewPage::refresh()
{
    for (RateChart *chart : m_charts)
        chart->update();
    fillClients();
    fillTopics();
    fillDrops();
}

void OverviewPage::fillClients()
{
    const std::vector<ClientNumber> busiest = m_capture.clients().busiest(topRows);
    m_clients->setRowCount(static_cast<int>(busiest.size()));
    for (size_t i = 0; i < busiest.size(); ++i) {
        const SeenClient *client = m_capture.clients().find(busiest[i]);
        const QByteArray id = m_capture.clients().nameOf(busiest[i]).toByteArray();
        setRow(m_clients, static_cast<int>(i), {plainLine(id, 80), shortCountText(client ? client->rateIn : 0), shortCountText(client ? client->rateOut : 0)}, id);
    }
}

void OverviewPage::fillTopics()
{
    const std::vector<TopicStore::Node> busiest = m_capture.topics().busiest(topRows);
    m_topics->setRowCount(static_cast<int>(busiest.size()));
    for (size_t i = 0; i < busiest.size(); ++i) {
        const TopicFacts &facts = m_capture.topics().factsOf(busiest[i]);
        const QByteArray topic = m_capture.topics().topicOf(busiest[i]);
        setRow(m_topics, static_cast<int>(i), {plainLine(topic, 120), shortCountText(double(facts.rate)), bytesText(static_cast<quint64>(facts.byteRate))}, topic);
    }
}

void OverviewPage::fillDrops()
{
    const auto &drops = m_capture.totals().drops;
    int row = 0;
    m_drops->setRowCount(static_cast<int>(std::ranges::count_if(drops, [](quint64 count) { return count > 0; })));
    for (size_t reason = 0; reason < drops.size(); ++reason) {
        if (drops[reason] > 0)
            setRow(m_drops, row++, {dropText(static_cast<DropReason>(reason)), countText(drops[reason])}, {});
    }
}

} // namespace pigeon
