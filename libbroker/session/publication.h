#pragma once

#include "base/clock.h"
#include "protocol/encoder.h"

#include <pigeon/message.h>

namespace pigeon {

/// One message on its way from a publisher to its receivers. It points into the receive buffer until somebody
/// has to keep it: only then is the shared message made, once. Lives on the stack. Broker thread.
class Publication
{
public:
    /// A PUBLISH that lies in a receive buffer; the views outlive the publication.
    Publication(MessageParts parts, const Clock &clock)
        : m_parts(std::move(parts))
        , m_clock(&clock)
    {
    }
    /// A message that was kept before: a will, a retained message, one out of a queue.
    explicit Publication(MessagePtr message)
        : m_message(std::move(message))
    {
        m_parts.topic = m_message->topic();
        m_parts.payload = m_message->payload();
        m_parts.properties = m_message->properties();
        m_parts.qos = m_message->qos();
        m_parts.retain = m_message->isRetained();
        m_parts.expirySeconds = m_message->expirySeconds();
        m_parts.origin = m_message->origin();
    }

    QByteArrayView topic() const { return m_parts.topic; }
    QByteArrayView payload() const { return m_parts.payload; }
    QoS qos() const { return m_parts.qos; }
    bool retain() const { return m_parts.retain; }
    PublishContent content() const { return {m_parts.topic, m_parts.payload, m_parts.properties}; }
    std::optional<quint32> expirySeconds() const { return m_parts.expirySeconds; }
    /// `expirySeconds` minus what a kept message has waited, at least 0; only for one that expires.
    quint32 expirySecondsLeft(Milliseconds wallTime) const
    {
        const qint64 left = m_message ? *m_message->secondsLeft(wallTime) : qint64(*m_parts.expirySeconds);
        return static_cast<quint32>(std::max<qint64>(0, left));
    }
    const OriginPtr &origin() const { return m_parts.origin; }
    qsizetype bytes() const { return m_parts.topic.size() + m_parts.payload.size() + m_parts.properties.size(); }

    /// The DUP flag of the PUBLISH, for who looks on.
    bool isDuplicate() const { return m_isDuplicate; }
    void setDuplicate(bool duplicate) { m_isDuplicate = duplicate; }
    QByteArrayView properties() const { return m_parts.properties; }
    /// The shared message, made at the first call.
    const MessagePtr &message()
    {
        if (!m_message) {
            m_parts.arrival = m_clock->wallTime();
            m_message = Message::create(m_parts);
        }
        return m_message;
    }
    /// The payload as a block to share, null for small ones.
    QByteArray sharedPayload()
    {
        if (m_parts.payload.size() < ByteQueueSharedFrom)
            return QByteArray();
        return message()->sharedPayload();
    }

private:
    static constexpr qsizetype ByteQueueSharedFrom = 16 * 1024;
    MessageParts m_parts;
    MessagePtr m_message;
    const Clock *m_clock = nullptr;
    bool m_isDuplicate = false;
};

} // namespace pigeon
