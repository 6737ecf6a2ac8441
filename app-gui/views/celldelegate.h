#pragma once

#include <QHash>
#include <QStyledItemDelegate>

class QAbstractItemModel;

namespace pigeon {

/// Paints cells of one line, a bar behind where the model says how full something is. Models answer with what is so now, each
/// time a cell is painted; while this stands still, a cell says what it said when it was painted first. GUI thread.
class CellDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setStill(bool isStill);
    /// The model whose cells are painted: what is kept is of no use once its rows come, go or move.
    void follow(const QAbstractItemModel *model);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    struct Said
    {
        QString text;
        QVariant bar;
    };
    Said saidBy(const QModelIndex &index, const QString &text) const;

    bool m_isStill = false;
    mutable QHash<QModelIndex, Said> m_said; ///< cleared before an index in it means another cell
};

} // namespace pigeon
