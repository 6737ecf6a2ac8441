#pragma once

#include "capture/capture.h"
#include "models/filterrates.h"
#include "models/mirroredrows.h"
#include "models/rowsmodel.h"

namespace pigeon {

/// How long a message took to a client, as `DeliveryCounts::p95`; empty: not known.
QString deliveryTimeText(qint64 nanoseconds);

/// All subscriptions, a row each. Window's thread.
class SubscriptionsModel final : public StoreRowsModel
{
    Q_OBJECT

public:
    enum Column {
        Filter, Group, Client, Quality, Rate, Delivered, Dropped, Latency, NoLocal, AsPublished, Handling, Identifier, Since, ColumnCount
    };

    explicit SubscriptionsModel(const Capture &capture, QObject *parent = nullptr);

    /// Null when it has ended.
    const SeenSubscription *seen(int row) const;
    QByteArray clientAt(int row) const;

    int storeCount() const override { return m_mirror.count(); }

private:
    QVariant cell(const QModelIndex &index, int role) const override;
    Key keyOfStoreRow(int storeRow) const override { return m_mirror.keyAt(storeRow); }
    bool passes(int storeRow, FilterRun &run) override;
    SortKey sortKey(Key key, int column) const override;
    void beginPass(qint64 now) override;
    QVariant shown(const SeenSubscription &subscription, int column) const;
    QVariant filterValue(const SeenSubscription &subscription, int column) const;
    void begin();

    const Capture &m_capture;
    MirroredRows m_mirror;
    std::unique_ptr<SubscriptionRow> m_row;
    mutable FilterRates m_rates;
};

} // namespace pigeon
