#include "views/timeformbutton.h"

#include "look/icons.h"

#include <QActionGroup>
#include <QMenu>

namespace pigeon {

namespace {

TimeForm formOf(const QAction *choice) { return static_cast<TimeForm>(choice->data().toInt()); }

} // namespace

TimeFormButton::TimeFormButton(const QString &where, QWidget *parent)
    : QToolButton(parent)
    , m_choices(new QActionGroup(this))
{
    auto *menu = new QMenu(this);
    const std::pair<TimeForm, QString> choices[] = {{TimeForm::Clock, tr("Time of day")},
        {TimeForm::Iso, tr("Date and time, UTC (ISO 8601)")}, {TimeForm::SinceRowBefore, tr("Since the row before")}};
    for (const auto &[form, text] : choices) {
        QAction *choice = menu->addAction(text);
        choice->setCheckable(true);
        choice->setChecked(form == TimeForm::Clock);
        choice->setData(static_cast<int>(form));
        choice->setProperty("where", where);
        m_choices->addAction(choice);
    }
    connect(m_choices, &QActionGroup::triggered, this, [this](const QAction *choice) { Q_EMIT formChosen(formOf(choice)); });
    setIcon(pigeon::icon(QStringLiteral("history")));
    setAutoRaise(true);
    setPopupMode(InstantPopup);
    setMenu(menu);
    setToolTip(tr("How times are written"));
    setAccessibleName(tr("How times are written"));
}

TimeForm TimeFormButton::form() const { return formOf(m_choices->checkedAction()); }

void TimeFormButton::setForm(TimeForm form)
{
    const QList<QAction *> choices = m_choices->actions();
    for (QAction *choice : choices) {
        if (formOf(choice) == form)
            choice->trigger();
    }
}

} // namespace pigeon
