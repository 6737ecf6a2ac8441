#include "support/socketclient.h"
#include "support/testfolder.h"

#include <pigeon/broker.h>
#include <pigeon/users.h>

#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

/// A broker with a password file and an ACL file: who comes in, and what each may publish, subscribe to and receive.
class TestRights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void login_data();
    void login();
    void whoGoesMeanwhileHarmsNobody();
    void theProgramIsAskedAfterwards();
    void aNameThatNobodyCheckedGivesNoRights();
    void publishing_data();
    void publishing();
    void anAliasIsResolvedFirst();
    void subscribing_data();
    void subscribing();
    void receivesLive();
    void receivesRetained();
    void nothingRetainedStaysOfWhoLostTheRight();
    void receivesQueued();
    void receivesFromASharedSubscription();
    void wills();
    void patternsKnowTheClient();
    void handlersCannotWiden();
    void reloadedRightsHoldAtOnce();
    void aSubscriptionWithoutARightIsNotResumed();
    void aWrongFileKeepsEverybodyOut_data();
    void aWrongFileKeepsEverybodyOut();
    void aWrongFileIsNotReloaded();
    void guessingIsStopped();
    void guessingByScramIsStopped();

private:
    QString write(const QString &name, const QByteArray &text) const { return writeFile(*m_folder, name, text); }
    BrokerOptions options(const QByteArray &acl) const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

// Made by mosquitto_passwd 2.0.11.
const QByteArray passwords
    = "alice:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx9P9qHYDRPtHlPP+"
      "aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==\n"
      "bob:$7$101$lO+vQ8kqD6Kkd3oV$qv9G9u+ngXzmvuwCcM1uLPs4N+L9JPiGAm93g5fLz1QWaxiJ+"
      "DQMODtcm4Dbax1KoEx2KBlJAf/zH2kDyI1+vA==\n";
const QByteArray passwordOfAlice = "secret";
const QByteArray passwordOfBob = "pass word \xC3\xA4";
const QByteArray ordinary = "user alice\ntopic readwrite #\nuser bob\ntopic read a/#\ntopic deny a/secret/#\n"
                            "topic write b/#\n";

ConnectPacket connectOf(const QByteArray &user, const QByteArray &clientId = {}, bool cleanStart = true)
{
    ConnectPacket packet;
    packet.clientId = clientId.isEmpty() ? user : clientId;
    packet.cleanStart = cleanStart;
    packet.userName = user;
    packet.password = user == "alice" ? passwordOfAlice : passwordOfBob;
    if (!cleanStart)
        packet.properties.sessionExpiryInterval = 1'000;
    return packet;
}

ReasonCode answerTo(SocketClient &client, const ConnectPacket &packet)
{
    client.connect(packet);
    const auto connack = waitFor<ConnackPacket>(client);
    return connack ? connack->reason : ReasonCode::UnspecifiedError;
}

PublishPacket message(const QByteArray &topic, const QByteArray &payload, bool retain = false)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.retain = retain;
    return packet;
}

ReasonCode subscribe(SocketClient &client, const QByteArray &filter, QoS qos = QoS::AtMostOnce)
{
    client.send(subscription(filter, qos));
    const auto suback = waitFor<SubackPacket>(client);
    return suback ? suback->reasons.front() : ReasonCode::UnspecifiedError;
}

/// The payload of the next message; "-" when none comes.
QByteArray nextPayload(SocketClient &client)
{
    const auto publish = waitFor<PublishPacket>(client);
    return publish ? publish->payload : QByteArray("-");
}

} // namespace

BrokerOptions TestRights::options(const QByteArray &acl) const
{
    BrokerOptions wanted;
    wanted.passwordFile = write(QStringLiteral("passwords"), passwords);
    wanted.aclFile = write(QStringLiteral("acl"), acl);
    wanted.allowAnonymous = false;
    return wanted;
}

void TestRights::login_data()
{
    using Text = std::optional<QByteArray>;
    QTest::addColumn<Text>("user");
    QTest::addColumn<Text>("password");
    QTest::addColumn<bool>("isAnonymousAllowed");
    QTest::addColumn<ReasonCode>("reason");
    const auto row = [](const char *name, const Text &user, const Text &password, bool isAnonymousAllowed,
                         ReasonCode reason) {
        QTest::newRow(name) << user << password << isAnonymousAllowed << reason;
    };
    const ReasonCode wrong = ReasonCode::BadUserNameOrPassword;
    row("right", "alice", "secret", false, ReasonCode::Success);
    row("bytes", "bob", passwordOfBob, false, ReasonCode::Success);
    row("wrong", "alice", "secreT", false, wrong);
    row("of another", "alice", passwordOfBob, false, wrong);
    row("unknown", "carol", "secret", false, wrong);
    row("empty", "alice", "", false, wrong);
    row("none", "alice", std::nullopt, false, wrong);
    row("no user", "", "secret", true, wrong);
    row("wrong, strangers allowed", "alice", "x", true, wrong);
    row("unknown, strangers allowed", "carol", "x", true, wrong);
    row("nobody", std::nullopt, std::nullopt, false, ReasonCode::NotAuthorized);
    row("nobody, allowed", std::nullopt, std::nullopt, true, ReasonCode::Success);
}

void TestRights::login()
{
    QFETCH(std::optional<QByteArray>, user);
    QFETCH(std::optional<QByteArray>, password);
    QFETCH(bool, isAnonymousAllowed);
    QFETCH(ReasonCode, reason);
    BrokerOptions wanted = options(ordinary);
    wanted.allowAnonymous = isAnonymousAllowed;
    Broker broker(wanted);
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt5, ProtocolVersion::Mqtt311}) {
        if (version == ProtocolVersion::Mqtt311 && password && !user)
            continue;
        SocketClient client(broker.port(), version);
        ConnectPacket packet;
        packet.clientId = "c";
        packet.userName = user;
        packet.password = password;
        QCOMPARE(answerTo(client, packet), reason);
    }
}

void TestRights::whoGoesMeanwhileHarmsNobody()
{
    auto broker = std::make_unique<Broker>(options(ordinary));
    QVERIFY(broker->listen(QHostAddress::LocalHost, 0));
    for (int i = 0; i < 50; ++i) {
        SocketClient client(broker->port());
        client.connect(connectOf("alice", QByteArray::number(i)));
        client.socket().waitForConnected(1'000);
        client.socket().waitForBytesWritten(1'000);
        QCoreApplication::processEvents();
        client.socket().abort();
    }
    SocketClient last(broker->port());
    QCOMPARE(answerTo(last, connectOf("alice")), ReasonCode::Success);
    SocketClient waiting(broker->port()); // the broker goes while a password is being checked
    waiting.connect(connectOf("alice", "w"));
    waiting.socket().waitForBytesWritten(1'000);
    QCoreApplication::processEvents();
    broker.reset();
}

void TestRights::theProgramIsAskedAfterwards()
{
    Broker broker(options(ordinary));
    QByteArrayList asked;
    broker.setAuthenticateHandler([&asked](const ClientInfo &client, const auto &, const auto &, const auto &answer) {
        asked.append(client.userName);
        answer(client.clientId == "bad" ? AuthenticateDecision::refuse() : AuthenticateDecision::accept(client.userName));
    });
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    ConnectPacket wrong = connectOf("alice");
    wrong.password = "wrong";
    SocketClient stranger(broker.port());
    QCOMPARE(answerTo(stranger, wrong), ReasonCode::BadUserNameOrPassword);
    QCOMPARE(asked, QByteArrayList());
    SocketClient refused(broker.port());
    QCOMPARE(answerTo(refused, connectOf("alice", "bad")), ReasonCode::NotAuthorized);
    SocketClient alice(broker.port());
    QCOMPARE(answerTo(alice, connectOf("alice")), ReasonCode::Success);
    QCOMPARE(asked, QByteArrayList({"alice", "alice"}));
}

/// Without a password file a name is a claim; the rules of that user are for who has proven to be it.
void TestRights::aNameThatNobodyCheckedGivesNoRights()
{
    BrokerOptions wanted = options("topic read open\nuser alice\ntopic #\n");
    wanted.passwordFile.clear();
    wanted.allowAnonymous = true;
    Broker broker(wanted);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port());
    QCOMPARE(answerTo(client, connectOf("alice")), ReasonCode::Success);
    QCOMPARE(subscribe(client, "a"), ReasonCode::NotAuthorized);
    QCOMPARE(subscribe(client, "open"), ReasonCode::Success);
}

void TestRights::publishing_data()
{
    QTest::addColumn<QByteArray>("topic");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("may") << QByteArray("b/x") << true;
    QTest::newRow("only read") << QByteArray("a/x") << false;
    QTest::newRow("nothing said") << QByteArray("c") << false;
    QTest::newRow("$SYS") << QByteArray("$SYS/b") << false;
}

void TestRights::publishing()
{
    QFETCH(QByteArray, topic);
    QFETCH(bool, isAllowed);
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    int published = 0;
    connect(&broker, &Broker::published, this,
        [&published](const PublishedEvent &event) { published += event.isByClient; });
    PublishPacket packet = message(topic, "x", true);
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;

    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    bob.send(packet);
    const auto puback = waitFor<AcknowledgePacket>(bob);
    QVERIFY(puback);
    QCOMPARE(puback->reason == ReasonCode::NotAuthorized, !isAllowed);

    SocketClient old(broker.port(), ProtocolVersion::Mqtt311);
    QCOMPARE(answerTo(old, connectOf("bob", "old")), ReasonCode::Success);
    old.send(packet);
    if (isAllowed)
        QVERIFY(waitFor<AcknowledgePacket>(old));
    else
        QTRY_VERIFY(old.isClosed()); // [MQTT3-3.3.5-2]
    QCOMPARE(published, isAllowed ? 2 : 0);
    QCOMPARE(broker.retained(topic).size(), size_t(isAllowed));
}

void TestRights::anAliasIsResolvedFirst()
{
    Broker broker(options("user bob\ntopic write b\ntopic read a\nuser alice\ntopic read #\n"));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    const auto publish = [&bob](const QByteArray &topic, quint16 alias, quint16 packetId) {
        PublishPacket packet = message(topic, "x");
        packet.qos = QoS::AtLeastOnce;
        packet.packetId = packetId;
        packet.properties.topicAlias = alias;
        bob.send(packet);
        const auto puback = waitFor<AcknowledgePacket>(bob);
        return puback && !isFailure(puback->reason);
    };
    QVERIFY(!publish("a", 1, 1));
    QVERIFY(publish("b", 2, 2));
    QVERIFY(!publish("", 1, 3)); // stands for "a"
    QVERIFY(publish("", 2, 4));
}

void TestRights::subscribing_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<ReasonCode>("reason");
    QTest::newRow("may") << QByteArray("a/x") << ReasonCode::Success;
    QTest::newRow("some of it") << QByteArray("#") << ReasonCode::Success;
    QTest::newRow("only written") << QByteArray("b/x") << ReasonCode::NotAuthorized;
    QTest::newRow("denied") << QByteArray("a/secret/+") << ReasonCode::NotAuthorized;
    QTest::newRow("shared") << QByteArray("$share/g/a/+") << ReasonCode::Success;
    QTest::newRow("shared, only written") << QByteArray("$share/g/b/+") << ReasonCode::NotAuthorized;
    QTest::newRow("$SYS") << QByteArray("$SYS/#") << ReasonCode::NotAuthorized;
}

void TestRights::subscribing()
{
    QFETCH(QByteArray, filter);
    QFETCH(ReasonCode, reason);
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, filter), reason);
}

void TestRights::receivesLive()
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QSignalSpy dropped(&broker, &Broker::deliveryDropped);
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "#"), ReasonCode::Success);
    for (const char *topic : {"a/secret/1", "b/1", "c", "a/1"})
        broker.publish(message(topic, topic));
    QCOMPARE(nextPayload(bob), QByteArray("a/1"));
    QCOMPARE(dropped.size(), 3);
    QCOMPARE(dropped.front().front().value<DroppedEvent>().reason, DropReason::NotAllowed);
}

void TestRights::receivesRetained()
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    for (const char *topic : {"a/secret/1", "a/1", "b/1"})
        broker.publish(message(topic, topic, true));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "#"), ReasonCode::Success);
    QCOMPARE(nextPayload(bob), QByteArray("a/1"));
    broker.publish(message("a/2", "the end"));
    QCOMPARE(nextPayload(bob), QByteArray("the end"));
}

void TestRights::nothingRetainedStaysOfWhoLostTheRight() // CVE-2018-12546
{
    Broker broker(options("user alice\ntopic write #\nuser bob\ntopic read #\n"));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient alice(broker.port());
    QCOMPARE(answerTo(alice, connectOf("alice")), ReasonCode::Success);
    for (const char *topic : {"a", "b"})
        alice.send(message(topic, topic, true));
    broker.publish(message("c", "the broker's", true));
    QTRY_COMPARE(broker.retained().size(), size_t(3));
    write(QStringLiteral("acl"), "user alice\ntopic write b\nuser bob\ntopic read #\n");
    QVERIFY(broker.reloadRights());
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "#"), ReasonCode::Success);
    QCOMPARE(nextPayload(bob), QByteArray("b"));
    QCOMPARE(nextPayload(bob), QByteArray("the broker's"));
}

/// What was queued while it was allowed is not sent when it is not any more.
void TestRights::receivesQueued()
{
    Broker broker(options("user bob\ntopic read a/#\n"));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    {
        SocketClient bob(broker.port());
        QCOMPARE(answerTo(bob, connectOf("bob", "c", false)), ReasonCode::Success);
        QCOMPARE(subscribe(bob, "a/#", QoS::AtLeastOnce), ReasonCode::GrantedQoS1);
        bob.send(DisconnectPacket{});
        QTRY_COMPARE(broker.connectedClients(), 0);
    }
    for (const char *topic : {"a/secret/1", "a/1"}) {
        PublishPacket packet = message(topic, topic);
        packet.qos = QoS::AtLeastOnce;
        broker.publish(packet);
    }
    write(QStringLiteral("acl"), ordinary);
    QVERIFY2(broker.reloadRights(), qPrintable(broker.errorString()));
    SocketClient again(broker.port());
    QCOMPARE(answerTo(again, connectOf("bob", "c", false)), ReasonCode::Success);
    QCOMPARE(nextPayload(again), QByteArray("a/1"));
}

void TestRights::receivesFromASharedSubscription()
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "$share/g/#"), ReasonCode::Success);
    broker.publish(message("a/secret/1", "hidden"));
    broker.publish(message("a/1", "seen"));
    QCOMPARE(nextPayload(bob), QByteArray("seen"));
}

void TestRights::wills()
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient alice(broker.port());
    QCOMPARE(answerTo(alice, connectOf("alice")), ReasonCode::Success);
    QCOMPARE(subscribe(alice, "#"), ReasonCode::Success);
    for (const char *topic : {"a/will", "b/will"}) {
        ConnectPacket packet = connectOf("bob");
        packet.will = WillFields{topic, topic, QoS::AtMostOnce, false, {}};
        SocketClient bob(broker.port());
        QCOMPARE(answerTo(bob, packet), ReasonCode::Success);
        bob.socket().abort();
        QTRY_COMPARE(broker.connectedClients(), 1);
    }
    QCOMPARE(nextPayload(alice), QByteArray("b/will"));
}

void TestRights::patternsKnowTheClient()
{
    Broker broker(options("pattern readwrite of/%u/%c/#\n"));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient alice(broker.port());
    QCOMPARE(answerTo(alice, connectOf("alice", "c")), ReasonCode::Success);
    QCOMPARE(subscribe(alice, "of/alice/c/x"), ReasonCode::Success);
    QCOMPARE(subscribe(alice, "of/bob/c/x"), ReasonCode::NotAuthorized);
    for (const char *clientId : {"+", "#", "c/x"}) { // CVE-2017-7650
        SocketClient dangerous(broker.port());
        QCOMPARE(answerTo(dangerous, connectOf("alice", clientId)), ReasonCode::Success);
        QCOMPARE(subscribe(dangerous, "of/alice/c/x"), ReasonCode::NotAuthorized);
        QCOMPARE(subscribe(dangerous, "of/alice/+/x"), ReasonCode::NotAuthorized);
    }
}

void TestRights::handlersCannotWiden()
{
    Broker broker(options(ordinary));
    broker.setAuthorizePublishHandler(
        [](const auto &, PublishPacket packet, const auto &answer) { answer(PublishDecision::accept(packet)); });
    broker.setAuthorizeSubscribeHandler(
        [](const auto &, SubscribeEntry entry, const auto &answer) { answer(SubscribeDecision::accept(entry)); });
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "b"), ReasonCode::NotAuthorized);
    PublishPacket packet = message("a", "x");
    packet.qos = QoS::AtLeastOnce;
    packet.packetId = 1;
    bob.send(packet);
    const auto puback = waitFor<AcknowledgePacket>(bob);
    QVERIFY(puback);
    QCOMPARE(puback->reason, ReasonCode::NotAuthorized);
}

void TestRights::reloadedRightsHoldAtOnce()
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "a/#"), ReasonCode::Success);
    write(QStringLiteral("acl"), "user bob\ntopic read a/2\n");
    QVERIFY(broker.reloadRights());
    broker.publish(message("a/1", "1"));
    broker.publish(message("a/2", "2"));
    QCOMPARE(nextPayload(bob), QByteArray("2"));
    QVERIFY(!writePassword(m_folder->filePath(QStringLiteral("passwords")), "carol", "new", PasswordFileMode::Change));
    QVERIFY(broker.reloadRights());
    ConnectPacket packet = connectOf("carol");
    packet.password = "new";
    SocketClient carol(broker.port());
    QCOMPARE(answerTo(carol, packet), ReasonCode::Success);
}

void TestRights::aSubscriptionWithoutARightIsNotResumed() // CVE-2021-34434
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    {
        SocketClient bob(broker.port());
        QCOMPARE(answerTo(bob, connectOf("bob", "c", false)), ReasonCode::Success);
        QCOMPARE(subscribe(bob, "a/#"), ReasonCode::Success);
        bob.socket().abort();
        QTRY_COMPARE(broker.connectedClients(), 0);
    }
    QCOMPARE(broker.subscriptions().size(), size_t(1));
    write(QStringLiteral("acl"), "user bob\ntopic read b\n");
    QVERIFY(broker.reloadRights());
    SocketClient again(broker.port());
    QCOMPARE(answerTo(again, connectOf("bob", "c", false)), ReasonCode::Success);
    QCOMPARE(broker.subscriptions().size(), size_t(0));
}

void TestRights::aWrongFileKeepsEverybodyOut_data()
{
    QTest::addColumn<QByteArray>("users");
    QTest::addColumn<QByteArray>("acl");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("users") << passwords + "carol\n" << ordinary << "passwords:3: there is no colon";
    QTest::newRow("rights") << passwords << ordinary + "topic rd a\n" << "acl:7: an access is one of";
    QTest::newRow("no users") << QByteArray() << ordinary << "passwords cannot be read";
    QTest::newRow("no rights") << passwords << QByteArray() << "acl cannot be read";
}

void TestRights::aWrongFileKeepsEverybodyOut()
{
    QFETCH(QByteArray, users);
    QFETCH(QByteArray, acl);
    QFETCH(QString, sentence);
    const BrokerOptions wanted = options(acl);
    write(QStringLiteral("passwords"), users);
    if (users.isEmpty())
        QFile::remove(wanted.passwordFile);
    if (acl.isEmpty())
        QFile::remove(wanted.aclFile);
    Broker broker(wanted);
    QVERIFY(!broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY2(broker.errorString().contains(sentence), qPrintable(broker.errorString()));
}

void TestRights::aWrongFileIsNotReloaded()
{
    Broker broker(options(ordinary));
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    write(QStringLiteral("acl"), "user bob\ntopic read #\nnonsense\n");
    QVERIFY(!broker.reloadRights());
    QVERIFY2(broker.errorString().contains(QStringLiteral("acl:3: ")), qPrintable(broker.errorString()));
    SocketClient bob(broker.port());
    QCOMPARE(answerTo(bob, connectOf("bob")), ReasonCode::Success);
    QCOMPARE(subscribe(bob, "b"), ReasonCode::NotAuthorized);
}

void TestRights::guessingIsStopped()
{
    BrokerOptions wanted = options(ordinary);
    wanted.freeLoginFailures = 3;
    wanted.maximumLoginFailures = 3;
    Broker broker(wanted);
    QTcpServer entrance; // as this machine is never kept out, the clients come with another address
    QVERIFY(entrance.listen(QHostAddress::LocalHost));
    connect(&entrance, &QTcpServer::newConnection, &broker, [&] {
        QTcpSocket *socket = entrance.nextPendingConnection();
        socket->setParent(nullptr);
        broker.adopt(std::unique_ptr<QIODevice>(socket), "192.0.2.1");
    });
    const auto attempt = [&entrance](const QByteArray &password) {
        ConnectPacket packet = connectOf("alice");
        packet.password = password;
        SocketClient client(entrance.serverPort());
        return answerTo(client, packet);
    };
    QCOMPARE(attempt("a"), ReasonCode::BadUserNameOrPassword);
    QCOMPARE(attempt("b"), ReasonCode::BadUserNameOrPassword);
    QCOMPARE(attempt(passwordOfAlice), ReasonCode::Success); // forgets
    for (const char *password : {"a", "b", "c"})
        QCOMPARE(attempt(password), ReasonCode::BadUserNameOrPassword);
    QCOMPARE(attempt(passwordOfAlice), ReasonCode::Banned);
    QCOMPARE(broker.bans().size(), size_t(1));
    QCOMPARE(broker.bans().front().value, QByteArray("192.0.2.1"));
    QVERIFY(broker.liftBan(BannedBy::Address, "192.0.2.1"));
    QVERIFY(broker.bans().empty());
    QCOMPARE(attempt(passwordOfAlice), ReasonCode::Success);
}

/// An exchange of AUTH packets is a way to guess as well.
void TestRights::guessingByScramIsStopped()
{
    BrokerOptions wanted = options(ordinary);
    QVERIFY(!writePassword(wanted.passwordFile, "dora", "pencil", PasswordFileMode::Change, ScramLine::Written));
    wanted.freeLoginFailures = 3;
    wanted.maximumLoginFailures = 3;
    Broker broker(wanted);
    QTcpServer entrance; // as this machine is never kept out, the clients come with another address
    QVERIFY(entrance.listen(QHostAddress::LocalHost));
    connect(&entrance, &QTcpServer::newConnection, &broker, [&] {
        QTcpSocket *socket = entrance.nextPendingConnection();
        socket->setParent(nullptr);
        broker.adopt(std::unique_ptr<QIODevice>(socket), "192.0.2.1");
    });
    const auto guess = [&entrance] {
        SocketClient client(entrance.serverPort());
        ConnectPacket packet;
        packet.clientId = "guesser";
        packet.properties.authenticationMethod = "SCRAM-SHA-256";
        packet.properties.authenticationData = "n,,n=dora,r=abc";
        client.connect(packet);
        std::optional<AuthPacket> challenge;
        std::optional<ConnackPacket> answer;
        const bool hasAnswer = QTest::qWaitFor([&] {
            challenge = client.take<AuthPacket>();
            answer = challenge ? std::nullopt : client.take<ConnackPacket>();
            return challenge || answer;
        });
        if (!hasAnswer)
            return ReasonCode::UnspecifiedError;
        if (answer)
            return answer->reason; // it is not even asked
        const QByteArray nonce = challenge->properties.authenticationData->split(',').first();
        AuthPacket proof;
        proof.reason = ReasonCode::ContinueAuthentication;
        proof.properties.authenticationMethod = "SCRAM-SHA-256";
        proof.properties.authenticationData = "c=biws," + nonce + ",p=" + QByteArray(32, 'x').toBase64();
        client.send(proof);
        const auto connack = waitFor<ConnackPacket>(client);
        return connack ? connack->reason : ReasonCode::UnspecifiedError;
    };
    for (int i = 0; i < 3; ++i)
        QCOMPARE(guess(), ReasonCode::NotAuthorized);
    QCOMPARE(guess(), ReasonCode::Banned);
    QCOMPARE(broker.bans().size(), size_t(1));
}

QTEST_GUILESS_MAIN(TestRights)
#include "tst_rights.moc"
