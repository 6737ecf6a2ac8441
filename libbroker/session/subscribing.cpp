#include "session/subscribing.h"

#include "protocol/topic.h"
#include "session/connection.h"
#include "session/granting.h"
#include "session/services.h"
#include "session/session.h"

#include <algorithm>

namespace pigeon {

// A filter that is no filter: 5.0 answers it for itself (0x8F), before that the packet is malformed.
bool Subscribing::isFilterServed(const QByteArray &filter)
{
    const std::optional<ProtocolError> error = topicFilterError(filter);
    if (!error || m_connection.negotiated().version == ProtocolVersion::Mqtt5)
        return true;
    m_connection.fail(*error);
    return false;
}

/// The filter below the mount point of the listener. One that is none stays as it is: it is refused, and could become one.
QByteArray Subscribing::mounted(const QByteArray &filter) const
{
    const QByteArray &mountPoint = m_connection.negotiated().mountPoint;
    if (mountPoint.isEmpty() || topicFilterError(filter))
        return filter;
    const qsizetype at = filter.size() - splitFilter(filter).filter.size(); // behind "$share/NAME/"
    return QByteArray(filter).insert(at, mountPoint);
}

void Subscribing::subscribe(const SubscribePacket &packet)
{
    std::vector<AskedEntry> entries;
    entries.reserve(packet.entries.size());
    for (SubscribeEntry entry : packet.entries) {
        if (!isFilterServed(entry.filter))
            return;
        entry.filter = mounted(entry.filter);
        entry.maximumQoS = std::min(entry.maximumQoS, m_connection.negotiated().maximumQoS); // [MQTT-3.2.2-9]
        entries.push_back({entry});
    }
    const std::vector<quint32> &identifiers = packet.properties.subscriptionIdentifiers;
    const quint32 identifier = identifiers.empty() ? 0 : identifiers.front();
    if (m_services.policy.asksBeforeSubscribe())
        ask(packet, identifier, std::move(entries));
    else
        grant(packet.packetId, identifier, entries);
}

void Subscribing::ask(const SubscribePacket &packet, quint32 identifier, std::vector<AskedEntry> entries)
{
    const Granting granting(*m_connection.session(), m_connection.origin(), m_services);
    for (AskedEntry &each : entries) // what cannot be granted is not asked about
        each.refused = granting.refusal(each.entry);
    m_connection.suspend(Connection::State::Connected); // its further packets wait for the answers
    askAboutEntries(m_services.policy, m_connection.info(), std::move(entries), m_connection.stillLives(),
        [connection = &m_connection, services = &m_services, packetId = packet.packetId, identifier,
            lives = m_connection.stillLives()](const std::vector<AskedEntry> &decided) {
            Subscribing(*connection, *services).grant(packetId, identifier, decided);
            if (lives())
                connection->resume(Connection::State::Connected);
        });
}

void Subscribing::grant(quint16 packetId, quint32 identifier, const std::vector<AskedEntry> &entries)
{
    Session &session = *m_connection.session();
    Grants grants = Granting(session, m_connection.origin(), m_services)
                        .grant(entries, identifier, m_connection.negotiated().isBridge);
    const Ticket ticket = grants.ticket;
    session.gate().run(ticket,
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services, packetId,
            grants = std::move(grants)](StoreStatus status) mutable {
            const std::shared_ptr<Session> alive = weak.lock();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection)
                return; // the client went meanwhile; it subscribes again
            if (status == StoreStatus::Failed) {
                connection->fail({ReasonCode::QuotaExceeded, "3.8.4", "the store could not keep the subscriptions"});
                return;
            }
            SubackPacket suback;
            suback.packetId = packetId; // [MQTT-3.8.4-2]
            suback.reasons = grants.reasons;
            if (!connection->send(std::move(suback))) {
                connection->fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24",
                    "the SUBACK is larger than the client's Maximum Packet Size"});
                return;
            }
            Granting(*alive, connection->origin(), *services).follow(std::move(grants), connection->info());
        });
}

void Subscribing::unsubscribe(const UnsubscribePacket &packet)
{
    if (!std::all_of(packet.filters.begin(), packet.filters.end(),
            [this](const QByteArray &filter) { return isFilterServed(filter); }))
        return;
    Session &session = *m_connection.session();
    std::vector<QByteArray> wanted;
    for (const QByteArray &filter : packet.filters)
        wanted.push_back(mounted(filter));
    Removals removals = Granting(session, m_connection.origin(), m_services).remove(wanted);
    UnsubackPacket unsuback;
    unsuback.packetId = packet.packetId; // [MQTT-3.10.4-5]
    unsuback.reasons = std::move(removals.reasons);
    session.gate().run(removals.ticket,
        [weak = session.weak_from_this(), serial = m_connection.serial(), services = &m_services,
            filters = m_services.events.wants(Events::Unsubscribed) ? wanted : std::vector<QByteArray>(),
            unsuback = std::move(unsuback)](StoreStatus status) mutable {
            const std::shared_ptr<Session> alive = weak.lock();
            Connection *connection = alive ? alive->connection(serial) : nullptr;
            if (!connection)
                return;
            if (status == StoreStatus::Failed) {
                connection->fail({ReasonCode::QuotaExceeded, "3.10.4", "the store could not drop the subscriptions"});
            } else if (!connection->send(std::move(unsuback))) {
                connection->fail({ReasonCode::PacketTooLarge, "MQTT-3.1.2-24",
                    "the UNSUBACK is larger than the client's Maximum Packet Size"});
            } else if (!filters.empty()) {
                services->events.unsubscribed(connection->info(), filters);
            }
        });
}

} // namespace pigeon
