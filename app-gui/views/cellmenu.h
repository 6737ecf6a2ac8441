#pragma once

#include "filter/filterfield.h"

class QMenu;
class QModelIndex;

namespace pigeon {

class FilterEdit;
class LiveTable;

/// What a menu of a table offers about the cell at which it was asked for, and about its rows. GUI thread.
/// "Apply as filter": nothing where filters cannot ask for what is in the cell.
void addFilterMenu(QMenu &menu, const QModelIndex &cell, FilterView view, FilterEdit *filter);
/// The cell as a text, and the rows that are selected.
void addCopyMenu(QMenu &menu, const QModelIndex &cell, LiveTable *table);

} // namespace pigeon
