#pragma once

#include <Qt>

namespace pigeon {

/// What cells of our models say beside what Qt asks for.
enum CellRole {
    FilterFieldRole = Qt::UserRole + 1, ///< FieldId as an int: what a filter asks about this column; nothing: it cannot
    FilterValueRole, ///< QString or double, as filterTerm takes it: the value of this cell
    CopyRole, ///< QString: what is copied, where it is not what is shown
    BarRole, ///< double 0..1: how full something is, drawn behind the text
    SortRole, ///< SortKey: what sorting compares
};

} // namespace pigeon
