#include "publish/publishrun.h"

#include <QPointer>

namespace pigeon {

namespace {

constexpr quint64 mostUnanswered = 200;

} // namespace

PublishRun::PublishRun(MonitorSource &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        // A broker that does not answer is not sent more and more.
        if (m_sent - m_answered < mostUnanswered)
            send();
    });
}

void PublishRun::begin(const PublishDraft &draft, quint64 count)
{
    stop();
    m_draft = draft;
    m_wanted = count;
    m_sent = 0;
    m_answered = 0;
    ++m_run;
    m_isRunning = true;
}

void PublishRun::sendOnce(const PublishDraft &draft)
{
    begin(draft, 1);
    send();
}

void PublishRun::repeat(const PublishDraft &draft, std::chrono::milliseconds interval, quint64 count)
{
    begin(draft, count);
    m_isBurst = false;
    if (send() && !isWhole())
        m_timer.start(interval);
}

void PublishRun::burst(const PublishDraft &draft, quint64 count)
{
    begin(draft, count);
    m_isBurst = true;
    fill();
}

void PublishRun::stop()
{
    m_timer.stop();
    m_isBurst = false;
    if (std::exchange(m_isRunning, false))
        Q_EMIT ended();
}

void PublishRun::fill()
{
    while (m_isRunning && !isWhole() && m_sent - m_answered < mostUnanswered && send()) { }
}

bool PublishRun::send()
{
    std::variant<PublishPacket, QString> packet = packetOf(m_draft, m_counter + 1);
    if (const QString *problem = std::get_if<QString>(&packet)) {
        Q_EMIT failed(*problem);
        stop();
        return false;
    }
    ++m_counter;
    ++m_sent;
    if (isWhole())
        m_timer.stop();
    const QPointer<PublishRun> self(this); // the source may outlive us
    m_source.publish(std::get<PublishPacket>(packet), m_draft.asClient.toUtf8(),
        [self, run = m_run](const CommandAnswer &answer) {
            if (self)
                self->heard(answer, run);
        });
    Q_EMIT progressed();
    return true;
}

void PublishRun::heard(const CommandAnswer &answer, quint64 run)
{
    if (run != m_run)
        return;
    ++m_answered;
    if (!answer.isSuccess()) {
        Q_EMIT failed(answer.error);
        stop();
        return;
    }
    Q_EMIT progressed();
    if (isWhole() && m_answered == m_sent)
        stop();
    else if (m_isBurst)
        fill();
}

} // namespace pigeon
