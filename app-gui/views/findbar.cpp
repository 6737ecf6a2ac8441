#include "views/findbar.h"

#include "look/icons.h"
#include "look/measure.h"

#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <QToolButton>

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
{
    m_line->setPlaceholderText(tr("Find in the rows that are shown"));
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
    const int rows = m_view->model()->rowCount();
    const int current = m_view->currentIndex().row();
    m_step = step;
    m_left = rows;
    m_row = current < 0 ? (step > 0 ? 0 : rows - 1) : current + step;
    m_turns->start();
}

void FindBar::readOn()
{
    QElapsedTimer spent;
    spent.start();
    const int rows = m_view->model()->rowCount(); // it changes while we read
    while (m_left > 0 && rows > 0 && spent.elapsed() < millisecondsPerTurn) {
        m_row = (m_row % rows + rows) % rows; // round the end
        --m_left;
        if (isHit(m_row)) {
            m_turns->stop();
            m_view->setCurrentIndex(m_view->model()->index(m_row, std::max(0, m_view->currentIndex().column())));
            say(tr("row %1").arg(m_row + 1));
            return;
        }
        m_row += m_step;
    }
    if (m_left <= 0 || rows == 0) {
        m_turns->stop();
        say(tr("not found"));
    } else {
        say(tr("looking …"));
    }
}

bool FindBar::isHit(int row) const
{
    const QAbstractItemModel *model = m_view->model();
    for (int column = 0; column < model->columnCount(); ++column) {
        if (model->index(row, column).data().toString().contains(m_line->text(), Qt::CaseInsensitive))
            return true;
    }
    return false;
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
