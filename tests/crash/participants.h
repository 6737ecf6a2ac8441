#pragma once

#include "crash/crashclient.h"
#include "crash/ledger.h"

#include <random>

namespace pigeon::test {

/// A client of a crash test, with its place in the ledger.
class Participant
{
public:
    Participant(Ledger &ledger, QByteArray clientId, ProtocolVersion version);
    virtual ~Participant() = default;

    CrashClient &client() { return m_client; }
    /// Comes (back); the ledger hears when its session is not there, or one that should not be.
    bool connect(quint16 port);
    /// The broker has been killed.
    void die(bool readsRest);
    /// Whether it is to be connected while the broker runs.
    bool isWanted() const { return m_isWanted; }
    void setWanted(bool isWanted) { m_isWanted = isWanted; }
    /// What it does by itself, once a turn.
    virtual void work() { }

protected:
    virtual CrashClient::Wish wish() { return {}; }
    /// `wasWelcome`: its CONNACK had come.
    virtual void lost([[maybe_unused]] bool wasWelcome) { }
    Ledger &ledger() { return m_ledger; }

private:
    void welcomed(bool isPersistent, bool isClean, bool sessionPresent);

    Ledger &m_ledger;
    CrashClient m_client;
    bool m_isWanted = true;
    bool m_wasWelcome = false; // on the present connection
    bool m_hasSession = false; // the broker must have
};

/// Publishes to a topic that others subscribe to and to two retained ones, at QoS 1 and 2, fifty at a time.
class Publisher final : public Participant
{
public:
    static constexpr size_t window = 50; ///< messages under way

    Publisher(Ledger &ledger, int number, ProtocolVersion version, quint32 seed);

    /// Messages it has still to publish.
    void setBudget(int messages, int payloadBytes);
    /// Publishes as many messages as fit into the window.
    void work() override;
    /// One more message of each stream that others subscribe to.
    void publishLast();
    /// The retained message that is behind all others, see RetainedReader.
    void publishEndOfRetained();
    /// A 5.0 publisher may hear 0x97, and goes on.
    void allowRefusals() { m_mayBeRefused = true; }
    int refusals() const { return m_refusals; }
    /// Messages that are not published, or whose handshakes are not finished.
    int openMessages() { return m_budget + static_cast<int>(client().unfinished()); }

    const std::vector<Stream> &liveStreams() const { return m_live; }
    const std::vector<Stream> &retainedStreams() const { return m_retained; }

private:
    void refused(CrashClient::Tag tag, ReasonCode reason);
    void publishTo(Stream stream, QoS qos);
    void publishRetained(Stream stream, QoS qos);
    QByteArray payload(Stream stream, int number);

    const QByteArray m_liveTopic;
    const QByteArray m_retainedTopic; // and the digit of a QoS
    std::mt19937 m_random;
    int m_budget = 0;
    int m_payloadBytes = 0;
    bool m_mayBeRefused = false;
    int m_refusals = 0;
    std::vector<Stream> m_live; // QoS 1, QoS 2
    std::vector<Stream> m_retained; // likewise
};

/// Subscribes with a session that lasts, and notes what comes under the name that the ledger knows it by.
class Subscriber final : public Participant
{
public:
    Subscriber(Ledger &ledger, QByteArray clientId, ProtocolVersion version, QByteArray ledgerName, QByteArray filter);

    void subscribe() { client().subscribe(m_filter, QoS::ExactlyOnce); }
    const QByteArray &ledgerName() const { return m_ledgerName; }

private:
    void take(const PublishPacket &publish);

    const QByteArray m_ledgerName;
    const QByteArray m_filter;
};

/// Has a will, another one for each connection.
class Mortal final : public Participant
{
public:
    struct Kind
    {
        ProtocolVersion version = ProtocolVersion::Mqtt5;
        QoS qos = QoS::ExactlyOnce;
        bool isPersistent = true;
        quint32 delaySeconds = 0;
        bool isToBeHeard = true; ///< false: it is always back before its will is due

        /// Its client must stay away until then.
        bool isLate() const { return isToBeHeard && delaySeconds > 0; }
    };
    Mortal(Ledger &ledger, int number, const Kind &kind);

    const Kind &kind() const { return m_kind; }
    Stream stream() const { return m_stream; }
    /// Ends the connection properly; this one's will may still be heard after a crash.
    void leave();
    /// That it has left is kept: its will must not be heard any more.
    void discardWill();

protected:
    CrashClient::Wish wish() override;
    void lost(bool wasWelcome) override;

private:
    const Kind m_kind;
    const QByteArray m_topic;
    const Stream m_stream;
    int m_life = 0; // the number of its will
};

/// A session that was ended before the crash and must not rise again.
class Guest final : public Participant
{
public:
    explicit Guest(Ledger &ledger)
        : Participant(ledger, "guest", ProtocolVersion::Mqtt311)
    {
        setWanted(false);
    }
    /// Whether the next connection takes its session up (there is none) or ends it.
    void setEnding(bool isEnding) { m_isEnding = isEnding; }

protected:
    CrashClient::Wish wish() override { return {!m_isEnding, m_isEnding, {}}; }

private:
    bool m_isEnding = false;
};

/// A newcomer who asks for the retained messages.
class RetainedReader final : public Participant
{
public:
    explicit RetainedReader(Ledger &ledger);
    void subscribe();
    /// All have come: the last of the topics in their order has.
    bool isComplete() const { return m_isComplete; }
    /// Tells the ledger of what it has found for `streams`, and of what not.
    void report(const std::vector<Stream> &streams);

    /// A retained message that is always there, behind all others.
    static const QByteArray endTopic;

protected:
    CrashClient::Wish wish() override { return {false, true, {}}; }

private:
    void take(const PublishPacket &publish);

    std::map<Stream, int> m_found;
    bool m_isComplete = false;
};

/// The stream and number that a payload names; of another one a stream that nobody has.
CrashClient::Tag tagOf(const QByteArray &payload);

} // namespace pigeon::test
