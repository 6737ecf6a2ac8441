#include "conformance/connecting.h"

using namespace pigeon;
using namespace pigeon::test;

/// 3.1.2.10, 3.1.2.11 and 3.2.2.3: keep alive, and what each side tells the other of its bounds and wishes.
class ConnectLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void silenceEndsTheConnection_data();
    void silenceEndsTheConnection();
    void anyPacketKeepsItAlive_data();
    void anyPacketKeepsItAlive();
    void bytesThatAreNoPacketDoNot_data() { addVersionRows(); }
    void bytesThatAreNoPacketDoNot();
    void bytesOfALargePacketDo();
    void keepAliveZeroNeverEnds_data() { addVersionRows(); }
    void keepAliveZeroNeverEnds();
    void serverKeepAliveIsToldAndUsed_data();
    void serverKeepAliveIsToldAndUsed();
    void longKeepAliveIsRefusedBefore5_data();
    void longKeepAliveIsRefusedBefore5();
    void nothingLargerThanTheClientTakes();
    void tooLargeMessageCountsAsSent_data();
    void tooLargeMessageCountsAsSent();
    void connackLeavesOutWhatIsTooLarge();
    void aliasesStayWithinTheClientsMaximum_data();
    void aliasesStayWithinTheClientsMaximum();
    void clientsAliasesStayWithinOurs_data();
    void clientsAliasesStayWithinOurs();
    void receiveMaximumIsTold_data();
    void receiveMaximumIsTold();
    void largePacketIsRefused_data();
    void largePacketIsRefused();
    void retainIsRefusedWhereNotAvailable();
    void responseInformationOnlyOnRequest_data();
    void responseInformationOnlyOnRequest();
    void reasonsAreSaidOnlyToWhoWantsThem_data();
    void reasonsAreSaidOnlyToWhoWantsThem();
};

void ConnectLimits::silenceEndsTheConnection_data() // row 23
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<int>("seconds");
    for (const int seconds : {1, 10, 60, 65'535}) {
        QTest::addRow("MQTT3-3.1.2-24 %d s", seconds) << mqtt311 << seconds;
        QTest::addRow("MQTT-3.1.2-22 MQTT-3.2.2-22 %d s", seconds) << mqtt5 << seconds;
    }
}

void ConnectLimits::silenceEndsTheConnection()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(int, seconds);
    TestBroker broker;
    TestClient watcher = broker.connect("watcher");
    watcher.subscribe("will");
    ConnectPacket connect = connectPacket("c", version);
    connect.keepAliveSeconds = static_cast<quint16>(seconds);
    connect.will = willOf("will");
    TestClient client = broker.connect(connect);
    const Milliseconds allowed = Milliseconds(1'500) * seconds;
    broker.advance(allowed * 99 / 100);
    QCOMPARE(standing(client), QByteArray("open"));
    broker.advance(allowed / 50 + Milliseconds(100));
    QCOMPARE(standing(client), closedFor(version, 0x8D));
    QVERIFY(watcher.next<PublishPacket>()); // "as if the network had failed"
}

void ConnectLimits::anyPacketKeepsItAlive_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("notation");
    const std::pair<const char *, const char *> packets[] = {{"PINGREQ", "C0 ()"}, {"PUBLISH", "30 ('t' ~ |x|)"},
        {"PUBLISH QoS 1", "32 ('t' 0001 ~ |x|)"}, {"SUBSCRIBE", "82 (0001 ~ 'none' 00)"},
        {"UNSUBSCRIBE", "A2 (0001 ~ 'none')"}, {"PUBACK", "40 (0001)"}, {"PUBREL", "62 (0001)"}};
    for (const auto &[name, notation] : packets) {
        QTest::addRow("MQTT3-3.1.2-24 %s", name) << mqtt311 << QByteArray(notation);
        QTest::addRow("MQTT-3.1.2-22 %s", name) << mqtt5 << QByteArray(notation);
    }
}

void ConnectLimits::anyPacketKeepsItAlive()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, notation);
    TestBroker broker;
    ConnectPacket connect = connectPacket("c", version);
    connect.keepAliveSeconds = 10;
    TestClient client = broker.connect(connect);
    for (int i = 0; i < 6; ++i) {
        broker.advance(std::chrono::seconds(14));
        client.sendBytes(wireBytes(version, notation));
        QVERIFY(!client.isClosed());
    }
    broker.advance(std::chrono::seconds(16));
    QVERIFY(client.isClosed());
}

void ConnectLimits::bytesThatAreNoPacketDoNot() // MQTT-3.1.2-22 MQTT3-3.1.2-24: "does not receive a Control Packet"
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    ConnectPacket connect = connectPacket("c", version);
    connect.keepAliveSeconds = 10;
    TestClient client = broker.connect(connect);
    client.sendBytes(packetBytes("30 64")); // 100 bytes are to follow
    for (int i = 0; i < 16; ++i) {
        broker.advance(std::chrono::seconds(1));
        client.sendBytes("x");
    }
    QVERIFY(client.isClosed());
}

void ConnectLimits::bytesOfALargePacketDo() // no PINGREQ can come inside of it
{
    TestBroker broker;
    ConnectPacket connect = connectPacket("c");
    connect.keepAliveSeconds = 10;
    TestClient client = broker.connect(connect);
    client.subscribe("t");
    const QByteArray packet = packetBytes("30 ('t' () |" + QByteArray(20'000, 'x') + "|)");
    for (qsizetype at = 0; at < packet.size(); at += 500) {
        client.sendBytes(packet.mid(at, 500));
        broker.advance(std::chrono::seconds(2));
    }
    QCOMPARE(client.takeBytes().size(), packet.size());
    QVERIFY(!client.isClosed());
}

void ConnectLimits::keepAliveZeroNeverEnds() // 3.1.2.10, MQTT-3.1.2-22 MQTT3-3.1.2-24: "if non-zero"
{
    QFETCH(ProtocolVersion, version);
    TestBroker broker;
    TestClient client = broker.connect("c", version);
    broker.advance(std::chrono::hours(24 * 365));
    QCOMPARE(standing(client), QByteArray("open"));
    client.send(PingreqPacket());
    QVERIFY(client.next<PingrespPacket>());
}

void ConnectLimits::serverKeepAliveIsToldAndUsed_data() // row 25
{
    QTest::addColumn<int>("wish");
    QTest::addColumn<std::optional<quint32>>("told");
    QTest::addColumn<int>("inForce");
    QTest::newRow("MQTT-3.2.2-22 shorter than ours") << 20 << std::optional<quint32>() << 20;
    QTest::newRow("MQTT-3.2.2-22 ours") << 30 << std::optional<quint32>() << 30;
    QTest::newRow("3.2.2.3.14 longer") << 40 << std::optional<quint32>(30) << 30;
    QTest::newRow("3.2.2.3.14 none") << 0 << std::optional<quint32>(30) << 30;
}

void ConnectLimits::serverKeepAliveIsToldAndUsed()
{
    QFETCH(int, wish);
    QFETCH(std::optional<quint32>, told);
    QFETCH(int, inForce);
    BrokerOptions options;
    options.maximumKeepAliveSeconds = 30;
    TestBroker broker(options);
    ConnectPacket connect = connectPacket("c");
    connect.keepAliveSeconds = static_cast<quint16>(wish);
    TestClient client = dial(broker, connect);
    QCOMPARE(client.next<ConnackPacket>().value().properties.serverKeepAlive, told);
    broker.advance(Milliseconds(1'480) * inForce);
    QVERIFY(!client.isClosed());
    broker.advance(Milliseconds(40) * inForce);
    QCOMPARE(standing(client), closedFor(mqtt5, 0x8D));
}

void ConnectLimits::longKeepAliveIsRefusedBefore5_data() // row 25
{
    QTest::addColumn<int>("wish");
    QTest::addColumn<bool>("isAllowed");
    QTest::newRow("short") << 30 << true;
    QTest::newRow("long") << 31 << false;
    QTest::newRow("none") << 0 << false;
}

void ConnectLimits::longKeepAliveIsRefusedBefore5()
{
    QFETCH(int, wish);
    QFETCH(bool, isAllowed);
    BrokerOptions options;
    options.maximumKeepAliveSeconds = 30;
    TestBroker broker(options);
    ConnectPacket connect = connectPacket("c", mqtt311);
    connect.keepAliveSeconds = static_cast<quint16>(wish);
    TestClient client = dial(broker, connect);
    QCOMPARE(client.takeBytes().toHex(), packetBytes(isAllowed ? "20 (00 00)" : "20 (00 02)").toHex());
    QCOMPARE(client.isClosed(), !isAllowed);
}

void ConnectLimits::nothingLargerThanTheClientTakes() // MQTT-3.1.2-24
{
    TestBroker broker;
    ConnectPacket connect = connectPacket("c");
    connect.properties.maximumPacketSize = 40;
    TestClient client = broker.connect(connect);
    client.subscribe("t", QoS::ExactlyOnce);
    for (int bytes = 0; bytes <= 60; ++bytes) {
        for (const QoS qos : {QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce})
            broker.publish("t", QByteArray(bytes, 'x'), qos);
    }
    qsizetype largest = 0;
    QByteArray bytes = client.takeBytes();
    while (!bytes.isEmpty()) {
        const qsizetype size = bytes.at(1) + 2;
        largest = std::max(largest, size);
        bytes.remove(0, size);
    }
    QCOMPARE(largest, qsizetype(40)); // it is used to the full, too
    QVERIFY(!client.isClosed());
}

void ConnectLimits::tooLargeMessageCountsAsSent_data()
{
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<bool>("isAway");
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        QTest::addRow("MQTT-3.1.2-25 QoS %d", static_cast<int>(qos)) << qos << false;
        QTest::addRow("MQTT-3.1.2-25 QoS %d, from the queue", static_cast<int>(qos)) << qos << true;
    }
}

void ConnectLimits::tooLargeMessageCountsAsSent()
{
    QFETCH(QoS, qos);
    QFETCH(bool, isAway);
    TestBroker broker({}, StoreMode::EachTurn);
    ConnectPacket connect = lastingConnect("c", mqtt5);
    connect.properties.maximumPacketSize = 100;
    connect.properties.receiveMaximum = 1; // what is not done with would block all that follows
    TestClient client = broker.connect(connect);
    client.subscribe("t", QoS::ExactlyOnce);
    if (isAway)
        client.breakDown();
    TestClient publisher = broker.connect("pub");
    for (quint16 i = 1; i <= 3; ++i)
        publisher.publish("t", QByteArray(200, 'x'), qos, i);
    for (int i = 1; i <= 3; ++i) // the publisher has nothing to do with it
        QVERIFY(!isFailure(publisher.next<AcknowledgePacket>().value().reason));
    broker.publish("t", "small", QoS::AtLeastOnce);
    if (isAway)
        client = broker.connect(connect);
    QCOMPARE(payloadsOf(client.takePublishes()), std::vector<QByteArray>{"small"});
    QVERIFY(!client.isClosed());
    QCOMPARE(broker.lateStore()->sessions["c"].deliveries.size(), size_t(1));
    connect.properties.maximumPacketSize.reset(); // nor does it come back
    client = broker.connect(connect);
    QCOMPARE(payloadsOf(client.takePublishes()), std::vector<QByteArray>{"small"});
}

void ConnectLimits::connackLeavesOutWhatIsTooLarge() // MQTT-3.2.2-19, and MQTT-3.2.2-20: there are no user properties
{
    BrokerOptions options;
    options.maximumClientIdBytes = 23;
    TestBroker broker(options);
    ConnectPacket connect = connectPacket(QByteArray(24, 'c'));
    TestClient told = dial(broker, connect);
    const QByteArray whole = told.takeBytes();
    QVERIFY(whole.contains("too long"));
    connect.properties.maximumPacketSize = static_cast<quint32>(whole.size() - 1);
    TestClient cramped = dial(broker, connect);
    QCOMPARE(cramped.takeBytes().toHex(), packetBytes("20 (00 85 ())").toHex());
    QVERIFY(cramped.isClosed());
}

void ConnectLimits::aliasesStayWithinTheClientsMaximum_data()
{
    QTest::addColumn<std::optional<quint32>>("maximum");
    QTest::newRow("MQTT-3.1.2-27 absent") << std::optional<quint32>();
    QTest::newRow("MQTT-3.1.2-27 zero") << std::optional<quint32>(0);
    QTest::newRow("MQTT-3.1.2-26 one") << std::optional<quint32>(1);
    QTest::newRow("MQTT-3.1.2-26 five") << std::optional<quint32>(5);
    QTest::newRow("MQTT-3.1.2-26 more than we use") << std::optional<quint32>(65'535);
}

void ConnectLimits::aliasesStayWithinTheClientsMaximum()
{
    QFETCH(std::optional<quint32>, maximum);
    TestBroker broker;
    ConnectPacket connect = connectPacket("c");
    connect.properties.topicAliasMaximum = maximum;
    TestClient client = broker.connect(connect);
    client.subscribe("#");
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 50; ++i)
            broker.publish("topic/" + QByteArray::number(i), "x");
    }
    std::map<quint32, QByteArray> topics;
    int i = 0;
    for (const PublishPacket &publish : client.takePublishes()) {
        QByteArray topic = publish.topic;
        if (const auto alias = publish.properties.topicAlias) {
            QVERIFY(*alias >= 1 && *alias <= maximum.value_or(0));
            if (!topic.isEmpty())
                topics[*alias] = topic;
            topic = topics[*alias];
        }
        QCOMPARE(topic, "topic/" + QByteArray::number(i++ % 50));
    }
    QCOMPARE(i, 150);
}

void ConnectLimits::clientsAliasesStayWithinOurs_data()
{
    QTest::addColumn<int>("maximum");
    QTest::addColumn<int>("alias");
    QTest::addColumn<int>("reason"); // 0 = taken
    QTest::newRow("3.2.2.3.8 within") << 5 << 5 << 0;
    QTest::newRow("MQTT-3.2.2-17 over it") << 5 << 6 << 0x94;
    QTest::newRow("MQTT-3.2.2-18 we allow none") << 0 << 1 << 0x94;
}

void ConnectLimits::clientsAliasesStayWithinOurs()
{
    QFETCH(int, maximum);
    QFETCH(int, alias);
    QFETCH(int, reason);
    BrokerOptions options;
    options.maximumInboundAliases = static_cast<quint16>(maximum);
    TestBroker broker(options);
    TestClient client = dial(broker, connectPacket("c"));
    const auto told = client.next<ConnackPacket>().value().properties.topicAliasMaximum;
    QCOMPARE(static_cast<int>(told.value_or(0)), maximum);
    PublishPacket publish;
    publish.topic = "t";
    publish.properties.topicAlias = static_cast<quint32>(alias);
    client.publish(publish);
    QCOMPARE(standing(client), reason == 0 ? "open" : closedFor(mqtt5, reason));
}

void ConnectLimits::receiveMaximumIsTold_data()
{
    QTest::addColumn<int>("maximum");
    QTest::addColumn<std::optional<quint32>>("told");
    QTest::newRow("3.2.2.3.3 10") << 10 << std::optional<quint32>(10);
    QTest::newRow("3.2.2.3.3 the protocol's own") << 65'535 << std::optional<quint32>();
}

void ConnectLimits::receiveMaximumIsTold()
{
    QFETCH(int, maximum);
    QFETCH(std::optional<quint32>, told);
    BrokerOptions options;
    options.maximumInboundInflight = static_cast<quint16>(maximum);
    TestBroker broker(options);
    QCOMPARE(answerTo(broker, connectPacket("c")).value().properties.receiveMaximum, told);
}

void ConnectLimits::largePacketIsRefused_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::newRow("3.1.1") << mqtt311;
    QTest::newRow("MQTT-3.2.2-15") << mqtt5;
}

void ConnectLimits::largePacketIsRefused()
{
    QFETCH(ProtocolVersion, version);
    BrokerOptions options;
    options.maximumPacketBytes = 1'024;
    TestBroker broker(options);
    TestClient client = dial(broker, connectPacket("c", version));
    const auto connack = client.next<ConnackPacket>();
    if (version == mqtt5)
        QCOMPARE(connack.value().properties.maximumPacketSize, std::optional<quint32>(1'024));
    const QByteArray payload(1'024 - 3 - 3 - (version == mqtt5 ? 1 : 0), 'x');
    client.publish("t", payload); // 1 024 bytes with its head
    QCOMPARE(standing(client), QByteArray("open"));
    client.publish("t", payload + 'x');
    QCOMPARE(standing(client), closedFor(version, 0x95));
}

void ConnectLimits::retainIsRefusedWhereNotAvailable() // MQTT-3.2.2-14
{
    BrokerOptions options;
    options.maximumRetained = 0;
    TestBroker broker(options);
    TestClient client = dial(broker, connectPacket("c"));
    QCOMPARE(client.next<ConnackPacket>().value().properties.retainAvailable, std::optional<quint32>(0));
    client.publish("t", "x", QoS::AtMostOnce, 0, true);
    QCOMPARE(standing(client), closedFor(mqtt5, 0x9A));
    QVERIFY(retainedIn(broker, "t").empty());
}

void ConnectLimits::responseInformationOnlyOnRequest_data()
{
    QTest::addColumn<std::optional<quint32>>("request");
    QTest::addColumn<bool>("isTold");
    QTest::newRow("MQTT-3.1.2-28 0") << std::optional<quint32>(0) << false;
    QTest::newRow("MQTT-3.1.2-28 absent means 0") << std::optional<quint32>() << false;
    QTest::newRow("3.1.2.11.6 1") << std::optional<quint32>(1) << true;
}

void ConnectLimits::responseInformationOnlyOnRequest()
{
    QFETCH(std::optional<quint32>, request);
    QFETCH(bool, isTold);
    BrokerOptions options;
    options.responseInformation = "answers/here";
    TestBroker broker(options);
    ConnectPacket connect = connectPacket("c");
    connect.properties.requestResponseInformation = request;
    const auto told = answerTo(broker, connect).value().properties.responseInformation;
    QCOMPARE(told, isTold ? std::optional<QByteArray>("answers/here") : std::nullopt);
}

void ConnectLimits::reasonsAreSaidOnlyToWhoWantsThem_data()
{
    QTest::addColumn<std::optional<quint32>>("request");
    QTest::addColumn<bool>("isWanted");
    QTest::newRow("MQTT-3.1.2-29 0") << std::optional<quint32>(0) << false;
    QTest::newRow("3.1.2.11.7 1") << std::optional<quint32>(1) << true;
    QTest::newRow("3.1.2.11.7 absent means 1") << std::optional<quint32>() << true;
}

void ConnectLimits::reasonsAreSaidOnlyToWhoWantsThem()
{
    QFETCH(std::optional<quint32>, request);
    QFETCH(bool, isWanted);
    TestBroker broker;
    ConnectPacket connect = connectPacket("c");
    connect.properties.requestProblemInformation = request;
    TestClient client = broker.connect(connect);
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        client.publish("$SYS/forged", "x", qos, 1);
        const auto answer = client.next<AcknowledgePacket>();
        QCOMPARE(answer.value().reason, ReasonCode::NotAuthorized);
        QCOMPARE(answer->properties.reasonString.has_value(), isWanted);
    }
    client.subscribe("t"); // user properties of the publisher are no reason: they arrive
    broker.connect("pub").sendBytes(packetBytes("30 ('t' (26 'k' 'v') |x|)"));
    QCOMPARE(client.next<PublishPacket>().value().properties.userProperties.size(), size_t(1));
}

QTEST_APPLESS_MAIN(ConnectLimits)
#include "tst_connectlimits.moc"
