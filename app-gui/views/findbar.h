#pragma once

#include <QWidget>

class QAbstractItemView;
class QLabel;
class QLineEdit;
class QTimer;

namespace pigeon {

/// Finds a text in the rows of a view, the next one and the one before: F3 and Shift+F3. It reads some milliseconds of
/// rows each turn of the event loop, so that a million rows hold nobody up. GUI thread.
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
    bool isHit(int row) const;
    void say(const QString &text);

    QAbstractItemView *const m_view;
    QLineEdit *const m_line;
    QLabel *const m_state;
    QTimer *const m_turns;
    int m_step = 1;
    int m_row = 0;
    int m_left = 0; ///< rows that were not read yet
};

} // namespace pigeon
