#pragma once

#include "monitor/records.h"

#include <QWidget>

#include <array>

class QLabel;

namespace pigeon {

/// The line at the bottom: is a broker running and where, how much passes through, what waits, what was dropped, and what
/// of it is not seen here: three losses that are never mixed. It is fed with totals and works out rates. GUI thread.
class StatusLine final : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget *parent = nullptr);

    void showStopped(const QString &why);
    void showRunning(const QStringList &listeners);
    void take(const MonitorTotals &totals, const MonitorLimits &limits);
    void take(const TapLosses &losses);
    /// How full the ring of rows is, how many rows it has let go of, and the memory that it holds.
    void showRing(quint64 rows, quint64 capacity, quint64 evicted, quint64 bytes);
    /// Frozen views: how many messages they are behind. Nothing: they follow.
    void showBehind(std::optional<quint64> messages);


protected:
    void changeEvent(QEvent *event) override;

private:
    enum Part { Broker, Clients, In, Out, Queue, Drops, Tap, Ring, Behind, PartCount };
    void say(Part part, const QString &text, const QString &tip, bool isBad = false);
    void tint();

    std::array<QLabel *, PartCount> m_labels{};
    std::array<bool, PartCount> m_isBad{};
    bool m_isRunning = false;
    std::optional<MonitorTotals> m_before;
};

} // namespace pigeon
