#include "views/fittedcolumns.h"

#include "look/measure.h"
#include "views/livetable.h"

#include <QEvent>
#include <QHeaderView>
#include <QScopedValueRollback>
#include <QStyle>
#include <QTreeView>

namespace pigeon {

FittedColumns::FittedColumns(QTreeView *tree, const std::vector<Column> &columns, int stretched)
    : QObject(tree)
    , m_tree(tree)
    , m_columns(columns)
    , m_stretched(stretched)
{
    QHeaderView *header = tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setSectionResizeMode(stretched, QHeaderView::Stretch);
    header->setMinimumSectionSize(leastWidth(stretched)); // Qt has one for all
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    for (int column = 0; column < static_cast<int>(columns.size()); ++column)
        tree->setColumnWidth(column, std::max(em(tree, columns[static_cast<size_t>(column)].width), leastWidth(column)));
    connect(header, &QWidget::customContextMenuRequested, this, &FittedColumns::offer);
    connect(header, &QHeaderView::sectionResized, this, [this](int column, int before, int now) {
        const bool isUsers = before > 0 && now > 0 && column != m_stretched && !m_isSetting;
        m_isFitting = m_isFitting && !isUsers;
    });
    tree->viewport()->installEventFilter(this);
    fit();
}

/// With its title and what the style puts around it.
int FittedColumns::leastWidth(int column) const
{
    const QString title = m_tree->model()->headerData(column, Qt::Horizontal).toString();
    const int margins = 2 * m_tree->style()->pixelMetric(QStyle::PM_HeaderMargin, nullptr, m_tree->header());
    return m_tree->header()->fontMetrics().horizontalAdvance(title) + margins + em(m_tree, 0.5);
}

void FittedColumns::fit()
{
    if (!m_isFitting)
        return;
    const QScopedValueRollback setting(m_isSetting, true);
    const int first = std::max(em(m_tree, m_columns.front().width), leastWidth(0));
    const int firstLeast = std::max(first / 2, leastWidth(0));
    int room = m_tree->viewport()->width() - firstLeast;
    bool isFull = false; // what is less important than a column without room has none
    for (int column = 1; column < static_cast<int>(m_columns.size()); ++column) {
        const auto &[width, isWanted] = m_columns[static_cast<size_t>(column)];
        const int least = column == m_stretched ? leastWidth(column) : std::max(em(m_tree, width), leastWidth(column));
        const bool isShown = isWanted && !isFull && least <= room;
        isFull = isFull || (isWanted && !isShown);
        m_tree->setColumnHidden(column, !isShown);
        room -= isShown ? least : 0;
        if (isShown && column != m_stretched)
            m_tree->setColumnWidth(column, least);
    }
    // Of what is left most goes to the first one, until it is as wide as it is to be: names before the begin of a value.
    const int more = m_tree->isColumnHidden(m_stretched) ? room : room * 3 / 4;
    m_tree->setColumnWidth(0, std::clamp(firstLeast + more, firstLeast, first));
}

void FittedColumns::offer(const QPoint &position)
{
    const QScopedValueRollback setting(m_isSetting, true); // a column that comes is not made wider
    offerColumns(m_tree->header(), position, [this] { m_isFitting = false; });
}

QVariantMap FittedColumns::saved() const
{
    QVariantMap saved = savedHeader(m_tree->header());
    saved[QStringLiteral("fits")] = m_isFitting;
    return saved;
}

void FittedColumns::restore(const QVariantMap &saved)
{
    const QScopedValueRollback setting(m_isSetting, true);
    const int least = m_tree->header()->minimumSectionSize();
    const bool isRestored = restoreHeader(m_tree->header(), saved);
    m_tree->header()->setMinimumSectionSize(least); // it is part of the state, and the language may be another
    if (isRestored)
        m_isFitting = saved.value(QStringLiteral("fits")).toBool();
    fit();
}

bool FittedColumns::eventFilter(QObject *watched, QEvent *event)
{
    const bool isDone = QObject::eventFilter(watched, event);
    if (event->type() == QEvent::Resize || event->type() == QEvent::Show)
        fit();
    return isDone;
}

} // namespace pigeon
