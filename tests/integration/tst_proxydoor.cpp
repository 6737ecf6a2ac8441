#include "support/tlsclient.h"

#include <QSignalSpy>
#include <QTcpSocket>

using namespace pigeon;
using namespace pigeon::test;

/// Clients behind proxies: the PROXY protocol on every kind of listener, X-Forwarded-For of WebSocket, and whose word is
/// taken. mosquitto.conf(5) of 2.1: enable_proxy_protocol, proxy_protocol_v2_require_tls.
class TestProxyDoor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<Certificates>(); }
    void theClientIsWhereTheHeaderSays_data();
    void theClientIsWhereTheHeaderSays();
    void theHeaderMayComeInPieces_data();
    void theHeaderMayComeInPieces();
    void aProxyMaySpeakForItself();
    void strangersAreRefused_data();
    void strangersAreRefused();
    void whatIsNoHeaderIsRefused_data();
    void whatIsNoHeaderIsRefused();
    void anUnfinishedHeaderEndsAtItsDeadline();
    void theOldestOfTooManyGoes();
    void tlsAndCertificatesOfTheProxy_data();
    void tlsAndCertificatesOfTheProxy();
    void theNameOfTheProxysCertificateIsTheUser();
    void bansAreOfTheClientAndNotOfTheProxy();
    void forwardedFor_data();
    void forwardedFor();
    void saysWhatIsWrong();

private:
    ListenerOptions options(ListenerKind kind, ProxyProtocol version) const
    {
        ListenerOptions wanted = tlsOptions(*m_made);
        wanted.kind = kind;
        wanted.proxyProtocol = version;
        return wanted;
    }
    /// A client that sends `header` first, then speaks what the listener speaks.
    std::unique_ptr<DoorClient> dial(Broker &broker, ListenerKind kind, const QByteArray &header,
        const QByteArray &request = websocket::request()) const;
    static bool isLetIn(DoorClient &client)
    {
        client.connect("client");
        bool isAnswered = false;
        return QTest::qWaitFor([&] {
            return (isAnswered = client.take<ConnackPacket>().has_value()) || client.isClosed();
        }, 10'000) && isAnswered;
    }

    std::unique_ptr<Certificates> m_made;
};

static const QByteArray line = "PROXY TCP4 192.0.2.7 10.0.0.1 56324 1883\r\n";

static QByteArray block(const QByteArray &more = {}, char command = '\x21')
{
    const QByteArray rest = QByteArray("\xC0\x00\x02\x07\x0A\x00\x00\x01\xDC\x04\x07\x5B", 12) + more;
    return QByteArray("\r\n\r\n\0\r\nQUIT\n", 12) + command + '\x11' + '\0' + static_cast<char>(rest.size()) + rest;
}

/// PP2_TYPE_SSL with a common name.
static QByteArray tlsEntry(char client, char verify, const QByteArray &name)
{
    const QByteArray value = client + QByteArray(3, '\0') + verify
        + (name.isEmpty() ? QByteArray() : QByteArray("\x22\0", 2) + static_cast<char>(name.size()) + name);
    return QByteArray("\x20\0", 2) + static_cast<char>(value.size()) + value;
}

std::unique_ptr<DoorClient> TestProxyDoor::dial(
    Broker &broker, ListenerKind kind, const QByteArray &header, const QByteArray &request) const
{
    auto socket = std::make_unique<QSslSocket>(); // which is a TCP socket until it is told otherwise
    QSslConfiguration configuration;
    configuration.setCaCertificates(m_made->certificates("ca.pem"));
    socket->setSslConfiguration(configuration);
    socket->setPeerVerifyName(QStringLiteral("localhost"));
    socket->connectToHost(QHostAddress::LocalHost, broker.port());
    if (!socket->waitForConnected(5'000))
        return nullptr;
    socket->write(header);
    socket->flush();
    if (isTls(kind)) {
        socket->startClientEncryption();
        waitForEncrypted(*socket);
    }
    return std::make_unique<DoorClient>(std::move(socket), isWebSocket(kind), request);
}

static void addKinds()
{
    QTest::addColumn<ListenerKind>("kind"); // what the client speaks
    QTest::addColumn<ListenerKind>("door");
    QTest::addColumn<ProxyProtocol>("version");
    const std::pair<const char *, ListenerKind> kinds[] = {{"tcp", ListenerKind::Tcp}, {"tls", ListenerKind::Tls},
        {"ws", ListenerKind::WebSocket}, {"wss", ListenerKind::WebSocketTls}};
    for (const auto &[name, kind] : kinds) {
        for (const ListenerKind door : {kind, ListenerKind::Any}) {
            const char *where = door == ListenerKind::Any ? " at a door for all" : "";
            QTest::addRow("%s%s, version 1", name, where) << kind << door << ProxyProtocol::Version1;
            QTest::addRow("%s%s, version 2", name, where) << kind << door << ProxyProtocol::Version2;
        }
    }
}

static QByteArray headerOf(ProxyProtocol version)
{
    return version == ProxyProtocol::Version1 ? line : block();
}

void TestProxyDoor::theClientIsWhereTheHeaderSays_data()
{
    addKinds();
}

void TestProxyDoor::theClientIsWhereTheHeaderSays()
{
    QFETCH(ListenerKind, kind);
    QFETCH(ListenerKind, door);
    QFETCH(ProxyProtocol, version);
    Broker broker;
    QVERIFY2(broker.listen(options(door, version)), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    const auto client = dial(broker, kind, headerOf(version));
    QVERIFY(client && isLetIn(*client));
    const ClientInfo info = registered.first().first().value<ClientInfo>();
    QCOMPARE(info.address, QByteArray("192.0.2.7"));
    QCOMPARE(info.port, quint16(56324));
    client->send(PingreqPacket());
    QVERIFY(client->waitFor<PingrespPacket>());
}

void TestProxyDoor::theHeaderMayComeInPieces_data()
{
    QTest::addColumn<ProxyProtocol>("version");
    QTest::newRow("version 1") << ProxyProtocol::Version1;
    QTest::newRow("version 2") << ProxyProtocol::Version2;
}

void TestProxyDoor::theHeaderMayComeInPieces()
{
    QFETCH(ProxyProtocol, version);
    Broker broker;
    QVERIFY2(broker.listen(options(ListenerKind::Tcp, version)), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    const QByteArray header = headerOf(version);
    const auto client = dial(broker, ListenerKind::Tcp, header.left(1));
    QVERIFY(client);
    for (qsizetype i = 1; i < header.size(); ++i) {
        client->device().write(header.mid(i, 1));
        QTest::qWait(1);
    }
    QVERIFY(isLetIn(*client));
    QCOMPARE(registered.first().first().value<ClientInfo>().address, QByteArray("192.0.2.7"));
}

/// 2.2, LOCAL, and 2.1, UNKNOWN: a health check, say. Then the address is that of the connection.
void TestProxyDoor::aProxyMaySpeakForItself()
{
    const std::pair<ProxyProtocol, QByteArray> headers[]
        = {{ProxyProtocol::Version1, "PROXY UNKNOWN\r\n"}, {ProxyProtocol::Version2, block({}, '\x20')}};
    for (const auto &[version, header] : headers) {
        Broker broker;
        QVERIFY2(broker.listen(options(ListenerKind::Tcp, version)), qPrintable(broker.errorString()));
        QSignalSpy registered(&broker, &Broker::clientRegistered);
        const auto client = dial(broker, ListenerKind::Tcp, header);
        QVERIFY(client && isLetIn(*client));
        QCOMPARE(registered.first().first().value<ClientInfo>().address, QByteArray("127.0.0.1"));
    }
}

void TestProxyDoor::strangersAreRefused_data()
{
    QTest::addColumn<QStringList>("trusted");
    QTest::addColumn<bool>("isIn");
    QTest::newRow("this machine is trusted where nothing is said") << QStringList() << true;
    QTest::newRow("it is named") << QStringList(QStringLiteral("127.0.0.1")) << true;
    QTest::newRow("its network is named") << QStringList{QStringLiteral("10.0.0.1"), QStringLiteral("127.0.0.0/8")} << true;
    QTest::newRow("others are named") << QStringList(QStringLiteral("10.0.0.0/8")) << false;
}

void TestProxyDoor::strangersAreRefused()
{
    QFETCH(QStringList, trusted);
    QFETCH(bool, isIn);
    for (const ProxyProtocol version : {ProxyProtocol::Version1, ProxyProtocol::Version2}) {
        ListenerOptions wanted = options(ListenerKind::Tcp, version);
        wanted.trustedProxies = trusted;
        Broker broker;
        QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
        QSignalSpy refused(&broker, &Broker::connectionError);
        const auto client = dial(broker, ListenerKind::Tcp, headerOf(version));
        QVERIFY(client);
        QCOMPARE(isLetIn(*client), isIn);
        QTRY_COMPARE(refused.size(), isIn ? qsizetype(0) : qsizetype(1));
        if (!isIn)
            QVERIFY(refused.first().at(1).value<EventError>().text.contains("only trusted proxies may connect here"));
    }
}

void TestProxyDoor::whatIsNoHeaderIsRefused_data()
{
    QTest::addColumn<ProxyProtocol>("version");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("none, for version 1") << ProxyProtocol::Version1 << QByteArray();
    QTest::newRow("none, for version 2") << ProxyProtocol::Version2 << QByteArray();
    QTest::newRow("2 for 1") << ProxyProtocol::Version1 << block();
    QTest::newRow("1 for 2") << ProxyProtocol::Version2 << line;
    QTest::newRow("malformed") << ProxyProtocol::Version1 << QByteArray("PROXY TCP4 here there 1 2\r\n");
}

void TestProxyDoor::whatIsNoHeaderIsRefused()
{
    QFETCH(ProxyProtocol, version);
    QFETCH(QByteArray, header);
    Broker broker;
    QVERIFY2(broker.listen(options(ListenerKind::Tcp, version)), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto client = dial(broker, ListenerKind::Tcp, header);
    QVERIFY(client && !isLetIn(*client));
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QCOMPARE(broker.connectedClients(), qsizetype(0));
}

void TestProxyDoor::anUnfinishedHeaderEndsAtItsDeadline()
{
    ListenerOptions wanted = options(ListenerKind::Tcp, ProxyProtocol::Version1);
    wanted.handshakeTimeout = std::chrono::milliseconds(500);
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    const auto silent = dial(broker, ListenerKind::Tcp, {});
    const auto slow = dial(broker, ListenerKind::Tcp, line.left(10));
    const auto other = dial(broker, ListenerKind::Tcp, line);
    QVERIFY(other && isLetIn(*other)); // meanwhile others are served
    QTRY_VERIFY(silent->isClosed());
    QTRY_VERIFY(slow->isClosed());
    QVERIFY(!other->isClosed());
}

void TestProxyDoor::theOldestOfTooManyGoes()
{
    ListenerOptions wanted = options(ListenerKind::Tcp, ProxyProtocol::Version2);
    wanted.maximumHandshakes = 2;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    std::vector<std::unique_ptr<DoorClient>> silent;
    for (int i = 0; i < 3; ++i)
        silent.push_back(dial(broker, ListenerKind::Tcp, block().left(5)));
    QTRY_VERIFY(silent[0]->isClosed());
    const auto other = dial(broker, ListenerKind::Tcp, block());
    QVERIFY(other && isLetIn(*other));
    QTRY_VERIFY(silent[1]->isClosed());
    QVERIFY(!silent[2]->isClosed());
}

void TestProxyDoor::tlsAndCertificatesOfTheProxy_data()
{
    QTest::addColumn<bool>("requiresTls");
    QTest::addColumn<bool>("requiresCertificate");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("why");
    const QByteArray noTls = "does not speak TLS with the proxy";
    const QByteArray noCertificate = "no certificate that it could verify";
    QTest::newRow("nothing is required") << false << false << block() << QByteArray();
    QTest::newRow("TLS") << true << false << block(tlsEntry('\x01', '\0', {})) << QByteArray();
    QTest::newRow("no TLS") << true << false << block() << noTls;
    QTest::newRow("the proxy itself, without TLS") << true << false << block({}, '\x20') << noTls;
    QTest::newRow("a certificate") << true << true << block(tlsEntry('\x03', '\0', "alice")) << QByteArray();
    QTest::newRow("TLS without a certificate") << true << true << block(tlsEntry('\x01', '\0', {})) << noCertificate;
    QTest::newRow("a certificate that was not verified")
        << false << true << block(tlsEntry('\x03', '\1', "alice")) << noCertificate;
    QTest::newRow("neither") << false << true << block() << noCertificate;
}

void TestProxyDoor::tlsAndCertificatesOfTheProxy()
{
    QFETCH(bool, requiresTls);
    QFETCH(bool, requiresCertificate);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, why);
    ListenerOptions wanted = options(ListenerKind::Tcp, ProxyProtocol::Version2);
    wanted.proxyRequiresTls = requiresTls;
    wanted.tls.requireCertificate = requiresCertificate;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto client = dial(broker, ListenerKind::Tcp, header);
    QVERIFY(client);
    QCOMPARE(isLetIn(*client), why.isEmpty());
    QTRY_COMPARE(refused.size(), why.isEmpty() ? qsizetype(0) : qsizetype(1));
    if (!why.isEmpty())
        QVERIFY(refused.first().at(1).value<EventError>().text.contains(why));
}

void TestProxyDoor::theNameOfTheProxysCertificateIsTheUser()
{
    for (const ListenerKind kind : {ListenerKind::Tcp, ListenerKind::WebSocket}) {
        ListenerOptions wanted = options(kind, ProxyProtocol::Version2);
        wanted.tls.requireCertificate = true;
        wanted.tls.userName = UserNameSource::Identity;
        Broker broker;
        QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
        QSignalSpy registered(&broker, &Broker::clientRegistered);
        const auto client = dial(broker, kind, block(tlsEntry('\x03', '\0', "alice")));
        QVERIFY(client && isLetIn(*client));
        QCOMPARE(registered.first().first().value<ClientInfo>().userName, QByteArray("alice"));
        const auto nameless = dial(broker, kind, block(tlsEntry('\x03', '\0', {})));
        QVERIFY(nameless && !isLetIn(*nameless));
    }
}

void TestProxyDoor::bansAreOfTheClientAndNotOfTheProxy()
{
    Broker broker;
    QVERIFY2(broker.listen(options(ListenerKind::Tcp, ProxyProtocol::Version1)), qPrintable(broker.errorString()));
    broker.ban({BannedBy::Address, "192.0.2.7", {}, "test"});
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    const auto banned = dial(broker, ListenerKind::Tcp, line);
    QVERIFY(banned);
    isLetIn(*banned);
    QCOMPARE(registered.size(), qsizetype(0));
    const auto other = dial(broker, ListenerKind::Tcp, QByteArray(line).replace("192.0.2.7", "192.0.2.8"));
    QVERIFY(other && isLetIn(*other));
    QCOMPARE(registered.size(), qsizetype(1));
}

void TestProxyDoor::forwardedFor_data()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::addColumn<QStringList>("trusted");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("address"); // "" = refused
    const QStringList here(QStringLiteral("127.0.0.0/8"));
    const QStringList elsewhere(QStringLiteral("10.0.0.1"));
    for (const ListenerKind kind : {ListenerKind::WebSocket, ListenerKind::WebSocketTls}) {
        const char *name = isTls(kind) ? "wss" : "ws";
        const auto row = [&](const char *what, const QStringList &trusted, const char *header, const char *address) {
            QTest::addRow("%s, %s", name, what) << kind << trusted << QByteArray(header) << QByteArray(address);
        };
        row("of a trusted proxy", here, "192.0.2.7", "192.0.2.7");
        row("the last that is no proxy", here, "198.51.100.1, 192.0.2.7, 127.0.0.9", "192.0.2.7");
        row("of a stranger", elsewhere, "192.0.2.7", "");
        row("nonsense of a trusted proxy", here, "nonsense", "");
        row("none of a trusted proxy", here, "", "127.0.0.1");
        row("none of a stranger", elsewhere, "", "127.0.0.1");
        row("nobody is trusted", {}, "192.0.2.7", "127.0.0.1"); // not believed, nor asked about
    }
}

void TestProxyDoor::forwardedFor()
{
    QFETCH(ListenerKind, kind);
    QFETCH(QStringList, trusted);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, address);
    ListenerOptions wanted = options(kind, ProxyProtocol::None);
    wanted.trustedProxies = trusted;
    Broker broker;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    QSignalSpy refused(&broker, &Broker::connectionError);
    const QByteArray lines = "Sec-WebSocket-Protocol: mqtt\r\n"
        + (header.isEmpty() ? QByteArray() : "X-Forwarded-For: " + header + "\r\n");
    const auto client = dial(broker, kind, {}, websocket::request(lines));
    QVERIFY(client);
    QCOMPARE(isLetIn(*client), !address.isEmpty());
    QTRY_COMPARE(refused.size(), address.isEmpty() ? qsizetype(1) : qsizetype(0));
    if (!address.isEmpty())
        QCOMPARE(registered.first().first().value<ClientInfo>().address, address);
    else
        QCOMPARE(client->closeStatus(), quint16(1008));
}

void TestProxyDoor::saysWhatIsWrong()
{
    Broker broker;
    ListenerOptions wanted = options(ListenerKind::Tcp, ProxyProtocol::Version1);
    wanted.trustedProxies = QStringList(QStringLiteral("here"));
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(u"\"here\" is no address"), qPrintable(broker.errorString()));
    wanted.trustedProxies.clear();
    wanted.proxyRequiresTls = true;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(u"needs version 2"), qPrintable(broker.errorString()));
    wanted = options(ListenerKind::Tls, ProxyProtocol::Version2);
    wanted.proxyRequiresTls = true;
    QVERIFY(!broker.listen(wanted));
    wanted = options(ListenerKind::Tcp, ProxyProtocol::None);
    wanted.proxyRequiresTls = true; // where nobody would look at it
    QVERIFY(!broker.listen(wanted));
    wanted = options(ListenerKind::Tcp, ProxyProtocol::Version1);
    wanted.tls.requireCertificate = true;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(u"tells nothing of certificates"), qPrintable(broker.errorString()));
    // A name that nobody proves would let everybody in with the one that it likes.
    wanted = options(ListenerKind::Tcp, ProxyProtocol::Version2);
    wanted.tls.userName = UserNameSource::Identity;
    QVERIFY(!broker.listen(wanted));
    QVERIFY2(broker.errorString().contains(u"prove by TLS needs"), qPrintable(broker.errorString()));
    wanted.tls.requireCertificate = true;
    wanted.tls.userName = UserNameSource::Subject; // of which the proxy tells nothing
    QVERIFY(!broker.listen(wanted));
    wanted.tls.userName = UserNameSource::Identity;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    wanted = options(ListenerKind::WebSocket, ProxyProtocol::None);
    wanted.tls.requireCertificate = true;
    QVERIFY(!broker.listen(wanted));
}

QTEST_GUILESS_MAIN(TestProxyDoor)
#include "tst_proxydoor.moc"
