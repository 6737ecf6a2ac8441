#pragma once

#include <QtGlobal>

#ifdef Q_OS_LINUX

#include <QAbstractEventDispatcher>
#include <QPointer>
#include <QSocketNotifier>

#include <array>
#include <atomic>
#include <chrono>
#include <set>
#include <unordered_map>
#include <vector>

namespace pigeon {

/// An event dispatcher on epoll: the cost of a turn depends on the descriptors that are ready, not on all that
/// are open. Linux only; belongs to the thread it is installed in, `wakeUp` and `interrupt` are for any thread.
///
/// Changes of socket notifiers are collected and told to the kernel just before the loop sleeps, so that a
/// notifier which is disabled and enabled again within one turn (QTcpSocket does so for each read when it is
/// unbuffered) costs no system call. One rule follows: a notifier that stays alive while its descriptor is closed
/// must not be enabled again for a new descriptor of the same number within the same turn; make a new one.
class EpollDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    explicit EpollDispatcher(QObject *parent = nullptr);
    ~EpollDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    using QAbstractEventDispatcher::registerTimer;
    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;

    void wakeUp() override;
    void interrupt() override;

    /// System calls that told the kernel of changed notifiers, for tests and figures.
    quint64 changesApplied() const { return m_changesApplied; }

private:
    using Moment = std::chrono::steady_clock::time_point;
    using TypeMask = quint8; // bit n stands for QSocketNotifier::Type n

    /// What is known of one descriptor, merged from its up to three notifiers.
    struct Descriptor
    {
        // Guarded, and kept while disabled: the same living notifier means the same descriptor still.
        std::array<QPointer<QSocketNotifier>, 3> notifiers;
        quint32 generation = 0; // tells the events of a descriptor from those of an earlier one of its number
        TypeMask enabled = 0;
        TypeMask armed = 0; // what the kernel watches for these very notifiers
        bool watched = false; // the kernel knows the descriptor
        bool alwaysReady = false; // a regular file: the kernel refuses to watch it
        bool changed = false; // stands in m_changed
    };
    struct Timer
    {
        qint64 interval;
        Qt::TimerType type;
        QObject *object;
        Moment ideal; // when it would fire if it were exact; repeats count from here
        Moment due;
        quint64 serial; // ids are used again
    };
    using TimerOrder = std::set<std::pair<Moment, int>>;
    enum class Wake { Running, Asleep, Woken };

    void createEpoll();
    void markChanged(int descriptor);
    void applyChanges();
    void applyChange(int descriptor);
    void watch(int descriptor, quint32 events);
    void forget(int descriptor);
    void rebuild();

    int sleepMilliseconds(bool mayWait, bool withTimers) const;
    bool sleepAndActivate(int timeout, bool withNotifiers);
    bool activateAlwaysReady();
    bool activate(int descriptor, TypeMask ready);
    void drainWakeUps();

    static Moment rounded(const Timer &timer);
    void schedule(int timerId, Timer &timer);
    bool activateTimers();
    bool fireTimer(int timerId, Moment now);

    int m_epoll = -1;
    int m_wakeUps = -1; // eventfd
    std::atomic<Wake> m_wake = Wake::Running;
    std::atomic<bool> m_interrupted = false;

    std::vector<Descriptor> m_descriptors; // by number
    std::vector<int> m_changed;
    std::vector<int> m_alwaysReady;
    quint64 m_sleeps = 0; // a nested loop that slept makes what the outer one was told obsolete
    quint64 m_changesApplied = 0;
    bool m_stale = false; // the kernel reports a descriptor that nobody can take out any more

    std::unordered_map<int, Timer> m_timers;
    TimerOrder m_order; // without those whose event is being delivered
    quint64 m_timerSerial = 0;
};

} // namespace pigeon

#endif
