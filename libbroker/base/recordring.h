#pragma once

#include <QtGlobal>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>

namespace pigeon {

/// Records of different lengths from one thread to another, in order, without locks and, once it is made, without
/// allocation. It never waits: a record that finds no room is not taken. One thread writes, one reads.
class RecordRing
{
public:
    /// Records begin at addresses that any plain struct may have.
    static constexpr size_t alignment = 8;

    /// `bytes` is taken as the next power of two.
    explicit RecordRing(size_t bytes)
        : m_size(std::bit_ceil(std::max<size_t>(bytes, 64)))
        , m_bytes(std::make_unique<std::byte[]>(m_size))
    {
    }
    RecordRing(const RecordRing &) = delete;
    RecordRing &operator=(const RecordRing &) = delete;

    size_t size() const { return m_size; }

    // --- the writer's thread

    /// Room for a record of `kind`, which is not 0, to be filled before `publish`; null when there is none. Until then
    /// nobody reads it, and it may still be changed. More than a quarter of the ring is never taken.
    void *reserve(quint32 kind, size_t bytes)
    {
        const size_t whole = sizeof(Head) + roundedUp(bytes);
        if (whole > m_size / 4)
            return nullptr;
        const size_t at = m_written & (m_size - 1);
        const size_t gap = at + whole > m_size ? m_size - at : 0; // a record lies in one piece
        if (!hasRoom(gap + whole))
            return nullptr;
        if (gap > 0)
            putHead(at, {static_cast<quint32>(gap - sizeof(Head)), 0});
        const size_t begin = gap > 0 ? 0 : at;
        putHead(begin, {static_cast<quint32>(bytes), kind});
        m_written += gap + whole;
        return m_bytes.get() + begin + sizeof(Head);
    }
    /// What was reserved so far may be read from now on.
    void publish() { m_published.store(m_written, std::memory_order_release); }

    // --- the reader's thread

    /// What may be read by now: everything up to here.
    size_t published() const { return m_published.load(std::memory_order_acquire); }
    /// Calls `visit(kind, bytes, size)` for each record up to `end`, which was asked of `published`; `bytes` is good until
    /// it returns.
    template <typename Visit>
    void drain(size_t end, Visit &&visit)
    {
        size_t at = m_read.load(std::memory_order_relaxed);
        while (at != end) {
            Head head;
            std::byte *begin = m_bytes.get() + (at & (m_size - 1));
            std::memcpy(&head, begin, sizeof head);
            if (head.kind != 0)
                visit(head.kind, static_cast<const void *>(begin + sizeof(Head)), static_cast<size_t>(head.bytes));
            at += sizeof(Head) + roundedUp(head.bytes);
            m_read.store(at, std::memory_order_release); // one after the other: the writer need not wait for all
        }
    }

private:
    struct Head
    {
        quint32 bytes;
        quint32 kind; // 0: a gap at the end
    };
    static_assert(sizeof(Head) == alignment);

    static size_t roundedUp(size_t bytes) { return (bytes + alignment - 1) & ~(alignment - 1); }
    bool hasRoom(size_t bytes)
    {
        if (m_written - m_readSeen + bytes <= m_size)
            return true;
        m_readSeen = m_read.load(std::memory_order_acquire); // only when it looks full: the line is the reader's
        return m_written - m_readSeen + bytes <= m_size;
    }
    void putHead(size_t at, const Head &head) { std::memcpy(m_bytes.get() + at, &head, sizeof head); }

    const size_t m_size;
    const std::unique_ptr<std::byte[]> m_bytes;
    // Each thread has a cache line of its own.
    alignas(64) size_t m_written = 0;
    size_t m_readSeen = 0;
    alignas(64) std::atomic<size_t> m_published{0};
    alignas(64) std::atomic<size_t> m_read{0};
};

} // namespace pigeon
