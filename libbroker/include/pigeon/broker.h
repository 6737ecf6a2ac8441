#pragma once

#include <pigeon/authentication.h>
#include <pigeon/options.h>
#include <pigeon/packets.h>
#include <pigeon/store.h>

#include <QHostAddress>
#include <QObject>
#include <QString>

#include <memory>

namespace pigeon {

class BrokerPrivate;

/// An MQTT broker: listens, serves clients of 3.1, 3.1.1 and 5.0, and keeps their sessions.
///
/// Lives in the thread that made it and needs that thread's event loop; every method is called there. Several
/// brokers in one process are independent of each other.
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
    /// Bad values in `options` (see BrokerOptions::problems) make every `listen` fail with a sentence.
    explicit Broker(BrokerOptions options = {}, QObject *parent = nullptr);
    /// Closes first, without waiting for clients to take what was sent.
    ~Broker() override;

    /// Keeps what must outlive the process in `store`, whose kept state is taken in now. Before the first `listen`;
    /// without it nothing outlives the process. Since 0.1.
    void setStore(std::unique_ptr<Store> store);
    /// Offers an enhanced authentication method to 5.0 clients [MQTT-4.12.0-1]; one of the same name is replaced.
    void addAuthenticationMethod(std::unique_ptr<AuthenticationMethod> method);

    /// Takes connections on `address` and `port`; 0 = any free port. May be called for several addresses.
    /// False: nothing listens there, and errorString() says why and what to do.
    bool listen(const QHostAddress &address = QHostAddress::LocalHost, quint16 port = 1883);
    /// The port of the last successful `listen`, 0 when there was none.
    quint16 port() const;
    /// Why the last `listen` failed; a sentence for people.
    QString errorString() const;

    /// Publishes as the broker itself: no rights are asked for. `topic` must be a topic name; false else.
    /// Returns when all receivers that are connected were written to or have it in their queue.
    bool publish(const PublishPacket &packet);

    /// Clients that are let in and connected now.
    qsizetype connectedClients() const;
    /// Sessions held, with and without a connection.
    qsizetype sessions() const;

    /// Stops listening and ends every connection: 5.0 clients hear 0x8B (server shutting down), wills are
    /// published. `closed` follows when every client has taken what was sent, after two seconds at the latest.
    /// Calling it again changes nothing.
    void close();

Q_SIGNALS:
    /// `close` has finished; the broker serves nobody any more. Emitted once.
    void closed();

private:
    std::unique_ptr<BrokerPrivate> d;
};

} // namespace pigeon
