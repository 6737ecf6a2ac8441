#include "support/signallog.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

using namespace pigeon;
using namespace pigeon::test;

Q_DECLARE_METATYPE(pigeon::ProtocolVersion)

namespace {

struct Refusal
{
    ProtocolVersion version = ProtocolVersion::Mqtt5;
    QByteArray sent;
    BrokerOptions options = {};
};

void addVersions()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::newRow("3.1") << ProtocolVersion::Mqtt31;
    QTest::newRow("3.1.1") << ProtocolVersion::Mqtt311;
    QTest::newRow("5.0") << ProtocolVersion::Mqtt5;
}

QByteArray connectBytes(ProtocolVersion version, const QByteArray &clientId, bool cleanStart = true,
    const std::function<void(ConnectPacket &)> &change = {})
{
    ConnectPacket connect;
    connect.version = version;
    connect.clientId = clientId;
    connect.cleanStart = cleanStart;
    if (change)
        change(connect);
    return encodePacket(connect, version);
}

/// A session that outlives its connection, in any version.
ConnectPacket lasting(const QByteArray &clientId, quint32 expirySeconds = 3'600)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.cleanStart = false;
    connect.properties.sessionExpiryInterval = expirySeconds;
    return connect;
}

/// What the version does not know is left out by the encoder.
ConnectPacket withWill(const QByteArray &clientId)
{
    ConnectPacket connect;
    connect.clientId = clientId;
    connect.will = WillFields{"will", "gone", QoS::AtMostOnce, false, {}};
    return connect;
}

} // namespace

Q_DECLARE_METATYPE(Refusal)

/// The order and number of Broker's signals over whole lives of clients.
class TestSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainLife_data() { addVersions(); }
    void plainLife();
    void whoItIs();
    void takeOver_data() { addVersions(); }
    void takeOver();
    void takeOverByCleanStart();
    void resumedSession_data() { addVersions(); }
    void resumedSession();
    void sessionEndsWithItsConnection_data() { addVersions(); }
    void sessionEndsWithItsConnection();
    void sessionExpiresLater();
    void willOfBrokenConnection_data() { addVersions(); }
    void willOfBrokenConnection();
    void noWillAfterDisconnect();
    void willWithDisconnect04();
    void delayedWill();
    void refused_data();
    void refused();
    void refusedForBeingTooMany();
    void refusedAfterTime();
    void refusedByExchange();
    void goneBeforeConnect();
    void keepAlive_data() { addVersions(); }
    void keepAlive();
    void protocolError_data() { addVersions(); }
    void protocolError();
    void brokerCloses();
    void brokerIsDestroyed();
};

void TestSignals::plainLife()
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient client(broker.port(), version);
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("f", QoS::AtLeastOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    PublishPacket publish;
    publish.topic = "f";
    publish.qos = QoS::AtLeastOnce;
    publish.packetId = 5;
    client.send(publish);
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    client.send(AcknowledgePacket{PacketType::Puback, got->packetId, ReasonCode::Success, {}});
    QVERIFY(waitFor<AcknowledgePacket>(client));
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client));
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 2;
    unsubscribe.filters = {"f", "never"};
    client.send(unsubscribe);
    QVERIFY(waitFor<UnsubackPacket>(client));
    client.send(DisconnectPacket{});
    QTRY_VERIFY(client.isClosed());
    COMPARE_TOLD(log,
        "registered a, connackSent a 0x00, ready a, subscribed a f 0x01, published a f, acknowledged a 0x00, pinged a, "
        "unsubscribed a f never, disconnected a 0x00, sessionExpired a");
}

void TestSignals::whoItIs()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient stranger(broker.port());
    QTRY_COMPARE(stranger.socket().state(), QAbstractSocket::ConnectedState);
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    ConnectPacket connect = lasting("a");
    connect.keepAliveSeconds = 77;
    client.connect(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    ClientInfo expected;
    expected.connection = log.registered.connection;
    expected.clientId = "a";
    expected.address = "127.0.0.1";
    expected.port = client.socket().localPort();
    expected.listener = "tcp 127.0.0.1:" + QByteArray::number(broker.port());
    expected.version = ProtocolVersion::Mqtt311;
    expected.cleanStart = false;
    expected.keepAliveSeconds = 77;
    QVERIFY(expected.connection > 0);
    QVERIFY(log.registered == expected);
    client.send(DisconnectPacket{});
    QTRY_VERIFY(log.disconnected == expected);

    SocketClient again(broker.port());
    again.connect("a");
    QVERIFY(waitFor<ConnackPacket>(again));
    QVERIFY(log.registered.connection > expected.connection);
    QCOMPARE(log.registered.version, ProtocolVersion::Mqtt5);
}

void TestSignals::takeOver() // MQTT-3.1.4-3: gone, with its will, before the new one is let in
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient old(broker.port(), version);
    old.connect(withWill("a"));
    QVERIFY(waitFor<ConnackPacket>(old));
    old.send(subscription("f", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(old));
    SignalLog log(broker);
    SocketClient fresh(broker.port(), version);
    fresh.connect("a");
    QVERIFY(waitFor<ConnackPacket>(fresh));
    QTRY_VERIFY(old.isClosed());
    QCOMPARE(log.registered.port, fresh.socket().localPort());
    QVERIFY(log.disconnected.connection < log.registered.connection);
    COMPARE_TOLD(log,
        "published a will, disconnected a 0x8e, unsubscribed a f, sessionExpired a, "
        "registered a, connackSent a 0x00, ready a");
}

void TestSignals::takeOverByCleanStart()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient old(broker.port());
    old.connect(lasting("a"));
    QVERIFY(waitFor<ConnackPacket>(old));
    old.send(subscription("f", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(old));
    SignalLog log(broker);
    SocketClient resuming(broker.port());
    resuming.connect(lasting("a"));
    QVERIFY(waitFor<ConnackPacket>(resuming));
    COMPARE_TOLD(log, "disconnected a 0x8e, registered a, connackSent a 0x00 present, ready a");
    SocketClient anew(broker.port());
    anew.connect("a");
    QVERIFY(waitFor<ConnackPacket>(anew));
    COMPARE_TOLD(log,
        "disconnected a 0x8e, unsubscribed a f, sessionExpired a, registered a, connackSent a 0x00, ready a");
}

void TestSignals::resumedSession() // MQTT-3.1.2-5, MQTT-4.4.0-1: subscribed was told when it was, not again
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    {
        SocketClient client(broker.port(), version);
        client.connect(lasting("a"));
        QVERIFY(waitFor<ConnackPacket>(client));
        client.send(subscription("f", QoS::AtLeastOnce));
        QVERIFY(waitFor<SubackPacket>(client));
        client.send(DisconnectPacket{});
        QTRY_VERIFY(client.isClosed());
    }
    PublishPacket publish;
    publish.topic = "f";
    publish.qos = QoS::AtLeastOnce;
    QVERIFY(broker.publish(publish));
    QVERIFY(broker.publish(publish));
    COMPARE_TOLD(log,
        "registered a, connackSent a 0x00, ready a, subscribed a f 0x01, disconnected a 0x00, "
        "published - f, published - f");
    SocketClient client(broker.port(), version);
    client.connect(lasting("a"));
    QVERIFY(waitFor<ConnackPacket>(client));
    for (int i = 0; i < 2; ++i) {
        const auto got = waitFor<PublishPacket>(client);
        QVERIFY(got);
        client.send(AcknowledgePacket{PacketType::Puback, got->packetId, ReasonCode::Success, {}});
    }
    COMPARE_TOLD(log,
        QByteArray("registered a, connackSent a 0x00 present")
            + ", ready a, acknowledged a 0x00, acknowledged a 0x00");
}

void TestSignals::sessionEndsWithItsConnection() // MQTT-4.1.0-2
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("f", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    SignalLog log(broker);
    client.send(DisconnectPacket{});
    COMPARE_TOLD(log, "disconnected a 0x00, unsubscribed a f, sessionExpired a");
    QCOMPARE(log.unsubscribed.connection, quint64(0));
    QCOMPARE(broker.sessions(), qsizetype(0));
}

void TestSignals::sessionExpiresLater() // MQTT-3.1.2-11
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    client.connect(lasting("a", 1));
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("f", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    SignalLog log(broker);
    client.socket().abort();
    COMPARE_TOLD(log, "disconnected a 0x80");
    QCOMPARE(broker.sessions(), qsizetype(1));
    COMPARE_TOLD(log, "unsubscribed a f, sessionExpired a");
    QCOMPARE(broker.sessions(), qsizetype(0));
}

void TestSignals::willOfBrokenConnection() // MQTT-3.1.2-8
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    client.connect(withWill("a"));
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    client.socket().abort();
    COMPARE_TOLD(log, "published a will, disconnected a 0x80, sessionExpired a");
    QVERIFY(log.published.isByClient);
    QCOMPARE(log.published.client.address, QByteArray("127.0.0.1"));
    QCOMPARE(log.published.message->payload().toByteArray(), QByteArray("gone"));
}

void TestSignals::noWillAfterDisconnect() // MQTT-3.14.4-3
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    client.connect(withWill("a"));
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    client.send(DisconnectPacket{});
    COMPARE_TOLD(log, "disconnected a 0x00, sessionExpired a");
}

void TestSignals::willWithDisconnect04() // 3.14.2.1
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    client.connect(withWill("a"));
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    client.send(DisconnectPacket{ReasonCode::DisconnectWithWill, {}});
    COMPARE_TOLD(log, "published a will, disconnected a 0x04, sessionExpired a");
}

void TestSignals::delayedWill() // MQTT-3.1.3-9
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    ConnectPacket connect = lasting("a");
    connect.will = withWill("a").will;
    connect.will->properties.willDelayInterval = 1;
    client.connect(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    client.socket().abort();
    COMPARE_TOLD(log, "disconnected a 0x80");
    COMPARE_TOLD(log, "published a will");
    QVERIFY(log.published.isByClient);
    QCOMPARE(log.published.client.connection, quint64(0));
}

void TestSignals::refused_data()
{
    using enum ProtocolVersion;
    QTest::addColumn<Refusal>("refusal");
    QTest::addColumn<QByteArray>("told");
    QTest::newRow("not MQTT") << Refusal{Mqtt5, "GET / HTTP/1.1\r\n\r\n"} << QByteArray("connectionError - 0x81");
    QTest::newRow("MQTT-3.1.0-1 PINGREQ first") << Refusal{Mqtt5, QByteArray("\xC0\x00", 2)}
                                                << QByteArray("connectionError - 0x82");
    QTest::newRow("MQTT-3.1.2-3 reserved flag")
        << Refusal{Mqtt311, QByteArray::fromHex("100d00044d5154540403000000 0161")}
        << QByteArray("connectionError - 0x81");
    QTest::newRow("MQTT-3.1.2-2 level 6") << Refusal{Mqtt311, QByteArray::fromHex("100d00044d51545406020000000161")}
                                         << QByteArray("connackSent - 0x84, connectionError - 0x84");
    QTest::newRow("3.1.2.11.3 Receive Maximum 0")
        << Refusal{Mqtt5, QByteArray::fromHex("101100044d51545405020000 03210000 000161")}
        << QByteArray("connackSent - 0x82, connectionError - 0x82");
    QTest::newRow("3.1 without a client id") << Refusal{Mqtt31, connectBytes(Mqtt31, "")}
                                            << QByteArray("connackSent - 0x85, connectionError - 0x85");
    QTest::newRow("3.1 long client id") << Refusal{Mqtt31, connectBytes(Mqtt31, "abcdefghijklmnopqrstuvwx")}
                                        << QByteArray("connackSent abcdefghijklmnopqrstuvwx 0x85, "
                                                      "clientError abcdefghijklmnopqrstuvwx 0x85");
    QTest::newRow("MQTT3-3.1.3-8") << Refusal{Mqtt311, connectBytes(Mqtt311, "", false)}
                                  << QByteArray("connackSent - 0x85, connectionError - 0x85");
    BrokerOptions named;
    named.allowEmptyClientId = false;
    QTest::newRow("no empty client id here") << Refusal{Mqtt5, connectBytes(Mqtt5, ""), named}
                                            << QByteArray("connackSent - 0x85, connectionError - 0x85");
    BrokerOptions brief;
    brief.maximumKeepAliveSeconds = 10;
    QTest::newRow("3.1.1 keep alive") << Refusal{Mqtt311, connectBytes(Mqtt311, "a"), brief}
                                     << QByteArray("connackSent a 0x85, clientError a 0x85");
    const auto withMethod = [](ConnectPacket &connect) { connect.properties.authenticationMethod = "unknown"; };
    QTest::newRow("MQTT-4.12.0-1") << Refusal{Mqtt5, connectBytes(Mqtt5, "a", true, withMethod)}
                                  << QByteArray("connackSent a 0x8c, clientError a 0x8c");
    BrokerOptions unretained;
    unretained.maximumRetained = 0;
    const auto retainedWill
        = [](ConnectPacket &connect) { connect.will = WillFields{"will", "gone", QoS::AtMostOnce, true, {}}; };
    QTest::newRow("MQTT-3.2.2-13") << Refusal{Mqtt5, connectBytes(Mqtt5, "a", true, retainedWill), unretained}
                                  << QByteArray("connackSent a 0x9a, clientError a 0x9a");
    QTest::newRow("MQTT3-3.2.2-6 no return code says it")
        << Refusal{Mqtt311, connectBytes(Mqtt311, "a", true, retainedWill), unretained}
        << QByteArray("clientError a 0x9a");
    const auto small = [](ConnectPacket &connect) {
        connect.properties.maximumPacketSize = 4;
        connect.properties.authenticationMethod = "unknown";
    };
    QTest::newRow("MQTT-3.1.2-24 a CONNACK that is too large is not told as sent")
        << Refusal{Mqtt5, connectBytes(Mqtt5, "a", true, small)} << QByteArray("clientError a 0x8c");
}

void TestSignals::refused()
{
    QFETCH(const Refusal, refusal);
    QFETCH(const QByteArray, told);
    Broker broker(refusal.options);
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    SignalLog log(broker);
    SocketClient client(broker.port(), refusal.version);
    client.sendBytes(refusal.sent);
    COMPARE_TOLD(log, told);
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(log.text(), QByteArray()); // never registered, so never disconnected
    QVERIFY(!log.error.text.isEmpty());
    QCOMPARE(broker.connectedClients(), qsizetype(0));
}

void TestSignals::refusedForBeingTooMany()
{
    BrokerOptions options;
    options.maximumConnections = 1;
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    SocketClient other(broker.port());
    COMPARE_TOLD(log, "connectionError - 0x89");
    QTRY_VERIFY(other.isClosed());
    QCOMPARE(log.refused.address, QByteArray("127.0.0.1"));
    QCOMPARE(log.refused.connection, quint64(0));
}

void TestSignals::refusedAfterTime() // 3.1.4
{
    BrokerOptions options;
    options.connectTimeout = std::chrono::milliseconds(50);
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient client(broker.port());
    COMPARE_TOLD(log, "connectionError - 0xa0");
    QTRY_VERIFY(client.isClosed());
}

void TestSignals::refusedByExchange() // MQTT-4.12.0-4
{
    Broker broker;
    const ScramVerifier verifier = ScramVerifier::fromPassword(ScramHash::Sha256, "pencil");
    broker.addAuthenticationMethod(
        makeScramMethod(ScramHash::Sha256, [verifier](const QByteArray &) { return std::optional(verifier); }));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient client(broker.port());
    ConnectPacket connect;
    connect.clientId = "a";
    connect.properties.authenticationMethod = "SCRAM-SHA-256";
    connect.properties.authenticationData = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    client.connect(connect);
    QVERIFY(waitFor<AuthPacket>(client));
    COMPARE_TOLD(log, ""); // nothing is decided yet
    AuthPacket wrong;
    wrong.reason = ReasonCode::ContinueAuthentication;
    wrong.properties.authenticationMethod = "SCRAM-SHA-256";
    wrong.properties.authenticationData = "c=biws,r=wrong,p=d3Jvbmc=";
    client.send(wrong);
    QVERIFY(waitFor<ConnackPacket>(client));
    const QByteArray reason = hexOf(log.error.reason);
    QVERIFY(isFailure(log.error.reason));
    COMPARE_TOLD(log, "connackSent a " + reason + ", clientError a " + reason);
}

void TestSignals::goneBeforeConnect()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient stranger(broker.port());
    QTRY_COMPARE(stranger.socket().state(), QAbstractSocket::ConnectedState);
    stranger.socket().abort();
    SocketClient client(broker.port()); // accepted after it
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    COMPARE_TOLD(log, "registered a, connackSent a 0x00, ready a");
}

void TestSignals::keepAlive() // MQTT-3.1.2-22: one error, not one of the time out and one of the closing
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    ConnectPacket connect = withWill("a");
    connect.keepAliveSeconds = 1;
    client.connect(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    COMPARE_TOLD(log,
        "keepaliveTimedOut a, clientError a 0x8d, published a will, disconnected a 0x8d, sessionExpired a");
    QCOMPARE(log.error.clause, QByteArray("MQTT-3.1.2-22"));
    QTRY_VERIFY(client.isClosed());
}

void TestSignals::protocolError() // MQTT-3.1.0-2
{
    QFETCH(const ProtocolVersion, version);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), version);
    client.connect(withWill("a"));
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    client.connect("a");
    COMPARE_TOLD(log, "clientError a 0x82, published a will, disconnected a 0x82, sessionExpired a");
    QCOMPARE(log.error.clause, QByteArray("MQTT-3.1.0-2"));
}

void TestSignals::brokerCloses()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient plain(broker.port());
    plain.connect("b");
    QVERIFY(waitFor<ConnackPacket>(plain));
    SocketClient client(broker.port());
    client.connect(withWill("a"));
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(broker);
    broker.close();
    QVERIFY(waitFor<DisconnectPacket>(client));
    QVERIFY(waitFor<DisconnectPacket>(plain));
    COMPARE_TOLD(log,
        "published a will, disconnected a 0x8b, sessionExpired a, disconnected b 0x8b, sessionExpired b, closed -");
    broker.close();
    COMPARE_TOLD(log, "");
}

void TestSignals::brokerIsDestroyed()
{
    auto broker = std::make_unique<Broker>();
    QVERIFY(broker->listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker->port());
    client.connect("a");
    QVERIFY(waitFor<ConnackPacket>(client));
    SignalLog log(*broker);
    broker.reset();
    COMPARE_TOLD(log, "disconnected a 0x8b, sessionExpired a");
}

QTEST_GUILESS_MAIN(TestSignals)
#include "tst_signals.moc"
