#include "broker/brokerprivate.h"

#include "base/logging.h"
#include "broker/chosenstore.h"
#include "broker/reload.h"
#include "protocol/topic.h"
#include "session/peerinfo.h"
#include "transport/devicelink.h"
#include "transport/opendoor.h"
#include "transport/streamsocket.h"

#include <QIODevice>
#include <QMetaMethod>

#include <algorithm>

namespace pigeon {

namespace {

// How long `close` waits for the clients' links to send their last bytes: a link's own grace period, and a little.
constexpr Milliseconds closeTimeout{2'200};
constexpr Milliseconds closePoll{5};

} // namespace

BrokerPrivate::BrokerPrivate(BrokerOptions brokerOptions, Broker &broker)
    : q(broker)
    , options(std::move(brokerOptions))
    , policy(calls, clock, options)
    , events(broker, calls)
    , systemTopics(options, events)
    , tap(systemTopics, QByteArrayLiteral(PIGEON_VERSION),
          {[this] { return doorNames(); }, [this] { return policy.allBans(); }})
    , gate(std::make_shared<Gate>(&q))
{
    ChosenStore chosen = chooseStore(options);
    store = std::move(chosen.store);
    storeProblem = chosen.problem;
    rightsProblem = policy.users().load();
    policy.setConnectionBounds(connectionBounds(options));
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &q, [this] {
        core->turn();
        armTimer();
    });
    m_closePoll.setInterval(closePoll);
    QObject::connect(&m_closePoll, &QTimer::timeout, &q, [this] { finishClosing(); });
    makeCore();
}

BrokerPrivate::~BrokerPrivate()
{
    gate->shut();
    tap.close(nullptr, Broker::tr("The broker has ended."));
    calls.forget();
    // Links first hear that nobody listens any more, then the core goes, then the listeners they share.
    if (!isClosing)
        endEverything();
    for (Listener *listener : std::exchange(listeners, {}))
        delete listener;
    desk.reset();
    core.reset();
}

void BrokerPrivate::makeCore()
{
    core = std::make_unique<BrokerCore>(options, clock, *store, policy, &tap);
    desk = std::make_unique<AnswerDesk>(calls, core->deadlines(), clock, options.handlerTimeLimit);
    policy.setDesk(desk.get());
    core->deadlines().setWakeChanged([this] { armTimer(); });
    core->connections().setRetired([this] { turnSoon(); });
    store->setHealthChanged([this](const StoreHealth &health) { tellHealth(health); });
    restore();
    systemTopics.start(core->services());
    tap.start(core->services());
}

void BrokerPrivate::restore()
{
    const TimePoint begin = clock.now();
    core->restore();
    if (!store->keeps())
        return;
    qCInfo(logBroker, "The store has given back %lld sessions, %llu messages for them and %lld retained ones in %lld ms",
        static_cast<long long>(core->sessions().size()),
        static_cast<unsigned long long>(core->counters().queuedMessages),
        static_cast<long long>(core->services().retained.size()),
        static_cast<long long>((clock.now() - begin) / Milliseconds(1)));
    if (!store->health().text.isEmpty()) // queued: nobody is connected to a signal of a broker that is being made
        QMetaObject::invokeMethod(
            &q, [this, text = store->health().text] { Q_EMIT q.storeAlarm(text); }, Qt::QueuedConnection);
}

void BrokerPrivate::useStore(std::unique_ptr<Store> newStore)
{
    Q_ASSERT(doors.empty() && listeners.empty());
    desk.reset();
    core.reset();
    store = std::move(newStore);
    storeProblem.clear();
    makeCore();
}

void BrokerPrivate::tellHealth(const StoreHealth &health)
{
    const ProgramCalls::Inside inside(calls);
    if (health.isFailing)
        Q_EMIT q.storeAlarm(health.text);
    else
        Q_EMIT q.storeRecovered();
}

// --- time ----------------------------------------------------------------------------------------------------

void BrokerPrivate::armTimer()
{
    const std::optional<TimePoint> wake = core->nextWake();
    if (!wake) {
        m_timer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<Milliseconds>(*wake - clock.now());
    m_timer.start(std::max(wait, Milliseconds(0)));
}

void BrokerPrivate::turnSoon()
{
    if (std::exchange(m_isTurnPosted, true))
        return;
    // Queued, since a connection that ends may be on the stack: it is destroyed when the stack is empty.
    QMetaObject::invokeMethod(
        &q,
        [this] {
            m_isTurnPosted = false;
            core->turn();
            armTimer(); // what was set during the turn did not say so
        },
        Qt::QueuedConnection);
}

// --- connections ---------------------------------------------------------------------------------------------

std::optional<QString> BrokerPrivate::whyClosed() const
{
    if (isClosing)
        return Broker::tr("The broker was closed; make a new one.");
    if (!storeProblem.isEmpty())
        return storeProblem;
    if (!rightsProblem.isEmpty())
        return rightsProblem;
    const QStringList problems = options.problems();
    return problems.isEmpty() ? std::nullopt : std::optional(problems.join(u' '));
}

bool BrokerPrivate::listen(const ListenerOptions &wanted)
{
    OpenedDoor opened;
    if (const std::optional<QString> problem = whyClosed())
        opened.problem = *problem;
    else
        opened = openFor(wanted);
    errorString = opened.problem;
    if (!opened.door)
        return false;
    lastPort = opened.door->port();
    qCInfo(logBroker, "Listening on %s", opened.door->name().constData());
    doors.push_back(std::move(opened.door));
    return true;
}

std::vector<QByteArray> BrokerPrivate::doorNames() const
{
    std::vector<QByteArray> names;
    for (const std::unique_ptr<Door> &door : doors)
        names.push_back(door->name());
    return names;
}

bool BrokerPrivate::reloadCertificates()
{
    QStringList problems;
    for (const std::unique_ptr<Door> &door : doors)
        problems.append(door->readFiles());
    problems.removeAll(QString());
    errorString = problems.join(u' ');
    if (!problems.isEmpty())
        return false;
    for (const std::unique_ptr<Door> &door : doors)
        door->takeFiles();
    return true;
}

void BrokerPrivate::tellRefused(const PeerFacts &peer, const QByteArray &why)
{
    if (events.wants(Events::ConnectionError))
        events.connectionError(infoOf(peer), {ReasonCode::UnspecifiedError, {}, why});
}

OpenedDoor BrokerPrivate::openFor(const ListenerOptions &wanted)
{
    if (const QString problem = wanted.terms ? wanted.terms->problem() : QString(); !problem.isEmpty()) {
        const StreamSocket closed(wanted.listeningSocket); // it was handed over to us
        return {nullptr, problem};
    }
    OpenedDoor opened = openDoor(wanted);
    if (!opened.door)
        return opened;
    opened.door->setAdmitHandler([this](const PeerFacts &peer) { return core->connections().admit(peer); });
    opened.door->setNewLinkHandler([this](std::unique_ptr<Link> link, Admission admission) {
        core->connect(std::move(link), std::move(admission));
    });
    opened.door->setRefusedHandler(
        [this](const PeerFacts &peer, const QByteArray &why) { tellRefused(peer, why); });
    return opened;
}

bool BrokerPrivate::reload(const BrokerOptions &wanted, const std::vector<ListenerOptions> &doorsWanted)
{
    if (const std::optional<QString> problem = whyClosed()) {
        errorString = *problem;
    } else if (calls.mustWait()) {
        errorString = Broker::tr("The broker cannot be reloaded from inside a slot or a handler of its own: use post().");
    } else {
        Reload reload(*this, wanted, doorsWanted);
        errorString = reload.prepare();
        if (errorString.isEmpty())
            reload.putInForce();
    }
    return errorString.isEmpty();
}

bool BrokerPrivate::adopt(std::unique_ptr<QIODevice> device, const QByteArray &name)
{
    std::optional<QString> problem = whyClosed();
    if (!problem && !(device && device->isOpen() && device->isReadable() && device->isWritable()))
        problem = Broker::tr("The device \"%1\" is not open for reading and writing: open it before it is handed over.")
                      .arg(QString::fromUtf8(name));
    else if (!problem && !device->isSequential())
        problem = Broker::tr("The device \"%1\" is no stream: only sequential devices can be a client's connection.")
                      .arg(QString::fromUtf8(name));
    errorString = problem.value_or(QString());
    if (problem)
        return false;
    if (!m_deviceTurn)
        m_deviceTurn = LinkTurn::create();
    auto link = std::make_unique<DeviceLink>(
        std::move(device), PeerFacts{name, 0, QByteArrayLiteral("device")}, m_deviceTurn);
    core->connect(std::move(link));
    return true;
}

// --- the program ---------------------------------------------------------------------------------------------

Completion BrokerPrivate::guarded(Completion done)
{
    if (!done)
        return done;
    return [this, done = std::move(done)](const Outcome &outcome) {
        const ProgramCalls::Inside inside(calls);
        done(outcome);
    };
}

Listener *BrokerPrivate::makeListener(const QByteArray &filter, QObject *receiver)
{
    const bool isFilter = isMqttText(filter) && !topicFilterError(filter) && splitFilter(filter).group.isEmpty();
    errorString = isFilter
        ? QString()
        : Broker::tr("\"%1\" is no topic filter that a program can listen to.").arg(QString::fromUtf8(filter));
    if (!isFilter)
        return nullptr;
    auto *listener = new Listener(std::make_unique<ListenerPrivate>(filter, receiver, calls));
    listeners.push_back(listener);
    QObject::connect(listener, &QObject::destroyed, &q, [this, listener] { std::erase(listeners, listener); });
    // A receiver of another thread says so there: the listener hears it from its event loop.
    QObject::connect(receiver, &QObject::destroyed, listener, [this, listener] { endListener(listener); });
    return listener;
}

void BrokerPrivate::endListener(Listener *listener)
{
    std::erase(listeners, listener);
    listener->d->listenTo(nullptr);
    listener->deleteLater(); // a signal of its own may be on the stack
}

qsizetype BrokerPrivate::endListeners(const QByteArray &filter, const QObject *receiver)
{
    std::vector<Listener *> ended;
    std::copy_if(listeners.begin(), listeners.end(), std::back_inserter(ended), [&](const Listener *each) {
        return each->d->filter() == filter && each->d->receiver() == receiver;
    });
    for (Listener *each : ended)
        endListener(each);
    return static_cast<qsizetype>(ended.size());
}

void BrokerPrivate::checkListeners()
{
    isListenerCheckPosted = false;
    const QMetaObject &broker = Broker::staticMetaObject;
    for (int i = broker.methodOffset(); i < broker.methodCount(); ++i) {
        const QMetaMethod method = broker.method(i);
        if (method.methodType() != QMetaMethod::Signal)
            continue;
        // In this order: who connects meanwhile, in another thread, says so after that.
        events.update(method, false);
        if (q.isSignalConnected(method))
            events.update(method, true);
    }
}

// --- the end -------------------------------------------------------------------------------------------------

void BrokerPrivate::close()
{
    if (isClosing)
        return;
    endEverything();
    m_closingSince = clock.now();
    m_closePoll.start();
}

void BrokerPrivate::endEverything()
{
    isClosing = true;
    for (const std::unique_ptr<Door> &door : doors)
        door->close();
    for (const std::unique_ptr<Door> &door : retiredDoors)
        door->close(); // handshakes may be under way there
    core->connections().disconnectAll(ReasonCode::ServerShuttingDown, "the broker shuts down");
    core->turn();
}

bool BrokerPrivate::isEverythingSent() const
{
    if (m_deviceTurn && !m_deviceTurn->children().isEmpty())
        return false;
    const auto isDone = [](const std::unique_ptr<Door> &door) { return door->finishingLinks() == 0; };
    // The wills that the end has published are to be kept as well.
    return core->services().tickets.waiting() == 0 && std::all_of(doors.begin(), doors.end(), isDone)
        && std::all_of(retiredDoors.begin(), retiredDoors.end(), isDone);
}

void BrokerPrivate::finishClosing()
{
    if (!isEverythingSent() && clock.now() < m_closingSince + closeTimeout)
        return;
    m_closePoll.stop();
    doors.clear();
    retiredDoors.clear();
    store->flush();
    Q_EMIT q.closed();
}

} // namespace pigeon
