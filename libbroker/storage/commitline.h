#pragma once

#include "storage/workqueue.h"

#include <iterator>
#include <span>

namespace pigeon {

/// Commits in their order. They come in lots and, as a rule, leave all at once: then a lot is handed on as it is, and no
/// commit of it is touched. A value.
class CommitLine
{
public:
    bool isEmpty() const { return size() == 0; }
    size_t size() const { return m_commits.size() - m_begin; }
    const PendingCommit &operator[](size_t index) const { return m_commits[m_begin + index]; }
    const PendingCommit &front() const { return (*this)[0]; }
    std::span<const PendingCommit> first(size_t count) const { return std::span(m_commits).subspan(m_begin, count); }
    std::span<const PendingCommit> all() const { return first(size()); }

    void append(std::vector<PendingCommit> lot)
    {
        if (isEmpty()) {
            m_commits = std::move(lot);
            m_begin = 0;
        } else {
            std::move(lot.begin(), lot.end(), std::back_inserter(m_commits));
        }
    }
    std::vector<PendingCommit> takeFirst(size_t count)
    {
        if (m_begin == 0 && count == m_commits.size())
            return std::exchange(m_commits, {});
        const auto begin = m_commits.begin() + static_cast<ptrdiff_t>(m_begin);
        const auto end = begin + static_cast<ptrdiff_t>(count);
        std::vector<PendingCommit> taken(std::make_move_iterator(begin), std::make_move_iterator(end));
        m_begin += count;
        if (m_begin * 2 >= m_commits.size()) { // what has left takes half of the room
            m_commits.erase(m_commits.begin(), end);
            m_begin = 0;
        }
        return taken;
    }

private:
    std::vector<PendingCommit> m_commits;
    size_t m_begin = 0; // what lies before it has left
};

} // namespace pigeon
