#include "awaysession.h"

#include "brokerprocess.h"
#include "measuring.h"

#include <charconv>
#include <cstring>

namespace bench {

AwaySession::AwaySession(const BrokerProcess &broker, std::string filter, unsigned qos)
    : m_broker(broker)
    , m_filter(std::move(filter))
    , m_qos(qos)
{
    Loop loop;
    const std::unique_ptr<Client> client = connect(loop);
    client->subscribe({m_filter}, m_qos);
    if (!loop.run([&client] { return client->isSubscribed(); }, patience))
        throw std::runtime_error("the broker does not answer a SUBSCRIBE");
    leave(loop, *client);
}

std::unique_ptr<Client> AwaySession::connect(Loop &loop)
{
    auto client = std::make_unique<Client>(loop, m_broker, "bench-away");
    client->packet = [this](Client &from, const Packet &packet) { hear(from, packet); };
    client->connect(false);
    if (!loop.run([&client] { return client->isWelcome(); }, patience))
        throw std::runtime_error("the broker does not answer the CONNECT of bench-away");
    return client;
}

void AwaySession::leave(Loop &loop, Client &client)
{
    client.disconnect();
    if (!loop.run([&client] { return !client.connection().isOpen(); }, patience))
        throw std::runtime_error("the broker does not close after DISCONNECT");
}

uint64_t AwaySession::awaited(const std::vector<uint64_t> &sent) const
{
    uint64_t count = 0;
    for (size_t i = 0; i < sent.size(); ++i)
        count += sent[i] - (i < m_next.size() ? m_next[i] : 0);
    return count;
}

uint64_t AwaySession::drain(const std::vector<uint64_t> &sent)
{
    const uint64_t all = awaited(sent);
    m_next.resize(sent.size());
    m_received = 0;
    m_finished = 0;
    m_secondsUntilMark = 0;
    m_begin = Clock::now();
    Loop loop;
    const std::unique_ptr<Client> client = connect(loop);
    loop.run([this, all] { return m_finished >= all; }, patience);
    leave(loop, *client);
    return m_received;
}

void AwaySession::hear(Client &client, const Packet &packet)
{
    if (packet.type == PacketType::Pubrel) {
        ++m_finished;
        putAcknowledge(client.output(), PacketType::Pubcomp, packet.id());
        client.sendLater();
    }
    if (packet.type != PacketType::Publish)
        return;
    uint16_t id = 0;
    receive(packet, packet.payload(id));
    if (packet.qos() != m_qos)
        ++m_wrong;
    if (packet.qos() == 0)
        return;
    m_finished += packet.qos() == 1;
    putAcknowledge(client.output(), packet.qos() == 1 ? PacketType::Puback : PacketType::Pubrec, id);
    client.sendLater();
}

void AwaySession::receive(const Packet &packet, std::string_view payload)
{
    // "bench/<publisher>", as Traffic names its topics.
    const std::string_view topic = packet.topic();
    const std::string_view name = topic.substr(topic.rfind('/') + 1);
    size_t publisher = m_next.size();
    std::from_chars(name.data(), name.data() + name.size(), publisher);
    Stamp stamp{};
    if (publisher >= m_next.size() || payload.size() < sizeof stamp) {
        ++m_wrong;
        return;
    }
    std::memcpy(&stamp, payload.data(), sizeof stamp);
    if (stamp.number != m_next[publisher])
        ++m_wrong;
    m_next[publisher] = stamp.number + 1;
    if (++m_received == m_mark)
        m_secondsUntilMark = std::chrono::duration<double>(Clock::now() - m_begin).count();
}

} // namespace bench
