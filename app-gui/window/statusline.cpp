#include "window/statusline.h"

#include "look/figures.h"
#include "look/measure.h"
#include "look/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace pigeon {

StatusLine::StatusLine(QWidget *parent)
    : QWidget(parent)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(em(this, 0.5), em(this, 0.1), em(this, 0.5), em(this, 0.1));
    row->setSpacing(em(this, 1));
    for (size_t part = 0; part < PartCount; ++part) {
        m_labels[part] = new QLabel(this);
        m_labels[part]->setTextFormat(Qt::PlainText);
        row->addWidget(m_labels[part], part == Broker ? 1 : 0);
    }
    m_labels[Broker]->setMinimumWidth(0);
    m_labels[Broker]->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    showStopped({});
}

void StatusLine::say(Part part, const QString &text, const QString &tip, bool isBad)
{
    m_labels[part]->setText(text);
    m_labels[part]->setToolTip(tip);
    m_labels[part]->setAccessibleName(tip.isEmpty() ? text : tip + QStringLiteral(": ") + text);
    m_labels[part]->setVisible(!text.isEmpty());
    if (m_isBad[part] != isBad) {
        m_isBad[part] = isBad;
        tint();
    }
}

void StatusLine::showStopped(const QString &why)
{
    m_isRunning = false;
    m_before.reset();
    for (size_t part = 0; part < PartCount; ++part)
        say(static_cast<Part>(part), {}, {});
    say(Broker, QStringLiteral("\u25CB ") + (why.isEmpty() ? tr("stopped") : why), tr("Broker"), !why.isEmpty());
    tint(); // it was green
}

void StatusLine::showRunning(const QStringList &listeners)
{
    m_isRunning = true;
    say(Broker, QStringLiteral("\u25CF ") + (listeners.isEmpty() ? tr("running, no listener") : listeners.join(QStringLiteral(", "))),
        tr("Where the broker listens"));
    tint();
}

void StatusLine::take(const MonitorTotals &totals, const MonitorLimits &limits)
{
    const QString clients = limits.connections > 0
        ? tr("clients %1/%2").arg(countText(totals.connected), shortCountText(double(limits.connections)))
        : tr("clients %1").arg(countText(totals.connected));
    say(Clients, clients, tr("Clients connected now; sessions held: %1").arg(countText(totals.sessions)));
    if (m_before && totals.when > m_before->when) {
        const double seconds = static_cast<double>(totals.when - m_before->when) / 1e9;
        const auto rate = [seconds](quint64 now, quint64 before) {
            return shortCountText(static_cast<double>(now - std::min(now, before)) / seconds);
        };
        say(In, tr("in %1/s").arg(rate(totals.messagesIn, m_before->messagesIn)),
            tr("Messages from clients each second; %1 in all").arg(countText(totals.messagesIn)));
        say(Out, tr("out %1/s").arg(rate(totals.messagesOut, m_before->messagesOut)),
            tr("Messages to clients each second; %1 in all").arg(countText(totals.messagesOut)));
    }
    say(Queue, tr("queue %1").arg(shortCountText(double(totals.queuedMessages))),
        tr("Messages that wait for clients: %1, %2")
            .arg(countText(totals.queuedMessages), bytesText(totals.queuedBytes)));
    quint64 drops = 0;
    for (const quint64 each : totals.drops)
        drops += each;
    say(Drops, tr("dropped %1").arg(shortCountText(double(drops))),
        tr("Messages that a receiver did not and will not get: dropped by the broker, %1 since it began")
            .arg(countText(drops)), drops > 0);
    m_before = totals;
}

void StatusLine::take(const TapLosses &losses)
{
    const quint64 lost = losses.total();
    say(Tap, lost == 0 ? tr("unseen 0") : tr("unseen %1").arg(shortCountText(double(lost))),
        tr("What the broker did but this window was not told, since it was too much: messages %1, deliveries %2, packets "
           "%3, events %4, log lines %5; payloads left out %6. Clients got everything all the same.")
            .arg(countText(losses.messages), countText(losses.deliveries), countText(losses.packets),
                countText(losses.events), countText(losses.logLines), countText(losses.payloadsLeftOut)),
        lost > 0);
}

void StatusLine::showRing(quint64 rows, quint64 capacity, quint64 evicted, quint64 bytes)
{
    const int percent = capacity == 0 ? 0 : static_cast<int>(rows * 100 / capacity);
    say(Ring, tr("rows %1 (%2 %)").arg(shortCountText(double(rows))).arg(percent),
        tr("Messages kept to look at: %1 of at most %2, %3. Older ones that had to make room: %4.")
            .arg(countText(rows), countText(capacity), bytesText(bytes), countText(evicted)));
}

void StatusLine::showBehind(std::optional<quint64> messages)
{
    say(Behind, messages ? tr("frozen, %1 behind").arg(countText(*messages)) : QString(),
        tr("The views stand still; nothing is lost that the ring still holds. Space goes on."), messages.has_value());
}

void StatusLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        tint();
}

void StatusLine::tint()
{
    const QPalette own = parentWidget() ? parentWidget()->palette() : QPalette();
    for (size_t part = 0; part < PartCount; ++part) {
        if (!m_labels[part])
            continue;
        QPalette label = own;
        if (m_isBad[part])
            label.setColor(QPalette::WindowText, toneColor(part == Broker ? Tone::Bad : Tone::Warning, own));
        else if (part == Broker && m_isRunning)
            label.setColor(QPalette::WindowText, toneColor(Tone::Good, own));
        m_labels[part]->setPalette(label);
    }
}

} // namespace pigeon
