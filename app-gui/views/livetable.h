#pragma once

#include <QTableView>
#include <QVariantMap>

#include <functional>

namespace pigeon {

/// A table of very many rows that come and go while it is looked at: rows of one height, nothing measured, the newest one
/// kept in sight while the view stands at the end. GUI thread.
class LiveTable : public QTableView
{
    Q_OBJECT

public:
    /// `name` is what a screen reader calls it.
    explicit LiveTable(const QString &name, QWidget *parent = nullptr);

    /// Column widths in em, from the left; call it once the model is set.
    void setWidths(std::initializer_list<double> widths);
    /// Columns that take the room which is left, in these proportions, as long as nobody has made one wider or narrower.
    /// Call it after `setWidths`, which is what they have at least, and before columns are hidden: while the last one is
    /// stretched, Qt leaves a gap for those until it has laid them out.
    void setShares(std::vector<std::pair<int, double>> shares);
    /// As `savedHeader`, and whether columns still follow the width of the table.
    QVariantMap savedColumns() const;
    void restoreColumns(const QVariantMap &saved);
    void setModel(QAbstractItemModel *model) override;

    /// True while new rows are scrolled to. Scrolling up ends it, scrolling to the end begins it again.
    bool isFollowing() const { return m_isFollowing; }
    void setFollowing(bool follows);
    /// For tables that have no end that grows.
    void setMayFollow(bool may) { m_mayFollow = may; }

    /// Rows that are selected, ascending. Works on ranges: a million selected rows cost nothing.
    std::vector<int> selectedRowNumbers(qsizetype most = 1'000'000) const;
    qsizetype selectedRowCount() const;
    /// What is selected as lines of text, cells apart by tabs.
    QString selectedText() const;
    void copySelected() const;

Q_SIGNALS:
    void followingChanged(bool isFollowing);
    /// The selection is another, or what is selected was clicked once more.
    void selectionMoved();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void applyRowHeight();
    void fitColumns();
    void showHeaderMenu(const QPoint &position);
    void noticeScrolling();

    std::vector<int> m_widths; ///< of setWidths, in pixels
    std::vector<std::pair<int, double>> m_shares;
    bool m_isFitting = false; ///< columns follow the width of the table
    bool m_isSettingWidths = false;
    bool m_mayFollow = false;
    bool m_isFollowing = false;
    bool m_isScrollingItself = false;
    bool m_hasMoved = false; ///< the selection, since the mouse was pressed
};

/// Widths, order and what is hidden, to be kept from one time to the next.
QVariantMap savedHeader(const QHeaderView *header);
/// False, and nothing has changed: that was of another number of columns, as an older or newer version has them, and would
/// be misread.
bool restoreHeader(QHeaderView *header, const QVariantMap &saved);
/// A menu in which each column of a header can be shown or hidden, but for the first; `changed` follows.
void offerColumns(QHeaderView *header, const QPoint &position, const std::function<void()> &changed = [] { });

} // namespace pigeon
