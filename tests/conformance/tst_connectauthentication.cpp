#include "conformance/connecting.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QPasswordDigestor>

using namespace pigeon;
using namespace pigeon::test;

/// 3.1.4, 4.12 and rows 14 to 22, 33 and 34: who is let in, by password or by an exchange of AUTH packets.
class ConnectAuthentication : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passwordDecides_data();
    void passwordDecides();
    void refusalChangesNothing_data() { addVersionRows(); }
    void refusalChangesNothing();
    void refusalHasAConnackReason_data();
    void refusalHasAConnackReason();
    void refusalNamesAnotherServer_data();
    void refusalNamesAnotherServer();
    void packetsWaitForTheDecision_data() { addVersionRows(); }
    void packetsWaitForTheDecision();
    void tooManyBytesBeforeTheDecision_data() { addVersionRows(); }
    void tooManyBytesBeforeTheDecision();
    void lateDecisionOfAGoneClientIsHarmless_data() { addVersionRows(); }
    void lateDecisionOfAGoneClientIsHarmless();
    void decisionThatNeverComesIsTimedOut();
    void sessionBelongsToItsUser_data() { addVersionRows(); }
    void sessionBelongsToItsUser();
    void scramLetsIn_data();
    void scramLetsIn();
    void scramRefuses_data();
    void scramRefuses();
    void unknownMethodIsRefused();
    void onlyAuthBeforeTheConnack_data();
    void onlyAuthBeforeTheConnack();
    void disconnectDuringTheExchange();
    void authOfTheExchangeMustFit_data();
    void authOfTheExchangeMustFit();
    void reauthentication();
    void failedReauthenticationEndsTheConnection_data();
    void failedReauthenticationEndsTheConnection();
    void noAuthForAClientWithoutMethod();
    void authWithoutMethodIsAnError_data();
    void authWithoutMethodIsAnError();
    void authReasonsAreSaidOnlyToWhoWantsThem();
};

namespace {

/// The client's side of SCRAM, from RFC 5802.
class ScramClient
{
public:
    ScramClient(const QByteArray &user, QByteArray password, ScramHash hash = ScramHash::Sha256)
        : m_algorithm(hash == ScramHash::Sha256 ? QCryptographicHash::Sha256 : QCryptographicHash::Sha512)
        , m_password(std::move(password))
        , m_bare("n=" + user + ",r=of-the-client")
    {
    }
    QByteArray first() const { return "n,," + m_bare; }
    QByteArray answerTo(const QByteArray &serverFirst)
    {
        const QByteArrayList parts = serverFirst.split(',');
        const int length = QCryptographicHash::hashLength(m_algorithm);
        const QByteArray salted = QPasswordDigestor::deriveKeyPbkdf2(m_algorithm, m_password,
            QByteArray::fromBase64(parts[1].mid(2)), parts[2].mid(2).toInt(), static_cast<quint64>(length));
        const QByteArray withoutProof = "c=biws," + parts[0];
        const QByteArray text = m_bare + ',' + serverFirst + ',' + withoutProof;
        QByteArray proof = keyed("Client Key", salted);
        const QByteArray signature = keyed(text, QCryptographicHash::hash(proof, m_algorithm));
        for (int i = 0; i < length; ++i)
            proof[i] = static_cast<char>(proof[i] ^ signature[i]);
        m_expected = "v=" + keyed(text, keyed("Server Key", salted)).toBase64();
        return withoutProof + ",p=" + proof.toBase64();
    }
    /// What only a server that knows the password can say.
    QByteArray expected() const { return m_expected; }

private:
    QByteArray keyed(const QByteArray &text, const QByteArray &key) const
    {
        return QMessageAuthenticationCode::hash(text, key, m_algorithm);
    }
    const QCryptographicHash::Algorithm m_algorithm;
    const QByteArray m_password;
    const QByteArray m_bare;
    QByteArray m_expected;
};

const QByteArray sha256 = "SCRAM-SHA-256";

/// Lets joe and ann in with the password "pw", by SCRAM.
struct ScramBroker
{
    ScramBroker()
        : broker({}, std::nullopt, &policy)
    {
        for (const ScramHash hash : {ScramHash::Sha256, ScramHash::Sha512}) {
            const ScramVerifier verifier = ScramVerifier::fromPassword(hash, "pw", 4096, "salt of ours");
            policy.methods.push_back(makeScramMethod(hash, [verifier](const QByteArray &user) {
                return user == "joe" || user == "ann" ? std::optional(verifier) : std::nullopt;
            }));
        }
    }
    PasswordPolicy policy;
    TestBroker broker;
};

ConnectPacket scramConnect(const ScramClient &scram, const QByteArray &method = sha256)
{
    ConnectPacket connect = connectPacket("c");
    connect.properties.authenticationMethod = method;
    connect.properties.authenticationData = scram.first();
    return connect;
}

AuthPacket authPacket(ReasonCode reason, const QByteArray &data, const QByteArray &method = sha256)
{
    AuthPacket auth;
    auth.reason = reason;
    auth.properties.authenticationMethod = method;
    auth.properties.authenticationData = data;
    return auth;
}

/// The data of the AUTH 0x18 that must be next.
QByteArray challenge(TestClient &client)
{
    const auto auth = client.next<AuthPacket>();
    if (!auth || auth->reason != ReasonCode::ContinueAuthentication)
        qFatal("No AUTH 0x18 came");
    return auth->properties.authenticationData.value_or(QByteArray());
}

TestClient scramLogin(ScramBroker &scrams, const QByteArray &user)
{
    ScramClient scram(user, "pw");
    TestClient client = dial(scrams.broker, scramConnect(scram));
    client.send(authPacket(ReasonCode::ContinueAuthentication, scram.answerTo(challenge(client))));
    if (client.next<ConnackPacket>().value().reason != ReasonCode::Success)
        qFatal("SCRAM did not let the client in");
    return client;
}

} // namespace

// --- by password ---------------------------------------------------------------------------------------------

void ConnectAuthentication::passwordDecides_data() // row 17
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<int>("refusal");
    QTest::addColumn<int>("answer"); // second byte of the CONNACK
    const int bad = 0x86;
    QTest::newRow("MQTT3-3.1.4-4 right") << mqtt311 << QByteArray("pw") << bad << 0;
    QTest::newRow("MQTT-3.1.4-5 right") << mqtt5 << QByteArray("pw") << bad << 0;
    const struct { int refusal; int returnCode; } refusals[]
        = {{0x84, 1}, {0x85, 2}, {0x88, 3}, {0x86, 4}, {0x87, 5}, {0x8A, 5}};
    for (const auto &each : refusals) {
        QTest::addRow("MQTT3-3.2.2-5 refused with %x", each.refusal)
            << mqtt311 << QByteArray("no") << each.refusal << each.returnCode;
        QTest::addRow("MQTT-3.1.4-2 MQTT-3.2.2-7 refused with %x", each.refusal)
            << mqtt5 << QByteArray("no") << each.refusal << each.refusal;
    }
}

void ConnectAuthentication::passwordDecides()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QByteArray, password);
    QFETCH(int, refusal);
    QFETCH(int, answer);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}};
    policy.refusal = static_cast<ReasonCode>(refusal);
    TestBroker broker({}, std::nullopt, &policy);
    TestClient client = dial(broker, withPassword(connectPacket("c", version), "joe", password));
    const QByteArray bytes = client.takeBytes();
    QCOMPARE(bytes.at(0), '\x20');
    QCOMPARE(static_cast<int>(static_cast<quint8>(bytes.at(3))), answer);
    QCOMPARE(bytes.size(), bytes.at(1) + 2);
    QCOMPARE(client.isClosed(), answer != 0);
}

void ConnectAuthentication::refusalChangesNothing() // MQTT-3.2.2-6 MQTT-3.2.2-7 MQTT3-3.2.2-4 MQTT3-3.2.2-5 row 18
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}};
    TestBroker broker({}, std::nullopt, &policy);
    ConnectPacket connect = withPassword(lastingConnect("c", version), "joe", "pw");
    connect.will = willOf("will");
    TestClient client = broker.connect(connect);
    client.subscribe("#", QoS::AtLeastOnce);
    for (const bool cleanStart : {false, true}) {
        TestClient intruder = dial(broker, withPassword(lastingConnect("c", version, cleanStart), "joe", "no"));
        const auto connack = intruder.next<ConnackPacket>();
        QCOMPARE(connack.value().reason, ReasonCode::BadUserNameOrPassword);
        QVERIFY(!connack->sessionPresent); // though there is one
        QVERIFY(intruder.isClosed());
        QVERIFY(intruder.hasNothing());
    }
    QCOMPARE(standing(client), QByteArray("open")); // no will either
    broker.publish("t", "x", QoS::AtLeastOnce);
    QCOMPARE(client.takePublishes().size(), size_t(1));
    QCOMPARE(broker.services().connections.connected(), size_t(1));
}

void ConnectAuthentication::refusalHasAConnackReason_data()
{
    QTest::addColumn<int>("refusal");
    for (const int refusal : {0x8B, 0x8D, 0x8E, 0x8F, 0x91, 0x92, 0x93, 0x94, 0x96, 0x98, 0x9E, 0xA0, 0xA1, 0xA2, 0xFE})
        QTest::addRow("MQTT-3.2.2-8 for %x", refusal) << refusal;
}

void ConnectAuthentication::refusalHasAConnackReason()
{
    QFETCH(int, refusal);
    PasswordPolicy policy;
    policy.refusal = static_cast<ReasonCode>(refusal); // which no CONNACK can carry
    TestBroker broker({}, std::nullopt, &policy);
    TestClient client = dial(broker, withPassword(connectPacket("c"), "joe", "no"));
    const QByteArray bytes = client.takeBytes();
    const int allowed[] = {0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97,
        0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F};
    QVERIFY(std::ranges::find(allowed, static_cast<quint8>(bytes.at(3))) != std::end(allowed));
    QVERIFY(client.isClosed());
}

void ConnectAuthentication::refusalNamesAnotherServer_data() // row 34
{
    QTest::addColumn<ReasonCode>("reason");
    QTest::newRow("3.2.2.3.16 use another server") << ReasonCode::UseAnotherServer;
    QTest::newRow("3.2.2.3.16 server moved") << ReasonCode::ServerMoved;
}

void ConnectAuthentication::refusalNamesAnotherServer()
{
    QFETCH(ReasonCode, reason);
    struct Redirecting final : Policy
    {
        ReasonCode reason = ReasonCode::Success;
        void authenticate(const ConnectPacket &, const PeerFacts &, std::function<void(ConnectDecision)> decided)
            override
        {
            decided({reason, {}, "other.example:1883", {}});
        }
    } policy;
    policy.reason = reason;
    TestBroker broker({}, std::nullopt, &policy);
    TestClient client = dial(broker, connectPacket("c"));
    const auto connack = client.next<ConnackPacket>();
    QCOMPARE(connack.value().reason, reason);
    QCOMPARE(connack->properties.serverReference, QByteArray("other.example:1883"));
    QVERIFY(client.isClosed());
    TestClient old = dial(broker, connectPacket("c", mqtt311));
    QCOMPARE(old.takeBytes().toHex(), packetBytes("20 (00 03)").toHex());
    QVERIFY(old.isClosed());
}

void ConnectAuthentication::packetsWaitForTheDecision() // row 20, MQTT-3.2.0-1 MQTT3-3.2.0-1
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}};
    policy.isLate = true;
    TestBroker broker({}, std::nullopt, &policy);
    TestClient client = dial(broker, withPassword(connectPacket("c", version), "joe", "pw"));
    client.sendBytes(wireBytes(version, "82 (0001 ~ 't' 00)"));
    client.sendBytes(wireBytes(version, "30 ('t' ~ |one|)") + wireBytes(version, "30 ('t' ~ |two|)"));
    QVERIFY(client.hasNothing());
    QVERIFY(!client.isClosed());
    policy.answer();
    broker.settle();
    QVERIFY(client.isBeingRead());
    QVERIFY(client.next<ConnackPacket>());
    QVERIFY(client.next<SubackPacket>());
    QCOMPARE(payloadsOf(client.takePublishes()), (std::vector<QByteArray>{"one", "two"}));
}

void ConnectAuthentication::tooManyBytesBeforeTheDecision() // row 21
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}};
    policy.isLate = true;
    BrokerOptions options;
    options.maximumEarlyBytes = 1'000;
    TestBroker broker(options, std::nullopt, &policy);
    TestClient client = dial(broker, withPassword(connectPacket("c", version), "joe", "pw"));
    client.sendBytes(wireBytes(version, "30 ('t' ~ |" + QByteArray(900, 'x') + "|)"));
    QVERIFY(!client.isClosed());
    client.sendBytes(wireBytes(version, "30 ('t' ~ |" + QByteArray(900, 'x') + "|)"));
    QVERIFY(client.isClosed());
    policy.answer();
    broker.settle();
    QVERIFY(!broker.core().sessions().find("c"));
}

void ConnectAuthentication::lateDecisionOfAGoneClientIsHarmless() // row 22
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}};
    policy.isLate = true;
    TestBroker broker({}, std::nullopt, &policy);
    TestClient client = dial(broker, withPassword(lastingConnect("c", version), "joe", "pw"));
    client.breakDown();
    policy.answer();
    broker.settle();
    QVERIFY(client.hasNothing());
    QVERIFY(!broker.core().sessions().find("c"));
    QCOMPARE(broker.services().connections.connected(), size_t(0));
}

void ConnectAuthentication::decisionThatNeverComesIsTimedOut() // row 3
{
    PasswordPolicy policy;
    policy.isLate = true;
    TestBroker broker({}, std::nullopt, &policy);
    TestClient client = dial(broker, connectPacket("c"));
    broker.advance(std::chrono::seconds(29));
    QVERIFY(!client.isClosed());
    broker.advance(std::chrono::seconds(2));
    QVERIFY(client.isClosed());
}

void ConnectAuthentication::sessionBelongsToItsUser() // MQTT-3.1.4-2: a further restriction of ours
{
    QFETCH(ProtocolVersion, version);
    PasswordPolicy policy;
    policy.passwords = {{"joe", "pw"}, {"ann", "pw"}};
    TestBroker broker({}, std::nullopt, &policy);
    TestClient joe = broker.connect(withPassword(lastingConnect("c", version), "joe", "pw"));
    joe.subscribe("t", QoS::AtLeastOnce);
    for (const bool isConnected : {true, false}) {
        if (!isConnected)
            joe.breakDown();
        for (const bool cleanStart : {true, false}) {
            TestClient ann = dial(broker, withPassword(lastingConnect("c", version, cleanStart), "ann", "pw"));
            QCOMPARE(ann.next<ConnackPacket>().value().reason, ReasonCode::NotAuthorized);
            QVERIFY(ann.isClosed());
            QCOMPARE(joe.isClosed(), !isConnected);
        }
    }
    broker.publish("t", "for joe", QoS::AtLeastOnce);
    joe = dial(broker, withPassword(lastingConnect("c", version), "joe", "pw"));
    QVERIFY(joe.next<ConnackPacket>().value().sessionPresent);
    QCOMPARE(payloadsOf(joe.takePublishes()), std::vector<QByteArray>{"for joe"});
}

// --- by AUTH -------------------------------------------------------------------------------------------------

void ConnectAuthentication::scramLetsIn_data() // row 33
{
    QTest::addColumn<bool>("isSha512");
    QTest::addColumn<bool>("isStartedByServer");
    QTest::newRow("4.12 SCRAM-SHA-256") << false << false;
    QTest::newRow("4.12 SCRAM-SHA-512") << true << false;
    QTest::newRow("4.12 without data in the CONNECT") << false << true;
}

void ConnectAuthentication::scramLetsIn()
{
    QFETCH(bool, isSha512);
    QFETCH(bool, isStartedByServer);
    const QByteArray method = isSha512 ? "SCRAM-SHA-512" : "SCRAM-SHA-256";
    ScramBroker scrams;
    ScramClient scram("joe", "pw", isSha512 ? ScramHash::Sha512 : ScramHash::Sha256);
    ConnectPacket connect = scramConnect(scram, method);
    if (isStartedByServer)
        connect.properties.authenticationData.reset();
    TestClient client = dial(scrams.broker, connect);
    if (isStartedByServer) {
        QCOMPARE(challenge(client), QByteArray());
        client.send(authPacket(ReasonCode::ContinueAuthentication, scram.first(), method));
    }
    const auto auth = client.next<AuthPacket>(); // MQTT-3.2.0-1: AUTH alone may come before the CONNACK
    QCOMPARE(auth.value().reason, ReasonCode::ContinueAuthentication);
    QCOMPARE(auth->properties.authenticationMethod, method);
    client.send(authPacket(ReasonCode::ContinueAuthentication,
        scram.answerTo(auth->properties.authenticationData.value()), method));
    const auto connack = client.next<ConnackPacket>();
    QCOMPARE(connack.value().reason, ReasonCode::Success);
    QCOMPARE(connack->properties.authenticationMethod, method); // MQTT-4.12.0-5
    QCOMPARE(connack->properties.authenticationData, scram.expected());
    QCOMPARE(scrams.broker.core().sessions().find("c")->userName(), QByteArray("joe"));
    client.send(PingreqPacket());
    QVERIFY(client.next<PingrespPacket>());
}

void ConnectAuthentication::scramRefuses_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("wrong password") << QByteArray("joe") << QByteArray("no");
    QTest::newRow("unknown user") << QByteArray("eve") << QByteArray("pw");
}

void ConnectAuthentication::scramRefuses() // MQTT-3.1.4-2 MQTT-3.2.2-7
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, password);
    ScramBroker scrams;
    ScramClient scram(user, password);
    TestClient client = dial(scrams.broker, scramConnect(scram));
    client.send(authPacket(ReasonCode::ContinueAuthentication, scram.answerTo(challenge(client))));
    QCOMPARE(client.next<ConnackPacket>().value().reason, ReasonCode::NotAuthorized);
    QVERIFY(client.isClosed());
    QVERIFY(client.hasNothing());
    QVERIFY(!scrams.broker.core().sessions().find("c"));
}

void ConnectAuthentication::unknownMethodIsRefused() // row 33
{
    ScramBroker scrams;
    TestClient client = dial(scrams.broker, scramConnect(ScramClient("joe", "pw"), "SCRAM-SHA-1"));
    QCOMPARE(client.next<ConnackPacket>().value().reason, ReasonCode::BadAuthenticationMethod);
    QVERIFY(client.isClosed());
}

void ConnectAuthentication::onlyAuthBeforeTheConnack_data()
{
    QTest::addColumn<QByteArray>("notation");
    for (const char *notation : {"30 ('t' () |x|)", "82 (0001 () 't' 00)", "A2 (0001 () 't')", "C0 ()", "40 (0001)",
             "62 (0001)", "10 ('MQTT' 05 02 003C () 'c')"})
        QTest::addRow("MQTT-3.1.2-30 %s", notation) << QByteArray(notation);
}

void ConnectAuthentication::onlyAuthBeforeTheConnack()
{
    QFETCH(QByteArray, notation);
    ScramBroker scrams;
    ScramClient scram("joe", "pw");
    TestClient client = dial(scrams.broker, scramConnect(scram));
    challenge(client);
    client.sendBytes(packetBytes(notation));
    QCOMPARE(client.next<ConnackPacket>().value().reason, ReasonCode::ProtocolError);
    QVERIFY(client.isClosed());
    QVERIFY(client.hasNothing());
    QVERIFY(!scrams.broker.core().sessions().find("c"));
}

void ConnectAuthentication::disconnectDuringTheExchange() // MQTT-3.1.2-30: it may; then no CONNACK comes
{
    ScramBroker scrams;
    ScramClient scram("joe", "pw");
    TestClient client = dial(scrams.broker, scramConnect(scram));
    challenge(client);
    client.disconnect();
    QVERIFY(client.isClosed());
    QVERIFY(client.hasNothing());
}

void ConnectAuthentication::authOfTheExchangeMustFit_data()
{
    QTest::addColumn<QByteArray>("notation");
    QTest::newRow("MQTT-4.12.0-5: another method") << QByteArray("F0 (18 (15 'SCRAM-SHA-512' 16 'x'))");
    QTest::newRow("MQTT-4.12.0-3: re-authentication inside of the first") << QByteArray("F0 (19 (15 'SCRAM-SHA-256' 16 'x'))");
    QTest::newRow("MQTT-4.12.0-3: success, which only the server says") << QByteArray("F0 (00 (15 'SCRAM-SHA-256'))");
    QTest::newRow("MQTT-4.12.0-3: empty") << QByteArray("F0 ()");
}

void ConnectAuthentication::authOfTheExchangeMustFit()
{
    QFETCH(QByteArray, notation);
    ScramBroker scrams;
    ScramClient scram("joe", "pw");
    TestClient client = dial(scrams.broker, scramConnect(scram));
    challenge(client);
    client.sendBytes(packetBytes(notation));
    QVERIFY(isFailure(client.next<ConnackPacket>().value().reason));
    QVERIFY(client.isClosed());
}

void ConnectAuthentication::reauthentication() // 4.12.1
{
    ScramBroker scrams;
    TestClient client = scramLogin(scrams, "joe");
    client.subscribe("t");
    ScramClient again("joe", "pw");
    client.send(authPacket(ReasonCode::Reauthenticate, again.first()));
    const QByteArray serverFirst = challenge(client);
    scrams.broker.publish("t", "meanwhile"); // the flow of other packets goes on
    QCOMPARE(payloadsOf(client.takePublishes()), std::vector<QByteArray>{"meanwhile"});
    client.send(PingreqPacket());
    QVERIFY(client.next<PingrespPacket>());
    client.send(authPacket(ReasonCode::ContinueAuthentication, again.answerTo(serverFirst)));
    const auto success = client.next<AuthPacket>();
    QCOMPARE(success.value().reason, ReasonCode::Success);
    QCOMPARE(success->properties.authenticationMethod, sha256);
    QCOMPARE(success->properties.authenticationData, again.expected());
    QCOMPARE(standing(client), QByteArray("open"));
}

void ConnectAuthentication::failedReauthenticationEndsTheConnection_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("4.12.1 wrong password") << QByteArray("joe") << QByteArray("no");
    QTest::newRow("a session belongs to its user") << QByteArray("ann") << QByteArray("pw");
}

void ConnectAuthentication::failedReauthenticationEndsTheConnection()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, password);
    ScramBroker scrams;
    TestClient client = scramLogin(scrams, "joe");
    ScramClient again(user, password);
    client.send(authPacket(ReasonCode::Reauthenticate, again.first()));
    client.send(authPacket(ReasonCode::ContinueAuthentication, again.answerTo(challenge(client))));
    QCOMPARE(standing(client), closedFor(mqtt5, 0x87)); // MQTT-4.12.1-2
}

void ConnectAuthentication::noAuthForAClientWithoutMethod() // MQTT-4.12.0-6
{
    ScramBroker scrams; // it has methods, and this client asks for none
    scrams.policy.passwords = {{"joe", "pw"}};
    TestClient client = dial(scrams.broker, withPassword(connectPacket("c"), "joe", "pw"));
    const auto connack = client.next<ConnackPacket>(); // the first packet: no AUTH before it
    QCOMPARE(connack.value().reason, ReasonCode::Success);
    QVERIFY(!connack->properties.authenticationMethod);
    QVERIFY(!connack->properties.authenticationData);
    QVERIFY(client.hasNothing());
}

void ConnectAuthentication::authWithoutMethodIsAnError_data()
{
    QTest::addColumn<bool>("isScram");
    QTest::addColumn<QByteArray>("notation");
    const QByteArray again = "F0 (19 (15 'SCRAM-SHA-256' 16 'x'))";
    QTest::newRow("4.12 no method in the CONNECT") << false << again;
    QTest::newRow("4.12.1 another method") << true << QByteArray("F0 (19 (15 'SCRAM-SHA-512' 16 'x'))");
    QTest::newRow("MQTT-4.12.0-3: it continues nothing") << true << QByteArray("F0 (18 (15 'SCRAM-SHA-256' 16 'x'))");
}

void ConnectAuthentication::authWithoutMethodIsAnError()
{
    QFETCH(bool, isScram);
    QFETCH(QByteArray, notation);
    ScramBroker scrams;
    scrams.policy.passwords = {{"joe", "pw"}};
    TestClient client = isScram ? scramLogin(scrams, "joe")
                                : scrams.broker.connect(withPassword(connectPacket("c"), "joe", "pw"));
    client.sendBytes(packetBytes(notation));
    QCOMPARE(standing(client), closedFor(mqtt5, 0x82));
}

void ConnectAuthentication::authReasonsAreSaidOnlyToWhoWantsThem() // MQTT-3.1.2-29
{
    ScramBroker scrams;
    ScramClient scram("joe", "pw");
    ConnectPacket connect = scramConnect(scram);
    connect.properties.requestProblemInformation = 0;
    TestClient client = dial(scrams.broker, connect);
    const auto auth = client.next<AuthPacket>();
    QVERIFY(!auth.value().properties.reasonString);
    QVERIFY(auth->properties.userProperties.empty());
}

QTEST_APPLESS_MAIN(ConnectAuthentication)
#include "tst_connectauthentication.moc"
