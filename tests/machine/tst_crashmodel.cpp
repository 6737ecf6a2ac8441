#include "support/everystore.h"
#include "support/modelclient.h"

#include <array>
#include <random>

using namespace pigeon;
using namespace pigeon::test;

namespace {

/// Who may do the next step, the most urgent first.
enum class Actor { Store, Publisher, Subscriber };
using Schedule = std::array<Actor, 3>;

/// A publisher and a subscriber with sessions that last, and a broker that may be killed between any two steps.
struct World
{
    explicit World(ProtocolVersion version, const BrokerOptions &options = {})
        : broker(options, StoreMode::EachTurn)
        , publisher("pub", version)
        , subscriber("sub", version)
    {
        subscriber.connect(broker);
        publisher.connect(broker);
        while (subscriber.step() || publisher.step()) { }
        subscriber.subscribe("a", QoS::ExactlyOnce);
        while (subscriber.step()) { }
        store().setMode(StoreMode::Manual);
    }
    LateStore &store() { return *broker.lateStore(); }

    bool act(Actor actor)
    {
        if (actor == Actor::Publisher)
            return publisher.step();
        if (actor == Actor::Subscriber)
            return subscriber.step();
        const bool had = store().completeOldest();
        broker.settle();
        return had;
    }
    /// One step of whoever has one; false when nobody has.
    bool step(const Schedule &schedule)
    {
        return std::any_of(schedule.begin(), schedule.end(), [this](Actor actor) { return act(actor); });
    }
    void crash(bool clientsReadTheRest)
    {
        broker.crash();
        publisher.lose(clientsReadTheRest);
        subscriber.lose(clientsReadTheRest);
        broker.settle();
    }
    void comeBack()
    {
        if (publisher.isLost())
            publisher.connect(broker);
        if (subscriber.isLost())
            subscriber.connect(broker);
    }
    /// Everybody comes back as often as it needs and all is finished; false when it never is.
    bool finish()
    {
        store().setMode(StoreMode::EachTurn);
        for (int rounds = 0; rounds < 10'000; ++rounds) {
            comeBack();
            broker.settle();
            if (!publisher.step() && !subscriber.step() && !publisher.isLost() && !subscriber.isLost())
                return publisher.hasFinished();
        }
        return false;
    }

    TestBroker broker;
    ModelClient publisher;
    ModelClient subscriber;
};

/// What is wrong with what was received of `sent` (payloads "<QoS>:<number>"), empty when nothing is.
QByteArray faultOf(const QByteArrayList &sent, const QByteArrayList &received)
{
    for (const QByteArray &payload : sent) {
        const qsizetype times = received.count(payload);
        if (times == 0)
            return payload + " is lost";
        if (payload.startsWith('2') && times > 1)
            return payload + " came " + QByteArray::number(times) + " times";
    }
    for (const char qos : {'1', '2'}) { // [MQTT-4.6.0-5]: of one QoS each came first in the order of sending
        qsizetype last = -1;
        for (const QByteArray &payload : sent) {
            if (!payload.startsWith(qos))
                continue;
            const qsizetype first = received.indexOf(payload);
            if (first < last)
                return payload + " came before an earlier one";
            last = first;
        }
    }
    return QByteArray();
}

QByteArray leftOvers(World &world)
{
    const SessionRegistry &sessions = world.broker.core().sessions();
    if (!sessions.find("sub")->outbox().isEmpty())
        return "something is still under way";
    if (sessions.find("pub")->inboundIds().size() > 0)
        return "an inbound id is still taken";
    if (!world.store().sessions["sub"].deliveries.empty() || !world.store().sessions["pub"].inboundIds.empty())
        return "the store keeps what is finished";
    return QByteArray();
}

} // namespace

/// kill -9 between any two steps of the handshakes: no acknowledged message is lost, a QoS 2 message comes exactly
/// once, in order, whatever the store had kept by then.
class TestCrashModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void atEveryStep_data();
    void atEveryStep();
    void atRandom_data();
    void atRandom();
};

void TestCrashModel::atEveryStep_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<QoS>("qos");
    QTest::addColumn<int>("urgent");
    QTest::addColumn<bool>("readsRest");
    for (const ProtocolVersion version : {ProtocolVersion::Mqtt311, ProtocolVersion::Mqtt5}) {
        for (const QoS qos : {QoS::AtLeastOnce, QoS::ExactlyOnce}) {
            for (int urgent = 0; urgent < 6; ++urgent) {
                for (const bool readsRest : {false, true})
                    QTest::addRow("version %d, QoS %d, schedule %d, %s", int(version), int(qos), urgent,
                        readsRest ? "clients read the rest" : "the rest is lost")
                        << version << qos << urgent << readsRest;
            }
        }
    }
}

void TestCrashModel::atEveryStep()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(QoS, qos);
    QFETCH(int, urgent);
    QFETCH(bool, readsRest);
    Schedule schedule{Actor::Store, Actor::Publisher, Actor::Subscriber};
    for (int i = 0; i < urgent; ++i)
        std::next_permutation(schedule.begin(), schedule.end());

    bool crashed = true;
    for (int crashAt = 0; crashed; ++crashAt) {
        World world(version);
        QByteArrayList sent;
        const auto publishNext = [&] {
            sent.append(QByteArray::number(int(qos)) + ':' + QByteArray::number(sent.size()));
            world.publisher.publish("a", sent.last(), qos);
        };
        publishNext();
        publishNext();
        int steps = 0;
        for (crashed = false; !crashed; ++steps) {
            if (world.publisher.hasFinished() && sent.size() < 4)
                publishNext(); // with an id that was used before
            if (steps == crashAt) {
                crashed = true;
                world.crash(readsRest);
            } else if (!world.step(schedule)) {
                break;
            }
        }
        QVERIFY2(world.finish(), qPrintable(QStringLiteral("crash at %1: it never ends").arg(crashAt)));
        QByteArray fault = faultOf(sent, world.subscriber.received());
        if (fault.isEmpty())
            fault = leftOvers(world);
        if (fault.isEmpty())
            fault = (world.publisher.faults() + world.subscriber.faults()).join("; ");
        QVERIFY2(fault.isEmpty(),
            qPrintable(QStringLiteral("crash at %1: %2").arg(crashAt).arg(QString::fromUtf8(fault))));
        if (!crashed)
            QVERIFY(crashAt > 8); // there were steps to crash at
    }
}

void TestCrashModel::atRandom_data()
{
    QTest::addColumn<ProtocolVersion>("version");
    QTest::addColumn<unsigned>("failuresPerCent"); // commits that the store fails
    QTest::addColumn<quint32>("queueMemory"); // messages; those behind are in the store alone
    QTest::newRow("3.1.1") << ProtocolVersion::Mqtt311 << 0U << 1'000U;
    QTest::newRow("5.0") << ProtocolVersion::Mqtt5 << 0U << 1'000U;
    QTest::newRow("3.1.1, a store that fails at times") << ProtocolVersion::Mqtt311 << 8U << 1'000U;
    QTest::newRow("5.0, a store that fails at times") << ProtocolVersion::Mqtt5 << 8U << 1'000U;
    QTest::newRow("3.1.1, little of the queue in memory") << ProtocolVersion::Mqtt311 << 0U << 2U;
    QTest::newRow("5.0, little of the queue in memory") << ProtocolVersion::Mqtt5 << 0U << 2U;
    QTest::newRow("5.0, little in memory and a store that fails at times") << ProtocolVersion::Mqtt5 << 8U << 2U;
}

void TestCrashModel::atRandom()
{
    QFETCH(ProtocolVersion, version);
    QFETCH(unsigned, failuresPerCent);
    QFETCH(quint32, queueMemory);
    BrokerOptions options;
    options.queueMemoryMessages = queueMemory;
    if (queueMemory < 10)
        options.maximumInflight = 1; // so that there is a queue
    for (unsigned seed = 0; seed < 250; ++seed) {
        std::mt19937 random(seed);
        World world(version, options);
        QByteArrayList sent;
        for (int step = 0; step < 150; ++step) {
            const auto dice = random() % 100;
            if (dice < 25) {
                const bool fails = random() % 100 < failuresPerCent;
                world.store().completeOldest(fails ? StoreStatus::Failed : StoreStatus::Durable);
                world.broker.settle();
            } else if (dice < 50) {
                world.publisher.step();
            } else if (dice < 75) {
                world.subscriber.step();
            } else if (dice < 88 && sent.size() < 12 && world.publisher.unfinished() < 5) {
                const QoS qos = random() % 2 ? QoS::AtLeastOnce : QoS::ExactlyOnce;
                sent.append(QByteArray::number(int(qos)) + ':' + QByteArray::number(sent.size()));
                world.publisher.publish("a", sent.last(), qos);
            } else if (dice < 92) {
                world.subscriber.lose(random() % 2);
            } else if (dice < 95) {
                world.publisher.lose(random() % 2);
            } else if (dice < 97) {
                world.crash(random() % 2);
            }
            world.comeBack();
        }
        QVERIFY2(world.finish(), qPrintable(QStringLiteral("seed %1: it never ends").arg(seed)));
        QByteArray fault = faultOf(sent, world.subscriber.received());
        if (failuresPerCent > 0 && fault.endsWith("an earlier one"))
            fault.clear(); // what was refused was published again, behind others
        if (fault.isEmpty())
            fault = (world.publisher.faults() + world.subscriber.faults()).join("; ");
        QVERIFY2(fault.isEmpty(),
            qPrintable(QStringLiteral("seed %1: %2; received %3")
                           .arg(seed)
                           .arg(QString::fromUtf8(fault), QString::fromUtf8(world.subscriber.received().join(' ')))));
    }
}

QTEST_APPLESS_MAIN(TestCrashModel)
#include "tst_crashmodel.moc"
