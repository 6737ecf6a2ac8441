#pragma once

#include "capture/nametable.h"
#include "filter/filterprogram.h"

#include <map>
#include <vector>

namespace pigeon {

/// One subscription as a view shows it.
struct SeenSubscription
{
    ClientNumber client = 0;
    SubscribeEntry entry; ///< the filter with `$share/<group>/`
    quint32 identifier = 0; ///< 0 = none
    qint64 since = 0; ///< ns since the epoch of Unix; 0: before the window looked

    /// The name of the shared group; empty: none.
    QByteArrayView group() const;
    /// The filter without `$share/<group>/`.
    QByteArrayView plainFilter() const;
};

/// All subscriptions. Rows are in the order in which they came; one that goes leaves its row to the last one, so every
/// change is at one row: `changes` says which. Window's thread.
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

    int count() const { return static_cast<int>(m_rows.size()); }
    const SeenSubscription &at(int row) const { return m_rows[static_cast<size_t>(row)]; }
    /// Counts the times that all is different: a model starts anew then.
    quint64 shape() const { return m_shape; }
    std::vector<int> rowsOf(ClientNumber client) const;

private:
    using Key = std::pair<ClientNumber, QByteArray>;
    std::optional<Change> apply(const SubscriptionChange &change);
    std::optional<Change> remove(const Key &key);

    std::vector<SeenSubscription> m_rows;
    std::map<Key, int> m_rowOf;
    quint64 m_shape = 0;
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
