#pragma once

#include "capture/history.h"

#include <QWidget>

namespace pigeon {

/// One line of a chart: its name and where it is in a point.
struct ChartLine
{
    QString name;
    double (*value)(const RatePoint &);
};

/// Some figures over the last minutes, with the newest value in words. It keeps no points: it draws those of the history,
/// as many as there are pixels. GUI thread.
class RateChart final : public QWidget
{
    Q_OBJECT

public:
    /// `text` writes a value; the scale is round in units of `unit`: 1024 for bytes.
    RateChart(const QString &title, const RateHistory &history, std::vector<ChartLine> lines, QString (*text)(double),
        QWidget *parent, double unit = 1);

    /// As much of the title as there is room for beside the figures.
    QString shownTitle() const;
    /// The marks below a curve: where, from 0 at the left to 1 at the right, and what stands there.
    static std::vector<std::pair<double, QString>> times();

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString figure(const ChartLine &line) const;
    double margin() const;
    double figureGap() const;
    double highest() const;
    void paintTimes(QPainter &painter, const QRectF &area) const;
    void paintLine(QPainter &painter, const QRectF &area, const ChartLine &line, double most, int series) const;

    const QString m_title;
    const RateHistory &m_history;
    const std::vector<ChartLine> m_lines;
    QString (*const m_text)(double);
    const double m_unit;
};

} // namespace pigeon
