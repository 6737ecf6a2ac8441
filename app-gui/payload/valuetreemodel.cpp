#include "payload/valuetreemodel.h"

#include "look/plaintext.h"

#include <array>

namespace pigeon {

namespace {

constexpr std::array columnNames = {QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "Name"),
    QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "Value"), QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "Type")};
constexpr std::array kindNames = {QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "object"),
    QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "array"), QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "text"),
    QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "number"), QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "yes or no"),
    QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "nothing"), QT_TRANSLATE_NOOP("pigeon::ValueTreeModel", "bytes"), ""};

} // namespace

void ValueTreeModel::setTree(std::shared_ptr<const ValueTree> tree)
{
    beginResetModel();
    m_tree = std::move(tree);
    m_given.clear();
    endResetModel();
}

ValueTree::Node ValueTreeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<ValueTree::Node>(index.internalId()) : ValueTree::root;
}

QModelIndex ValueTreeModel::indexOf(ValueTree::Node node) const
{
    std::vector<ValueTree::Node> way;
    for (; m_tree && node != ValueTree::root; node = m_tree->parentOf(node))
        way.push_back(node);
    QModelIndex found;
    for (auto each = way.rbegin(); each != way.rend(); ++each) {
        const QModelIndex next = index(m_tree->rowOf(*each), Name, found);
        if (!next.isValid())
            break;
        found = next;
    }
    return found;
}

int ValueTreeModel::given(ValueTree::Node node) const
{
    const auto found = m_given.find(node);
    return std::min(found == m_given.end() ? rowsAtOnce : found->second, m_tree->childCount(node));
}

QModelIndex ValueTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || row >= rowCount(parent) || column < 0 || column >= ColumnCount)
        return {};
    return createIndex(row, column, quintptr(m_tree->childAt(nodeOf(parent), row)));
}

QModelIndex ValueTreeModel::parent(const QModelIndex &index) const
{
    const ValueTree::Node node = index.isValid() ? m_tree->parentOf(nodeOf(index)) : ValueTree::root;
    return node == ValueTree::root ? QModelIndex() : createIndex(m_tree->rowOf(node), Name, quintptr(node));
}

int ValueTreeModel::rowCount(const QModelIndex &parent) const
{
    return m_tree && parent.column() <= 0 ? given(nodeOf(parent)) : 0;
}

int ValueTreeModel::columnCount(const QModelIndex &) const { return ColumnCount; }

bool ValueTreeModel::hasChildren(const QModelIndex &parent) const { return rowCount(parent) > 0; }

bool ValueTreeModel::canFetchMore(const QModelIndex &parent) const
{
    return m_tree && parent.column() <= 0 && given(nodeOf(parent)) < m_tree->childCount(nodeOf(parent));
}

void ValueTreeModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    const ValueTree::Node node = nodeOf(parent);
    const int before = given(node);
    const int after = std::min(before + rowsAtOnce, m_tree->childCount(node));
    beginInsertRows(parent, before, after - 1);
    m_given[node] = after;
    endInsertRows();
}

QVariant ValueTreeModel::data(const QModelIndex &index, int role) const
{
    if (role == Qt::ToolTipRole)
        return plainTip(data(index, Qt::DisplayRole).toString());
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    const ValueTree::Node node = nodeOf(index);
    switch (index.column()) {
    case Name:
        return m_tree->nameOf(node);
    case Value:
        return m_tree->textOf(node);
    case Type:
        return tr(kindNames[static_cast<size_t>(m_tree->kindOf(node))]);
    default:
        return {};
    }
}

QVariant ValueTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section >= ColumnCount)
        return {};
    return tr(columnNames[static_cast<size_t>(section)]);
}

} // namespace pigeon
