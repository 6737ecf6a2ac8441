#pragma once

#include "capture/latencies.h"

#include <QWidget>

namespace pigeon {

/// How long messages took to one client, as bars: a step of a quarter octave each, so that a microsecond and a minute have
/// their place in one picture. GUI thread.
class LatencyHistogram final : public QWidget
{
    Q_OBJECT

public:
    explicit LatencyHistogram(QWidget *parent = nullptr);

    void setLatencies(const Latencies &latencies);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Range ///< the steps that are drawn: those with something in them, and at least some, so that a bar is no wall
    {
        int first = 0;
        int last = 0;
        quint32 highest = 0;
    };
    Range range() const;

    Latencies m_latencies;
};

} // namespace pigeon
