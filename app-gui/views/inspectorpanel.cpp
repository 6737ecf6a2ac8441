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
    connect(&capture, &Capture::reset, this, &InspectorPanel::beginAnew);
    clear();
}

QString InspectorPanel::title() const { return m_title->text(); }

/// Another broker, or the same one attached anew: rows and topics of before mean nothing there.
void InspectorPanel::beginAnew()
{
    if (!m_isLasting)
        return clear();
    m_row = MessageLog::noRow;
    m_topic.clear();
}

void InspectorPanel::clear()
{
    begin(Shown::Nothing, tr("Select a message, a packet, a topic or a retained message to look into it."));
    m_inspector->clearMessage();
}

/// Something else is shown from now on.
void InspectorPanel::begin(Shown what, const QString &title)
{
    m_shown = what;
    m_row = MessageLog::noRow;
    m_topic.clear();
    m_title->setText(title);
}

/// A message of the ring, with the values of its topic.
void InspectorPanel::showRow(quint64 logRow)
{
    InspectedMessage message = inspected(m_capture, logRow);
    message.history = topicHistory(m_capture, logRow);
    m_row = logRow;
    m_topic = m_capture.messages().topicAt(logRow).toByteArray();
    m_valuesUpTo = logRow + 1;
    m_inspector->setMessage(message);
}

void InspectorPanel::showMessage(quint64 logRow)
{
    if (!m_capture.messages().contains(logRow))
        return;
    const SeenMessage seen = m_capture.messages().at(logRow);
    begin(Shown::OneMessage, QStringLiteral("#%1 \u00B7 %2 \u00B7 %3").arg(QString::number(seen.number), timeText(seen.when, 0, TimeForm::Clock),
        plainLine(m_capture.messages().topicAt(logRow))));
    showRow(logRow);
}

void InspectorPanel::showPacket(quint64 logRow)
{
    if (!m_capture.packets().contains(logRow))
        return;
    const SeenPacket packet = m_capture.packets().at(logRow);
    const bool wasPublish = m_shown == Shown::OnePacket && !m_inspector->message().packet.isEmpty();
    const bool isFromClient = packet.record.direction == PacketDirection::FromClient;
    begin(Shown::OnePacket, QStringLiteral("#%1 \u00B7 %2 %3 %4").arg(QString::number(packet.record.number), words::packetType(packet.record.type),
        isFromClient ? tr("from") : tr("to"), plainLine(m_capture.clientOf(packet))));
    const quint64 messageRow = messageOfPacket(m_capture, packet.record);
    const std::optional<InspectedMessage> publish = inspectedPublish(m_capture, packet);
    if (messageRow != MessageLog::noRow)
        showRow(messageRow); // there is more of it than in the packet: all of the payload, its receivers
    else if (publish)
        m_inspector->setMessage(*publish);
    else
        return m_inspector->setPacket(packet.bytes.toByteArray(), packet.record.size, packet.record.version);
    if (!wasPublish) // who goes from one to the next has chosen a tab
        m_inspector->setCurrentIndex(Inspector::Bytes);
}

void InspectorPanel::showRetained(const MessagePtr &message)
{
    InspectedMessage shown = inspected(*message);
    begin(Shown::OneMessage, tr("Retained \u00B7 %1").arg(shown.topic));
    shown.deliveryNote = tr("It goes to each new subscriber of its topic.");
    m_inspector->setMessage(shown);
}

void InspectorPanel::showTopic(const QByteArray &topic)
{
    const QString title = tr("Last value \u00B7 %1").arg(plainLine(topic));
    begin(Shown::LastValue, title);
    m_topic = topic;
    m_valuesUpTo = m_capture.messages().end();
    showLastValue();
}

void InspectorPanel::showLastValue()
{
    const TopicStore::Node node = m_capture.topics().nodeOf(m_topic);
    const TopicFacts facts = node == TopicStore::noNode ? TopicFacts() : m_capture.topics().factsOf(node);
    const quint64 row = facts.messages == 0 ? MessageLog::noRow : m_capture.messages().lastOfTopic(m_topic);
    if (row != MessageLog::noRow)
        return showRow(row);
    if (!facts.last)
        return m_inspector->clearMessage(facts.isTopic ? tr("The last message of this topic is not kept any more.")
                                                       : tr("This level has no value of its own: choose a topic below it."));
    InspectedMessage shown = inspected(*facts.last); // it has left the ring
    shown.history = {{facts.lastAt, shown.payload}};
    m_inspector->setMessage(shown);
}

void InspectorPanel::tick()
{
    if (!isVisible())
        return;
    if (!m_topic.isEmpty() && !m_isFrozen)
        takeNewValues();
    if (m_row != MessageLog::noRow)
        updateDeliveries();
}

/// The chart goes on; where a topic is shown, its last value is.
void InspectorPanel::takeNewValues()
{
    const NewValues found = newValues(m_capture, m_topic, m_valuesUpTo);
    m_valuesUpTo = found.upTo;
    if (found.lastRow == MessageLog::noRow)
        return;
    if (m_shown != Shown::LastValue)
        return m_inspector->addHistory(found.values);
    m_row = found.lastRow;
    m_inspector->setNextMessage(inspected(m_capture, found.lastRow), found.values);
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
