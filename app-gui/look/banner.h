#pragma once

#include "look/theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QToolButton;
class QPushButton;

namespace pigeon {

/// A line across the window that says what has happened, why, and what to do about it; it is in nobody's way as a modal
/// box would be. Shown when it has something to say, closed with Esc or its button. GUI thread.
class Banner final : public QFrame
{
    Q_OBJECT

public:
    explicit Banner(QWidget *parent = nullptr);

    /// Shows `text`, plain. With a remedy there is a button for it; it goes with `vanish` when that is not zero.
    void say(Tone tone, const QString &text, const QString &remedy = {}, std::function<void()> apply = {},
        std::chrono::milliseconds vanish = {});
    void dismiss();
    QString text() const;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void tint();

    Tone m_tone = Tone::Accent;
    QLabel *const m_icon;
    QLabel *const m_text;
    QPushButton *const m_remedy;
    QToolButton *const m_close;
    QTimer *const m_vanish;
    std::function<void()> m_apply;
};

} // namespace pigeon
