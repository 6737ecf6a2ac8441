#pragma once

#include <pigeon/message.h>

#include <functional>
#include <map>

namespace pigeon {

/// The retained message of each topic, sorted by topic, so that a filter is answered by skipping through the
/// order instead of by a second trie. Pure data; expiry is the caller's question. Broker thread.
class RetainedTopics
{
public:
    /// Keeps `message` for its topic in place of the one before [MQTT-3.3.1-5]; returns the one before.
    /// A message with an empty payload is never stored [MQTT-3.3.1-7]: call `remove`.
    MessagePtr set(const MessagePtr &message);
    /// Forgets the topic's message; returns it, null when there was none.
    MessagePtr remove(QByteArrayView topic);
    MessagePtr find(QByteArrayView topic) const;

    /// Calls `visit` for each message whose topic matches `filter` (without `$share/`), in the order of topics,
    /// until it returns false. `visit` must not change the set.
    void match(QByteArrayView filter, const std::function<bool(const MessagePtr &)> &visit) const;

    /// Removes what `isGone` says, at most `most` messages looked at, going on where the last sweep ended.
    qsizetype sweep(qsizetype most, const std::function<bool(const Message &)> &isGone);

    qsizetype size() const { return static_cast<qsizetype>(m_messages.size()); }
    /// Memory of the messages held, in bytes.
    qint64 memoryBytes() const { return m_memoryBytes; }

private:
    // The key is a view of the message's own topic.
    struct ByBytes
    {
        bool operator()(QByteArrayView a, QByteArrayView b) const;
    };
    std::map<QByteArrayView, MessagePtr, ByBytes> m_messages;
    qint64 m_memoryBytes = 0;
    QByteArray m_sweepFrom;
};

} // namespace pigeon
