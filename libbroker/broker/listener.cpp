#include <pigeon/listener.h>

#include "broker/listenerprivate.h"

#include <QPointer>

#include <utility>
#include <vector>

namespace pigeon {

namespace {

constexpr size_t topicsPerStep = 1'000; // of retained messages that are looked at before others have their turn

} // namespace

ListenerPrivate::ListenerPrivate(QByteArray filter, const QObject *receiver, ProgramCalls &calls)
    : m_filter(std::move(filter))
    , m_receiver(receiver)
    , m_calls(calls)
{
}

ListenerPrivate::~ListenerPrivate()
{
    listenTo(nullptr);
}

void ListenerPrivate::listenTo(Services *services)
{
    if (m_services)
        m_services->listeners.remove(m_filter, *this);
    m_services = services;
    if (m_services)
        m_services->listeners.add(m_filter, *this);
}

void ListenerPrivate::take(const MessagePtr &message, bool isRetained)
{
    const ProgramCalls::Inside inside(m_calls);
    Q_EMIT m_listener->received(message, isRetained);
}

void ListenerPrivate::replaySoon()
{
    // Queued: who subscribes has not yet got hold of the listener.
    QMetaObject::invokeMethod(m_listener, [this] { replaySome(); }, Qt::QueuedConnection);
}

void ListenerPrivate::replaySome()
{
    if (!m_services)
        return;
    std::vector<MessagePtr> found; // told afterwards: who is told may change what is retained
    size_t left = topicsPerStep;
    const std::optional<QByteArray> reached = m_services->retained.matchSome(
        m_replayedUpTo, m_filter, left, [&found](const MessagePtr &message) {
            found.push_back(message);
            return true;
        });
    if (reached) {
        m_replayedUpTo = *reached;
        replaySoon();
    }
    const Milliseconds now = m_services->clock.wallTime();
    const QPointer<Listener> alive(m_listener); // who is told may end it
    for (const MessagePtr &message : found) {
        const std::optional<qint64> secondsLeft = message->secondsLeft(now);
        if (!secondsLeft || *secondsLeft > 0)
            take(message, true);
        if (!alive)
            return;
    }
}

Listener::Listener(std::unique_ptr<ListenerPrivate> listener)
    : d(std::move(listener))
{
    d->setPublic(*this);
}

Listener::~Listener() = default;

QByteArray Listener::filter() const
{
    return d->filter();
}

} // namespace pigeon
