#include "support/signallog.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QTest>
#include <QThreadPool>
#include <QTimer>

#include <stdexcept>

using namespace pigeon;
using namespace pigeon::test;

namespace {

PublishPacket message(const QByteArray &topic, const QByteArray &payload, QoS qos = QoS::AtMostOnce, quint16 packetId = 0)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    packet.packetId = packetId;
    return packet;
}

/// How a handler answers: the ways that must all come to the same.
enum class Way { AtOnce, Later, FromAnotherThread };

template <typename Decision>
void answerBy(Way way, const Answer<Decision> &answer, Decision decision)
{
    switch (way) {
    case Way::AtOnce:
        answer(std::move(decision));
        break;
    case Way::Later:
        QTimer::singleShot(20, [answer, decision = std::move(decision)] { answer(decision); });
        break;
    case Way::FromAnotherThread:
        QThreadPool::globalInstance()->start([answer, decision = std::move(decision)] { answer(decision); });
        break;
    }
}

/// How a handler fails to answer: each is a refusal.
enum class Failure { Drops, Throws, NeverAnswers };

template <typename Decision>
void failBy(Failure failure, const Answer<Decision> &answer, std::vector<Answer<Decision>> &kept)
{
    if (failure == Failure::Throws)
        throw std::runtime_error("on purpose");
    if (failure == Failure::NeverAnswers)
        kept.push_back(answer);
}

void addWays()
{
    QTest::addColumn<int>("way");
    QTest::newRow("at once") << int(Way::AtOnce);
    QTest::newRow("later") << int(Way::Later);
    QTest::newRow("from another thread") << int(Way::FromAnotherThread);
}

void addFailures()
{
    QTest::addColumn<int>("failure");
    QTest::newRow("drops its answer") << int(Failure::Drops);
    QTest::newRow("throws") << int(Failure::Throws);
    QTest::newRow("never answers") << int(Failure::NeverAnswers);
}

} // namespace

/// What each handler may decide and what then goes over the wire, in each way of answering.
class TestHandlers : public QObject
{
    Q_OBJECT

    static std::unique_ptr<Broker> makeBroker()
    {
        BrokerOptions options;
        options.handlerTimeLimit = std::chrono::milliseconds(300);
        auto broker = std::make_unique<Broker>(options);
        if (!broker->listen(QHostAddress::LocalHost, 0))
            qFatal("%s", qPrintable(broker->errorString()));
        return broker;
    }
    static void letIn(SocketClient &client, const QByteArray &clientId)
    {
        client.connect(clientId);
        QVERIFY(waitFor<ConnackPacket>(client));
    }

private Q_SLOTS:
    void preConnectMayChangeTheConnect_data() { addWays(); }
    void preConnectMayChangeTheConnect();
    void preConnectRefuses();
    void preConnectSendsElsewhere();
    void preConnectThatFails_data() { addFailures(); }
    void preConnectThatFails();
    void authenticateAccepts_data() { addWays(); }
    void authenticateAccepts();
    void authenticateRefusesWithItsReason();
    void authenticateThatFails_data() { addFailures(); }
    void authenticateThatFails();
    void packetsWaitForAuthenticate();
    void othersAreServedMeanwhile();
    void clientThatGoesBeforeTheAnswer();
    void authorizePublishMayChangeTheMessage_data() { addWays(); }
    void authorizePublishMayChangeTheMessage();
    void authorizePublishRefuses();
    void authorizePublishThatFails_data() { addFailures(); }
    void authorizePublishThatFails();
    void systemTopicsStayReserved();
    void messagesKeepTheirOrder_data() { addWays(); }
    void messagesKeepTheirOrder();
    void authorizePublishIsAskedAboutWills();
    void authorizeSubscribeMayChangeTheFilter_data() { addWays(); }
    void authorizeSubscribeMayChangeTheFilter();
    void authorizeSubscribeRefusesOneOfSeveral();
    void authorizeSubscribeIsAskedWhenASessionIsResumed();
    void aClientThatGoesWhileItIsAskedAboutIsNeverRegistered();
    void authorizeForwardKeepsReplacesAndDrops();
    void authorizeForwardIsAskedOnceForAQueuedMessage();
    void publishedHoldsTheAcknowledgement_data() { addWays(); }
    void publishedHoldsTheAcknowledgement();
    void publishedRefuses();
};

void TestHandlers::preConnectMayChangeTheConnect()
{
    QFETCH(int, way);
    const auto broker = makeBroker();
    broker->setPreConnectHandler([way](const ClientInfo &client, ConnectPacket connect, const auto &answer) {
        QVERIFY(client.clientId.isEmpty());
        connect.clientId = "changed";
        answerBy(Way(way), answer, PreConnectDecision::accept(std::move(connect)));
    });
    QByteArray registered;
    connect(broker.get(), &Broker::clientRegistered, [&registered](const ClientInfo &client) { registered = client.clientId; });
    SocketClient client(broker->port());
    letIn(client, "original");
    QCOMPARE(registered, QByteArray("changed"));
}

void TestHandlers::preConnectRefuses()
{
    const auto broker = makeBroker();
    broker->setPreConnectHandler([](const ClientInfo &, const ConnectPacket &, const auto &answer) {
        answer(PreConnectDecision::refuse("not today"));
    });
    SocketClient client(broker->port());
    client.connect("client");
    QTRY_VERIFY(client.isClosed());
    QVERIFY(!client.take<ConnackPacket>()); // closed without a CONNACK
}

void TestHandlers::preConnectSendsElsewhere()
{
    const auto broker = makeBroker();
    broker->setPreConnectHandler([](const ClientInfo &, const ConnectPacket &, const auto &answer) {
        answer(PreConnectDecision::redirect("other.example:1883"));
    });
    SocketClient client(broker->port());
    client.connect("client");
    const auto connack = waitFor<ConnackPacket>(client);
    QVERIFY(connack);
    QCOMPARE(connack->reason, ReasonCode::UseAnotherServer);
    QCOMPARE(connack->properties.serverReference, std::optional<QByteArray>("other.example:1883"));
    SocketClient old(broker->port(), ProtocolVersion::Mqtt311);
    old.connect("client");
    QCOMPARE(waitFor<ConnackPacket>(old)->reason, ReasonCode::ServerUnavailable);
}

void TestHandlers::preConnectThatFails()
{
    QFETCH(int, failure);
    const auto broker = makeBroker();
    std::vector<Answer<PreConnectDecision>> kept;
    broker->setPreConnectHandler([&](const ClientInfo &, const ConnectPacket &, const auto &answer) {
        failBy(Failure(failure), answer, kept);
    });
    SocketClient client(broker->port());
    client.connect("client");
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(broker->connectedClients(), qsizetype(0));
}

void TestHandlers::authenticateAccepts()
{
    QFETCH(int, way);
    const auto broker = makeBroker();
    std::optional<QByteArray> user;
    std::optional<QByteArray> password;
    broker->setAuthenticateHandler([&, way](const ClientInfo &client, std::optional<QByteArray> userName,
                                       std::optional<QByteArray> secret, const auto &answer) {
        QCOMPARE(client.clientId, QByteArray("client"));
        user = userName;
        password = secret;
        answerBy(Way(way), answer, AuthenticateDecision::accept("somebody"));
    });
    QByteArray userName;
    connect(broker.get(), &Broker::clientRegistered, [&userName](const ClientInfo &client) { userName = client.userName; });
    SocketClient client(broker->port());
    ConnectPacket packet;
    packet.clientId = "client";
    packet.userName = QByteArray("");
    packet.password = QByteArray("\x00\xFF", 2);
    client.connect(packet);
    QVERIFY(waitFor<ConnackPacket>(client));
    QCOMPARE(userName, QByteArray("somebody"));
    QVERIFY(user && user->isEmpty()); // empty and absent are told apart
    QCOMPARE(password, std::optional<QByteArray>(QByteArray("\x00\xFF", 2)));
    SocketClient anonymous(broker->port());
    anonymous.connect("client");
    QVERIFY(waitFor<ConnackPacket>(anonymous));
    QVERIFY(!user);
}

void TestHandlers::authenticateRefusesWithItsReason()
{
    const auto broker = makeBroker();
    broker->setAuthenticateHandler([](const ClientInfo &, const auto &, const auto &, const auto &answer) {
        answer(AuthenticateDecision::refuse(ReasonCode::BadUserNameOrPassword));
    });
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt31, ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        SocketClient client(broker->port(), version);
        client.connect("client");
        QCOMPARE(waitFor<ConnackPacket>(client)->reason, ReasonCode::BadUserNameOrPassword);
        QTRY_VERIFY(client.isClosed());
    }
}

void TestHandlers::authenticateThatFails()
{
    QFETCH(int, failure);
    const auto broker = makeBroker();
    std::vector<Answer<AuthenticateDecision>> kept;
    broker->setAuthenticateHandler([&](const ClientInfo &, const auto &, const auto &, const auto &answer) {
        failBy(Failure(failure), answer, kept);
    });
    SocketClient client(broker->port());
    client.connect("client");
    QCOMPARE(waitFor<ConnackPacket>(client)->reason, ReasonCode::NotAuthorized);
    for (const auto &late : kept)
        late(AuthenticateDecision::accept("late")); // counts for nothing any more
    QTRY_VERIFY(client.isClosed());
    QCOMPARE(broker->connectedClients(), qsizetype(0));
}

void TestHandlers::packetsWaitForAuthenticate()
{
    const auto broker = makeBroker();
    std::optional<Answer<AuthenticateDecision>> pending;
    broker->setAuthenticateHandler(
        [&](const ClientInfo &, const auto &, const auto &, const auto &answer) { pending = answer; });
    SocketClient client(broker->port());
    client.connect("client");
    client.send(subscription("a", QoS::AtLeastOnce));
    client.send(message("a", "early", QoS::AtLeastOnce, 5));
    QTRY_VERIFY(pending.has_value());
    (*pending)(AuthenticateDecision::accept(""));
    QVERIFY(waitFor<ConnackPacket>(client));
    QVERIFY(waitFor<SubackPacket>(client));
    QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray("early"));
    QVERIFY(waitFor<AcknowledgePacket>(client));
}

void TestHandlers::othersAreServedMeanwhile()
{
    const auto broker = makeBroker();
    std::vector<Answer<PublishDecision>> kept;
    broker->setAuthorizePublishHandler([&](const ClientInfo &client, PublishPacket packet, const auto &answer) {
        if (client.clientId == "slow")
            kept.push_back(answer);
        else
            answer(PublishDecision::accept(std::move(packet)));
    });
    SocketClient slow(broker->port());
    letIn(slow, "slow");
    slow.send(message("a", "x"));
    SocketClient other(broker->port());
    letIn(other, "other");
    other.send(subscription("a", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(other));
    QTRY_COMPARE(kept.size(), size_t(1));
    other.send(message("a", "mine"));
    QCOMPARE(waitFor<PublishPacket>(other)->payload, QByteArray("mine"));
}

void TestHandlers::clientThatGoesBeforeTheAnswer()
{
    const auto broker = makeBroker();
    std::optional<Answer<AuthenticateDecision>> pending;
    broker->setAuthenticateHandler(
        [&](const ClientInfo &, const auto &, const auto &, const auto &answer) { pending = answer; });
    int errors = 0;
    connect(broker.get(), &Broker::clientRegistered, [&errors](const ClientInfo &) { ++errors; });
    {
        SocketClient client(broker->port());
        client.connect("client");
        QTRY_VERIFY(pending.has_value());
        broker->close();
    }
    (*pending)(AuthenticateDecision::accept(""));
    QTest::qWait(0);
    QCOMPARE(errors, 0);
    QCOMPARE(broker->connectedClients(), qsizetype(0));
}

void TestHandlers::authorizePublishMayChangeTheMessage()
{
    QFETCH(int, way);
    const auto broker = makeBroker();
    broker->setAuthorizePublishHandler([way](const ClientInfo &, PublishPacket packet, const auto &answer) {
        packet.topic = "changed/" + packet.topic;
        packet.payload += "!";
        packet.properties.userProperties.push_back({"by", "handler"});
        answerBy(Way(way), answer, PublishDecision::accept(std::move(packet)));
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(subscription("changed/#", QoS::ExactlyOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        client.send(message("a", "x", qos, qos == QoS::AtMostOnce ? quint16(0) : quint16(7)));
        const auto got = waitFor<PublishPacket>(client);
        QVERIFY(got);
        QCOMPARE(got->topic, QByteArray("changed/a"));
        QCOMPARE(got->payload, QByteArray("x!"));
        QCOMPARE(got->qos, qos);
        QCOMPARE(got->properties.userProperties.size(), size_t(1));
        if (qos != QoS::AtMostOnce)
            QCOMPARE(waitFor<AcknowledgePacket>(client)->packetId, quint16(7));
        if (qos == QoS::AtLeastOnce)
            client.send(AcknowledgePacket{PacketType::Puback, got->packetId, ReasonCode::Success, {}});
    }
}

void TestHandlers::authorizePublishRefuses()
{
    const auto broker = makeBroker();
    broker->setAuthorizePublishHandler(
        [](const ClientInfo &, const PublishPacket &, const auto &answer) { answer(PublishDecision::refuse()); });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(message("a", "x", QoS::AtLeastOnce, 1));
    auto acknowledge = waitFor<AcknowledgePacket>(client);
    QVERIFY(acknowledge);
    QCOMPARE(acknowledge->reason, ReasonCode::NotAuthorized);
    client.send(message("a", "x", QoS::ExactlyOnce, 2));
    acknowledge = waitFor<AcknowledgePacket>(client);
    QCOMPARE(acknowledge->type, PacketType::Pubrec);
    QCOMPARE(acknowledge->reason, ReasonCode::NotAuthorized);
    client.send(PingreqPacket{});
    QVERIFY(waitFor<PingrespPacket>(client)); // 5.0: the client stays
    SocketClient old(broker->port(), ProtocolVersion::Mqtt311);
    letIn(old, "old");
    old.send(message("a", "x", QoS::AtLeastOnce, 1));
    QTRY_VERIFY(old.isClosed()); // before 5.0: no acknowledgement, closed [MQTT3-3.3.5-2]
    QVERIFY(!old.take<AcknowledgePacket>());
}

void TestHandlers::authorizePublishThatFails()
{
    QFETCH(int, failure);
    const auto broker = makeBroker();
    std::vector<Answer<PublishDecision>> kept;
    broker->setAuthorizePublishHandler([&](const ClientInfo &, const PublishPacket &, const auto &answer) {
        failBy(Failure(failure), answer, kept);
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(message("a", "x", QoS::AtLeastOnce, 1));
    QCOMPARE(waitFor<AcknowledgePacket>(client)->reason, ReasonCode::NotAuthorized);
}

void TestHandlers::systemTopicsStayReserved()
{
    const auto broker = makeBroker();
    int asked = 0;
    broker->setAuthorizePublishHandler([&asked](const ClientInfo &, PublishPacket packet, const auto &answer) {
        ++asked;
        answer(PublishDecision::accept(std::move(packet)));
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(message("$SYS/x", "x", QoS::AtLeastOnce, 1));
    QCOMPARE(waitFor<AcknowledgePacket>(client)->reason, ReasonCode::NotAuthorized);
    QCOMPARE(asked, 0);
}

void TestHandlers::messagesKeepTheirOrder()
{
    QFETCH(int, way);
    const auto broker = makeBroker();
    broker->setAuthorizePublishHandler([way](const ClientInfo &, PublishPacket packet, const auto &answer) {
        answerBy(Way(way), answer, PublishDecision::accept(std::move(packet)));
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(subscription("a", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    for (quint16 i = 1; i <= 10; ++i)
        client.send(message("a", QByteArray::number(i)));
    for (int i = 1; i <= 10; ++i)
        QCOMPARE(waitFor<PublishPacket>(client)->payload.toInt(), i);
}

void TestHandlers::authorizePublishIsAskedAboutWills()
{
    const auto broker = makeBroker();
    broker->setAuthorizePublishHandler([](const ClientInfo &client, PublishPacket packet, const auto &answer) {
        if (client.clientId == "bad")
            answer(PublishDecision::refuse());
        else
            answer(PublishDecision::accept(std::move(packet)));
    });
    SocketClient watcher(broker->port());
    letIn(watcher, "watcher");
    watcher.send(subscription("will/#", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(watcher));
    for (const QByteArray name : {"bad", "good"}) {
        SocketClient client(broker->port());
        ConnectPacket packet;
        packet.clientId = name;
        packet.will = WillFields{"will/" + name, name, QoS::AtMostOnce, false, {}};
        client.connect(packet);
        QVERIFY(waitFor<ConnackPacket>(client));
        client.socket().abort();
        QTRY_COMPARE(broker->connectedClients(), qsizetype(1));
    }
    QCOMPARE(waitFor<PublishPacket>(watcher)->payload, QByteArray("good"));
}

void TestHandlers::authorizeSubscribeMayChangeTheFilter()
{
    QFETCH(int, way);
    const auto broker = makeBroker();
    broker->setAuthorizeSubscribeHandler([way](const ClientInfo &, SubscribeEntry entry, const auto &answer) {
        entry.filter = "mine/" + entry.filter;
        entry.maximumQoS = QoS::AtMostOnce;
        answerBy(Way(way), answer, SubscribeDecision::accept(std::move(entry)));
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(subscription("a", QoS::ExactlyOnce));
    const auto suback = waitFor<SubackPacket>(client);
    QVERIFY(suback);
    QCOMPARE(suback->reasons, std::vector<ReasonCode>{ReasonCode::Success}); // what was granted, not what was asked
    client.send(message("a", "no"));
    client.send(message("mine/a", "yes"));
    QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray("yes"));
}

void TestHandlers::authorizeSubscribeRefusesOneOfSeveral()
{
    const auto broker = makeBroker();
    broker->setAuthorizeSubscribeHandler([](const ClientInfo &, SubscribeEntry entry, const auto &answer) {
        if (entry.filter == "no")
            answer(SubscribeDecision::refuse());
        else
            answer(SubscribeDecision::accept(std::move(entry)));
    });
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        SocketClient client(broker->port(), version);
        letIn(client, "client");
        SubscribePacket packet = subscription("yes", QoS::AtLeastOnce);
        packet.entries.push_back({"no", QoS::AtLeastOnce, false, false, RetainHandling::SendAlways});
        packet.entries.push_back({"also", QoS::AtMostOnce, false, false, RetainHandling::SendAlways});
        client.send(packet);
        const auto suback = waitFor<SubackPacket>(client);
        QVERIFY(suback);
        QCOMPARE(suback->reasons[0], ReasonCode::GrantedQoS1);
        QCOMPARE(suback->reasons[1],
            version == ProtocolVersion::Mqtt5 ? ReasonCode::NotAuthorized : ReasonCode::UnspecifiedError);
        QCOMPARE(suback->reasons[2], ReasonCode::Success);
    }
}

/// A session that comes back is asked about again: what is refused by now is gone, what is changed is changed.
void TestHandlers::authorizeSubscribeIsAskedWhenASessionIsResumed()
{
    const auto broker = makeBroker();
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        broker->setAuthorizeSubscribeHandler({});
        SocketClient client(broker->port(), version);
        ConnectPacket connect;
        connect.clientId = "stays";
        connect.cleanStart = false;
        if (version == ProtocolVersion::Mqtt5)
            connect.properties.sessionExpiryInterval = 3'600;
        client.connect(connect);
        QVERIFY(waitFor<ConnackPacket>(client));
        SubscribePacket packet = subscription("kept", QoS::ExactlyOnce);
        packet.entries.push_back({"refused", QoS::AtMostOnce});
        packet.entries.push_back({"lowered", QoS::ExactlyOnce});
        client.send(packet);
        QVERIFY(waitFor<SubackPacket>(client));
        client.socket().abort();
        QTRY_COMPARE(broker->connectedClients(), qsizetype(0));

        std::vector<Answer<SubscribeDecision>> open;
        std::vector<SubscribeEntry> asked;
        broker->setAuthorizeSubscribeHandler([&](const ClientInfo &who, SubscribeEntry entry, const auto &answer) {
            QCOMPARE(who.clientId, QByteArray("stays"));
            asked.push_back(entry);
            open.push_back(answer);
        });
        SocketClient back(broker->port(), version);
        back.connect(connect);
        for (size_t i = 0; i < 3; ++i) {
            QTRY_COMPARE(open.size(), i + 1);
            QVERIFY(!back.take<ConnackPacket>()); // not before all are answered
            SubscribeEntry entry = asked[i];
            if (entry.filter == "lowered")
                entry.maximumQoS = QoS::AtMostOnce;
            open[i](entry.filter == "refused" ? SubscribeDecision::refuse() : SubscribeDecision::accept(entry));
        }
        const auto connack = waitFor<ConnackPacket>(back);
        QVERIFY(connack && connack->sessionPresent);
        std::vector<SubscriptionStatus> held = broker->client("stays").subscriptions();
        QCOMPARE(held.size(), size_t(2));
        QCOMPARE(held[0].entry.filter, QByteArray("kept"));
        QCOMPARE(held[0].entry.maximumQoS, QoS::ExactlyOnce);
        QCOMPARE(held[1].entry.filter, QByteArray("lowered"));
        QCOMPARE(held[1].entry.maximumQoS, QoS::AtMostOnce);
        broker->client("stays").endSession();
    }
}

/// Another thread says no after the client has gone: nobody is let in, nothing breaks.
void TestHandlers::aClientThatGoesWhileItIsAskedAboutIsNeverRegistered()
{
    const auto broker = makeBroker(); // row 22
    std::optional<Answer<AuthenticateDecision>> open;
    broker->setAuthenticateHandler(
        [&open](const ClientInfo &client, const auto &, const auto &, const auto &answer) {
            if (client.clientId == "gone")
                open = answer;
            else
                answer(AuthenticateDecision::accept({}));
        });
    SignalLog log(*broker);
    {
        SocketClient client(broker->port());
        client.connect("gone");
        QTRY_VERIFY(open);
        client.socket().abort();
    }
    SocketClient later(broker->port()); // who comes later is seen later: by then the broker knows that the other is gone
    letIn(later, "later");
    (*open)(AuthenticateDecision::accept("joe"));
    for (int turn = 0; turn < 20; ++turn)
        QCoreApplication::processEvents();
    QCOMPARE(log.count("registered"), qsizetype(1));
    QCOMPARE(broker->sessions(), qsizetype(1));
}

void TestHandlers::authorizeForwardKeepsReplacesAndDrops()
{
    const auto broker = makeBroker();
    broker->setAuthorizeForwardHandler([](const QByteArray &clientId, const PublishPacket &packet) {
        if (packet.payload == "drop")
            return ForwardDecision::drop();
        if (packet.payload == "throw")
            throw std::runtime_error("on purpose");
        if (packet.payload != "replace")
            return ForwardDecision::keep();
        PublishPacket other = packet;
        other.payload = "for " + clientId;
        return ForwardDecision::replace(other);
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    PublishPacket retained = message("r", "replace");
    retained.retain = true;
    client.send(retained);
    client.send(subscription("#", QoS::AtLeastOnce));
    QVERIFY(waitFor<SubackPacket>(client));
    QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray("for client")); // retained ones as well
    for (const QByteArray payload : {"drop", "throw", "replace", "keep"})
        client.send(message("a", payload));
    QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray("for client"));
    QCOMPARE(waitFor<PublishPacket>(client)->payload, QByteArray("keep"));
}

void TestHandlers::authorizeForwardIsAskedOnceForAQueuedMessage()
{
    const auto broker = makeBroker();
    int asked = 0;
    broker->setAuthorizeForwardHandler([&asked](const QByteArray &, const PublishPacket &packet) {
        ++asked;
        return packet.payload == "drop" ? ForwardDecision::drop() : ForwardDecision::keep();
    });
    SocketClient away(broker->port(), ProtocolVersion::Mqtt311);
    away.connect("away", false);
    QVERIFY(waitFor<ConnackPacket>(away));
    away.send(subscription("a", QoS::AtLeastOnce));
    QVERIFY(waitFor<SubackPacket>(away));
    away.socket().abort();
    QTRY_COMPARE(broker->connectedClients(), qsizetype(0));
    for (const QByteArray payload : {"drop", "keep"})
        QVERIFY(broker->publish(message("a", payload, QoS::AtLeastOnce)));
    QCOMPARE(asked, 0);
    SocketClient back(broker->port(), ProtocolVersion::Mqtt311);
    back.connect("away", false);
    QVERIFY(waitFor<ConnackPacket>(back));
    QCOMPARE(waitFor<PublishPacket>(back)->payload, QByteArray("keep"));
    QCOMPARE(asked, 2);
}

void TestHandlers::publishedHoldsTheAcknowledgement()
{
    QFETCH(int, way);
    const auto broker = makeBroker();
    std::vector<QByteArray> seen;
    broker->setPublishedHandler([&, way](const PublishedEvent &event, const auto &answer) {
        seen.push_back(event.message->payload().toByteArray());
        answerBy(Way(way), answer, PublishedDecision::done());
    });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(message("a", "1", QoS::AtLeastOnce, 1));
    client.send(message("a", "2", QoS::ExactlyOnce, 2));
    client.send(message("a", "3"));
    QCOMPARE(waitFor<AcknowledgePacket>(client)->type, PacketType::Puback);
    QCOMPARE(waitFor<AcknowledgePacket>(client)->type, PacketType::Pubrec);
    QTRY_COMPARE(seen, (std::vector<QByteArray>{"1", "2", "3"}));
}

void TestHandlers::publishedRefuses()
{
    const auto broker = makeBroker();
    broker->setPublishedHandler(
        [](const PublishedEvent &, const auto &answer) { answer(PublishedDecision::refuse()); });
    SocketClient client(broker->port());
    letIn(client, "client");
    client.send(message("a", "1", QoS::ExactlyOnce, 1));
    const auto pubrec = waitFor<AcknowledgePacket>(client);
    QCOMPARE(pubrec->reason, ReasonCode::ImplementationSpecificError);
    client.send(message("a", "2", QoS::ExactlyOnce, 1)); // [MQTT-4.3.3-9]: the id names a new message
    QCOMPARE(waitFor<AcknowledgePacket>(client)->reason, ReasonCode::ImplementationSpecificError);
}

QTEST_GUILESS_MAIN(TestHandlers)
#include "tst_handlers.moc"
