#pragma once

#include "models/cellroles.h"

#include <QHash>
#include <QVariant>

namespace pigeon {

/// What the cells of a model say while it is frozen. Models answer with what is so now, each time they are asked; while they
/// are frozen they ask here first, so that a cell goes on saying what it said, whoever asks: who paints, copies, exports,
/// finds or wants a tooltip. What was asked for long after the freezing cannot be of then, and says of when it is. Rows are
/// known by keys that never change. Window's thread.
class StillCells
{
public:
    using Clock = qint64 (*)(); ///< ms since the epoch of Unix
    static constexpr qsizetype most = 400'000; ///< answers that are kept, some 40 MB; what is beyond is as it is now
    static constexpr qint64 momentMilliseconds = 1'000; ///< so long after the freezing an answer is still of that moment

    explicit StillCells(Clock clock = &StillCells::now)
        : m_clock(clock)
    {
    }
    void setFrozen(bool isFrozen);
    bool isFrozen() const { return m_isFrozen; }
    bool isFull() const { return m_said.size() >= most; }
    /// Keys do not mean what they meant.
    void clear() { m_said.clear(); }

    /// What the cell said first since it was frozen; `ask` tells what it says now.
    template <typename Ask>
    QVariant answer(quint64 row, int column, int role, Ask ask) const
    {
        if (!m_isFrozen)
            return ask();
        const Cell cell{row, column, role};
        if (const auto known = m_said.constFind(cell); known != m_said.constEnd())
            return known->answer;
        if (isNothing(cell))
            return {};
        const QVariant said = ask();
        if (!isFull())
            m_said.insert(cell, {said, m_clock()});
        return said;
    }
    /// Asks the cell all that is of the moment, `ask` by role; where it says nothing, that is known too and takes no room.
    template <typename Ask>
    void askAll(quint64 row, int column, Ask ask) const
    {
        for (const int role : roles) {
            const Cell cell{row, column, role};
            if (m_said.contains(cell))
                continue;
            if (const QVariant said = ask(role); said.isValid())
                m_said.insert(cell, {said, m_clock()});
        }
        Said &shown = m_said[{row, column, Qt::DisplayRole}];
        shown.isWhole = true;
        shown.when = shown.when == 0 ? m_clock() : shown.when;
    }
    /// A tooltip, with the moment that the cell is of where that is not the one of the freezing.
    QVariant withMoment(const QVariant &tip, quint64 row, int column) const;

private:
    struct Cell
    {
        quint64 row;
        int column;
        int role;

        friend bool operator==(const Cell &, const Cell &) = default;
        friend size_t qHash(const Cell &cell, size_t seed) { return qHashMulti(seed, cell.row, cell.column, cell.role); }
    };
    struct Said
    {
        QVariant answer;
        qint64 when = 0; ///< ms since the epoch of Unix
        bool isWhole = false; ///< of the text: the cell was asked all, and said nothing else than what is here
    };
    static constexpr int roles[] = {Qt::DisplayRole, Qt::ToolTipRole, CopyRole, BarRole, SortRole};
    static qint64 now();
    bool isNothing(const Cell &cell) const;

    const Clock m_clock;
    bool m_isFrozen = false;
    qint64 m_since = 0;
    mutable QHash<Cell, Said> m_said;
};

} // namespace pigeon
