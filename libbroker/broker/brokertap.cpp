#include "broker/brokertap.h"

#include "base/processmemory.h"
#include "session/connection.h"
#include "session/connections.h"
#include "session/services.h"
#include "session/session.h"
#include "session/sessionregistry.h"

namespace pigeon {

namespace {

constexpr Events::Event heardEvents[] = {Events::ClientRegistered, Events::ClientReady, Events::ClientDisconnected,
    Events::ClientError, Events::ConnectionError, Events::KeepAliveTimedOut, Events::SessionExpired};

} // namespace

BrokerTap::BrokerTap(Events &next, const QByteArray &version, Facts facts)
    : EventRelay(next)
    , m_version(version)
    , m_facts(std::move(facts))
    , m_startedAt(observedNow())
    , m_ring(m_names)
{
}

void BrokerTap::start(Services &services)
{
    m_services = &services;
    m_begun = services.clock.now();
    m_begunAt = observedNow();
    if (m_channel)
        takeSnapshot();
    observe();
}

bool BrokerTap::open(std::shared_ptr<TapChannel> channel)
{
    if (m_channel)
        return false;
    m_channel = std::move(channel);
    m_names.open(m_channel);
    m_ring.open(m_channel);
    m_known.clear();
    m_bans.clear();
    m_services->sessions.forEach([](const Session &session) { session.setObservedAs(0); });
    for (const Event event : heardEvents)
        setWanted(event, true);
    observe();
    takeSnapshot();
    return true;
}

void BrokerTap::close(const TapChannel *channel, const QString &why)
{
    if (!m_channel || (channel && channel != m_channel.get()))
        return;
    if (!why.isEmpty())
        m_channel->tell([&why](TapChanges &changes) { changes.hasEnded = why; });
    m_channel.reset();
    m_names.open(nullptr);
    m_ring.open(nullptr);
    for (const Event event : heardEvents)
        setWanted(event, false);
    observe();
}

void BrokerTap::setInterests(Interests interests)
{
    m_ring.setInterests(interests);
    observe();
}

/// Tells the session room whom it has to tell what.
void BrokerTap::observe()
{
    if (!m_services)
        return;
    m_services->observers.state = m_channel ? this : nullptr;
    m_ring.observe(m_services->observers);
}

// --- what there is -------------------------------------------------------------------------------------------

void BrokerTap::takeSnapshot()
{
    MonitorSnapshot snapshot;
    snapshot.when = observedNow();
    snapshot.brokerId = m_services->options.brokerId;
    snapshot.version = m_version;
    snapshot.startedAt = m_startedAt;
    snapshot.listeners = m_facts.listeners();
    const BrokerOptions &options = m_services->options;
    const TapBounds &bounds = m_channel->bounds;
    snapshot.limits = {options.maximumConnections, options.maximumInflight, options.maximumQueuedMessages,
        options.maximumQueuedBytes, bounds.packetBytes, bounds.topicNames, bounds.clientNames};
    m_services->sessions.forEach([this, &snapshot](const Session &session) {
        snapshot.clients.push_back(factsOf(session));
        if (Known *const known = this->known(snapshot.clients.back().client))
            known->told = snapshot.clients.back().counts;
        for (auto each = session.subscriptions().cbegin(); each != session.subscriptions().cend(); ++each)
            snapshot.subscriptions.push_back(subscriptionOf(session, each.key(), each.value()));
    });
    snapshot.bans = m_bans = m_facts.bans();
    snapshot.totals = totals();
    m_channel->tell([&snapshot](TapChanges &changes) {
        // All that came before is in it.
        changes.snapshot = std::move(snapshot);
        changes.clients.clear();
        changes.counts.clear();
        changes.subscriptions.clear();
        changes.bans.reset();
        changes.totals.reset();
        changes.needsSnapshot = false;
    });
}

void BrokerTap::report()
{
    m_ring.renew(); // also what was lost without anything to collect
    std::optional<std::vector<Ban>> bans = m_facts.bans();
    if (*bans == m_bans)
        bans.reset();
    else
        m_bans = *bans;
    std::vector<ClientCounts> changed = changedCounts();
    m_channel->tell([this, &changed, &bans](TapChanges &changes) {
        changes.counts.insert(changes.counts.end(), changed.begin(), changed.end());
        if (bans)
            changes.bans = std::move(bans);
        changes.totals = totals();
    });
}

/// With very many sessions less often: it takes a fiftieth of the time at most.
std::vector<ClientCounts> BrokerTap::changedCounts()
{
    constexpr qint64 share = 50;
    std::vector<ClientCounts> changed;
    const qint64 begin = steadyNow();
    if (begin < m_nextCounts)
        return changed;
    m_services->sessions.forEach([this, &changed](const Session &session) {
        const ClientCounts counts = countsOf(session);
        Known *const known = this->known(counts.client);
        if (!known || known->told == counts)
            return;
        known->told = counts;
        changed.push_back(counts);
    });
    const qint64 end = steadyNow();
    m_nextCounts = end + (end - begin) * share;
    return changed;
}

MonitorTotals BrokerTap::totals() const
{
    const Counters &counters = m_services->counters;
    const StoreHealth health = m_services->store.health();
    MonitorTotals now;
    now.when = observedNow();
    now.connected = m_services->connections.connected();
    now.sessions = static_cast<quint64>(m_services->sessions.size());
    now.subscriptions = static_cast<quint64>(m_services->subscriptions.size());
    now.retained = static_cast<quint64>(m_services->retained.size());
    now.queuedMessages = counters.queuedMessages;
    now.queuedBytes = counters.queuedBytes;
    now.connectionsAccepted = counters.connectionsAccepted;
    now.connectionsRefused = counters.connectionsRefused;
    now.packetsIn = counters.packetsReceived;
    now.packetsOut = counters.packetsSent;
    now.bytesIn = counters.bytesReceived;
    now.bytesOut = counters.bytesSent;
    now.messagesIn = counters.publishReceived;
    now.messagesOut = counters.publishSent;
    now.payloadBytesIn = counters.publishBytesReceived;
    now.payloadBytesOut = counters.publishBytesSent;
    now.publishRefused = counters.publishRefused;
    now.protocolErrors = counters.protocolErrors;
    now.drops = counters.drops;
    now.memoryBytes = residentBytes();
    now.isStoreFailing = health.isFailing;
    now.storeText = QString::fromUtf8(health.text);
    return now;
}

// --- clients -------------------------------------------------------------------------------------------------

BrokerTap::Known *BrokerTap::known(ClientNumber number)
{
    if (number == 0)
        return nullptr;
    if (number >= m_known.size())
        m_known.resize(number + 1);
    return &m_known[number];
}

ClientFacts BrokerTap::factsOf(const Session &session)
{
    ClientFacts facts;
    facts.client = m_names.numberOf(session);
    facts.info = infoOf(session);
    facts.isConnected = session.connection() != nullptr;
    facts.sessionExpirySeconds = session.expirySeconds();
    if (const Connection *connection = session.connection()) {
        facts.maximumPacketBytes = connection->negotiated().maximumPacketBytes;
        facts.inflightMaximum = std::min(connection->negotiated().receiveMaximum, m_services->options.maximumInflight);
    }
    if (session.will())
        facts.will = session.will()->fields;
    if (const Known *known = this->known(facts.client)) {
        facts.since = known->since;
        facts.connects = known->connects;
        facts.takeovers = known->takeovers;
        facts.lastReason = known->lastReason;
        facts.lastText = known->lastText;
    }
    facts.counts = countsOf(session);
    return facts;
}

ClientCounts BrokerTap::countsOf(const Session &session) const
{
    const Traffic traffic = session.traffic();
    ClientCounts counts;
    counts.client = session.observedAs();
    counts.isConnected = session.connection() != nullptr;
    counts.packetsIn = traffic.packetsIn;
    counts.packetsOut = traffic.packetsOut;
    counts.bytesIn = traffic.bytesIn;
    counts.bytesOut = traffic.bytesOut;
    counts.messagesIn = traffic.messagesIn;
    counts.messagesOut = traffic.messagesOut;
    counts.inflight = session.outbox().inFlight();
    counts.queuedMessages = session.outbox().queuedMessages();
    counts.queuedBytes = session.outbox().queuedBytes();
    counts.subscriptions = static_cast<quint64>(session.subscriptions().size());
    if (session.connection())
        counts.lastPacketAt = m_begunAt + std::chrono::nanoseconds(session.connection()->lastPacketAt() - m_begun).count();
    if (session.drops())
        counts.drops = *session.drops();
    return counts;
}

void BrokerTap::tellFacts(const Session &session)
{
    ClientFacts facts = factsOf(session);
    m_channel->change([&facts](TapChanges &changes) { changes.clients.emplace_back(std::move(facts)); });
}

void BrokerTap::tellEvent(ConnectionEvent event)
{
    event.when = observedNow();
    const bool isStranger = event.kind == ConnectionEventKind::Refused;
    event.client = isStranger ? m_names.numberOfStranger(event.info.clientId) : m_names.numberOf(event.info.clientId);
    if (Known *known = this->known(event.client); known && isFailure(event.reason)) {
        known->lastReason = event.reason;
        known->lastText = event.text;
    }
    m_channel->change([&event](TapChanges &changes) { changes.events.push_back(std::move(event)); });
}

void BrokerTap::clientRegistered(const ClientInfo &client)
{
    if (m_channel) {
        const Session *session = m_services->sessions.find(client.clientId);
        if (Known *known = this->known(m_names.numberOf(client.clientId))) {
            known->since = observedNow();
            ++known->connects;
            if (!known->takenFrom.isNull()) {
                ++known->takeovers;
                tellEvent({0, ConnectionEventKind::TakenOver, 0, client, ReasonCode::SessionTakenOver, "MQTT-3.1.4-3",
                    std::exchange(known->takenFrom, {})});
            }
        }
        tellEvent({0, ConnectionEventKind::Connected, 0, client, ReasonCode::Success, {}, {}});
        if (session)
            tellFacts(*session);
    }
    if (next().wants(ClientRegistered))
        EventRelay::clientRegistered(client);
}

/// By now it has the will of its CONNECT.
void BrokerTap::clientReady(const ClientInfo &client)
{
    const Session *session = m_channel ? m_services->sessions.find(client.clientId) : nullptr;
    if (session)
        tellFacts(*session);
    if (next().wants(ClientReady))
        EventRelay::clientReady(client);
}

void BrokerTap::clientDisconnected(const ClientInfo &client, const EventError &why)
{
    if (m_channel) {
        if (Known *known = this->known(m_names.numberOf(client.clientId))) {
            known->since = observedNow();
            known->lastReason = why.reason;
            known->lastText = why.text;
            if (why.reason == ReasonCode::SessionTakenOver)
                known->takenFrom = "it was connected from " + client.address + ':' + QByteArray::number(client.port);
        }
        tellEvent({0, ConnectionEventKind::Disconnected, 0, client, why.reason, why.clause, why.text});
        if (const Session *session = m_services->sessions.find(client.clientId))
            tellFacts(*session);
    }
    if (next().wants(ClientDisconnected))
        EventRelay::clientDisconnected(client, why);
}

void BrokerTap::clientError(const ClientInfo &client, const EventError &error)
{
    if (m_channel && error.reason != ReasonCode::KeepAliveTimeout) { // that has an event of its own
        const Session *session = m_services->sessions.find(client.clientId);
        const bool isIn = session && session->connection(client.connection);
        tellEvent({0, isIn ? ConnectionEventKind::ProtocolError : ConnectionEventKind::Refused, 0, client, error.reason,
            error.clause, error.text});
    }
    if (next().wants(ClientError))
        EventRelay::clientError(client, error);
}

void BrokerTap::connectionError(const ClientInfo &client, const EventError &error)
{
    if (m_channel)
        tellEvent({0, ConnectionEventKind::Refused, 0, client, error.reason, error.clause, error.text});
    if (next().wants(ConnectionError))
        EventRelay::connectionError(client, error);
}

void BrokerTap::keepAliveTimedOut(const ClientInfo &client)
{
    if (m_channel)
        tellEvent({0, ConnectionEventKind::KeepAliveTimedOut, 0, client, ReasonCode::KeepAliveTimeout,
            "MQTT-3.1.2-22", "nothing came for one and a half times the keep alive"});
    if (next().wants(KeepAliveTimedOut))
        EventRelay::keepAliveTimedOut(client);
}

void BrokerTap::sessionExpired(const QByteArray &clientId)
{
    if (m_channel) {
        ConnectionEvent event;
        event.kind = ConnectionEventKind::SessionEnded;
        event.info.clientId = clientId;
        tellEvent(event);
        // Its successor may be there already; then the facts that follow stand.
        const ClientNumber number = m_names.numberOf(clientId);
        m_channel->change([number](TapChanges &changes) { changes.clients.emplace_back(number); });
    }
    if (next().wants(SessionExpired))
        EventRelay::sessionExpired(clientId);
}

// --- what sessions and the broker hold -----------------------------------------------------------------------

SubscriptionChange BrokerTap::subscriptionOf(
    const Session &session, const QByteArray &filter, const SubscriptionOptions &options) const
{
    const SubscribeEntry entry{
        filter, options.maximumQoS, options.noLocal, options.retainAsPublished, RetainHandling::SendAlways};
    return {0, true, session.observedAs(), entry, options.identifier};
}

void BrokerTap::subscriptionSet(const Session &session, const QByteArray &filter, const SubscriptionOptions &options)
{
    m_names.numberOf(session);
    SubscriptionChange change = subscriptionOf(session, filter, options);
    change.when = observedNow();
    m_channel->change([&change](TapChanges &changes) { changes.subscriptions.push_back(std::move(change)); });
}

void BrokerTap::subscriptionRemoved(const Session &session, const QByteArray &filter)
{
    SubscriptionChange change;
    change.when = observedNow();
    change.isAdded = false;
    change.client = m_names.numberOf(session);
    change.entry.filter = filter;
    m_channel->change([&change](TapChanges &changes) { changes.subscriptions.push_back(std::move(change)); });
}

void BrokerTap::retainedSet(const MessagePtr &message)
{
    RetainedChange change;
    change.when = observedNow();
    change.topic = message->topic().toByteArray();
    m_channel->change([&](TapChanges &changes) {
        // The broker has it anyway, but only until the next one of that topic.
        change.isPayloadLeftOut = !m_channel->hold(TapChannel::sizeOf(*message));
        if (!change.isPayloadLeftOut)
            change.message = message;
        changes.retained.push_back(std::move(change));
    });
}

void BrokerTap::retainedRemoved(QByteArrayView topic)
{
    RetainedChange change;
    change.when = observedNow();
    change.topic = topic.toByteArray();
    m_channel->change([&change](TapChanges &changes) { changes.retained.push_back(std::move(change)); });
}

} // namespace pigeon
