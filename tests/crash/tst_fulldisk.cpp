#include "crash/scene.h"

#include <QFile>
#include <QTest>

#include <unistd.h>

using namespace pigeon;
using namespace pigeon::test;
using namespace std::chrono_literals;

namespace {

/// Publishes QoS 0 to itself, one message after the other.
class Ticker final : public Participant
{
public:
    explicit Ticker(Ledger &ledger)
        : Participant(ledger, "ticker", ProtocolVersion::Mqtt5)
    {
        client().received = [this](const PublishPacket &) {
            ++m_ticks;
            m_isUnderWay = false;
        };
    }
    void begin()
    {
        client().subscribe("tick", QoS::AtMostOnce);
        m_isUnderWay = false;
    }
    int ticks() const { return m_ticks; }
    void work() override
    {
        if (!client().isSubscribed() || std::exchange(m_isUnderWay, true))
            return;
        PublishPacket packet;
        packet.topic = "tick";
        client().publish(std::move(packet), {});
    }

protected:
    CrashClient::Wish wish() override { return {false, true, {}}; }

private:
    bool m_isUnderWay = false;
    int m_ticks = 0;
};

/// Publishers, subscribers that are away, and a disk that becomes full: the files of the broker may not grow. It may
/// become free again under the same broker.
class FullDisk
{
public:
    FullDisk(quint32 seed, const QByteArray &retryLimit)
        : scene(seed)
        , ledger(scene.ledger())
        , ticker(scene.add<Ticker>())
        , reader(scene.add<RetainedReader>())
    {
        scene.configure("store_retry_limit " + retryLimit + "\nqueue_memory_messages 60\n");
        for (int i = 0; i < 4; ++i)
            publishers.push_back(&scene.add<Publisher>(i, versionOf(i), scene.drawSeed()));
        for (int i = 0; i < 2; ++i) {
            const QByteArray name = "subscriber" + QByteArray::number(i);
            subscribers.push_back(&scene.add<Subscriber>(name, versionOf(i), name, "live/#"));
            for (const Publisher *publisher : publishers) {
                for (const Stream stream : publisher->liveStreams())
                    ledger.expect(name, stream);
            }
        }
        for (Publisher *each : speaking(ProtocolVersion::Mqtt5))
            each->allowRefusals();
    }

    static ProtocolVersion versionOf(int i) { return i % 2 ? ProtocolVersion::Mqtt5 : ProtocolVersion::Mqtt311; }
    std::vector<Publisher *> speaking(ProtocolVersion version) const
    {
        std::vector<Publisher *> found;
        std::copy_if(publishers.begin(), publishers.end(), std::back_inserter(found),
            [version](Publisher *each) { return each->client().version() == version; });
        return found;
    }

    void setUp()
    {
        scene.start();
        scene.connectAll();
        scene.run([this] { return scene.areAllWelcome(); }, "everybody is welcome");
        for (Subscriber *each : subscribers)
            each->subscribe();
        ticker.begin();
        publishers.front()->publishEndOfRetained();
        scene.run([this] {
            return haveAllFinished() && ticker.ticks() > 0
                && std::all_of(subscribers.begin(), subscribers.end(),
                    [](Subscriber *each) { return each->client().isSubscribed(); });
        }, "all is set up");
        for (Subscriber *each : subscribers)
            scene.leave(*each);
    }

    void setBudgets(int messages)
    {
        for (Publisher *each : publishers)
            each->setBudget(messages, 300);
    }
    /// All but the last publish until it is full and they wait; the last one, which speaks 5.0, begins then.
    void fill()
    {
        // Less than the store's log has already.
        fill(scene.draw(20'000));
    }
    /// With more room the store may find some again when it begins a new log, and so be full several times.
    void fill(qint64 fileBytes)
    {
        setBudgets(20'000);
        publishers.back()->setBudget(0, 0);
        const int wanted = ledger.acknowledged() + scene.draw(300);
        scene.run([this, wanted] { return ledger.acknowledged() > wanted; }, "some are acknowledged");
        scene.broker().limitFiles(fileBytes);
        scene.run([this] { return scene.broker().said().contains("Nothing can be kept: "); }, "the store is full");
        for (Publisher *each : publishers)
            each->setBudget(0, 0);
        // The broker logs it in the thread of the store: its own hears of it a moment later, which nothing shows.
        const auto heard = std::chrono::steady_clock::now() + 300ms;
        scene.run([heard] { return std::chrono::steady_clock::now() > heard; }, "the broker has heard of it");
        publishers.back()->setBudget(20, 300);
        scene.run([this] { return publishers.back()->openMessages() == 0; }, "the 5.0 publisher has its answers");
    }
    int refusals() const
    {
        int sum = 0;
        for (const Publisher *each : publishers)
            sum += each->refusals();
        return sum;
    }
    void runTicks(int count, const char *what)
    {
        const int wanted = ticker.ticks() + count;
        scene.run([this, wanted] { return ticker.ticks() >= wanted; }, what);
    }
    void free() { scene.broker().limitFiles(std::nullopt); }

    bool haveAllFinished() const
    {
        return std::all_of(publishers.begin(), publishers.end(),
            [](Publisher *each) { return each->openMessages() == 0; });
    }
    /// Whoever was closed comes again until it is let in.
    void comeBack()
    {
        auto next = std::chrono::steady_clock::now();
        scene.run([this, &next] {
            if (std::chrono::steady_clock::now() >= next) {
                scene.connectAll();
                next += 50ms;
            }
            return scene.areAllWelcome();
        }, "everybody is back");
    }
    /// Everything is published, everything comes; not again when the broker has read its store anew.
    Ledger::Verdict finish()
    {
        scene.run([this] { return haveAllFinished(); }, "what was held is acknowledged");
        runTicks(1, "QoS 0 still goes on");
        waitUntilTaken();
        setBudgets(50);
        drain();
        if (scene.isStuck())
            return scene.verdict();
        for (const std::unique_ptr<Participant> &each : scene.participants())
            scene.leave(*each);
        scene.stop();
        scene.start();
        lookAtRetained();
        drain();
        for (const std::unique_ptr<Participant> &each : scene.participants())
            scene.leave(*each);
        scene.stop();
        scene.checkLeftOvers();
        return scene.verdict();
    }

    Scene scene;
    Ledger &ledger;
    Ticker &ticker;
    RetainedReader &reader;
    std::vector<Publisher *> publishers;
    std::vector<Subscriber *> subscribers;

private:
    /// The store finds out within a second that it can be written again.
    void waitUntilTaken()
    {
        int refused = -1;
        scene.run([this, &refused] {
            if (!haveAllFinished())
                return false;
            const bool isTaken = refused == refusals();
            refused = refusals();
            if (!isTaken)
                setBudgets(1);
            return isTaken;
        }, "messages are taken again");
    }
    void drain()
    {
        for (Publisher *each : publishers)
            each->setWanted(true);
        for (Subscriber *each : subscribers)
            each->setWanted(true);
        comeBack();
        scene.run([this] { return haveAllFinished(); }, "all publishers have finished");
        for (Publisher *each : publishers)
            each->publishLast();
        scene.run([this] { return haveAllFinished() && scene.isSettled(); }, "everything has come");
    }
    void lookAtRetained()
    {
        scene.visit(reader);
        reader.subscribe();
        scene.run([this] { return reader.isComplete(); }, "the retained messages have come");
        for (const Publisher *publisher : publishers)
            reader.report(publisher->retainedStreams());
        scene.leave(reader);
    }
};

quint32 firstSeed()
{
    static const quint32 drawn = std::random_device()() % 1'000'000'000;
    return qEnvironmentVariableIsSet("PIGEON_CRASH_SEED") ? qEnvironmentVariable("PIGEON_CRASH_SEED").toUInt() : drawn;
}

int roundsWanted()
{
    return qEnvironmentVariableIsSet("PIGEON_CRASH_ROUNDS") ? qEnvironmentVariableIntValue("PIGEON_CRASH_ROUNDS") : 2;
}

QString sentence(quint32 seed, const Ledger::Verdict &verdict)
{
    return QStringLiteral("PIGEON_CRASH_SEED=%1 PIGEON_CRASH_ROUNDS=1: %2")
        .arg(seed)
        .arg(QString::fromUtf8(verdict.faults.join("\n    ")));
}

} // namespace

/// A disk that is full: QoS 0 goes on, 5.0 publishers hear 0x97, older ones are held and then closed without an
/// acknowledgement, and what was acknowledged is there. A folder that may not be written: no start.
///
/// PIGEON_CRASH_ROUNDS and PIGEON_CRASH_SEED as in tst_kill9.
class TestFullDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publishersAreHeldUntilThereIsRoom();
    void publishersAreClosedAfterTheLimit();
    void nothingIsLostWhenItIsKilled();
    void aFolderThatMayNotBeWritten();
};

void TestFullDisk::publishersAreHeldUntilThereIsRoom()
{
    for (int i = 0; i < roundsWanted(); ++i) {
        const quint32 seed = firstSeed() + static_cast<quint32>(i);
        FullDisk disk(seed, "60s");
        disk.setUp();
        disk.fill();
        QCOMPARE(disk.publishers.back()->refusals(), 20);
        for (Publisher *each : disk.speaking(ProtocolVersion::Mqtt311))
            QVERIFY(each->openMessages() > 0 && each->client().isWelcome());
        disk.free();
        const Ledger::Verdict verdict = disk.finish(); // a connection that was closed is a fault
        QVERIFY2(verdict.isClean(), qPrintable(sentence(seed, verdict)));
    }
}

void TestFullDisk::publishersAreClosedAfterTheLimit()
{
    for (int i = 0; i < roundsWanted(); ++i) {
        const quint32 seed = firstSeed() + static_cast<quint32>(i);
        FullDisk disk(seed, "200ms");
        const std::vector<Publisher *> old = disk.speaking(ProtocolVersion::Mqtt311);
        for (Publisher *each : disk.publishers)
            each->client().allowClosing(); // 5.0 when a PUBREL cannot be kept
        disk.setUp();
        disk.fill();
        QCOMPARE(disk.publishers.back()->refusals(), 20);
        QVERIFY(disk.publishers.back()->client().isWelcome());
        disk.scene.run([&old] {
            return std::none_of(old.begin(), old.end(), [](Publisher *each) { return each->client().isOpen(); });
        }, "publishers before 5.0 are closed");
        for (Publisher *each : old)
            QVERIFY(each->openMessages() > 0); // without an acknowledgement
        disk.runTicks(100, "QoS 0 goes on");
        disk.free();
        disk.comeBack();
        const Ledger::Verdict verdict = disk.finish();
        QVERIFY2(verdict.isClean(), qPrintable(sentence(seed, verdict)));
    }
}

void TestFullDisk::nothingIsLostWhenItIsKilled()
{
    for (int i = 0; i < roundsWanted(); ++i) {
        const quint32 seed = firstSeed() + static_cast<quint32>(i);
        FullDisk disk(seed, seed % 2 ? "100ms" : "60s");
        for (const std::unique_ptr<Participant> &each : disk.scene.participants())
            each->client().allowClosing();
        disk.setUp();
        disk.fill(disk.scene.draw(500'000));
        for (Subscriber *each : disk.subscribers)
            each->setWanted(disk.scene.toss());
        disk.scene.connectAll();
        disk.runTicks(disk.scene.draw(2'000), "QoS 0 goes on");
        disk.scene.die();
        disk.scene.start(); // without the limit
        disk.comeBack();
        disk.ticker.begin();
        const Ledger::Verdict verdict = disk.finish();
        QVERIFY2(verdict.isClean(), qPrintable(sentence(seed, verdict)));
    }
}

void TestFullDisk::aFolderThatMayNotBeWritten()
{
    Scene scene(1);
    QVERIFY(QFile::setPermissions(scene.configFile(), QFileDevice::ReadOwner | QFileDevice::ReadOther));
    // root may write everywhere: it has to become somebody else, who may read.
    const bool isRoot = ::geteuid() == 0;
    QVERIFY(QFile::setPermissions(scene.folder(),
        QFileDevice::ReadOwner | QFileDevice::ExeOwner | QFileDevice::ReadOther | QFileDevice::ExeOther));
    scene.broker().start(scene.configFile(), isRoot);
    const std::optional<int> code = scene.broker().waitForEnd();
    QVERIFY(QFile::setPermissions(
        scene.folder(), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
    QVERIFY(code);
    QCOMPARE(*code, 1);
    const QByteArray said = scene.broker().said();
    QVERIFY2(said.startsWith("pigeond: ") && said.contains(QFile::encodeName(scene.folder())), said.constData());
    QVERIFY2(said.contains("must be writable for the broker's user"), said.constData());
}

QTEST_APPLESS_MAIN(TestFullDisk)
#include "tst_fulldisk.moc"
