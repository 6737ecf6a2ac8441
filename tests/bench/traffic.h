#pragma once

#include "client.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace bench {

class BrokerProcess;

/// What is sent to whom, and how much of it at once.
struct TrafficPlan
{
    size_t publishers = 1;
    size_t receivers = 1; ///< of each publisher, nobody else's; 0 = nobody receives
    unsigned qos = 0;
    size_t window = 1; ///< messages of one publisher that may be under way
    size_t payloadBytes = 16;
    bool retain = false;
    bool isPersistent = false; ///< the publishers' sessions outlive their connections
    /// Topics of each publisher, published to in turn; empty: one topic each.
    std::vector<std::vector<std::string>> topics;
    /// Filters of each publisher's receivers; empty: its topics.
    std::vector<std::vector<std::string>> filters;
};

/// How long a run lasts: until `messages` were sent or, when it is 0, for `time`.
struct Duration
{
    uint64_t messages = 0;
    std::chrono::nanoseconds time{0};
    /// Messages a second of all publishers together, in their turn; 0 = as fast as the window allows.
    uint64_t rate = 0;
    uint64_t burst = 1; ///< of these, so many at a time
};

/// What a payload begins with; the rest is zeros.
struct Stamp
{
    uint64_t number; ///< of its publisher, from 0
    uint64_t time; ///< nanoseconds of the steady clock
};

/// What has become of the messages.
struct Tally
{
    uint64_t sent = 0;
    uint64_t expected = 0; ///< deliveries that were to come of them
    uint64_t received = 0;
    uint64_t acknowledged = 0; ///< by PUBACK or PUBCOMP to the publishers
    uint64_t lost = 0;
    uint64_t wrong = 0; ///< doubled, out of order, or never sent

    Tally since(const Tally &begin) const;
    /// Nothing is missing but what QoS 0 may lose.
    bool addsUp(unsigned qos) const;
};

/// Publishers and their receivers, who count and check what comes: each message bears its number and its time.
class Traffic
{
public:
    /// Connects and subscribes everybody.
    Traffic(Loop &loop, const BrokerProcess &broker, TrafficPlan plan);

    /// Sends, and returns when all of it has come and was acknowledged, or nothing has happened for a while.
    void run(const Duration &duration);
    const Tally &tally() const { return m_tally; }
    /// How many messages each publisher has sent.
    std::vector<uint64_t> sentByEach() const;
    /// Nanoseconds of each message since `keepLatencies`, from before it was written until it was received or, where
    /// nobody receives, until it was acknowledged.
    std::vector<uint32_t> &latencies() { return m_latencies; }
    void keepLatencies() { m_keepsLatencies = true; }

private:
    struct Publisher
    {
        std::unique_ptr<Client> client;
        uint64_t sent = 0;
        uint64_t acknowledged = 0;
        uint64_t settled = 0; ///< deliveries received or known to be lost
        bool isWaiting = false; ///< stands in m_refill
        std::deque<uint64_t> sentAt; ///< of what was not acknowledged
        std::vector<std::string> topics;
    };
    struct Receiver
    {
        std::unique_ptr<Client> client;
        Publisher *publisher = nullptr;
        uint64_t next = 0; ///< the number that is to come
    };

    void addPublisher(const BrokerProcess &broker, size_t index);
    void addReceiver(const BrokerProcess &broker, size_t index);
    void introduceAll();
    void connectAll();
    std::vector<std::unique_ptr<Client>> takeClients();
    void giveBack(std::vector<std::unique_ptr<Client>> clients);

    void keepLatency(uint64_t sentAt);
    void publisherHears(Publisher &publisher, const Packet &packet);
    void receiverHears(Receiver &receiver, const Packet &packet);
    void receive(Receiver &receiver, std::string_view payload);
    void answer(Receiver &receiver, const Packet &packet, uint16_t id);

    uint64_t underWay(const Publisher &publisher) const;
    void wantMore(Publisher &publisher);
    void refill();
    void sendOne(Publisher &publisher, uint64_t now);
    bool mayStillSend();
    uint64_t messagesLeft() const;
    bool isSettled() const;
    void giveUp();

    class Pace;
    Loop &m_loop;
    const TrafficPlan m_plan;
    std::vector<std::unique_ptr<Publisher>> m_publishers;
    std::vector<std::unique_ptr<Receiver>> m_receivers;
    std::vector<Publisher *> m_refill;
    Tally m_tally;
    std::vector<uint32_t> m_latencies;
    bool m_keepsLatencies = false;
    bool m_isSending = false;
    uint64_t m_sentBefore = 0; // by earlier runs
    Duration m_duration;
    Clock::time_point m_until;
};

} // namespace bench
