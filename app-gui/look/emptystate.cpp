#include "look/emptystate.h"

#include "look/measure.h"

#include <QAbstractItemModel>
#include <QAbstractItemView>
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace pigeon {

EmptyState::EmptyState(QAbstractItemView *view)
    : QWidget(view->viewport())
    , m_view(view)
    , m_title(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_action(new QPushButton(this))
{
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    m_title->setFont(large);
    for (QLabel *label : {m_title, m_hint}) {
        label->setTextFormat(Qt::PlainText);
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
    }
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    m_hint->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *column = new QVBoxLayout(this);
    column->setSpacing(em(this, 0.6));
    column->addStretch(2);
    column->addWidget(m_title);
    column->addWidget(m_hint);
    column->addWidget(m_action, 0, Qt::AlignHCenter);
    column->addStretch(3);

    connect(m_action, &QPushButton::clicked, this, [this] { m_apply(); });
    view->viewport()->installEventFilter(this);
    const QAbstractItemModel *model = view->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyState::refresh);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyState::refresh);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyState::refresh);
    m_action->hide();
    refresh();
}

void EmptyState::setTexts(const QString &title, const QString &hint, const QString &action, std::function<void()> apply)
{
    m_apply = std::move(apply);
    m_title->setText(title);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_view->setAccessibleDescription(isNothingShown() ? title : QString());
}

/// Rows that are left out are none to see.
bool EmptyState::isNothingShown() const
{
    const auto *tree = qobject_cast<const QTreeView *>(m_view);
    for (int row = 0; row < m_view->model()->rowCount(); ++row) {
        if (!tree || !tree->isRowHidden(row, {}))
            return false;
    }
    return true;
}

void EmptyState::refresh()
{
    resize(m_view->viewport()->size());
    setVisible(isNothingShown());
}

bool EmptyState::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        resize(m_view->viewport()->size());
    return QWidget::eventFilter(watched, event);
}

} // namespace pigeon
