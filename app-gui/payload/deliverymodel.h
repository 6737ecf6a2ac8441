#pragma once

#include "payload/inspectedmessage.h"

#include <QAbstractTableModel>

namespace pigeon {

/// Who got a message, and how. GUI thread.
class DeliveryModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Receiver, State, QoS, Queued, Sent, Received, Acknowledged, Dropped, PacketId, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setDeliveries(std::vector<InspectedDelivery> deliveries);
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<InspectedDelivery> m_deliveries;
};

} // namespace pigeon
