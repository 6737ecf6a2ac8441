#pragma once

#include "filter/filterfield.h"

#include <QVariant>

#include <optional>
#include <span>

namespace pigeon {

/// All about one column of a table that is the same for each row. Names and tips are to be translated in the context
/// "Columns".
struct ColumnFacts
{
    const char *name = "";
    const char *tip = "";
    std::optional<FieldId> field = std::nullopt; ///< what a filter asks about it; none: it cannot
    bool isNumber = false; ///< stands on the right
};

/// What headerData says of a column: name, tip and alignment.
QVariant columnHeader(std::span<const ColumnFacts> columns, int section, Qt::Orientation orientation, int role);
/// What data says of every cell of a column: alignment and field; nothing for other roles.
QVariant columnData(const ColumnFacts &column, int role);

} // namespace pigeon
