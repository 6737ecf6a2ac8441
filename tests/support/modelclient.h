#pragma once

#include "support/testbroker.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace pigeon::test {

/// A client that keeps its side of the session as the standard wants it, over connections that break at any
/// moment: it repeats what was not acknowledged, takes each QoS 2 message once, and notes what it was given.
class ModelClient
{
public:
    ModelClient(QByteArray clientId, ProtocolVersion version)
        : m_clientId(std::move(clientId))
        , m_version(version)
    {
    }

    void connect(TestBroker &broker)
    {
        m_link.emplace(broker.open());
        m_link->setVersion(m_version);
        ConnectPacket packet;
        packet.version = m_version;
        packet.clientId = m_clientId;
        packet.cleanStart = false;
        if (m_version == ProtocolVersion::Mqtt5)
            packet.properties.sessionExpiryInterval = 3'600;
        m_isWelcome = false;
        m_link->send(packet);
    }
    /// The connection is gone. With `readsRest` the client still takes what was sent, its answers go nowhere.
    void lose(bool readsRest)
    {
        if (!m_link)
            return;
        m_link->breakDown();
        while (readsRest && step()) { }
        m_link.reset();
        m_isWelcome = false;
    }
    bool isLost() const { return !m_link || m_link->isClosed(); }
    bool isWelcome() const { return m_link && m_isWelcome; }

    void subscribe(const QByteArray &filter, QoS qos)
    {
        SubscribePacket packet;
        packet.packetId = 60'000;
        packet.entries = {{filter, qos}};
        m_link->send(packet);
    }
    void publish(const QByteArray &topic, const QByteArray &payload, QoS qos)
    {
        quint16 packetId = 1; // the lowest free one: ids are used again as soon as they may be
        while (std::any_of(m_outgoing.begin(), m_outgoing.end(),
            [packetId](const Outgoing &each) { return each.packet.packetId == packetId; }))
            ++packetId;
        Outgoing outgoing;
        outgoing.packet.topic = topic;
        outgoing.packet.payload = payload;
        outgoing.packet.qos = qos;
        outgoing.packet.packetId = packetId;
        m_outgoing.push_back(outgoing);
        if (m_isWelcome)
            transmit(m_outgoing.back());
    }
    /// Takes one packet and answers it; false when there is none.
    bool step()
    {
        const std::optional<Packet> packet = m_link ? m_link->next() : std::nullopt;
        if (!packet)
            return false;
        if (const auto *connack = std::get_if<ConnackPacket>(&*packet))
            takeConnack(*connack);
        else if (const auto *publish = std::get_if<PublishPacket>(&*packet))
            takePublish(*publish);
        else if (const auto *acknowledge = std::get_if<AcknowledgePacket>(&*packet))
            takeAcknowledge(*acknowledge);
        return true;
    }

    /// Nothing of its own is on its way any more.
    bool hasFinished() const { return m_outgoing.empty(); }
    size_t unfinished() const { return m_outgoing.size(); }
    /// Payloads in the order in which they were given to the application.
    const QByteArrayList &received() const { return m_received; }
    /// What the broker must not have done.
    const QByteArrayList &faults() const { return m_faults; }

private:
    struct Outgoing
    {
        PublishPacket packet;
        bool isReleased = false; // PUBREC came
    };
    using Place = std::vector<Outgoing>::iterator;

    void transmit(Outgoing &outgoing)
    {
        if (outgoing.isReleased)
            m_link->acknowledge(PacketType::Pubrel, outgoing.packet.packetId);
        else
            m_link->publish(outgoing.packet);
        outgoing.packet.duplicate = true; // from the second time on
    }
    void takeConnack(const ConnackPacket &connack)
    {
        if (connack.reason != ReasonCode::Success)
            return; // closed, it comes again
        if (m_hasSession && !connack.sessionPresent)
            m_faults.append(m_clientId + ": the session is gone");
        if (!m_hasSession && connack.sessionPresent)
            m_faults.append(m_clientId + ": a session that nobody has begun");
        m_hasSession = true;
        m_isWelcome = true;
        for (Outgoing &each : m_outgoing)
            transmit(each);
    }
    void takePublish(const PublishPacket &publish)
    {
        if (publish.qos != QoS::ExactlyOnce) {
            m_received.append(publish.payload);
            if (publish.qos == QoS::AtLeastOnce)
                m_link->acknowledge(PacketType::Puback, publish.packetId);
            return;
        }
        if (m_incoming.insert(publish.packetId).second)
            m_received.append(publish.payload);
        else if (!publish.duplicate)
            m_faults.append(m_clientId + ": a packet id that is in use");
        m_link->acknowledge(PacketType::Pubrec, publish.packetId);
    }
    Place placeOf(quint16 packetId)
    {
        return std::find_if(m_outgoing.begin(), m_outgoing.end(),
            [packetId](const Outgoing &each) { return each.packet.packetId == packetId; });
    }
    void takeAcknowledge(const AcknowledgePacket &packet)
    {
        if (packet.type == PacketType::Pubrel) {
            m_incoming.erase(packet.packetId);
            m_link->acknowledge(PacketType::Pubcomp, packet.packetId);
            return;
        }
        const Place place = placeOf(packet.packetId);
        if (place == m_outgoing.end())
            return;
        const bool isRefused = isFailure(packet.reason) && packet.type != PacketType::Pubcomp;
        if (isRefused) { // not taken over: the application publishes it again, as a new message
            const PublishPacket again = place->packet;
            m_outgoing.erase(place);
            publish(again.topic, again.payload, again.qos);
        } else if (packet.type == PacketType::Pubrec) {
            place->isReleased = true;
            m_link->acknowledge(PacketType::Pubrel, packet.packetId);
        } else {
            m_outgoing.erase(place);
        }
    }

    const QByteArray m_clientId;
    const ProtocolVersion m_version;
    std::optional<TestClient> m_link;
    bool m_isWelcome = false;
    bool m_hasSession = false;
    std::vector<Outgoing> m_outgoing;
    std::set<quint16> m_incoming;
    QByteArrayList m_received;
    QByteArrayList m_faults;
};

} // namespace pigeon::test
