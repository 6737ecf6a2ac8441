#pragma once

#include "capture/clientstore.h"
#include "capture/deliverylog.h"
#include "capture/history.h"
#include "capture/loglines.h"
#include "capture/messagelog.h"
#include "capture/packetlog.h"
#include "capture/retainedstore.h"
#include "capture/subscriptionstore.h"
#include "capture/topicstore.h"

#include "monitor/monitorsource.h"

#include <QObject>
#include <QPointer>

#include <memory>

namespace pigeon {

/// How much the window keeps.
struct CaptureBounds
{
    quint64 messages = MessageLog::defaultRows;
    qint64 messageBytes = MessageLog::defaultBytes;
    quint64 deliveries = DeliveryLog::defaultRows;
    quint64 packets = PacketLog::defaultRows;
    qint64 packetBytes = PacketLog::defaultBytes;
};

/// What the window knows of a broker: it takes in what a source tells and keeps it in stores, which models read. It collects
/// on while views are frozen, and nothing that it does depends on who looks.
///
/// Window's thread. A view that wants to stand still stops reading; rows of the rings keep their numbers.
class Capture : public QObject
{
    Q_OBJECT

public:
    explicit Capture(const CaptureBounds &bounds = {}, QObject *parent = nullptr);
    ~Capture() override;

    /// Takes in what this source tells from now on. What was kept goes, since another broker has other names. Null: there is
    /// none any more, and what was seen stays to be looked at. Attaching is the caller's.
    void setSource(MonitorSource *source);
    MonitorSource *source() const { return m_source; }
    /// Empties the rings of messages, deliveries and packets. Topics, clients and counters stay.
    void clearTraffic();

    const NameTable &clientNames() const { return *m_clientNames; }
    const NameTable &topicNames() const { return *m_topicNames; }
    NameTablePtr clientNameTable() const { return m_clientNames; }
    NameTablePtr topicNameTable() const { return m_topicNames; }

    const MessageLog &messages() const { return *m_messages; }
    const DeliveryLog &deliveries() const { return *m_deliveries; }
    const PacketLog &packets() const { return *m_packets; }
    const ClientStore &clients() const { return *m_clients; }
    const SubscriptionStore &subscriptions() const { return m_subscriptions; }
    const RetainedStore &retained() const { return m_retained; }
    const LogLines &log() const { return m_log; }
    const RateHistory &history() const { return m_history; }
    /// Not constant: a model takes new topics into its tree when it is ready for them.
    TopicStore &topics() { return *m_topics; }
    const TopicStore &topics() const { return *m_topics; }

    /// Exact, whatever was lost on the way here.
    const MonitorTotals &totals() const { return m_totals; }
    const TapLosses &losses() const { return m_losses; }
    const MonitorLimits &limits() const { return m_limits; }
    /// The client id of a packet; of one that came before its client was known, whose the connection became.
    QByteArrayView clientOf(const SeenPacket &packet) const;

    /// The first and every later one; `when` is 0 before there was one.
    const MonitorSnapshot &lastSnapshot() const { return m_snapshot; }
    /// Retained messages are still being fetched, page by page.
    bool isFetchingRetained() const { return m_isFetchingRetained; }

Q_SIGNALS:
    /// All that is kept goes now, stores and all: let go of them. `reset` follows.
    void aboutToReset();
    /// Everything is another: the source, or a snapshot was taken. Rings and stores are other objects only after
    /// `aboutToReset`.
    void reset();
    /// A batch was taken in: rings have grown (and shrunk at their fronts), counters are others.
    void updated();
    /// In the course of a batch, before `updated`: what it came to, row by row, in this order.
    void subscriptionsChanged(const std::vector<pigeon::SubscriptionStore::Change> &changes);
    void retainedChanged(const std::vector<pigeon::RetainedStore::Change> &changes);
    /// What happened to connections, the new ones alone.
    void connectionsChanged(const std::vector<pigeon::ConnectionEvent> &events);

private:
    void makeStores();
    void forgetAll();
    void takeSnapshot(const MonitorSnapshot &snapshot);
    void takeBatch(const MonitorBatch &batch);
    void takeNames(const std::vector<NumberedName> &clients, const std::vector<NumberedName> &topics);
    void takeTraffic(const MonitorBatch &batch);
    void noteEnd(const DeliveryRecord &record);
    void takeRetained(const std::vector<RetainedChange> &changes);
    void fetchRetained(const QByteArray &filter, const QByteArray &after);

    void endFetching();
    void takePage(const QByteArray &filter, const RetainedPage &page);

    CaptureBounds m_bounds;
    QPointer<MonitorSource> m_source;
    std::shared_ptr<NameTable> m_clientNames;
    std::shared_ptr<NameTable> m_topicNames;
    std::shared_ptr<ConnectionTable> m_connections;
    std::unique_ptr<MessageLog> m_messages;
    std::unique_ptr<DeliveryLog> m_deliveries;
    std::unique_ptr<PacketLog> m_packets;
    std::unique_ptr<ClientStore> m_clients;
    std::unique_ptr<TopicStore> m_topics;
    SubscriptionStore m_subscriptions;
    RetainedStore m_retained;
    LogLines m_log;
    RateHistory m_history;
    MonitorTotals m_totals;
    TapLosses m_losses;
    MonitorLimits m_limits;
    MonitorSnapshot m_snapshot;
    bool m_isFetchingRetained = false;
    quint64 m_fetch = 0; ///< counts the times that retained messages were asked for; answers to earlier ones are dropped
};

} // namespace pigeon
