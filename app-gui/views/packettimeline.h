#pragma once

#include "capture/capture.h"

#include <QWidget>

namespace pigeon {

/// The packets of one client over time, in lanes by kind: those from it point up, those to it down. The wheel zooms, a
/// click asks for a packet. It reads the ring of packets; nothing is shown while packets are not recorded. GUI thread.
class PacketTimeline final : public QWidget
{
    Q_OBJECT

public:
    PacketTimeline(const Capture &capture, QWidget *parent);

    void showClient(ClientNumber client);
    /// Takes in what is new.
    void refresh();

    QSize sizeHint() const override;

Q_SIGNALS:
    void packetAsked(quint64 logRow);

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

private:
    struct Mark
    {
        quint64 row = 0; ///< of the ring
        qint64 when = 0;
        int lane = 0;
        bool isFromClient = false;
        bool isFailure = false;
    };
    void readOn();
    qint64 end() const;
    double xOf(qint64 when) const;
    const Mark *markAt(const QPointF &position) const;
    QRectF laneArea() const;

    const Capture &m_capture;
    ClientNumber m_client = 0;
    std::vector<Mark> m_marks;
    quint64 m_readUpTo = 0;
    qint64 m_span; ///< ns that are shown
};

} // namespace pigeon
