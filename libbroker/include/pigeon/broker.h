#pragma once

#include <pigeon/authentication.h>
#include <pigeon/bans.h>
#include <pigeon/client.h>
#include <pigeon/events.h>
#include <pigeon/handlers.h>
#include <pigeon/listener.h>
#include <pigeon/listeneroptions.h>
#include <pigeon/options.h>
#include <pigeon/outcome.h>
#include <pigeon/packets.h>
#include <pigeon/store.h>

#include <QHostAddress>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

class QIODevice;

namespace pigeon {

class BrokerPrivate;

/// An MQTT broker: listens, serves clients of 3.1, 3.1.1 and 5.0, and keeps their sessions.
///
/// Lives in the thread that made it and needs that thread's event loop; every method is called there, but for `post`,
/// which is for all other threads. Several brokers in one process are independent of each other.
///
/// From inside a slot or a handler of the broker's every method may be called, too: what changes something is then done
/// as soon as the broker is through with what it is doing, in the order of the calls. Only deleting the broker there is
/// not allowed: `deleteLater` is.
///
/// ```
/// pigeon::Broker broker;
/// if (!broker.listen(QHostAddress::LocalHost, 1883))
///     qFatal("%s", qPrintable(broker.errorString()));
/// ```
class Broker : public QObject
{
    Q_OBJECT

public:
    /// Opens the store if `options` ask for persistence, and takes in what it has kept: that may take seconds. Bad values
    /// in `options` (see BrokerOptions::problems) and a store that cannot be opened make every `listen` fail with a
    /// sentence.
    explicit Broker(BrokerOptions options = {}, QObject *parent = nullptr);
    /// Closes first, without waiting for clients to take what was sent.
    ~Broker() override;

    /// Keeps what must outlive the process in `store`, whose kept state is taken in now, whatever the options say of
    /// persistence. Before the first `listen`, `adopt` and `subscribe`. Since 0.1.
    void setStore(std::unique_ptr<Store> store);
    /// Offers an enhanced authentication method to 5.0 clients [MQTT-4.12.0-1]; one of the same name is replaced.
    void addAuthenticationMethod(std::unique_ptr<AuthenticationMethod> method);

    // --- handlers: each may be set, replaced and (with an empty function) taken away at any time; a question that is
    // open goes on with the handler it was put to. They are called in the broker's thread, in the middle of the broker's
    // work: what takes long is to be begun elsewhere and answered later.

    /// Before anything of a CONNECT is checked: accept it, changed or not, refuse it, or send it elsewhere. Since 0.1.
    void setPreConnectHandler(PreConnectHandler handler);
    /// Who the client is. Without it everybody is let in and nobody has a user. Since 0.1.
    void setAuthenticateHandler(AuthenticateHandler handler);
    /// What a client publishes, and wills. `$SYS/` is refused before it is asked. Since 0.1.
    void setAuthorizePublishHandler(AuthorizePublishHandler handler);
    /// What a client subscribes to, filter by filter. Since 0.1.
    void setAuthorizeSubscribeHandler(AuthorizeSubscribeHandler handler);
    /// What each receiver is sent. Synchronous, once per delivery: hot. Since 0.1.
    void setAuthorizeForwardHandler(AuthorizeForwardHandler handler);
    /// Holds the acknowledgement of a message back until it is answered. Since 0.1.
    void setPublishedHandler(PublishedHandler handler);

    /// Takes connections on `address` and `port`; 0 = any free port. May be called for several addresses.
    /// False: nothing listens there, and errorString() says why and what to do.
    bool listen(const QHostAddress &address = QHostAddress::LocalHost, quint16 port = 1883);
    /// The same for TLS, WebSocket and local sockets. Files are read at once; what is wrong with them errorString() says.
    /// Since 0.1.
    bool listen(const ListenerOptions &options);
    /// The port of the last successful `listen`, 0 when there was none or it was a local socket.
    quint16 port() const;
    /// Why the last `listen` failed; a sentence for people.
    QString errorString() const;

    /// Takes over `device`, which is open for reading and writing, is sequential and lives in this thread, as the
    /// connection of a client: a local socket, a pipe, a serial port, a test double. `name` stands for its address in
    /// events and in the log. It is closed and deleted with the connection. False: it was deleted, and errorString()
    /// says why. Since 0.1.
    bool adopt(std::unique_ptr<QIODevice> device, const QByteArray &name = "device");

    // --- messages

    /// Publishes as the broker itself, also below `$SYS`: no rights are asked for. False: refused at once, since it is no
    /// PUBLISH that a client could have sent, or because of a bound. `done` hears the outcome in any case: when all
    /// connected receivers were written to or have it in their queue, what has to be kept is, and the handler
    /// `published` has answered.
    bool publish(const PublishPacket &packet, Completion done = {});
    /// Calls `slot` (of `receiver`, which is a QObject of any thread) with each message that `filter` matches; see
    /// Listener::received. Retained messages that are there already come first, some each turn of the event loop, unless
    /// `retained` is DoNotSend. Ends with `receiver`, by `unsubscribe`, or when the listener is deleted. Null: `filter` is
    /// no topic filter, or begins with `$share/`; errorString() says so. Since 0.1.
    template <typename Receiver, typename Slot>
    Listener *subscribe(const QByteArray &filter, Receiver *receiver, Slot slot,
        RetainHandling retained = RetainHandling::SendAlways)
    {
        Listener *listener = makeListener(filter, receiver);
        if (listener) {
            QObject::connect(listener, &Listener::received, receiver, slot);
            startListening(listener, retained);
        }
        return listener;
    }
    /// Ends all listeners with exactly that filter that were made for `receiver`; returns how many. Since 0.1.
    qsizetype unsubscribe(const QByteArray &filter, const QObject *receiver);

    // --- clients

    /// The client of that id, whether it is there or not. Since 0.1.
    Client client(const QByteArray &clientId);
    /// All sessions, with and without a connection, in no order. Since 0.1.
    std::vector<ClientStatus> clients() const;
    /// The subscriptions of all clients. Since 0.1.
    std::vector<SubscriptionStatus> subscriptions() const;
    /// The retained messages whose topics `filter` matches (`$SYS/#` has to be asked for), in the order of topics, at
    /// most `most`. Since 0.1.
    std::vector<MessagePtr> retained(const QByteArray &filter = "#", qsizetype most = 1'000'000) const;
    /// Keeps out whom `ban` names, and disconnects those who are here, with reason 0x98. One of the same kind and value
    /// is replaced. Since 0.1.
    void ban(const Ban &ban);
    /// False when there was no such ban. Since 0.1.
    bool liftBan(BannedBy by, const QByteArray &value);
    /// The bans in force, also those of addresses that had too many failed logins. Since 0.1.
    std::vector<Ban> bans() const;

    /// Reads BrokerOptions::passwordFile and aclFile again. What is published, delivered and subscribed to from now on
    /// goes by them; who is connected stays. False: something is wrong with a file, errorString() says what, and the
    /// rights are those of before. Blocks on the disk. Since 0.1.
    bool reloadRights();

    /// Reads the certificates, keys, authorities, revocations and pre-shared keys of all listeners again, all or nothing:
    /// who connects from now on meets the new ones, who is connected stays. False: something is wrong with a file,
    /// errorString() says what for each, and everything is as before. Blocks on the disk. Since 0.1.
    bool reloadCertificates();

    /// Makes the broker what it would be if it were made anew with these options and listened to exactly these listeners,
    /// without ending what goes on. All or nothing: false when something is wrong with an option, a file or a listener;
    /// errorString() says all that is, and everything is as before. Since 0.1.
    ///
    /// Files (passwords, rights, certificates) are read again. A listener that stays as it is goes on; one that differs in
    /// more than its address takes its terms over for who connects from now on. Bounds hold at once, but what was agreed
    /// with a client when it connected (packet size, receive maximum, aliases, retain, keep alive, session expiry) holds
    /// until it connects again. Disconnected with reason 0x98 is who came in through a listener that is gone, or asks for a
    /// proof that it did not ask for (TLS, a certificate, a proxy), and with 0x87 whose user or password in the password file is
    /// not what it was, or who has no user where one is needed now. Subscriptions without a right go, also of who is away.
    /// What cannot change while the broker lives keeps its value: brokerId and all of persistence.
    ///
    /// Not from inside a slot or a handler (it is false then): use `post`. Blocks on the disk.
    bool reload(const BrokerOptions &options, const std::vector<ListenerOptions> &listeners);

    /// Has `call` called in the broker's thread, from the event loop: the way in from other threads. Any thread, as long
    /// as the broker is not being destroyed; calls of one thread keep their order. About 1.5 microseconds. Since 0.1.
    void post(std::function<void(Broker &)> call);

    /// Names the broker below `$SYS/`; BrokerOptions::brokerId. Since 0.1.
    QByteArray id() const;
    /// Clients that are let in and connected now.
    qsizetype connectedClients() const;
    /// Sessions held, with and without a connection.
    qsizetype sessions() const;

    /// Stops listening and ends every connection: 5.0 clients hear 0x8B (server shutting down), wills are
    /// published. `closed` follows when every client has taken what was sent, after two seconds at the latest, and the
    /// store has kept what it was given. Calling it again changes nothing.
    void close();

Q_SIGNALS:
    // Emitted directly, in the broker's thread, in the middle of the broker's work: a slot must not run an event loop of
    // its own. A signal that nobody is connected to costs one test. Hot, with a cost per message while connected: published, acknowledged, deliveryDropped.

    /// A client was let in and has its session; its CONNACK follows. Since 0.1.
    void clientRegistered(const pigeon::ClientInfo &client);
    /// The client has its CONNACK, and what waited for it was written as far as it can take it. Since 0.1.
    void clientReady(const pigeon::ClientInfo &client);
    /// A registered client's connection has ended, for whatever reason; once per clientRegistered. Since 0.1.
    void clientDisconnected(const pigeon::ClientInfo &client, const pigeon::EventError &why);
    /// A client with a known client id was refused or broke a rule; it is closed. Since 0.1.
    void clientError(const pigeon::ClientInfo &client, const pigeon::EventError &error);
    /// A connection without a client id yet was refused or broke a rule, or came to nothing in its handshake (TLS,
    /// WebSocket, PROXY): then its number is 0. It is closed. Since 0.1.
    void connectionError(const pigeon::ClientInfo &client, const pigeon::EventError &error);
    /// Nothing came for one and a half times the keep alive; clientError and clientDisconnected follow. Since 0.1.
    void keepaliveTimedOut(const pigeon::ClientInfo &client);
    /// A message was handed to its receivers, also when there are none: a client's, a will, the broker's own.
    /// Hot. Since 0.1.
    void published(const pigeon::PublishedEvent &event);
    /// A receiver has acknowledged a QoS 1 or 2 message completely. Hot. Since 0.1.
    void acknowledged(const pigeon::AcknowledgedEvent &event);
    /// A SUBACK was sent; each filter with what was granted, in the order of the SUBSCRIBE. Since 0.1.
    void subscribed(const pigeon::ClientInfo &client, const std::vector<pigeon::GrantedSubscription> &subscriptions);
    /// An UNSUBACK was sent, or a session ended with the filters it had: then `client` has no connection, and
    /// clientDisconnected was before, sessionExpired follows. Since 0.1.
    void unsubscribed(const pigeon::ClientInfo &client, const std::vector<QByteArray> &filters);
    /// Any CONNACK was sent, refusals included. Since 0.1.
    void connackSent(const pigeon::ClientInfo &client, const pigeon::ConnackPacket &connack);
    /// A PINGREQ came; its PINGRESP follows. Since 0.1.
    void pinged(const pigeon::ClientInfo &client);
    /// A receiver will not get a message. Hot when clients do not keep up. Since 0.1.
    void deliveryDropped(const pigeon::DroppedEvent &event);
    /// A session has ended with all its state. Since 0.1.
    void sessionExpired(const QByteArray &clientId);
    /// Something is wrong with the store, `why` is for people. Either it cannot keep what it is given, its disk being full,
    /// say: it tries again until `storeRecovered`; meanwhile QoS 0 goes on, and of what must be kept a 5.0 publisher hears
    /// 0x97 at once, an older one waits for its acknowledgement and is closed without it after
    /// BrokerOptions::storeRetryLimit. Or its file was found damaged at the start and set aside. Since 0.1.
    void storeAlarm(const QByteArray &why);
    /// The store keeps again what it is given. Since 0.1.
    void storeRecovered();
    /// `close` has finished; the broker serves nobody any more. Emitted once.
    void closed();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    friend class BrokerPrivate;
    friend class Client;
    Listener *makeListener(const QByteArray &filter, QObject *receiver);
    void startListening(Listener *listener, RetainHandling retained);

    std::unique_ptr<BrokerPrivate> d;
};

} // namespace pigeon
