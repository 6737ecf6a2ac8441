#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <deque>
#include <cstring>
#include <memory>
#include <span>

namespace pigeon {

/// Bytes on their way out, first in first out: small writes gather in one block, large ones are shared
/// blocks that are never copied. Broker thread; knows neither sockets nor packets.
class ByteQueue
{
public:
    /// Blocks of at least this many bytes are queued by reference (copying 16 KiB costs more than a block).
    static constexpr qsizetype sharedFrom = 16 * 1024;
    /// Small writes gather in blocks of up to this size: a long queue grows and is let go of in such steps.
    static constexpr qsizetype gatherBytes = 64 * 1024;
    /// What an emptied queue may keep for the next writes, so that a busy link allocates nothing.
    static constexpr qsizetype keptBytes = 16 * 1024;

    ByteQueue() = default;
    ByteQueue(ByteQueue &&other) noexcept { swap(other); }
    ByteQueue &operator=(ByteQueue &&other) noexcept
    {
        swap(other);
        return *this;
    }

    qsizetype size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }

    /// Room for exactly `bytes` more bytes at the end, for the caller to fill at once.
    char *reserve(qsizetype bytes)
    {
        if (bytes > m_tail.capacity - m_tail.size) [[unlikely]]
            makeRoom(bytes);
        char *room = m_tail.bytes.get() + m_tail.size;
        m_tail.size += bytes;
        m_size += bytes;
        return room;
    }
    void append(QByteArrayView bytes)
    {
        if (!bytes.isEmpty())
            memcpy(reserve(bytes.size()), bytes.data(), size_t(bytes.size()));
    }
    /// Queues `block` itself, without a copy (a small one is copied all the same: that is cheaper).
    void appendShared(const QByteArray &block);

    /// The first unsent bytes; empty only when the queue is.
    QByteArrayView front() const;
    /// Fills `views` with the first unsent pieces in order; returns how many there are of them.
    size_t fronts(std::span<QByteArrayView> views) const;
    /// Precondition: 0 <= bytes <= size().
    void removeFront(qsizetype bytes);
    void clear();
    /// Gives back what an empty queue keeps. Emptying does this by itself once a larger block was of no use for
    /// a few times in a row, so that a link which was busy once does not pay for it until it ends.
    void releaseMemory();
    /// Bytes of memory held, for tests and for figures; shared blocks are not counted.
    qsizetype memoryBytes() const;

    void swap(ByteQueue &other) noexcept;

private:
    struct Tail
    {
        std::unique_ptr<char[]> bytes;
        qsizetype size = 0;
        qsizetype capacity = 0;
    };
    struct Block
    {
        QByteArrayView view() const
        {
            return gathered ? QByteArrayView(gathered.get(), gatheredBytes) : QByteArrayView(shared);
        }
        std::unique_ptr<char[]> gathered; // null for a shared block
        qsizetype gatheredBytes = 0;
        QByteArray shared;
    };

    void makeRoom(qsizetype bytes);
    void closeTail();
    void emptied();

    Tail m_tail; // the block that small writes gather in; everything in m_blocks goes before it
    std::unique_ptr<std::deque<Block>> m_blocks; // made when first needed: most links never have one
    qsizetype m_offset = 0; // of the first block or, without one, of the tail: already sent
    qsizetype m_size = 0;
    qsizetype m_oversized = 0; // how often in a row the queue was emptied having used little of the tail
};

} // namespace pigeon
