#pragma once

#include <QWidget>

#include <functional>

class QAbstractItemView;
class QLabel;
class QPushButton;

namespace pigeon {

/// What a view shows while it has no rows: why, and what to do. It lies over the view's viewport and hides itself when the
/// view has rows that are not hidden: who hides or shows one calls `refresh`. GUI thread.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QAbstractItemView *view);

    /// Plain texts; `hint` says what to do, `action` is the label of a button that does it.
    void setTexts(const QString &title, const QString &hint = {}, const QString &action = {},
        std::function<void()> apply = {});
    void refresh();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool isNothingShown() const;

    QAbstractItemView *const m_view;
    QLabel *const m_title;
    QLabel *const m_hint;
    QPushButton *const m_action;
    std::function<void()> m_apply;
};

} // namespace pigeon
