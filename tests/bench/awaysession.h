#pragma once

#include "client.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bench {

class BrokerProcess;

/// A client whose session outlives its connections: it subscribes to what the publishers of a Traffic send and leaves;
/// when it comes back it must find all of it, once and in order.
class AwaySession
{
public:
    /// Returns when it has left.
    AwaySession(const BrokerProcess &broker, std::string filter, unsigned qos);

    /// What of the numbers `sent` by each publisher is still to come to it.
    uint64_t awaited(const std::vector<uint64_t> &sent) const;
    /// Comes back, acknowledges what it finds, and leaves again when all has come or nothing comes for a while.
    /// `sent` as in `awaited`. Returns how many have come.
    uint64_t drain(const std::vector<uint64_t> &sent);
    /// Seconds from CONNECT until the `mark`th message of the last drain had come; 0 when fewer came.
    double secondsUntilMark() const { return m_secondsUntilMark; }
    void setMark(uint64_t mark) { m_mark = mark; }
    /// Doubled, out of order, of another QoS or never sent.
    uint64_t wrong() const { return m_wrong; }

private:
    std::unique_ptr<Client> connect(Loop &loop);
    void leave(Loop &loop, Client &client);
    void hear(Client &client, const Packet &packet);
    void receive(const Packet &packet, std::string_view payload);

    const BrokerProcess &m_broker;
    const std::string m_filter;
    const unsigned m_qos;
    std::vector<uint64_t> m_next; // of each publisher: the number that is to come
    uint64_t m_received = 0; // in this drain
    uint64_t m_finished = 0; // of these, completely acknowledged
    uint64_t m_wrong = 0;
    uint64_t m_mark = 0;
    Clock::time_point m_begin;
    double m_secondsUntilMark = 0;
};

} // namespace bench
