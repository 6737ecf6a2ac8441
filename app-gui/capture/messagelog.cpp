#include "capture/messagelog.h"

#include "capture/deliverycounts.h"

namespace pigeon {

/// Columns of one hundredth of the ring. What the broker told when the message was published is written once, before
/// `end` covers the row; what its deliveries come to changes under the eyes of readers on other threads.
struct MessageLog::Block
{
    explicit Block(quint64 rows)
        : numbers(rows)
        , times(rows)
        , packets(rows)
        , messages(rows)
        , publishers(rows)
        , topics(rows)
        , payloadBytes(rows)
        , receivers(rows)
        , marks(rows)
        , lastDeliveries(rows, noRow)
        , delivered(rows)
        , dropped(rows)
        , latencies(rows)
    {
        for (std::atomic<qint64> &latency : latencies)
            latency.store(-1, std::memory_order_relaxed);
    }

    /// The small facts of a row in one byte.
    struct Marks
    {
        QoS qos : 2 = QoS::AtMostOnce;
        PublishedBy by : 2 = PublishedBy::Client;
        bool retain : 1 = false;
        bool isDuplicate : 1 = false;
        bool isPayloadLeftOut : 1 = false;
    };

    std::vector<quint64> numbers;
    std::vector<qint64> times;
    std::vector<quint64> packets;
    std::vector<MessagePtr> messages;
    std::vector<ClientNumber> publishers;
    std::vector<TopicNumber> topics;
    std::vector<quint32> payloadBytes;
    std::vector<quint32> receivers;
    std::vector<Marks> marks;
    std::vector<quint64> lastDeliveries; // of the window's thread alone
    std::vector<std::atomic<quint32>> delivered;
    std::vector<std::atomic<quint32>> dropped;
    std::vector<std::atomic<qint64>> latencies;
    qint64 bytes = 0;
    quint64 systemRows = 0; // of the window's thread alone
};

namespace {

/// What a filter `topic ~ "$SYS/#"` takes.
bool isSystemTopic(QByteArrayView topic) { return topic == "$SYS" || topic.startsWith("$SYS/"); }

} // namespace

class MessageLog::Cursor : public RingCursor<Block>
{
public:
    explicit Cursor(const MessageLog &log)
        : RingCursor(log.m_ring)
        , m_topics(log.m_topics)
        , m_clients(log.m_clients)
    {
    }

    double number(FieldId field) const override
    {
        switch (field) {
        case FieldId::Number:
            return static_cast<double>(m_block->numbers[m_place]);
        case FieldId::QoS:
            return static_cast<double>(m_block->marks[m_place].qos);
        case FieldId::Retain:
            return m_block->marks[m_place].retain;
        case FieldId::Duplicate:
            return m_block->marks[m_place].isDuplicate;
        case FieldId::Size:
            return m_block->payloadBytes[m_place];
        case FieldId::Receivers:
            return m_block->receivers[m_place];
        case FieldId::Delivered:
            return m_block->delivered[m_place].load(std::memory_order_relaxed);
        case FieldId::Dropped:
            return m_block->dropped[m_place].load(std::memory_order_relaxed);
        case FieldId::Latency:
            return latency();
        case FieldId::Age:
            return asMilliseconds(now() - m_block->times[m_place]);
        default:
            return absent;
        }
    }
    QByteArrayView text(FieldId field) const override
    {
        switch (field) {
        case FieldId::Topic:
            return topicIn(*m_block, m_place, *m_topics);
        case FieldId::From:
            return m_clients->text(m_block->publishers[m_place]);
        case FieldId::Payload:
            return m_block->messages[m_place] ? m_block->messages[m_place]->payload() : QByteArrayView();
        default:
            return {};
        }
    }
    quint32 nameOf(FieldId field) const override
    {
        if (field == FieldId::From)
            return m_block->publishers[m_place];
        const TopicNumber topic = field == FieldId::Topic ? m_block->topics[m_place] : 0;
        return topic == 0 ? noName : topic;
    }

private:
    double latency() const
    {
        const qint64 nanoseconds = m_block->latencies[m_place].load(std::memory_order_relaxed);
        return nanoseconds < 0 ? absent : asMilliseconds(nanoseconds);
    }

    NameTablePtr m_topics;
    NameTablePtr m_clients;
};

MessageLog::MessageLog(NameTablePtr topics, NameTablePtr clients, quint64 rows, qint64 bytes)
    : m_topics(std::move(topics))
    , m_clients(std::move(clients))
    , m_ring(rows, bytes)
{
}

MessageLog::~MessageLog() = default;

void MessageLog::add(const MessageRecord &record)
{
    const auto [block, place] = m_ring.grow(record.message ? record.message->memoryBytes() : 0);
    block.numbers[place] = record.number;
    block.times[place] = record.when;
    block.packets[place] = record.packet;
    block.messages[place] = record.message;
    block.publishers[place] = record.publisher;
    block.topics[place] = record.topic;
    block.payloadBytes[place] = record.payloadBytes;
    block.receivers[place] = record.receivers;
    block.marks[place] = Block::Marks{record.qos, record.by, record.retain, record.isDuplicate, record.isPayloadLeftOut};
    block.systemRows += isSystemTopic(topicIn(block, place, *m_topics));
    m_numberLead = record.number - (end() - 1);
}

quint64 MessageLog::systemRows() const
{
    quint64 rows = 0;
    for (const auto &[first, block] : m_ring.snapshot())
        rows += block->systemRows;
    return rows;
}

quint64 MessageLog::addDelivery(const DeliveryRecord &record, quint64 deliveryRow)
{
    const quint64 row = record.message == 0 ? noRow : rowOf(record.message);
    if (row == noRow)
        return noRow;
    const auto [block, place] = m_ring.at(row);
    // Only this thread writes; the atomics are for those who read meanwhile.
    if (isDelivered(record))
        block.delivered[place].fetch_add(1, std::memory_order_relaxed);
    else if (record.step == DeliveryStep::Dropped)
        block.dropped[place].fetch_add(1, std::memory_order_relaxed);
    if (record.step == DeliveryStep::Acknowledged && isDelivered(record)) { // of QoS 0 nobody says when it was there
        const qint64 latency = std::max<qint64>(record.when - block.times[place], 0);
        if (latency > block.latencies[place].load(std::memory_order_relaxed))
            block.latencies[place].store(latency, std::memory_order_relaxed);
    }
    return std::exchange(block.lastDeliveries[place], deliveryRow);
}

SeenMessage MessageLog::at(quint64 row) const {
    const auto [block, place] = m_ring.at(row);
    const Block::Marks marks = block.marks[place];
    return {block.numbers[place], block.times[place], block.packets[place], block.messages[place].get(),
        block.publishers[place], block.topics[place], block.payloadBytes[place], block.receivers[place],
        block.delivered[place].load(std::memory_order_relaxed), block.dropped[place].load(std::memory_order_relaxed),
        block.latencies[place].load(std::memory_order_relaxed), marks.qos, marks.by, marks.retain, marks.isDuplicate,
        marks.isPayloadLeftOut};
}

MessagePtr MessageLog::messageAt(quint64 row) const
{
    const auto [block, place] = m_ring.at(row);
    return block.messages[place];
}

QByteArrayView MessageLog::topicAt(quint64 row) const
{
    const auto [block, place] = m_ring.at(row);
    return topicIn(block, place, *m_topics);
}

QByteArrayView MessageLog::topicIn(const Block &block, size_t place, const NameTable &topics)
{
    if (block.topics[place] != 0)
        return topics.text(block.topics[place]);
    return block.messages[place] ? block.messages[place]->topic() : QByteArrayView();
}

quint64 MessageLog::rowOf(quint64 number) const
{
    const auto numberOf = [this](quint64 row) {
        const auto [block, place] = m_ring.at(row);
        return block.numbers[place];
    };
    // Where nothing was lost since, the row is the number less what lies between them.
    const quint64 guess = number - m_numberLead;
    if (contains(guess) && numberOf(guess) == number)
        return guess;
    const quint64 row
        = m_ring.firstRowThat([number](const Block &block, size_t place) { return block.numbers[place] >= number; });
    return row < end() && numberOf(row) == number ? row : noRow;
}

quint64 MessageLog::rowAt(qint64 when) const
{
    return m_ring.firstRowThat([when](const Block &block, size_t place) { return block.times[place] >= when; });
}

quint64 MessageLog::lastDeliveryOf(quint64 row) const
{
    const auto [block, place] = m_ring.at(row);
    return block.lastDeliveries[place];
}

quint64 MessageLog::previousOfTopic(quint64 row, quint64 most) const
{
    const auto [own, at] = m_ring.at(row);
    const TopicNumber topic = own.topics[at];
    const QByteArrayView text = topicAt(row);
    const quint64 stop = std::max(begin(), row - std::min(row, most));
    for (quint64 each = row; each > stop; --each) {
        const auto [block, place] = m_ring.at(each - 1);
        if (block.topics[place] == topic && (topic != 0 || topicIn(block, place, *m_topics) == text))
            return each - 1;
    }
    return noRow;
}

quint64 MessageLog::lastOfTopic(QByteArrayView topic, quint64 most) const
{
    const quint64 stop = std::max(begin(), end() - std::min(end(), most));
    for (quint64 each = end(); each > stop; --each) {
        if (topicAt(each - 1) == topic)
            return each - 1;
    }
    return noRow;
}

std::unique_ptr<RowCursor> MessageLog::cursor() const { return std::make_unique<Cursor>(*this); }

} // namespace pigeon
