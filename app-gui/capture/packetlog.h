#pragma once

#include "capture/blockring.h"
#include "capture/connectiontable.h"
#include "capture/nametable.h"
#include "capture/rowlog.h"

#include <optional>

namespace pigeon {

/// One packet as a view shows it.
struct SeenPacket
{
    PacketRecord record; ///< `bytesAt` says nothing here
    QByteArrayView bytes; ///< record.keptBytes of them; valid as long as the row is kept
    qint64 latency = -1; ///< ns from the packet that it answers; -1: it answers none that is known
};

/// The control packets that the window keeps, both ways, as columns: 1 000 000 and 128 MB of their bytes. Window's thread;
/// cursors are for others.
class PacketLog : public RowLog
{
public:
    static constexpr quint64 defaultRows = 1'000'000;
    static constexpr qint64 defaultBytes = 128 * 1024 * 1024;
    static constexpr quint64 noRow = ~quint64(0);

    PacketLog(NameTablePtr clients, ConnectionTablePtr connections, quint64 rows = defaultRows, qint64 bytes = defaultBytes);
    ~PacketLog() override;

    /// All packets of a batch; its bytes are shared, not copied.
    void add(const MonitorBatch &batch);
    void clear();

    quint64 begin() const override { return m_ring.begin(); }
    quint64 end() const override { return m_ring.end(); }
    bool contains(quint64 row) const { return m_ring.contains(row); }
    quint64 capacity() const { return m_ring.capacity(); }
    qint64 bytes() const { return m_ring.bytes(); }

    SeenPacket at(quint64 row) const;
    /// The row of a PacketRecord::number, or noRow.
    quint64 rowOf(quint64 number) const;
    quint64 rowAt(qint64 when) const;

    std::unique_ptr<RowCursor> cursor() const override;
    quint64 lateAnswers() const override { return m_connections->lateTellings(); }

private:
    struct Block;
    class Cursor;
    qint64 latencyOf(const PacketRecord &record);

    NameTablePtr m_clients;
    ConnectionTablePtr m_connections;
    BlockRing<Block> m_ring;
    /// When the packets were sent that are still to be answered, by connection, id and kind.
    QHash<QByteArray, qint64> m_unanswered;
};

/// The client id of a packet. A CONNECT has no client yet when it comes: its bytes say it.
QByteArrayView clientOfPacket(const PacketRecord &record, QByteArrayView bytes, const NameTable &clients);

} // namespace pigeon
