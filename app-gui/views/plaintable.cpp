#include "views/plaintable.h"

#include "look/measure.h"

#include <QHeaderView>
#include <QTableWidget>

namespace pigeon {

QTableWidget *plainTable(const QStringList &titles, const QString &name, QWidget *parent)
{
    auto *table = new QTableWidget(0, static_cast<int>(titles.size()), parent);
    table->setHorizontalHeaderLabels(titles);
    table->setAccessibleName(name);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(em(table, 1.45));
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setWordWrap(false);
    table->setFrameShape(QFrame::NoFrame);
    return table;
}

void setRow(QTableWidget *table, int row, const QStringList &cells)
{
    for (int column = 0; column < cells.size(); ++column) {
        if (QTableWidgetItem *item = table->item(row, column))
            item->setText(cells[column]);
        else
            table->setItem(row, column, new QTableWidgetItem(cells[column]));
    }
}

} // namespace pigeon
