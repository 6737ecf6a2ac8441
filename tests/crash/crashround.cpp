#include "crash/crashround.h"

#include <pigeon/sqlitestore.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>

#include <algorithm>

#include <poll.h>
#include <unistd.h>

namespace pigeon::test {

namespace {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock;

constexpr auto patience = 20s;

void spin(std::chrono::microseconds time)
{
    const auto until = Time::now() + time;
    while (Time::now() < until) { }
}

} // namespace

CrashRound::CrashRound(const CrashPlan &plan, quint32 seed)
    : m_plan(plan)
    , m_random(seed)
    , m_folder(QDir::tempPath() + QStringLiteral("/pigeon-crash-XXXXXX"))
    , m_commits(m_folder.path())
{
    makePublishers();
    makeSubscribers();
    makeMortals();
    m_guest = &add(std::make_unique<Guest>(m_ledger));
    m_reader = &add(std::make_unique<RetainedReader>(m_ledger));
    writeConfiguration();
}

CrashRound::~CrashRound() = default;

CrashResult CrashRound::play()
{
    QElapsedTimer timer;
    timer.start();
    setUp();
    publishWithKills();
    drain();
    end();
    CrashResult result{m_ledger.verdict(), m_kills, static_cast<double>(timer.elapsed()) / 1'000};
    if (!result.verdict.isClean() && qEnvironmentVariableIsSet("PIGEON_CRASH_KEEP")) {
        m_folder.setAutoRemove(false);
        result.verdict.faults.append("the store is in " + QFile::encodeName(m_folder.path()));
        result.verdict.faults.append("the last broker has said: " + m_broker.said().right(2'000));
    }
    return result;
}

// --- who takes part ------------------------------------------------------------------------------------------

template <typename Kind>
Kind &CrashRound::add(std::unique_ptr<Kind> participant)
{
    Kind &added = *participant;
    m_all.push_back(std::move(participant));
    return added;
}

template <typename Kind, typename... Arguments>
Kind &CrashRound::add(std::vector<Kind *> &kind, Arguments &&...arguments)
{
    kind.push_back(&add(std::make_unique<Kind>(m_ledger, std::forward<Arguments>(arguments)...)));
    return *kind.back();
}

void CrashRound::makePublishers()
{
    for (int i = 0; i < m_plan.publishers; ++i)
        add(m_publishers, i, i % 2 ? ProtocolVersion::Mqtt5 : ProtocolVersion::Mqtt311, m_random());
}

void CrashRound::makeSubscribers()
{
    const QByteArray all = "live/#";
    add(m_subscribers, QByteArrayLiteral("subscriber311"), ProtocolVersion::Mqtt311, QByteArrayLiteral("subscriber311"), all);
    add(m_subscribers, QByteArrayLiteral("subscriber5"), ProtocolVersion::Mqtt5, QByteArrayLiteral("subscriber5"), all);
    for (int i = 0; m_plan.hasGroup && i < 3; ++i)
        add(m_members, "member" + QByteArray::number(i), i % 2 ? ProtocolVersion::Mqtt5 : ProtocolVersion::Mqtt311,
            QByteArrayLiteral("group"), QByteArrayLiteral("$share/group/live/data/#"));
    for (const Publisher *publisher : m_publishers) {
        for (const Stream stream : publisher->liveStreams()) {
            for (const Subscriber *subscriber : m_subscribers)
                m_ledger.expect(subscriber->ledgerName(), stream);
            if (m_plan.hasGroup)
                m_ledger.expect("group", stream, Ledger::Order::Free);
        }
    }
}

void CrashRound::makeMortals()
{
    using Kind = Mortal::Kind;
    using enum ProtocolVersion;
    constexpr quint32 anHour = 3'600; // seconds
    std::vector<Kind> kinds{
        Kind{Mqtt311, QoS::ExactlyOnce, true, 0, true},
        Kind{Mqtt5, QoS::AtLeastOnce, true, 0, true},
        Kind{Mqtt311, QoS::AtLeastOnce, false, 0, true},
        Kind{Mqtt5, QoS::ExactlyOnce, false, 0, true},
        Kind{Mqtt5, QoS::ExactlyOnce, true, anHour, false}, // always back in time [MQTT-3.1.3-9]
    };
    if (m_plan.hasLateWill)
        kinds.push_back(Kind{Mqtt5, QoS::ExactlyOnce, true, 1, true});
    for (const Kind &kind : kinds) {
        const Stream stream = add(m_mortals, static_cast<int>(m_mortals.size()), kind).stream();
        for (const Subscriber *subscriber : m_subscribers)
            m_ledger.expect(subscriber->ledgerName(), stream);
    }
}

void CrashRound::writeConfiguration()
{
    // Little in memory, or few under way, are other ways through the broker.
    constexpr int queueMemory[] = {2, 60, 1'000};
    constexpr int inflight[] = {1, 20, 1'000};
    QFile file(m_folder.filePath(QStringLiteral("pigeond.conf")));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("the configuration cannot be written");
    file.write("listener 0 127.0.0.1\nlog_type error\nlog_type warning\nsys_interval 0\npersistence true\npersistence_location "
        + QFile::encodeName(m_folder.path()) + "\ndurability " + m_plan.durability + "\nqueue_memory_messages "
        + QByteArray::number(queueMemory[draw(3)]) + "\nmax_inflight_messages " + QByteArray::number(inflight[draw(3)]) + '\n');
}

// --- the course of it ----------------------------------------------------------------------------------------

void CrashRound::setUp()
{
    if (!start())
        return;
    connectAll();
    if (!run([this] { return areAllWelcome(); }, "everybody is welcome"))
        return;
    std::vector<Subscriber *> subscribers = m_subscribers;
    subscribers.insert(subscribers.end(), m_members.begin(), m_members.end());
    for (Subscriber *each : subscribers)
        each->subscribe();
    PublishPacket last;
    last.topic = RetainedReader::endTopic;
    last.payload = "end";
    last.qos = QoS::AtLeastOnce;
    last.retain = true;
    const Stream stream = m_ledger.open("the last retained topic", QoS::AtLeastOnce);
    m_publishers.front()->client().publish(last, {stream, m_ledger.publish(stream)});
    run([this, &subscribers] {
        return m_publishers.front()->client().unfinished() == 0
            && std::all_of(subscribers.begin(), subscribers.end(), [](Subscriber *each) { return each->client().isSubscribed(); });
    }, "everybody has subscribed");
    for (Subscriber *each : m_subscribers) {
        if (!m_plan.isOnline)
            leave(*each);
    }
    lookAtGuest();
    if (m_plan.durability == "relaxed") { // what was set up is not what is to be lost
        m_broker.stop();
        die();
        comeBack();
    }
}

void CrashRound::publishWithKills()
{
    for (Publisher *each : m_publishers)
        each->setBudget(m_plan.messagesEach, m_plan.payloadBytes);
    for (int left = m_plan.kills; left > 0 && !m_isOver; --left) {
        shuffleGroup();
        awaitMomentAndKill(1 + draw(2 * openMessages() / (left + 1)), [this] { return haveAllFinished(); });
        killAtStart();
        killAndComeBack();
    }
    shuffleGroup();
    run([this] { return haveAllFinished(); }, "all publishers have finished");
}

void CrashRound::drain()
{
    for (Subscriber *each : m_subscribers)
        each->setWanted(true);
    for (Subscriber *each : m_members)
        each->setWanted(true);
    connectAll();
    for (int left = m_plan.killsAtDrain; left > 0 && !m_isOver; --left)
        awaitDrainMomentAndKill();
    for (Publisher *each : m_publishers)
        each->publishLast(); // what comes before these has come, or never will
    run([this] { return haveAllFinished() && m_ledger.isSettled(); }, "everything has come");
}

void CrashRound::end()
{
    if (m_isOver)
        return;
    lookAround();
    for (Mortal *each : m_mortals)
        each->leave();
    for (const std::unique_ptr<Participant> &each : m_all)
        leave(*each);
    if (m_broker.stop() != 0)
        m_ledger.fault("the broker did not end cleanly: " + m_broker.said().right(500));
    checkLeftOvers();
}

// --- its parts -----------------------------------------------------------------------------------------------

bool CrashRound::start()
{
    const auto begin = Time::now();
    m_broker.start(m_folder.filePath(QStringLiteral("pigeond.conf")));
    if (m_broker.waitUntilReady()) {
        m_startTime = std::chrono::duration_cast<std::chrono::microseconds>(Time::now() - begin);
        return true;
    }
    m_ledger.fault("the broker does not start: " + m_broker.said());
    m_isOver = true;
    return false;
}

/// In another order each time.
void CrashRound::connectAll()
{
    std::vector<Participant *> missing;
    for (const std::unique_ptr<Participant> &each : m_all) {
        if (each->isWanted() && !each->client().isOpen())
            missing.push_back(each.get());
    }
    std::shuffle(missing.begin(), missing.end(), m_random);
    for (Participant *each : missing)
        each->connect(m_broker.port());
}

bool CrashRound::areAllWelcome() const
{
    return std::all_of(m_all.begin(), m_all.end(),
        [](const std::unique_ptr<Participant> &each) { return !each->isWanted() || each->client().isWelcome(); });
}

bool CrashRound::comeBack()
{
    if (m_isOver || !start())
        return false;
    const bool arePublishersLast = toss(); // else the clients are back before anything else happens
    if (arePublishersLast)
        lookAround();
    connectAll();
    return run([this] { return areAllWelcome(); }, "everybody is back");
}

/// What can be seen from outside while nobody publishes.
void CrashRound::lookAround()
{
    lookAtRetained();
    lookAtGuest();
}

void CrashRound::lookAtRetained()
{
    visit(*m_reader);
    m_reader->subscribe();
    run([this] { return m_reader->isComplete(); }, "the retained messages have come");
    for (const Publisher *publisher : m_publishers)
        m_reader->report(publisher->retainedStreams());
    leave(*m_reader);
}

void CrashRound::lookAtGuest()
{
    for (const bool isEnding : {false, true}) {
        m_guest->setEnding(isEnding);
        visit(*m_guest);
        leave(*m_guest);
    }
}

void CrashRound::visit(Participant &who)
{
    who.connect(m_broker.port());
    run([&who] { return who.client().isWelcome(); }, "a visitor is welcome");
}

void CrashRound::leave(Participant &who)
{
    who.setWanted(false);
    if (who.client().isWelcome())
        who.client().disconnect();
    run([&who] { return !who.client().isOpen(); }, "a client has left");
}

void CrashRound::die()
{
    ++m_kills;
    m_broker.kill();
    for (const std::unique_ptr<Participant> &each : m_all)
        each->die(toss());
    for (Mortal *each : m_mortals) {
        const bool isLate = each->kind().isToBeHeard && each->kind().delaySeconds > 0;
        each->setWanted(!isLate); // its delay runs from now on
    }
}

void CrashRound::killAndComeBack()
{
    die();
    comeBack();
}

/// Again before it is ready, or while the clients come back.
void CrashRound::killAtStart()
{
    for (int left = m_plan.killsAtStart; left > 0 && !m_isOver; --left) {
        die();
        if (toss()) {
            m_broker.start(m_folder.filePath(QStringLiteral("pigeond.conf")));
            ::usleep(static_cast<useconds_t>(draw(static_cast<int>(m_startTime.count()))));
            continue;
        }
        if (!start())
            return;
        connectAll();
        const auto until = Time::now() + std::chrono::microseconds(draw(20'000));
        while (Time::now() < until)
            turn(1);
    }
}

/// One member of the group goes or comes.
void CrashRound::shuffleGroup()
{
    if (m_members.empty() || m_isOver)
        return;
    Subscriber &member = *m_members[static_cast<size_t>(draw(static_cast<int>(m_members.size())))];
    if (member.isWanted()) {
        leave(member);
    } else {
        member.setWanted(true);
        connectAll();
    }
}

void CrashRound::awaitMomentAndKill(int acknowledgements, const Condition &isOver)
{
    const int wanted = m_ledger.acknowledged() + acknowledgements;
    run([this, wanted, &isOver] { return m_ledger.acknowledged() >= wanted || isOver(); }, "the moment has come");
    if (m_plan.killsInCommit) {
        m_isWriting = false;
        run([this, &isOver] { return m_isWriting || isOver(); }, "a commit has begun");
    }
    spin(std::chrono::microseconds(draw(400)));
}

void CrashRound::awaitDrainMomentAndKill()
{
    const int wanted = m_ledger.received() + 1 + draw(m_ledger.acknowledged() / 2);
    run([this, wanted] { return m_ledger.received() >= wanted || m_ledger.isSettled(); }, "the moment has come");
    spin(std::chrono::microseconds(draw(400)));
    killAtStart();
    killAndComeBack();
}

int CrashRound::openMessages() const
{
    int open = 0;
    for (Publisher *each : m_publishers)
        open += each->openMessages();
    return open;
}

bool CrashRound::haveAllFinished() const
{
    return std::all_of(m_publishers.begin(), m_publishers.end(), [](Publisher *each) { return each->openMessages() == 0; });
}

/// When all is finished and everybody has gone, nothing but sessions and retained messages is left.
void CrashRound::checkLeftOvers()
{
    const StoreReport report = checkSqliteStore(m_folder.filePath(QStringLiteral("pigeon.db")));
    if (!report.isSound)
        m_ledger.fault("the store is not sound: " + report.problems.join("; "));
    const auto none = [this](quint64 figure, const char *what) {
        if (figure > 0)
            m_ledger.fault("the store still has " + QByteArray::number(figure) + ' ' + what);
    };
    none(report.queuedDeliveries, "queued deliveries");
    none(report.inFlightDeliveries, "deliveries under way");
    none(report.messages, "messages");
    none(report.inboundIds, "inbound packet ids");
    none(report.wills, "wills");
}

// --- the loop ------------------------------------------------------------------------------------------------

bool CrashRound::run(const Condition &isSo, const char *what)
{
    const auto until = Time::now() + patience;
    while (!m_isOver && !isSo()) {
        turn(5);
        if (Time::now() > until) {
            m_ledger.fault(QByteArray("it hangs: it never came so far that ") + what + standing());
            m_isOver = true;
        }
    }
    return !m_isOver;
}

/// Whom it may hang at.
QByteArray CrashRound::standing() const
{
    QByteArray text;
    for (const std::unique_ptr<Participant> &each : m_all) {
        const CrashClient &client = each->client();
        if (each->isWanted() && !client.isWelcome())
            text += "; " + client.clientId() + " is not welcome";
        if (client.unfinished() + client.incoming() > 0)
            text += "; " + client.clientId() + " has " + QByteArray::number(client.unfinished())
                + " messages under way, " + QByteArray::number(client.incoming()) + " coming";
    }
    return text;
}

void CrashRound::turn(int waitMilliseconds)
{
    for (Publisher *each : m_publishers)
        each->work();
    std::vector<pollfd> descriptors{{m_broker.logDescriptor(), POLLIN, 0}, {m_commits.descriptor(), POLLIN, 0}};
    std::vector<CrashClient *> clients;
    for (const std::unique_ptr<Participant> &each : m_all) {
        CrashClient &client = each->client();
        client.flush();
        if (!client.isOpen())
            continue;
        clients.push_back(&client);
        const int events = client.hasOutput() ? POLLIN | POLLOUT : POLLIN;
        descriptors.push_back({client.descriptor(), static_cast<short>(events), 0});
    }
    ::poll(descriptors.data(), descriptors.size(), waitMilliseconds);
    m_broker.drain();
    m_isWriting = m_commits.hasWritten() || m_isWriting;
    for (size_t i = 0; i < clients.size(); ++i) {
        if (descriptors[i + 2].revents & ~POLLOUT)
            clients[i]->receive();
    }
}

} // namespace pigeon::test
