#include "broker/systemtopics.h"

#include "base/processmemory.h"
#include "monitor/lifetopics.h"
#include "session/listeners.h"
#include "session/connections.h"
#include "session/exchange.h"
#include "session/services.h"
#include "session/sessionregistry.h"

namespace pigeon {

SystemTopics::SystemTopics(const BrokerOptions &options, Events &next)
    : EventRelay(next)
    , m_options(options)
    , m_origin(Origin::create({}, {}, {}))
    , m_postedDue([this] { publishPosted(); })
    , m_heartbeatDue([this] { publishHeartbeat(); })
    , m_figuresDue([this] { publishFigures(); })
{
}

void SystemTopics::start(Services &services)
{
    m_services = &services;
    m_posted.clear();
    const TimePoint now = services.clock.now();
    m_tree.emplace(QByteArrayLiteral("pigeon version " PIGEON_VERSION), now);
    if (!m_options.problems().isEmpty())
        return; // it is going to refuse to listen; a bad broker id is no part of a topic
    if (m_options.publishLifeTopics) {
        for (const Event event : {ClientRegistered, ClientDisconnected, Subscribed, Unsubscribed})
            setWanted(event, true);
        post(lifetopics::birth(m_options.brokerId));
    }
    if (m_options.heartbeatInterval.count() > 0)
        services.deadlines.set(m_heartbeatDue, now + m_options.heartbeatInterval);
    if (m_options.systemInterval.count() > 0)
        services.deadlines.set(m_figuresDue, now);
}

void SystemTopics::optionsChanged()
{
    if (m_options.publishLifeTopics) {
        for (const Event event : {ClientRegistered, ClientDisconnected, Subscribed, Unsubscribed})
            setWanted(event, true);
    }
    arm(m_heartbeatDue, m_options.heartbeatInterval);
    arm(m_figuresDue, m_options.systemInterval);
}

/// A new interval begins now; 0 ends it. What is due sooner than it says stays.
void SystemTopics::arm(Deadline &deadline, Milliseconds interval)
{
    if (interval.count() == 0)
        deadline.cancel();
    else if (!deadline.isSet() || deadline.at() > m_services->clock.now() + interval)
        m_services->deadlines.set(deadline, m_services->clock.now() + interval);
}

// --- life topics ---------------------------------------------------------------------------------------------

void SystemTopics::clientRegistered(const ClientInfo &client)
{
    if (next().wants(ClientRegistered))
        EventRelay::clientRegistered(client);
    if (isHeard())
        post(lifetopics::newClient(m_options.brokerId, client));
}

void SystemTopics::clientDisconnected(const ClientInfo &client, const EventError &why)
{
    if (next().wants(ClientDisconnected))
        EventRelay::clientDisconnected(client, why);
    if (isHeard())
        post(lifetopics::clientGone(m_options.brokerId, client));
}

void SystemTopics::subscribed(const ClientInfo &client, const std::vector<GrantedSubscription> &subscriptions)
{
    if (next().wants(Subscribed))
        EventRelay::subscribed(client, subscriptions);
    if (isHeard())
        post(lifetopics::subscribed(m_options.brokerId, client, subscriptions));
}

void SystemTopics::unsubscribed(const ClientInfo &client, const std::vector<QByteArray> &filters)
{
    if (next().wants(Unsubscribed))
        EventRelay::unsubscribed(client, filters);
    if (isHeard())
        post(lifetopics::unsubscribed(m_options.brokerId, client, filters));
}

/// Nothing is made for nobody. A program that listens to the signal `published` hears them as well.
bool SystemTopics::isHeard() const
{
    return m_options.publishLifeTopics
        && (m_services->subscriptions.reachesInto("$SYS") || m_services->listeners.reachInto("$SYS")
            || next().wants(Published));
}

void SystemTopics::post(SystemMessage message)
{
    m_posted.push_back(std::move(message));
    if (!m_postedDue.isSet())
        m_services->deadlines.set(m_postedDue, m_services->clock.now());
}

void SystemTopics::post(std::vector<SystemMessage> messages)
{
    for (SystemMessage &message : messages)
        post(std::move(message));
}

void SystemTopics::publishPosted()
{
    // Taken out first: what publishing causes may post more.
    for (const SystemMessage &message : std::exchange(m_posted, {}))
        publish(message, false);
}

void SystemTopics::publishHeartbeat()
{
    publish(lifetopics::heartbeat(m_options.brokerId), false);
    m_services->deadlines.set(m_heartbeatDue, m_services->clock.now() + m_options.heartbeatInterval);
}

// --- figures -------------------------------------------------------------------------------------------------

void SystemTopics::publishFigures()
{
    const bool mayRetain = m_options.maximumRetained > 0; // clients were told
    for (const SystemMessage &message : m_tree->update(snapshot(), m_services->clock.now()))
        publish(message, mayRetain);
    m_services->deadlines.set(m_figuresDue, m_services->clock.now() + m_options.systemInterval);
}

SystemSnapshot SystemTopics::snapshot() const
{
    const Counters &counters = m_services->counters;
    SystemSnapshot now;
    now.clientsConnected = m_services->connections.connected();
    now.clientsDisconnected = static_cast<quint64>(m_services->sessions.offline());
    now.clientsExpired = counters.sessionsExpired;
    now.clientsMaximum = counters.mostConnected;
    now.messagesReceived = counters.packetsReceived;
    now.messagesSent = counters.packetsSent;
    now.publishReceived = counters.publishReceived;
    now.publishSent = counters.publishSent;
    for (const DropReason limit :
        {DropReason::QueueFull, DropReason::OutputFull, DropReason::PacketTooLarge})
        now.publishDropped += counters.drop(limit);
    now.publishBytesReceived = counters.publishBytesReceived;
    now.publishBytesSent = counters.publishBytesSent;
    now.bytesReceived = counters.bytesReceived;
    now.bytesSent = counters.bytesSent;
    now.socketsOpened = counters.connectionsAccepted;
    now.connectsReceived = counters.connectsReceived;
    now.retainedMessages = static_cast<quint64>(m_services->retained.size());
    const qsizetype shared = m_services->subscriptions.sharedSize();
    now.subscriptions = static_cast<quint64>(m_services->subscriptions.size() - shared);
    now.sharedSubscriptions = static_cast<quint64>(shared);
    now.packetsOut = counters.queuedMessages;
    now.packetsOutBytes = counters.queuedBytes;
    now.storeMessages = now.retainedMessages + counters.queuedMessages;
    now.storeBytes = static_cast<quint64>(m_services->retained.memoryBytes()) + counters.queuedBytes;
    now.memoryBytes = residentBytes();
    return now;
}

void SystemTopics::publish(const SystemMessage &message, bool retain)
{
    MessageParts parts;
    parts.topic = message.topic;
    parts.payload = message.payload;
    parts.retain = retain;
    parts.origin = m_origin;
    Publication publication(parts, m_services->clock);
    m_services->exchange.publishDirectly(publication, nullptr);
}

} // namespace pigeon
