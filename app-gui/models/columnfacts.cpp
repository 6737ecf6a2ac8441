#include "models/columnfacts.h"

#include "look/plaintext.h"
#include "models/cellroles.h"

#include <QCoreApplication>

namespace pigeon {

QVariant columnHeader(std::span<const ColumnFacts> columns, int section, Qt::Orientation orientation, int role)
{
    if (orientation != Qt::Horizontal || section < 0 || static_cast<size_t>(section) >= columns.size())
        return {};
    const ColumnFacts &column = columns[static_cast<size_t>(section)];
    switch (role) {
    case Qt::DisplayRole:
        return QCoreApplication::translate("Columns", column.name);
    case Qt::ToolTipRole:
        return plainTip(QCoreApplication::translate("Columns", column.tip)); // which is broken into lines where it is long
    default:
        return columnData(column, role);
    }
}

QVariant columnData(const ColumnFacts &column, int role)
{
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft));
    if (role == FilterFieldRole && column.field)
        return static_cast<int>(*column.field);
    return {};
}

} // namespace pigeon
