#include "monitor/collector.h"

#include "monitor/packethead.h"
#include "monitor/taprecords.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pigeon {

namespace {

QByteArrayView viewOf(const char *bytes, qsizetype size)
{
    return QByteArrayView(bytes, size);
}

} // namespace

Collector::Collector(std::shared_ptr<TapChannel> channel)
    : m_channel(std::move(channel))
    , m_origins{Origin::create({}, {}, {})}
    , m_topicOfMessage(rememberedMessages)
{
}

bool Collector::collect()
{
    MonitorBatch &batch = m_collected.batch;
    // In this order: who is named in the ring was made known in the list before.
    const size_t end = m_channel->ring.published();
    add(m_channel->takeChanges());
    bool isAny = false;
    m_channel->ring.drain(end, [this, &batch, &isAny](quint32 kind, const void *record, size_t) {
        isAny = true;
        switch (kind) {
        case tap::MessageKind:
            add(*static_cast<const tap::Message *>(record), batch);
            break;
        case tap::DeliveryKind:
            add(*static_cast<const tap::Delivery *>(record), batch);
            break;
        case tap::PacketKind:
            add(*static_cast<const tap::Packet *>(record), batch);
            break;
        }
    });
    return isAny;
}

Collector::Collected Collector::take(qint64 when)
{
    foldClients();
    MonitorBatch &batch = m_collected.batch;
    batch.when = when;
    batch.losses = m_channel->losses();
    const bool isChange = !batch.messages.empty() || !batch.deliveries.empty() || !batch.packets.empty()
        || !batch.clients.empty() || !batch.counts.empty() || !batch.endedSessions.empty() || !batch.events.empty()
        || !batch.subscriptions.empty() || !batch.retained.empty() || batch.bans || batch.totals;
    m_collected.isAnything = isChange || batch.losses != m_losses;
    m_losses = batch.losses;
    return std::exchange(m_collected, {});
}

// --- rare ones -----------------------------------------------------------------------------------------------

namespace {

template <typename T>
void append(std::vector<T> &to, std::vector<T> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

void Collector::add(TapChanges changes)
{
    MonitorBatch &batch = m_collected.batch;
    for (const NumberedName &each : changes.newClients) {
        m_clientNames.push_back(each);
        m_origins.resize(std::max<size_t>(m_origins.size(), each.number + 1));
        m_origins[each.number] = Origin::create(each.text, {}, {});
    }
    append(batch.newClients, std::move(changes.newClients));
    if (changes.snapshot)
        begin(std::move(*changes.snapshot));
    for (const auto &each : changes.clients) {
        if (const ClientFacts *facts = std::get_if<ClientFacts>(&each))
            learn(*facts);
    }
    append(m_clients, std::move(changes.clients));
    append(batch.counts, std::move(changes.counts));
    append(batch.events, std::move(changes.events));
    append(batch.subscriptions, std::move(changes.subscriptions));
    for (RetainedChange &each : changes.retained) {
        each.topicNumber = numberOf(each.topic, batch);
        if (each.message)
            m_collected.held.add(m_channel, TapChannel::sizeOf(*each.message));
    }
    append(batch.retained, std::move(changes.retained));
    if (changes.bans)
        batch.bans = std::move(changes.bans);
    if (changes.totals)
        batch.totals = std::move(changes.totals);
    m_collected.needsSnapshot = m_collected.needsSnapshot || changes.needsSnapshot;
    if (changes.hasEnded)
        m_collected.hasEnded = std::move(changes.hasEnded);
}

/// What was collected of things that it has is older.
void Collector::begin(MonitorSnapshot snapshot)
{
    m_clients.clear();
    m_collected.batch.counts.clear();
    m_collected.batch.subscriptions.clear();
    m_collected.batch.bans.reset();
    m_collected.batch.totals.reset();
    snapshot.clientNames = m_clientNames;
    snapshot.topicNames.reserve(static_cast<size_t>(m_topics.size()));
    for (auto each = m_topics.cbegin(); each != m_topics.cend(); ++each)
        snapshot.topicNames.push_back({each.value(), each.key()});
    snapshot.losses = m_channel->losses();
    for (const ClientFacts &facts : snapshot.clients)
        learn(facts);
    m_collected.snapshot = std::move(snapshot);
}

/// Of each client only what is true at the end.
void Collector::foldClients()
{
    QHash<ClientNumber, size_t> last;
    const auto numberOf = [](const std::variant<ClientFacts, ClientNumber> &each) {
        const ClientFacts *facts = std::get_if<ClientFacts>(&each);
        return facts ? facts->client : std::get<ClientNumber>(each);
    };
    for (size_t i = 0; i < m_clients.size(); ++i)
        last[numberOf(m_clients[i])] = i;
    MonitorBatch &batch = m_collected.batch;
    for (size_t i = 0; i < m_clients.size(); ++i) {
        if (last[numberOf(m_clients[i])] != i)
            continue;
        if (ClientFacts *facts = std::get_if<ClientFacts>(&m_clients[i]))
            batch.clients.push_back(std::move(*facts));
        else
            batch.endedSessions.push_back(std::get<ClientNumber>(m_clients[i]));
    }
    m_clients.clear();
}

void Collector::learn(const ClientFacts &facts)
{
    if (facts.client > 0 && facts.client < m_origins.size() && facts.isConnected)
        m_origins[facts.client] = Origin::create(facts.info.clientId, facts.info.userName, facts.info.address);
}

// --- hot ones ------------------------------------------------------------------------------------------------

void Collector::add(const tap::Message &message, MonitorBatch &batch)
{
    MessageRecord record;
    record.number = m_lastNumber = message.number;
    record.when = message.when;
    record.packet = message.packet;
    record.publisher = message.publisher;
    record.payloadBytes = message.payloadBytes;
    record.receivers = message.receivers;
    record.qos = static_cast<QoS>(message.qos);
    record.by = static_cast<PublishedBy>(message.by);
    record.retain = message.retain;
    record.isDuplicate = message.isDuplicate;
    record.isPayloadLeftOut = message.isPayloadLeftOut;
    if (message.message) {
        record.message = MessagePtr::adopt(message.message);
        m_collected.held.add(m_channel, TapChannel::sizeOf(*record.message));
        record.topic = numberOf(record.message->topic(), batch);
    } else {
        const char *bytes = tap::bytesBehind(&message);
        MessageParts parts;
        parts.topic = viewOf(bytes, message.topicBytes);
        record.topic = numberOf(parts.topic, batch);
        if (!message.isPayloadLeftOut) {
            parts.properties = viewOf(bytes + message.topicBytes, message.propertyBytes);
            parts.payload = viewOf(bytes + message.topicBytes + message.propertyBytes, message.payloadBytes);
            parts.qos = record.qos;
            parts.retain = record.retain;
            parts.origin = originOf(record.publisher, record.by);
            parts.arrival = std::chrono::milliseconds(message.when / 1'000'000);
            if (message.expires)
                parts.expirySeconds = message.expirySeconds;
            record.message = Message::create(parts);
        }
    }
    m_topicOfMessage[record.number % rememberedMessages] = record.topic;
    batch.messages.push_back(std::move(record));
}

void Collector::add(const tap::Delivery &delivery, MonitorBatch &batch)
{
    DeliveryRecord record;
    record.message = wholeNumber(delivery.message);
    record.when = delivery.when;
    record.packet = delivery.packet;
    record.receiver = delivery.receiver;
    record.packetId = delivery.packetId;
    record.step = static_cast<DeliveryStep>(delivery.step);
    record.qos = static_cast<QoS>(delivery.qos);
    record.drop = static_cast<DropReason>(delivery.drop);
    record.reason = static_cast<ReasonCode>(delivery.reason);
    record.retain = delivery.retain;
    record.isDuplicate = delivery.isDuplicate;
    record.topic = delivery.topicBytes > 0
        ? numberOf(viewOf(tap::bytesBehind(&delivery), delivery.topicBytes), batch)
        : m_topicOfMessage[record.message % rememberedMessages];
    batch.deliveries.push_back(record);
}

void Collector::add(const tap::Packet &packet, MonitorBatch &batch)
{
    PacketRecord record;
    record.number = packet.number;
    record.when = packet.when;
    record.connection = packet.connection;
    record.client = packet.client;
    record.bytesAt = static_cast<quint32>(batch.packetBytes.size());
    record.keptBytes = packet.keptBytes;
    record.size = packet.size;
    record.direction = static_cast<PacketDirection>(packet.direction);
    record.version = static_cast<ProtocolVersion>(packet.version);
    const QByteArrayView bytes = viewOf(tap::bytesBehind(&packet), packet.keptBytes);
    readPacketHead(bytes, record);
    batch.packetBytes.append(bytes);
    if (record.type == PacketType::Connect) {
        if (const PasswordPlace password = passwordIn(bytes); password.at >= 0)
            std::fill_n(batch.packetBytes.begin() + record.bytesAt + password.at, password.bytes, '*');
    }
    batch.packets.push_back(record);
}

TopicNumber Collector::numberOf(QByteArrayView topic, MonitorBatch &batch)
{
    // Only a new one is copied.
    const auto found = m_topics.constFind(QByteArray::fromRawData(topic.data(), topic.size()));
    if (found != m_topics.cend())
        return *found;
    const TapBounds &bounds = m_channel->bounds;
    if (m_topics.size() >= static_cast<qsizetype>(bounds.topicNames) || m_topicBytes + topic.size() > bounds.nameBytes)
        return 0;
    m_topicBytes += topic.size();
    const auto number = static_cast<TopicNumber>(m_topics.size() + 1);
    const QByteArray text = topic.toByteArray();
    m_topics.insert(text, number);
    batch.newTopics.push_back({number, text});
    return number;
}

/// A will may come when its client is known no more by its address.
const OriginPtr &Collector::originOf(ClientNumber client, PublishedBy by)
{
    return m_origins[by == PublishedBy::Broker || client >= m_origins.size() ? 0 : client];
}

quint64 Collector::wholeNumber(quint32 low) const
{
    if (low == 0)
        return 0;
    // The record of its message may have been lost: a little behind the last one that came is possible, too.
    const auto ahead = static_cast<qint32>(low - static_cast<quint32>(m_lastNumber));
    return m_lastNumber + static_cast<quint64>(static_cast<qint64>(ahead));
}

} // namespace pigeon
