#pragma once

#include <QStringList>

class QTableWidget;
class QWidget;

/// Tables of a few rows of plain text that are filled anew now and then, where a model would be too much.
namespace pigeon {

/// `name` is for those who do not see it.
QTableWidget *plainTable(const QStringList &titles, const QString &name, QWidget *parent);
/// Changes the cells that are there: what is selected stays so. The row must be there.
void setRow(QTableWidget *table, int row, const QStringList &cells);

} // namespace pigeon
