#include "views/ratechart.h"

#include "look/measure.h"
#include "look/theme.h"

#include <QPainter>
#include <QPainterPath>

namespace pigeon {

namespace {

constexpr size_t shownPoints = 180; // three minutes, a point a second

/// The next 1, 2 or 5 with noughts, so that the scale does not jump with each point.
double roundedUp(double value)
{
    double step = 1;
    while (step * 10 < value)
        step *= 10;
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (step * factor >= value)
            return step * factor;
    }
    return value;
}

QFont bold(QFont font)
{
    font.setBold(true);
    return font;
}

} // namespace

RateChart::RateChart(const QString &title, const RateHistory &history, std::vector<ChartLine> lines, QString (*text)(double), QWidget *parent, double unit)
    : QWidget(parent)
    , m_title(title)
    , m_history(history)
    , m_lines(std::move(lines))
    , m_text(text)
    , m_unit(unit)
{
    setAccessibleName(title);
    setToolTip(title); // where it is narrow there is not room for all of it
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize RateChart::sizeHint() const { return {em(this, 18), em(this, 8)}; }
QSize RateChart::minimumSizeHint() const { return {em(this, 12), em(this, 6)}; }

QString RateChart::figure(const ChartLine &line) const
{
    return QStringLiteral("%1 %2").arg(line.name, m_text(line.value(m_history.last())));
}

QString RateChart::shownTitle() const
{
    double room = width() - 2 * margin();
    for (const ChartLine &line : m_lines)
        room -= fontMetrics().horizontalAdvance(figure(line)) + figureGap();
    return QFontMetricsF(bold(font())).elidedText(m_title, Qt::ElideRight, std::max(0.0, room));
}

double RateChart::margin() const { return em(this, 0.5); }
double RateChart::figureGap() const { return em(this, 0.8); }

double RateChart::highest() const
{
    double most = m_unit;
    const auto &points = m_history.points();
    for (size_t i = points.size() > shownPoints ? points.size() - shownPoints : 0; i < points.size(); ++i) {
        for (const ChartLine &line : m_lines)
            most = std::max(most, line.value(points[i]));
    }
    return roundedUp(most / m_unit) * m_unit;
}

void RateChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(toneBackground(Tone::Quiet, palette()));
    painter.setBrush(palette().base());
    painter.drawRoundedRect(frame, em(this, 0.25), em(this, 0.25));

    const double space = margin();
    const QRectF head(space, space * 0.6, width() - 2 * space, em(this, 1.2));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.setFont(bold(font()));
    painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter, shownTitle());
    painter.setFont(font());
    double right = head.right();
    for (size_t i = m_lines.size(); i-- > 0;) {
        const QString value = figure(m_lines[i]);
        const double wide = fontMetrics().horizontalAdvance(value);
        painter.setPen(seriesColor(static_cast<int>(i), palette()));
        painter.drawText(QRectF(right - wide, head.top(), wide, head.height()), Qt::AlignRight | Qt::AlignVCenter, value);
        right -= wide + figureGap();
    }

    const double axis = fontMetrics().height();
    const QRectF area(space, head.bottom() + space * 0.5, width() - 2 * space, height() - head.bottom() - axis - space * 1.1);
    const double most = highest();
    painter.setPen(QPen(toneBackground(Tone::Quiet, palette()), 1));
    for (const double share : {0.0, 0.5, 1.0})
        painter.drawLine(QPointF(area.left(), area.bottom() - share * area.height()), QPointF(area.right(), area.bottom() - share * area.height()));
    paintTimes(painter, QRectF(area.left(), area.bottom(), area.width(), axis));
    for (size_t i = 0; i < m_lines.size(); ++i)
        paintLine(painter, area, m_lines[i], most, static_cast<int>(i));
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(area.adjusted(em(this, 0.2), 0, 0, 0), Qt::AlignLeft | Qt::AlignTop, m_text(most));
}

std::vector<std::pair<double, QString>> RateChart::times()
{
    std::vector<std::pair<double, QString>> marks;
    for (int minutes = int(shownPoints / 60); minutes > 0; --minutes)
        marks.emplace_back(1 - minutes * 60.0 / shownPoints, tr("\u2212%1 min").arg(minutes));
    marks.emplace_back(1, tr("now"));
    return marks;
}

void RateChart::paintTimes(QPainter &painter, const QRectF &area) const
{
    painter.setPen(palette().color(QPalette::PlaceholderText));
    for (const auto &[share, text] : times()) {
        const double wide = fontMetrics().horizontalAdvance(text);
        const double middle = area.left() + share * area.width();
        painter.drawText(QPointF(std::clamp(middle - wide / 2, area.left(), area.right() - wide), area.top() + fontMetrics().ascent()), text);
    }
}

void RateChart::paintLine(QPainter &painter, const QRectF &area, const ChartLine &line, double most, int series) const
{
    const auto &points = m_history.points();
    const size_t count = std::min(points.size(), shownPoints);
    if (count < 2)
        return;
    QPolygonF curve;
    for (size_t i = 0; i < count; ++i) {
        const RatePoint &point = points[points.size() - count + i];
        const double x = area.right() - double(count - 1 - i) / double(shownPoints - 1) * area.width();
        curve.append(QPointF(x, area.bottom() - line.value(point) / most * area.height()));
    }
    QColor colour = seriesColor(series, palette());
    painter.setPen(QPen(colour, std::max(1.5, em(this, 0.1) * 1.0)));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(curve);
    colour.setAlphaF(0.10F);
    curve.append(QPointF(curve.last().x(), area.bottom()));
    curve.append(QPointF(curve.first().x(), area.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawPolygon(curve);
}

} // namespace pigeon
