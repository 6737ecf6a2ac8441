#pragma once

#include "monitor/monitorsource.h"
#include "publish/publishdraft.h"

#include <QObject>
#include <QTimer>

namespace pigeon {

/// Sends a draft once, again and again, or many times at once, and tells how it went. It never has more than a bound of
/// messages unanswered, so that a burst fills nobody's memory. GUI thread; the source must outlive it.
class PublishRun final : public QObject
{
    Q_OBJECT

public:
    explicit PublishRun(MonitorSource &source, QObject *parent = nullptr);

    void sendOnce(const PublishDraft &draft);
    /// Every `interval`, `count` times; 0 = until it is stopped.
    void repeat(const PublishDraft &draft, std::chrono::milliseconds interval, quint64 count);
    /// `count` times as fast as answers come.
    void burst(const PublishDraft &draft, quint64 count);
    void stop();
    bool isRunning() const { return m_isRunning; }
    quint64 sent() const { return m_sent; }
    quint64 answered() const { return m_answered; }

Q_SIGNALS:
    /// Something was sent or answered.
    void progressed();
    void ended();
    /// It was refused, or cannot be sent; a run ends with it.
    void failed(const QString &why);

private:
    void begin(const PublishDraft &draft, quint64 count);
    bool send();
    void fill();
    void heard(const CommandAnswer &answer, quint64 run);
    bool isWhole() const { return m_wanted > 0 && m_sent >= m_wanted; }

    MonitorSource &m_source;
    PublishDraft m_draft;
    QTimer m_timer;
    quint64 m_counter = 0; ///< of `${n}`, over all runs
    quint64 m_run = 0; ///< answers of an earlier run are none of this one
    quint64 m_wanted = 0; ///< 0 = no end
    quint64 m_sent = 0;
    quint64 m_answered = 0;
    bool m_isRunning = false;
    bool m_isBurst = false;
};

} // namespace pigeon
