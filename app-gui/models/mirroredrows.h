#pragma once

#include <QtGlobal>

#include <unordered_map>
#include <vector>

namespace pigeon {

/// Keys for the rows of a store in which a row that goes leaves its place to the last one: a key stays with what the row
/// shows. It is told every change in its order. A value.
class MirroredRows
{
public:
    void reset(int count)
    {
        m_keys.clear();
        m_rowOf.clear();
        for (int row = 0; row < count; ++row)
            add();
    }
    /// Change: `kind` with Added, Changed and Removed, `row`.
    template <typename Change>
    void apply(const std::vector<Change> &changes)
    {
        for (const Change &change : changes) {
            if (change.kind == Change::Kind::Added)
                add();
            else if (change.kind == Change::Kind::Removed)
                remove(static_cast<size_t>(change.row));
        }
    }
    int count() const { return static_cast<int>(m_keys.size()); }
    quint64 keyAt(int row) const { return m_keys[static_cast<size_t>(row)]; }
    /// -1: it has gone.
    int rowOf(quint64 key) const
    {
        const auto found = m_rowOf.find(key);
        return found == m_rowOf.end() ? -1 : static_cast<int>(found->second);
    }

private:
    void add()
    {
        m_rowOf.emplace(m_next, m_keys.size());
        m_keys.push_back(m_next++);
    }
    void remove(size_t row)
    {
        m_rowOf.erase(m_keys[row]);
        if (row + 1 != m_keys.size()) {
            m_keys[row] = m_keys.back();
            m_rowOf[m_keys[row]] = row;
        }
        m_keys.pop_back();
    }

    std::vector<quint64> m_keys;
    std::unordered_map<quint64, size_t> m_rowOf;
    quint64 m_next = 1; ///< never used twice, also after a reset
};

} // namespace pigeon
