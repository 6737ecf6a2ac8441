#pragma once

#include "capture/blockring.h"
#include "capture/messagelog.h"

#include <vector>

namespace pigeon {

/// How one message has fared with one receiver, all steps together.
struct DeliveryOutcome
{
    ClientNumber receiver = 0;
    DeliveryStep step = DeliveryStep::Queued; ///< the last one
    QoS qos = QoS::AtMostOnce;
    quint16 packetId = 0;
    quint64 packet = 0; ///< PacketRecord::number of the PUBLISH that was sent last, 0: not known
    qint64 queuedAt = 0; ///< ns since the epoch of Unix; 0: has not happened, as for all of these
    qint64 sentAt = 0; ///< the first time
    qint64 receivedAt = 0;
    qint64 acknowledgedAt = 0;
    qint64 droppedAt = 0;
    quint32 timesSent = 0;
    DropReason drop = DropReason::QueueFull; ///< when dropped
    ReasonCode reason = ReasonCode::Success; ///< when received or acknowledged
};

/// The steps of deliveries that the window keeps, each with the way to the one before it of the same message. Window's
/// thread.
class DeliveryLog
{
public:
    static constexpr quint64 defaultRows = 1'000'000;

    explicit DeliveryLog(quint64 rows = defaultRows);
    ~DeliveryLog();

    /// Goes to the message's counts as well.
    void add(const DeliveryRecord &record, MessageLog &messages);
    void clear() { m_ring.clear(); }

    quint64 begin() const { return m_ring.begin(); }
    quint64 end() const { return m_ring.end(); }
    const DeliveryRecord &at(quint64 row) const;

    /// The receivers of the message in this row of `messages`, in the order of their first step. `isWhole` is false when
    /// steps have gone already.
    struct Outcomes
    {
        std::vector<DeliveryOutcome> receivers;
        bool isWhole = true;
    };
    Outcomes outcomesOf(const MessageLog &messages, quint64 messageRow) const;

private:
    struct Block;
    BlockRing<Block> m_ring;
};

} // namespace pigeon
