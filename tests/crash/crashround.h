#pragma once

#include "crash/commitwatch.h"
#include "crash/participants.h"
#include "crash/pigeondprocess.h"

#include <QTemporaryDir>

#include <chrono>
#include <memory>
#include <random>

namespace pigeon::test {

/// What a round is like. The rest is drawn: which moment, which version, how large a window.
struct CrashPlan
{
    int publishers = 4;
    int messagesEach = 250;
    int payloadBytes = 200; ///< at most
    int kills = 3; ///< while it is published
    bool killsInCommit = false; ///< when the store has just begun to write, else at any time
    int killsAtStart = 0; ///< after each of these, while the broker starts or its clients come back
    int killsAtDrain = 0; ///< while subscribers take what has waited for them
    bool isOnline = false; ///< subscribers are there from the beginning
    bool hasGroup = false; ///< a shared subscription, whose members come and go
    bool hasLateWill = false; ///< one with a delay that the crash falls into
    QByteArray durability = "full";
};

/// What came of it.
struct CrashResult
{
    Ledger::Verdict verdict;
    int kills = 0;
    double seconds = 0;
};

/// One round of a crash test: pigeond with clients that keep the standard, killed again and again, until everything is
/// finished and has come; then the ledger says what it is worth. All in one thread.
class CrashRound
{
public:
    CrashRound(const CrashPlan &plan, quint32 seed);
    ~CrashRound();

    /// Plays it; with a fault the folder of the store stays, and the verdict names it.
    CrashResult play();

private:
    using Condition = std::function<bool()>;

    // --- who takes part ---
    void makePublishers();
    void makeSubscribers();
    void makeMortals();
    template <typename Kind, typename... Arguments>
    Kind &add(std::vector<Kind *> &kind, Arguments &&...arguments);
    template <typename Kind>
    Kind &add(std::unique_ptr<Kind> participant);
    void writeConfiguration();

    // --- the course of it ---
    void setUp();
    void publishWithKills();
    void drain();
    void end();

    // --- its parts ---
    bool start();
    void connectAll();
    bool comeBack();
    void lookAround();
    void lookAtRetained();
    void lookAtGuest();
    void visit(Participant &who);
    void leave(Participant &who);
    void die();
    void killAndComeBack();
    void killAtStart();
    void shuffleGroup();
    void awaitMomentAndKill(int acknowledgements, const Condition &isOver);
    void awaitDrainMomentAndKill();
    int openMessages() const;
    bool haveAllFinished() const;
    bool areAllWelcome() const;
    void checkLeftOvers();

    /// Turns the loop until it is so; false and a fault when it is not within the time.
    bool run(const Condition &isSo, const char *what);
    void turn(int waitMilliseconds);
    QByteArray standing() const;
    int draw(int below) { return static_cast<int>(m_random() % static_cast<unsigned>(std::max(below, 1))); }
    bool toss() { return draw(2) == 0; }

    const CrashPlan m_plan;
    std::mt19937 m_random;
    QTemporaryDir m_folder;
    Ledger m_ledger;
    PigeondProcess m_broker;
    CommitWatch m_commits;
    bool m_isWriting = false; // since the last look
    bool m_isOver = false; // it hangs: nothing more is waited for
    int m_kills = 0;
    std::chrono::microseconds m_startTime{100'000};

    std::vector<std::unique_ptr<Participant>> m_all;
    std::vector<Publisher *> m_publishers;
    std::vector<Subscriber *> m_subscribers;
    std::vector<Subscriber *> m_members; // of the shared group
    std::vector<Mortal *> m_mortals;
    Guest *m_guest = nullptr;
    RetainedReader *m_reader = nullptr;
};

} // namespace pigeon::test
