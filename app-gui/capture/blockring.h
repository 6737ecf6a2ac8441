#pragma once

#include "capture/rowlog.h"

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
/// `begin()`, behind the last is `end()`. They go a block at a time, because a view pays for every removal at its front with
/// a walk over all rows. A block ends with a hundredth of the rows or of the bytes that are kept, so that both bounds hold
/// to within a block.
///
/// Window's thread. A Block has all its memory when it is made and is shared with readers on other threads, who keep to the
/// rows that were there when they were given their work; so rows are written while earlier ones are read, without a lock.
/// Block: Block(rows), qint64 bytes.
template <typename Block>
class BlockRing
{
public:
    static constexpr quint64 blocks = 100;

    /// A block and the number of its first row.
    template <typename Kept>
    struct Numbered
    {
        quint64 first;
        std::shared_ptr<Kept> block;
    };
    /// Where the columns of a row are.
    template <typename Kept>
    struct Row
    {
        Kept &block;
        size_t place;
    };

    /// Keeps `rows` rows at most, and `bytes` bytes of what the blocks say they hold.
    BlockRing(quint64 rows, qint64 bytes)
        : m_blockRows(std::max<quint64>(rows / blocks, 1))
        , m_maximumBytes(bytes)
    {
    }

    quint64 begin() const { return m_blocks.empty() ? m_end : m_blocks.front().first; }
    quint64 end() const { return m_end; }
    bool contains(quint64 row) const { return row >= begin() && row < m_end; }
    quint64 capacity() const { return blocks * m_blockRows; }
    qint64 bytes() const { return m_bytes; }
    qint64 maximumBytes() const { return m_maximumBytes; }

    /// A row between begin() and end().
    Row<Block> at(quint64 row)
    {
        const auto &[first, block] = *holderOf(m_blocks, row);
        return {*block, row - first};
    }
    Row<const Block> at(quint64 row) const
    {
        const auto &[first, block] = *holderOf(m_blocks, row);
        return {*block, row - first};
    }
    /// The first row whose columns are far enough: isFarEnough(const Block &, place) holds for all that follow. end(): none.
    template <typename Predicate>
    quint64 firstRowThat(Predicate isFarEnough) const
    {
        return firstRow(begin(), m_end, [&](quint64 row) {
            const auto [block, place] = at(row);
            return isFarEnough(block, place);
        });
    }
    std::vector<Numbered<const Block>> snapshot() const
    {
        std::vector<Numbered<const Block>> all;
        all.reserve(m_blocks.size());
        for (const auto &[first, block] : m_blocks)
            all.push_back({first, block});
        return all;
    }
    /// The one of `all` that has the row.
    template <typename All>
    static auto holderOf(const All &all, quint64 row)
    {
        return std::ranges::upper_bound(all, row, {}, [](const auto &each) { return each.first; }) - 1;
    }

    /// Makes place for a row that holds `bytes`; the row is `end() - 1` then, and is yet to be filled.
    Row<Block> grow(qint64 bytes)
    {
        if (m_blocks.empty() || isFull(m_blocks.back()))
            m_blocks.push_back({m_end, std::make_shared<Block>(m_blockRows)});
        m_blocks.back().block->bytes += bytes;
        m_bytes += bytes;
        ++m_end;
        while (isOverfull())
            dropFront();
        return at(m_end - 1);
    }
    /// What is there goes; numbers go on.
    void clear()
    {
        m_blocks.clear();
        m_bytes = 0;
    }

private:
    bool isFull(const Numbered<Block> &open) const
    {
        return m_end - open.first == m_blockRows || open.block->bytes >= m_maximumBytes / qint64(blocks);
    }
    bool isOverfull() const
    {
        return m_blocks.size() > 1 && (m_end - begin() > capacity() || m_bytes > m_maximumBytes);
    }
    void dropFront()
    {
        m_bytes -= m_blocks.front().block->bytes;
        m_blocks.pop_front();
    }

    quint64 m_blockRows;
    qint64 m_maximumBytes;
    std::deque<Numbered<Block>> m_blocks;
    quint64 m_end = 0;
    qint64 m_bytes = 0;
};

/// Reads the blocks that were there when it was made. Subclasses give the fields of the row that it is at.
template <typename Block>
class RingCursor : public RowCursor
{
public:
    explicit RingCursor(const BlockRing<Block> &ring)
        : m_blocks(ring.snapshot())
        , m_begin(ring.begin())
        , m_end(ring.end())
    {
    }
    quint64 begin() const override { return m_begin; }
    quint64 end() const override { return m_end; }
    void goTo(quint64 row) override
    {
        const auto &[first, block] = *BlockRing<Block>::holderOf(m_blocks, row);
        m_block = block.get();
        m_place = row - first;
    }

protected:
    /// Wall time of its making: what ages are counted from.
    qint64 now() const { return m_now; }

    const Block *m_block = nullptr;
    size_t m_place = 0;

private:
    std::vector<typename BlockRing<Block>::template Numbered<const Block>> m_blocks;
    quint64 m_begin;
    quint64 m_end;
    qint64 m_now = wallTime();
};

} // namespace pigeon
