#include "base/bytequeue.h"

#include <algorithm>

namespace pigeon {

namespace {
constexpr qsizetype firstBytes = 256; // a few acknowledgements; most links never need more
constexpr qsizetype oversizedTurns = 4;
} // namespace

void ByteQueue::makeRoom(qsizetype bytes)
{
    // The sent part of the tail is only at its front when no block goes before it.
    const qsizetype sent = m_blocks ? 0 : m_offset;
    const qsizetype unsent = m_tail.size - sent;
    if (unsent > 0 && unsent + bytes > gatherBytes) {
        closeTail();
        makeRoom(bytes);
        return;
    }
    // Moving within the block pays only when it frees at least as much as it copies: that keeps it amortised.
    const bool move = sent >= unsent && unsent + bytes <= m_tail.capacity;
    if (move) {
        memmove(m_tail.bytes.get(), m_tail.bytes.get() + sent, size_t(unsent));
    } else {
        const qsizetype wanted = std::max({firstBytes, unsent + bytes, std::min(m_tail.capacity * 4, gatherBytes)});
        auto grown = std::make_unique_for_overwrite<char[]>(size_t(wanted));
        if (unsent > 0)
            memcpy(grown.get(), m_tail.bytes.get() + sent, size_t(unsent));
        m_tail.bytes = std::move(grown);
        m_tail.capacity = wanted;
    }
    m_tail.size = unsent;
    if (!m_blocks)
        m_offset = 0;
}

void ByteQueue::closeTail()
{
    if (m_tail.size == 0)
        return;
    if (!m_blocks)
        m_blocks = std::make_unique<std::deque<Block>>();
    m_blocks->push_back(Block{std::move(m_tail.bytes), m_tail.size, QByteArray()});
    m_tail = Tail();
}

void ByteQueue::appendShared(const QByteArray &block)
{
    if (block.size() < sharedFrom) {
        append(block);
        return;
    }
    closeTail();
    if (!m_blocks)
        m_blocks = std::make_unique<std::deque<Block>>();
    m_blocks->push_back(Block{nullptr, 0, block});
    m_size += block.size();
}

QByteArrayView ByteQueue::front() const
{
    if (m_blocks)
        return m_blocks->front().view().sliced(m_offset);
    return QByteArrayView(m_tail.bytes.get() + m_offset, m_tail.size - m_offset);
}

size_t ByteQueue::fronts(std::span<QByteArrayView> views) const
{
    size_t count = 0;
    qsizetype offset = m_offset;
    const auto add = [&](QByteArrayView piece) {
        if (offset < piece.size() && count < views.size())
            views[count++] = piece.sliced(offset);
        offset = 0;
    };
    if (m_blocks) {
        for (auto block = m_blocks->begin(); block != m_blocks->end() && count < views.size(); ++block)
            add(block->view());
    }
    add(QByteArrayView(m_tail.bytes.get(), m_tail.size));
    return count;
}

void ByteQueue::removeFront(qsizetype bytes)
{
    Q_ASSERT(bytes >= 0 && bytes <= m_size);
    m_size -= bytes;
    if (m_size == 0) {
        emptied();
        return;
    }
    m_offset += bytes;
    while (m_blocks && m_offset >= m_blocks->front().view().size()) {
        m_offset -= m_blocks->front().view().size();
        m_blocks->pop_front();
        if (m_blocks->empty())
            m_blocks.reset();
    }
}

void ByteQueue::clear()
{
    m_size = 0;
    emptied();
}

void ByteQueue::emptied()
{
    const bool oversized = m_tail.capacity > firstBytes && m_tail.size < m_tail.capacity / 8;
    m_oversized = oversized ? m_oversized + 1 : 0;
    if (m_tail.capacity > keptBytes || m_oversized >= oversizedTurns) {
        m_tail = Tail();
        m_oversized = 0;
    }
    m_tail.size = 0;
    m_offset = 0;
    m_blocks.reset();
}

void ByteQueue::releaseMemory()
{
    if (isEmpty())
        m_tail = Tail();
}

qsizetype ByteQueue::memoryBytes() const
{
    qsizetype bytes = m_tail.capacity;
    if (m_blocks) {
        for (const Block &block : *m_blocks)
            bytes += qsizetype(sizeof(Block)) + block.gatheredBytes;
    }
    return bytes;
}

void ByteQueue::swap(ByteQueue &other) noexcept
{
    std::swap(m_tail.bytes, other.m_tail.bytes);
    std::swap(m_tail.size, other.m_tail.size);
    std::swap(m_tail.capacity, other.m_tail.capacity);
    std::swap(m_blocks, other.m_blocks);
    std::swap(m_offset, other.m_offset);
    std::swap(m_size, other.m_size);
    std::swap(m_oversized, other.m_oversized);
}

} // namespace pigeon
