#include "support/latestore.h"
#include "support/socketclient.h"

#include <pigeon/broker.h>

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace pigeon;
using namespace pigeon::test;

/// What a broker keeps beyond its own life, when its options ask for that.
class TestPersistence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void survivesTheProcess_data();
    void survivesTheProcess();
    void nothingIsKeptByDefault();
    void whatWasUnderWayComesAgainAsARepeat();
    void aQueueLongerThanMemoryIsKept();
    void aSecondBrokerIsRefused();
    void aMissingFolderIsSaid();
    void aDamagedFileIsSetAsideAndTold();
    void alarmAndRecovery();
    void closingWaitsForTheStore();
    void aPublishedHandlerAndTheStoreAnswerInAnyOrder_data();
    void aPublishedHandlerAndTheStoreAnswerInAnyOrder();

private:
    BrokerOptions options() const
    {
        BrokerOptions wanted;
        wanted.persistence = true;
        wanted.persistenceLocation = m_folder->path();
        return wanted;
    }
    std::unique_ptr<QTemporaryDir> m_folder = std::make_unique<QTemporaryDir>();
};

static PublishPacket message(const QByteArray &topic, const QByteArray &payload, QoS qos, bool retain = false)
{
    PublishPacket packet;
    packet.topic = topic;
    packet.payload = payload;
    packet.qos = qos;
    packet.retain = retain;
    return packet;
}

/// A session that stays, 3.1.1: connects, and says whether the broker had it already.
static bool resume(SocketClient &client, const QByteArray &clientId)
{
    client.connect(clientId, false);
    const auto connack = waitFor<ConnackPacket>(client);
    return connack && connack->sessionPresent;
}

void TestPersistence::survivesTheProcess_data()
{
    QTest::addColumn<Durability>("durability");
    QTest::newRow("full") << Durability::Full;
    QTest::newRow("normal") << Durability::Normal;
    QTest::newRow("relaxed") << Durability::Relaxed; // a clean end loses nothing
}

void TestPersistence::survivesTheProcess()
{
    QFETCH(Durability, durability);
    m_folder = std::make_unique<QTemporaryDir>();
    BrokerOptions wanted = options();
    wanted.durability = durability;
    {
        Broker broker(wanted);
        QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
        SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
        QVERIFY(!resume(client, "phone"));
        client.send(subscription("a/#", QoS::ExactlyOnce));
        QVERIFY(waitFor<SubackPacket>(client));
        client.send(DisconnectPacket{});
        QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
        std::vector<Outcome> outcomes;
        for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
            broker.publish(message("a/b", "waits", qos, qos == QoS::ExactlyOnce),
                [&outcomes](const Outcome &outcome) { outcomes.push_back(outcome); });
        }
        QTRY_COMPARE(outcomes.size(), size_t(2)); // told when they are kept
        QVERIFY(outcomes[0].isSuccess() && outcomes[1].isSuccess());
    }
    Broker broker(wanted);
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    QCOMPARE(broker.sessions(), qsizetype(1));
    QCOMPARE(broker.retained("a/+").size(), size_t(1));
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    QVERIFY(resume(client, "phone"));
    for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
        const auto publish = waitFor<PublishPacket>(client);
        QVERIFY(publish);
        QCOMPARE(publish->payload, QByteArray("waits"));
        QCOMPARE(publish->qos, qos);
    }
    QCOMPARE(broker.subscriptions().size(), size_t(1));
}

void TestPersistence::nothingIsKeptByDefault()
{
    m_folder = std::make_unique<QTemporaryDir>();
    BrokerOptions wanted = options();
    wanted.persistence = false;
    {
        Broker broker(wanted);
        broker.publish(message("a", "x", QoS::AtLeastOnce, true));
    }
    QVERIFY(Broker(wanted).retained().empty());
    QVERIFY(QDir(m_folder->path()).isEmpty());
}

/// [MQTT-4.4.0-1] [MQTT-3.3.1-1]: with its packet id from before and DUP, also after a restart.
void TestPersistence::whatWasUnderWayComesAgainAsARepeat()
{
    m_folder = std::make_unique<QTemporaryDir>();
    quint16 packetId = 0;
    {
        Broker broker(options());
        QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
        SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
        resume(client, "phone");
        client.send(subscription("a", QoS::AtLeastOnce));
        QVERIFY(waitFor<SubackPacket>(client));
        for (int i = 0; i < 3; ++i) {
            broker.publish(message("a", QByteArray::number(i), QoS::AtLeastOnce));
            const auto publish = waitFor<PublishPacket>(client);
            QVERIFY(publish && !publish->duplicate);
            packetId = publish->packetId;
            if (i < 2) { // the third stays under way
                AcknowledgePacket puback;
                puback.packetId = packetId;
                client.send(puback);
            }
        }
        QTRY_COMPARE(broker.client("phone").status()->inflightMessages, quint64(1));
    }
    Broker broker(options());
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    QVERIFY(resume(client, "phone"));
    const auto again = waitFor<PublishPacket>(client);
    QVERIFY(again);
    QCOMPARE(again->payload, QByteArray("2"));
    QCOMPARE(again->packetId, packetId);
    QVERIFY(again->duplicate);
}

void TestPersistence::aQueueLongerThanMemoryIsKept()
{
    m_folder = std::make_unique<QTemporaryDir>();
    BrokerOptions wanted = options();
    wanted.queueMemoryMessages = 50;
    constexpr int many = 1'000;
    {
        Broker broker(wanted);
        QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
        SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
        resume(client, "phone");
        client.send(subscription("a", QoS::AtLeastOnce));
        QVERIFY(waitFor<SubackPacket>(client));
        client.send(DisconnectPacket{});
        QTRY_COMPARE(broker.connectedClients(), qsizetype(0));
        for (int i = 0; i < many; ++i)
            broker.publish(message("a", QByteArray::number(i), QoS::AtLeastOnce));
        QCOMPARE(broker.client("phone").status()->queuedMessages, quint64(many));
    }
    Broker broker(wanted);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    QCOMPARE(broker.client("phone").status()->queuedMessages, quint64(many));
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    QVERIFY(resume(client, "phone"));
    for (int i = 0; i < many; ++i) {
        const auto publish = waitFor<PublishPacket>(client);
        QVERIFY(publish);
        QCOMPARE(publish->payload, QByteArray::number(i));
        AcknowledgePacket puback;
        puback.packetId = publish->packetId;
        client.send(puback);
    }
    QTRY_COMPARE(broker.client("phone").status()->inflightMessages, quint64(0));
}

void TestPersistence::aSecondBrokerIsRefused()
{
    m_folder = std::make_unique<QTemporaryDir>();
    Broker first(options());
    QVERIFY(first.listen(QHostAddress::LocalHost, 0));
    Broker second(options());
    QVERIFY(!second.listen(QHostAddress::LocalHost, 0));
    QVERIFY2(second.errorString().contains(QString::number(QCoreApplication::applicationPid())),
        qPrintable(second.errorString()));
}

void TestPersistence::aMissingFolderIsSaid()
{
    BrokerOptions wanted = options();
    wanted.persistenceLocation = m_folder->filePath(QStringLiteral("nowhere"));
    Broker broker(wanted);
    QVERIFY(!broker.listen(QHostAddress::LocalHost, 0));
    QVERIFY2(broker.errorString().contains(QStringLiteral("nowhere")), qPrintable(broker.errorString()));
}

void TestPersistence::aDamagedFileIsSetAsideAndTold()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath(options().persistenceFile));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(10'000, 'x'));
    file.close();
    Broker broker(options());
    QSignalSpy alarms(&broker, &Broker::storeAlarm);
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    QTRY_COMPARE(alarms.size(), qsizetype(1));
    const QStringList files = QDir(m_folder->path()).entryList(QDir::Files);
    QVERIFY2(std::any_of(files.begin(), files.end(),
                 [&](const QString &name) { return alarms.front().front().toByteArray().contains(name.toUtf8()); }),
        alarms.front().front().toByteArray().constData());
}

void TestPersistence::alarmAndRecovery()
{
    Broker broker;
    auto store = std::make_unique<LateStore>(StoreMode::EachTurn);
    LateStore &failing = *store;
    broker.setStore(std::move(store));
    QSignalSpy alarms(&broker, &Broker::storeAlarm);
    QSignalSpy recoveries(&broker, &Broker::storeRecovered);
    Outcome outcome;
    const auto note = [&outcome](const Outcome &told) { outcome = told; };
    failing.setFailing(true);
    QCOMPARE(alarms.size(), qsizetype(1));
    QVERIFY(!broker.publish(message("a", "x", QoS::AtLeastOnce, true), note));
    QCOMPARE(outcome.reason, ReasonCode::QuotaExceeded);
    QVERIFY(broker.publish(message("a", "x", QoS::AtMostOnce))); // needs no store
    failing.setFailing(false);
    QCOMPARE(recoveries.size(), qsizetype(1));
    outcome.reason = ReasonCode::UnspecifiedError;
    QVERIFY(broker.publish(message("a", "x", QoS::AtLeastOnce, true), note));
    QVERIFY(!outcome.isSuccess()); // not before it is kept
    while (failing.turn()) { }
    QVERIFY(outcome.isSuccess());
}

void TestPersistence::closingWaitsForTheStore()
{
    Broker broker;
    auto store = std::make_unique<LateStore>(StoreMode::Manual);
    LateStore &late = *store;
    broker.setStore(std::move(store));
    QSignalSpy closed(&broker, &Broker::closed);
    bool isKept = false;
    broker.publish(message("a", "x", QoS::AtLeastOnce, true), [&isKept](const Outcome &) { isKept = true; });
    broker.close();
    for (int turn = 0; turn < 50; ++turn)
        QCoreApplication::processEvents();
    QVERIFY(closed.isEmpty());
    late.setMode(StoreMode::EachTurn);
    while (late.turn()) { }
    QVERIFY(isKept);
    QTRY_COMPARE(closed.size(), qsizetype(1));
}

void TestPersistence::aPublishedHandlerAndTheStoreAnswerInAnyOrder_data()
{
    QTest::addColumn<bool>("isStoreFirst");
    QTest::newRow("the store first") << true;
    QTest::newRow("the handler first") << false;
}

/// The acknowledgement waits for both, of a client's message and of the program's own.
void TestPersistence::aPublishedHandlerAndTheStoreAnswerInAnyOrder()
{
    QFETCH(bool, isStoreFirst);
    Broker broker;
    auto store = std::make_unique<LateStore>(StoreMode::Manual);
    LateStore &late = *store;
    broker.setStore(std::move(store));
    QVERIFY2(broker.listen(QHostAddress::LocalHost, 0), qPrintable(broker.errorString()));
    std::function<void()> answerNow;
    broker.setPublishedHandler([&answerNow](const PublishedEvent &, const auto &answer) {
        answerNow = [answer] { answer(PublishedDecision::done()); };
    });
    SocketClient client(broker.port(), ProtocolVersion::Mqtt311);
    client.connect("publisher", true);
    QVERIFY(waitFor<ConnackPacket>(client));
    PublishPacket retained = message("a", "x", QoS::AtLeastOnce, true);
    retained.packetId = 7;
    client.send(retained);
    QTRY_VERIFY(answerNow);
    const auto endBoth = [&](const std::function<bool()> &isOver) {
        QCOMPARE(late.pending(), size_t(1));
        isStoreFirst ? void(late.completeOldest()) : answerNow();
        QTest::qWait(20);
        QVERIFY(!isOver());
        isStoreFirst ? answerNow() : void(late.completeOldest());
    };
    endBoth([&client] { return client.socket().bytesAvailable() > 0; });
    const auto puback = waitFor<AcknowledgePacket>(client);
    QVERIFY(puback);
    QCOMPARE(puback->packetId, quint16(7));

    answerNow = {};
    int told = 0;
    broker.publish(message("b", "y", QoS::AtLeastOnce, true), [&told](const Outcome &outcome) { told += outcome.isSuccess(); });
    QTRY_VERIFY(answerNow);
    endBoth([&told] { return told > 0; });
    QTRY_COMPARE(told, 1);
    broker.setPublishedHandler({}); // nothing stands in the way of what comes then
    broker.publish(message("c", "z", QoS::AtLeastOnce, true), [&told](const Outcome &outcome) { told += outcome.isSuccess(); });
    QVERIFY(late.completeOldest());
    QTRY_COMPARE(told, 2);
}

QTEST_GUILESS_MAIN(TestPersistence)
#include "tst_persistence.moc"
