#include "payload/stripchart.h"

#include "look/measure.h"
#include "look/theme.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

namespace pigeon {

namespace {

constexpr double second = 1000; // ms

QString timeText(double when, double span)
{
    const QDateTime moment = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(when));
    if (span < 10 * second)
        return moment.toString(QStringLiteral("HH:mm:ss.zzz"));
    return moment.toString(span < 86'400 * second ? QStringLiteral("HH:mm:ss") : QStringLiteral("dd.MM. HH:mm"));
}

} // namespace

StripChart::StripChart(QWidget *parent)
    : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setAccessibleName(tr("Chart"));
}

QSize StripChart::sizeHint() const { return {em(this, 24), em(this, 12)}; }
QSize StripChart::minimumSizeHint() const { return {em(this, 12), em(this, 6)}; }

void StripChart::setEmptyText(const QString &text)
{
    m_emptyText = text;
    update();
}

void StripChart::setPoints(const QString &name, std::vector<ChartPoint> points)
{
    m_name = name;
    m_points = std::move(points);
    m_read.reset();
    describe();
    update();
}

void StripChart::addPoints(const std::vector<ChartPoint> &points, double from)
{
    m_points.insert(m_points.end(), points.begin(), points.end());
    const auto firstKept = std::ranges::find_if(m_points, [from](const ChartPoint &point) { return point.when >= from; });
    const auto gone = static_cast<size_t>(firstKept - m_points.begin());
    m_points.erase(m_points.begin(), firstKept);
    if (m_read)
        m_read = *m_read < gone ? std::nullopt : std::optional(*m_read - gone);
    describe();
    update();
}

void StripChart::describe()
{
    setAccessibleDescription(m_points.empty() ? m_emptyText
                                              : tr("%1, %n value(s), the last one %2", nullptr, int(m_points.size()))
                                                    .arg(m_name, valueText(m_points.back().value)));
}

QString StripChart::valueText(double value) { return QLocale().toString(value, 'g', 6); }

QPointF StripChart::Frame::placeOf(const ChartPoint &point) const
{
    return {area.left() + (point.when - from) / (to - from) * area.width(),
        area.bottom() - (point.value - low) / (high - low) * area.height()};
}

StripChart::Frame StripChart::frame() const
{
    const auto [least, greatest] = std::ranges::minmax(m_points, {}, &ChartPoint::value);
    double low = least.value;
    double high = greatest.value;
    if (isFlat(low, high)) { // a flat line lies in the middle
        const double space = low == 0 ? 1 : std::abs(low) / 10;
        low -= space;
        high += space;
    }
    const double space = (high - low) / 20;
    double to = m_points.back().when;
    const double from = m_points.front().when;
    if (to <= from)
        to = from + second;
    double labels = 0;
    for (const double tick : roundTicks(low - space, high + space, 5))
        labels = std::max(labels, QFontMetricsF(font()).horizontalAdvance(valueText(tick)));
    const QRectF area = QRectF(rect()).adjusted(labels + em(this, 1), em(this, 1.5), -em(this, 1), -em(this, 1.6));
    return {area, from, to, low - space, high + space};
}

void StripChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_points.empty()) {
        painter.setPen(toneColor(Tone::Quiet, palette()));
        painter.drawText(rect().adjusted(em(this, 1), 0, -em(this, 1), 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const Frame lines = frame();
    if (lines.area.width() < 2 || lines.area.height() < 2)
        return;
    paintAxes(painter, lines);
    paintLine(painter, lines);
    paintReading(painter, lines);
}

void StripChart::paintAxes(QPainter &painter, const Frame &frame) const
{
    QColor grid = palette().color(QPalette::Text);
    grid.setAlphaF(0.15F);
    const QColor text = toneColor(Tone::Quiet, palette());
    const QRectF area = frame.area;
    for (const double tick : roundTicks(frame.low, frame.high, std::max(2, int(area.height()) / em(this, 2.5)))) {
        const double y = frame.placeOf({frame.from, tick}).y();
        painter.setPen(grid);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(text);
        painter.drawText(QRectF(0, y - em(this, 1), area.left() - em(this, 0.4), em(this, 2)),
            Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, valueText(tick));
    }
    const double span = frame.to - frame.from;
    const double labelWidth = QFontMetricsF(font()).horizontalAdvance(timeText(frame.to, span)) + em(this, 1);
    for (const double tick : timeTicks(frame.from, frame.to, std::max(1, int(area.width() / labelWidth / 1.3)))) {
        const double x = frame.placeOf({tick, frame.low}).x();
        painter.setPen(grid);
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        const double left = std::clamp(x - labelWidth / 2, 0.0, std::max(0.0, width() - labelWidth));
        painter.setPen(text);
        painter.drawText(QRectF(left, area.bottom() + em(this, 0.2), labelWidth, em(this, 1.3)),
            Qt::AlignCenter | Qt::TextSingleLine, timeText(tick, span));
    }
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRectF(area.left(), 0, area.width(), em(this, 1.4)), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        fontMetrics().elidedText(m_name, Qt::ElideMiddle, int(area.width() / 2)));
}

void StripChart::paintLine(QPainter &painter, const Frame &frame) const
{
    QPolygonF line;
    for (const ChartPoint &point : decimated(m_points, frame.from, frame.to, int(frame.area.width())))
        line << frame.placeOf(point);
    const QColor color = seriesColor(0, palette());
    painter.setPen(QPen(color, em(this, 0.1)));
    painter.drawPolyline(line);
    // Few values are told apart from each other.
    if (static_cast<double>(line.size()) > frame.area.width() / em(this, 1))
        return;
    painter.setBrush(color);
    for (const QPointF &place : line)
        painter.drawEllipse(place, em(this, 0.18), em(this, 0.18));
}

void StripChart::paintReading(QPainter &painter, const Frame &frame) const
{
    const size_t shown = m_read.value_or(m_points.size() - 1);
    const ChartPoint &point = m_points[std::min(shown, m_points.size() - 1)];
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRectF(frame.area.left(), 0, frame.area.width(), em(this, 1.4)),
        Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
        QStringLiteral("%1   %2").arg(valueText(point.value), timeText(point.when, 0)));
    if (!m_read)
        return;
    const QPointF place = frame.placeOf(point);
    QColor guide = palette().color(QPalette::Text);
    guide.setAlphaF(0.5F);
    painter.setPen(guide);
    painter.drawLine(QPointF(place.x(), frame.area.top()), QPointF(place.x(), frame.area.bottom()));
    painter.setBrush(palette().color(QPalette::Base));
    painter.setPen(QPen(seriesColor(0, palette()), em(this, 0.12)));
    painter.drawEllipse(place, em(this, 0.25), em(this, 0.25));
}

void StripChart::read(std::optional<size_t> point)
{
    m_read = point;
    update();
}

void StripChart::mouseMoveEvent(QMouseEvent *event)
{
    if (m_points.empty())
        return;
    const Frame lines = frame();
    const double when = lines.from + (event->position().x() - lines.area.left()) / lines.area.width() * (lines.to - lines.from);
    auto near = std::ranges::lower_bound(m_points, when, {}, &ChartPoint::when);
    if (near == m_points.end() || (near != m_points.begin() && when - (near - 1)->when < near->when - when))
        --near;
    read(static_cast<size_t>(near - m_points.begin()));
}

void StripChart::leaveEvent(QEvent *) { read(std::nullopt); }

void StripChart::keyPressEvent(QKeyEvent *event)
{
    const size_t at = m_read.value_or(m_points.empty() ? 0 : m_points.size() - 1);
    if (event->key() == Qt::Key_Left && at > 0)
        read(at - 1);
    else if (event->key() == Qt::Key_Right && at + 1 < m_points.size())
        read(at + 1);
    else if (event->key() == Qt::Key_Escape && m_read)
        read(std::nullopt);
    else
        QWidget::keyPressEvent(event);
}

} // namespace pigeon
