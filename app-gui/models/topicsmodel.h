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

    /// Cells of topics that nobody has looked at are asked in the moments after it, as many as there is room for.
    void setFrozen(bool isFrozen);
    /// For other models of these topics, that are to say the same while it is frozen.
    const std::shared_ptr<StillCells> &still() const { return m_still; }
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
    void askCells();

    Capture &m_capture;
    TopicStore *m_store = nullptr; ///< the capture's, as long as it is the one that we watch
    qint64 m_notBefore = 0;
    const std::shared_ptr<StillCells> m_still = std::make_shared<StillCells>();
    QTimer m_asking; ///< while it asks all cells what they say
    TopicStore::Node m_asked = TopicStore::root;
    bool m_isFrozen = false;
};

/// Topics that pass a filter as a list, with their whole names. Window's thread.
class TopicListModel final : public StoreRowsModel
{
    Q_OBJECT

public:
    TopicListModel(const Capture &capture, const std::shared_ptr<StillCells> &still, QObject *parent = nullptr);

    TopicStore::Node nodeAt(int row) const { return static_cast<TopicStore::Node>(keyAt(row)); }
    /// Only these, levels that are no topics as well, whatever the filter says.
    void setOnly(const std::vector<TopicStore::Node> &nodes);
    /// Nobody looks at the list: it is not kept up.
    void setShown(bool isShown);

    /// Nothing that came after these many nodes.
    void setEnd(TopicStore::Node end) { m_end = end; }

    int storeCount() const override { return static_cast<int>(std::min(m_end, m_capture.topics().end())); }

private:
    QVariant cell(const QModelIndex &index, int role) const override;
    bool changes(int column) const override { return static_cast<TopicColumn>(column) != TopicColumn::Topic; }
    Key keyOfStoreRow(int storeRow) const override { return static_cast<Key>(storeRow); }
    bool passes(int storeRow, FilterRun &run) override;
    SortKey sortKey(Key key, int column) const override;
    void beginPass(qint64 now) override;

    const Capture &m_capture;
    std::unique_ptr<TopicRow> m_row;
    std::optional<std::unordered_set<TopicStore::Node>> m_only;
    TopicStore::Node m_end = TopicStore::noNode;
    bool m_isShown = false;
};

} // namespace pigeon
