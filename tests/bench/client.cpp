#include "client.h"

#include "brokerprocess.h"
#include "relay.h"

#include <algorithm>
#include <stdexcept>

namespace bench {

namespace {
constexpr std::chrono::milliseconds answerPatience{30'000};
}

Client::Client(Loop &loop, const BrokerProcess &broker, std::string clientId)
    : m_clientId(std::move(clientId))
    , m_connection(loop, broker.host(), broker.port())
    , m_isRelay(broker.isRelay())
{
    m_connection.received = [this](Connection &, std::string_view bytes) { return take(bytes); };
    m_connection.ended = [this](Connection &) {
        if (!m_isLeaving)
            throw std::runtime_error("the broker closed the connection of " + m_clientId);
        if (left)
            left(*this);
    };
}

void Client::connect(bool cleanSession)
{
    putConnect(output(), m_clientId, cleanSession);
    sendLater();
}

void Client::subscribe(const std::vector<std::string> &filters, unsigned qos)
{
    putSubscribe(output(), 1, filters, qos);
    m_grantsAwaited += filters.size();
    sendLater();
}

void Client::disconnect()
{
    m_isLeaving = true;
    putDisconnect(output());
    sendLater();
}

void Client::introduce(char role, unsigned channel)
{
    const char bytes[] = {role, 0, static_cast<char>(channel >> 8), static_cast<char>(channel & 0xFF)};
    output().append(bytes, sizeof bytes);
    sendLater();
}

size_t Client::take(std::string_view bytes)
{
    size_t used = 0;
    if (m_isRelay && !m_isWelcome) {
        m_isWelcome = bytes.front() == relayReady;
        used = 1;
    }
    for (Packet cut; m_connection.isOpen() && cutPacket(bytes.substr(used), cut); used += cut.bytes)
        take(cut);
    return std::min(used, bytes.size());
}

void Client::take(const Packet &taken)
{
    if (taken.type == PacketType::Connack) {
        if (taken.body.size() < 2 || taken.body[1] != 0)
            throw std::runtime_error("the broker refuses " + m_clientId);
        m_isWelcome = true;
        if (welcomed)
            welcomed(*this);
    } else if (taken.type == PacketType::Suback) {
        for (const char code : taken.body.substr(2)) {
            if (static_cast<uint8_t>(code) > 2)
                throw std::runtime_error("the broker refuses a subscription of " + m_clientId);
            --m_grantsAwaited;
        }
    } else if (packet) {
        packet(*this, taken);
    }
}

void awaitAll(Loop &loop, const std::vector<std::unique_ptr<Client>> &clients, bool (Client::*is)() const)
{
    size_t reached = 0; // all before this one
    const auto areAll = [&] {
        while (reached < clients.size() && (*clients[reached].*is)())
            ++reached;
        return reached == clients.size();
    };
    if (!loop.run(areAll, answerPatience))
        throw std::runtime_error("the broker does not answer " + clients[reached]->clientId());
}

} // namespace bench
