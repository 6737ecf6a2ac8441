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

/// Broker::reload: all or nothing, and nobody is touched who need not be.
class TestReload : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void nothingChangesWhenSomethingIsWrong_data();
    void nothingChangesWhenSomethingIsWrong();
    void allThatIsWrongIsTold();
    void listenersComeAndGo();
    void anotherAddressOfTheSamePort();
    void aPortThatIsTakenLeavesEverythingAsItWas();
    void newTermsForTheSamePort();
    void anotherProtocolOnTheSamePort();
    void aLocalSocketKeepsItsFile();
    void boundsHoldAtOnce();
    void connectionsOfOneAddress();
    void whatAClientWasToldHolds_data();
    void whatAClientWasToldHolds();
    void usersWhoLostTheirPasswordGo();
    void strangersGoWhenUsersAreNeeded();
    void strangersGoWhereTheirListenerNeedsUsers_data();
    void strangersGoWhereTheirListenerNeedsUsers();
    void termsOfAListenerThatSayTheSameAreTheSame();
    void filesOfTlsAreReadAgain();
    void aPasswordThatIsBeingCheckedDoesNotOutliveItsUser();
    void subscriptionsWithoutARightGo();
    void subscriptionsOfThoseAwayGoToo();
    void whatCannotChangeStays();
    void notFromInsideASlot();

private:
    QString write(const QString &name, const QByteArray &text) const { return writeFile(*m_folder, name, text); }
    BrokerOptions withUsers() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

// Made by mosquitto_passwd 2.0.11: "secret" and "pass word ä".
const QByteArray alice = "alice:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx9P9qHYDRPtHlPP+"
                         "aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==\n";
const QByteArray bob = "bob:$7$101$lO+vQ8kqD6Kkd3oV$qv9G9u+ngXzmvuwCcM1uLPs4N+L9JPiGAm93g5fLz1QWaxiJ+"
                       "DQMODtcm4Dbax1KoEx2KBlJAf/zH2kDyI1+vA==\n";

ListenerOptions loopback(quint16 port = 0)
{
    ListenerOptions options;
    options.port = port;
    return options;
}

quint16 freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

ConnectPacket connectOf(const QByteArray &user, const QByteArray &password)
{
    ConnectPacket packet;
    packet.clientId = user.isEmpty() ? QByteArray("nobody") : user;
    if (!user.isEmpty()) {
        packet.userName = user;
        packet.password = password;
    }
    return packet;
}

ReasonCode answerTo(SocketClient &client, const ConnectPacket &packet)
{
    client.connect(packet);
    const auto connack = waitFor<ConnackPacket>(client);
    return connack ? connack->reason : ReasonCode::UnspecifiedError;
}

bool comesIn(SocketClient &client, const QByteArray &id)
{
    return answerTo(client, [&] {
        ConnectPacket packet;
        packet.clientId = id;
        return packet;
    }()) == ReasonCode::Success;
}

bool isServed(SocketClient &client)
{
    client.send(PingreqPacket{});
    return waitFor<PingrespPacket>(client).has_value();
}

std::optional<ReasonCode> reasonOfEnd(SocketClient &client)
{
    const auto packet = waitFor<DisconnectPacket>(client);
    return packet ? std::optional(packet->reason) : std::nullopt;
}

bool isRefused(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    return !socket.waitForConnected(2'000) && socket.error() == QAbstractSocket::ConnectionRefusedError;
}

} // namespace

void TestReload::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

BrokerOptions TestReload::withUsers() const
{
    BrokerOptions options;
    options.passwordFile = write(QStringLiteral("passwords"), alice + bob);
    options.allowAnonymous = false;
    return options;
}

// --- all or nothing ------------------------------------------------------------------------------------------

void TestReload::nothingChangesWhenSomethingIsWrong_data()
{
    QTest::addColumn<QString>("wrong");
    for (const char *wrong : {"option", "passwords", "acl", "listener", "certificate"})
        QTest::newRow(wrong) << QString::fromLatin1(wrong);
}

void TestReload::nothingChangesWhenSomethingIsWrong()
{
    QFETCH(QString, wrong);
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient client(port);
    QVERIFY(comesIn(client, "here"));

    BrokerOptions options;
    options.maximumConnections = 1; // right, and not to be taken over
    ListenerOptions other = loopback(0);
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    if (wrong == u"option")
        options.maximumTopicLevels = 0;
    else if (wrong == u"passwords")
        options.passwordFile = write(wrong, "alice:secret\n");
    else if (wrong == u"acl")
        options.aclFile = write(wrong, "topik a\n");
    else if (wrong == u"listener")
        other.port = taken.serverPort();
    else
        other.kind = ListenerKind::Tls;
    QVERIFY(!broker.reload(options, {other}));
    QVERIFY2(!broker.errorString().isEmpty(), qPrintable(broker.errorString()));

    QVERIFY(isServed(client));
    SocketClient second(port); // the old listener, the old bound
    QVERIFY(comesIn(second, "second"));
}

void TestReload::allThatIsWrongIsTold()
{
    Broker broker;
    QVERIFY(broker.listen(loopback()));
    BrokerOptions options;
    options.maximumTopicLevels = 0;
    options.passwordFile = QStringLiteral("/nowhere/passwords");
    ListenerOptions tls = loopback();
    tls.kind = ListenerKind::Tls;
    QVERIFY(!broker.reload(options, {tls}));
    for (const char *part : {"maximumTopicLevels", "/nowhere/passwords", "certificate"})
        QVERIFY2(broker.errorString().contains(QLatin1String(part)), qPrintable(broker.errorString()));
}

// --- listeners -----------------------------------------------------------------------------------------------

void TestReload::listenersComeAndGo()
{
    Broker broker;
    const quint16 stays = freePort();
    const quint16 goes = freePort();
    const quint16 comes = freePort();
    QVERIFY(broker.listen(loopback(stays)) && broker.listen(loopback(goes)));
    SocketClient staying(stays);
    SocketClient going(goes);
    QVERIFY(comesIn(staying, "staying") && comesIn(going, "going"));
    QVERIFY(broker.reload({}, {loopback(comes), loopback(stays)}));
    QCOMPARE(reasonOfEnd(going), ReasonCode::AdministrativeAction);
    QVERIFY(isServed(staying));
    QVERIFY(isRefused(goes));
    SocketClient coming(comes);
    SocketClient again(stays);
    QVERIFY(comesIn(coming, "coming") && comesIn(again, "again"));
}

/// The system allows no moment at which both listen.
void TestReload::anotherAddressOfTheSamePort()
{
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    ListenerOptions everywhere = loopback(port);
    everywhere.address = QHostAddress::AnyIPv4;
    QVERIFY2(broker.reload({}, {everywhere}), qPrintable(broker.errorString()));
    SocketClient client(port);
    QVERIFY(comesIn(client, "here"));
    QVERIFY2(broker.reload({}, {loopback(port)}), qPrintable(broker.errorString()));
    QCOMPARE(reasonOfEnd(client), ReasonCode::AdministrativeAction); // 0.0.0.0 is gone
}

void TestReload::aPortThatIsTakenLeavesEverythingAsItWas()
{
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient client(port);
    QVERIFY(comesIn(client, "here"));
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress(QStringLiteral("127.0.0.2")), port)); // in the way of 0.0.0.0
    ListenerOptions everywhere = loopback(port);
    everywhere.address = QHostAddress::AnyIPv4;
    QVERIFY(!broker.reload({}, {everywhere}));
    QVERIFY2(broker.errorString().contains(QStringLiteral("already in use")), qPrintable(broker.errorString()));
    QVERIFY(isServed(client));
    SocketClient second(port);
    QVERIFY(comesIn(second, "second"));
}

void TestReload::newTermsForTheSamePort()
{
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient client(port);
    QVERIFY(comesIn(client, "here"));
    ListenerOptions other = loopback(port);
    other.maximumHandshakes = 7;
    // Waits in the queue of the listening socket, which is handed on.
    QTcpSocket waiting;
    waiting.connectToHost(QHostAddress::LocalHost, port);
    QVERIFY(waiting.waitForConnected(2'000));
    QVERIFY(broker.reload({}, {other}));
    QVERIFY(isServed(client));
    waiting.write(QByteArray::fromHex("100d00044d51545404020000000161"));
    QTRY_COMPARE(waiting.bytesAvailable(), 4);
    for (int i = 0; i < 5; ++i) {
        other.maximumHandshakes += 1;
        QVERIFY(broker.reload({}, {other}));
    }
    QVERIFY(isServed(client));
    QSignalSpy closed(&broker, &Broker::closed);
    broker.close(); // also those of doors that are long gone hear of it
    QCOMPARE(reasonOfEnd(client), ReasonCode::ServerShuttingDown);
    QVERIFY(closed.wait(5'000));
}

void TestReload::anotherProtocolOnTheSamePort()
{
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient client(port);
    QVERIFY(comesIn(client, "here"));
    ListenerOptions webSocket = loopback(port);
    webSocket.kind = ListenerKind::WebSocket;
    QVERIFY(broker.reload({}, {webSocket}));
    QCOMPARE(reasonOfEnd(client), ReasonCode::AdministrativeAction);
    QTcpSocket browser;
    browser.connectToHost(QHostAddress::LocalHost, port);
    browser.write("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    QTRY_VERIFY(browser.bytesAvailable() > 12);
    QCOMPARE(browser.read(12), QByteArray("HTTP/1.1 101"));
}

void TestReload::aLocalSocketKeepsItsFile()
{
    const QString path = m_folder->filePath(QStringLiteral("mqtt"));
    ListenerOptions local;
    local.kind = ListenerKind::LocalSocket;
    local.socketPath = path;
    {
        Broker broker;
        QVERIFY(broker.listen(local));
        QVERIFY(broker.reload({}, {local}));
        QVERIFY(QFile::exists(path));
        local.maximumHandshakes = 9; // another door at the same file
        QVERIFY(broker.reload({}, {local}));
        QVERIFY(QFile::exists(path));
        BrokerOptions withoutStrangers;
        withoutStrangers.allowAnonymous = false; // whoever is there ends, the place does not
        QVERIFY(broker.reload(withoutStrangers, {local}));
        ListenerTerms terms;
        terms.allowAnonymous = true;
        local.terms = std::make_shared<const ListenerTerms>(terms);
        QVERIFY(broker.reload(withoutStrangers, {local}));
        local.terms.reset();
        QVERIFY(broker.reload(withoutStrangers, {local}));
        QVERIFY(QFile::exists(path));
        QVERIFY(broker.reload({}, {loopback()}));
        QVERIFY(!QFile::exists(path));
        QVERIFY(broker.reload({}, {local}));
        QVERIFY(QFile::exists(path));
    }
    QVERIFY(!QFile::exists(path));
}

// --- bounds --------------------------------------------------------------------------------------------------

void TestReload::boundsHoldAtOnce()
{
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient client(port);
    QVERIFY(comesIn(client, "here"));
    BrokerOptions options;
    options.maximumConnections = 1;
    options.maximumSubscriptions = 1;
    QVERIFY(broker.reload(options, {loopback(port)}));
    SocketClient second(port);
    QTRY_VERIFY(second.isClosed());
    client.send(subscription("a", QoS::AtMostOnce));
    QVERIFY(waitFor<SubackPacket>(client)->reasons.front() == ReasonCode::Success);
    client.send(subscription("b", QoS::AtMostOnce, 2));
    QVERIFY(waitFor<SubackPacket>(client)->reasons.front() == ReasonCode::QuotaExceeded);
}

void TestReload::connectionsOfOneAddress()
{
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    QTcpServer entrance; // as this machine does not count, the clients come with another address
    QVERIFY(entrance.listen(QHostAddress::LocalHost));
    connect(&entrance, &QTcpServer::newConnection, &broker, [&] {
        QTcpSocket *socket = entrance.nextPendingConnection();
        socket->setParent(nullptr);
        broker.adopt(std::unique_ptr<QIODevice>(socket), "192.0.2.1");
    });
    BrokerOptions options;
    options.maximumConnectionsPerAddress = 2;
    QVERIFY(broker.reload(options, {loopback(port)}));
    QSignalSpy refused(&broker, &Broker::connectionError);
    SocketClient first(entrance.serverPort());
    SocketClient second(entrance.serverPort());
    QVERIFY(comesIn(first, "1") && comesIn(second, "2"));
    SocketClient third(entrance.serverPort());
    QTRY_VERIFY(third.isClosed());
    QCOMPARE(refused.count(), 1);
    QCOMPARE(refused.front().at(1).value<EventError>().text, QByteArray("its address has too many connections"));
    first.send(DisconnectPacket());
    QTRY_COMPARE(broker.connectedClients(), 1);
    SocketClient fourth(entrance.serverPort());
    QVERIFY(comesIn(fourth, "4"));
    SocketClient here(port); // this machine does not count
    QVERIFY(comesIn(here, "5"));
}

void TestReload::whatAClientWasToldHolds_data()
{
    QTest::addColumn<bool>("isNew");
    QTest::newRow("connected before") << false;
    QTest::newRow("connects afterwards") << true;
}

/// [MQTT-3.2.2-15] Who was told of 256 MiB may send them, and who was told that messages are retained may have them so.
void TestReload::whatAClientWasToldHolds()
{
    QFETCH(bool, isNew);
    Broker broker;
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    BrokerOptions options;
    options.maximumPacketBytes = 1'024;
    options.maximumInboundInflight = 1;
    options.maximumRetained = 0;
    if (isNew)
        QVERIFY(broker.reload(options, {loopback(port)}));
    SocketClient client(port);
    client.connect("here");
    const auto connack = waitFor<ConnackPacket>(client);
    QVERIFY(connack);
    QCOMPARE(connack->properties.maximumPacketSize.has_value(), isNew);
    QCOMPARE(connack->properties.retainAvailable.value_or(1), isNew ? 0 : 1);
    if (!isNew)
        QVERIFY(broker.reload(options, {loopback(port)}));
    PublishPacket large;
    large.topic = "a";
    large.payload = QByteArray(5'000, 'x');
    client.send(large);
    if (isNew) {
        QCOMPARE(reasonOfEnd(client), ReasonCode::PacketTooLarge);
        return;
    }
    PublishPacket retained;
    retained.topic = "a";
    retained.payload = "x";
    retained.retain = true;
    retained.qos = QoS::AtLeastOnce;
    retained.packetId = 7;
    client.send(retained);
    const auto puback = waitFor<AcknowledgePacket>(client);
    QVERIFY(puback);
    QCOMPARE(puback->reason, ReasonCode::QuotaExceeded); // there is no room any more, and that is no fault of the client's
    QVERIFY(isServed(client));
}

// --- users and rights ----------------------------------------------------------------------------------------

void TestReload::usersWhoLostTheirPasswordGo()
{
    BrokerOptions options = withUsers();
    Broker broker(options);
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient first(port);
    SocketClient second(port);
    QCOMPARE(answerTo(first, connectOf("alice", "secret")), ReasonCode::Success);
    QCOMPARE(answerTo(second, connectOf("bob", "pass word \xC3\xA4")), ReasonCode::Success);
    QVERIFY(!writePassword(options.passwordFile, "bob", "another", PasswordFileMode::Change));
    QVERIFY(broker.reload(options, {loopback(port)}));
    QCOMPARE(reasonOfEnd(second), ReasonCode::NotAuthorized);
    QVERIFY(isServed(first));
    QVERIFY(!removePassword(options.passwordFile, "alice"));
    QVERIFY(broker.reload(options, {loopback(port)}));
    QCOMPARE(reasonOfEnd(first), ReasonCode::NotAuthorized);
}

void TestReload::strangersGoWhenUsersAreNeeded()
{
    BrokerOptions options = withUsers();
    options.allowAnonymous = true;
    Broker broker(options);
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient stranger(port);
    SocketClient known(port);
    QCOMPARE(answerTo(stranger, connectOf({}, {})), ReasonCode::Success);
    QCOMPARE(answerTo(known, connectOf("alice", "secret")), ReasonCode::Success);
    options.allowAnonymous = false;
    QVERIFY(broker.reload(options, {loopback(port)}));
    QCOMPARE(reasonOfEnd(stranger), ReasonCode::NotAuthorized);
    QVERIFY(isServed(known));
}

void TestReload::strangersGoWhereTheirListenerNeedsUsers_data()
{
    QTest::addColumn<ListenerKind>("kind");
    QTest::newRow("tcp") << ListenerKind::Tcp;
    QTest::newRow("any") << ListenerKind::Any; // who says nothing has not come to MQTT yet
}

/// What a listener says stands above what all of them have, before and after; also for those who have not said CONNECT.
void TestReload::strangersGoWhereTheirListenerNeedsUsers()
{
    QFETCH(ListenerKind, kind);
    const BrokerOptions options = withUsers();
    const auto withTerms = [kind](quint16 port, std::optional<bool> isAllowed) {
        ListenerOptions listener = loopback(port);
        listener.kind = kind;
        ListenerTerms terms;
        terms.allowAnonymous = isAllowed;
        listener.terms = std::make_shared<const ListenerTerms>(terms);
        return listener;
    };
    Broker broker(options);
    const quint16 one = freePort();
    const quint16 other = freePort();
    QVERIFY(broker.listen(withTerms(one, true)));
    QVERIFY(broker.listen(withTerms(other, true)));
    SocketClient silent(one);
    SocketClient begins(other);
    SocketClient goes(one);
    SocketClient stays(other);
    QVERIFY(comesIn(goes, "goes")); // after those who say nothing yet
    QVERIFY(comesIn(stays, "stays"));
    QVERIFY(broker.reload(options, {withTerms(one, std::nullopt), withTerms(other, true)}));
    QCOMPARE(reasonOfEnd(goes), ReasonCode::NotAuthorized);
    QTRY_VERIFY(silent.isClosed());
    QVERIFY(isServed(stays));
    QVERIFY(comesIn(begins, "begins"));
    SocketClient again(one);
    QCOMPARE(answerTo(again, connectOf({}, {})), ReasonCode::NotAuthorized);
}

/// A configuration that is read again has other objects: the bound of connections goes on to count those who are here.
void TestReload::termsOfAListenerThatSayTheSameAreTheSame()
{
    const quint16 port = freePort();
    const auto bounded = [port] {
        ListenerOptions listener = loopback(port);
        ListenerTerms terms;
        terms.maximumConnections = 1;
        listener.terms = std::make_shared<const ListenerTerms>(terms);
        return listener;
    };
    Broker broker;
    QVERIFY(broker.listen(bounded()));
    SocketClient here(port);
    QVERIFY(comesIn(here, "here"));
    QVERIFY(broker.reload({}, {bounded()}));
    QVERIFY(isServed(here));
    SocketClient second(port);
    QVERIFY(!comesIn(second, "second"));
}

void TestReload::filesOfTlsAreReadAgain()
{
    ListenerOptions listener = loopback(freePort());
    listener.kind = ListenerKind::Tls;
    listener.tls.presharedKeyFile = write(QStringLiteral("keys"), "alice:0102\n");
    listener.tls.fileCheckInterval = 0ms;
    Broker broker;
    QVERIFY2(broker.listen(listener), qPrintable(broker.errorString()));
    write(QStringLiteral("keys"), "alice\n");
    QVERIFY(!broker.reload({}, {listener}));
    QVERIFY2(broker.errorString().contains(u"line 1: it must be IDENTITY:KEY"), qPrintable(broker.errorString()));
    write(QStringLiteral("keys"), "bob:0304\n");
    QVERIFY2(broker.reload({}, {listener}), qPrintable(broker.errorString()));
    QVERIFY(broker.reload({}, {}));
    QVERIFY(isRefused(listener.port)); // also the copy of its socket is closed that the failed reload had made
}

void TestReload::aPasswordThatIsBeingCheckedDoesNotOutliveItsUser()
{
    BrokerOptions options = withUsers();
    QVERIFY(!writePassword(options.passwordFile, "carol", "pw", PasswordFileMode::Change)); // Argon2id takes its time
    Broker broker(options);
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    QVERIFY(!removePassword(options.passwordFile, "carol"));
    // Reloads as soon as her CONNECT has been read, which is before a thread can have answered.
    broker.setPreConnectHandler([&](const ClientInfo &, ConnectPacket packet, const Answer<PreConnectDecision> &answer) {
        answer(PreConnectDecision::accept(std::move(packet)));
        broker.post([&](Broker &) { QVERIFY(broker.reload(options, {loopback(port)})); });
    });
    SocketClient carol(port);
    QCOMPARE(answerTo(carol, connectOf("carol", "pw")), ReasonCode::NotAuthorized);
}

void TestReload::subscriptionsWithoutARightGo()
{
    BrokerOptions options = withUsers();
    options.aclFile = write(QStringLiteral("acl"), "user alice\ntopic read a/#\ntopic read b\n");
    Broker broker(options);
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    SocketClient client(port);
    QCOMPARE(answerTo(client, connectOf("alice", "secret")), ReasonCode::Success);
    for (const char *filter : {"a/#", "b"}) {
        client.send(subscription(filter, QoS::AtMostOnce));
        QCOMPARE(waitFor<SubackPacket>(client)->reasons.front(), ReasonCode::Success);
    }
    QSignalSpy unsubscribed(&broker, &Broker::unsubscribed);
    write(QStringLiteral("acl"), "user alice\ntopic read b\n");
    QVERIFY(broker.reload(options, {loopback(port)}));
    QCOMPARE(unsubscribed.count(), 1);
    QCOMPARE(broker.subscriptions().size(), size_t(1));
    QCOMPARE(broker.subscriptions().front().entry.filter, QByteArray("b"));
    QVERIFY(isServed(client));
}

void TestReload::subscriptionsOfThoseAwayGoToo()
{
    BrokerOptions options = withUsers();
    options.aclFile = write(QStringLiteral("acl"), "user alice\ntopic read a\n");
    Broker broker(options);
    const quint16 port = freePort();
    QVERIFY(broker.listen(loopback(port)));
    {
        SocketClient client(port);
        ConnectPacket packet = connectOf("alice", "secret");
        packet.properties.sessionExpiryInterval = 1'000;
        QCOMPARE(answerTo(client, packet), ReasonCode::Success);
        client.send(subscription("a", QoS::AtLeastOnce));
        QVERIFY(waitFor<SubackPacket>(client));
    }
    QTRY_COMPARE(broker.connectedClients(), 0);
    write(QStringLiteral("acl"), "user bob\ntopic read a\n");
    QVERIFY(broker.reload(options, {loopback(port)}));
    QCOMPARE(broker.subscriptions().size(), size_t(0));
    QCOMPARE(broker.sessions(), 1);
}

void TestReload::whatCannotChangeStays()
{
    Broker broker;
    const QByteArray id = broker.id();
    QVERIFY(broker.listen(loopback()));
    BrokerOptions options;
    options.brokerId = "another";
    options.persistence = true;
    options.persistenceLocation = m_folder->path();
    QVERIFY(broker.reload(options, {loopback()}));
    QCOMPARE(broker.id(), id);
    QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("pigeon.db"))));
}

void TestReload::notFromInsideASlot()
{
    Broker broker;
    QVERIFY(broker.listen(loopback()));
    std::optional<bool> outcome;
    connect(&broker, &Broker::clientRegistered, &broker, [&] { outcome = broker.reload({}, {}); });
    SocketClient client(broker.port());
    QVERIFY(comesIn(client, "here"));
    QCOMPARE(outcome, false);
    QVERIFY(broker.errorString().contains(QStringLiteral("post")));
}

QTEST_GUILESS_MAIN(TestReload)
#include "tst_reload.moc"
