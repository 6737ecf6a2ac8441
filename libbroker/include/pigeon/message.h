#pragma once

#include <pigeon/packets.h>

#include <QByteArray>
#include <QByteArrayView>

#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

namespace pigeon {

/// A reference to a shared, counted value, one pointer wide. The count is atomic: values may be let go of on
/// any thread.
template <typename T>
class Shared
{
public:
    Shared() = default;
    Shared(std::nullptr_t) { }
    /// Takes over one reference that the caller holds.
    static Shared adopt(T *value)
    {
        Shared shared;
        shared.m_value = value;
        return shared;
    }
    Shared(const Shared &other)
        : m_value(other.m_value)
    {
        if (m_value)
            m_value->retain();
    }
    Shared(Shared &&other) noexcept
        : m_value(std::exchange(other.m_value, nullptr))
    {
    }
    ~Shared()
    {
        if (m_value)
            m_value->release();
    }
    Shared &operator=(Shared other) noexcept
    {
        std::swap(m_value, other.m_value);
        return *this;
    }

    T *get() const { return m_value; }
    T &operator*() const { return *m_value; }
    T *operator->() const { return m_value; }
    explicit operator bool() const { return m_value != nullptr; }
    friend bool operator==(const Shared &, const Shared &) = default;

private:
    T *m_value = nullptr;
};

/// Who sent a message. One per connection, shared by its messages; constant. Any thread.
class Origin
{
public:
    static Shared<const Origin> create(QByteArray clientId, QByteArray userName, QByteArray address)
    {
        return Shared<const Origin>::adopt(
            new Origin(std::move(clientId), std::move(userName), std::move(address)));
    }
    const QByteArray clientId; ///< UTF-8; empty for the broker itself
    const QByteArray userName; ///< UTF-8; the authenticated user, empty when nobody checked
    const QByteArray address; ///< as the transport gives it

    void retain() const { m_references.fetch_add(1, std::memory_order_relaxed); }
    void release() const
    {
        if (m_references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete this;
    }

private:
    Origin(QByteArray id, QByteArray user, QByteArray from)
        : clientId(std::move(id))
        , userName(std::move(user))
        , address(std::move(from))
    {
    }
    ~Origin() = default;
    mutable std::atomic<quint32> m_references{1};
};
using OriginPtr = Shared<const Origin>;

class Message;
using MessagePtr = Shared<const Message>;

/// What a message is made of.
struct MessageParts
{
    QByteArrayView topic; ///< topic name, UTF-8
    QByteArrayView payload; ///< copied, unless `sharedPayload` holds it
    QByteArray sharedPayload; ///< when not null, taken instead of `payload`; a large one is kept by reference
    QByteArrayView properties; ///< encoded forwarded properties of 5.0 (0x01 0x03 0x08 0x09 0x26)
    QoS qos = QoS::AtMostOnce;
    bool retain = false; ///< as published
    OriginPtr origin;
    std::chrono::milliseconds arrival{0}; ///< wall time since the epoch of Unix
    std::optional<quint32> expirySeconds; ///< message expiry interval as received
};

/// An application message: immutable, shared by reference count, never copied. Any thread.
class Message final
{
public:
    /// Payloads of up to this many bytes lie inside the message: copying a page once is cheaper than a second
    /// block. Larger ones are shared, so that they can go to a link without a copy.
    static constexpr qsizetype maximumInlinePayloadBytes = 4 * 1024;

    /// Topic, properties and small payloads lie in one block with the message; larger payloads are shared.
    /// Topic at most 65 535 bytes, properties at most 268 435 455: what a packet can carry.
    static MessagePtr create(const MessageParts &parts);

    QByteArrayView topic() const { return {text(), m_topicBytes}; }
    QByteArrayView properties() const { return {text() + m_topicBytes, m_propertyBytes}; }
    QByteArrayView payload() const
    {
        if (hasSharedPayload())
            return *sharedBlock();
        return {text() + m_topicBytes + m_propertyBytes, m_inlinePayloadBytes};
    }
    /// The payload as a block to share; null when it is a small one that lies inside the message.
    const QByteArray &sharedPayload() const { return hasSharedPayload() ? *sharedBlock() : noPayload; }
    QoS qos() const { return static_cast<QoS>(m_qos); }
    bool isRetained() const { return m_retained; } ///< the RETAIN flag as published
    const OriginPtr &origin() const { return m_origin; }
    std::chrono::milliseconds arrival() const { return m_arrival; } ///< wall time since the epoch of Unix
    std::optional<quint32> expirySeconds() const
    {
        return m_expires ? std::optional<quint32>(m_expirySeconds) : std::nullopt;
    }
    /// Seconds left at `wallTime`, or nothing when the message never expires; 0 or less: it has expired.
    std::optional<qint64> secondsLeft(std::chrono::milliseconds wallTime) const
    {
        if (!m_expires)
            return std::nullopt;
        const auto waited = std::chrono::duration_cast<std::chrono::seconds>(wallTime - m_arrival).count();
        return qint64(m_expirySeconds) - std::max<qint64>(waited, 0);
    }
    /// What the message occupies, in bytes, for limits; its share of the allocator's overhead included, its
    /// origin (one per connection) not.
    qsizetype memoryBytes() const;

    void retain() const { m_references.fetch_add(1, std::memory_order_relaxed); }
    void release() const
    {
        if (m_references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            destroy();
    }

    /// Bytes held by all messages of the process now. Any thread.
    static qint64 totalMemoryBytes();

private:
    // Stands in m_inlinePayloadBytes for a payload that is shared; above maximumInlinePayloadBytes.
    static constexpr quint16 payloadIsShared = 0xFFFF;
    static const QByteArray noPayload;

    Message(const MessageParts &parts, quint16 inlinePayloadBytes);
    ~Message() = default;
    bool hasSharedPayload() const { return m_inlinePayloadBytes == payloadIsShared; }
    // Behind the message: the block of a shared payload if there is one, topic, properties, inline payload.
    const QByteArray *sharedBlock() const { return reinterpret_cast<const QByteArray *>(this + 1); }
    const char *text() const
    {
        return reinterpret_cast<const char *>(this + 1) + (hasSharedPayload() ? sizeof(QByteArray) : 0);
    }
    qsizetype blockBytes() const;
    void destroy() const;

    // In this order and width because queued and retained messages are what a broker's memory is made of.
    mutable std::atomic<quint32> m_references{1};
    quint32 m_propertyBytes : 28; // as many as a remaining length can say
    quint32 m_qos : 2;
    quint32 m_retained : 1;
    quint32 m_expires : 1;
    quint32 m_expirySeconds = 0;
    quint16 m_topicBytes = 0;
    quint16 m_inlinePayloadBytes = 0;
    std::chrono::milliseconds m_arrival{0};
    OriginPtr m_origin;
};

} // namespace pigeon
