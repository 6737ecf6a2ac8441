#include "views/celldelegate.h"

#include "look/theme.h"
#include "models/cellroles.h"

#include <QPainter>

namespace pigeon {

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const QVariant fill = index.data(BarRole);
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
