#pragma once

#include "capture/connectiontable.h"
#include "capture/latencies.h"
#include "capture/nametable.h"
#include "filter/filterprogram.h"

#include <deque>
#include <unordered_map>
#include <vector>

namespace pigeon {

/// What a client is to the broker now.
enum class ClientState : quint8 {
    Online,
    Away, ///< not connected; its session waits
    Gone, ///< not connected, and its session has ended
    Refused, ///< was turned away when it last tried, and has no session
};

/// One client as a view shows it.
struct SeenClient
{
    ClientFacts facts; ///< of a refused one `info` says what it claimed to be
    ClientState state = ClientState::Online;
    double rateIn = 0; ///< messages a second
    double rateOut = 0;
    double byteRateIn = 0; ///< bytes of packets a second
    double byteRateOut = 0;
    quint64 refusals = 0;
    bool isBanned = false; ///< by client id, user or address
    Latencies latencies; ///< of what it got at QoS 1 and 2, until it was acknowledged
    std::deque<ConnectionEvent> history; ///< the last ClientStore::maximumHistory
    struct Drops
    {
        qint64 when = 0;
        quint64 count = 0;
    };
    std::deque<Drops> lastDrops; ///< those of ClientStore::dropsAreRecentFor

    /// How many times it has connected during ClientStore::connectsAreRecentFor, as far as its history has them.
    quint64 recentConnects(qint64 now) const;
    /// How many messages were dropped for it during ClientStore::dropsAreRecentFor.
    quint64 recentDrops(qint64 now) const;
};

/// All clients that there are or were, by their numbers. They are in the order in which they were seen first; a row is
/// never taken away but by `clear`, except that of those that are gone only the last 10 000 are kept: then `shape`
/// changes. Window's thread.
class ClientStore
{
public:
    static constexpr size_t maximumHistory = 200; // per client: months of a device that comes and goes daily
    static constexpr size_t maximumGone = 10'000;
    static constexpr size_t maximumEvents = 10'000;
    static constexpr qint64 connectsAreRecentFor = 600'000'000'000; // ns: who is cut off every few minutes is among them
    static constexpr qint64 dropsAreRecentFor = 60'000'000'000; // ns: long enough to be seen by who looks now and then

    ClientStore(NameTablePtr clients, std::shared_ptr<ConnectionTable> connections);

    // --- what is fed in
    void replaceAll(const MonitorSnapshot &snapshot);
    void add(const MonitorBatch &batch);
    void addLatency(ClientNumber client, qint64 nanoseconds);
    void clear();

    // --- what is known
    int count() const { return static_cast<int>(m_order.size()); }
    /// Counts the times that rows were taken away or all is different: a model starts anew then.
    quint64 shape() const { return m_shape; }
    ClientNumber numberAt(int row) const { return m_order[static_cast<size_t>(row)]; }
    const SeenClient &at(int row) const { return m_clients.find(numberAt(row))->second; }
    /// Null: not known.
    const SeenClient *find(ClientNumber client) const;
    /// By ClientInfo::connection; null: not known, or one of the oldest.
    const SeenConnection *connection(quint64 number) const { return m_connections->find(number); }
    /// UTF-8, as the client named it.
    QByteArrayView nameOf(ClientNumber client) const { return m_names->text(client); }
    const std::vector<Ban> &bans() const { return m_bans; }
    /// What happened to connections, the last ones of all, also of those without a client id.
    const std::deque<ConnectionEvent> &events() const { return m_events; }
    /// How many there have been: events().size() of them are there, the last ones.
    quint64 eventCount() const { return m_eventCount; }
    /// The busiest clients by messages in and out, the busiest first.
    std::vector<ClientNumber> busiest(size_t most) const;
    /// Client ids with these first bytes: for completion.
    std::vector<QByteArray> namesBeginningWith(QByteArrayView prefix, size_t most) const;

private:
    SeenClient &client(ClientNumber number);
    void setState(SeenClient &seen, ClientState state);
    void takeFacts(const ClientFacts &facts, qint64 now);
    void takeCounts(SeenClient &seen, const ClientCounts &counts, qint64 now);
    void takeEvent(const ConnectionEvent &event);
    static void takeConnection(SeenClient &seen, const ConnectionEvent &event);
    void takeBans(std::vector<Ban> bans);
    void markBans(SeenClient &seen) const;
    void fadeRates(qint64 now);
    void forgetGone();

    NameTablePtr m_names;
    std::unordered_map<ClientNumber, SeenClient> m_clients;
    std::unordered_map<ClientNumber, qint64> m_countedAt; ///< when the counts were taken that rates are worked out from
    std::shared_ptr<ConnectionTable> m_connections;
    std::vector<ClientNumber> m_order;
    std::deque<ClientNumber> m_gone;
    std::vector<Ban> m_bans;
    std::deque<ConnectionEvent> m_events;
    quint64 m_eventCount = 0;
    quint64 m_shape = 0;
    qint64 m_lastFade = 0;
};

/// A client as filters ask for it.
class ClientRow : public FilterRow
{
public:
    ClientRow(const ClientStore &store, qint64 now)
        : m_store(store)
        , m_now(now)
    {
    }
    void goTo(ClientNumber client) { m_seen = m_store.find(client); }
    double number(FieldId field) const override;
    QByteArrayView text(FieldId field) const override;
    quint32 nameOf(FieldId) const override { return noName; }

private:
    const ClientStore &m_store;
    qint64 m_now;
    const SeenClient *m_seen = nullptr;
    mutable QByteArray m_tls; // what `text` answers is a view into it
};

} // namespace pigeon
