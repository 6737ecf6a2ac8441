#pragma once

#include "payload/valuetree.h"

#include <QAbstractItemModel>

#include <memory>
#include <unordered_map>

namespace pigeon {

/// A decoded value as a tree of names, values and types. Of a part with very many parts it gives a thousand, and more when
/// a view asks for them. GUI thread.
class ValueTreeModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { Name, Value, Type, ColumnCount };
    static constexpr int rowsAtOnce = 1000;

    using QAbstractItemModel::QAbstractItemModel;

    /// Null: nothing is there.
    void setTree(std::shared_ptr<const ValueTree> tree);
    const std::shared_ptr<const ValueTree> &tree() const { return m_tree; }
    ValueTree::Node nodeOf(const QModelIndex &index) const;
    /// The index of a node, or of the nearest one above it that was given already.
    QModelIndex indexOf(ValueTree::Node node) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    int given(ValueTree::Node node) const;

    std::shared_ptr<const ValueTree> m_tree;
    std::unordered_map<ValueTree::Node, int> m_given; ///< how many parts were given, where that is not the first thousand
};

} // namespace pigeon
