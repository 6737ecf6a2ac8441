#pragma once

#include "capture/deliverycounts.h"
#include "capture/matchmemo.h"
#include "capture/nametable.h"
#include "filter/filterprogram.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace pigeon {

/// One subscription as a view shows it.
struct SeenSubscription
{
    ClientNumber client = 0;
    SubscribeEntry entry; ///< the filter with `$share/<group>/`
    quint32 identifier = 0; ///< 0 = none
    qint64 since = 0; ///< ns since the epoch of Unix; 0: before the window looked
    std::unique_ptr<DeliveryCounts> counts; ///< never null; stays where it is when the row moves

    /// The name of the shared group; empty: none.
    QByteArrayView group() const;
    /// The filter without `$share/<group>/`.
    QByteArrayView plainFilter() const;
};

/// All subscriptions. Rows are in the order in which they came; one that goes leaves its row to the last one, so every
/// change is at one row: `changes` says which.
///
/// It also counts what becomes of messages, for each subscription that was there for them. A delivery says for which client
/// it was and not by which filter: the broker sends one copy where several filters of a client match (3.3.4). So it
/// counts for each filter of the client that matches, as each has that message in its rate. Only a copy that goes to a
/// member of a shared group is one more, and who takes part in a group and subscribes to the same topics beside it has both
/// copies counted for both. Deliveries to whom has no number (beyond MonitorLimits::clients) are not counted. Window's
/// thread.
class SubscriptionStore
{
public:
    struct Change
    {
        enum class Kind : quint8 { Added, Changed, Removed };
        Kind kind = Kind::Added;
        int row = 0; ///< Removed: the last row, which has moved to `row`, is there no more
    };

    void replaceAll(const std::vector<SubscriptionChange> &all);
    /// What it comes to, in order, for a model that goes through it row by row.
    std::vector<Change> apply(const std::vector<SubscriptionChange> &changes);
    void clear();
    /// One delivery has come to its end.
    void add(const DeliveryEnd &end);

    /// Of so many subscriptions latencies are measured, those that get something first: 45 MB.
    static constexpr size_t maximumMeasured = 100'000;

    int count() const { return static_cast<int>(m_rows.size()); }
    const SeenSubscription &at(int row) const { return m_rows[static_cast<size_t>(row)]; }
    /// Counts the times that all is different: a model starts anew then.
    quint64 shape() const { return m_shape; }
    std::vector<int> rowsOf(ClientNumber client) const;

private:
    using Key = std::pair<ClientNumber, QByteArray>;
    std::optional<Change> apply(const SubscriptionChange &change);
    std::optional<Change> remove(const Key &key);
    MatchMemo::Matches matchesOf(const DeliveryEnd &end, quint64 version);
    void collect(ClientNumber client, QByteArrayView topic);
    void collectBelow(const Key &prefix, QByteArrayView topic, qsizetype at);
    void collectOne(const Key &filter);
    bool isBegun(const Key &prefix) const;

    std::vector<SeenSubscription> m_rows;
    std::map<Key, int> m_rowOf;
    quint64 m_shape = 0;

    std::unordered_map<ClientNumber, quint64> m_versions; ///< of what a client has subscribed to; those that have something
    quint64 m_lastVersion = 0; ///< no two clients ever have the same
    MatchMemo m_memo;
    std::vector<DeliveryCounts *> m_found; ///< kept, so that matching need not make it again
    size_t m_measured = 0;
};

/// A subscription as filters ask for it.
class SubscriptionRow : public FilterRow
{
public:
    SubscriptionRow(const SubscriptionStore &store, NameTablePtr clients)
        : m_store(store)
        , m_clients(std::move(clients))
    {
    }
    void goTo(int row) { m_row = row; }
    double number(FieldId field) const override;
    QByteArrayView text(FieldId field) const override;
    quint32 nameOf(FieldId field) const override;

private:
    const SubscriptionStore &m_store;
    NameTablePtr m_clients;
    int m_row = 0;
};

} // namespace pigeon
