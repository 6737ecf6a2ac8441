#include "support/tlsclient.h"

#include <QSignalSpy>
#include <QTcpSocket>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// Whether a connection may come is asked before its handshake costs anything, and it counts once. Addresses are those that
/// a proxy tells, since this machine itself does not count.
class TestAdmission : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<Certificates>(); }
    void aFloodIsRefusedBeforeItsHandshake_data() { kinds(); }
    void aFloodIsRefusedBeforeItsHandshake();
    void aRateHoldsBeforeTheHandshake_data() { kinds(); }
    void aRateHoldsBeforeTheHandshake();
    void whoIsRefusedEndsNobodysHandshake();
    void eachCountsOnce_data() { kinds(); }
    void eachCountsOnce();
    void aHandshakeThatEndsCountsNoMore_data();
    void aHandshakeThatEndsCountsNoMore();
    void aFullBrokerBeginsNoHandshake();
    void placesAreNotGivenTwice();
    void whoIsToldOfByTheRequestIsAskedForThen();

private:
    void kinds()
    {
        QTest::addColumn<ListenerKind>("kind");
        QTest::newRow("tls") << ListenerKind::Tls;
        QTest::newRow("wss") << ListenerKind::WebSocketTls;
        QTest::newRow("any") << ListenerKind::Any;
    }
    /// Behind a proxy; a handshake that is begun stays under way.
    ListenerOptions options(ListenerKind kind) const
    {
        ListenerOptions wanted = tlsOptions(*m_made);
        wanted.kind = kind;
        wanted.proxyProtocol = ProxyProtocol::Version1;
        wanted.handshakeTimeout = 1h;
        return wanted;
    }
    /// A connection that has sent `header` and nothing else.
    static std::unique_ptr<QSslSocket> dial(quint16 port, const QByteArray &header);
    /// One that has its handshake behind it, or null.
    std::unique_ptr<DoorClient> secure(quint16 port, ListenerKind kind, const QByteArray &header,
        const QByteArray &request = websocket::request()) const;
    static bool isLetIn(DoorClient &client, const QByteArray &clientId);
    static bool isClosed(const QSslSocket &socket) { return socket.state() == QAbstractSocket::UnconnectedState; }

    std::unique_ptr<Certificates> m_made;
};

namespace {

const QByteArray one = "PROXY TCP4 192.0.2.1 10.0.0.1 1000 1883\r\n";
const QByteArray other = "PROXY TCP4 192.0.2.2 10.0.0.1 1000 1883\r\n";

BrokerOptions mostPerAddress(quint32 most)
{
    BrokerOptions options;
    options.maximumConnectionsPerAddress = most;
    return options;
}

ReasonCode reasonOf(const QList<QVariant> &refused)
{
    return refused.at(1).value<EventError>().reason;
}

QByteArray textOf(const QList<QVariant> &refused)
{
    return refused.at(1).value<EventError>().text;
}

} // namespace

std::unique_ptr<QSslSocket> TestAdmission::dial(quint16 port, const QByteArray &header)
{
    auto socket = std::make_unique<QSslSocket>(); // which is a TCP socket until it is told otherwise
    socket->connectToHost(QHostAddress::LocalHost, port);
    if (!socket->waitForConnected(5'000))
        return nullptr;
    socket->write(header);
    socket->flush();
    return socket;
}

std::unique_ptr<DoorClient> TestAdmission::secure(
    quint16 port, ListenerKind kind, const QByteArray &header, const QByteArray &request) const
{
    std::unique_ptr<QSslSocket> socket = dial(port, header);
    QSslConfiguration configuration;
    configuration.setCaCertificates(m_made->certificates("ca.pem"));
    socket->setSslConfiguration(configuration);
    socket->setPeerVerifyName(QStringLiteral("localhost"));
    socket->startClientEncryption();
    if (!waitForEncrypted(*socket))
        return nullptr;
    return std::make_unique<DoorClient>(std::move(socket), isWebSocket(kind), request);
}

bool TestAdmission::isLetIn(DoorClient &client, const QByteArray &clientId)
{
    client.connect(clientId);
    bool isAnswered = false;
    return QTest::qWaitFor(
               [&] { return (isAnswered = client.take<ConnackPacket>().has_value()) || client.isClosed(); }, 10'000)
        && isAnswered;
}

/// Nobody of the flood says a word of TLS, and still it is clear at once who may stay.
void TestAdmission::aFloodIsRefusedBeforeItsHandshake()
{
    QFETCH(ListenerKind, kind);
    constexpr size_t most = 5;
    Broker broker(mostPerAddress(most));
    QVERIFY2(broker.listen(options(kind)), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    std::vector<std::unique_ptr<QSslSocket>> flood;
    for (int i = 0; i < 100; ++i)
        flood.push_back(dial(broker.port(), one));
    QTRY_COMPARE(refused.size(), qsizetype(flood.size() - most));
    for (const QList<QVariant> &each : refused) {
        QCOMPARE(reasonOf(each), ReasonCode::ServerBusy);
        QCOMPARE(textOf(each), QByteArray("its address has too many connections"));
        QCOMPARE(each.first().value<ClientInfo>().address, QByteArray("192.0.2.1"));
    }
    const auto waiting = [&flood] {
        return std::count_if(flood.begin(), flood.end(), [](const auto &each) { return !isClosed(*each); });
    };
    QTRY_COMPARE(waiting(), std::ptrdiff_t(most));
    const auto client = secure(broker.port(), kind, other);
    QVERIFY(client && isLetIn(*client, "other"));
    flood.clear();
    QTRY_COMPARE(refused.size(), qsizetype(100)); // those that were under way have left
    const auto again = secure(broker.port(), kind, one);
    QVERIFY(again && isLetIn(*again, "one"));
}

/// Of all addresses together this machine counts as well, and no proxy is needed.
void TestAdmission::aRateHoldsBeforeTheHandshake()
{
    QFETCH(ListenerKind, kind);
    BrokerOptions bounds;
    bounds.connectionRate = 3;
    Broker broker(bounds);
    ListenerOptions wanted = options(kind);
    wanted.proxyProtocol = ProxyProtocol::None;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    std::vector<std::unique_ptr<QSslSocket>> flood;
    for (int i = 0; i < 50; ++i)
        flood.push_back(dial(broker.port(), {}));
    QTRY_VERIFY(refused.size() >= 30); // a second more would be 3 more who may stay
    QCOMPARE(textOf(refused.first()), QByteArray("too many connections come at once"));
}

/// One handshake too many ends the oldest, and one that may not begin is none.
void TestAdmission::whoIsRefusedEndsNobodysHandshake()
{
    BrokerOptions bounds;
    bounds.connectionRate = 2;
    Broker broker(bounds);
    ListenerOptions wanted = options(ListenerKind::Tls);
    wanted.proxyProtocol = ProxyProtocol::None;
    wanted.maximumHandshakes = 2;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    std::vector<std::unique_ptr<QSslSocket>> flood;
    for (int i = 0; i < 5; ++i)
        flood.push_back(dial(broker.port(), {}));
    QTRY_COMPARE(refused.size(), qsizetype(3));
    for (const QList<QVariant> &each : refused)
        QCOMPARE(reasonOf(each), ReasonCode::ServerBusy);
}

/// With its handshake and as a client it is the same connection.
void TestAdmission::eachCountsOnce()
{
    QFETCH(ListenerKind, kind);
    Broker broker(mostPerAddress(2));
    QVERIFY2(broker.listen(options(kind)), qPrintable(broker.errorString()));
    for (int round = 0; round < 3; ++round) {
        QSignalSpy gone(&broker, &Broker::clientDisconnected);
        const auto first = secure(broker.port(), kind, one);
        QVERIFY(first && isLetIn(*first, "first"));
        auto second = secure(broker.port(), kind, one);
        QVERIFY(second && isLetIn(*second, "second"));
        const auto third = dial(broker.port(), one);
        QTRY_VERIFY(isClosed(*third));
        second.reset();
        QTRY_COMPARE(gone.size(), qsizetype(1));
        const auto fourth = secure(broker.port(), kind, one);
        QVERIFY(fourth && isLetIn(*fourth, "fourth"));
        first->send(DisconnectPacket{});
        fourth->send(DisconnectPacket{});
        QTRY_COMPARE(gone.size(), qsizetype(3));
    }
}

void TestAdmission::aHandshakeThatEndsCountsNoMore_data()
{
    QTest::addColumn<QByteArray>("how");
    for (const char *how : {"it goes", "it fails", "its time is over", "the oldest has to go"})
        QTest::newRow(how) << QByteArray(how);
}

void TestAdmission::aHandshakeThatEndsCountsNoMore()
{
    QFETCH(QByteArray, how);
    Broker broker(mostPerAddress(1));
    ListenerOptions wanted = options(ListenerKind::Tls);
    if (how == "its time is over")
        wanted.handshakeTimeout = 2s;
    wanted.maximumHandshakes = 2;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    auto begun = dial(broker.port(), one);
    const auto second = dial(broker.port(), one);
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QCOMPARE(reasonOf(refused.first()), ReasonCode::ServerBusy); // the first one counts
    std::vector<std::unique_ptr<QSslSocket>> others;
    if (how == "it goes")
        begun.reset();
    else if (how == "it fails")
        begun->write("no hello at all, but long enough to be one");
    else if (how == "the oldest has to go")
        for (int i = 0; i < 2; ++i)
            others.push_back(dial(broker.port(), other));
    QTRY_VERIFY(refused.size() >= 2);
    const auto next = secure(broker.port(), ListenerKind::Tls, one);
    QVERIFY(next && isLetIn(*next, "next"));
}

void TestAdmission::aFullBrokerBeginsNoHandshake()
{
    BrokerOptions bounds;
    bounds.maximumConnections = 1;
    Broker broker(bounds);
    QVERIFY2(broker.listen(options(ListenerKind::Tls)), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto client = secure(broker.port(), ListenerKind::Tls, one);
    QVERIFY(client && isLetIn(*client, "client"));
    const auto next = dial(broker.port(), other);
    QTRY_VERIFY(isClosed(*next));
    QCOMPARE(textOf(refused.first()), QByteArray("there are too many connections"));
}

/// Two were let in while there was one place, since handshakes are not connections; the slower one is turned away.
void TestAdmission::placesAreNotGivenTwice()
{
    BrokerOptions bounds;
    bounds.maximumConnections = 1;
    bounds.maximumConnectionsPerAddress = 1;
    Broker broker(bounds);
    QVERIFY2(broker.listen(options(ListenerKind::WebSocketTls)), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    QSignalSpy gone(&broker, &Broker::clientDisconnected);
    const auto slow = secure(broker.port(), ListenerKind::Tls, other); // it has not sent its request
    QVERIFY(slow);
    auto client = secure(broker.port(), ListenerKind::WebSocketTls, one);
    QVERIFY(client && isLetIn(*client, "client"));
    slow->sendRaw(websocket::request());
    QTRY_VERIFY(slow->isClosed());
    QTRY_COMPARE(refused.size(), qsizetype(1));
    QCOMPARE(textOf(refused.first()), QByteArray("there are too many connections"));
    client.reset();
    QTRY_COMPARE(gone.size(), qsizetype(1));
    const auto again = secure(broker.port(), ListenerKind::WebSocketTls, other); // of whom nothing is remembered
    QVERIFY(again && isLetIn(*again, "again"));
}

/// X-Forwarded-For: before its request a client is nowhere but at its proxy, and that stands for many.
void TestAdmission::whoIsToldOfByTheRequestIsAskedForThen()
{
    Broker broker(mostPerAddress(1));
    ListenerOptions wanted = options(ListenerKind::WebSocketTls);
    wanted.trustedProxies = {QStringLiteral("127.0.0.0/8"), QStringLiteral("192.0.2.1")}; // that one within the other
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    QSignalSpy refused(&broker, &Broker::connectionError);
    const auto from = [](const char *address) {
        return websocket::request(QByteArray("Sec-WebSocket-Protocol: mqtt\r\nX-Forwarded-For: ") + address + "\r\n");
    };
    std::vector<std::unique_ptr<DoorClient>> clients;
    for (const char *address : {"198.51.100.1", "198.51.100.2", "198.51.100.3"}) {
        clients.push_back(secure(broker.port(), ListenerKind::WebSocketTls, one, from(address)));
        QVERIFY(clients.back() && isLetIn(*clients.back(), address));
    }
    const auto tooMuch = secure(broker.port(), ListenerKind::WebSocketTls, one, from("198.51.100.2"));
    QVERIFY(tooMuch && !isLetIn(*tooMuch, "second"));
    QCOMPARE(textOf(refused.last()), QByteArray("its address has too many connections"));
}

QTEST_GUILESS_MAIN(TestAdmission)
#include "tst_admission.moc"
