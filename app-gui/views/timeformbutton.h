#pragma once

#include "look/figures.h"

#include <QToolButton>

class QActionGroup;

namespace pigeon {

/// The button of a page with which the user chooses how the times of its rows are written. GUI thread.
class TimeFormButton final : public QToolButton
{
    Q_OBJECT

public:
    /// `where` stands beside the choices in the command palette: "Time of messages".
    explicit TimeFormButton(const QString &where, QWidget *parent = nullptr);

    TimeForm form() const;
    /// As if the user had chosen it.
    void setForm(TimeForm form);

Q_SIGNALS:
    void formChosen(TimeForm form);

private:
    QActionGroup *const m_choices;
};

} // namespace pigeon
