#pragma once

#include "capture/capture.h"
#include "models/rowsmodel.h"

#include <QAbstractItemModel>

#include <unordered_set>

namespace pigeon {

/// What the columns of topics are, in the tree and in the list.
enum class TopicColumn { Topic, Value, Messages, Rate, ByteRate, Age, Retained, Publishers, Subscribers, Count };

/// All topics as a tree. Counters are read when a cell is painted: nobody is told of a change of theirs, the view paints
/// itself anew some times a second. New topics come in together, some times a second. Window's thread.
class TopicTreeModel final : public QAbstractItemModel, private TopicTreeWatcher
{
    Q_OBJECT

public:
    explicit TopicTreeModel(Capture &capture, QObject *parent = nullptr);
    ~TopicTreeModel() override;

    void setFrozen(bool isFrozen) { m_isFrozen = isFrozen; }
    TopicStore::Node nodeAt(const QModelIndex &index) const;
    QModelIndex indexOf(TopicStore::Node node) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void aboutToInsert(quint32 parent, int first, int last) override;
    void inserted() override;
    void aboutToReset() override;
    void reset() override;
    void startAnew();
    void takeNew();

    Capture &m_capture;
    TopicStore *m_store = nullptr; ///< the capture's, as long as it is the one that we watch
    qint64 m_notBefore = 0;
    bool m_isFrozen = false;
};

/// Topics that pass a filter as a list, with their whole names. Window's thread.
class TopicListModel final : public StoreRowsModel
{
    Q_OBJECT

public:
    explicit TopicListModel(const Capture &capture, QObject *parent = nullptr);

    TopicStore::Node nodeAt(int row) const { return static_cast<TopicStore::Node>(keyAt(row)); }
    /// Only these, levels that are no topics as well, whatever the filter says.
    void setOnly(const std::vector<TopicStore::Node> &nodes);
    /// Nobody looks at the list: it is not kept up.
    void setShown(bool isShown);

    int storeCount() const override { return static_cast<int>(m_capture.topics().end()); }
    QVariant data(const QModelIndex &index, int role) const override;

private:
    Key keyOfStoreRow(int storeRow) const override { return static_cast<Key>(storeRow); }
    bool passes(int storeRow, FilterRun &run) override;
    SortKey sortKey(Key key, int column) const override;
    void beginPass(qint64 now) override;

    const Capture &m_capture;
    std::unique_ptr<TopicRow> m_row;
    std::optional<std::unordered_set<TopicStore::Node>> m_only;
    bool m_isShown = false;
};

} // namespace pigeon
