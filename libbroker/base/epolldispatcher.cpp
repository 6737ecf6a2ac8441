#include "base/epolldispatcher.h"

#ifdef Q_OS_LINUX

#include <QCoreApplication>
#include <QEvent>
#include <QTimerEvent>
#include <QVarLengthArray>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace pigeon {

namespace {

using namespace std::chrono_literals;

constexpr quint64 wakeUpKey = ~quint64(0);
constexpr int eventsPerSleep = 256; // what does not fit is reported by the next sleep
constexpr quint8 readBit = 1 << QSocketNotifier::Read;
constexpr quint8 writeBit = 1 << QSocketNotifier::Write;
constexpr quint8 exceptionBit = 1 << QSocketNotifier::Exception;

quint64 keyOf(int descriptor, quint32 generation)
{
    return quint64(generation) << 32 | quint32(descriptor);
}

quint32 eventsFor(quint8 types)
{
    return (types & readBit ? quint32(EPOLLIN) : 0) | (types & writeBit ? quint32(EPOLLOUT) : 0)
        | (types & exceptionBit ? quint32(EPOLLPRI) : 0);
}

/// An error or a hang-up concerns whoever watches: the next read or write tells what it is.
quint8 typesFor(quint32 events)
{
    if (events & (EPOLLERR | EPOLLHUP))
        return readBit | writeBit | exceptionBit;
    return quint8((events & EPOLLIN ? readBit : 0) | (events & EPOLLOUT ? writeBit : 0)
        | (events & EPOLLPRI ? exceptionBit : 0));
}

} // namespace

EpollDispatcher::EpollDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent)
{
    m_wakeUps = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (m_wakeUps < 0)
        qFatal("Cannot create an eventfd for the event loop: %s", strerror(errno));
    createEpoll();
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_epoll);
    ::close(m_wakeUps);
}

void EpollDispatcher::createEpoll()
{
    m_epoll = epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = wakeUpKey;
    if (m_epoll < 0 || epoll_ctl(m_epoll, EPOLL_CTL_ADD, m_wakeUps, &event) != 0)
        qFatal("Cannot create an epoll descriptor for the event loop: %s", strerror(errno));
}

// ---- One turn of the loop

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    // The order matters: whoever interrupts sets its flag first and wakes up second. An interruption from before
    // this turn may be one that the loop has not seen when it last looked whether to exit, so it keeps this turn
    // from sleeping.
    const bool interruptedBefore = m_interrupted.exchange(false);
    const bool woken = m_wake.exchange(Wake::Running) == Wake::Woken;
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();
    if (m_interrupted)
        return woken;

    const bool withTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    const bool withNotifiers = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    // A loop that runs until it is told to exit may sleep although this turn has sent something already.
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !interruptedBefore
        && (flags.testFlag(QEventLoop::EventLoopExec) || !woken);

    const bool notified = sleepAndActivate(sleepMilliseconds(mayWait, withTimers), withNotifiers);
    const bool fired = withTimers && activateTimers();
    return woken || notified || fired;
}

int EpollDispatcher::sleepMilliseconds(bool mayWait, bool withTimers) const
{
    if (!mayWait)
        return 0;
    if (!withTimers || m_order.empty())
        return -1;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
        m_order.begin()->first - std::chrono::steady_clock::now());
    return int(std::clamp<qint64>(wait.count(), 0, std::numeric_limits<int>::max()));
}

bool EpollDispatcher::sleepAndActivate(int timeout, bool withNotifiers)
{
    if (timeout != 0)
        Q_EMIT aboutToBlock(); // may post events or change notifiers
    if (withNotifiers)
        applyChanges();
    if (withNotifiers && !m_alwaysReady.empty())
        timeout = 0;
    // From here on a wakeUp of another thread has to write to the eventfd; an earlier one keeps us awake.
    Wake running = Wake::Running;
    if (timeout != 0 && !m_wake.compare_exchange_strong(running, Wake::Asleep))
        timeout = 0;

    std::array<epoll_event, eventsPerSleep> events;
    int count = 0;
    if (withNotifiers) {
        count = epoll_wait(m_epoll, events.data(), eventsPerSleep, timeout);
    } else {
        pollfd wakeUps{m_wakeUps, POLLIN, 0};
        if (poll(&wakeUps, 1, timeout) > 0)
            drainWakeUps();
    }
    Wake asleep = Wake::Asleep;
    m_wake.compare_exchange_strong(asleep, Wake::Running);

    const quint64 sleep = ++m_sleeps;
    bool activated = false;
    for (int i = 0; i < count && m_sleeps == sleep; ++i) {
        const quint64 key = events[size_t(i)].data.u64;
        if (key == wakeUpKey) {
            drainWakeUps();
            continue;
        }
        const int descriptor = int(key & 0xFFFFFFFF);
        if (m_descriptors[size_t(descriptor)].generation != quint32(key >> 32)) {
            m_stale = true;
            continue;
        }
        activated |= activate(descriptor, typesFor(events[size_t(i)].events));
    }
    if (withNotifiers && m_sleeps == sleep)
        activated |= activateAlwaysReady();
    if (m_stale)
        rebuild();
    return activated;
}

void EpollDispatcher::wakeUp()
{
    if (m_wake.exchange(Wake::Woken) != Wake::Asleep)
        return;
    const quint64 one = 1;
    while (::write(m_wakeUps, &one, sizeof one) < 0 && errno == EINTR) { }
}

void EpollDispatcher::interrupt()
{
    m_interrupted = true;
    wakeUp();
}

void EpollDispatcher::drainWakeUps()
{
    quint64 count = 0;
    while (::read(m_wakeUps, &count, sizeof count) < 0 && errno == EINTR) { }
}

// ---- Socket notifiers

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const auto descriptor = int(notifier->socket());
    if (size_t(descriptor) >= m_descriptors.size())
        m_descriptors.resize(size_t(descriptor) + 1);
    Descriptor &known = m_descriptors[size_t(descriptor)];
    const auto bit = TypeMask(1 << notifier->type());
    QPointer<QSocketNotifier> &place = known.notifiers[size_t(notifier->type())];
    if (place != notifier) {
        // Another notifier: perhaps of another descriptor that got the same number, which the kernel knows nothing of.
        place = notifier;
        known.armed &= TypeMask(~bit);
    }
    known.enabled |= bit;
    markChanged(descriptor);
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const auto descriptor = int(notifier->socket());
    if (descriptor < 0 || size_t(descriptor) >= m_descriptors.size())
        return;
    Descriptor &known = m_descriptors[size_t(descriptor)];
    if (known.notifiers[size_t(notifier->type())] != notifier)
        return; // its place was taken by the notifier of a newer descriptor of that number
    known.enabled &= TypeMask(~(1 << notifier->type()));
    markChanged(descriptor);
}

void EpollDispatcher::markChanged(int descriptor)
{
    Descriptor &known = m_descriptors[size_t(descriptor)];
    if (known.changed)
        return;
    known.changed = true;
    m_changed.push_back(descriptor);
}

void EpollDispatcher::applyChanges()
{
    for (const int descriptor : m_changed) {
        Descriptor &known = m_descriptors[size_t(descriptor)];
        known.changed = false;
        if (known.enabled != known.armed)
            applyChange(descriptor);
    }
    m_changed.clear();
}

void EpollDispatcher::applyChange(int descriptor)
{
    Descriptor &known = m_descriptors[size_t(descriptor)];
    known.armed = known.enabled;
    if (known.enabled == 0) {
        forget(descriptor);
        return;
    }
    watch(descriptor, eventsFor(known.enabled));
}

void EpollDispatcher::watch(int descriptor, quint32 events)
{
    Descriptor &known = m_descriptors[size_t(descriptor)];
    epoll_event event{};
    event.events = events;
    event.data.u64 = keyOf(descriptor, known.generation);
    ++m_changesApplied;
    if (known.watched && epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event) == 0)
        return;
    // New, or closed and opened again behind our back: then the kernel has forgotten the old one by itself.
    ++known.generation;
    event.data.u64 = keyOf(descriptor, known.generation);
    known.watched = epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
    const int error = errno;
    if (known.watched || error != EPERM) {
        std::erase(m_alwaysReady, known.alwaysReady ? descriptor : -1);
        known.alwaysReady = false;
    } else if (!known.alwaysReady) { // a regular file never blocks, so it is ready always
        known.alwaysReady = true;
        m_alwaysReady.push_back(descriptor);
    }
    if (!known.watched && !known.alwaysReady)
        qWarning("The event loop cannot watch descriptor %d: %s", descriptor, strerror(error));
}

/// Takes the descriptor out; one that was closed before has left by itself, whatever its number means by now.
void EpollDispatcher::forget(int descriptor)
{
    Descriptor &known = m_descriptors[size_t(descriptor)];
    if (known.watched) {
        ++m_changesApplied;
        epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    }
    std::erase(m_alwaysReady, known.alwaysReady ? descriptor : -1);
    known.watched = false;
    known.alwaysReady = false;
    known.notifiers = {};
    ++known.generation;
}

/// A descriptor that was closed while a copy of it is open elsewhere (a child process) is reported for ever and
/// can only be got rid of together with the epoll descriptor.
void EpollDispatcher::rebuild()
{
    m_stale = false;
    ::close(m_epoll);
    createEpoll();
    for (size_t descriptor = 0; descriptor < m_descriptors.size(); ++descriptor) {
        Descriptor &known = m_descriptors[descriptor];
        if (!known.watched)
            continue;
        known.watched = false;
        known.armed = 0;
        markChanged(int(descriptor));
    }
}

bool EpollDispatcher::activateAlwaysReady()
{
    bool activated = false;
    const std::vector<int> descriptors = m_alwaysReady;
    for (const int descriptor : descriptors)
        activated |= activate(descriptor, readBit | writeBit);
    return activated;
}

bool EpollDispatcher::activate(int descriptor, TypeMask ready)
{
    bool activated = false;
    for (const auto type : {QSocketNotifier::Exception, QSocketNotifier::Read, QSocketNotifier::Write}) {
        // Looked up each time: what was activated before may have changed anything, this descriptor included.
        const Descriptor &known = m_descriptors[size_t(descriptor)];
        if (!(ready & known.enabled & known.armed & (1 << type)))
            continue;
        QEvent event(QEvent::SockAct);
        QCoreApplication::sendEvent(known.notifiers[size_t(type)], &event);
        activated = true;
    }
    return activated;
}

// ---- Timers

void EpollDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object)
{
    unregisterTimer(timerId);
    const Moment ideal = std::chrono::steady_clock::now() + std::chrono::milliseconds(interval);
    Timer &timer = m_timers[timerId];
    timer = Timer{interval, timerType, object, ideal, ideal, ++m_timerSerial};
    schedule(timerId, timer);
}

/// Never early. Coarse timers are at most 5 % late, very coarse ones less than a second: rounding to round moments
/// lets many of them fire in one turn.
EpollDispatcher::Moment EpollDispatcher::rounded(const Timer &timer)
{
    std::chrono::milliseconds grain{0};
    if (timer.type == Qt::VeryCoarseTimer)
        grain = 1s;
    else if (timer.type == Qt::CoarseTimer)
        grain = std::chrono::milliseconds(std::min(std::bit_floor(quint64(timer.interval) / 20), quint64(1024)));
    if (grain.count() == 0)
        return timer.ideal;
    const auto late = timer.ideal.time_since_epoch() % grain;
    return late.count() == 0 ? timer.ideal : timer.ideal + (grain - late);
}

void EpollDispatcher::schedule(int timerId, Timer &timer)
{
    timer.due = rounded(timer);
    m_order.emplace(timer.due, timerId);
}

bool EpollDispatcher::unregisterTimer(int timerId)
{
    const auto found = m_timers.find(timerId);
    if (found == m_timers.end())
        return false;
    m_order.erase({found->second.due, timerId});
    m_timers.erase(found);
    return true;
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    return std::erase_if(m_timers, [&](const auto &entry) {
        if (entry.second.object != object)
            return false;
        m_order.erase({entry.second.due, entry.first});
        return true;
    }) > 0;
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> infos;
    for (const auto &[timerId, timer] : m_timers) {
        if (timer.object == object)
            infos.append(TimerInfo(timerId, int(timer.interval), timer.type));
    }
    return infos;
}

int EpollDispatcher::remainingTime(int timerId)
{
    const auto found = m_timers.find(timerId);
    if (found == m_timers.end())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        found->second.due - std::chrono::steady_clock::now());
    return int(std::clamp<qint64>(left.count(), 0, std::numeric_limits<int>::max()));
}

bool EpollDispatcher::activateTimers()
{
    if (m_order.empty())
        return false;
    const Moment now = std::chrono::steady_clock::now();
    // Each at most once a turn: listed first, for what fires may start timers that are due at once.
    QVarLengthArray<std::pair<int, quint64>, 16> due;
    for (const auto &[moment, timerId] : m_order) {
        if (moment > now)
            break;
        due.append({timerId, m_timers.at(timerId).serial});
    }
    bool fired = false;
    for (const auto &[timerId, serial] : due) {
        const auto found = m_timers.find(timerId);
        if (found != m_timers.end() && found->second.serial == serial)
            fired |= fireTimer(timerId, now);
    }
    return fired;
}

bool EpollDispatcher::fireTimer(int timerId, Moment now)
{
    Timer &timer = m_timers.at(timerId);
    // While its event is delivered a timer stands in no order: a loop inside the receiver does not fire it again.
    auto place = m_order.extract({timer.due, timerId});
    if (!place || timer.due > now) {
        if (place)
            m_order.insert(std::move(place)); // a loop inside an earlier receiver has fired it
        return false;
    }
    timer.ideal += std::chrono::milliseconds(timer.interval);
    if (timer.ideal < now) // missed turns are not caught up with
        timer.ideal = now + std::chrono::milliseconds(timer.interval);
    timer.due = rounded(timer);
    const quint64 serial = timer.serial;

    QTimerEvent event(timerId);
    QCoreApplication::sendEvent(timer.object, &event);

    const auto found = m_timers.find(timerId);
    if (found != m_timers.end() && found->second.serial == serial) {
        place.value() = {found->second.due, timerId};
        m_order.insert(std::move(place));
    }
    return true;
}

} // namespace pigeon

#endif
