#pragma once

#include "crash/scene.h"

namespace pigeon::test {

/// What a round is like. The rest is drawn: which moment, which version, how large a window.
struct CrashPlan
{
    int publishers = 4;
    int messagesEach = 200;
    int payloadBytes = 200; ///< at most
    int kills = 3; ///< while it is published
    bool killsInCommit = false; ///< when the store has just begun to write, else at any time
    bool killsAtGoodbye = false; ///< when a client has just been told that its session has ended
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

/// One round of a crash test: clients that keep the standard, a broker that is killed again and again, until everything
/// is finished and has come; then the ledger says what it is worth.
class CrashRound
{
public:
    CrashRound(const CrashPlan &plan, quint32 seed);

    CrashResult play();

private:
    // --- who takes part ---
    void makePublishers();
    void makeSubscribers();
    void makeMortals();
    void chooseOptions();

    // --- the course of it ---
    void setUp();
    bool subscribeAll();
    void publishWithKills();
    void drain();
    void end();

    // --- its parts ---
    bool comeBack();
    void lookAround();
    void lookAtRetained();
    void lookAtGuest();
    void guestComes(bool isEnding);
    void die();
    void killAndComeBack();
    void killAtStart();
    void killAsClientsComeBack();
    void shuffleGroup();
    void awaitMoment(int acknowledgements);
    Mortal *oneLeaves();
    int underWay() const;
    void awaitDrainMoment();
    int openMessages() const;
    bool haveAllFinished() const { return openMessages() == 0; }

    const CrashPlan m_plan;
    Scene m_scene;
    Ledger &m_ledger;
    std::vector<Publisher *> m_publishers;
    std::vector<Subscriber *> m_subscribers;
    std::vector<Subscriber *> m_members; // of the shared group
    std::vector<Mortal *> m_mortals;
    Guest &m_guest;
    RetainedReader &m_reader;
};

} // namespace pigeon::test
