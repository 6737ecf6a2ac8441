#include "views/packettimeline.h"

#include "look/figures.h"
#include "look/measure.h"
#include "look/theme.h"
#include "monitor/words.h"

#include <QDateTime>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace pigeon {

namespace {

constexpr qint64 second = 1'000'000'000;
constexpr qint64 shortestSpan = second / 10;
constexpr qint64 longestSpan = 24 * 3600 * second;
constexpr size_t mostMarks = 20'000; // what one client has of the ring; older ones are not drawn
constexpr quint64 mostRowsPerTurn = 200'000; // a look at a row costs some 20 ns

enum Lane { Session, Publish, Acknowledge, Subscribe, Ping };
constexpr int laneCount = 5;

Lane laneOf(PacketType type)
{
    switch (type) {
    case PacketType::Publish:
        return Publish;
    case PacketType::Puback:
    case PacketType::Pubrec:
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
        return Acknowledge;
    case PacketType::Subscribe:
    case PacketType::Suback:
    case PacketType::Unsubscribe:
    case PacketType::Unsuback:
        return Subscribe;
    case PacketType::Pingreq:
    case PacketType::Pingresp:
        return Ping;
    default:
        return Session;
    }
}

QString laneName(int lane)
{
    switch (lane) {
    case Session:
        return PacketTimeline::tr("Session");
    case Publish:
        return PacketTimeline::tr("PUBLISH");
    case Acknowledge:
        return PacketTimeline::tr("Acks");
    case Subscribe:
        return PacketTimeline::tr("Subscribe");
    default:
        return PacketTimeline::tr("Ping");
    }
}

} // namespace

PacketTimeline::PacketTimeline(const Capture &capture, QWidget *parent)
    : QWidget(parent)
    , m_capture(capture)
    , m_span(60 * second)
{
    setAccessibleName(tr("Packets over time"));
    setMouseTracking(true);
    setMinimumHeight(em(this, 9));
    connect(&capture, &Capture::reset, this, [this] { showClient(0); });
}

QSize PacketTimeline::sizeHint() const { return {em(this, 40), em(this, 10)}; }

void PacketTimeline::showClient(ClientNumber client)
{
    if (client == m_client && client != 0)
        return;
    m_client = client;
    m_marks.clear();
    m_readUpTo = m_capture.packets().begin();
    refresh();
}

void PacketTimeline::refresh()
{
    readOn();
    if (isVisible())
        update();
}

void PacketTimeline::readOn()
{
    const PacketLog &log = m_capture.packets();
    m_readUpTo = std::max(m_readUpTo, log.begin());
    const quint64 upTo = std::min(log.end(), m_readUpTo + mostRowsPerTurn);
    for (; m_client != 0 && m_readUpTo < upTo; ++m_readUpTo) {
        const PacketRecord record = log.at(m_readUpTo).record;
        const SeenConnection *connection = record.client == 0 ? m_capture.clients().connection(record.connection) : nullptr;
        if ((connection ? connection->client : record.client) == m_client)
            m_marks.push_back({m_readUpTo, record.when, laneOf(record.type),
                record.direction == PacketDirection::FromClient, isFailure(record.reason)});
    }
    if (m_marks.size() > mostMarks)
        m_marks.erase(m_marks.begin(), m_marks.end() - mostMarks);
}

qint64 PacketTimeline::end() const { return QDateTime::currentMSecsSinceEpoch() * 1'000'000; }

QRectF PacketTimeline::laneArea() const
{
    const double left = em(this, 5.5);
    return {left, 0, width() - left - em(this, 0.5), double(height() - em(this, 1.3))};
}

double PacketTimeline::xOf(qint64 when) const
{
    const QRectF area = laneArea();
    return area.right() - double(end() - when) / double(m_span) * area.width();
}

void PacketTimeline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const QRectF area = laneArea();
    const double laneHeight = area.height() / laneCount;
    painter.fillRect(area, palette().base());
    for (int lane = 0; lane < laneCount; ++lane) {
        const QRectF band(area.left(), area.top() + lane * laneHeight, area.width(), laneHeight);
        if (lane % 2)
            painter.fillRect(band, palette().alternateBase());
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRectF(0, band.top(), area.left() - em(this, 0.4), laneHeight), Qt::AlignRight | Qt::AlignVCenter, laneName(lane));
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawLine(QPointF(area.left(), band.center().y()), QPointF(area.right(), band.center().y()));
    }
    const std::array colours{toneColor(Tone::Good, palette()), toneColor(Tone::Accent, palette()), toneColor(Tone::Bad, palette())};
    const qint64 from = end() - m_span;
    for (auto mark = m_marks.rbegin(); mark != m_marks.rend() && mark->when >= from; ++mark) {
        const double middle = area.top() + (mark->lane + 0.5) * laneHeight;
        const double reach = laneHeight * 0.38;
        painter.setPen(QPen(colours[mark->isFailure ? 2 : mark->isFromClient ? 1 : 0], std::max(1.5, em(this, 0.12) * 1.0)));
        const double x = xOf(mark->when);
        painter.drawLine(QPointF(x, middle), QPointF(x, mark->isFromClient ? middle - reach : middle + reach));
    }
    painter.setPen(palette().color(QPalette::PlaceholderText));
    const QRectF foot(area.left(), area.bottom(), area.width(), height() - area.bottom());
    painter.drawText(foot, Qt::AlignLeft | Qt::AlignVCenter, tr("%1 ago").arg(ageText(std::chrono::seconds(m_span / second))));
    painter.drawText(foot, Qt::AlignRight | Qt::AlignVCenter, tr("now"));
    painter.drawText(foot, Qt::AlignCenter, tr("up: from the client, down: to it; the wheel zooms"));
}

void PacketTimeline::wheelEvent(QWheelEvent *event)
{
    const double factor = event->angleDelta().y() > 0 ? 0.5 : 2;
    m_span = std::clamp(static_cast<qint64>(double(m_span) * factor), shortestSpan, longestSpan);
    update();
    event->accept();
}

const PacketTimeline::Mark *PacketTimeline::markAt(const QPointF &position) const
{
    const QRectF area = laneArea();
    const int lane = static_cast<int>((position.y() - area.top()) / (area.height() / laneCount));
    const Mark *nearest = nullptr;
    double distance = em(this, 0.5);
    for (const Mark &mark : m_marks) {
        const double away = std::abs(xOf(mark.when) - position.x());
        if (mark.lane == lane && away < distance) {
            distance = away;
            nearest = &mark;
        }
    }
    return nearest;
}

void PacketTimeline::mousePressEvent(QMouseEvent *event)
{
    if (const Mark *mark = markAt(event->position()))
        Q_EMIT packetAsked(mark->row);
}

void PacketTimeline::mouseMoveEvent(QMouseEvent *event)
{
    const Mark *mark = markAt(event->position());
    if (!mark || !m_capture.packets().contains(mark->row)) {
        QToolTip::hideText();
        return;
    }
    const SeenPacket packet = m_capture.packets().at(mark->row);
    QString text = words::packetType(packet.record.type);
    if (packet.latency >= 0)
        text += QStringLiteral(", ") + latencyText(std::chrono::nanoseconds(packet.latency));
    QToolTip::showText(event->globalPosition().toPoint(), text, this);
}

} // namespace pigeon
