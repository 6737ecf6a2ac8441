#include "support/doorclient.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QSignalSpy>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

using namespace pigeon;
using namespace pigeon::test;

/// MQTT within WebSocket: section 6 of both standards, who may come, and what is bounded.
class TestWebSocketDoor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesTheClientOfQt();
    void theSubprotocolIsWanted_data();
    void theSubprotocolIsWanted();
    void textIsRefused_data();
    void textIsRefused();
    void packetsAreNotFrames_data();
    void packetsAreNotFrames();
    void pagesOfStrangersAreRefused_data();
    void pagesOfStrangersAreRefused();
    void thePathIsChecked_data();
    void thePathIsChecked();
    void aRequestMayComeInPieces();
    void whatIsNoRequestIsClosed_data();
    void whatIsNoRequestIsClosed();
    void anUnfinishedRequestEndsAtItsDeadline();
    void aFrameTooLargeIsRefused();
    void aMessageTooLargeIsRefused();
    void pingsAreAnswered();
    void pingsOfWhoDoesNotReadAreNotKept();
    void anUnmaskedFrameIsRefused();
    void boundsAreChecked();

private:
    static ListenerOptions options()
    {
        ListenerOptions options;
        options.kind = ListenerKind::WebSocket;
        options.port = 0;
        return options;
    }
    static std::unique_ptr<DoorClient> dial(Broker &broker, const QByteArray &request = websocket::request())
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, broker.port());
        return std::make_unique<DoorClient>(std::move(socket), true, request);
    }
    static bool isConnected(DoorClient &client)
    {
        client.connect("client");
        bool isAnswered = false;
        return QTest::qWaitFor([&] {
            return (isAnswered = client.take<ConnackPacket>().has_value()) || client.isClosed();
        }, 10'000) && isAnswered;
    }
};

static QByteArray connectBytes()
{
    ConnectPacket packet;
    packet.clientId = "client";
    packet.version = ProtocolVersion::Mqtt5;
    return encodePacket(packet, ProtocolVersion::Mqtt5);
}

void TestWebSocketDoor::servesTheClientOfQt()
{
    Broker broker;
    QVERIFY2(broker.listen(options()), qPrintable(broker.errorString()));
    QWebSocket socket;
    QSignalSpy connected(&socket, &QWebSocket::connected);
    QSignalSpy received(&socket, &QWebSocket::binaryMessageReceived);
    QWebSocketHandshakeOptions wanted;
    wanted.setSubprotocols({QStringLiteral("mqtt")});
    socket.open(QUrl(QStringLiteral("ws://127.0.0.1:%1/mqtt").arg(broker.port())), wanted);
    QTRY_COMPARE(connected.size(), qsizetype(1));
    QCOMPARE(socket.subprotocol(), QStringLiteral("mqtt"));
    socket.sendBinaryMessage(connectBytes());
    QTRY_COMPARE(received.size(), qsizetype(1));
    QCOMPARE(broker.connectedClients(), qsizetype(1));
    socket.close();
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
}

void TestWebSocketDoor::theSubprotocolIsWanted_data()
{
    QTest::addColumn<QByteArray>("offered");
    QTest::addColumn<QByteArray>("chosen"); // empty: refused
    QTest::newRow("mqtt [MQTT-6.0.0-4] [MQTT3-6.0.0-4]") << QByteArray("mqtt") << QByteArray("mqtt");
    QTest::newRow("that of 3.1") << QByteArray("mqttv3.1") << QByteArray("mqttv3.1");
    QTest::newRow("among others [MQTT-6.0.0-3]") << QByteArray("chat, mqtt") << QByteArray("mqtt");
    QTest::newRow("none [MQTT-6.0.0-3] [MQTT3-6.0.0-3]") << QByteArray() << QByteArray();
    QTest::newRow("others only [MQTT-6.0.0-3]") << QByteArray("chat") << QByteArray();
}

void TestWebSocketDoor::theSubprotocolIsWanted()
{
    QFETCH(QByteArray, offered);
    QFETCH(QByteArray, chosen);
    Broker broker;
    QVERIFY(broker.listen(options()));
    const auto client = dial(broker,
        websocket::request(offered.isEmpty() ? QByteArray() : "Sec-WebSocket-Protocol: " + offered + "\r\n"));
    QCOMPARE(isConnected(*client), !chosen.isEmpty());
    QCOMPARE(client->answer().contains("Sec-WebSocket-Protocol: " + chosen + "\r\n"), !chosen.isEmpty());
    QTRY_COMPARE(client->isClosed(), chosen.isEmpty());
}

void TestWebSocketDoor::textIsRefused_data()
{
    QTest::addColumn<bool>("isLast");
    QTest::newRow("a message [MQTT-6.0.0-1] [MQTT3-6.0.0-1]") << true;
    QTest::newRow("the first frame of one") << false;
}

void TestWebSocketDoor::textIsRefused()
{
    QFETCH(bool, isLast);
    Broker broker;
    QVERIFY(broker.listen(options()));
    const auto client = dial(broker);
    QVERIFY(isConnected(*client));
    client->sendRaw(websocket::frame("\xC0\x00", websocket::Text, isLast).replace("\xC0", "a"));
    QTRY_VERIFY(client->isClosed());
    QCOMPARE(client->closeStatus(), quint16(1003));
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
}

void TestWebSocketDoor::packetsAreNotFrames_data()
{
    QTest::addColumn<QByteArray>("frames");
    const QByteArray packets = connectBytes() + QByteArray("\xC0\x00\xC0\x00\xC0\x00", 6);
    QTest::newRow("many packets in a frame [MQTT-6.0.0-2] [MQTT3-6.0.0-2]") << websocket::frame(packets);
    QByteArray single;
    QByteArray fragments;
    for (qsizetype i = 0; i < packets.size(); ++i) {
        single += websocket::frame(packets.mid(i, 1));
        fragments += websocket::frame(
            packets.mid(i, 1), i == 0 ? websocket::Binary : websocket::Continuation, i == packets.size() - 1);
    }
    QTest::newRow("a byte a frame [MQTT-6.0.0-2] [MQTT3-6.0.0-2]") << single;
    QTest::newRow("one message in frames of a byte") << fragments;
    QTest::newRow("empty frames between") << websocket::frame({}) + websocket::frame(packets.left(5))
            + websocket::frame({}) + websocket::frame(packets.mid(5));
}

void TestWebSocketDoor::packetsAreNotFrames()
{
    QFETCH(QByteArray, frames);
    Broker broker;
    QVERIFY(broker.listen(options()));
    const auto client = dial(broker);
    client->sendRaw(frames);
    QVERIFY(client->waitFor<ConnackPacket>());
    for (int i = 0; i < 3; ++i)
        QVERIFY(client->waitFor<PingrespPacket>());
}

void TestWebSocketDoor::pagesOfStrangersAreRefused_data()
{
    QTest::addColumn<QStringList>("allowed");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("isIn");
    const QStringList ours{QStringLiteral("https://example.org"), QStringLiteral("https://example.net:8443")};
    QTest::newRow("no list") << QStringList() << QByteArray("https://evil.example") << true;
    QTest::newRow("one of ours") << ours << QByteArray("https://example.net:8443") << true;
    QTest::newRow("no browser") << ours << QByteArray() << true;
    QTest::newRow("a stranger") << ours << QByteArray("https://evil.example") << false;
    QTest::newRow("another scheme") << ours << QByteArray("http://example.org") << false;
    QTest::newRow("a longer name") << ours << QByteArray("https://example.org.evil.example") << false;
}

void TestWebSocketDoor::pagesOfStrangersAreRefused()
{
    QFETCH(QStringList, allowed);
    QFETCH(QByteArray, origin);
    QFETCH(bool, isIn);
    ListenerOptions wanted = options();
    wanted.webSocket.allowedOrigins = allowed;
    Broker broker;
    QVERIFY(broker.listen(wanted));
    const QByteArray line = origin.isEmpty() ? QByteArray() : "Origin: " + origin + "\r\n";
    const auto client = dial(broker, websocket::request("Sec-WebSocket-Protocol: mqtt\r\n" + line));
    QCOMPARE(isConnected(*client), isIn);
    QTRY_COMPARE(client->isClosed(), !isIn);
}

void TestWebSocketDoor::thePathIsChecked_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<bool>("isIn");
    QTest::newRow("any") << QString() << QByteArray("/whatever") << true;
    QTest::newRow("the one") << QStringLiteral("/mqtt") << QByteArray("/mqtt") << true;
    QTest::newRow("with a query") << QStringLiteral("/mqtt") << QByteArray("/mqtt?x=1") << true;
    QTest::newRow("another") << QStringLiteral("/mqtt") << QByteArray("/") << false;
}

void TestWebSocketDoor::thePathIsChecked()
{
    QFETCH(QString, wanted);
    QFETCH(QByteArray, asked);
    QFETCH(bool, isIn);
    ListenerOptions listener = options();
    listener.webSocket.path = wanted;
    Broker broker;
    QVERIFY(broker.listen(listener));
    const auto client = dial(broker, websocket::request("Sec-WebSocket-Protocol: mqtt\r\n", asked));
    QCOMPARE(isConnected(*client), isIn);
}

void TestWebSocketDoor::aRequestMayComeInPieces()
{
    Broker broker;
    QVERIFY(broker.listen(options()));
    const QByteArray request = websocket::request();
    const auto client = dial(broker, request.left(10));
    for (qsizetype i = 10; i < request.size(); i += 7) {
        QTest::qWait(1);
        client->device().write(request.mid(i, 7));
    }
    QVERIFY(isConnected(*client));
}

void TestWebSocketDoor::whatIsNoRequestIsClosed_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("a page") << QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QTest::newRow("no HTTP") << QByteArray("nonsense\r\n\r\n");
    QTest::newRow("an old version") << websocket::request().replace("Version: 13", "Version: 1");
    QTest::newRow("no key") << websocket::request().replace("Sec-WebSocket-Key", "X-Key");
}

void TestWebSocketDoor::whatIsNoRequestIsClosed()
{
    QFETCH(QByteArray, request);
    Broker broker;
    QVERIFY(broker.listen(options()));
    const auto client = dial(broker, request);
    QTRY_VERIFY(client->isClosed());
    QVERIFY(isConnected(*dial(broker)));
}

void TestWebSocketDoor::anUnfinishedRequestEndsAtItsDeadline()
{
    ListenerOptions wanted = options();
    wanted.handshakeTimeout = std::chrono::milliseconds(500);
    Broker broker;
    QVERIFY(broker.listen(wanted));
    const auto slow = dial(broker, websocket::request().chopped(4));
    QVERIFY(isConnected(*dial(broker)));
    QTRY_VERIFY(slow->isClosed());
}

void TestWebSocketDoor::aFrameTooLargeIsRefused()
{
    ListenerOptions wanted = options();
    wanted.webSocket.maximumFrameBytes = 2'000;
    Broker broker;
    QVERIFY(broker.listen(wanted));
    const auto client = dial(broker);
    QVERIFY(isConnected(*client));
    client->sendRaw(websocket::frame(QByteArray(2'001, 'x')).left(20)); // its head says enough
    QTRY_VERIFY(client->isClosed());
    QCOMPARE(client->closeStatus(), quint16(1009));
}

void TestWebSocketDoor::aMessageTooLargeIsRefused()
{
    ListenerOptions wanted = options();
    wanted.webSocket.maximumFrameBytes = 2'000;
    Broker broker;
    QVERIFY(broker.listen(wanted));
    const auto client = dial(broker);
    QVERIFY(isConnected(*client));
    client->sendRaw(websocket::frame(QByteArray(1'500, 'x'), websocket::Binary, false));
    client->sendRaw(websocket::frame(QByteArray(1'500, 'x'), websocket::Continuation, false));
    QTRY_VERIFY(client->isClosed());
    QCOMPARE(client->closeStatus(), quint16(1009));
}

void TestWebSocketDoor::pingsAreAnswered()
{
    Broker broker;
    QVERIFY(broker.listen(options()));
    const auto client = dial(broker);
    QVERIFY(isConnected(*client));
    client->sendRaw(websocket::frame("hello", websocket::Ping));
    QTRY_VERIFY(client->closeStatus() == 0 && client->pongs() == 1);
}

/// Qt answers pings by itself: what it has written and the client does not take must not grow for ever.
void TestWebSocketDoor::pingsOfWhoDoesNotReadAreNotKept()
{
    ListenerOptions wanted = options();
    wanted.webSocket.maximumFrameBytes = 65'536; // so much may be there unread
    Broker broker;
    QVERIFY(broker.listen(wanted));
    const auto client = dial(broker);
    QVERIFY(isConnected(*client));
    auto &socket = static_cast<QTcpSocket &>(client->device());
    socket.setReadBufferSize(1'024);
    const QByteArray pings = websocket::frame(QByteArray(125, 'x'), websocket::Ping).repeated(8'000); // 1 MB
    for (int i = 0; i < 40; ++i)
        client->sendRaw(pings);
    // It reads no further: of 40 MB most stay with the client.
    qint64 before = -1;
    QVERIFY(QTest::qWaitFor(
        [&] {
            const qint64 now = socket.bytesToWrite();
            QTest::qWait(100);
            return std::exchange(before, now) == now;
        },
        20'000));
    QVERIFY2(before > 5'000'000 || client->isClosed(), qPrintable(QString::number(before)));
    QVERIFY(isConnected(*dial(broker)));
}

void TestWebSocketDoor::anUnmaskedFrameIsRefused()
{
    Broker broker;
    QVERIFY(broker.listen(options()));
    const auto client = dial(broker);
    QVERIFY(isConnected(*client));
    client->sendRaw(QByteArray("\x82\x02\xC0\x00", 4));
    QEXPECT_FAIL("", "As of Qt 6.4.2 QWebSocket takes frames without a mask", Continue);
    QVERIFY(QTest::qWaitFor([&] { return client->isClosed(); }, 1'000));
}

void TestWebSocketDoor::boundsAreChecked()
{
    Broker broker;
    ListenerOptions wanted = options();
    wanted.webSocket.maximumFrameBytes = 10;
    QVERIFY(!broker.listen(wanted));
    QVERIFY(broker.errorString().contains(u"maximumFrameBytes"));
    wanted = options();
    wanted.handshakeTimeout = std::chrono::milliseconds(0);
    QVERIFY(!broker.listen(wanted));
    QVERIFY(broker.errorString().contains(u"handshakeTimeout"));
    wanted = options();
    wanted.maximumHandshakes = 0;
    QVERIFY(!broker.listen(wanted));
    QVERIFY(broker.errorString().contains(u"maximumHandshakes"));
}

QTEST_GUILESS_MAIN(TestWebSocketDoor)
#include "tst_websocketdoor.moc"
