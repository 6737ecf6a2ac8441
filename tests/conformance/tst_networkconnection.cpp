#include "support/everystore.h"

#include <pigeon/broker.h>

#include <QTcpSocket>

using namespace pigeon;
using namespace pigeon::test;

/// Chapters 4.2, 4.13 (4.8 of 3.1.1) and 7: the network connection, and when it is ended for an error.
class TestNetworkConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tcpIsAnOrderedLosslessStream();
    void errorsEndTheConnection_data();
    void errorsEndTheConnection();
    void refusedConnectsEndTheConnection_data();
    void refusedConnectsEndTheConnection();
    void disconnectWithAReasonEndsTheConnection_data();
    void disconnectWithAReasonEndsTheConnection();
    void transientErrorsEndA311Connection_data();
    void transientErrorsEndA311Connection();
    void plainClientsNeedNoExtension_data();
    void plainClientsNeedNoExtension();
};

// MQTT-4.2-1, MQTT3-7.1.1-1
void TestNetworkConnection::tcpIsAnOrderedLosslessStream()
{
    Broker broker;
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, broker.port());
    ConnectPacket connect;
    connect.version = ProtocolVersion::Mqtt311;
    connect.clientId = "c";
    SubscribePacket subscribe;
    subscribe.packetId = 1;
    subscribe.entries = {{"a", QoS::AtMostOnce}};
    QByteArray sent = encodePacket(connect, connect.version) + encodePacket(subscribe, connect.version);
    QByteArray expected = QByteArray::fromHex("20020000" "9003000100");
    for (int i = 0; i < 200; ++i) {
        PublishPacket publish;
        publish.topic = "a";
        publish.payload = QByteArray(i * 250, char(i)); // 5 MB in all
        const QByteArray bytes = encodePacket(publish, connect.version);
        sent += bytes;
        expected += bytes; // the broker says it in the same bytes
    }
    socket.write(sent);
    QByteArray received;
    QTRY_VERIFY_WITH_TIMEOUT((received += socket.readAll(), received.size() >= expected.size()), 30'000);
    QVERIFY(received == expected);
}

void TestNetworkConnection::errorsEndTheConnection_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<ReasonCode>("reason"); // 5.0 is told
    const auto row = [](const char *name, const char *three, const char *five, ReasonCode reason) {
        if (three)
            QTest::addRow("MQTT3-4.8.0-1: %s", name) << ProtocolVersion::Mqtt311 << QByteArray::fromHex(three) << reason;
        QTest::addRow("MQTT-4.13.1-1: %s", name) << ProtocolVersion::Mqtt5 << QByteArray::fromHex(five) << reason;
    };
    row("wrong flags", "8003000161", "8003000161", ReasonCode::MalformedPacket);
    row("QoS 3", "36050001610001", "3606000161000100", ReasonCode::MalformedPacket);
    row("a packet that ends too early", "82020001", "82020001", ReasonCode::MalformedPacket);
    row("text that is no UTF-8", "30030001ff", "30040001ff00", ReasonCode::MalformedPacket);
    row("packet id 0", "3205000161" "0000", "320600016100" "0000", ReasonCode::ProtocolError);
    row("a second CONNECT", "100d00044d5154540402000000016" "3", "100e00044d515454050200000000016" "3",
        ReasonCode::ProtocolError);
    row("a SUBSCRIBE without filters", "82020001", "8203000100", ReasonCode::ProtocolError);
    row("a property twice", nullptr, "300e0001610a" "0200000001" "0200000001", ReasonCode::ProtocolError);
    row("topic alias 0", nullptr, "30070001610323" "0000", ReasonCode::TopicAliasInvalid);
    row("an AUTH out of nothing", nullptr, "f0021800", ReasonCode::ProtocolError);
}

void TestNetworkConnection::errorsEndTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, bytes);
    QFETCH(ReasonCode, reason);
    TestBroker broker;
    TestClient other = broker.connect("other", version);
    other.subscribe("#", QoS::AtMostOnce);
    TestClient client = broker.connect("c", version);
    client.sendBytes(bytes);
    QVERIFY(client.isClosed());
    if (version == ProtocolVersion::Mqtt5) {
        const auto disconnect = client.next<DisconnectPacket>();
        QVERIFY(disconnect);
        // Whether a packet is malformed or a protocol error is not clear for each of them.
        if (reason == ReasonCode::TopicAliasInvalid)
            QCOMPARE(disconnect->reason, reason);
        else
            QVERIFY(disconnect->reason == ReasonCode::MalformedPacket || disconnect->reason == ReasonCode::ProtocolError);
    }
    QVERIFY(client.hasNothing());
    QVERIFY(!other.isClosed()); // the connection on which it came, and no other
    QVERIFY(other.hasNothing());
}

void TestNetworkConnection::refusedConnectsEndTheConnection_data()
{
    addBothVersions();
}

// MQTT-4.13.2-1
void TestNetworkConnection::refusedConnectsEndTheConnection()
{
    QFETCH(ProtocolVersion, version);
    BrokerOptions options;
    options.allowEmptyClientId = false;
    TestBroker broker(options);
    ConnectPacket connect;
    connect.version = version;
    const auto [client, connack] = connectAndLook(broker, connect);
    QVERIFY(connack);
    QVERIFY(isFailure(connack->reason));
    QVERIFY(client.isClosed());
    QCOMPARE(broker.core().connections().size(), size_t(0));
}

void TestNetworkConnection::disconnectWithAReasonEndsTheConnection_data()
{
    QTest::addColumn<ReasonCode>("reason");
    QTest::newRow("MQTT-4.13.2-1: said by the client") << ReasonCode::UnspecifiedError;
    QTest::newRow("MQTT-4.13.2-1: said by the broker") << ReasonCode::ServerShuttingDown;
    QTest::newRow("MQTT-4.13.2-1: too large to be said") << ReasonCode::PacketTooLarge;
}

void TestNetworkConnection::disconnectWithAReasonEndsTheConnection()
{
    QFETCH(ReasonCode, reason);
    TestBroker broker;
    ConnectPacket connect;
    connect.clientId = "c";
    TestClient client = broker.connect(connect);
    if (reason == ReasonCode::ServerShuttingDown) {
        broker.core().connections().disconnectAll(reason, "the broker closes");
        broker.settle();
        const auto disconnect = client.next<DisconnectPacket>();
        QVERIFY(disconnect);
        QCOMPARE(disconnect->reason, reason);
    } else if (reason == ReasonCode::PacketTooLarge) {
        connect.properties.maximumPacketSize = 3; // not even a DISCONNECT with its reason fits: it is closed all the same
        client = broker.open();
        client.send(connect);
        QVERIFY(!client.next<ConnackPacket>());
    } else {
        client.disconnect(reason);
    }
    QVERIFY(client.isClosed());
    QCOMPARE(broker.core().connections().size(), size_t(0));
}

void TestNetworkConnection::transientErrorsEndA311Connection_data()
{
    QTest::addColumn<QByteArray>("packet");
    QTest::newRow("MQTT3-4.8.0-2: PUBLISH QoS 1") << QByteArray::fromHex("32060001610001" "78");
    QTest::newRow("MQTT3-4.8.0-2: PUBLISH QoS 2") << QByteArray::fromHex("34060001610001" "78");
    QTest::newRow("MQTT3-4.8.0-2: SUBSCRIBE") << QByteArray::fromHex("8206000100016201");
    QTest::newRow("MQTT3-4.8.0-2: UNSUBSCRIBE") << QByteArray::fromHex("a2050001000161");
}

/// The store fails while a packet is worked on: the connection ends and nothing is acknowledged.
void TestNetworkConnection::transientErrorsEndA311Connection()
{
    QFETCH(QByteArray, packet);
    TestBroker broker({}, StoreMode::EachTurn);
    TestClient client = connectLasting(broker, "c", ProtocolVersion::Mqtt311);
    client.subscribe("a", QoS::AtMostOnce);
    TestClient keeper = connectLasting(broker, "keeper");
    keeper.subscribe("a", QoS::ExactlyOnce);
    broker.lateStore()->setMode(StoreMode::Failing);
    client.sendBytes(packet);
    while (const std::optional<Packet> got = client.next())
        QVERIFY(std::holds_alternative<PublishPacket>(*got)); // its own message at QoS 0 at most
    QVERIFY(client.isClosed());
}

void TestNetworkConnection::plainClientsNeedNoExtension_data()
{
    addBothVersions();
}

// MQTT3-7.0.0-2: the packets of the standard in their plainest form are enough for all there is.
void TestNetworkConnection::plainClientsNeedNoExtension()
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    ConnectPacket connect; // no user, no properties, no will
    connect.version = version;
    connect.clientId = "c";
    TestClient client = broker.connect(connect);
    QVERIFY(!isFailure(client.subscribe("a", QoS::ExactlyOnce)));
    TestClient publisher = broker.connect("pub", version);
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
        QVERIFY(publishCompletely(publisher, "a", "x", qos, 1, true));
    QCOMPARE(takeAndComplete(client).size(), size_t(3));
    client.send(PingreqPacket{});
    QVERIFY(client.next<PingrespPacket>());
    client.send(UnsubscribePacket{2, {"a"}, {}});
    QVERIFY(client.next<UnsubackPacket>());
    client.disconnect();
    QVERIFY(client.isClosed());
}

QTEST_GUILESS_MAIN(TestNetworkConnection)
#include "tst_networkconnection.moc"
