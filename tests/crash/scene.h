#pragma once

#include "crash/commitwatch.h"
#include "crash/participants.h"
#include "crash/pigeondprocess.h"

#include <QTemporaryDir>

#include <chrono>
#include <memory>
#include <random>

namespace pigeon::test {

/// A pigeond with a store in a folder of its own, the clients that take part, their ledger, and the loop that runs them
/// all in one thread. What is random in it comes from one seed.
class Scene
{
public:
    using Condition = std::function<bool()>;

    explicit Scene(quint32 seed);

    /// Further lines of the configuration; before the first start.
    void configure(const QByteArray &lines);
    template <typename Kind, typename... Arguments>
    Kind &add(Arguments &&...arguments);

    Ledger &ledger() { return m_ledger; }
    PigeondProcess &broker() { return m_broker; }
    const std::vector<std::unique_ptr<Participant>> &participants() const { return m_participants; }
    QString folder() const { return m_folder.path(); }
    QString configFile() const { return m_folder.filePath(QStringLiteral("pigeond.conf")); }

    int draw(int below) { return static_cast<int>(m_random() % static_cast<unsigned>(std::max(below, 1))); }
    bool toss() { return draw(2) == 0; }
    quint32 drawSeed() { return static_cast<quint32>(m_random()); }

    // --- broker ---
    bool start();
    /// Kills it. Some clients still read what was sent, others have lost it.
    void die();
    int kills() const { return m_kills; }
    /// Starts it and returns somewhere between then and its being ready.
    void startForAMoment();
    /// SIGTERM, when all have left.
    void stop();

    // --- clients ---
    /// Connects who is wanted and away, in another order each time.
    void connectAll();
    bool areAllWelcome() const;
    /// Connects one that is wanted for a short time only.
    void visit(Participant &who);
    void leave(Participant &who);

    /// Everything has come, and its handshakes are finished.
    bool isSettled() const;

    // --- loop ---
    /// Turns until it is so; false and a fault when it is not in time.
    bool run(const Condition &isSo, const char *what);
    void turn(int waitMilliseconds);
    /// It hung, or there is no broker: nothing more is waited for.
    bool isStuck() const { return m_isStuck; }
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }
    /// Whether the store has written since it was asked last: a commit is under way.
    bool hasWritten() { return std::exchange(m_hasWritten, false); }

    /// Everything is finished, and a fault what the store still has of it.
    void checkLeftOvers();
    /// The ledger's; with a fault it tells what the broker has said. The folder stays then, when that is wanted.
    Ledger::Verdict verdict();

private:
    QByteArray standing() const;

    std::mt19937 m_random;
    QTemporaryDir m_folder;
    Ledger m_ledger;
    PigeondProcess m_broker;
    CommitWatch m_commits;
    std::vector<std::unique_ptr<Participant>> m_participants;
    std::chrono::milliseconds m_patience{20'000};
    std::chrono::microseconds m_startTime{50'000}; // that the last start took
    bool m_hasWritten = false;
    bool m_isStuck = false;
    int m_kills = 0;
};

template <typename Kind, typename... Arguments>
Kind &Scene::add(Arguments &&...arguments)
{
    auto participant = std::make_unique<Kind>(m_ledger, std::forward<Arguments>(arguments)...);
    Kind &added = *participant;
    m_participants.push_back(std::move(participant));
    return added;
}

} // namespace pigeon::test
