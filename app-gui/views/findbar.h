#pragma once

#include <QPersistentModelIndex>
#include <QWidget>

class QAbstractItemView;
class QLabel;
class QLineEdit;
class QTimer;
class QTreeView;

namespace pigeon {

/// Finds a text in the rows of a view, the next one and the one before: F3 and Shift+F3. In a tree it looks into what is
/// closed as well, from the top down, and opens the way to what it has found. It reads some milliseconds of rows each turn of
/// the event loop, so that a million rows hold nobody up. GUI thread.
class FindBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FindBar(QAbstractItemView *view, QWidget *parent = nullptr);

    void begin();
    void findNext();
    void findPrevious();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void start(int step);
    void readOn();
    QModelIndex following(const QModelIndex &row) const;
    QModelIndex deepest(QModelIndex row) const;
    QModelIndex sibling(const QModelIndex &row, int step) const;
    QModelIndex shownFrom(int row, const QModelIndex &parent, int step) const;
    void found(const QModelIndex &row);
    bool isHit(const QModelIndex &row) const;
    void say(const QString &text);

    QAbstractItemView *const m_view;
    QLineEdit *const m_line;
    QLabel *const m_state;
    QTimer *const m_turns;
    const QTreeView *const m_tree; ///< the view, if it is one
    int m_step = 1;
    QPersistentModelIndex m_from; ///< where it began: when it is there again, all was read
    QPersistentModelIndex m_at; ///< what was read last
    bool m_isRound = false; ///< it has come to the end and begun at the other one
};

} // namespace pigeon
