#include "support/doorclient.h"

#include <pigeon/broker.h>

#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace pigeon;
using namespace pigeon::test;

/// What may differ between the listeners of one broker. mosquitto.conf(5): max_connections, max_qos, max_topic_alias,
/// max_topic_alias_broker, listener_allow_anonymous, listener_auto_id_prefix, clientid_prefixes,
/// use_username_as_clientid, accept_protocol_versions, bind_interface.
class TestListenerTerms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectionsAreBounded();
    void listenersThatShareTermsShareTheBound();
    void theBoundOfTheBrokerHoldsAsWell();
    void theHighestQoSIsTold_data();
    void theHighestQoSIsTold();
    void aHigherQoSEndsTheConnection_data();
    void aHigherQoSEndsTheConnection();
    void aWillOfAHigherQoSIsRefused();
    void subscriptionsAreGrantedNoMore();
    void aliasesAreTold();
    void ourAliasesAreBounded();
    void anonymousWhereItIsAllowed();
    void clientIdsBeginAsTheyAreTold();
    void clientIdsMustBeginAsTheyAreTold();
    void theUserNameIsTheClientId();
    void versionsAreChosen_data();
    void versionsAreChosen();
    void theInterfaceIsChosen();
    void topicsAreBelowTheMountPoint();
    void willsAreBelowTheMountPoint();
    void sharedSubscriptionsAreBelowTheMountPoint();
    void wrongFiltersStayWrongBelowTheMountPoint();
    void topicsTooLongForTheMountPointAreRefused();
    void wrongTermsAreTold();

private:
    static bool listen(Broker &broker, const ListenerTerms &terms)
    {
        ListenerOptions options;
        options.port = 0;
        options.terms = std::make_shared<const ListenerTerms>(terms);
        return broker.listen(options);
    }
    static std::unique_ptr<DoorClient> dial(quint16 port)
    {
        auto socket = std::make_unique<QTcpSocket>();
        socket->connectToHost(QHostAddress::LocalHost, port);
        return std::make_unique<DoorClient>(std::move(socket), false);
    }
    static ConnectPacket connectPacket(const QByteArray &clientId)
    {
        ConnectPacket packet;
        packet.clientId = clientId;
        packet.version = ProtocolVersion::Mqtt5;
        return packet;
    }
    /// The answer to a CONNECT; nothing when the connection was closed without one.
    static std::optional<ConnackPacket> answer(DoorClient &client, const ConnectPacket &packet)
    {
        client.send(packet);
        std::optional<ConnackPacket> connack;
        if (!QTest::qWaitFor([&] { return (connack = client.take<ConnackPacket>()) || client.isClosed(); }, 10'000))
            qWarning("neither a CONNACK nor an end");
        return connack;
    }
    static ReasonCode reasonOf(const std::optional<ConnackPacket> &connack)
    {
        return connack ? connack->reason : ReasonCode::UnspecifiedError;
    }
    static bool isIn(DoorClient &client, const QByteArray &clientId)
    {
        const auto connack = answer(client, connectPacket(clientId));
        return connack && connack->reason == ReasonCode::Success;
    }
};

void TestListenerTerms::connectionsAreBounded()
{
    Broker broker;
    ListenerTerms terms;
    terms.maximumConnections = 2;
    QVERIFY(listen(broker, terms));
    const quint16 bounded = broker.port();
    QVERIFY(listen(broker, {}));
    const quint16 other = broker.port();
    QSignalSpy refused(&broker, &Broker::connectionError);
    std::vector<std::unique_ptr<DoorClient>> clients;
    for (int i = 0; i < 2; ++i) {
        clients.push_back(dial(bounded));
        QVERIFY(isIn(*clients.back(), QByteArray::number(i)));
    }
    const auto third = dial(bounded);
    QVERIFY(!answer(*third, connectPacket("third")));
    QCOMPARE(refused.size(), qsizetype(1));
    QVERIFY(refused.first().at(1).value<EventError>().text.contains("through this listener"));
    QVERIFY(isIn(*dial(other), "other"));
    clients.pop_back(); // one goes, one may come
    QTRY_COMPARE(broker.connectedClients(), qsizetype(1));
    QVERIFY(isIn(*dial(bounded), "fourth"));
}

/// So that `localhost`, which is two addresses, is one listener.
void TestListenerTerms::listenersThatShareTermsShareTheBound()
{
    Broker broker;
    ListenerOptions options;
    options.port = 0;
    ListenerTerms terms;
    terms.maximumConnections = 1;
    options.terms = std::make_shared<const ListenerTerms>(terms);
    QVERIFY(broker.listen(options));
    const quint16 first = broker.port();
    QVERIFY(broker.listen(options));
    const auto client = dial(first);
    QVERIFY(isIn(*client, "a"));
    QVERIFY(!answer(*dial(broker.port()), connectPacket("b")));
}

void TestListenerTerms::theBoundOfTheBrokerHoldsAsWell()
{
    BrokerOptions options;
    options.maximumConnections = 1;
    Broker broker(options);
    ListenerTerms terms;
    terms.maximumConnections = 5;
    QVERIFY(listen(broker, terms));
    const auto client = dial(broker.port());
    QVERIFY(isIn(*client, "a"));
    QVERIFY(!answer(*dial(broker.port()), connectPacket("b")));
}

void TestListenerTerms::theHighestQoSIsTold_data()
{
    QTest::addColumn<QoS>("highest");
    QTest::addColumn<std::optional<quint32>>("told");
    QTest::newRow("0 [MQTT-3.2.2-9]") << QoS::AtMostOnce << std::optional<quint32>(0);
    QTest::newRow("1 [MQTT-3.2.2-9]") << QoS::AtLeastOnce << std::optional<quint32>(1);
    QTest::newRow("2") << QoS::ExactlyOnce << std::optional<quint32>();
}

void TestListenerTerms::theHighestQoSIsTold()
{
    QFETCH(QoS, highest);
    QFETCH(std::optional<quint32>, told);
    Broker broker;
    ListenerTerms terms;
    terms.maximumQoS = highest;
    QVERIFY(listen(broker, terms));
    const auto client = dial(broker.port());
    const auto connack = answer(*client, connectPacket("a"));
    QVERIFY(connack);
    QCOMPARE(connack->properties.maximumQoS, told);
}

void TestListenerTerms::aHigherQoSEndsTheConnection_data()
{
    QTest::addColumn<QoS>("highest");
    QTest::addColumn<QoS>("used");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("1 of 0 [MQTT-3.2.2-11]") << QoS::AtMostOnce << QoS::AtLeastOnce << false;
    QTest::newRow("2 of 0 [MQTT-3.2.2-11]") << QoS::AtMostOnce << QoS::ExactlyOnce << false;
    QTest::newRow("1 of 1") << QoS::AtLeastOnce << QoS::AtLeastOnce << true;
    QTest::newRow("2 of 1 [MQTT-3.2.2-11]") << QoS::AtLeastOnce << QoS::ExactlyOnce << false;
}

void TestListenerTerms::aHigherQoSEndsTheConnection()
{
    QFETCH(QoS, highest);
    QFETCH(QoS, used);
    QFETCH(bool, isTaken);
    Broker broker;
    ListenerTerms terms;
    terms.maximumQoS = highest;
    QVERIFY(listen(broker, terms));
    QSignalSpy published(&broker, &Broker::published);
    const auto client = dial(broker.port());
    QVERIFY(isIn(*client, "a"));
    PublishPacket packet;
    packet.topic = "t";
    packet.qos = used;
    packet.packetId = 1;
    client->send(packet);
    if (isTaken) {
        QVERIFY(client->waitFor<AcknowledgePacket>());
    } else {
        const auto disconnect = client->waitFor<DisconnectPacket>();
        QVERIFY(disconnect);
        QCOMPARE(disconnect->reason, ReasonCode::QoSNotSupported);
    }
    const auto isByClient = [](const QList<QVariant> &each) { return each.first().value<PublishedEvent>().isByClient; };
    QCOMPARE(std::count_if(published.begin(), published.end(), isByClient), isTaken ? 1 : 0);
}

void TestListenerTerms::aWillOfAHigherQoSIsRefused()
{
    Broker broker;
    ListenerTerms terms;
    terms.maximumQoS = QoS::AtMostOnce;
    QVERIFY(listen(broker, terms));
    ConnectPacket packet = connectPacket("a");
    packet.will.emplace();
    packet.will->topic = "t";
    packet.will->qos = QoS::AtLeastOnce;
    QCOMPARE(reasonOf(answer(*dial(broker.port()), packet)), ReasonCode::QoSNotSupported); // [MQTT-3.2.2-12]
    packet.will->qos = QoS::AtMostOnce;
    QCOMPARE(reasonOf(answer(*dial(broker.port()), packet)), ReasonCode::Success);
}

/// [MQTT-3.2.2-10]: a SUBSCRIBE with a higher one is taken all the same.
void TestListenerTerms::subscriptionsAreGrantedNoMore()
{
    Broker broker;
    ListenerTerms terms;
    terms.maximumQoS = QoS::AtLeastOnce;
    QVERIFY(listen(broker, terms));
    const auto client = dial(broker.port());
    QVERIFY(isIn(*client, "a"));
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries.resize(2);
    packet.entries[0].filter = "a";
    packet.entries[0].maximumQoS = QoS::ExactlyOnce;
    packet.entries[1].filter = "b";
    packet.entries[1].maximumQoS = QoS::AtMostOnce;
    client->send(packet);
    const auto suback = client->waitFor<SubackPacket>();
    QVERIFY(suback);
    QCOMPARE(suback->reasons, (std::vector<ReasonCode>{ReasonCode::GrantedQoS1, ReasonCode::Success}));
}

void TestListenerTerms::aliasesAreTold()
{
    Broker broker;
    ListenerTerms terms;
    terms.maximumInboundAliases = 3;
    QVERIFY(listen(broker, terms));
    const auto client = dial(broker.port());
    auto connack = answer(*client, connectPacket("a"));
    QVERIFY(connack);
    QCOMPARE(connack->properties.topicAliasMaximum, std::optional<quint32>(3));
    PublishPacket packet;
    packet.topic = "t";
    packet.properties.topicAlias = 4;
    client->send(packet);
    const auto disconnect = client->waitFor<DisconnectPacket>();
    QVERIFY(disconnect);
    QCOMPARE(disconnect->reason, ReasonCode::TopicAliasInvalid); // [MQTT-3.3.2-9]
    QVERIFY(listen(broker, {}));
    connack = answer(*dial(broker.port()), connectPacket("b"));
    QVERIFY(connack);
    QCOMPARE(connack->properties.topicAliasMaximum, std::optional<quint32>(64)); // of BrokerOptions
}

void TestListenerTerms::ourAliasesAreBounded()
{
    Broker broker;
    const std::pair<std::optional<quint16>, bool> cases[] = {{std::nullopt, true}, {quint16(0), false}};
    for (const auto &[most, isAliased] : cases) {
        ListenerTerms terms;
        terms.maximumOutboundAliases = most;
        QVERIFY(listen(broker, terms));
        const auto client = dial(broker.port());
        ConnectPacket packet = connectPacket("a");
        packet.properties.topicAliasMaximum = 10;
        QVERIFY(answer(*client, packet));
        SubscribePacket subscribe;
        subscribe.packetId = 1;
        subscribe.entries.resize(1);
        subscribe.entries[0].filter = "t";
        client->send(subscribe);
        QVERIFY(client->waitFor<SubackPacket>());
        PublishPacket message;
        message.topic = "t";
        broker.publish(message);
        const auto received = client->waitFor<PublishPacket>();
        QVERIFY(received);
        QCOMPARE(received->properties.topicAlias.has_value(), isAliased);
    }
}

/// It was refused when listeners differed where there are users.
void TestListenerTerms::anonymousWhereItIsAllowed()
{
    QTemporaryDir folder;
    QFile users(folder.filePath(QStringLiteral("users")));
    QVERIFY(users.open(QIODevice::WriteOnly));
    users.write("alice:$7$101$RAZgWAlL94ASLN2f$8GkbfiZOGyhxv95igqn2nCIEygRZkzkx9P9qHYDRPtHlPP+"
                "aj9WJGzJxBIrqFzRgJ2vi+g3t51mDeov+LP6cPg==\n");
    users.close();
    users.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    BrokerOptions options;
    options.passwordFile = users.fileName();
    for (const bool isAllowedElsewhere : {false, true}) {
        options.allowAnonymous = isAllowedElsewhere;
        Broker broker(options);
        ListenerTerms terms;
        terms.allowAnonymous = !isAllowedElsewhere;
        QVERIFY(listen(broker, terms));
        const quint16 own = broker.port();
        QVERIFY(listen(broker, {}));
        QCOMPARE(isIn(*dial(own), "a"), !isAllowedElsewhere);
        QCOMPARE(isIn(*dial(broker.port()), "b"), isAllowedElsewhere);
        ConnectPacket packet = connectPacket("c"); // a user needs the password everywhere
        packet.userName = "alice";
        packet.password = "wrong";
        QCOMPARE(reasonOf(answer(*dial(own), packet)), ReasonCode::BadUserNameOrPassword);
        packet.password = "secret";
        QCOMPARE(reasonOf(answer(*dial(own), packet)), ReasonCode::Success);
    }
}

void TestListenerTerms::clientIdsBeginAsTheyAreTold()
{
    Broker broker;
    ListenerTerms terms;
    terms.clientIdPrefix = "garden-";
    QVERIFY(listen(broker, terms));
    auto connack = answer(*dial(broker.port()), connectPacket({}));
    QVERIFY(connack);
    const QRegularExpression form(QStringLiteral("^garden-[0-9a-f]{32}$"));
    QVERIFY(form.match(QString::fromUtf8(connack->properties.assignedClientIdentifier.value_or(QByteArray()))).hasMatch());
    QVERIFY(listen(broker, {}));
    connack = answer(*dial(broker.port()), connectPacket({}));
    QVERIFY(connack && connack->properties.assignedClientIdentifier->startsWith("pigeon-"));
}

void TestListenerTerms::clientIdsMustBeginAsTheyAreTold()
{
    Broker broker;
    ListenerTerms terms;
    terms.requiredClientIdPrefix = "garden-";
    QVERIFY(listen(broker, terms));
    QVERIFY(isIn(*dial(broker.port()), "garden-1"));
    QVERIFY(isIn(*dial(broker.port()), {})); // one that we give is none that it has chosen
    QCOMPARE(reasonOf(answer(*dial(broker.port()), connectPacket("kitchen-1"))), ReasonCode::ClientIdentifierNotValid);
}

/// mosquitto.conf(5): a client without a user name is refused; nobody takes over another user's session.
void TestListenerTerms::theUserNameIsTheClientId()
{
    Broker broker;
    broker.setAuthenticateHandler([](const ClientInfo &, const std::optional<QByteArray> &userName,
                                      const std::optional<QByteArray> &, const Answer<AuthenticateDecision> &answered) {
        answered(AuthenticateDecision::accept(userName.value_or(QByteArray())));
    });
    ListenerTerms terms;
    terms.userNameAsClientId = true;
    QVERIFY(listen(broker, terms));
    QSignalSpy registered(&broker, &Broker::clientRegistered);
    ConnectPacket packet = connectPacket("whatever");
    packet.userName = "alice";
    const auto alice = dial(broker.port());
    QCOMPARE(reasonOf(answer(*alice, packet)), ReasonCode::Success);
    QCOMPARE(registered.last().first().value<ClientInfo>().clientId, QByteArray("alice"));
    packet.clientId = "alice"; // bob cannot be alice
    packet.userName = "bob";
    QCOMPARE(reasonOf(answer(*dial(broker.port()), packet)), ReasonCode::Success);
    QCOMPARE(registered.last().first().value<ClientInfo>().clientId, QByteArray("bob"));
    QVERIFY(!alice->isClosed());
    packet.clientId.clear();
    const auto connack = answer(*dial(broker.port()), packet);
    QVERIFY(connack);
    QCOMPARE(connack->properties.assignedClientIdentifier, std::optional<QByteArray>("bob")); // [MQTT-3.2.2-16]
    QCOMPARE(reasonOf(answer(*dial(broker.port()), connectPacket("nobody"))), ReasonCode::NotAuthorized);
}

void TestListenerTerms::versionsAreChosen_data()
{
    QTest::addColumn<QList<ProtocolVersion>>("spoken");
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<bool>("isIn");
    using enum ProtocolVersion;
    QTest::newRow("all, 5.0") << QList<ProtocolVersion>() << Mqtt5 << true;
    QTest::newRow("all, 3.1") << QList<ProtocolVersion>() << Mqtt31 << true;
    QTest::newRow("5.0 of 5.0") << QList{Mqtt5} << Mqtt5 << true;
    QTest::newRow("3.1.1 of 5.0") << QList{Mqtt5} << Mqtt311 << false;
    QTest::newRow("3.1 of both others") << QList{Mqtt5, Mqtt311} << Mqtt31 << false;
    QTest::newRow("3.1.1 of both others") << QList{Mqtt5, Mqtt311} << Mqtt311 << true;
    QTest::newRow("5.0 of 3.1.1") << QList{Mqtt311} << Mqtt5 << false;
}

/// [MQTT-3.1.2-2] [MQTT3-3.1.2-2]: 0x84 for 5.0, return code 1 before.
void TestListenerTerms::versionsAreChosen()
{
    QFETCH(QList<ProtocolVersion>, spoken);
    QFETCH(ProtocolVersion, version);
    QFETCH(bool, isIn);
    Broker broker;
    ListenerTerms terms;
    terms.versions = spoken;
    QVERIFY(listen(broker, terms));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, broker.port());
    ConnectPacket packet = connectPacket("a");
    packet.version = version;
    socket.write(encodePacket(packet, version));
    const qsizetype codeAt = 3; // of a CONNACK: type, length, flags, code
    QTRY_VERIFY(socket.bytesAvailable() > codeAt);
    const auto code = static_cast<uchar>(socket.readAll().at(codeAt));
    QCOMPARE(code, uchar(isIn ? 0 : version == ProtocolVersion::Mqtt5 ? 0x84 : 1));
}

void TestListenerTerms::theInterfaceIsChosen()
{
    Broker broker;
    ListenerOptions options;
    options.port = 0;
    options.networkInterface = QStringLiteral("lo");
    if (!broker.listen(options) && broker.errorString().contains(u"CAP_NET_RAW") && broker.errorString().contains(u"permitted"))
        QSKIP("this system lets only root choose the interface");
    QVERIFY2(broker.port() != 0, qPrintable(broker.errorString()));
    QVERIFY(isIn(*dial(broker.port()), "a"));
    options.networkInterface = QStringLiteral("nowhere0");
    QVERIFY(!broker.listen(options));
    QVERIFY2(broker.errorString().contains(u"on the network interface \"nowhere0\" alone: No such device"),
        qPrintable(broker.errorString()));
}

static SubscribePacket subscription(const QByteArray &filter)
{
    SubscribePacket packet;
    packet.packetId = 1;
    packet.entries.resize(1);
    packet.entries[0].filter = filter;
    return packet;
}

static PublishPacket message(const QByteArray &topic, bool isRetained = false)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = "x";
    packet.retain = isRetained;
    return packet;
}

/// mosquitto.conf(5), mount_point: clients of the listener are in a tree of their own, which the others see as a branch.
void TestListenerTerms::topicsAreBelowTheMountPoint()
{
    Broker broker;
    ListenerTerms terms;
    terms.mountPoint = "house/";
    QVERIFY(listen(broker, terms));
    const quint16 within = broker.port();
    QVERIFY(listen(broker, {}));
    const auto outside = dial(broker.port());
    QVERIFY(isIn(*outside, "outside"));
    outside->send(subscription("#"));
    QVERIFY(outside->waitFor<SubackPacket>());
    const auto inside = dial(within);
    ConnectPacket connect = connectPacket("inside");
    connect.properties.topicAliasMaximum = 5; // an alias must stand for what the client knows
    QVERIFY(answer(*inside, connect));
    inside->send(subscription("#"));
    QVERIFY(inside->waitFor<SubackPacket>());

    inside->send(message("kitchen", true));
    auto received = outside->waitFor<PublishPacket>();
    QVERIFY(received);
    QCOMPARE(received->topic, QByteArray("house/kitchen"));
    received = inside->waitFor<PublishPacket>();
    QVERIFY(received);
    QCOMPARE(received->topic, QByteArray("kitchen"));
    QCOMPARE(broker.retained("house/#").size(), size_t(1));

    PublishPacket aliased = message("garden"); // an alias of the client's is below it as well
    aliased.properties.topicAlias = 1;
    inside->send(aliased);
    aliased.topic.clear();
    inside->send(aliased);
    for (int i = 0; i < 2; ++i) {
        received = outside->waitFor<PublishPacket>();
        QVERIFY(received);
        QCOMPARE(received->topic, QByteArray("house/garden"));
        QVERIFY(inside->waitFor<PublishPacket>());
    }

    outside->send(message("garden")); // is not seen inside,
    outside->send(message("house/cellar")); // as this is
    received = inside->waitFor<PublishPacket>();
    QVERIFY(received);
    QCOMPARE(received->topic, QByteArray("cellar"));

    const auto late = dial(within); // a retained one
    QVERIFY(isIn(*late, "late"));
    late->send(subscription("kitchen"));
    QVERIFY(late->waitFor<SubackPacket>());
    received = late->waitFor<PublishPacket>();
    QVERIFY(received);
    QCOMPARE(received->topic, QByteArray("kitchen"));
    UnsubscribePacket unsubscribe;
    unsubscribe.packetId = 2;
    unsubscribe.filters = {"kitchen"};
    late->send(unsubscribe);
    const auto unsuback = late->waitFor<UnsubackPacket>();
    QVERIFY(unsuback);
    QCOMPARE(unsuback->reasons, std::vector<ReasonCode>{ReasonCode::Success});
    late->send(subscription("$SYS/#")); // is house/$SYS/#, where nothing is
    QVERIFY(late->waitFor<SubackPacket>());
    late->send(PingreqPacket());
    QVERIFY(late->waitFor<PingrespPacket>()); // and no message before it
}

void TestListenerTerms::willsAreBelowTheMountPoint()
{
    Broker broker;
    ListenerTerms terms;
    terms.mountPoint = "house/";
    QVERIFY(listen(broker, terms));
    QList<QByteArray> heard;
    broker.subscribe("#", this, [&heard](const MessagePtr &each, bool) { heard.append(each->topic().toByteArray()); });
    ConnectPacket packet = connectPacket("a");
    packet.will.emplace();
    packet.will->topic = "gone";
    auto client = dial(broker.port());
    QVERIFY(answer(*client, packet));
    client.reset();
    QTRY_COMPARE(heard, QList<QByteArray>{"house/gone"});
}

void TestListenerTerms::sharedSubscriptionsAreBelowTheMountPoint()
{
    Broker broker;
    ListenerTerms terms;
    terms.mountPoint = "house/";
    QVERIFY(listen(broker, terms));
    const auto client = dial(broker.port());
    QVERIFY(isIn(*client, "a"));
    client->send(subscription("$share/group/kitchen/#"));
    QVERIFY(client->waitFor<SubackPacket>());
    QCOMPARE(broker.subscriptions().front().entry.filter, QByteArray("$share/group/house/kitchen/#"));
    broker.publish(message("kitchen/a"));
    broker.publish(message("house/kitchen/b"));
    const auto received = client->waitFor<PublishPacket>();
    QVERIFY(received);
    QCOMPARE(received->topic, QByteArray("kitchen/b"));
}

void TestListenerTerms::wrongFiltersStayWrongBelowTheMountPoint()
{
    Broker broker;
    ListenerTerms terms;
    terms.mountPoint = "house/";
    QVERIFY(listen(broker, terms));
    const auto client = dial(broker.port());
    QVERIFY(isIn(*client, "a"));
    for (const char *filter : {"a#", "#/a", "$share/g", "$share//a"}) {
        client->send(subscription(filter));
        const auto suback = client->waitFor<SubackPacket>();
        QVERIFY2(suback, filter);
        QVERIFY2(suback->reasons.front() == ReasonCode::TopicFilterInvalid, filter);
    }
}

void TestListenerTerms::topicsTooLongForTheMountPointAreRefused()
{
    Broker broker;
    ListenerTerms terms;
    terms.mountPoint = "house/";
    QVERIFY(listen(broker, terms));
    QSignalSpy published(&broker, &Broker::published);
    const auto client = dial(broker.port());
    QVERIFY(isIn(*client, "a"));
    client->send(message(QByteArray(65'530, 'x')));
    const auto disconnect = client->waitFor<DisconnectPacket>();
    QVERIFY(disconnect);
    QCOMPARE(disconnect->reason, ReasonCode::TopicNameInvalid);
}

void TestListenerTerms::wrongTermsAreTold()
{
    const std::pair<const char *, void (*)(ListenerTerms &)> wrong[] = {
        {"clientIdPrefix", [](ListenerTerms &terms) { terms.clientIdPrefix = "a/"; }},
        {"clientIdPrefix", [](ListenerTerms &terms) { terms.clientIdPrefix = QByteArray(65, 'a'); }},
        {"requiredClientIdPrefix", [](ListenerTerms &terms) { terms.requiredClientIdPrefix = "+"; }},
        {"mountPoint", [](ListenerTerms &terms) { terms.mountPoint = "a/#"; }},
        {"mountPoint", [](ListenerTerms &terms) { terms.mountPoint = "$SYS/"; }},
        {"mountPoint", [](ListenerTerms &terms) { terms.mountPoint = QByteArray(1'025, 'a'); }},
    };
    Broker broker;
    for (const auto &[name, change] : wrong) {
        ListenerTerms terms;
        change(terms);
        QVERIFY(!listen(broker, terms));
        QVERIFY2(broker.errorString().startsWith(QLatin1String(name)), qPrintable(broker.errorString()));
    }
}

QTEST_GUILESS_MAIN(TestListenerTerms)
#include "tst_listenerterms.moc"
