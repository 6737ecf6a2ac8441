#include "views/cellmenu.h"

#include "filter/filterterm.h"
#include "look/icons.h"
#include "models/cellroles.h"
#include "views/filteredit.h"
#include "views/livetable.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMenu>
#include <QPersistentModelIndex>

namespace pigeon {

namespace {

struct CellMenu
{
    Q_DECLARE_TR_FUNCTIONS(CellMenu)
};

QString termFor(const QModelIndex &cell, FilterView view)
{
    const QVariant field = cell.data(FilterFieldRole);
    const QVariant value = cell.data(FilterValueRole);
    if (!field.isValid() || !value.isValid())
        return {};
    const auto id = static_cast<FieldId>(field.toInt());
    return value.typeId() == QMetaType::Double ? filterTerm(id, view, value.toDouble()) : filterTerm(id, view, value.toString());
}

} // namespace

void addFilterMenu(QMenu &menu, const QModelIndex &cell, FilterView view, FilterEdit *filter)
{
    const QString term = termFor(cell, view);
    if (term.isEmpty())
        return;
    const QString label = QString(term).replace(u'&', QStringLiteral("&&"));
    const std::pair<FilterJoin, QString> joins[] = {{FilterJoin::Replace, label}, {FilterJoin::And, CellMenu::tr("… and %1").arg(label)},
        {FilterJoin::Or, CellMenu::tr("… or %1").arg(label)}, {FilterJoin::AndNot, CellMenu::tr("… and not %1").arg(label)}};
    QMenu *filters = menu.addMenu(icon(QStringLiteral("filter")), CellMenu::tr("Apply as filter"));
    for (const auto &[join, text] : joins)
        filters->addAction(text, filter, [filter, term, join = join] { filter->apply(term, join); });
}

void addCopyMenu(QMenu &menu, const QModelIndex &cell, LiveTable *table)
{
    menu.addAction(icon(QStringLiteral("copy")), CellMenu::tr("Copy cell"), table, [cell = QPersistentModelIndex(cell)] {
        const QVariant own = cell.data(CopyRole);
        QGuiApplication::clipboard()->setText((own.isValid() ? own : cell.data()).toString());
    });
    QAction *rows = menu.addAction(CellMenu::tr("Copy rows"), table, &LiveTable::copySelected);
    rows->setShortcut(QKeySequence::Copy);
}

} // namespace pigeon
