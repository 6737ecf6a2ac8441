#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <deque>

namespace pigeon {

/// Bytes on their way out, first in first out: small writes gather in one block, large ones are shared
/// blocks that are never copied. Broker thread; knows neither sockets nor packets.
class ByteQueue
{
public:
    /// Blocks of at least this many bytes are queued by reference (copying 16 KiB costs more than a block).
    static constexpr qsizetype sharedFrom = 16 * 1024;

    qsizetype size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }

    /// Room for exactly `bytes` more bytes at the end, for the caller to fill at once.
    char *reserve(qsizetype bytes);
    void append(QByteArrayView bytes);
    /// Queues `block` itself, without a copy.
    void appendShared(const QByteArray &block);

    /// The first unsent bytes; empty only when the queue is.
    QByteArrayView front() const;
    void removeFront(qsizetype bytes);
    void clear();

private:
    std::deque<QByteArray> &blocks();

    QByteArray m_tail; // the block that small writes gather in; everything in m_blocks goes before it
    std::deque<QByteArray> *m_blocks = nullptr; // made on the first shared block: most links never have one
    qsizetype m_offset = 0; // of the first block, already sent
    qsizetype m_size = 0;

public:
    ByteQueue() = default;
    ~ByteQueue() { delete m_blocks; }
    ByteQueue(const ByteQueue &) = delete;
    ByteQueue &operator=(const ByteQueue &) = delete;
};

} // namespace pigeon
