#include "support/certificates.h"
#include "support/doorclient.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QSignalSpy>

using namespace pigeon;
using namespace pigeon::test;

/// What clients may count on whichever way they come in: a row per kind of listener.
class TestDoors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void servesAClient_data() { kinds(); }
    void servesAClient();
    void largePayloadsPassBothWays_data() { kinds(); }
    void largePayloadsPassBothWays();
    void whoDoesNotReadHoldsUpNobody_data() { kinds(); }
    void whoDoesNotReadHoldsUpNobody();
    void pausedInputWaits_data() { kinds(); }
    void pausedInputWaits();
    void closeTellsClients_data() { kinds(); }
    void closeTellsClients();
    void whoGoesIsADisconnect_data() { kinds(); }
    void whoGoesIsADisconnect();
    void destructionEndsConnections_data() { kinds(); }
    void destructionEndsConnections();

private:
    void kinds();
    ListenerOptions options() const;
    /// A client that is connected as far as TLS; null when it could not.
    std::unique_ptr<DoorClient> dial(Broker &broker, qint64 readBufferBytes = 0) const;
    std::unique_ptr<DoorClient> client(Broker &broker, const QByteArray &clientId) const;

    std::unique_ptr<Certificates> m_certificates;
};

void TestDoors::initTestCase()
{
    m_certificates = std::make_unique<Certificates>();
}

void TestDoors::kinds()
{
    QTest::addColumn<ListenerKind>("kind"); // what the client speaks
    QTest::addColumn<ListenerKind>("door");
    const std::pair<const char *, ListenerKind> kinds[] = {{"tcp", ListenerKind::Tcp}, {"tls", ListenerKind::Tls},
        {"ws", ListenerKind::WebSocket}, {"wss", ListenerKind::WebSocketTls}, {"unix", ListenerKind::LocalSocket}};
    for (const auto &[name, kind] : kinds) {
        QTest::newRow(name) << kind << kind;
        if (kind != ListenerKind::LocalSocket)
            QTest::addRow("%s at a door for all", name) << kind << ListenerKind::Any;
    }
}

ListenerOptions TestDoors::options() const
{
    QFETCH(ListenerKind, door);
    ListenerOptions options;
    options.kind = door;
    options.port = 0;
    options.socketPath = m_certificates->file("socket");
    options.tls.certificateChainFile = m_certificates->file("server.pem");
    options.tls.privateKeyFile = m_certificates->file("server.key");
    return options;
}

std::unique_ptr<DoorClient> TestDoors::dial(Broker &broker, qint64 readBufferBytes) const
{
    QFETCH(ListenerKind, kind);
    if (kind == ListenerKind::LocalSocket) {
        auto socket = std::make_unique<QLocalSocket>();
        socket->setReadBufferSize(readBufferBytes);
        socket->connectToServer(m_certificates->file("socket"));
        return std::make_unique<DoorClient>(std::move(socket), false);
    }
    std::unique_ptr<QTcpSocket> socket;
    bool isReady = false;
    if (isTls(kind)) {
        auto tls = dialTls(broker.port(), m_certificates->certificates("ca.pem"));
        connect(tls.get(), &QSslSocket::encrypted, this, [&isReady] { isReady = true; });
        socket = std::move(tls);
    } else {
        socket = std::make_unique<QTcpSocket>();
        connect(socket.get(), &QTcpSocket::connected, this, [&isReady] { isReady = true; });
        socket->connectToHost(QHostAddress::LocalHost, broker.port());
    }
    socket->setReadBufferSize(readBufferBytes);
    if (!QTest::qWaitFor([&isReady] { return isReady; }, 10'000))
        qWarning("Not connected: %s", qPrintable(socket->errorString()));
    socket->disconnect(this);
    return std::make_unique<DoorClient>(std::move(socket), isWebSocket(kind));
}

std::unique_ptr<DoorClient> TestDoors::client(Broker &broker, const QByteArray &clientId) const
{
    std::unique_ptr<DoorClient> client = dial(broker);
    client->connect(clientId);
    return client->waitFor<ConnackPacket>() ? std::move(client) : nullptr;
}

static PublishPacket message(const QByteArray &topic, const QByteArray &payload, QoS qos = QoS::AtMostOnce)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    return packet;
}

void TestDoors::servesAClient()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    const auto one = client(broker, "one");
    QVERIFY(one);
    const ClientInfo info = broker.clients().front().client;
    QFETCH(ListenerKind, kind);
    if (kind == ListenerKind::LocalSocket) {
        QCOMPARE(QString::fromUtf8(info.address), m_certificates->file("socket"));
        QCOMPARE(broker.port(), quint16(0));
    } else {
        QCOMPARE(info.address, QByteArray("127.0.0.1"));
        QVERIFY(info.port != 0);
    }
    QVERIFY2(info.listener.startsWith(QByteArray(QTest::currentDataTag()).split(' ').front() + ' '), info.listener.constData());
    one->send(subscription("a", QoS::ExactlyOnce));
    QVERIFY(one->waitFor<SubackPacket>());
    one->send(message("a", "x"));
    const auto received = one->waitFor<PublishPacket>();
    QVERIFY(received);
    QCOMPARE(received->payload, QByteArray("x"));
    one->send(DisconnectPacket{});
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
    QTRY_VERIFY(one->isClosed());
}

void TestDoors::largePayloadsPassBothWays()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    const auto one = client(broker, "one");
    QVERIFY(one);
    one->send(subscription("big", QoS::AtMostOnce));
    QVERIFY(one->waitFor<SubackPacket>());
    QByteArray payload(5'000'000, 'x'); // more than any buffer on the way
    for (qsizetype i = 0; i < payload.size(); i += 991)
        payload[i] = static_cast<char>(i % 251);
    for (int round = 0; round < 2; ++round) {
        one->send(message("big", payload));
        const auto received = one->waitFor<PublishPacket>();
        QVERIFY(received);
        QVERIFY(received->payload == payload);
    }
}

/// What waits for it stays within its bound, what is over it is dropped, and the others are served.
void TestDoors::whoDoesNotReadHoldsUpNobody()
{
    BrokerOptions bounds;
    bounds.maximumOutputBytes = 256 * 1024;
    Broker broker(bounds);
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    const auto deaf = dial(broker, 16 * 1024);
    deaf->connect("deaf");
    QVERIFY(deaf->waitFor<ConnackPacket>());
    deaf->send(subscription("a", QoS::AtMostOnce));
    QVERIFY(deaf->waitFor<SubackPacket>());
    const auto other = client(broker, "other");
    QVERIFY(other);
    other->send(subscription("a", QoS::AtMostOnce));
    QVERIFY(other->waitFor<SubackPacket>());
    QSignalSpy dropped(&broker, &Broker::deliveryDropped);
    const QByteArray payload(300'000, 'x');
    constexpr int count = 70;
    for (int i = 0; i < count; ++i) { // 21 MB, more than the kernel keeps on loopback
        QVERIFY(broker.publish(message("a", payload)));
        const auto received = other->waitFor<PublishPacket>();
        QVERIFY(received);
        QVERIFY(received->payload == payload);
    }
    QVERIFY(!dropped.isEmpty());
    for (const QList<QVariant> &each : dropped)
        QCOMPARE(each.first().value<DroppedEvent>().clientId, QByteArray("deaf"));
    QVERIFY(dropped.size() > count / 10);
    // It reads again, and what had been sent is there, whole.
    for (qsizetype left = count - dropped.size(); left > 0; --left)
        QVERIFY(deaf->waitFor<PublishPacket>());
    QVERIFY(broker.publish(message("a", "again")));
    QCOMPARE(deaf->waitFor<PublishPacket>()->payload, QByteArray("again"));
}

/// While a handler is asked, the broker does not read the client, whose bytes then wait on its own side.
void TestDoors::pausedInputWaits()
{
    Broker broker;
    std::vector<std::pair<PublishPacket, Answer<PublishDecision>>> questions;
    broker.setAuthorizePublishHandler(
        [&questions](const ClientInfo &, const PublishPacket &publish, const Answer<PublishDecision> &answer) {
            questions.emplace_back(publish, answer);
        });
    ListenerOptions wanted = options();
    wanted.webSocket.maximumFrameBytes = 300'000; // there a frame must fit into the buffer as a whole
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    const auto one = client(broker, "one");
    QVERIFY(one);
    constexpr int count = 100;
    const QByteArray payload(200'000, 'x');
    for (int i = 0; i < count; ++i)
        one->send(message("a", payload, QoS::AtMostOnce));
    QTRY_COMPARE(questions.size(), size_t(1));
    // 20 MB were written; the kernel and a bounded buffer of ours have some, and the rest does not move.
    qint64 before = -1;
    const auto unsent = [&one] {
        const auto *tls = qobject_cast<const QSslSocket *>(&one->device());
        return one->device().bytesToWrite() + (tls ? tls->encryptedBytesToWrite() : 0);
    };
    QVERIFY(QTest::qWaitFor(
        [&] {
            const qint64 now = unsent();
            QTest::qWait(200);
            return std::exchange(before, now) == now;
        },
        20'000));
    QVERIFY2(before > 4'000'000, qPrintable(QString::number(before)));
    QCOMPARE(questions.size(), size_t(1));
    qsizetype answered = 0;
    QVERIFY(QTest::qWaitFor(
        [&] {
            for (const auto &[publish, answer] : std::exchange(questions, {})) {
                answer(PublishDecision::accept(publish));
                ++answered;
            }
            return answered == count;
        },
        20'000));
    QVERIFY(!one->isClosed());
}

void TestDoors::closeTellsClients()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    const auto one = client(broker, "one");
    QVERIFY(one);
    QSignalSpy closed(&broker, &Broker::closed);
    broker.close();
    const auto said = one->waitFor<DisconnectPacket>();
    QVERIFY(said);
    QCOMPARE(said->reason, ReasonCode::ServerShuttingDown);
    QTRY_COMPARE(closed.size(), qsizetype(1));
    QTRY_VERIFY(one->isClosed());
}

void TestDoors::whoGoesIsADisconnect()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    auto one = client(broker, "one");
    QVERIFY(one);
    QSignalSpy gone(&broker, &Broker::clientDisconnected);
    one.reset();
    QTRY_COMPARE(gone.size(), qsizetype(1));
}

void TestDoors::destructionEndsConnections()
{
    auto broker = std::make_unique<Broker>();
    QVERIFY2(broker->listen(options()), qPrintable(broker->errorString()));
    const auto one = client(*broker, "one");
    QVERIFY(one);
    const auto silent = dial(*broker); // has begun and is no client yet
    broker.reset();
    QTRY_VERIFY(one->isClosed());
    QTRY_VERIFY(silent->isClosed());
}

QTEST_GUILESS_MAIN(TestDoors)
#include "tst_doors.moc"
