#pragma once

#include "models/logrowsmodel.h"

namespace pigeon {

/// How the time of a row is written.
enum class TimeForm { Clock, Iso, SinceRowBefore };

/// "12:04:05.123", "2026-11-26T12:04:05.123Z", or the distance from `before` (0: none).
QString timeText(qint64 when, qint64 before, TimeForm form);
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

    void setTimeForm(TimeForm form);
    const MessageLog &log() const { return capture().messages(); }
    QByteArray topicOf(int row) const;
    QByteArray publisherOf(int row) const;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    const RowLog &rowLog() const override;
    void forget() override { m_seenRow = MessageLog::noRow; }
    /// Null when the row has gone from the ring while the table is frozen.
    const SeenMessage *seen(int row) const;
    QVariant shown(const SeenMessage &message, int row, int column) const;
    QVariant filterValue(const SeenMessage &message, int row, int column) const;
    QString publisherText(const SeenMessage &message) const;

    TimeForm m_timeForm = TimeForm::Clock;
    // A view asks for a row's cells one after the other.
    mutable quint64 m_seenRow = MessageLog::noRow;
    mutable SeenMessage m_seen;
};

} // namespace pigeon
