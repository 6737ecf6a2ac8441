#include <pigeon/broker.h>

#include "broker/brokerprivate.h"
#include "broker/sessionstatus.h"
#include "protocol/soundness.h"
#include "protocol/topic.h"

#include <QIODevice>
#include <QMetaMethod>

namespace pigeon {

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
    d->useStore(std::move(store));
}

void Broker::addAuthenticationMethod(std::unique_ptr<AuthenticationMethod> method)
{
    d->policy.addMethod(std::move(method));
}

void Broker::setPreConnectHandler(PreConnectHandler handler)
{
    d->run([d = d.get(), handler = std::move(handler)] { d->policy.setPreConnect(handler); });
}

void Broker::setAuthenticateHandler(AuthenticateHandler handler)
{
    d->run([d = d.get(), handler = std::move(handler)] { d->policy.setAuthenticate(handler); });
}

void Broker::setAuthorizePublishHandler(AuthorizePublishHandler handler)
{
    d->run([d = d.get(), handler = std::move(handler)] { d->policy.setAuthorizePublish(handler); });
}

void Broker::setAuthorizeSubscribeHandler(AuthorizeSubscribeHandler handler)
{
    d->run([d = d.get(), handler = std::move(handler)] { d->policy.setAuthorizeSubscribe(handler); });
}

void Broker::setAuthorizeForwardHandler(AuthorizeForwardHandler handler)
{
    d->run([d = d.get(), handler = std::move(handler)] { d->policy.setAuthorizeForward(handler); });
}

void Broker::setPublishedHandler(PublishedHandler handler)
{
    d->run([d = d.get(), handler = std::move(handler)] { d->policy.setPublished(handler); });
}

bool Broker::listen(const QHostAddress &address, quint16 port)
{
    ListenerOptions options;
    options.address = address;
    options.port = port;
    return listen(options);
}

bool Broker::listen(const ListenerOptions &options)
{
    return d->listen(options);
}

bool Broker::adopt(std::unique_ptr<QIODevice> device, const QByteArray &name)
{
    return d->adopt(std::move(device), name);
}

quint16 Broker::port() const
{
    return d->lastPort;
}

QString Broker::errorString() const
{
    return d->errorString;
}

// --- messages ------------------------------------------------------------------------------------------------

bool Broker::publish(const PublishPacket &packet, Completion done)
{
    done = d->guarded(std::move(done));
    if (!d->calls.mustWait())
        return d->core->commands().publish(packet, std::move(done)).isSuccess();
    d->run([d = d.get(), packet, done = std::move(done)] { d->core->commands().publish(packet, done); });
    return isSoundPublish(packet);
}

Listener *Broker::makeListener(const QByteArray &filter, QObject *receiver)
{
    return d->makeListener(filter, receiver);
}

void Broker::startListening(Listener *listener, RetainHandling retained)
{
    listener->d->listenTo(&d->core->services());
    if (retained != RetainHandling::DoNotSend)
        listener->d->replaySoon();
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

qsizetype Broker::unsubscribe(const QByteArray &filter, const QObject *receiver)
{
    return d->endListeners(filter, receiver);
}

// --- clients -------------------------------------------------------------------------------------------------

Client Broker::client(const QByteArray &clientId)
{
    return Client(this, clientId);
}

std::vector<ClientStatus> Broker::clients() const
{
    std::vector<ClientStatus> found;
    found.reserve(static_cast<size_t>(d->core->sessions().size()));
    d->core->sessions().forEach([&found](const Session &session) { found.push_back(statusOf(session)); });
    return found;
}

std::vector<SubscriptionStatus> Broker::subscriptions() const
{
    std::vector<SubscriptionStatus> found;
    d->core->sessions().forEach([&found](const Session &session) { appendSubscriptions(session, found); });
    return found;
}

std::vector<MessagePtr> Broker::retained(const QByteArray &filter, qsizetype most) const
{
    std::vector<MessagePtr> found;
    if (most <= 0 || topicFilterError(filter) || !splitFilter(filter).group.isEmpty())
        return found;
    d->core->services().retained.match(filter, [&found, most](const MessagePtr &message) {
        found.push_back(message);
        return static_cast<qsizetype>(found.size()) < most;
    });
    return found;
}

void Broker::ban(const Ban &ban)
{
    d->run([d = d.get(), ban] {
        d->policy.bans().add(ban);
        d->core->connections().disconnectBarred(ReasonCode::AdministrativeAction, ban.reason);
    });
}

bool Broker::liftBan(BannedBy by, const QByteArray &value)
{
    return d->policy.liftBan(by, value);
}

std::vector<Ban> Broker::bans() const
{
    return d->policy.allBans();
}

bool Broker::reloadRights()
{
    d->errorString = d->policy.users().load();
    return d->errorString.isEmpty();
}

bool Broker::reloadCertificates()
{
    return d->reloadCertificates();
}

bool Broker::reload(const BrokerOptions &options, const std::vector<ListenerOptions> &listeners)
{
    return d->reload(options, listeners);
}

void Broker::post(std::function<void(Broker &)> call)
{
    QMetaObject::invokeMethod(this, [this, call = std::move(call)] { call(*this); }, Qt::QueuedConnection);
}

// --- who listens ---------------------------------------------------------------------------------------------

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
    QMetaObject::invokeMethod(this, [this] { d->checkListeners(); }, Qt::QueuedConnection);
}

void Broker::close()
{
    d->run([d = d.get()] { d->close(); });
}

} // namespace pigeon
