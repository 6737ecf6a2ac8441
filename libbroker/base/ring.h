#pragma once

#include <bit>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace pigeon {

/// A first-in first-out sequence in one growing block. Unlike std::deque it owns nothing while it is empty for
/// the first time (most sessions never queue anything) and allocates nothing once it has its size.
template <typename T>
class Ring
{
public:
    bool isEmpty() const { return m_size == 0; }
    size_t size() const { return m_size; }
    T &operator[](size_t index) { return m_block[(m_head + index) & (m_block.size() - 1)]; }
    const T &operator[](size_t index) const { return m_block[(m_head + index) & (m_block.size() - 1)]; }
    T &front() { return (*this)[0]; }
    const T &front() const { return (*this)[0]; }
    T &back() { return (*this)[m_size - 1]; }

    void pushBack(T value)
    {
        if (m_size == m_block.size())
            grow();
        ++m_size;
        back() = std::move(value);
    }
    void pushFront(T value)
    {
        if (m_size == m_block.size())
            grow();
        m_head = (m_head - 1) & (m_block.size() - 1);
        ++m_size;
        front() = std::move(value);
    }
    T popFront()
    {
        T value = std::exchange(front(), T());
        m_head = (m_head + 1) & (m_block.size() - 1);
        --m_size;
        if (m_size == 0 && m_block.size() > keptWhenEmpty)
            clear();
        return value;
    }
    void clear()
    {
        std::vector<T>().swap(m_block);
        m_head = 0;
        m_size = 0;
    }

private:
    static constexpr size_t keptWhenEmpty = 64; // a burst that is over gives its memory back

    void grow()
    {
        std::vector<T> bigger(m_block.empty() ? 4 : m_block.size() * 2);
        for (size_t i = 0; i < m_size; ++i)
            bigger[i] = std::move((*this)[i]);
        m_block.swap(bigger);
        m_head = 0;
    }

    std::vector<T> m_block;
    size_t m_head = 0;
    size_t m_size = 0;
};

} // namespace pigeon
