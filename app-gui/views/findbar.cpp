#include "views/findbar.h"

#include "look/icons.h"
#include "look/measure.h"
#include "models/cellroles.h"

#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>

namespace pigeon {

namespace {

constexpr qint64 millisecondsPerTurn = 5;

QToolButton *button(const QString &iconName, const QString &tip, QWidget *parent)
{
    auto *made = new QToolButton(parent);
    made->setIcon(icon(iconName));
    made->setToolTip(tip);
    made->setAccessibleName(tip);
    made->setAutoRaise(true);
    return made;
}

} // namespace

FindBar::FindBar(QAbstractItemView *view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_line(new QLineEdit(this))
    , m_state(new QLabel(this))
    , m_turns(new QTimer(this))
    , m_tree(qobject_cast<QTreeView *>(view))
{
    m_line->setPlaceholderText(m_tree ? tr("Find in all topics") : tr("Find in the rows that are shown"));
    m_line->setAccessibleName(tr("Find"));
    m_line->setClearButtonEnabled(true);
    m_line->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    QToolButton *previous = button(QStringLiteral("previous"), tr("The one before (Shift+F3)"), this);
    QToolButton *next = button(QStringLiteral("next"), tr("The next one (F3)"), this);
    QToolButton *close = button(QStringLiteral("clear"), tr("Close (Esc)"), this);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->addWidget(m_line, 1);
    row->addWidget(previous);
    row->addWidget(next);
    row->addWidget(m_state);
    row->addWidget(close);
    m_turns->setInterval(0);
    connect(m_turns, &QTimer::timeout, this, &FindBar::readOn);
    connect(m_line, &QLineEdit::returnPressed, this, &FindBar::findNext);
    connect(previous, &QToolButton::clicked, this, &FindBar::findPrevious);
    connect(next, &QToolButton::clicked, this, &FindBar::findNext);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void FindBar::begin()
{
    show();
    m_line->setFocus(Qt::ShortcutFocusReason);
    m_line->selectAll();
}

void FindBar::findNext() { start(1); }
void FindBar::findPrevious() { start(-1); }

void FindBar::start(int step)
{
    if (m_line->text().isEmpty()) {
        begin();
        return;
    }
    m_step = step;
    m_from = m_view->currentIndex().siblingAtColumn(0);
    m_at = m_from;
    m_isRound = !m_from.isValid(); // then the first end is the only one
    m_turns->start();
}

void FindBar::readOn()
{
    QElapsedTimer spent;
    spent.start();
    const QModelIndex from = m_from; // rows come and go only between turns
    QModelIndex at = m_at;
    while (spent.elapsed() < millisecondsPerTurn) {
        QModelIndex next = at.isValid() ? following(at) : QModelIndex();
        if (!next.isValid() && at.isValid() && std::exchange(m_isRound, true)) {
            m_turns->stop();
            return say(tr("not found"));
        }
        if (!next.isValid())
            next = m_step > 0 ? shownFrom(0, {}, 1) : deepest(shownFrom(m_view->model()->rowCount() - 1, {}, -1));
        at = next;
        if (at.isValid() && isHit(at))
            return found(at);
        if (!at.isValid() || (m_isRound && at == from)) {
            m_turns->stop();
            return say(tr("not found"));
        }
    }
    m_at = at;
    say(tr("looking …"));
}

void FindBar::found(const QModelIndex &row)
{
    m_turns->stop();
    m_view->setCurrentIndex(row.siblingAtColumn(std::max(0, m_view->currentIndex().column())));
    m_view->scrollTo(m_view->currentIndex());
    say(m_tree ? QString() : tr("row %1").arg(row.row() + 1));
}

/// The next row, or the one before, as they stand in a view whose rows are all open; invalid: there is none.
QModelIndex FindBar::following(const QModelIndex &row) const
{
    if (m_step < 0) {
        const QModelIndex before = sibling(row, -1);
        return before.isValid() ? deepest(before) : row.parent();
    }
    if (const QModelIndex child = shownFrom(0, row, 1); child.isValid())
        return child;
    for (QModelIndex up = row; up.isValid(); up = up.parent()) {
        if (const QModelIndex next = sibling(up, 1); next.isValid())
            return next;
    }
    return {};
}

QModelIndex FindBar::deepest(QModelIndex row) const
{
    for (QModelIndex below = row; below.isValid(); below = shownFrom(m_view->model()->rowCount(row) - 1, row, -1))
        row = below;
    return row;
}

QModelIndex FindBar::sibling(const QModelIndex &row, int step) const { return shownFrom(row.row() + step, row.parent(), step); }

/// That row or the next one in this direction that is not hidden.
QModelIndex FindBar::shownFrom(int row, const QModelIndex &parent, int step) const
{
    const int rows = m_view->model()->rowCount(parent);
    while (m_tree && row >= 0 && row < rows && m_tree->isRowHidden(row, parent))
        row += step;
    return row >= 0 && row < rows ? m_view->model()->index(row, 0, parent) : QModelIndex();
}

bool FindBar::isHit(const QModelIndex &row) const
{
    const QString text = m_line->text();
    for (int column = 0; column < m_view->model()->columnCount(row.parent()); ++column) {
        if (row.siblingAtColumn(column).data().toString().contains(text, Qt::CaseInsensitive))
            return true;
    }
    // Levels of a tree say only their own name: "site/temp" is found at the first one that completes it.
    const auto has = [&](const QModelIndex &level) { return level.data(CopyRole).toString().contains(text, Qt::CaseInsensitive); };
    return row.parent().isValid() && has(row) && !has(row.parent());
}

void FindBar::say(const QString &text) { m_state->setText(text); }

void FindBar::keyPressEvent(QKeyEvent *event)
{
    if (event->key() != Qt::Key_Escape) {
        QWidget::keyPressEvent(event);
        return;
    }
    m_turns->stop();
    hide();
    m_view->setFocus();
}

} // namespace pigeon
