#include "payload/inspector.h"

#include "look/measure.h"
#include "look/plaintext.h"
#include "payload/bytestab.h"
#include "payload/charttab.h"
#include "payload/differencetab.h"
#include "payload/payloadtab.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStandardItemModel>
#include <QTableView>
#include <QTreeView>

namespace pigeon {

Inspector::Inspector(QWidget *parent)
    : QTabWidget(parent)
{
    setDocumentMode(true);
    setAccessibleName(tr("Inspector"));
    m_payload = new PayloadTab(this);
    m_bytes = new BytesTab(this);
    m_difference = new DifferenceTab(this);
    m_chart = new ChartTab(this);
    addTab(m_payload, tr("Payload"));
    addTab(makeProperties(), tr("Properties"));
    addTab(makeDelivery(), tr("Delivery"));
    addTab(m_bytes, tr("Bytes"));
    addTab(m_difference, tr("Difference"));
    addTab(m_chart, tr("Chart"));
    connect(this, &QTabWidget::currentChanged, this, &Inspector::fillCurrent);
    connect(m_payload, &PayloadTab::filterWanted, this, &Inspector::filterWanted);
    connect(m_payload, &PayloadTab::chartWanted, this, [this](const QString &path) {
        setCurrentIndex(Chart);
        m_chart->chooseField(path);
    });
    clearMessage();
}

QWidget *Inspector::makeProperties()
{
    m_facts = new QStandardItemModel(0, 2, this);
    m_facts->setHorizontalHeaderLabels({tr("Property"), tr("Value")});
    m_properties = new QTreeView(this);
    m_properties->setAccessibleName(tr("Properties of the message"));
    m_properties->setModel(m_facts);
    m_properties->setRootIsDecorated(false);
    m_properties->setUniformRowHeights(true);
    m_properties->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_properties->header()->resizeSection(0, em(this, 12));
    return m_properties;
}

QWidget *Inspector::makeDelivery()
{
    auto *page = new QWidget(this);
    m_deliveries = new QTableView(page);
    m_deliveries->setAccessibleName(tr("Receivers of the message"));
    m_deliveries->setModel(&m_deliveryModel);
    m_deliveries->verticalHeader()->hide();
    m_deliveries->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_deliveries->setWordWrap(false);
    m_deliveries->setShowGrid(false);
    m_deliveries->verticalHeader()->setDefaultSectionSize(em(this, 1.6));
    m_deliveries->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    constexpr std::array<double, DeliveryModel::ColumnCount> widths = {9, 10, 3, 7, 6, 7.5, 9.5, 7.5, 6};
    for (int column = 0; column < DeliveryModel::ColumnCount; ++column)
        m_deliveries->setColumnWidth(column, em(this, widths[static_cast<size_t>(column)]));
    m_deliveryNote = new QLabel(page);
    m_deliveryNote->setTextFormat(Qt::PlainText);
    m_deliveryNote->setWordWrap(true);
    m_deliveryNote->setMargin(em(this, 0.3));
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->addWidget(m_deliveries, 1);
    layout->addWidget(m_deliveryNote);
    return page;
}

void Inspector::setMessage(const InspectedMessage &message)
{
    m_message = message;
    m_hasMessage = true;
    m_isFilled.fill(false);
    fillCurrent();
}

void Inspector::clearMessage(const QString &why)
{
    m_message = {};
    m_hasMessage = false;
    m_isFilled.fill(true);
    const QString nothing = why.isEmpty() ? tr("Select a message to see what is in it.") : why;
    m_payload->setMissing(nothing);
    m_facts->setRowCount(0);
    m_deliveryModel.setDeliveries({});
    m_deliveryNote->setText(nothing);
    m_deliveryNote->show();
    m_bytes->setMissing(nothing);
    m_difference->setValues({}, {}, {});
    m_chart->setHistory({}, {});
}

void Inspector::setPacket(const QByteArray &bytes, qsizetype size, ProtocolVersion version)
{
    clearMessage();
    m_payload->setMissing(tr("This packet carries no message."));
    m_bytes->setPacket(bytes, size, version);
    setCurrentIndex(Bytes);
}

void Inspector::updateDeliveries(std::vector<InspectedDelivery> deliveries, const QString &note)
{
    m_message.deliveries = std::move(deliveries);
    m_message.deliveryNote = note;
    if (m_isFilled[Delivery])
        fill(Delivery);
}

void Inspector::addHistory(const std::vector<TimedPayload> &more)
{
    addBounded(m_message.history, more, maximumHistory);
    if (m_hasMessage && m_isFilled[Chart])
        m_chart->addValues(more, maximumHistory);
}

void Inspector::setNextMessage(InspectedMessage message, const std::vector<TimedPayload> &more)
{
    message.history = std::move(m_message.history);
    const bool hasChart = m_hasMessage && m_isFilled[Chart];
    m_message = std::move(message);
    m_hasMessage = true;
    m_isFilled.fill(false);
    m_isFilled[Chart] = hasChart;
    addHistory(more);
    fillCurrent();
}

void Inspector::fillCurrent()
{
    const int tab = currentIndex();
    if (tab < 0 || !m_hasMessage || std::exchange(m_isFilled[static_cast<size_t>(tab)], true))
        return;
    fill(static_cast<Tab>(tab));
}

void Inspector::fill(Tab tab)
{
    switch (tab) {
    case Payload:
        if (m_message.payloadMissing.isEmpty())
            m_payload->setPayload(m_message.payload, m_message.contentType);
        else
            m_payload->setMissing(m_message.payloadMissing);
        return;
    case Properties:
        return fillProperties();
    case Delivery:
        m_deliveryModel.setDeliveries(m_message.deliveries);
        m_deliveryNote->setText(m_message.deliveries.empty() && m_message.deliveryNote.isEmpty()
                ? tr("Nobody was to get this message.")
                : m_message.deliveryNote);
        m_deliveryNote->setVisible(!m_deliveryNote->text().isEmpty());
        return;
    case Bytes:
        if (m_message.packet.isEmpty())
            m_bytes->setMissing(tr("The packet of this message was not recorded. Packets are recorded while \"Record packets\" is on."));
        else
            m_bytes->setPacket(m_message.packet, m_message.packetSize, m_message.version);
        return;
    case Difference:
        return m_difference->setValues(m_message.previous, m_message.payload, m_message.previousName);
    case Chart:
        return m_chart->setHistory(m_message.topic, m_message.history);
    case TabCount:
        return;
    }
}

void Inspector::fillProperties()
{
    m_facts->setRowCount(0);
    for (const auto &[name, value] : m_message.facts) {
        auto *left = new QStandardItem(plainLine(name));
        auto *right = new QStandardItem(plainLine(value));
        right->setToolTip(plainTip(value));
        m_facts->appendRow({left, right});
    }
}

} // namespace pigeon
