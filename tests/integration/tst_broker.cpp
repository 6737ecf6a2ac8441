#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QSignalSpy>

using namespace pigeon;
using namespace pigeon::test;

/// pigeon::Broker as a program that embeds it sees it, in the event loop that Qt gives.
class TestBrokerObject : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesClientsOfAllVersions();
    void listensOnSeveralAddresses();
    void saysWhyItCannotListen();
    void refusesBadOptions();
    void publishesByItself();
    void closeTellsClientsOnce();
    void closePublishesWillsToThoseWhoWatch();
    void closeSendsWhatWasWrittenBefore();
    void destructionEndsConnections();
    void authenticatesByScram();
    void keepAliveEndsSilentClients();
    void largePayloadsPass();
    void twoBrokersInOneProcess();
};

void TestBrokerObject::servesClientsOfAllVersions()
{
    Broker broker;
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        SocketClient client(broker.port(), version);
        client.connect("client");
        QVERIFY(waitFor<ConnackPacket>(client));
        QCOMPARE(broker.connectedClients(), qsizetype(1));
        client.send(subscription("a", QoS::ExactlyOnce));
        QVERIFY(waitFor<SubackPacket>(client));
        PublishPacket publish;
        publish.topic = "a";
        publish.payload = "x";
        client.send(publish);
        QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray("x"));
        client.send(DisconnectPacket{});
        QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
        QTRY_VERIFY(client.isClosed());
    }
}

void TestBrokerObject::listensOnSeveralAddresses()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    const quint16 first = broker.port();
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY(first != broker.port());
    for (const quint16 port : {first, broker.port()}) {
        SocketClient client(port);
        client.connect("client");
        QVERIFY(waitFor<ConnackPacket>(client));
    }
}

void TestBrokerObject::saysWhyItCannotListen()
{
    Broker one;
    QVERIFY(one.listen(QHostAddress::LocalHost, 0));
    Broker two;
    QVERIFY(!two.listen(QHostAddress::LocalHost, one.port()));
    QVERIFY(two.errorString().contains(QString::number(one.port())));
    QVERIFY(two.errorString().contains(QStringLiteral("already in use")));
    QCOMPARE(two.port(), quint16(0));
}

void TestBrokerObject::refusesBadOptions()
{
    BrokerOptions options;
    options.maximumInflight = 0;
    options.maximumTopicLevels = 0;
    Broker broker(options);
    QVERIFY(!broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY(broker.errorString().contains(QStringLiteral("maximumInflight is 0")));
    QVERIFY(broker.errorString().contains(QStringLiteral("maximumTopicLevels")));
    QVERIFY(BrokerOptions().problems().isEmpty());
}

void TestBrokerObject::publishesByItself()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    PublishPacket packet;
    packet.topic = "news";
    packet.payload = "x";
    packet.qos = QoS::AtLeastOnce;
    packet.retain = true;
    packet.properties.contentType = "text/plain";
    packet.properties.userProperties = {{"b", "1"}, {"a", "2"}};
    QVERIFY(broker.publish(packet));
    packet.topic = "a/#";
    QVERIFY(!broker.publish(packet));
    SocketClient client(broker.port());
    client.connect("client");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("news", QoS::ExactlyOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    QVERIFY(got->retain);
    QCOMPARE(got->qos, QoS::AtLeastOnce);
    QCOMPARE(got->properties.contentType, std::optional<QByteArray>("text/plain"));
    QCOMPARE(got->properties.userProperties, packet.properties.userProperties);
}

void TestBrokerObject::closePublishesWillsToThoseWhoWatch()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    std::vector<std::unique_ptr<SocketClient>> watchers;
    for (int i = 0; i < 10; ++i) {
        watchers.push_back(std::make_unique<SocketClient>(broker.port()));
        watchers.back()->connect("watcher" + QByteArray::number(i));
        QVERIFY(waitFor<ConnackPacket>(*watchers.back()));
        watchers.back()->send(subscription("will", QoS::AtMostOnce));
        QVERIFY(waitFor<SubackPacket>(*watchers.back()));
    }
    SocketClient client(broker.port());
    ConnectPacket connect;
    connect.clientId = "client";
    connect.will = WillFields{"will", "gone", QoS::AtMostOnce, false, {}};
    client.send(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    broker.close();
    for (const std::unique_ptr<SocketClient> &watcher : watchers)
        QCOMPARE(waitFor<PublishPacket>(*watcher)->payload, QByteArray("gone"));
}

void TestBrokerObject::closeTellsClientsOnce()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QSignalSpy closed(&broker, &Broker::closed);
    SocketClient client(broker.port());
    client.connect("client");
    QVERIFY(waitFor<ConnackPacket>(client));
    broker.close();
    broker.close();
    const auto disconnect = waitFor<DisconnectPacket>(client);
    QVERIFY(disconnect);
    QCOMPARE(disconnect->reason, ReasonCode::ServerShuttingDown);
    QTRY_VERIFY(client.isClosed());
    QTRY_COMPARE(closed.size(), qsizetype(1));
    QVERIFY(!broker.listen(QHostAddress::LocalHost, 0));
    SocketClient late(broker.port());
    QTRY_VERIFY(late.isClosed());
}

void TestBrokerObject::closeSendsWhatWasWrittenBefore()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QSignalSpy closed(&broker, &Broker::closed);
    SocketClient client(broker.port());
    client.connect("client");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("a", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    PublishPacket packet;
    packet.topic = "a";
    packet.payload = QByteArray(2'000'000, 'x');
    QVERIFY(broker.publish(packet));
    broker.close();
    QCOMPARE(waitFor<PublishPacket>(client)->payload.size(), qsizetype(2'000'000));
    QVERIFY(waitFor<DisconnectPacket>(client));
    QTRY_COMPARE(closed.size(), qsizetype(1));
}

void TestBrokerObject::destructionEndsConnections()
{
    auto broker = std::make_unique<Broker>();
    QVERIFY(broker->listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker->port());
    client.connect("client");
    QVERIFY(waitFor<ConnackPacket>(client));
    broker.reset();
    QTRY_VERIFY(client.isClosed());
}

void TestBrokerObject::authenticatesByScram()
{
    Broker broker;
    const ScramVerifier verifier = ScramVerifier::fromPassword(ScramHash::Sha256, "pencil");
    broker.addAuthenticationMethod(makeScramMethod(ScramHash::Sha256,
        [verifier](const QByteArray &user) { return user == "user" ? std::optional(verifier) : std::nullopt; }));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    ConnectPacket connect;
    connect.clientId = "client";
    connect.properties.authenticationMethod = "SCRAM-SHA-256";
    connect.properties.authenticationData = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    client.send(connect);
    const auto challenge = waitFor<AuthPacket>(client); // [MQTT-4.12.0-2]
    QVERIFY(challenge);
    QCOMPARE(challenge->reason, ReasonCode::ContinueAuthentication);
    QVERIFY(challenge->properties.authenticationData->startsWith("r=rOprNGfwEbeRWgbNEkqO"));
    AuthPacket wrong;
    wrong.reason = ReasonCode::ContinueAuthentication;
    wrong.properties.authenticationMethod = "SCRAM-SHA-256";
    wrong.properties.authenticationData = "c=biws,r=wrong,p=d3Jvbmc=";
    client.send(wrong);
    const auto refused = waitFor<ConnackPacket>(client); // [MQTT-4.12.0-4]
    QVERIFY(refused);
    QVERIFY(isFailure(refused->reason));
    QTRY_VERIFY(client.isClosed());
}

void TestBrokerObject::keepAliveEndsSilentClients()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    ConnectPacket connect;
    connect.clientId = "client";
    connect.keepAliveSeconds = 1;
    client.send(connect);
    QVERIFY(waitFor<ConnackPacket>(client));
    QElapsedTimer since;
    since.start();
    const auto disconnect = waitFor<DisconnectPacket>(client); // [MQTT-3.1.2-22]
    QVERIFY(disconnect);
    QCOMPARE(disconnect->reason, ReasonCode::KeepAliveTimeout);
    QVERIFY(since.elapsed() >= 1'400);
}

void TestBrokerObject::largePayloadsPass()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    client.connect("client");
    QVERIFY(waitFor<ConnackPacket>(client));
    client.send(subscription("big", QoS::ExactlyOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    PublishPacket packet;
    packet.topic = "big";
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;
    packet.payload = QByteArray(5'000'000, 'x');
    for (qsizetype i = 0; i < packet.payload.size(); i += 997)
        packet.payload[i] = static_cast<char>(i % 251);
    client.send(packet);
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    QVERIFY(got->payload == packet.payload);
    QVERIFY(waitFor<AcknowledgePacket>(client));
}

void TestBrokerObject::twoBrokersInOneProcess()
{
    Broker one;
    Broker two;
    QVERIFY(one.listen(QHostAddress::LocalHost, 0));
    QVERIFY(two.listen(QHostAddress::LocalHost, 0));
    SocketClient client(one.port());
    client.connect("same");
    QVERIFY(waitFor<ConnackPacket>(client));
    SocketClient other(two.port());
    other.connect("same");
    QVERIFY(waitFor<ConnackPacket>(other));
    QCOMPARE(one.connectedClients(), qsizetype(1));
    QCOMPARE(two.connectedClients(), qsizetype(1));
}

QTEST_GUILESS_MAIN(TestBrokerObject)
#include "tst_broker.moc"
