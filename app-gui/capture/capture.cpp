#include "capture/capture.h"

namespace pigeon {

namespace {

constexpr qsizetype retainedPage = 1000;

/// False where the source was attached anew: then its numbers stand for other names than those that are known.
bool agrees(const NameTable &known, const std::vector<NumberedName> &told)
{
    return told.size() + 1 >= known.end()
        && std::ranges::all_of(told, [&](const NumberedName &name) {
               return name.number >= known.end() || known.text(name.number) == name.text;
           });
}

} // namespace

Capture::Capture(const CaptureBounds &bounds, QObject *parent)
    : QObject(parent)
    , m_bounds(bounds)
{
    makeStores();
}

Capture::~Capture() = default;

void Capture::makeStores()
{
    m_clientNames = std::make_shared<NameTable>();
    m_topicNames = std::make_shared<NameTable>();
    m_connections = std::make_shared<ConnectionTable>();
    m_messages = std::make_unique<MessageLog>(m_topicNames, m_clientNames, m_bounds.messages, m_bounds.messageBytes);
    m_deliveries = std::make_unique<DeliveryLog>(m_bounds.deliveries);
    m_packets = std::make_unique<PacketLog>(m_clientNames, m_connections, m_bounds.packets, m_bounds.packetBytes);
    m_clients = std::make_unique<ClientStore>(m_clientNames, m_connections);
    m_topics = std::make_unique<TopicStore>(m_topicNames);
}

void Capture::setSource(MonitorSource *source)
{
    if (m_source)
        m_source->disconnect(this);
    m_source = source;
    if (!source) {
        ++m_fetch; // no further page comes
        m_isFetchingRetained = false;
        Q_EMIT updated();
        return;
    }
    connect(source, &MonitorSource::snapshotTaken, this, &Capture::takeSnapshot);
    connect(source, &MonitorSource::changed, this, &Capture::takeBatch);
    forgetAll();
}

void Capture::clearTraffic()
{
    m_messages->clear();
    m_deliveries->clear();
    m_packets->clear();
    Q_EMIT updated();
}

/// Another broker, or the same one attached anew: names and numbers begin anew.
void Capture::forgetAll()
{
    Q_EMIT aboutToReset();
    makeStores();
    m_subscriptions.clear();
    m_retained.clear();
    m_log.clear();
    m_history.clear();
    m_totals = {};
    m_losses = {};
    m_limits = {};
    m_snapshot = {};
    m_isFetchingRetained = false;
    ++m_fetch;
    Q_EMIT reset();
}

void Capture::takeSnapshot(const MonitorSnapshot &snapshot)
{
    if (!agrees(*m_topicNames, snapshot.topicNames) || !agrees(*m_clientNames, snapshot.clientNames))
        forgetAll();
    takeNames(snapshot.clientNames, snapshot.topicNames);
    m_snapshot = snapshot;
    m_snapshot.clients.clear(); // the stores have them
    m_snapshot.subscriptions.clear();
    m_snapshot.clientNames.clear();
    m_snapshot.topicNames.clear();
    m_limits = snapshot.limits;
    m_totals = snapshot.totals;
    m_losses = snapshot.losses;
    m_history.add(snapshot.totals);
    m_clients->replaceAll(snapshot);
    m_subscriptions.replaceAll(snapshot.subscriptions);
    for (int row = 0; row < m_retained.count(); ++row)
        m_topics->setRetained(m_retained.at(row).topic, nullptr, false);
    m_retained.clear();
    Q_EMIT reset();

    ++m_fetch;
    m_isFetchingRetained = true;
    fetchRetained("#", {});
}

/// Page by page, first what `#` stands for, then the broker's own topics, which it does not.
void Capture::fetchRetained(const QByteArray &filter, const QByteArray &after)
{
    const QPointer<Capture> self(this);
    m_source->retained(filter, after, retainedPage, [self, filter, fetch = m_fetch](const RetainedPage &page) {
        if (self && self->m_source && self->m_fetch == fetch)
            self->takePage(filter, page);
    });
}

void Capture::takePage(const QByteArray &filter, const RetainedPage &page)
{
    const std::vector<RetainedStore::Change> changes = m_retained.addPage(page.messages);
    for (const RetainedStore::Change &change : changes) {
        const SeenRetained &seen = m_retained.at(change.row);
        m_topics->setRetained(seen.topic, seen.message, true);
    }
    const QByteArray systemFilter = "$SYS/#";
    if (page.hasMore && !page.messages.empty())
        fetchRetained(filter, page.messages.back()->topic().toByteArray());
    else if (filter != systemFilter && page.error.isEmpty())
        fetchRetained(systemFilter, {});
    else
        endFetching();
    Q_EMIT retainedChanged(changes);
    Q_EMIT updated();
}

void Capture::endFetching()
{
    m_isFetchingRetained = false;
    m_retained.endPages();
}

void Capture::takeNames(const std::vector<NumberedName> &clients, const std::vector<NumberedName> &topics)
{
    for (const NumberedName &name : clients)
        m_clientNames->add(name);
    for (const NumberedName &name : topics)
        m_topicNames->add(name);
}

void Capture::takeBatch(const MonitorBatch &batch)
{
    takeNames(batch.newClients, batch.newTopics);
    // Before the traffic, in which there may be what a new subscription brought its client.
    const std::vector<SubscriptionStore::Change> subscriptions = m_subscriptions.apply(batch.subscriptions);
    if (!subscriptions.empty())
        Q_EMIT subscriptionsChanged(subscriptions);
    takeTraffic(batch);
    m_clients->add(batch);
    m_log.add(batch.log);
    m_losses = batch.losses;
    if (batch.totals) {
        m_totals = *batch.totals;
        m_history.add(m_totals);
        m_topics->tick(batch.when);
    }
    takeRetained(batch.retained);
    if (!batch.events.empty())
        Q_EMIT connectionsChanged(batch.events);
    Q_EMIT updated();
}

void Capture::takeTraffic(const MonitorBatch &batch)
{
    for (const MessageRecord &record : batch.messages) {
        m_messages->add(record);
        m_topics->add(record);
    }
    for (const DeliveryRecord &record : batch.deliveries) {
        m_deliveries->add(record, *m_messages);
        noteEnd(record);
    }
    m_packets->add(batch);
}

QByteArrayView Capture::clientOf(const SeenPacket &packet) const
{
    const QByteArrayView own = clientOfPacket(packet.record, packet.bytes, *m_clientNames);
    const SeenConnection *connection = own.isEmpty() ? m_clients->connection(packet.record.connection) : nullptr;
    return connection ? m_clientNames->text(connection->client) : own;
}

/// What became of it goes to the client and to its subscriptions. Of QoS 0 nobody says when it was there: for the client,
/// which is slow or is not, that is no latency; of a subscription it says how long the broker took.
void Capture::noteEnd(const DeliveryRecord &record)
{
    const bool isAcknowledged = record.step == DeliveryStep::Acknowledged;
    const bool isDropped = record.step == DeliveryStep::Dropped;
    if (!isAcknowledged && !isDropped && !isDelivered(record))
        return;
    const quint64 row = record.message != 0 ? m_messages->rowOf(record.message) : MessageLog::noRow;
    const bool isKnown = row != MessageLog::noRow;
    const qint64 latency = isKnown ? std::max<qint64>(record.when - m_messages->at(row).when, 0) : -1;
    if (isAcknowledged && isKnown)
        m_clients->addLatency(record.receiver, latency);
    if (!isDropped && !isDelivered(record)) // it said that it does not take it
        return;
    const QByteArrayView topic = record.topic != 0 ? m_topicNames->text(record.topic)
                                                   : isKnown ? m_messages->topicAt(row) : QByteArrayView();
    m_subscriptions.add({record.receiver, record.topic, topic, record.when, isDropped, isDropped ? -1 : latency});
}

void Capture::takeRetained(const std::vector<RetainedChange> &changes)
{
    for (const RetainedChange &change : changes)
        m_topics->setRetained(change.topic, change.message, change.message || change.isPayloadLeftOut);
    const std::vector<RetainedStore::Change> done = m_retained.apply(changes);
    if (!done.empty())
        Q_EMIT retainedChanged(done);
}

} // namespace pigeon
