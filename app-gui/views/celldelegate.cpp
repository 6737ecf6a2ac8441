#include "views/celldelegate.h"

#include "look/theme.h"
#include "models/cellroles.h"

#include <QAbstractItemModel>
#include <QPainter>

namespace pigeon {

void CellDelegate::setStill(bool isStill)
{
    m_isStill = isStill;
    m_said.clear();
}

void CellDelegate::follow(const QAbstractItemModel *model)
{
    const auto forget = [this] { m_said.clear(); };
    connect(model, &QAbstractItemModel::rowsInserted, this, forget);
    connect(model, &QAbstractItemModel::rowsRemoved, this, forget);
    connect(model, &QAbstractItemModel::layoutChanged, this, forget);
    connect(model, &QAbstractItemModel::modelReset, this, forget);
}

CellDelegate::Said CellDelegate::saidBy(const QModelIndex &index, const QString &text) const
{
    auto said = m_said.find(index);
    if (said == m_said.end())
        said = m_said.insert(index, {text, index.data(BarRole)});
    return *said;
}

void CellDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (m_isStill)
        option->text = saidBy(index, option->text).text;
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QVariant fill = m_isStill ? saidBy(index, {}).bar : index.data(BarRole); // the text is there by now
    if (!fill.isValid())
        return;
    const double share = std::clamp(fill.toDouble(), 0.0, 1.0);
    const Tone tone = share >= 0.9 ? Tone::Bad : share >= 0.6 ? Tone::Warning : Tone::Accent;
    QRect bar = option.rect.adjusted(2, 0, -2, -1);
    bar.setTop(bar.bottom() - std::max(2, option.fontMetrics.height() / 7));
    painter->fillRect(bar, toneBackground(tone, option.palette));
    bar.setWidth(static_cast<int>(bar.width() * share));
    painter->fillRect(bar, toneColor(tone, option.palette));
}

// Never measured: all rows are of one height, and columns are as wide as somebody makes them.
QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {option.fontMetrics.height() * 6, option.fontMetrics.height() * 29 / 20};
}

} // namespace pigeon
