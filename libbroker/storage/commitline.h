#pragma once

#include "storage/answerbox.h"

#include <algorithm>
#include <deque>
#include <span>

namespace pigeon {

/// Commits in their order. They come in lots and, as a rule, leave all at once. A value.
class CommitLine
{
public:
    bool isEmpty() const { return m_size == 0; }
    size_t size() const { return m_size; }
    /// When the first of them came. Precondition: not empty.
    TimePoint since() const { return m_lots.front().since; }

    /// The changes of the first. Precondition: not empty.
    std::span<const StoreChange> front() const { return m_lots.front().changesOf(m_left); }

    void append(CommitLot lot)
    {
        m_size += lot.commits.size();
        m_lots.push_back(std::move(lot));
    }
    /// How many at the front came at `time` or before.
    size_t cameUntil(TimePoint time) const
    {
        size_t count = 0;
        for (size_t i = 0; i < m_lots.size() && m_lots[i].since <= time; ++i)
            count += m_lots[i].commits.size() - (i == 0 ? m_left : 0);
        return count;
    }
    /// Calls `visit(commit, its changes)` for the first `count`.
    template <typename Visit>
    void forFirst(size_t count, Visit &&visit) const
    {
        size_t left = count;
        for (size_t i = 0; i < m_lots.size() && left > 0; ++i) {
            const CommitLot &lot = m_lots[i];
            for (size_t j = i == 0 ? m_left : 0; j < lot.commits.size() && left > 0; ++j, --left)
                visit(lot.commits[j], lot.changesOf(j));
        }
    }
    template <typename Condition>
    bool isAnyChange(Condition &&holds) const
    {
        // What has left of the first lot is looked at as well: that costs a look, and answers "yes" too often at worst.
        return std::any_of(m_lots.begin(), m_lots.end(),
            [&holds](const CommitLot &lot) { return std::any_of(lot.changes.begin(), lot.changes.end(), holds); });
    }
    /// The first `count` leave. Precondition: 0 < count <= size().
    CommitsSettled takeFirst(size_t count, StoreStatus status)
    {
        CommitsSettled settled{status, 0, 0, {}};
        forFirst(count, [&settled](const CommitLot::Commit &commit, auto) { settled.bytes += commit.bytes; });
        m_size -= count;
        m_left += count;
        while (!m_lots.empty() && m_left >= m_lots.front().commits.size()) {
            CommitLot &lot = m_lots.front();
            m_left -= lot.commits.size();
            settled.last = lot.first + lot.commits.size() - 1;
            settled.lots.push_back(std::move(lot));
            m_lots.pop_front();
        }
        if (m_left > 0)
            settled.last = m_lots.front().first + m_left - 1;
        return settled;
    }

private:
    std::deque<CommitLot> m_lots;
    size_t m_left = 0; // so many of the first lot have left
    size_t m_size = 0;
};

} // namespace pigeon
