#pragma once

#include <QObject>
#include <QVariantMap>

#include <vector>

class QTreeView;

namespace pigeon {

/// The columns of a narrow tree: as many as fit with their whole titles, the most important ones first, and one of them takes
/// the room that is left. It lasts until somebody chooses columns or makes one wider or narrower; from then on they are as
/// they were made. GUI thread.
class FittedColumns final : public QObject
{
    Q_OBJECT

public:
    struct Column
    {
        double width = 0; ///< em; the title always fits
        bool isWanted = true; ///< where there is room
    };
    /// From the left, which is the order of importance as well. The first one is always shown, and gives way to the others
    /// down to half of its width; `stretched` takes the rest.
    /// The model is set, and outlives it.
    FittedColumns(QTreeView *tree, const std::vector<Column> &columns, int stretched);

    QVariantMap saved() const;
    void restore(const QVariantMap &saved);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();
    int leastWidth(int column) const;
    void offer(const QPoint &position);

    QTreeView *const m_tree;
    const std::vector<Column> m_columns;
    const int m_stretched;
    bool m_isFitting = true;
    bool m_isSetting = false; ///< a width, itself
};

} // namespace pigeon
