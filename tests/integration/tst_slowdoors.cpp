#include "base/processmemory.h"
#include "support/tlsclient.h"

#include <QElapsedTimer>
#include <QTcpSocket>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// Peers that begin and never come to an end (slowloris), on each way in: bounded in time and in memory, and nobody else
/// notices.
class TestSlowDoors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_made = std::make_unique<Certificates>(); }
    void aByteNowAndThenWinsNoTime_data() { kinds(); }
    void aByteNowAndThenWinsNoTime();
    void whatStrangersSendIsNotKept_data() { kinds(); }
    void whatStrangersSendIsNotKept();

private:
    void kinds();
    ListenerOptions options() const;

    std::unique_ptr<Certificates> m_made;
};

namespace {

/// A socket without any memory of ours, so that what grows is the broker's.
class Stranger
{
public:
    explicit Stranger(quint16 port)
        : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0)
            qFatal("cannot connect");
    }
    ~Stranger() { ::close(m_descriptor); }
    Stranger(const Stranger &) = delete;
    Stranger &operator=(const Stranger &) = delete;

    /// As many bytes as go without waiting; negative = the connection is gone.
    ssize_t send(QByteArrayView bytes) const
    {
        const ssize_t sent = ::send(m_descriptor, bytes.data(), size_t(bytes.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        return sent < 0 && errno == EAGAIN ? 0 : sent;
    }
    bool isClosed() const
    {
        std::array<char, 4096> bytes{}; // an answer, a DISCONNECT, an alert
        ssize_t read = 0;
        while ((read = ::recv(m_descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0) { }
        return read == 0 || errno != EAGAIN;
    }

private:
    int m_descriptor;
};

} // namespace

void TestSlowDoors::kinds()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::addColumn<ProxyProtocol>("proxy");
    QTest::addColumn<QByteArray>("begin"); // of something that goes on for long
    QTest::addColumn<QByteArray>("more");
    const QByteArray hello("\x16\x03\x01\x3F\xFF\x01\x00\x3F\xFB\x03\x03", 11); // a record of 16 KiB
    const QByteArray request = "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nX-Long: ";
    const auto row = [](const char *name, ListenerKind kind, const QByteArray &begin, const char *more,
                         ProxyProtocol proxy = ProxyProtocol::None) {
        QTest::newRow(name) << kind << proxy << begin << QByteArray(more, 1);
    };
    row("tcp, within CONNECT", ListenerKind::Tcp, QByteArray("\x10\xFF\xFF\x03\x00\x04MQTT\x05\x00\x00\x00", 14), "\0");
    row("tcp, nothing", ListenerKind::Tcp, {}, "\x10");
    row("tls, within the hello", ListenerKind::Tls, hello, "\0");
    row("ws, within a line of the request", ListenerKind::WebSocket, request, "a");
    row("ws, lines without an end", ListenerKind::WebSocket, request, "\n");
    row("wss, within the hello", ListenerKind::WebSocketTls, hello, "\0");
    row("any, nothing", ListenerKind::Any, {}, "\x10");
    row("any, within CONNECT", ListenerKind::Any, QByteArray("\x10\xFF\xFF\x03\x00\x04MQTT\x05\x00\x00\x00", 14), "\0");
    row("any, the first byte of TLS", ListenerKind::Any, "\x16", "\x03");
    row("any, within the hello", ListenerKind::Any, hello, "\0");
    row("any, the first byte of a request", ListenerKind::Any, "G", "a");
    row("any, lines without an end", ListenerKind::Any, request, "\n");
    row("within PROXY 1", ListenerKind::Tcp, "PROXY UNKNOWN ", "a", ProxyProtocol::Version1);
    row("within PROXY 2", ListenerKind::Tcp, QByteArray("\r\n\r\n\0\r\nQUIT\n\x21\x00\x3F\xF0", 16), "a",
        ProxyProtocol::Version2);
}

ListenerOptions TestSlowDoors::options() const
{
    QFETCH(ListenerKind, kind);
    QFETCH(ProxyProtocol, proxy);
    ListenerOptions options = tlsOptions(*m_made);
    options.kind = kind;
    options.proxyProtocol = proxy;
    options.handshakeTimeout = 800ms;
    return options;
}

static BrokerOptions impatient()
{
    BrokerOptions options;
    options.connectTimeout = 800ms;
    return options;
}

static std::unique_ptr<DoorClient> dialTcp(quint16 port)
{
    auto socket = std::make_unique<QTcpSocket>();
    socket->connectToHost(QHostAddress::LocalHost, port);
    return std::make_unique<DoorClient>(std::move(socket), false);
}

void TestSlowDoors::aByteNowAndThenWinsNoTime()
{
    QFETCH(QByteArray, begin);
    QFETCH(QByteArray, more);
    Broker broker(impatient());
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    const auto other = dialTcp(broker.port());
    other->connect("other");
    QVERIFY(other->waitFor<ConnackPacket>());
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));

    constexpr int count = 200;
    QElapsedTimer since;
    since.start();
    std::vector<std::unique_ptr<Stranger>> strangers;
    for (int i = 0; i < count; ++i) {
        strangers.push_back(std::make_unique<Stranger>(broker.port()));
        strangers.back()->send(begin);
    }
    qint64 slowest = 0; // round trip of who is connected
    while (!strangers.empty() && since.elapsed() < 10'000) {
        QElapsedTimer trip;
        trip.start();
        other->send(PingreqPacket());
        QVERIFY(other->waitFor<PingrespPacket>());
        slowest = std::max(slowest, trip.elapsed());
        QTest::qWait(20);
        std::erase_if(strangers, [&more](const auto &each) { return each->isClosed() || each->send(more) < 0; });
    }
    QVERIFY2(strangers.empty(), qPrintable(QString::number(strangers.size())));
    QVERIFY2(since.elapsed() < 5'000, qPrintable(QString::number(since.elapsed())));
    QVERIFY2(slowest < 500, qPrintable(QString::number(slowest)));
    QCOMPARE(broker.connectedClients(), qsizetype(1));
}

/// Each sends as much as it can.
void TestSlowDoors::whatStrangersSendIsNotKept()
{
    QFETCH(QByteArray, begin);
    QFETCH(QByteArray, more);
    Broker broker(impatient());
    ListenerOptions wanted = options();
    wanted.handshakeTimeout = 3s;
    QVERIFY2(broker.listen(wanted), qPrintable(broker.errorString()));
    constexpr int count = 100;
    constexpr quint64 mostBytesEach = 256 * 1024; // TLS alone is 76 KB in Qt
    const QByteArray flood = more.repeated(64 * 1024);
    const quint64 before = residentBytes();
    std::vector<std::unique_ptr<Stranger>> strangers;
    for (int i = 0; i < count; ++i) {
        strangers.push_back(std::make_unique<Stranger>(broker.port()));
        strangers.back()->send(begin);
    }
    quint64 most = 0;
    for (int round = 0; round < 40; ++round) { // 250 MB in all, if they were taken
        for (const auto &each : strangers)
            each->send(flood);
        QTest::qWait(10);
        most = std::max(most, residentBytes());
    }
    const quint64 grown = most > before ? most - before : 0;
    QVERIFY2(grown < count * mostBytesEach, qPrintable(QString::number(grown)));
}

QTEST_GUILESS_MAIN(TestSlowDoors)
#include "tst_slowdoors.moc"
