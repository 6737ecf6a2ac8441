#pragma once

#include "capture/capture.h"
#include "models/filterrates.h"
#include "models/rowsmodel.h"

#include <QHash>

namespace pigeon {

/// What subscriptions have in common that are one row.
enum class SubscriptionGrouping : quint8 {
    Filter, ///< topic filter, shared or not
    Client,
    SharedGroup, ///< name of the group and filter: of these each message goes to one (4.8.2)
};

/// The subscriptions that pass a filter, a row for those that belong together. Window's thread.
class GroupedSubscriptionsModel final : public RowsModel
{
    Q_OBJECT

public:
    enum Column {
        Name, Subscriptions, Clients, Online, Quality, Rate, Delivered, Dropped, Latency, ColumnCount
    };

    explicit GroupedSubscriptionsModel(const Capture &capture, QObject *parent = nullptr);

    void setGrouping(SubscriptionGrouping grouping);
    SubscriptionGrouping grouping() const { return m_grouping; }
    /// The filter that shows the subscriptions of a row.
    QString termAt(int row) const;
    /// Client id; empty where rows are no clients.
    QByteArray clientAt(int row) const;

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QVariant cell(const QModelIndex &index, int role) const override;
    const ColumnFacts &factsOf(int section) const override;
    struct Group
    {
        QByteArray name;
        QByteArray filter; ///< without `$share/<group>/`; empty where there are several
        QByteArray shared; ///< name of the group
        int subscriptions = 0;
        int online = 0; ///< clients
        std::vector<ClientNumber> clients; ///< each once
        QoS lowest = QoS::ExactlyOnce;
        QoS highest = QoS::AtMostOnce;
        quint64 delivered = 0; ///< what its subscriptions come to, as all of these
        quint64 dropped = 0;
        qint64 latency = -1; ///< ns, the 95th of a hundred; -1: not known
        std::vector<const Latencies *> measured; ///< what `latency` is worked out from; empty afterwards
    };
    std::vector<Key> passing(FilterRun *run, qint64 now) override;
    SortKey sortKey(Key key, int column) const override;
    QByteArray nameOf(const SeenSubscription &subscription) const;
    Group &groupOf(const QByteArray &name);
    static void add(Group &group, const SeenSubscription &subscription);
    void count(Group &group) const;
    static void mergeLatencies(Group &group);
    const Group *find(Key key) const;
    QVariant shown(const Group &group, int column) const;
    double numberOf(const Group &group, int column) const;

    const Capture &m_capture;
    SubscriptionGrouping m_grouping = SubscriptionGrouping::Filter;
    QHash<QByteArray, Key> m_keys; ///< by name; of those that are there
    std::unordered_map<Key, Group> m_groups;
    Key m_next = 1; ///< never used twice
    mutable FilterRates m_rates;
};

} // namespace pigeon
