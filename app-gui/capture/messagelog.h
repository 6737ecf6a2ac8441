#pragma once

#include "capture/blockring.h"
#include "capture/nametable.h"
#include "capture/rowlog.h"

#include <atomic>

namespace pigeon {

/// One message as a view shows it.
struct SeenMessage
{
    quint64 number = 0; ///< MessageRecord::number
    qint64 when = 0; ///< ns since the epoch of Unix
    quint64 packet = 0; ///< PacketRecord::number, 0: none
    const Message *message = nullptr; ///< null: left out by the broker. Valid as long as the row is kept
    ClientNumber publisher = 0;
    TopicNumber topic = 0;
    quint32 payloadBytes = 0;
    quint32 receivers = 0;
    quint32 delivered = 0; ///< receivers that have it: sent at QoS 0, acknowledged above
    quint32 dropped = 0; ///< receivers that will not get it
    qint64 latency = -1; ///< ns until the last of those of QoS 1 and 2 had it; -1: none of them has it yet
    QoS qos = QoS::AtMostOnce;
    PublishedBy by = PublishedBy::Client;
    bool retain = false;
    bool isDuplicate = false;
    bool isPayloadLeftOut = false;
};

/// The messages that the window keeps: 1 000 000 and 256 MB of them, whichever is reached first, as columns.
/// Window's thread; cursors are for others.
class MessageLog : public RowLog
{
public:
    static constexpr quint64 defaultRows = 1'000'000;
    static constexpr qint64 defaultBytes = 256 * 1024 * 1024; // of messages with topic, payload and properties
    static constexpr quint64 noRow = ~quint64(0);

    MessageLog(NameTablePtr topics, NameTablePtr clients, quint64 rows = defaultRows, qint64 bytes = defaultBytes);
    ~MessageLog() override;

    void add(const MessageRecord &record);
    /// A step of a delivery. `deliveryRow` is the row that it has among the deliveries; gives the one that the message had
    /// last, or noRow.
    quint64 addDelivery(const DeliveryRecord &record, quint64 deliveryRow);
    void clear() { m_ring.clear(); }

    quint64 begin() const override { return m_ring.begin(); }
    quint64 end() const override { return m_ring.end(); }
    bool contains(quint64 row) const { return m_ring.contains(row); }
    quint64 capacity() const { return m_ring.capacity(); }
    qint64 bytes() const { return m_ring.bytes(); }
    /// How many of the rows are of $SYS and the topics below it.
    quint64 systemRows() const;
    qint64 maximumBytes() const { return m_ring.maximumBytes(); }

    /// A row between begin() and end().
    SeenMessage at(quint64 row) const;
    /// To keep the message beyond its row.
    MessagePtr messageAt(quint64 row) const;
    /// UTF-8; also of a topic that has no number.
    QByteArrayView topicAt(quint64 row) const;
    /// The row of a MessageRecord::number, or noRow.
    quint64 rowOf(quint64 number) const;
    /// The row of the first message at `when` or later; end() when there is none.
    quint64 rowAt(qint64 when) const;
    /// The row of the last delivery of the message, or noRow; see DeliveryLog.
    quint64 lastDeliveryOf(quint64 row) const;
    /// The row before this one with the same topic, or noRow: for the difference from the previous value. Looks at most at
    /// `most` rows.
    quint64 previousOfTopic(quint64 row, quint64 most = 200'000) const;

    /// The last row with this topic, or noRow. Looks at most at `most` rows.
    quint64 lastOfTopic(QByteArrayView topic, quint64 most = 200'000) const;

    std::unique_ptr<RowCursor> cursor() const override;

private:
    struct Block; // of the cpp file, as all that knows columns
    class Cursor;
    static QByteArrayView topicIn(const Block &block, size_t place, const NameTable &topics);

    NameTablePtr m_topics;
    NameTablePtr m_clients;
    BlockRing<Block> m_ring;
    quint64 m_numberLead = 0; ///< number minus row of the last message: where to look for a number first
};

} // namespace pigeon
