#include "traffic.h"

#include "brokerprocess.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace bench {

namespace {

// Nothing has come for so long: it will not come any more.
constexpr std::chrono::milliseconds stallPatience{5'000};
// SUBSCRIBE packets stay small, as clients send them.
constexpr size_t filtersPerSubscribe = 100;

uint64_t nanoseconds()
{
    return static_cast<uint64_t>(Clock::now().time_since_epoch().count());
}

uint16_t idOf(uint64_t number)
{
    return static_cast<uint16_t>(number % 65'535 + 1);
}

} // namespace

Tally Tally::since(const Tally &begin) const
{
    return {sent - begin.sent, expected - begin.expected, received - begin.received,
        acknowledged - begin.acknowledged, lost - begin.lost, wrong - begin.wrong};
}

bool Tally::addsUp(unsigned qos) const
{
    if (wrong > 0 || received + lost != expected)
        return false;
    return qos == 0 || (lost == 0 && acknowledged == sent);
}

/// Fires `rate` times a second, and says how often it should have.
class Traffic::Pace final : public Watched
{
public:
    Pace(Loop &loop, uint64_t rate, std::function<void()> due)
        : m_loop(loop)
        , m_due(std::move(due))
        , m_descriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))
    {
        ::prctl(PR_SET_TIMERSLACK, 1);
        itimerspec interval{};
        interval.it_interval.tv_sec = rate == 1 ? 1 : 0;
        interval.it_interval.tv_nsec = rate == 1 ? 0 : static_cast<long>(1'000'000'000 / rate);
        interval.it_value = interval.it_interval;
        ::timerfd_settime(m_descriptor, 0, &interval, nullptr);
        m_loop.watch(m_descriptor, *this, EPOLLIN);
    }
    ~Pace() override
    {
        m_loop.forget(m_descriptor, *this);
        ::close(m_descriptor);
    }
    void ready(uint32_t) override
    {
        uint64_t times = 0;
        if (::read(m_descriptor, &times, sizeof times) != sizeof times)
            return;
        for (; times > 0; --times)
            m_due();
    }

private:
    Loop &m_loop;
    std::function<void()> m_due;
    int m_descriptor;
};

Traffic::Traffic(Loop &loop, const BrokerProcess &broker, TrafficPlan plan)
    : m_loop(loop)
    , m_plan(std::move(plan))
{
    for (size_t i = 0; i < m_plan.publishers; ++i) {
        addPublisher(broker, i);
        for (size_t receiver = 0; receiver < m_plan.receivers; ++receiver)
            addReceiver(broker, i);
    }
    if (broker.isRelay())
        introduceAll();
    else
        connectAll();
}

void Traffic::addPublisher(const BrokerProcess &broker, size_t index)
{
    m_publishers.push_back(std::make_unique<Publisher>());
    Publisher &publisher = *m_publishers.back();
    publisher.client = std::make_unique<Client>(m_loop, broker, "bench-from-" + std::to_string(index));
    publisher.topics = m_plan.topics.empty() ? std::vector<std::string>{"bench/" + std::to_string(index)}
                                             : m_plan.topics[index];
    publisher.client->packet
        = [this, &publisher](Client &, const Packet &packet) { publisherHears(publisher, packet); };
}

void Traffic::addReceiver(const BrokerProcess &broker, size_t index)
{
    m_receivers.push_back(std::make_unique<Receiver>());
    Receiver &receiver = *m_receivers.back();
    receiver.publisher = m_publishers[index].get();
    receiver.client
        = std::make_unique<Client>(m_loop, broker, "bench-to-" + std::to_string(m_receivers.size() - 1));
    receiver.client->packet
        = [this, &receiver](Client &, const Packet &packet) { receiverHears(receiver, packet); };
}

void Traffic::introduceAll()
{
    for (size_t i = 0; i < m_receivers.size(); ++i)
        m_receivers[i]->client->introduce('S', static_cast<unsigned>(i / m_plan.receivers));
    for (size_t i = 0; i < m_publishers.size(); ++i)
        m_publishers[i]->client->introduce('P', static_cast<unsigned>(i));
    std::vector<std::unique_ptr<Client>> clients = takeClients();
    awaitAll(m_loop, clients, &Client::isWelcome);
    giveBack(std::move(clients));
}

void Traffic::connectAll()
{
    std::vector<std::unique_ptr<Client>> clients = takeClients();
    for (size_t i = 0; i < clients.size(); ++i)
        clients[i]->connect(i < m_receivers.size() || !m_plan.isPersistent);
    awaitAll(m_loop, clients, &Client::isWelcome);
    for (size_t i = 0; i < m_receivers.size(); ++i) {
        const size_t of = i / m_plan.receivers;
        const std::vector<std::string> &filters
            = m_plan.filters.empty() ? m_publishers[of]->topics : m_plan.filters[of];
        for (size_t at = 0; at < filters.size(); at += filtersPerSubscribe) {
            const auto begin = filters.begin() + static_cast<ptrdiff_t>(at);
            const auto count = static_cast<ptrdiff_t>(std::min(filtersPerSubscribe, filters.size() - at));
            clients[i]->subscribe({begin, begin + count}, m_plan.qos);
        }
    }
    awaitAll(m_loop, clients, &Client::isSubscribed);
    giveBack(std::move(clients));
}

/// All clients, receivers first, for what is done with all of them.
std::vector<std::unique_ptr<Client>> Traffic::takeClients()
{
    std::vector<std::unique_ptr<Client>> clients;
    for (const std::unique_ptr<Receiver> &receiver : m_receivers)
        clients.push_back(std::move(receiver->client));
    for (const std::unique_ptr<Publisher> &publisher : m_publishers)
        clients.push_back(std::move(publisher->client));
    return clients;
}

void Traffic::giveBack(std::vector<std::unique_ptr<Client>> clients)
{
    for (size_t i = 0; i < clients.size(); ++i)
        (i < m_receivers.size() ? m_receivers[i]->client : m_publishers[i - m_receivers.size()]->client)
            = std::move(clients[i]);
}

// --- one run -------------------------------------------------------------------------------------------------

void Traffic::run(const Duration &duration)
{
    m_duration = duration;
    m_until = Clock::now() + duration.time;
    m_sentBefore = m_tally.sent;
    m_isSending = true;
    std::unique_ptr<Pace> pace;
    if (duration.rate > 0) {
        size_t turn = 0;
        pace = std::make_unique<Pace>(m_loop, duration.rate / duration.burst, [this, turn]() mutable {
            const uint64_t now = nanoseconds();
            for (uint64_t left = m_duration.burst; left > 0 && mayStillSend(); --left)
                sendOne(*m_publishers[turn++ % m_publishers.size()], now);
        });
    } else {
        for (const std::unique_ptr<Publisher> &publisher : m_publishers)
            wantMore(*publisher);
    }
    const bool hasSettled = m_loop.run(
        [this] {
            refill();
            return !mayStillSend() && isSettled();
        },
        stallPatience);
    if (!hasSettled)
        giveUp();
    m_isSending = false;
}

bool Traffic::mayStillSend()
{
    if (!m_isSending)
        return false;
    m_isSending = m_duration.messages > 0 ? messagesLeft() > 0 : Clock::now() < m_until;
    return m_isSending;
}

/// Messages that were not delivered to everybody or not acknowledged, whichever are more.
uint64_t Traffic::underWay(const Publisher &publisher) const
{
    uint64_t count = m_plan.qos > 0 ? publisher.sent - publisher.acknowledged : 0;
    if (m_plan.receivers > 0) {
        const uint64_t deliveries = publisher.sent * m_plan.receivers - publisher.settled;
        count = std::max(count, (deliveries + m_plan.receivers - 1) / m_plan.receivers);
    }
    return count;
}

void Traffic::wantMore(Publisher &publisher)
{
    // A window is refilled when half of it is free, so that many in flight also means many per write.
    if (m_duration.rate > 0 || publisher.isWaiting || underWay(publisher) > m_plan.window / 2)
        return;
    publisher.isWaiting = true;
    m_refill.push_back(&publisher);
}

void Traffic::refill()
{
    if (m_refill.empty())
        return;
    const uint64_t now = nanoseconds();
    for (Publisher *publisher : m_refill) {
        publisher->isWaiting = false;
        const uint64_t free = m_plan.window - std::min<uint64_t>(m_plan.window, underWay(*publisher));
        for (uint64_t left = mayStillSend() ? std::min(free, messagesLeft()) : 0; left > 0; --left)
            sendOne(*publisher, now);
    }
    m_refill.clear();
}

uint64_t Traffic::messagesLeft() const
{
    return m_duration.messages > 0 ? m_sentBefore + m_duration.messages - m_tally.sent : ~uint64_t(0);
}

void Traffic::sendOne(Publisher &publisher, uint64_t now)
{
    const Stamp stamp{publisher.sent, now};
    const std::string &topic = publisher.topics[publisher.sent % publisher.topics.size()];
    char *payload = putPublish(publisher.client->output(), topic, m_plan.qos, m_plan.retain, idOf(publisher.sent),
        m_plan.payloadBytes);
    std::memcpy(payload, &stamp, sizeof stamp);
    publisher.client->sendLater();
    if (m_plan.receivers == 0)
        publisher.sentAt.push_back(now);
    ++publisher.sent;
    ++m_tally.sent;
    m_tally.expected += m_plan.receivers;
}

bool Traffic::isSettled() const
{
    return m_tally.received + m_tally.lost >= m_tally.expected
        && (m_plan.qos == 0 || m_tally.acknowledged >= m_tally.sent);
}

std::vector<uint64_t> Traffic::sentByEach() const
{
    std::vector<uint64_t> sent;
    for (const std::unique_ptr<Publisher> &publisher : m_publishers)
        sent.push_back(publisher->sent);
    return sent;
}

/// What has not come counts as lost; the next run starts from there.
void Traffic::giveUp()
{
    m_tally.lost = m_tally.expected - m_tally.received;
    for (const std::unique_ptr<Receiver> &receiver : m_receivers)
        receiver->next = receiver->publisher->sent;
    for (const std::unique_ptr<Publisher> &publisher : m_publishers) {
        publisher->settled = publisher->sent * m_plan.receivers;
        publisher->acknowledged = publisher->sent;
    }
}

// --- what comes ----------------------------------------------------------------------------------------------

void Traffic::keepLatency(uint64_t sentAt)
{
    if (m_keepsLatencies)
        m_latencies.push_back(static_cast<uint32_t>(std::min<uint64_t>(nanoseconds() - sentAt, ~uint32_t(0))));
}

void Traffic::publisherHears(Publisher &publisher, const Packet &packet)
{
    if (packet.type == PacketType::Pubrec) {
        putAcknowledge(publisher.client->output(), PacketType::Pubrel, packet.id());
        publisher.client->sendLater();
        return;
    }
    const PacketType final = m_plan.qos == 1 ? PacketType::Puback : PacketType::Pubcomp;
    // Brokers acknowledge in the order in which they were sent to [MQTT-4.6.0-2] [MQTT-4.6.0-3].
    if (packet.type != final || packet.id() != idOf(publisher.acknowledged)) {
        ++m_tally.wrong;
        return;
    }
    if (m_plan.receivers == 0) {
        keepLatency(publisher.sentAt.front());
        publisher.sentAt.pop_front();
    }
    ++publisher.acknowledged;
    ++m_tally.acknowledged;
    wantMore(publisher);
}

void Traffic::receiverHears(Receiver &receiver, const Packet &packet)
{
    uint16_t id = packet.id();
    if (packet.type == PacketType::Publish)
        receive(receiver, packet.payload(id));
    answer(receiver, packet, id);
}

void Traffic::answer(Receiver &receiver, const Packet &packet, uint16_t id)
{
    if (packet.type == PacketType::Publish && packet.qos() != m_plan.qos)
        ++m_tally.wrong;
    if (packet.type == PacketType::Publish && packet.qos() == 0)
        return;
    PacketType answer = PacketType::Pubcomp; // to a PUBREL
    if (packet.type == PacketType::Publish)
        answer = packet.qos() == 1 ? PacketType::Puback : PacketType::Pubrec;
    putAcknowledge(receiver.client->output(), answer, id);
    receiver.client->sendLater();
}

void Traffic::receive(Receiver &receiver, std::string_view payload)
{
    Stamp stamp{};
    if (payload.size() != m_plan.payloadBytes)
        throw std::runtime_error("the broker sent a payload of another size than was published");
    std::memcpy(&stamp, payload.data(), sizeof stamp);
    Publisher &publisher = *receiver.publisher;
    if (stamp.number < receiver.next || stamp.number >= publisher.sent) {
        ++m_tally.wrong;
        return;
    }
    const uint64_t missing = stamp.number - receiver.next;
    m_tally.lost += missing;
    ++m_tally.received;
    publisher.settled += missing + 1;
    receiver.next = stamp.number + 1;
    keepLatency(stamp.time);
    wantMore(publisher);
}

} // namespace bench
