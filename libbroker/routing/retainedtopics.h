#pragma once

#include <pigeon/message.h>

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <optional>
#include <set>

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

    /// Calls `visit` for each message whose topic matches `filter` (without `$share/`), in the order of
    /// topics, until it returns false. `visit` must not change the set.
    void match(QByteArrayView filter, const std::function<bool(const MessagePtr &)> &visit) const;

    /// The same for the topics that sort behind `after` only: a walk can be interrupted and go on later.
    void matchAfter(QByteArrayView after, QByteArrayView filter,
        const std::function<bool(const MessagePtr &)> &visit) const;
    /// The same in steps of bounded work: looks at `left` topics at most, matching or not, and takes them off it.
    /// Returns the topic to go on behind, or nothing when there are no more.
    std::optional<QByteArray> matchSome(QByteArrayView after, QByteArrayView filter, size_t &left,
        const std::function<bool(const MessagePtr &)> &visit) const;

    /// Removes what `isGone` says, at most `most` messages looked at, going on where the last sweep ended.
    qsizetype sweep(qsizetype most, const std::function<bool(const Message &)> &isGone);

    qsizetype size() const { return static_cast<qsizetype>(m_messages.size()); }
    /// Memory of the messages held, in bytes.
    qint64 memoryBytes() const { return m_memoryBytes; }

private:
    struct ByTopic
    {
        using is_transparent = void;
        bool operator()(const MessagePtr &a, const MessagePtr &b) const { return a->topic() < b->topic(); }
        bool operator()(const MessagePtr &a, QByteArrayView b) const { return a->topic() < b; }
        bool operator()(QByteArrayView a, const MessagePtr &b) const { return a < b->topic(); }
    };
    // Each message is its own key: an entry costs one node and no copy of the topic.
    using Messages = std::set<MessagePtr, ByTopic>;

    MessagePtr take(Messages::const_iterator at);

    Messages m_messages;
    qint64 m_memoryBytes = 0;
    QByteArray m_sweepFrom; // the topic that the next sweep begins with, or the first behind it
};

} // namespace pigeon
