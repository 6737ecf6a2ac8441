#include "views/inspectorpanel.h"

#include "look/figures.h"
#include "look/measure.h"
#include "look/plaintext.h"
#include "monitor/words.h"
#include "payload/inspector.h"
#include "views/inspection.h"

#include <QDateTime>
#include <QLabel>
#include <QVBoxLayout>

namespace pigeon {

namespace {

// So long a message's deliveries are looked at again: nearly all are over by then.
constexpr qint64 nanosecondsOfInterest = 120'000'000'000;

} // namespace

InspectorPanel::InspectorPanel(Capture &capture, Wishes &wishes, QWidget *parent)
    : QWidget(parent)
    , m_capture(capture)
    , m_wishes(wishes)
    , m_title(new QLabel(this))
    , m_inspector(new Inspector(this))
{
    setObjectName(QStringLiteral("inspectorPanel"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setMargin(em(this, 0.3));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long topic widens no dock
    m_inspector->setDocumentMode(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_title);
    column->addWidget(m_inspector, 1);
    connect(m_inspector, &Inspector::filterWanted, this, [this](const QString &path, const QString &value, bool isText) {
        const QString quoted = QString(value).replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
        Q_EMIT m_wishes.messagesWanted(QStringLiteral("json%1 == %2").arg(path, isText ? QStringLiteral("\"%1\"").arg(quoted) : value));
    });
    connect(&capture, &Capture::reset, this, &InspectorPanel::clear);
    clear();
}

void InspectorPanel::clear()
{
    m_row = MessageLog::noRow;
    m_title->setText(tr("Select a message, a packet, a topic or a retained message to look into it."));
    m_inspector->clearMessage();
}

void InspectorPanel::show(const QString &title, const InspectedMessage &message)
{
    m_title->setText(title);
    m_inspector->setMessage(message);
}

void InspectorPanel::showMessage(quint64 logRow)
{
    if (!m_capture.messages().contains(logRow))
        return;
    m_row = logRow;
    const SeenMessage seen = m_capture.messages().at(logRow);
    const InspectedMessage message = inspected(m_capture, logRow);
    show(QStringLiteral("#%1 \u00B7 %2 \u00B7 %3").arg(QString::number(seen.number), timeText(seen.when, 0, TimeForm::Clock), message.topic), message);
}

void InspectorPanel::showPacket(quint64 logRow)
{
    if (!m_capture.packets().contains(logRow))
        return;
    const SeenPacket packet = m_capture.packets().at(logRow);
    m_row = MessageLog::noRow;
    const bool isFromClient = packet.record.direction == PacketDirection::FromClient;
    const QString client = plainLine(m_capture.clientOf(packet));
    m_title->setText(QStringLiteral("#%1 \u00B7 %2 %3 %4").arg(QString::number(packet.record.number), words::packetType(packet.record.type),
        isFromClient ? tr("from") : tr("to"), client));
    m_inspector->setPacket(packet.bytes.toByteArray(), packet.record.size, packet.record.version);
}

void InspectorPanel::showRetained(const MessagePtr &message)
{
    m_row = MessageLog::noRow;
    InspectedMessage shown = inspected(*message);
    shown.deliveryNote = tr("It goes to each new subscriber of its topic.");
    show(tr("Retained \u00B7 %1").arg(shown.topic), shown);
}

void InspectorPanel::showTopic(const QByteArray &topic)
{
    const TopicStore::Node node = m_capture.topics().nodeOf(topic);
    if (node == TopicStore::noNode)
        return;
    const MessagePtr last = m_capture.topics().factsOf(node).last;
    if (!last)
        return;
    m_row = MessageLog::noRow;
    show(tr("Last value \u00B7 %1").arg(plainLine(topic)), inspected(*last));
}

void InspectorPanel::tick()
{
    if (isVisible() && m_row != MessageLog::noRow)
        updateDeliveries();
}

void InspectorPanel::updateDeliveries()
{
    const bool isOver = !m_capture.messages().contains(m_row)
        || QDateTime::currentMSecsSinceEpoch() * 1'000'000 - m_capture.messages().at(m_row).when > nanosecondsOfInterest;
    if (isOver) {
        m_row = MessageLog::noRow;
        return;
    }
    QString note;
    std::vector<InspectedDelivery> deliveries = inspectedDeliveries(m_capture, m_row, note);
    m_inspector->updateDeliveries(std::move(deliveries), note);
}

} // namespace pigeon
