#include "support/signallog.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QBuffer>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QThread>

using namespace pigeon;
using namespace pigeon::test;

/// What a program does to clients and with messages through pigeon::Broker and pigeon::Client.
class TestClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publishTellsItsOutcome();
    void publishToOneClientReachesNobodyElse();
    void publishToAClientThatIsAway();
    void publishToNobody();
    void subscribesAClient();
    void subscribingAClientAsksTheHandler();
    void unsubscribesAClient();
    void disconnectsWithAReason();
    void redirectsAClient();
    void clearsAQueue();
    void endsASession();
    void listsClientsSubscriptionsAndRetained();
    void bansByEachOfThree_data();
    void bansByEachOfThree();
    void bansEnd();
    void methodsCalledFromASlotAreDoneAfterwards();
    void postFromAnotherThread();
    void adoptsALocalSocket();
    void adoptRefusesWhatIsNoStream();
    void adoptedDeviceThatGoesIsADisconnect();
};

static PublishPacket message(const QByteArray &topic, const QByteArray &payload, QoS qos = QoS::AtMostOnce)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    return packet;
}

static bool letIn(SocketClient &client, const QByteArray &clientId, bool cleanStart = true)
{
    client.connect(clientId, cleanStart);
    const auto connack = waitFor<ConnackPacket>(client);
    return connack && !isFailure(connack->reason);
}

/// Connects with a session that stays, and goes away.
static bool leaveSession(Broker &broker, const QByteArray &clientId)
{
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    if (!letIn(client, clientId, false))
        return false;
    client.send(DisconnectPacket{});
    return QTest::qWaitFor([&] { return broker.connectedClients() == 0; });
}

void TestClients::publishTellsItsOutcome()
{
    Broker broker;
    std::vector<Outcome> outcomes;
    const auto note = [&outcomes](const Outcome &outcome) { outcomes.push_back(outcome); };
    QVERIFY(broker.publish(message("a", "x", QoS::ExactlyOnce), note));
    QVERIFY(!broker.publish(message("a/#", "x"), note));
    QCOMPARE(outcomes.size(), size_t(2));
    QVERIFY(outcomes[0].isSuccess());
    QVERIFY(!outcomes[1].isSuccess());
    QVERIFY(!outcomes[1].text.isEmpty());

    std::optional<Answer<PublishedDecision>> open; // the handler `published` holds the completion back, too
    broker.setPublishedHandler([&open](const PublishedEvent &event, const auto &answer) {
        QVERIFY(!event.isByClient);
        open = answer;
    });
    QVERIFY(broker.publish(message("a", "y"), note));
    QCOMPARE(outcomes.size(), size_t(2));
    (*open)(PublishedDecision::done());
    QTRY_COMPARE(outcomes.size(), size_t(3));
    QVERIFY(outcomes[2].isSuccess());
    QVERIFY(broker.publish(message("a", "z"), note));
    (*open)(PublishedDecision::refuse());
    QTRY_COMPARE(outcomes.size(), size_t(4));
    QCOMPARE(outcomes[3].reason, ReasonCode::ImplementationSpecificError);
}

void TestClients::publishToOneClientReachesNobodyElse() // row 79
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient one(broker.port());
    SocketClient other(broker.port());
    QVERIFY(letIn(one, "one"));
    QVERIFY(letIn(other, "other"));
    other.send(subscription("#", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(other));
    PublishPacket packet = message("to/one", "x", QoS::AtLeastOnce);
    packet.retain = true; // is no message of the topic
    std::optional<Outcome> outcome;
    broker.client("one").publish(packet, [&outcome](const Outcome &told) { outcome = told; });
    const auto got = waitFor<PublishPacket>(one);
    QVERIFY(got);
    QCOMPARE(got->payload, QByteArray("x"));
    QCOMPARE(got->qos, QoS::AtLeastOnce);
    QVERIFY(!got->retain);
    QVERIFY(outcome && outcome->isSuccess());
    QVERIFY(broker.retained().empty());
    broker.publish(message("last", "y"));
    QCOMPARE(waitFor<PublishPacket>(other)->payload, QByteArray("y"));
}

void TestClients::publishToAClientThatIsAway()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY(leaveSession(broker, "away"));
    Outcome outcome;
    broker.client("away").publish(message("t", "lost"), [&](const Outcome &told) { outcome = told; });
    QVERIFY(!outcome.isSuccess()); // QoS 0 is for whoever is there
    broker.client("away").publish(message("t", "kept", QoS::ExactlyOnce), [&](const Outcome &told) { outcome = told; });
    QVERIFY(outcome.isSuccess());
    QCOMPARE(broker.client("away").status()->queuedMessages, quint64(1));
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    QVERIFY(letIn(client, "away", false));
    const auto got = waitFor<PublishPacket>(client);
    QCOMPARE(got->payload, QByteArray("kept"));
    QCOMPARE(got->qos, QoS::ExactlyOnce);
}

void TestClients::publishToNobody()
{
    Broker broker;
    int told = 0;
    const auto failed = [&told](const Outcome &outcome) {
        told += !outcome.isSuccess() && !outcome.text.isEmpty();
    };
    const Client nobody = broker.client("nobody");
    nobody.publish(message("t", "x"), failed);
    nobody.subscribe({{"a", QoS::AtMostOnce}}, 0, failed);
    nobody.unsubscribe({"a"}, failed);
    nobody.disconnect(ReasonCode::AdministrativeAction, {}, failed);
    nobody.clearQueue(failed);
    nobody.endSession(failed);
    QCOMPARE(told, 6);
    QVERIFY(!nobody.status());
    QVERIFY(nobody.subscriptions().empty());
}

void TestClients::subscribesAClient() // row 78, without the SUBACK that no client has asked for
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    PublishPacket retained = message("a/1", "kept");
    retained.retain = true;
    broker.publish(retained);
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
    Outcome outcome;
    broker.client("c").subscribe({{"a/+", QoS::AtLeastOnce}, {"bad/#/filter", QoS::AtMostOnce}}, 7,
        [&outcome](const Outcome &told) { outcome = told; });
    const auto got = waitFor<PublishPacket>(client);
    QVERIFY(got);
    QCOMPARE(got->payload, QByteArray("kept"));
    QVERIFY(got->retain);
    QCOMPARE(got->properties.subscriptionIdentifiers, std::vector<quint32>{7});
    QCOMPARE(outcome.reasons, (std::vector<ReasonCode>{ReasonCode::GrantedQoS1, ReasonCode::TopicFilterInvalid}));
    QCOMPARE(outcome.reason, ReasonCode::TopicFilterInvalid);
    QCOMPARE(broker.client("c").subscriptions().size(), size_t(1));
    client.send(DisconnectPacket{});
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
    QVERIFY(leaveSession(broker, "away")); // a session without a connection subscribes as well
    broker.client("away").subscribe({{"b", QoS::AtLeastOnce}});
    broker.publish(message("b", "later", QoS::AtLeastOnce));
    QCOMPARE(broker.client("away").status()->queuedMessages, quint64(1));
    QCOMPARE(log.count("subscribed"), qsizetype(2));
}

void TestClients::subscribingAClientAsksTheHandler()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    std::optional<Answer<SubscribeDecision>> open;
    broker.setAuthorizeSubscribeHandler(
        [&open](const ClientInfo &client, SubscribeEntry entry, const Answer<SubscribeDecision> &answer) {
            QCOMPARE(client.clientId, QByteArray("c"));
            if (entry.filter == "later")
                open = answer;
            else
                answer(SubscribeDecision::refuse());
        });
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
    std::optional<Outcome> outcome;
    broker.client("c").subscribe({{"no", QoS::AtMostOnce}, {"later", QoS::AtMostOnce}}, 0,
        [&outcome](const Outcome &told) { outcome = told; });
    QVERIFY(!outcome);
    (*open)(SubscribeDecision::accept({"other", QoS::ExactlyOnce}));
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->reasons, (std::vector<ReasonCode>{ReasonCode::NotAuthorized, ReasonCode::GrantedQoS2}));
    QCOMPARE(broker.client("c").subscriptions().front().entry.filter, QByteArray("other"));
}

void TestClients::unsubscribesAClient()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    std::vector<QByteArray> told;
    connect(&broker, &Broker::unsubscribed, this,
        [&told](const ClientInfo &, const std::vector<QByteArray> &filters) { told = filters; });
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
    client.send(subscription("a", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    Outcome outcome;
    broker.client("c").unsubscribe({"a", "b"}, [&outcome](const Outcome &result) { outcome = result; });
    QCOMPARE(outcome.reasons, (std::vector<ReasonCode>{ReasonCode::Success, ReasonCode::NoSubscriptionExisted}));
    QCOMPARE(told, (std::vector<QByteArray>{"a", "b"}));
    QVERIFY(broker.subscriptions().empty());
    disconnect(&broker, nullptr, this, nullptr);
}

void TestClients::disconnectsWithAReason()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SignalLog log(broker);
    SocketClient watcher(broker.port());
    QVERIFY(letIn(watcher, "watcher"));
    watcher.send(subscription("will", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(watcher));
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        SocketClient client(broker.port(), version);
        ConnectPacket connect;
        connect.clientId = "c";
        connect.will = WillFields{"will", "gone", QoS::AtMostOnce, false, {}};
        client.connect(connect);
        QVERIFY(waitFor<ConnackPacket>(client));
        Outcome outcome;
        broker.client("c").disconnect(ReasonCode::MessageRateTooHigh, "you are too fast",
            [&outcome](const Outcome &told) { outcome = told; });
        QVERIFY(outcome.isSuccess());
        if (version == ProtocolVersion::Mqtt5) {
            const auto said = waitFor<DisconnectPacket>(client);
            QVERIFY(said);
            QCOMPARE(said->reason, ReasonCode::MessageRateTooHigh);
            QCOMPARE(said->properties.reasonString, std::optional<QByteArray>("you are too fast"));
        }
        QTRY_VERIFY(client.isClosed());
        QCOMPARE(waitFor<PublishPacket>(watcher)->payload, QByteArray("gone"));
    }
    broker.client("c").disconnect(); // not connected any more: nothing happens
    QCOMPARE(broker.connectedClients(), qsizetype(1));
}

void TestClients::redirectsAClient() // row 34, of a client that is in
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
    broker.client("c").redirect("other.example:1883", true);
    const auto said = waitFor<DisconnectPacket>(client);
    QVERIFY(said);
    QCOMPARE(said->reason, ReasonCode::ServerMoved);
    QCOMPARE(said->properties.serverReference, std::optional<QByteArray>("other.example:1883"));
}

void TestClients::clearsAQueue()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY(leaveSession(broker, "away"));
    int cleared = 0;
    connect(&broker, &Broker::deliveryDropped, this,
        [&cleared](const DroppedEvent &event) { cleared += event.reason == DropReason::QueueCleared; });
    for (int i = 0; i < 3; ++i)
        broker.client("away").publish(message("t", "x", QoS::AtLeastOnce));
    QCOMPARE(broker.client("away").status()->queuedMessages, quint64(3));
    broker.client("away").clearQueue();
    QCOMPARE(broker.client("away").status()->queuedMessages, quint64(0));
    QCOMPARE(cleared, 3);
    disconnect(&broker, nullptr, this, nullptr);
}

void TestClients::endsASession()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY(leaveSession(broker, "away"));
    broker.client("away").endSession();
    QCOMPARE(broker.sessions(), qsizetype(0));
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    QVERIFY(letIn(client, "here", false));
    broker.client("here").endSession();
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(broker.sessions(), qsizetype(0));
}

void TestClients::listsClientsSubscriptionsAndRetained()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY(leaveSession(broker, "away"));
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "here"));
    SubscribePacket packet = subscription("$share/g/x", QoS::ExactlyOnce);
    packet.properties.subscriptionIdentifiers = {5};
    client.send(packet);
    QVERIFY(waitFor<SubackPacket>(client));
    std::vector<ClientStatus> clients = broker.clients();
    std::sort(clients.begin(), clients.end(),
        [](const ClientStatus &a, const ClientStatus &b) { return a.client.clientId < b.client.clientId; });
    QCOMPARE(clients.size(), size_t(2));
    QVERIFY(!clients[0].isConnected);
    QCOMPARE(clients[0].sessionExpirySeconds, 0xFFFFFFFFu);
    QVERIFY(clients[1].isConnected);
    QCOMPARE(clients[1].client.address, QByteArray("127.0.0.1"));
    QCOMPARE(clients[1].subscriptions, quint64(1));
    const SubscriptionStatus expected{"here", {"$share/g/x", QoS::ExactlyOnce}, 5};
    QCOMPARE(broker.subscriptions(), std::vector<SubscriptionStatus>{expected});
    for (const QByteArray topic : {"b", "a/1", "a/2"}) {
        PublishPacket retained = message(topic, "x");
        retained.retain = true;
        broker.publish(retained);
    }
    QCOMPARE(broker.retained().size(), size_t(3));
    QCOMPARE(broker.retained("a/+").front()->topic().toByteArray(), QByteArray("a/1"));
    QCOMPARE(broker.retained("#", 2).size(), size_t(2));
    QVERIFY(broker.retained("a/#/b").empty());
}

void TestClients::bansByEachOfThree_data()
{
    QTest::addColumn<Ban>("ban");
    QTest::newRow("client id") << Ban{BannedBy::ClientId, "c", {}, "too loud"};
    QTest::newRow("user name") << Ban{BannedBy::UserName, "joe", {}, "too loud"};
    QTest::newRow("address") << Ban{BannedBy::Address, "127.0.0.1", {}, "too loud"};
}

void TestClients::bansByEachOfThree()
{
    QFETCH(Ban, ban);
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    broker.setAuthenticateHandler([](const ClientInfo &, const std::optional<QByteArray> &user, const auto &,
                                      const auto &answer) { answer(AuthenticateDecision::accept(user.value_or("nobody"))); });
    ConnectPacket connect;
    connect.clientId = "c";
    connect.userName = "joe";
    SocketClient here(broker.port());
    here.connect(connect);
    QVERIFY(waitFor<ConnackPacket>(here));
    broker.ban(ban);
    const auto said = waitFor<DisconnectPacket>(here);
    QVERIFY(said);
    QCOMPARE(said->reason, ReasonCode::AdministrativeAction);
    QCOMPARE(said->properties.reasonString, std::optional<QByteArray>("too loud"));
    QCOMPARE(broker.bans(), std::vector<Ban>{ban});
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        SocketClient again(broker.port(), version);
        again.connect(connect);
        const auto connack = waitFor<ConnackPacket>(again);
        QVERIFY(connack);
        QCOMPARE(connack->reason, version == ProtocolVersion::Mqtt5 ? ReasonCode::Banned : ReasonCode::NotAuthorized);
        QTRY_VERIFY(again.isClosed());
    }
    QVERIFY(broker.liftBan(ban.by, ban.value));
    QVERIFY(!broker.liftBan(ban.by, ban.value));
    SocketClient forgiven(broker.port());
    forgiven.connect(connect);
    QCOMPARE(waitFor<ConnackPacket>(forgiven)->reason, ReasonCode::Success);
}

void TestClients::bansEnd()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    broker.client("c").ban(std::chrono::seconds(1));
    QCOMPARE(broker.bans().size(), size_t(1));
    SocketClient kept(broker.port());
    kept.connect("c");
    QCOMPARE(waitFor<ConnackPacket>(kept)->reason, ReasonCode::Banned);
    QTRY_VERIFY(broker.bans().empty());
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
}

void TestClients::methodsCalledFromASlotAreDoneAfterwards()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    std::vector<QByteArray> published;
    connect(&broker, &Broker::published, this, [&](const PublishedEvent &event) {
        if (event.message->topic().startsWith("$SYS"))
            return;
        published.push_back(event.message->payload().toByteArray());
        if (published.size() > 1)
            return;
        QVERIFY(broker.publish(message("t", "second"))); // nothing happens in the middle of the first
        broker.publish(message("t", "third"));
        broker.client("c").disconnect();
        broker.setAuthorizePublishHandler(
            [](const ClientInfo &, PublishPacket, const auto &answer) { answer(PublishDecision::refuse()); });
        QCOMPARE(published.size(), size_t(1));
        QCOMPARE(broker.connectedClients(), qsizetype(1));
    });
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
    client.send(message("t", "first"));
    QVERIFY(waitFor<DisconnectPacket>(client));
    QCOMPARE(published, (std::vector<QByteArray>{"first", "second", "third"}));
    disconnect(&broker, nullptr, this, nullptr);
}

void TestClients::postFromAnotherThread()
{
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QVERIFY(letIn(client, "c"));
    client.send(subscription("t", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    const std::unique_ptr<QThread> thread(QThread::create([&broker] {
        for (int i = 0; i < 100; ++i)
            broker.post([i](Broker &posted) { posted.publish(message("t", QByteArray::number(i))); });
    }));
    thread->start();
    for (int i = 0; i < 100; ++i)
        QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray::number(i));
    thread->wait();
}

/// A local socket that a client is connected to and that a broker may adopt.
static std::pair<std::unique_ptr<QLocalSocket>, std::unique_ptr<QLocalSocket>> localPair(QLocalServer &server)
{
    auto client = std::make_unique<QLocalSocket>();
    client->connectToServer(server.fullServerName());
    if (!server.waitForNewConnection(5'000))
        return {};
    std::unique_ptr<QLocalSocket> adopted(server.nextPendingConnection());
    adopted->setParent(nullptr); // it is the broker's, not the server's
    return {std::move(client), std::move(adopted)};
}

void TestClients::adoptsALocalSocket()
{
    QTemporaryDir folder;
    QLocalServer server;
    QVERIFY(server.listen(folder.filePath(QStringLiteral("socket"))));
    Broker broker;
    auto [client, adopted] = localPair(server);
    QVERIFY(client);
    ConnectPacket connect;
    connect.clientId = "local";
    client->write(encodePacket(connect, ProtocolVersion::Mqtt5));
    QVERIFY(client->waitForBytesWritten(5'000)); // it is there before anybody listens
    QVERIFY(broker.adopt(std::move(adopted), "a local socket"));
    QTRY_COMPARE(broker.connectedClients(), qsizetype(1));
    QCOMPARE(broker.clients().front().client.address, QByteArray("a local socket"));
    client->write(encodePacket(subscription("big", QoS::AtMostOnce), ProtocolVersion::Mqtt5));
    QByteArray received;
    const auto receive = [&received, from = client.get()](qsizetype bytes) {
        return QTest::qWaitFor(
            [&] {
                received += from->readAll();
                return received.size() >= bytes;
            },
            10'000);
    };
    QTRY_COMPARE(broker.subscriptions().size(), size_t(1));
    QByteArray payload(3'000'000, 'x'); // more than any buffer on the way
    for (qsizetype i = 0; i < payload.size(); i += 991)
        payload[i] = static_cast<char>(i % 251);
    QVERIFY(broker.publish(message("big", payload)));
    QVERIFY(receive(payload.size()));
    QVERIFY(received.endsWith(payload));
    received.clear();
    client->write(encodePacket(message("big", payload), ProtocolVersion::Mqtt5));
    QVERIFY(receive(payload.size()));
    QVERIFY(received.endsWith(payload));
    QSignalSpy closed(&broker, &Broker::closed);
    broker.close();
    QTRY_COMPARE(closed.size(), qsizetype(1));
    QTRY_COMPARE(client->state(), QLocalSocket::UnconnectedState);
}

void TestClients::adoptRefusesWhatIsNoStream()
{
    Broker broker;
    QVERIFY(!broker.adopt(std::make_unique<QLocalSocket>()));
    QVERIFY(broker.errorString().contains(QStringLiteral("not open")));
    auto buffer = std::make_unique<QBuffer>();
    QVERIFY(buffer->open(QIODevice::ReadWrite));
    QVERIFY(!broker.adopt(std::move(buffer)));
    QVERIFY(broker.errorString().contains(QStringLiteral("sequential")));
}

void TestClients::adoptedDeviceThatGoesIsADisconnect()
{
    QTemporaryDir folder;
    QLocalServer server;
    QVERIFY(server.listen(folder.filePath(QStringLiteral("socket"))));
    Broker broker;
    SignalLog log(broker);
    auto [client, adopted] = localPair(server);
    QVERIFY(broker.adopt(std::move(adopted)));
    ConnectPacket connect;
    connect.clientId = "local";
    connect.will = WillFields{"will", "gone", QoS::AtMostOnce, false, {}};
    client->write(encodePacket(connect, ProtocolVersion::Mqtt5));
    QTRY_COMPARE(broker.connectedClients(), qsizetype(1));
    client->write(encodePacket(message("t", "last words"), ProtocolVersion::Mqtt5));
    client->flush();
    client->disconnectFromServer();
    QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
    QVERIFY(log.text().contains("published local t"));
    QCOMPARE(log.published.message->payload().toByteArray(), QByteArray("gone"));
}

QTEST_GUILESS_MAIN(TestClients)
#include "tst_clients.moc"
