#include "views/systembutton.h"

#include "filter/filterterm.h"

namespace pigeon {

SystemButton::SystemButton(QWidget *parent)
    : QToolButton(parent)
{
    setObjectName(QStringLiteral("system"));
    setText(QStringLiteral("$SYS"));
    setCheckable(true);
    setAutoRaise(true);
    setToolTip(tr("Show what the broker itself publishes below $SYS, too"));
    setAccessibleName(tr("Show the messages of the broker below $SYS"));
}

bool SystemButton::hidesUnder(const QString &filter) const { return !isChecked() && !filter.contains(QLatin1String("$SYS")); }

FilterProgramPtr SystemButton::inForce(const QString &filter, const FilterProgramPtr &program, FilterView view) const
{
    if (!hidesUnder(filter))
        return program;
    const QString text = joinFilter(filter, subtreeTerm(view, QStringLiteral("$SYS")), FilterJoin::AndNot, view);
    const CompiledFilter both = compileFilter(text, view);
    return both.program ? both.program : program; // else it is too long to be joined
}

} // namespace pigeon
