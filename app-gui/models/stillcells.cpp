#include "models/stillcells.h"

#include "look/plaintext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace pigeon {

namespace {

/// For tr outside of a QObject.
struct StillText
{
    Q_DECLARE_TR_FUNCTIONS(StillText)
};

QString clockText(qint64 when) { return QDateTime::fromMSecsSinceEpoch(when).toString(QStringLiteral("HH:mm:ss")); }

} // namespace

qint64 StillCells::now() { return QDateTime::currentMSecsSinceEpoch(); }

void StillCells::setFrozen(bool isFrozen)
{
    if (std::exchange(m_isFrozen, isFrozen) == isFrozen)
        return;
    m_since = m_clock();
    m_said.clear();
    m_said.squeeze();
}

/// It was asked, and said nothing.
bool StillCells::isNothing(const Cell &cell) const
{
    if (std::ranges::find(roles, cell.role) == std::end(roles))
        return false;
    const auto shown = m_said.constFind({cell.row, cell.column, Qt::DisplayRole});
    return shown != m_said.constEnd() && shown->isWhole;
}

QVariant StillCells::withMoment(const QVariant &tip, quint64 row, int column) const
{
    if (!m_isFrozen)
        return tip;
    const auto shown = m_said.constFind({row, column, Qt::DisplayRole});
    const qint64 when = shown == m_said.constEnd() ? m_clock() : shown->when;
    if (when - m_since < momentMilliseconds)
        return tip;
    const QString moment = plainTip(StillText::tr("As it was at %1; the views were frozen at %2.").arg(clockText(when), clockText(m_since)));
    return tip.toString().isEmpty() ? moment : tip.toString() + QStringLiteral("<br/>") + moment;
}

} // namespace pigeon
