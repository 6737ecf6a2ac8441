#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/frame.h"
#include "storage/memorystore.h"

#include <pigeon/broker.h>

#include <QTcpSocket>
#include <QTest>
#include <QUuid>

using namespace pigeon;

namespace {

/// A client on a real socket that watches topics.
class Watcher
{
public:
    Watcher(quint16 port, const QByteArray &clientId, const QByteArray &filter)
    {
        m_socket.connectToHost(QHostAddress::LocalHost, port);
        ConnectPacket connect;
        connect.clientId = clientId;
        m_socket.write(encodePacket(connect, ProtocolVersion::Mqtt5));
        SubscribePacket subscribe;
        subscribe.packetId = 1;
        subscribe.entries.push_back({filter, QoS::AtLeastOnce, false, false, RetainHandling::SendAlways});
        m_socket.write(encodePacket(subscribe, ProtocolVersion::Mqtt5));
    }
    /// Waits until a message of that topic has come.
    bool waitFor(const QByteArray &topic)
    {
        return QTest::qWaitFor(
            [this, &topic] {
                read();
                return messages.contains(topic);
            },
            5'000);
    }
    void disconnect() { m_socket.write(encodePacket(DisconnectPacket{}, ProtocolVersion::Mqtt5)); }
    QMap<QByteArray, PublishPacket> messages; ///< the last of each topic

private:
    void read()
    {
        m_received += m_socket.readAll();
        for (;;) {
            const FrameCut cut = cutFrame(m_received, 268'435'460);
            if (cut.status != FrameCut::Status::Complete)
                return;
            const Result<Packet, ProtocolError> packet
                = decodePacket(cut.frame, ProtocolVersion::Mqtt5, Sender::Server, {});
            if (packet && std::holds_alternative<PublishPacket>(*packet))
                messages.insert(std::get<PublishPacket>(*packet).topic, std::get<PublishPacket>(*packet));
            m_received.remove(0, cut.size);
        }
    }
    QTcpSocket m_socket;
    QByteArray m_received;
};

} // namespace

/// $SYS of a whole broker, with the timers and the event loop that Qt gives.
class TestBrokerSystem : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idIsRandomUnlessGiven();
    void badOptionsAreNamed_data();
    void badOptionsAreNamed();
    void birthIsHeardOnce();
    void lateSubscriberGetsTheFigures();
    void heartbeatsAndFiguresGoOn();
    void clientsComeAndGo();
};

void TestBrokerSystem::idIsRandomUnlessGiven()
{
    const Broker first;
    const Broker second;
    QVERIFY(!QUuid::fromString(QLatin1String(first.id())).isNull());
    QVERIFY(first.id() != second.id());
    BrokerOptions options;
    options.brokerId = "cellar";
    QCOMPARE(Broker(options).id(), QByteArray("cellar"));
}

void TestBrokerSystem::badOptionsAreNamed_data()
{
    QTest::addColumn<BrokerOptions>("options");
    QTest::addColumn<QString>("word"); // empty: nothing is wrong
    const auto id = [](const char *name, const QByteArray &brokerId, bool isGood) {
        BrokerOptions options;
        options.brokerId = brokerId;
        QTest::newRow(name) << options << (isGood ? QString() : QStringLiteral("brokerId"));
    };
    id("empty id", "", false);
    id("two levels", "a/b", false);
    id("plus", "a+b", false);
    id("hash", "#", false);
    id("mosquitto's name", "broker", false);
    id("not UTF-8", "\xff", false);
    id("zero", QByteArray("a\0b", 3), false);
    id("257 bytes", QByteArray(257, 'a'), false);
    id("256 bytes", QByteArray(256, 'a'), true);
    id("not ASCII", "Öfen 2", true);
    const auto seconds = [](const char *name, qint64 count, bool isGood) {
        BrokerOptions options;
        options.systemInterval = std::chrono::seconds(count);
        QTest::newRow(name) << options << (isGood ? QString() : QStringLiteral("systemInterval"));
    };
    seconds("negative interval", -1, false);
    seconds("interval off", 0, true);
    seconds("longest interval", 65'535, true);
    seconds("too long interval", 65'536, false);
    const auto beats = [](const char *name, qint64 count, bool isGood) {
        BrokerOptions options;
        options.heartbeatInterval = std::chrono::milliseconds(count);
        QTest::newRow(name) << options << (isGood ? QString() : QStringLiteral("heartbeatInterval"));
    };
    beats("negative heartbeat", -1, false);
    beats("heartbeat off", 0, true);
    beats("a day", 86'400'000, true);
    beats("more than a day", 86'400'001, false);
}

void TestBrokerSystem::badOptionsAreNamed()
{
    QFETCH(BrokerOptions, options);
    QFETCH(QString, word);
    QStringList published; // outlives the broker, which may publish what is due when it ends
    Broker broker(options);
    connect(&broker, &Broker::published, this,
        [&published](const PublishedEvent &event) { published.append(QString::fromUtf8(event.message->topic())); });
    QCOMPARE(broker.listen(QHostAddress::LocalHost, 0), word.isEmpty());
    if (!word.isEmpty()) {
        QCOMPARE(options.problems().size(), 1);
        QVERIFY2(broker.errorString().startsWith(word), qPrintable(broker.errorString()));
        QCoreApplication::processEvents();
        QVERIFY(published.isEmpty()); // nothing with a bad name gets out
    }
}

void TestBrokerSystem::birthIsHeardOnce()
{
    BrokerOptions options;
    options.brokerId = "b1";
    QByteArrayList topics; // outlives the broker
    Broker broker(options);
    broker.setStore(std::make_unique<MemoryStore>()); // a new core
    connect(&broker, &Broker::published, this,
        [&topics](const PublishedEvent &event) { topics.append(event.message->topic().toByteArray()); });
    QTRY_VERIFY(topics.contains("$SYS/broker/version") && topics.contains("$SYS/b1/birth")); // in whichever turn
    QCOMPARE(topics.count("$SYS/b1/birth"), 1);
    QCOMPARE(topics.count("$SYS/broker/version"), 1);
}

void TestBrokerSystem::lateSubscriberGetsTheFigures()
{
    bool isPublished = false;
    Broker broker;
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    connect(&broker, &Broker::published, this, [&isPublished] { isPublished = true; });
    QTRY_VERIFY(isPublished);
    Watcher watcher(broker.port(), "watcher", "$SYS/#");
    QVERIFY(watcher.waitFor("$SYS/broker/version"));
    QVERIFY(watcher.messages["$SYS/broker/version"].retain);
    QCOMPARE(watcher.messages["$SYS/broker/version"].qos, QoS::AtMostOnce);
}

void TestBrokerSystem::heartbeatsAndFiguresGoOn()
{
    BrokerOptions options;
    options.brokerId = "b1";
    options.heartbeatInterval = std::chrono::milliseconds(50);
    options.systemInterval = std::chrono::seconds(1);
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    Watcher watcher(broker.port(), "watcher", "$SYS/#");
    for (int i = 0; i < 3; ++i) {
        watcher.messages.clear();
        QVERIFY(watcher.waitFor("$SYS/b1/heartbeat"));
    }
    for (int i = 0; i < 2; ++i) {
        watcher.messages.clear();
        QVERIFY(watcher.waitFor("$SYS/broker/uptime"));
        QVERIFY(watcher.messages["$SYS/broker/uptime"].payload.endsWith(" seconds"));
    }
}

void TestBrokerSystem::clientsComeAndGo()
{
    BrokerOptions options;
    options.brokerId = "b1";
    Broker broker(options);
    QVERIFY(broker.listen(QHostAddress::LocalHost, 0));
    Watcher watcher(broker.port(), "watcher", "$SYS/b1/#");
    QVERIFY(watcher.waitFor("$SYS/b1/new/subscribes")); // its own: it listens now
    Watcher other(broker.port(), "other", "a");
    QVERIFY(watcher.waitFor("$SYS/b1/new/clients"));
    QCOMPARE(watcher.messages["$SYS/b1/new/clients"].payload, QByteArray("other"));
    other.disconnect();
    QVERIFY(watcher.waitFor("$SYS/b1/disconnect/clients"));
    QCOMPARE(watcher.messages["$SYS/b1/disconnect/clients"].payload, QByteArray("other"));
}

QTEST_GUILESS_MAIN(TestBrokerSystem)
#include "tst_brokersystem.moc"
