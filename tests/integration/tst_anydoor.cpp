#include "support/socketclient.h"
#include "support/tlsclient.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// One port for MQTT, TLS and WebSocket: the first byte of each client decides. What holds at every kind of door is in
/// tst_doors, behind proxies in tst_proxydoor, with slow clients in tst_slowdoors.
class TestAnyDoor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void allAtOnceOnOnePort();
    void bytesMayComeOneByOne_data();
    void bytesMayComeOneByOne();
    void whatIsNothingIsForMqtt();
    void tlsWithinTlsIsNoMqtt();
    void withoutACertificateTlsIsRefused();
    void whoMustProveSomethingNeedsTls_data();
    void whoMustProveSomethingNeedsTls();
    void theUserOfACertificate();
    void whatCannotBeProvenIsNoListener_data();
    void whatCannotBeProvenIsNoListener();
    void whatTheProxyCannotProveIsNoListener();
    void tlsOfTheProxy_data();
    void tlsOfTheProxy();
    void forwardedForOfWebSocketAlone();
    void whoSaysNothingIsClosed_data();
    void whoSaysNothingIsClosed();
    void whoGoesWithoutAWordIsTold();
    void reloadKeepsWhoIsThere();
    void reloadEndsWhoCouldNotComeInNow_data();
    void reloadEndsWhoCouldNotComeInNow();
    void reloadEndsWhoHasNoTlsWithTheProxy();
    void reloadGoesOnCounting();

private:
    ListenerOptions options() const
    {
        ListenerOptions wanted = tlsOptions(*m_made);
        wanted.kind = ListenerKind::Any;
        return wanted;
    }
    ListenerOptions certified() const
    {
        ListenerOptions wanted = certifiedOptions(*m_made);
        wanted.kind = ListenerKind::Any;
        return wanted;
    }
    static ListenerOptions plain()
    {
        ListenerOptions wanted;
        wanted.kind = ListenerKind::Any;
        wanted.port = 0;
        return wanted;
    }
    /// A client that speaks so, as far as TLS; null when it came not so far.
    std::unique_ptr<DoorClient> dial(quint16 port, ListenerKind speech, const QString &identity = {},
        const QByteArray &header = {}, const QByteArray &request = websocket::request()) const;
    static std::unique_ptr<QTcpSocket> dialRaw(quint16 port);
    static bool isLetIn(DoorClient &client, const QByteArray &clientId = "client");

    std::unique_ptr<Certificates> m_made;
};

namespace {

const std::pair<const char *, ListenerKind> kinds[] = {{"tcp", ListenerKind::Tcp}, {"tls", ListenerKind::Tls},
    {"ws", ListenerKind::WebSocket}, {"wss", ListenerKind::WebSocketTls}};

QByteArray whyRefused(const QSignalSpy &refused)
{
    return refused.isEmpty() ? QByteArray() : refused.last().at(1).value<EventError>().text;
}

/// A reload knows a listener again by the port that it was asked for.
quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : quint16(0);
}

/// PROXY 2, PP2_TYPE_SSL, of a client with and without TLS there.
QByteArray headerWithTls(bool hasTls)
{
    const QByteArray entry = QByteArray("\x20\0\x05", 3) + (hasTls ? '\x01' : '\0') + QByteArray(4, '\0');
    const QByteArray rest = QByteArray("\xC0\x00\x02\x07\x0A\x00\x00\x01\xDC\x04\x07\x5B", 12) + entry;
    return QByteArray("\r\n\r\n\0\r\nQUIT\n\x21\x11\0", 15) + static_cast<char>(rest.size()) + rest;
}

QByteArray listenerOf(const QSignalSpy &spy)
{
    return spy.isEmpty() ? QByteArray() : spy.last().first().value<ClientInfo>().listener;
}

} // namespace

void TestAnyDoor::initTestCase()
{
    m_made = std::make_unique<Certificates>();
    m_made->issue("alice", "alice", "ca", 10);
    m_made->write("keys", "alice:000102030405060708090a0b0c0d0e0f\n");
}

std::unique_ptr<DoorClient> TestAnyDoor::dial(quint16 port, ListenerKind speech, const QString &identity,
    const QByteArray &header, const QByteArray &request) const
{
    auto socket = std::make_unique<QSslSocket>(); // which is a TCP socket until it is told otherwise
    QSslConfiguration configuration;
    configuration.setCaCertificates(m_made->certificates("ca.pem"));
    socket->setSslConfiguration(configuration);
    socket->setPeerVerifyName(QStringLiteral("localhost"));
    if (!identity.isEmpty()) {
        socket->setLocalCertificateChain(QSslCertificate::fromPath(identity + QStringLiteral(".pem")));
        socket->setPrivateKey(identity + QStringLiteral(".key"), QSsl::Ec);
    }
    socket->connectToHost(QHostAddress::LocalHost, port);
    if (!socket->waitForConnected(5'000))
        return nullptr;
    socket->write(header);
    if (isTls(speech)) {
        socket->startClientEncryption();
        if (!waitForEncrypted(*socket))
            return nullptr;
    }
    return std::make_unique<DoorClient>(std::move(socket), isWebSocket(speech), request);
}

std::unique_ptr<QTcpSocket> TestAnyDoor::dialRaw(quint16 port)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost(QHostAddress::LocalHost, port);
    return socket->waitForConnected(5'000) ? std::move(socket) : nullptr;
}

bool TestAnyDoor::isLetIn(DoorClient &client, const QByteArray &clientId)
{
    client.connect(clientId);
    bool isAnswered = false;
    return QTest::qWaitFor(
               [&] { return (isAnswered = client.take<ConnackPacket>().has_value()) || client.isClosed(); }, 10'000)
        && isAnswered;
}

void TestAnyDoor::allAtOnceOnOnePort()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    std::vector<std::unique_ptr<DoorClient>> clients;
    for (int round = 0; round < 3; ++round) {
        for (const auto &[name, kind] : kinds) {
            clients.push_back(dial(broker.port(), kind));
            QVERIFY(clients.back());
            QVERIFY(isLetIn(*clients.back(), name + QByteArray::number(round)));
            QVERIFY2(listenerOf(registered).startsWith(name + QByteArray(" 127.0.0.1:")), listenerOf(registered));
            clients.back()->send(subscription("a", QoS::AtMostOnce));
            QVERIFY(clients.back()->waitFor<SubackPacket>());
        }
    }
    PublishPacket message;
    message.topic = "a";
    message.payload = "x";
    QVERIFY(broker.publish(message));
    for (const auto &client : clients)
        QCOMPARE(client->waitFor<PublishPacket>()->payload, QByteArray("x"));
}

void TestAnyDoor::bytesMayComeOneByOne_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("answer");
    ConnectPacket packet;
    packet.clientId = "slow";
    packet.version = ProtocolVersion::Mqtt5;
    QTest::newRow("tcp") << encodePacket(packet, ProtocolVersion::Mqtt5) << QByteArray("\x20");
    QTest::newRow("ws") << websocket::request() << QByteArray("HTTP/1.1 101");
}

void TestAnyDoor::bytesMayComeOneByOne()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, answer);
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    const auto socket = dialRaw(broker.port());
    QVERIFY(socket);
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    for (const char each : bytes) {
        socket->putChar(each);
        QTest::qWait(1);
    }
    QTRY_VERIFY(socket->bytesAvailable() >= answer.size());
    QCOMPARE(socket->read(answer.size()), answer);
}

/// [MQTT-3.1.0-1] Neither TLS nor HTTP: MQTT's decoder says what it thinks of it.
void TestAnyDoor::whatIsNothingIsForMqtt()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    const QByteArray post = "POST / HTTP/1.1\r\nHost: localhost\r\nX: " + QByteArray(99, 'x');
    const QByteArray ping("\xC0\x00", 2);
    for (const QByteArray &bytes : {QByteArray("\xFF\xFF"), QByteArray("SSH-2.0-x\r\n"), ping, post}) {
        QSignalSpy errors(&broker, &Broker::connectionError);
        const auto socket = dialRaw(broker.port());
        QVERIFY(socket);
        socket->write(bytes);
        QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
        QTRY_COMPARE(errors.size(), qsizetype(1));
        QVERIFY2(listenerOf(errors).startsWith("tcp "), listenerOf(errors));
    }
    const auto other = dial(broker.port(), ListenerKind::Tcp);
    QVERIFY(other && isLetIn(*other));
}

void TestAnyDoor::tlsWithinTlsIsNoMqtt()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    QSignalSpy errors(&broker, &Broker::connectionError);
    const auto client = dial(broker.port(), ListenerKind::Tls);
    QVERIFY(client);
    client->sendRaw(QByteArray("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10));
    QTRY_VERIFY(client->isClosed());
    QTRY_COMPARE(errors.size(), qsizetype(1));
    QVERIFY2(listenerOf(errors).startsWith("tls "), listenerOf(errors));
}

void TestAnyDoor::withoutACertificateTlsIsRefused()
{
    Broker broker;
    QVERIFY2(broker.listen(plain()), qPrintable(broker.errorString()));
    for (const auto &[name, kind] : kinds) {
        QSignalSpy refused(&broker, &Broker::connectionError);
        const auto client = dial(broker.port(), kind);
        QCOMPARE(client && isLetIn(*client), !isTls(kind));
        QTRY_COMPARE(refused.size(), isTls(kind) ? qsizetype(1) : qsizetype(0));
        if (isTls(kind))
            QVERIFY2(whyRefused(refused).contains("has neither a certificate nor pre-shared keys"), whyRefused(refused));
    }
}

void TestAnyDoor::whoMustProveSomethingNeedsTls_data()
{
    QTest::addColumn<bool>("hasKeys");
    QTest::addColumn<ListenerKind>("kind");
    QTest::newRow("a certificate, tcp") << false << ListenerKind::Tcp;
    QTest::newRow("a certificate, ws") << false << ListenerKind::WebSocket;
    QTest::newRow("a key, tcp") << true << ListenerKind::Tcp;
    QTest::newRow("a key, ws") << true << ListenerKind::WebSocket;
}

void TestAnyDoor::whoMustProveSomethingNeedsTls()
{
    QFETCH(bool, hasKeys);
    QFETCH(ListenerKind, kind);
    ListenerOptions wanted = hasKeys ? plain() : certified();
    if (hasKeys)
        wanted.tls.presharedKeyFile = m_made->file("keys");
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto client = dial(broker.port(), kind);
    QVERIFY(client && !isLetIn(*client));
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QVERIFY2(whyRefused(refused).contains("does not speak TLS, without which nobody comes in"), whyRefused(refused));
}

void TestAnyDoor::theUserOfACertificate()
{
    ListenerOptions wanted = certified();
    wanted.tls.userName = UserNameSource::Identity;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    for (const ListenerKind kind : {ListenerKind::Tls, ListenerKind::WebSocketTls}) {
        const auto client = dial(broker.port(), kind, m_made->file("alice"));
        QVERIFY(client && isLetIn(*client));
        QCOMPARE(registered.last().first().value<ClientInfo>().userName, QByteArray("alice"));
        const auto nobody = dial(broker.port(), kind); // in TLS 1.3 it may learn only now that it was refused
        QVERIFY(!nobody || !isLetIn(*nobody, "nobody"));
    }
    QCOMPARE(registered.size(), qsizetype(2));
}

void TestAnyDoor::whatCannotBeProvenIsNoListener_data()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::newRow("any") << ListenerKind::Any;
    QTest::newRow("tcp") << ListenerKind::Tcp;
    QTest::newRow("ws") << ListenerKind::WebSocket;
    QTest::newRow("unix") << ListenerKind::LocalSocket;
}

void TestAnyDoor::whatCannotBeProvenIsNoListener()
{
    QFETCH(ListenerKind, kind);
    Broker broker;
    ListenerOptions wanted = plain();
    wanted.kind = kind;
    wanted.socketPath = m_made->file("socket");
    wanted.tls.requireCertificate = true;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(u"prove by TLS needs a certificate"), qPrintable(broker.errorString()));
    wanted.tls = {};
    wanted.tls.userName = UserNameSource::Identity;
    QVERIFY(!broker.listen(wanted));
    wanted.tls = {};
    wanted.proxyRequiresTls = true;
    QVERIFY(!broker.listen(wanted));
    wanted.proxyRequiresTls = false;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
}

void TestAnyDoor::whatTheProxyCannotProveIsNoListener()
{
    Broker broker;
    ListenerOptions wanted = options(); // its own TLS, of which the proxy knows nothing
    wanted.proxyProtocol = ProxyProtocol::Version2;
    wanted.proxyRequiresTls = true;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(u"without TLS of its own"), qPrintable(broker.errorString()));
    wanted = options();
    wanted.tls.privateKeyFile.clear();
    QVERIFY(!broker.listen(wanted));
}

void TestAnyDoor::tlsOfTheProxy_data()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::addColumn<bool>("hasTls");
    for (const ListenerKind kind : {ListenerKind::Tcp, ListenerKind::WebSocket}) {
        QTest::addRow("%s with TLS", isWebSocket(kind) ? "ws" : "tcp") << kind << true;
        QTest::addRow("%s without TLS", isWebSocket(kind) ? "ws" : "tcp") << kind << false;
    }
}

void TestAnyDoor::tlsOfTheProxy()
{
    QFETCH(ListenerKind, kind);
    QFETCH(bool, hasTls);
    ListenerOptions wanted = plain();
    wanted.proxyProtocol = ProxyProtocol::Version2;
    wanted.proxyRequiresTls = true;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto client = dial(broker.port(), kind, {}, headerWithTls(hasTls));
    QVERIFY(client);
    QCOMPARE(isLetIn(*client), hasTls);
    QTRY_COMPARE(refused.size(), hasTls ? qsizetype(0) : qsizetype(1));
    if (!hasTls)
        QVERIFY2(whyRefused(refused).contains("does not speak TLS with the proxy"), whyRefused(refused));
}

void TestAnyDoor::forwardedForOfWebSocketAlone()
{
    ListenerOptions wanted = options();
    wanted.trustedProxies = QStringList(QStringLiteral("127.0.0.0/8"));
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    const QByteArray request
        = websocket::request("Sec-WebSocket-Protocol: mqtt\r\nX-Forwarded-For: 192.0.2.7\r\n");
    for (const auto &[name, kind] : kinds) {
        const auto client = dial(broker.port(), kind, {}, {}, request);
        QVERIFY(client && isLetIn(*client));
        QCOMPARE(registered.last().first().value<ClientInfo>().address,
            isWebSocket(kind) ? QByteArray("192.0.2.7") : QByteArray("127.0.0.1"));
    }
}

void TestAnyDoor::whoSaysNothingIsClosed_data()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::newRow("at all") << ListenerKind::Tcp;
    QTest::newRow("within TLS") << ListenerKind::Tls;
}

/// As one that begins a handshake and leaves it there.
void TestAnyDoor::whoSaysNothingIsClosed()
{
    QFETCH(ListenerKind, kind);
    ListenerOptions wanted = options();
    wanted.handshakeTimeout = 1500ms;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto silent = dial(broker.port(), kind);
    QVERIFY(silent);
    const auto other = dial(broker.port(), kind);
    QVERIFY(other && isLetIn(*other));
    QTRY_VERIFY(silent->isClosed());
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QCOMPARE(whyRefused(refused), QByteArray("the handshake took too long"));
    QVERIFY(!other->isClosed());
}

void TestAnyDoor::whoGoesWithoutAWordIsTold()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    dialRaw(broker.port()).reset();
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QCOMPARE(whyRefused(refused), QByteArray("the peer closed the connection"));
    QVERIFY2(listenerOf(refused).startsWith("any 127.0.0.1:"), listenerOf(refused));
}

/// Certificates are read anew, for which the door is another one.
void TestAnyDoor::reloadKeepsWhoIsThere()
{
    Broker broker;
    ListenerOptions wanted = options();
    wanted.port = freePort();
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    std::vector<std::unique_ptr<DoorClient>> clients;
    for (const auto &[name, kind] : kinds) {
        clients.push_back(dial(wanted.port, kind));
        QVERIFY(clients.back() && isLetIn(*clients.back(), name));
    }
    m_made->issue("next", "localhost", "other", 10);
    wanted.tls = tlsOptions(*m_made, "next").tls;
    QVERIFY2(broker.reload({}, {wanted}), qPrintable(broker.errorString()));
    for (const auto &client : clients) {
        client->send(PingreqPacket());
        QVERIFY(client->waitFor<PingrespPacket>());
    }
    QVERIFY(!dial(wanted.port, ListenerKind::Tls)); // which asks for the authority "ca"
    const auto other = dial(wanted.port, ListenerKind::WebSocket);
    QVERIFY(other && isLetIn(*other, "other"));
}

void TestAnyDoor::reloadEndsWhoCouldNotComeInNow_data()
{
    QTest::addColumn<ListenerOptions>("next");
    QTest::newRow("a certificate") << certified();
    ListenerOptions keys = plain();
    keys.tls.presharedKeyFile = m_made->file("keys");
    QTest::newRow("a key") << keys;
    QTest::newRow("another kind") << tlsOptions(*m_made);
    ListenerOptions elsewhere = options();
    elsewhere.address = QHostAddress::AnyIPv4;
    QTest::newRow("another place") << elsewhere;
    ListenerOptions proxy = options();
    proxy.proxyProtocol = ProxyProtocol::Version1;
    QTest::newRow("a proxy") << proxy;
}

void TestAnyDoor::reloadEndsWhoCouldNotComeInNow()
{
    QFETCH(ListenerOptions, next);
    Broker broker;
    ListenerOptions before = options();
    before.port = next.port = freePort();
    QVERIFY2(broker.listen(before), qPrintable(broker.errorString()));
    std::vector<std::unique_ptr<DoorClient>> clients;
    std::vector<std::unique_ptr<QTcpSocket>> silent; // one is at a door that a reload before has replaced
    silent.push_back(dialRaw(before.port));
    for (const auto &[name, kind] : kinds) {
        if (kind == ListenerKind::WebSocket) { // so the silent one has been accepted
            QVERIFY2(broker.reload({}, {before}), qPrintable(broker.errorString()));
            silent.push_back(dialRaw(before.port));
        }
        clients.push_back(dial(broker.port(), kind));
        QVERIFY(clients.back() && isLetIn(*clients.back(), name));
    }
    QVERIFY2(broker.reload({}, {next}), qPrintable(broker.errorString()));
    for (const auto &each : silent)
        QTRY_COMPARE(each->state(), QAbstractSocket::UnconnectedState);
    for (const auto &client : clients) {
        const auto said = client->waitFor<DisconnectPacket>();
        QVERIFY(said);
        QCOMPARE(said->reason, ReasonCode::AdministrativeAction);
    }
}

void TestAnyDoor::reloadEndsWhoHasNoTlsWithTheProxy()
{
    Broker broker;
    ListenerOptions wanted = plain();
    wanted.port = freePort();
    wanted.proxyProtocol = ProxyProtocol::Version2;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    const auto client = dial(wanted.port, ListenerKind::Tcp, {}, headerWithTls(false));
    QVERIFY(client && isLetIn(*client));
    wanted.proxyRequiresTls = true;
    QVERIFY2(broker.reload({}, {wanted}), qPrintable(broker.errorString()));
    const auto said = client->waitFor<DisconnectPacket>();
    QVERIFY(said);
    QCOMPARE(said->reason, ReasonCode::AdministrativeAction);
}

/// A listener with TLS is another one after each reload, and a configuration that is read again has other objects. Two of
/// one host name share their terms.
void TestAnyDoor::reloadGoesOnCounting()
{
    const quint16 ports[] = {freePort(), freePort()};
    const auto wanted = [&] {
        ListenerTerms terms;
        terms.maximumConnections = 2;
        const auto shared = std::make_shared<const ListenerTerms>(terms);
        std::vector<ListenerOptions> both(2, options());
        for (size_t i = 0; i < 2; ++i) {
            both[i].port = ports[i];
            both[i].terms = shared;
        }
        return both;
    };
    Broker broker;
    for (const ListenerOptions &each : wanted()) // one call, so that they share
        QVERIFY2(broker.listen(each), qPrintable(broker.errorString()));
    const auto one = dial(ports[0], ListenerKind::Tcp);
    auto other = dial(ports[1], ListenerKind::Tcp);
    QVERIFY(one && isLetIn(*one, "one") && other && isLetIn(*other, "other"));
    QVERIFY2(broker.reload({}, wanted()), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    for (const quint16 port : ports) {
        const auto third = dial(port, ListenerKind::Tcp);
        QVERIFY(third && !isLetIn(*third, "third"));
        QCOMPARE(whyRefused(refused), QByteArray("there are too many connections through this listener"));
    }
    other.reset();
    QTRY_COMPARE(broker.connectedClients(), qsizetype(1));
    const auto third = dial(ports[1], ListenerKind::Tcp);
    QVERIFY(third && isLetIn(*third, "third"));
}

QTEST_GUILESS_MAIN(TestAnyDoor)
#include "tst_anydoor.moc"
