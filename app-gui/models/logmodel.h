#pragma once

#include "capture/capture.h"
#include "models/rowsmodel.h"

namespace pigeon {

/// The lines of the broker's log, a row each, the newest at the end. Window's thread.
class LogModel final : public StoreRowsModel
{
    Q_OBJECT

public:
    enum Column { Time, Level, Category, Client, Text, ColumnCount };

    explicit LogModel(const Capture &capture, QObject *parent = nullptr);

    /// Null when it has gone.
    const LogLine *seen(int row) const;

    int storeCount() const override { return static_cast<int>(m_capture.log().end() - m_capture.log().begin()); }

private:
    QVariant cell(const QModelIndex &index, int role) const override;
    bool changes(int) const override { return false; }
    Key keyOfStoreRow(int storeRow) const override { return m_capture.log().begin() + static_cast<quint64>(storeRow); }
    bool passes(int storeRow, FilterRun &run) override;
    SortKey sortKey(Key key, int column) const override;
    void beginPass(qint64 now) override;

    const Capture &m_capture;
    std::unique_ptr<LogRow> m_row;
};

} // namespace pigeon
