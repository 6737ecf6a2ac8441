#pragma once

#include "capture/capture.h"
#include "models/mirroredrows.h"
#include "models/rowsmodel.h"

namespace pigeon {

/// The retained messages, a row each. Window's thread.
class RetainedModel final : public StoreRowsModel
{
    Q_OBJECT

public:
    enum Column { Topic, Size, Age, Expiry, Quality, From, Payload, ColumnCount };

    explicit RetainedModel(const Capture &capture, QObject *parent = nullptr);

    /// As it was when the model was frozen, while it is. Null when it has gone.
    const SeenRetained *seen(int row) const;
    const SeenRetained *seenOf(Key key) const;

    void setFrozen(bool isFrozen) override;
    int storeCount() const override { return m_mirror.count(); }

private:
    QVariant cell(const QModelIndex &index, int role) const override;
    Key keyOfStoreRow(int storeRow) const override { return m_mirror.keyAt(storeRow); }
    bool passes(int storeRow, FilterRun &run) override;
    SortKey sortKey(Key key, int column) const override;
    void beginPass(qint64 now) override;
    void begin();

    const Capture &m_capture;
    MirroredRows m_mirror;
    std::unique_ptr<RetainedRow> m_row;
    std::unordered_map<Key, SeenRetained> m_then; ///< while it is frozen; messages are shared
};

} // namespace pigeon
