#pragma once

#include "broker/observednames.h"
#include "session/observer.h"

#include <array>
#include <memory>
#include <vector>

namespace pigeon {

namespace tap {
struct Message;
}

/// Writes hot records (packets, messages, deliveries) into the ring of a channel: as many between two collections as its
/// bounds say, the others are counted where they would come from. Nothing is allocated and nothing waited for. Broker
/// thread.
class RingTap final : private PacketObserver, private MessageObserver, private DeliveryObserver
{
public:
    /// `names` outlive it.
    explicit RingTap(ObservedNames &names);

    /// Begins anew, without interests; null: nobody looks on.
    void open(std::shared_ptr<TapChannel> channel);
    void setInterests(Interests interests);
    /// Tells the session room what to tell it. First of all, and again for a new core.
    void observe(Observers &observers);
    /// The ring was emptied: as many records may be made again as the bounds have for the time since the last call. Tells what
    /// was lost.
    void renew();

private:
    void packetCame(const Connection &from, QByteArrayView packet) override;
    void packetWent(const Connection &to, QByteArrayView head, QByteArrayView rest) override;
    quint32 messageBegins(Publication &publication, const Session *publisher) override;
    void messageEnds(qsizetype receivers) override;
    void sent(const Session &receiver, const Publication &publication, const Delivery &delivery) override;
    void queued(const Session &receiver, const MessageCopy &copy) override;
    void sent(const Session &receiver, const MessageCopy &copy, quint16 packetId, bool isDuplicate) override;
    void received(const Session &receiver, const MessageCopy &copy, quint16 packetId, ReasonCode reason) override;
    void acknowledged(const Session &receiver, const MessageCopy &copy, quint16 packetId, ReasonCode reason) override;
    void dropped(const QByteArray &clientId, QByteArrayView topic, quint32 message, QoS qos, DropReason reason) override;

    struct Step;
    void begin();
    void tellLosses();
    quint64 messageNumber() const { return m_madeMessages + m_observers->messageShare.lost; }
    quint64 packetNumber() const { return m_madePackets + m_observers->packetShare.lost; }
    quint64 toldPacket(quint64 number) const;
    void *reserve(ObservedShare &share, quint32 record, size_t bytes);
    void publishRing();
    qint64 now();
    tap::Message *makeMessage(Publication &publication, const Session *publisher);
    bool isLarge(Publication &publication) const;
    quint32 numberOf(quint32 observed) const;
    void tellDelivery(ClientNumber receiver, const Step &step);
    quint64 tellPacket(const Connection &connection, PacketDirection direction, QByteArrayView head, QByteArrayView rest);

    ObservedNames &m_names;
    std::shared_ptr<TapChannel> m_channel; // null: nobody looks on
    Interests m_interests;
    Observers *m_observers = nullptr; // of the session room
    quint64 m_madeMessages = 0;
    quint64 m_madePackets = 0;
    quint64 m_firstMessage = 0; // the last numbers before somebody looked on
    quint64 m_firstPacket = 0;
    std::array<quint64, 3> m_lostBefore{}; // messages, deliveries, packets
    quint64 m_lastCame = 0; // the packet that is being handled, and whose it is
    quint64 m_lastCameFrom = 0;
    quint64 m_lastWent = 0;
    std::vector<tap::Message *> m_open; // between begin and end; null: not told
    qint64 m_renewedAt = 0; // of steadyNow
    qint64 m_now = 0;
    quint32 m_nowUsed = 0;
};

} // namespace pigeon
