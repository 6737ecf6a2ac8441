#include "crash/crashround.h"

#include <QElapsedTimer>

#include <algorithm>

namespace pigeon::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using Time = std::chrono::steady_clock;

void spin(microseconds time)
{
    const auto until = Time::now() + time;
    while (Time::now() < until) { }
}

ProtocolVersion alternating(int i)
{
    return i % 2 ? ProtocolVersion::Mqtt5 : ProtocolVersion::Mqtt311;
}

} // namespace

CrashRound::CrashRound(const CrashPlan &plan, quint32 seed)
    : m_plan(plan)
    , m_scene(seed)
    , m_ledger(m_scene.ledger())
    , m_guest(m_scene.add<Guest>())
    , m_reader(m_scene.add<RetainedReader>())
{
    makePublishers();
    makeSubscribers();
    makeMortals();
    chooseOptions();
}

CrashResult CrashRound::play()
{
    QElapsedTimer timer;
    timer.start();
    setUp();
    publishWithKills();
    drain();
    end();
    return {m_scene.verdict(), m_scene.kills(), static_cast<double>(timer.elapsed()) / 1'000};
}

// --- who takes part ------------------------------------------------------------------------------------------

void CrashRound::makePublishers()
{
    for (int i = 0; i < m_plan.publishers; ++i)
        m_publishers.push_back(&m_scene.add<Publisher>(i, alternating(i), m_scene.drawSeed()));
}

void CrashRound::makeSubscribers()
{
    for (int i = 0; i < 2; ++i) {
        const QByteArray name = "subscriber" + QByteArray::number(i);
        m_subscribers.push_back(&m_scene.add<Subscriber>(name, alternating(i), name, "live/#"));
    }
    for (int i = 0; m_plan.hasGroup && i < 3; ++i)
        m_members.push_back(&m_scene.add<Subscriber>(
            "member" + QByteArray::number(i), alternating(i), "group", "$share/group/live/data/#"));
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
        m_mortals.push_back(&m_scene.add<Mortal>(static_cast<int>(m_mortals.size()), kind));
        for (const Subscriber *subscriber : m_subscribers)
            m_ledger.expect(subscriber->ledgerName(), m_mortals.back()->stream());
    }
}

/// Little in memory, or few under way, are other ways through the broker.
void CrashRound::chooseOptions()
{
    constexpr int queueMemory[] = {2, 60, 1'000};
    constexpr int inflight[] = {3, 20, 1'000};
    m_scene.configure("durability " + m_plan.durability + "\nqueue_memory_messages "
        + QByteArray::number(queueMemory[m_scene.draw(3)]) + "\nmax_inflight_messages "
        + QByteArray::number(inflight[m_scene.draw(3)]) + '\n');
    if (m_plan.durability == "relaxed")
        m_scene.setPatience(3s); // what is lost never comes
}

// --- the course of it ----------------------------------------------------------------------------------------

void CrashRound::setUp()
{
    if (!m_scene.start())
        return;
    m_scene.connectAll();
    if (!m_scene.run([this] { return m_scene.areAllWelcome(); }, "everybody is welcome") || !subscribeAll())
        return;
    m_publishers.front()->publishEndOfRetained();
    m_scene.run([this] { return haveAllFinished(); }, "the last retained topic is there");
    for (Subscriber *each : m_subscribers) {
        if (!m_plan.isOnline)
            m_scene.leave(*each);
    }
    lookAtGuest();
    if (m_plan.durability == "relaxed") { // what was set up is not what is to be lost
        m_scene.stop();
        die();
        comeBack();
    }
}

bool CrashRound::subscribeAll()
{
    std::vector<Subscriber *> all = m_subscribers;
    all.insert(all.end(), m_members.begin(), m_members.end());
    for (Subscriber *each : all)
        each->subscribe();
    return m_scene.run([&all] {
        return std::all_of(all.begin(), all.end(), [](Subscriber *each) { return each->client().isSubscribed(); });
    }, "everybody has subscribed");
}

void CrashRound::publishWithKills()
{
    for (Publisher *each : m_publishers)
        each->setBudget(m_plan.messagesEach, m_plan.payloadBytes);
    for (int left = m_plan.kills; left > 0 && !m_scene.isStuck(); --left) {
        shuffleGroup();
        awaitMoment(1 + m_scene.draw(2 * openMessages() / (left + 1)));
        killAtStart();
        killAndComeBack();
    }
    shuffleGroup();
    m_scene.run([this] { return haveAllFinished(); }, "all publishers have finished");
}

void CrashRound::drain()
{
    for (const std::vector<Subscriber *> &kind : {m_subscribers, m_members}) {
        for (Subscriber *each : kind)
            each->setWanted(true);
    }
    m_scene.connectAll();
    for (int left = m_plan.killsAtDrain; left > 0 && !m_scene.isStuck(); --left) {
        awaitDrainMoment();
        killAtStart();
        killAndComeBack();
    }
    for (Publisher *each : m_publishers)
        each->publishLast(); // what comes before these has come, or never will
    m_scene.run([this] { return haveAllFinished() && m_scene.isSettled(); }, "everything has come");
}

void CrashRound::end()
{
    if (m_scene.isStuck())
        return;
    lookAround();
    for (Mortal *each : m_mortals) {
        if (each->client().isOpen())
            each->discardWill();
    }
    for (const std::unique_ptr<Participant> &each : m_scene.participants())
        m_scene.leave(*each);
    m_scene.stop();
    m_scene.checkLeftOvers();
}

// --- its parts -----------------------------------------------------------------------------------------------

bool CrashRound::comeBack()
{
    if (m_scene.isStuck() || !m_scene.start())
        return false;
    if (m_scene.toss()) // else the clients are back before anything else happens
        lookAround();
    m_scene.connectAll();
    return m_scene.run([this] { return m_scene.areAllWelcome(); }, "everybody is back");
}

/// What can be seen from outside.
void CrashRound::lookAround()
{
    lookAtRetained();
    lookAtGuest();
}

void CrashRound::lookAtRetained()
{
    m_scene.visit(m_reader);
    m_reader.subscribe();
    m_scene.run([this] { return m_reader.isComplete(); }, "the retained messages have come");
    for (const Publisher *publisher : m_publishers)
        m_reader.report(publisher->retainedStreams());
    m_scene.leave(m_reader);
}

void CrashRound::lookAtGuest()
{
    for (const bool isEnding : {false, true}) {
        guestComes(isEnding);
        m_scene.leave(m_guest);
    }
}

void CrashRound::guestComes(bool isEnding)
{
    m_guest.setEnding(isEnding);
    m_scene.visit(m_guest);
}

void CrashRound::die()
{
    m_scene.die();
    for (Mortal *each : m_mortals)
        each->setWanted(!each->kind().isLate()); // a delay runs from now on
}

void CrashRound::killAndComeBack()
{
    die();
    comeBack();
}

void CrashRound::killAtStart()
{
    for (int left = m_plan.killsAtStart; left > 0 && !m_scene.isStuck(); --left) {
        die();
        if (m_scene.toss()) {
            killAsClientsComeBack();
        } else {
            m_scene.startForAMoment();
        }
    }
}

/// Runs up to the moment of the kill.
void CrashRound::killAsClientsComeBack()
{
    if (!m_scene.start())
        return;
    m_scene.connectAll();
    const auto until = Time::now() + microseconds(m_scene.draw(20'000));
    while (Time::now() < until)
        m_scene.turn(1);
}

/// One member of the group goes or comes.
void CrashRound::shuffleGroup()
{
    if (m_members.empty() || m_scene.isStuck())
        return;
    Subscriber &member = *m_members[static_cast<size_t>(m_scene.draw(static_cast<int>(m_members.size())))];
    if (member.isWanted()) {
        m_scene.leave(member);
    } else {
        member.setWanted(true);
        m_scene.connectAll();
    }
}

void CrashRound::awaitMoment(int acknowledgements)
{
    Mortal *leaver = oneLeaves();
    if (m_plan.killsAtGoodbye)
        guestComes(false);
    // An acknowledgement of what was published after the DISCONNECT says that the store has come so far.
    const int wanted = m_ledger.acknowledged() + std::max(acknowledgements, underWay() + 1);
    const auto isThere = [this, wanted] { return m_ledger.acknowledged() >= wanted; };
    m_scene.run([this, &isThere] { return isThere() || haveAllFinished(); }, "the moment has come");
    if (leaver && isThere())
        leaver->discardWill();
    if (m_plan.killsAtGoodbye) {
        guestComes(true);
        return;
    }
    if (m_plan.killsInCommit) {
        m_scene.hasWritten(); // so far
        m_scene.run([this] { return m_scene.hasWritten() || haveAllFinished(); }, "a commit has begun");
    }
    spin(microseconds(m_scene.draw(400)));
}

/// Properly, so that its will must not be heard though the broker is killed then; null when nobody does.
Mortal *CrashRound::oneLeaves()
{
    Mortal *leaver = m_mortals[static_cast<size_t>(m_scene.draw(static_cast<int>(m_mortals.size())))];
    if (!leaver->kind().isToBeHeard || !leaver->client().isWelcome())
        return nullptr;
    leaver->leave();
    m_scene.run([leaver] { return !leaver->client().isOpen(); }, "a client has left");
    return leaver;
}

int CrashRound::underWay() const
{
    int sum = 0;
    for (Publisher *each : m_publishers)
        sum += static_cast<int>(each->client().unfinished());
    return sum;
}

void CrashRound::awaitDrainMoment()
{
    const int wanted = m_ledger.received() + 1 + m_scene.draw(m_ledger.acknowledged() / 2);
    const auto isThere = [this, wanted] { return m_ledger.received() >= wanted; };
    m_scene.run([this, &isThere] { return isThere() || m_ledger.isSettled(); }, "the moment has come");
    spin(microseconds(m_scene.draw(400)));
}

int CrashRound::openMessages() const
{
    int open = 0;
    for (Publisher *each : m_publishers)
        open += each->openMessages();
    return open;
}

} // namespace pigeon::test
