#pragma once

#include "models/logrowsmodel.h"
#include "models/messagesmodel.h"

namespace pigeon {

/// The control packets of the ring, both ways, a row each. Window's thread.
class PacketsModel final : public LogRowsModel
{
    Q_OBJECT

public:
    enum Column { Number, Time, Direction, Client, Type, Id, About, Size, Answer, Note, ColumnCount };

    explicit PacketsModel(const Capture &capture, QObject *parent = nullptr);

    void setTimeForm(TimeForm form);
    const PacketLog &log() const { return capture().packets(); }
    QByteArray clientOf(int row) const;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const RowLog &rowLog() const override;
    void forget() override { m_seenRow = PacketLog::noRow; }
    const SeenPacket *seen(int row) const;
    QVariant shown(const SeenPacket &packet, int row, int column) const;
    QVariant filterValue(const SeenPacket &packet, int column) const;

    TimeForm m_timeForm = TimeForm::Clock;
    mutable quint64 m_seenRow = PacketLog::noRow;
    mutable SeenPacket m_seen;
};

} // namespace pigeon
