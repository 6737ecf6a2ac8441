#include <pigeon/broker.h>

#include "base/logging.h"
#include "broker/core.h"
#include "broker/handlerpolicy.h"
#include "broker/signalevents.h"
#include "broker/systemtopics.h"
#include "protocol/encoder.h"
#include "protocol/soundness.h"
#include "storage/memorystore.h"
#include "transport/tcplistener.h"

#include <QMetaMethod>
#include <QTimer>

#include <atomic>
#include <vector>

namespace pigeon {

namespace {

// How long `close` waits for the clients' links to send their last bytes: a link's own grace period, and a little.
constexpr Milliseconds closeTimeout{2'200};
constexpr Milliseconds closePoll{5};

} // namespace

/// The parts of a Broker: the core, its clock and timer, its listeners.
class BrokerPrivate
{
public:
    BrokerPrivate(BrokerOptions brokerOptions, Broker &broker);
    ~BrokerPrivate();

    void makeCore();
    void armTimer();
    void turnSoon();
    void takeConnection(std::unique_ptr<Link> link);
    void close();
    bool isEverythingSent() const;
    void finishClosing();

    Broker &q;
    const BrokerOptions options;
    SystemClock clock;
    HandlerPolicy policy;
    SignalEvents events;
    SystemTopics systemTopics;
    std::unique_ptr<Store> store = std::make_unique<MemoryStore>();
    std::unique_ptr<BrokerCore> core;
    std::unique_ptr<AnswerDesk> desk; // goes before the core: no answer comes to what is gone
    std::vector<std::unique_ptr<TcpListener>> listeners;
    QTimer timer; // for the deadlines of the core
    QTimer closePollTimer;
    TimePoint closingSince;
    quint16 lastPort = 0;
    QString errorString;
    bool isClosing = false;
    bool isTurnPosted = false;
    std::atomic<bool> isListenerCheckPosted{false}; // signals are disconnected in any thread
};

BrokerPrivate::BrokerPrivate(BrokerOptions brokerOptions, Broker &broker)
    : q(broker)
    , options(std::move(brokerOptions))
    , events(broker)
    , systemTopics(options, events)
{
    timer.setSingleShot(true);
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, &q, [this] {
        core->turn();
        armTimer();
    });
    closePollTimer.setInterval(closePoll);
    QObject::connect(&closePollTimer, &QTimer::timeout, &q, [this] { finishClosing(); });
    makeCore();
}

BrokerPrivate::~BrokerPrivate()
{
    // Links first hear that nobody listens any more, then the core goes, then the listeners they share.
    if (!isClosing)
        close();
    desk.reset();
    core.reset();
}

void BrokerPrivate::makeCore()
{
    core = std::make_unique<BrokerCore>(options, clock, *store, policy, &systemTopics);
    desk = std::make_unique<AnswerDesk>(core->deadlines(), clock, options.handlerTimeLimit);
    policy.setDesk(desk.get());
    core->deadlines().setWakeChanged([this] { armTimer(); });
    core->connections().setRetired([this] { turnSoon(); });
    core->restore();
    systemTopics.start(core->services());
}

void BrokerPrivate::armTimer()
{
    const std::optional<TimePoint> wake = core->nextWake();
    if (!wake) {
        timer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<Milliseconds>(*wake - clock.now());
    timer.start(std::max(wait, Milliseconds(0)));
}

void BrokerPrivate::turnSoon()
{
    if (std::exchange(isTurnPosted, true))
        return;
    // Queued, since a connection that ends may be on the stack: it is destroyed when the stack is empty.
    QMetaObject::invokeMethod(
        &q,
        [this] {
            isTurnPosted = false;
            core->turn();
            armTimer(); // what was set during the turn did not say so
        },
        Qt::QueuedConnection);
}

void BrokerPrivate::takeConnection(std::unique_ptr<Link> link)
{
    core->connect(std::move(link));
}

void BrokerPrivate::close()
{
    isClosing = true;
    for (const std::unique_ptr<TcpListener> &listener : listeners)
        listener->close();
    core->connections().disconnectAll(ReasonCode::ServerShuttingDown, "the broker shuts down");
    core->turn();
}

bool BrokerPrivate::isEverythingSent() const
{
    // The wills that the end has published are to be kept as well.
    return core->services().tickets.waiting() == 0
        && std::all_of(listeners.begin(), listeners.end(),
            [](const std::unique_ptr<TcpListener> &listener) { return listener->finishingLinks() == 0; });
}

void BrokerPrivate::finishClosing()
{
    if (!isEverythingSent() && clock.now() < closingSince + closeTimeout)
        return;
    closePollTimer.stop();
    listeners.clear();
    Q_EMIT q.closed();
}

Broker::Broker(BrokerOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<BrokerPrivate>(std::move(options), *this))
{
    // SIGNAL() with a queued connection knows the values by their names alone; asking for the id makes them known.
    for (int i = staticMetaObject.methodOffset(); i < staticMetaObject.methodCount(); ++i) {
        const QMetaMethod method = staticMetaObject.method(i);
        for (int each = 0; each < method.parameterCount(); ++each)
            method.parameterMetaType(each).id();
    }
}

Broker::~Broker() = default;

void Broker::setStore(std::unique_ptr<Store> store)
{
    Q_ASSERT(d->listeners.empty());
    d->desk.reset();
    d->core.reset();
    d->store = std::move(store);
    d->makeCore();
}

void Broker::addAuthenticationMethod(std::unique_ptr<AuthenticationMethod> method)
{
    d->policy.addMethod(std::move(method));
}

void Broker::setPreConnectHandler(PreConnectHandler handler)
{
    d->policy.setPreConnect(std::move(handler));
}

void Broker::setAuthenticateHandler(AuthenticateHandler handler)
{
    d->policy.setAuthenticate(std::move(handler));
}

void Broker::setAuthorizePublishHandler(AuthorizePublishHandler handler)
{
    d->policy.setAuthorizePublish(std::move(handler));
}

void Broker::setAuthorizeSubscribeHandler(AuthorizeSubscribeHandler handler)
{
    d->policy.setAuthorizeSubscribe(std::move(handler));
}

void Broker::setAuthorizeForwardHandler(AuthorizeForwardHandler handler)
{
    d->policy.setAuthorizeForward(std::move(handler));
}

void Broker::setPublishedHandler(PublishedHandler handler)
{
    d->policy.setPublished(std::move(handler));
}

bool Broker::listen(const QHostAddress &address, quint16 port)
{
    const QStringList problems = d->options.problems();
    if (!problems.isEmpty() || d->isClosing) {
        d->errorString = d->isClosing ? tr("The broker was closed; make a new one.") : problems.join(u' ');
        return false;
    }
    auto listener = std::make_unique<TcpListener>();
    listener->setNewLinkHandler([this](std::unique_ptr<Link> link) { d->takeConnection(std::move(link)); });
    if (const std::optional<QString> error = listener->listen(address, port)) {
        d->errorString = *error;
        return false;
    }
    d->errorString.clear();
    d->lastPort = listener->port();
    qCInfo(logBroker, "Listening on %s", listener->name().constData());
    d->listeners.push_back(std::move(listener));
    return true;
}

quint16 Broker::port() const
{
    return d->lastPort;
}

QString Broker::errorString() const
{
    return d->errorString;
}

bool Broker::publish(const PublishPacket &packet)
{
    if (!isSoundPublish(packet))
        return false;
    const QByteArray properties = encodeForwardedProperties(packet.properties);
    MessageParts parts;
    parts.topic = packet.topic;
    parts.payload = packet.payload;
    parts.properties = properties;
    parts.qos = packet.qos;
    parts.retain = packet.retain;
    parts.origin = Origin::create({}, {}, {});
    parts.expirySeconds = packet.properties.messageExpiryInterval;
    Publication publication(parts, d->clock);
    return !isFailure(d->core->services().exchange.publishDirectly(publication, nullptr).reason);
}

QByteArray Broker::id() const
{
    return d->options.brokerId;
}

qsizetype Broker::connectedClients() const
{
    return static_cast<qsizetype>(d->core->connections().connected());
}

qsizetype Broker::sessions() const
{
    return d->core->sessions().size();
}

void Broker::connectNotify(const QMetaMethod &signal)
{
    d->events.update(signal, true);
}

void Broker::disconnectNotify(const QMetaMethod &)
{
    // Any thread; when a receiver is destroyed a lock of Qt's is held and the connection is still there. So who listens
    // is looked at later, in our own thread, for all signals.
    if (d->isListenerCheckPosted.exchange(true))
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            d->isListenerCheckPosted = false;
            const QMetaObject &broker = Broker::staticMetaObject;
            for (int i = broker.methodOffset(); i < broker.methodCount(); ++i) {
                const QMetaMethod method = broker.method(i);
                if (method.methodType() != QMetaMethod::Signal)
                    continue;
                // In this order: who connects meanwhile, in another thread, says so after that.
                d->events.update(method, false);
                if (isSignalConnected(method))
                    d->events.update(method, true);
            }
        },
        Qt::QueuedConnection);
}

void Broker::close()
{
    if (d->isClosing)
        return;
    d->close();
    d->closingSince = d->clock.now();
    d->closePollTimer.start();
}

} // namespace pigeon
