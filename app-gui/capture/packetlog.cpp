#include "capture/packetlog.h"

#include "capture/packetparts.h"
#include "monitor/words.h"

namespace pigeon {

struct PacketLog::Block
{
    explicit Block(quint64 rows)
        : records(rows)
        , starts(rows)
        , latencies(rows, -1)
    {
    }
    std::vector<PacketRecord> records;
    std::vector<const char *> starts; // of their bytes
    std::vector<qint64> latencies;
    std::vector<QByteArray> batches; // what `starts` point into; of the window's thread alone
    qint64 bytes = 0;
};

namespace {

constexpr qsizetype maximumUnanswered = 100'000; // QoS 1 and 2 in flight to all clients; more are forgotten, unanswered

/// Which packet answers which; of the others nobody waits for an answer.
struct Answer
{
    PacketType question;
    PacketType answer;
};
constexpr Answer answers[] = {{PacketType::Connect, PacketType::Connack}, {PacketType::Publish, PacketType::Puback},
    {PacketType::Publish, PacketType::Pubrec}, {PacketType::Pubrel, PacketType::Pubcomp},
    {PacketType::Subscribe, PacketType::Suback}, {PacketType::Unsubscribe, PacketType::Unsuback},
    {PacketType::Pingreq, PacketType::Pingresp}};

std::optional<PacketType> questionOf(PacketType answer)
{
    const auto found = std::ranges::find(answers, answer, &Answer::answer);
    return found == std::end(answers) ? std::nullopt : std::optional<PacketType>(found->question);
}
bool wantsAnswer(const PacketRecord &record)
{
    const bool isAtMostOnce = record.type == PacketType::Publish && (record.flags & 0x06) == 0;
    return !isAtMostOnce && std::ranges::count(answers, record.type, &Answer::question) > 0;
}

/// What a question and its answer have in common.
QByteArray exchangeKey(const PacketRecord &record, PacketType question, PacketDirection direction)
{
    const struct
    {
        quint64 connection;
        quint16 packetId;
        PacketType question;
        PacketDirection direction;
        quint32 none;
    } key{record.connection, record.packetId, question, direction, 0};
    static_assert(sizeof(key) == 16);
    return QByteArray(reinterpret_cast<const char *>(&key), sizeof(key));
}

PacketDirection otherWay(PacketDirection direction)
{
    return direction == PacketDirection::FromClient ? PacketDirection::ToClient : PacketDirection::FromClient;
}

} // namespace

QByteArrayView clientOfPacket(const PacketRecord &record, QByteArrayView bytes, const NameTable &clients)
{
    if (record.client != 0 || record.type != PacketType::Connect)
        return clients.text(record.client);
    const std::optional<ConnectParts> connect = connectParts(record, bytes);
    return connect ? connect->clientId : QByteArrayView();
}

class PacketLog::Cursor : public RingCursor<Block>
{
public:
    explicit Cursor(const PacketLog &log)
        : RingCursor(log.m_ring)
        , m_clients(log.m_clients)
        , m_connections(log.m_connections)
    {
    }

    double number(FieldId field) const override
    {
        const PacketRecord &record = m_block->records[m_place];
        const bool isPublish = record.type == PacketType::Publish;
        switch (field) {
        case FieldId::Number:
            return static_cast<double>(record.number);
        case FieldId::Type:
            return static_cast<double>(record.type) - 1;
        case FieldId::Direction:
            return static_cast<double>(record.direction);
        case FieldId::Size:
            return record.size;
        case FieldId::PacketId:
            return record.packetId == 0 ? absent : record.packetId;
        case FieldId::ReasonCode:
            return static_cast<double>(record.reason);
        case FieldId::QoS:
            return isPublish ? (record.flags >> 1) & 0x03 : absent;
        case FieldId::Retain:
            return isPublish ? record.flags & 0x01 : absent;
        case FieldId::Duplicate:
            return isPublish ? (record.flags >> 3) & 0x01 : absent;
        case FieldId::Age:
            return asMilliseconds(now() - record.when);
        case FieldId::Latency:
            return m_block->latencies[m_place] < 0
                ? absent
                : asMilliseconds(m_block->latencies[m_place]);
        default:
            return absent;
        }
    }
    QByteArrayView text(FieldId field) const override
    {
        const PacketRecord &record = m_block->records[m_place];
        const QByteArrayView bytes(m_block->starts[m_place], record.keptBytes);
        if (field == FieldId::Topic)
            return topicOfPacket(record, bytes);
        if (field == FieldId::Client)
            return client(record, bytes);
        if (field == FieldId::Address)
            m_text = addressOf(record);
        else if (field == FieldId::Reason)
            m_text = words::reason(record.reason, record.type).toUtf8();
        else
            return {};
        return m_text;
    }
    quint32 nameOf(FieldId field) const override
    {
        const PacketRecord &record = m_block->records[m_place];
        return field == FieldId::Client && record.client != 0 ? record.client : noName;
    }

private:
    /// As Capture::clientOf shows it.
    QByteArrayView client(const PacketRecord &record, QByteArrayView bytes) const
    {
        const QByteArrayView own = clientOfPacket(record, bytes, *m_clients);
        if (!own.isEmpty() || record.client != 0)
            return own;
        const std::optional<SeenConnection> connection = m_connections->ask(record.connection, ConnectionTable::Wish::Client);
        return connection ? m_clients->text(connection->client) : QByteArrayView();
    }
    QByteArray addressOf(const PacketRecord &record) const
    {
        const std::optional<SeenConnection> connection = m_connections->ask(record.connection, ConnectionTable::Wish::Address);
        return connection ? connection->address : QByteArray();
    }

    NameTablePtr m_clients;
    ConnectionTablePtr m_connections;
    mutable QByteArray m_text; // what `text` answers is a view into it
};

PacketLog::PacketLog(NameTablePtr clients, ConnectionTablePtr connections, quint64 rows, qint64 bytes)
    : m_clients(std::move(clients))
    , m_connections(std::move(connections))
    , m_ring(rows, bytes)
{
}

PacketLog::~PacketLog() = default;

void PacketLog::add(const MonitorBatch &batch)
{
    const Block *sharing = nullptr;
    for (const PacketRecord &record : batch.packets) {
        const auto [block, place] = m_ring.grow(record.keptBytes);
        if (&block != sharing) {
            block.batches.push_back(batch.packetBytes);
            sharing = &block;
        }
        block.records[place] = record;
        block.starts[place] = batch.bytesOf(record).data();
        block.latencies[place] = latencyOf(record);
    }
}

void PacketLog::clear()
{
    m_ring.clear();
    m_unanswered.clear();
}

/// Remembers what is to be answered, and gives how long the answer took.
qint64 PacketLog::latencyOf(const PacketRecord &record)
{
    if (wantsAnswer(record)) {
        if (m_unanswered.size() >= maximumUnanswered)
            m_unanswered.clear();
        m_unanswered.insert(exchangeKey(record, record.type, record.direction), record.when);
    }
    const std::optional<PacketType> question = questionOf(record.type);
    if (!question)
        return -1;
    const auto asked = m_unanswered.constFind(exchangeKey(record, *question, otherWay(record.direction)));
    if (asked == m_unanswered.cend())
        return -1;
    const qint64 latency = record.when - *asked;
    m_unanswered.erase(asked);
    return latency;
}

SeenPacket PacketLog::at(quint64 row) const
{
    const auto [block, place] = m_ring.at(row);
    const PacketRecord &record = block.records[place];
    return {record, QByteArrayView(block.starts[place], record.keptBytes), block.latencies[place]};
}

quint64 PacketLog::rowOf(quint64 number) const
{
    const quint64 row
        = m_ring.firstRowThat([number](const Block &block, size_t place) { return block.records[place].number >= number; });
    return row < end() && at(row).record.number == number ? row : noRow;
}

quint64 PacketLog::rowAt(qint64 when) const
{
    return m_ring.firstRowThat([when](const Block &block, size_t place) { return block.records[place].when >= when; });
}

std::unique_ptr<RowCursor> PacketLog::cursor() const { return std::make_unique<Cursor>(*this); }

} // namespace pigeon
