#include "views/latencyhistogram.h"

#include "look/figures.h"
#include "look/measure.h"
#include "look/theme.h"

#include <QPainter>

namespace pigeon {

namespace {

constexpr int fewestSteps = 16; // four octaves

QString timeOf(int step) { return latencyText(std::chrono::nanoseconds(Latencies::beginOf(step))); }

} // namespace

LatencyHistogram::LatencyHistogram(QWidget *parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Latencies"));
    setLatencies({});
}

void LatencyHistogram::setLatencies(const Latencies &latencies)
{
    m_latencies = latencies;
    setAccessibleDescription(m_latencies.isEmpty() ? tr("Nothing of QoS 1 or 2 was acknowledged lately.")
                                                   : tr("Half of all below %1, nineteen of twenty below %2")
                                                         .arg(latencyText(std::chrono::nanoseconds(m_latencies.below(0.5))),
                                                             latencyText(std::chrono::nanoseconds(m_latencies.below(0.95)))));
    update();
}

QSize LatencyHistogram::sizeHint() const { return {em(this, 24), em(this, 10)}; }
QSize LatencyHistogram::minimumSizeHint() const { return {em(this, 12), em(this, 6)}; }

LatencyHistogram::Range LatencyHistogram::range() const
{
    Range range{Latencies::steps, 0, 0};
    for (int step = 0; step < Latencies::steps; ++step) {
        if (const quint32 count = m_latencies.countIn(step); count > 0) {
            range.first = std::min(range.first, step);
            range.last = step;
            range.highest = std::max(range.highest, count);
        }
    }
    const int missing = std::max(0, fewestSteps - (range.last - range.first + 1));
    range.first = std::max(0, range.first - missing / 2);
    range.last = std::min(Latencies::steps - 1, std::max(range.last, range.first + fewestSteps - 1));
    return range;
}

void LatencyHistogram::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (m_latencies.isEmpty()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, accessibleDescription());
        return;
    }
    const double margin = em(this, 0.8);
    const double line = fontMetrics().height();
    const QRectF area = QRectF(rect()).adjusted(margin, line + margin, -margin, -line - margin);
    const Range range = this->range();
    const double width = area.width() / (range.last - range.first + 1);
    painter.drawText(QRectF(margin, margin / 2, area.width(), line), Qt::AlignLeft | Qt::AlignVCenter, accessibleDescription());
    const QColor color = toneColor(Tone::Accent, palette());
    for (int step = range.first; step <= range.last; ++step) {
        const double height = area.height() * m_latencies.countIn(step) / range.highest;
        painter.fillRect(QRectF(area.left() + (step - range.first) * width, area.bottom() - height, std::max(1.0, width - 1), height), color);
    }
    painter.setPen(palette().color(QPalette::Text));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    const QRectF below(area.left(), area.bottom(), area.width(), line + margin / 2);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, timeOf(range.first));
    painter.drawText(below, Qt::AlignHCenter | Qt::AlignVCenter, timeOf((range.first + range.last + 1) / 2));
    painter.drawText(below, Qt::AlignRight | Qt::AlignVCenter, timeOf(range.last + 1));
}

} // namespace pigeon
