#include "payload/deliverymodel.h"

#include "look/figures.h"
#include "look/plaintext.h"

#include <array>

namespace pigeon {

namespace {

constexpr std::array names = {QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Receiver"),
    QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "State"), QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "QoS"),
    QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Queued after"), QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Sent after"),
    QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Received after"),
    QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Acknowledged after"),
    QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Dropped after"), QT_TRANSLATE_NOOP("pigeon::DeliveryModel", "Packet id")};

QString afterText(qint64 nanoseconds)
{
    return nanoseconds < 0 ? QString() : latencyText(std::chrono::nanoseconds(nanoseconds));
}

QString sentText(const InspectedDelivery &delivery)
{
    const QString after = afterText(delivery.sentAfter);
    return delivery.timesSent > 1 ? DeliveryModel::tr("%1 (%n times)", nullptr, int(delivery.timesSent)).arg(after) : after;
}

} // namespace

void DeliveryModel::setDeliveries(std::vector<InspectedDelivery> deliveries)
{
    beginResetModel();
    m_deliveries = std::move(deliveries);
    endResetModel();
}

int DeliveryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_deliveries.size());
}

int DeliveryModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant DeliveryModel::data(const QModelIndex &index, int role) const
{
    if (role == Qt::TextAlignmentRole && index.column() >= QoS)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    const InspectedDelivery &delivery = m_deliveries[static_cast<size_t>(index.row())];
    switch (index.column()) {
    case Receiver:
        return plainLine(delivery.receiver);
    case State:
        return delivery.state;
    case QoS:
        return delivery.qos;
    case Queued:
        return afterText(delivery.queuedAfter);
    case Sent:
        return sentText(delivery);
    case Received:
        return afterText(delivery.receivedAfter);
    case Acknowledged:
        return afterText(delivery.acknowledgedAfter);
    case Dropped:
        return afterText(delivery.droppedAfter);
    case PacketId:
        return delivery.packetId == 0 ? QVariant() : QVariant(delivery.packetId);
    default:
        return {};
    }
}

QVariant DeliveryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section >= ColumnCount)
        return {};
    return tr(names[static_cast<size_t>(section)]);
}

} // namespace pigeon
