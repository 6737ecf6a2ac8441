#pragma once

#include "filter/filterprogram.h"

#include <QToolButton>

namespace pigeon {

/// Whether a view shows what the broker itself publishes below $SYS. Off until it is pressed, and on for a filter that names
/// it: who asks for it by name means it. GUI thread.
class SystemButton final : public QToolButton
{
    Q_OBJECT

public:
    explicit SystemButton(QWidget *parent);

    /// Whether rows below $SYS are left out under that filter, as it is typed.
    bool hidesUnder(const QString &filter) const;
    /// The filter that is to be in force: `program`, which is `filter` compiled, or the same without $SYS.
    FilterProgramPtr inForce(const QString &filter, const FilterProgramPtr &program, FilterView view) const;
};

} // namespace pigeon
