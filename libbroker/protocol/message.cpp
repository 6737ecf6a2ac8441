#include <pigeon/message.h>

#include <cstring>
#include <new>

namespace pigeon {

namespace {

// Messages are let go of on several threads; nothing is ordered by this number, so relaxed is enough. Measured:
// 5 ns for the life of a message, next to 22 ns for its block.
std::atomic<qint64> bytesOfAllMessages{0};

/// What a block of `bytes` takes from the heap: the size in front of it, in steps of 16 (glibc and its kin).
constexpr qsizetype heapBytes(qsizetype bytes)
{
    return (bytes + 8 + 15) & ~qsizetype(15);
}

char *append(char *out, QByteArrayView bytes)
{
    if (!bytes.isEmpty()) // memcpy must not see the null pointer of an empty view
        std::memcpy(out, bytes.data(), static_cast<size_t>(bytes.size()));
    return out + bytes.size();
}

QByteArrayView payloadOf(const MessageParts &parts)
{
    return parts.sharedPayload.isNull() ? parts.payload : QByteArrayView(parts.sharedPayload);
}

} // namespace

constinit const QByteArray Message::noPayload;

Message::Message(const MessageParts &parts, quint16 inlinePayloadBytes)
    : m_propertyBytes(static_cast<quint32>(parts.properties.size()) & 0x0FFFFFFF)
    , m_qos(static_cast<quint8>(parts.qos) & 3)
    , m_retained(parts.retain)
    , m_expires(parts.expirySeconds.has_value())
    , m_expirySeconds(parts.expirySeconds.value_or(0))
    , m_topicBytes(static_cast<quint16>(parts.topic.size()))
    , m_inlinePayloadBytes(inlinePayloadBytes)
    , m_arrival(parts.arrival)
    , m_origin(parts.origin)
{ }

MessagePtr Message::create(const MessageParts &parts)
{
    static_assert(sizeof(Message) <= 32, "a queued message costs its text and little else");
    static_assert(alignof(Message) >= alignof(QByteArray) && sizeof(Message) % alignof(QByteArray) == 0,
        "the shared payload lies right behind the message");
    static_assert(maximumInlinePayloadBytes < payloadIsShared);
    Q_ASSERT(parts.topic.size() <= 0xFFFF && parts.properties.size() <= 0x0FFFFFFF);

    const QByteArrayView payload = payloadOf(parts);
    const bool isShared = payload.size() > maximumInlinePayloadBytes;
    const qsizetype behindBytes = (isShared ? qsizetype(sizeof(QByteArray)) : payload.size())
        + parts.topic.size() + parts.properties.size();

    void *const block = ::operator new(sizeof(Message) + static_cast<size_t>(behindBytes));
    auto *const message = new (block) Message(parts, isShared ? payloadIsShared : quint16(payload.size()));
    char *behind = reinterpret_cast<char *>(message + 1);
    if (isShared) {
        new (behind) QByteArray(parts.sharedPayload.isNull() ? payload.toByteArray() : parts.sharedPayload);
        behind += sizeof(QByteArray);
    }
    behind = append(behind, parts.topic);
    behind = append(behind, parts.properties);
    if (!isShared)
        append(behind, payload);
    bytesOfAllMessages.fetch_add(message->memoryBytes(), std::memory_order_relaxed);
    return MessagePtr::adopt(message);
}

qsizetype Message::blockBytes() const
{
    const qsizetype behindBytes = hasSharedPayload() ? qsizetype(sizeof(QByteArray)) : m_inlinePayloadBytes;
    return qsizetype(sizeof(Message)) + behindBytes + m_topicBytes + m_propertyBytes;
}

qsizetype Message::memoryBytes() const
{
    constexpr qsizetype arrayHeaderBytes = 16; // Qt's, in front of the bytes it shares
    const qsizetype own = heapBytes(blockBytes());
    return hasSharedPayload() ? own + heapBytes(arrayHeaderBytes + sharedBlock()->size()) : own;
}

qint64 Message::totalMemoryBytes()
{
    return bytesOfAllMessages.load(std::memory_order_relaxed);
}

void Message::destroy() const
{
    bytesOfAllMessages.fetch_sub(memoryBytes(), std::memory_order_relaxed);
    if (hasSharedPayload())
        sharedBlock()->~QByteArray();
    this->~Message();
    ::operator delete(const_cast<Message *>(this));
}

} // namespace pigeon
