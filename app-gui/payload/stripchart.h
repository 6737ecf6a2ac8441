#pragma once

#include "payload/chartseries.h"

#include <QWidget>

#include <optional>

namespace pigeon {

/// A value over time as a line, with both axes. Under the mouse, or with the arrow keys, one point is read off. It shows a
/// hundred thousand points as quickly as a hundred. GUI thread.
class StripChart : public QWidget
{
    Q_OBJECT

public:
    explicit StripChart(QWidget *parent = nullptr);

    /// In the order of time. `name` is what the values are.
    void setPoints(const QString &name, std::vector<ChartPoint> points);
    /// Later ones of the same values; those before `from` are let go of. What is read off stays.
    void addPoints(const std::vector<ChartPoint> &points, double from);
    const std::vector<ChartPoint> &points() const { return m_points; }
    /// What is said in place of a line where there are no points.
    void setEmptyText(const QString &text);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Frame ///< where the line is, and what its edges stand for
    {
        QRectF area;
        double from;
        double to;
        double low;
        double high;
        QPointF placeOf(const ChartPoint &point) const;
    };
    Frame frame() const;
    void paintAxes(QPainter &painter, const Frame &frame) const;
    void paintLine(QPainter &painter, const Frame &frame) const;
    void paintReading(QPainter &painter, const Frame &frame) const;
    void read(std::optional<size_t> point);
    void describe();
    static QString valueText(double value);

    QString m_name;
    QString m_emptyText;
    std::vector<ChartPoint> m_points;
    std::optional<size_t> m_read; ///< the point that is read off
};

} // namespace pigeon
