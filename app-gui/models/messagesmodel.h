#pragma once

#include "models/logrowsmodel.h"

namespace pigeon {

/// The begin of a payload as one line: text where it is text, else hexadecimal digits.
QString payloadPreview(QByteArrayView payload);

/// The messages of the ring, a row each. Window's thread.
class MessagesModel final : public LogRowsModel
{
    Q_OBJECT

public:
    enum Column {
        Number, Time, From, Topic, Quality, Retain, Duplicate, Size, Receivers, Delivered, Dropped, Latency, Payload,
        ColumnCount
    };

    explicit MessagesModel(const Capture &capture, QObject *parent = nullptr);

    const MessageLog &log() const { return capture().messages(); }
    QByteArray topicOf(int row) const;
    QByteArray publisherOf(int row) const;

private:
    const RowLog &rowLog() const override;
    qint64 whenOf(quint64 logRow) const override { return log().at(logRow).when; }
    QVariant cell(const QModelIndex &index, int role) const override;
    bool changes(int column) const override { return column == Delivered || column == Dropped || column == Latency; }
    QVariant shown(const SeenMessage &message, int row, int column) const;
    QVariant filterValue(const SeenMessage &message, int row, int column) const;
    QString publisherText(const SeenMessage &message) const;
};

} // namespace pigeon
