#pragma once

#include <QtGlobal>

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

namespace pigeon {

/// The first row of `begin` to `end` for which `isFarEnough` holds; it does not hold for those before. `end`: none.
template <typename Predicate>
quint64 firstRow(quint64 begin, quint64 end, Predicate isFarEnough)
{
    while (begin < end) {
        const quint64 middle = begin + (end - begin) / 2;
        if (isFarEnough(middle))
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

/// The last rows of a stream, in blocks of columns. Rows have numbers that never change, from 0: the first that is kept is
/// `begin()`, behind the last is `end()`. They go a block at a time (1 % of the capacity), because a view pays for every
/// removal at its front with a walk over all rows.
///
/// Window's thread. A Block has all its memory when it is made and is shared with readers on other threads, who keep to the
/// rows that were there when they were given their work; so rows are written while earlier ones are read, without a lock.
/// Block: Block(rows), qint64 bytes.
template <typename Block>
class BlockRing
{
public:
    static constexpr quint64 blocks = 100;

    /// Keeps `rows` rows at most, and `bytes` bytes of what the blocks say they hold.
    BlockRing(quint64 rows, qint64 bytes)
        : m_blockRows(std::max<quint64>(rows / blocks, 1))
        , m_maximumBytes(bytes)
    {
    }

    quint64 begin() const { return m_firstBlock * m_blockRows; }
    quint64 end() const { return m_end; }
    bool contains(quint64 row) const { return row >= begin() && row < m_end; }
    quint64 capacity() const { return blocks * m_blockRows; }
    quint64 blockRows() const { return m_blockRows; }
    qint64 bytes() const { return m_bytes; }
    qint64 maximumBytes() const { return m_maximumBytes; }

    Block &blockOf(quint64 row) { return *m_blocks[row / m_blockRows - m_firstBlock]; }
    const Block &blockOf(quint64 row) const { return *m_blocks[row / m_blockRows - m_firstBlock]; }
    size_t placeOf(quint64 row) const { return row % m_blockRows; }
    std::vector<std::shared_ptr<const Block>> snapshot() const { return {m_blocks.begin(), m_blocks.end()}; }

    /// Makes place for a row that holds `bytes`; the row is `end() - 1` then, and is yet to be filled.
    Block &grow(qint64 bytes)
    {
        if (m_end == (m_firstBlock + m_blocks.size()) * m_blockRows)
            m_blocks.push_back(std::make_shared<Block>(m_blockRows));
        Block &block = *m_blocks.back();
        block.bytes += bytes;
        m_bytes += bytes;
        ++m_end;
        while (isOverfull())
            dropFront();
        return block;
    }
    /// What is there goes; numbers go on.
    void clear()
    {
        // The rest of the open block is given up: a row number is never used twice.
        m_firstBlock = (m_end + m_blockRows - 1) / m_blockRows;
        m_end = m_firstBlock * m_blockRows;
        m_blocks.clear();
        m_bytes = 0;
    }

private:
    bool isOverfull() const
    {
        return m_blocks.size() > 1 && (m_blocks.size() > blocks || m_bytes > m_maximumBytes);
    }
    void dropFront()
    {
        m_bytes -= m_blocks.front()->bytes;
        m_blocks.pop_front();
        ++m_firstBlock;
    }

    quint64 m_blockRows;
    qint64 m_maximumBytes;
    std::deque<std::shared_ptr<Block>> m_blocks;
    quint64 m_firstBlock = 0;
    quint64 m_end = 0;
    qint64 m_bytes = 0;
};

} // namespace pigeon
