#include <pigeon/broker.h>

#include "base/logging.h"
#include "broker/core.h"
#include "broker/signalevents.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/frame.h"
#include "session/policy.h"
#include "storage/memorystore.h"
#include "transport/tcplistener.h"

#include <QMetaMethod>
#include <QTimer>

#include <atomic>
#include <map>
#include <vector>

namespace pigeon {

namespace {

// How long `close` waits for the clients' links to send their last bytes: a link's own grace period, and a little.
constexpr Milliseconds closeTimeout{2'200};
constexpr Milliseconds closePoll{5};

/// True when a client could have sent it: what is encoded must decode again. The payload takes no part in it.
bool isValid(const PublishPacket &packet)
{
    PublishPacket head = packet;
    head.payload.clear();
    head.packetId = packet.qos == QoS::AtMostOnce ? 0 : 1;
    head.duplicate = false;
    constexpr qsizetype longestText = 65'535;
    if (packet.topic.size() > longestText || packet.payload.size() > 268'000'000)
        return false;
    const QByteArray bytes = encodePacket(head, ProtocolVersion::Mqtt5);
    const FrameCut cut = cutFrame(bytes, 268'435'460);
    return cut.status == FrameCut::Status::Complete
        && decodePacket(cut.frame, ProtocolVersion::Mqtt5, Sender::Client, {});
}

/// The answers of a broker whose program gives none: everybody may come, by one of the methods it has.
class MethodPolicy final : public Policy
{
public:
    AuthenticationMethod *method(QByteArrayView name) override
    {
        const auto found = m_methods.find(name.toByteArray());
        return found == m_methods.end() ? nullptr : found->second.get();
    }
    void add(std::unique_ptr<AuthenticationMethod> method)
    {
        const QByteArray name = method->name();
        m_methods[name] = std::move(method);
    }

private:
    std::map<QByteArray, std::unique_ptr<AuthenticationMethod>> m_methods;
};

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
    MethodPolicy policy;
    SignalEvents events;
    std::unique_ptr<Store> store = std::make_unique<MemoryStore>();
    std::unique_ptr<BrokerCore> core;
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
    core.reset();
}

void BrokerPrivate::makeCore()
{
    core = std::make_unique<BrokerCore>(options, clock, *store, policy, &events);
    core->deadlines().setWakeChanged([this] { armTimer(); });
    core->connections().setRetired([this] { turnSoon(); });
    core->restore();
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
}

Broker::~Broker() = default;

void Broker::setStore(std::unique_ptr<Store> store)
{
    Q_ASSERT(d->listeners.empty());
    d->core.reset();
    d->store = std::move(store);
    d->makeCore();
}

void Broker::addAuthenticationMethod(std::unique_ptr<AuthenticationMethod> method)
{
    d->policy.add(std::move(method));
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
    if (!isValid(packet))
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
