#include "window/commandpalette.h"

#include "look/measure.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace pigeon {

namespace {

constexpr int shortcutRole = Qt::UserRole;

QString nameOf(const QAction *action)
{
    const QString name = action->text().section(u'\t', 0, 0).remove(u'&'); // behind a tab stand keys
    const QString where = action->property("where").toString();
    return where.isEmpty() ? name : QStringLiteral("%1: %2").arg(where, name);
}

/// The name on the left and its keys, quiet, on the right.
class CommandDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const bool isSelected = option.state & QStyle::State_Selected;
        painter->setPen(option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::PlaceholderText));
        const int margin = option.fontMetrics.height() / 2;
        painter->drawText(option.rect.adjusted(0, 0, -margin, 0), Qt::AlignRight | Qt::AlignVCenter,
            index.data(shortcutRole).toString());
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const override
    {
        return {option.fontMetrics.height() * 10, option.fontMetrics.height() * 3 / 2};
    }
};

} // namespace

int fitOf(QStringView pattern, QStringView name)
{
    int fit = 0;
    qsizetype at = 0;
    bool wasLast = false;
    for (const QChar letter : pattern) {
        if (letter.isSpace())
            continue;
        const qsizetype found = name.indexOf(letter, at, Qt::CaseInsensitive);
        if (found < 0)
            return -1;
        const bool startsWord = found == 0 || !name[found - 1].isLetterOrNumber();
        fit += (startsWord ? 8 : 0) + (wasLast && found == at ? 5 : 0) + 1;
        wasLast = true;
        at = found + 1;
    }
    return fit * 4 - static_cast<int>(std::min<qsizetype>(name.size(), 60)) / 4;
}

void CommandModel::setActions(const QList<QAction *> &actions)
{
    QList<QAction *> sorted = actions;
    std::ranges::sort(sorted, {}, &nameOf);
    m_actions = {sorted.begin(), sorted.end()};
    setPattern({});
}

void CommandModel::setPattern(const QString &pattern)
{
    beginResetModel();
    QList<std::pair<int, QAction *>> fitting;
    for (QAction *action : std::as_const(m_actions)) {
        const int fit = !action ? -1 : pattern.isEmpty() ? 0 : fitOf(pattern, nameOf(action));
        if (fit >= 0)
            fitting.append({fit, action});
    }
    std::ranges::stable_sort(fitting, std::greater(), &std::pair<int, QAction *>::first);
    m_shown.clear();
    for (const auto &[fit, action] : std::as_const(fitting))
        m_shown.append(action);
    endResetModel();
}

int CommandModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int(m_shown.size()); }

QVariant CommandModel::data(const QModelIndex &index, int role) const
{
    const QAction *action = m_shown.value(index.row());
    if (!index.isValid() || !action)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return nameOf(action);
    case Qt::DecorationRole:
        return action->icon();
    case Qt::ToolTipRole:
        return action->toolTip();
    case shortcutRole:
        return action->shortcut().isEmpty() ? action->text().section(u'\t', 1) : action->shortcut().toString(QKeySequence::NativeText);
    default:
        return {};
    }
}

CommandPalette::CommandPalette(QWidget *window)
    : QDialog(window, Qt::Popup | Qt::FramelessWindowHint)
    , m_line(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_model(new CommandModel(this))
{
    setObjectName(QStringLiteral("commandPalette"));
    setAccessibleName(tr("Command palette"));
    m_line->setPlaceholderText(tr("What do you want to do?"));
    m_line->setAccessibleName(tr("Command"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setIconSize(QSize(em(this, 1.1), em(this, 1.1)));
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setFrameShape(QFrame::NoFrame);

    auto *column = new QVBoxLayout(this);
    column->addWidget(m_line);
    column->addWidget(m_list);

    m_line->installEventFilter(this);
    connect(m_line, &QLineEdit::textChanged, this, [this](const QString &pattern) {
        m_model->setPattern(pattern);
        m_list->setCurrentIndex(m_model->index(0));
    });
    connect(m_line, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QListView::clicked, this, &CommandPalette::run);
}

void CommandPalette::open(const QList<QAction *> &actions)
{
    m_model->setActions(actions);
    m_line->clear();
    m_list->setCurrentIndex(m_model->index(0));
    resize(em(this, 34), em(this, 26));
    const QWidget *window = parentWidget();
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, em(this, 4))));
    show();
    m_line->setFocus();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool movesList = key->key() == Qt::Key_Up || key->key() == Qt::Key_Down
            || key->key() == Qt::Key_PageUp || key->key() == Qt::Key_PageDown;
        if (movesList) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::run()
{
    QAction *action = m_model->action(m_list->currentIndex().row());
    hide(); // first, since the action may open something
    if (action)
        action->trigger();
}

} // namespace pigeon
