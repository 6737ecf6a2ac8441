#pragma once

#include "models/logrowsmodel.h"

namespace pigeon {

/// The control packets of the ring, both ways, a row each. Window's thread.
class PacketsModel final : public LogRowsModel
{
    Q_OBJECT

public:
    enum Column { Number, Time, Direction, Client, Peer, Type, Id, About, Size, Answer, Note, ColumnCount };

    explicit PacketsModel(const Capture &capture, QObject *parent = nullptr);

    const PacketLog &log() const { return capture().packets(); }
    QByteArray clientOf(int row) const;

private:
    const RowLog &rowLog() const override;
    qint64 whenOf(quint64 logRow) const override { return log().at(logRow).record.when; }
    QVariant cell(const QModelIndex &index, int role) const override;
    bool changes(int column) const override { return column == Answer; }
    QString peerText(const SeenPacket &packet) const;
    QVariant shown(const SeenPacket &packet, int row, int column) const;
    QVariant filterValue(const SeenPacket &packet, int column) const;
};

} // namespace pigeon
