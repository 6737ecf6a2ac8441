#include "routing/retainedtopics.h"

#include "protocol/topic.h"

#include <algorithm>
#include <limits>

namespace pigeon {

namespace {

constexpr char separator = '/';
constexpr char behindSeparator = separator + 1; // the first byte that sorts behind everything below a level
constexpr QByteArrayView behindDollar = "%"; // sorts behind all topics that begin with "$"

QByteArrayView levelAt(QByteArrayView text, qsizetype at)
{
    const qsizetype end = text.indexOf(separator, at);
    return text.sliced(at, (end < 0 ? text.size() : end) - at);
}

/// Compares sorted topics with one filter. For a topic that does not match it knows the first one behind it
/// that may, so that what lies between is never looked at.
class FilterScan
{
public:
    enum class Outcome {
        Match,
        TryNext, ///< the topic right behind may match
        Seek, ///< nothing before `seekKey` matches
        Finished, ///< nothing behind this topic matches
    };

    explicit FilterScan(QByteArrayView filter)
        : m_filter(filter)
        , m_beginsWithWildcard(filter.startsWith('+') || filter.startsWith('#'))
    { }

    Outcome compare(QByteArrayView topic)
    {
        if (m_beginsWithWildcard && topic.startsWith('$'))
            return seek(behindDollar, {}); // [MQTT-4.7.2-1]
        m_lastAny = {};
        qsizetype wantedAt = 0;
        qsizetype levelFrom = 0; // one past the size when the topic has no more levels
        while (wantedAt <= m_filter.size()) {
            const QByteArrayView wanted = levelAt(m_filter, wantedAt);
            if (wanted == "#")
                return Outcome::Match; // below the levels compared, or the parent level itself (4.7.1.2)
            if (levelFrom > topic.size())
                return Outcome::TryNext; // what is below this topic comes soon
            const QByteArrayView level = levelAt(topic, levelFrom);
            if (wanted == "+")
                m_lastAny = topic.first(levelFrom + level.size());
            else if (wanted != level)
                return skipTo(topic, levelFrom, wanted);
            wantedAt += wanted.size() + 1;
            levelFrom += level.size() + 1;
        }
        return levelFrom > topic.size() ? Outcome::Match : leaveLastAny();
    }

    QByteArrayView seekKey() const { return m_seekKey; }

private:
    /// The level at `levelFrom` of `topic` should have been `wanted`.
    Outcome skipTo(QByteArrayView topic, qsizetype levelFrom, QByteArrayView wanted)
    {
        const QByteArrayView parent = topic.first(levelFrom);
        seek(parent, wanted);
        if (topic < m_seekKey)
            return Outcome::Seek;
        m_seekKey.append(separator); // "a!" sorts between "a" and "a/"
        if (topic < m_seekKey)
            return Outcome::Seek;
        return leaveLastAny();
    }

    /// Nothing more matches with what the last "+" stands for: on to the next that it may stand for.
    Outcome leaveLastAny()
    {
        if (m_lastAny.isNull())
            return Outcome::Finished;
        return seek(m_lastAny, QByteArrayView(&behindSeparator, 1));
    }

    Outcome seek(QByteArrayView begin, QByteArrayView end)
    {
        m_seekKey.resize(0); // keeps its block, as clear() does not
        m_seekKey.append(begin).append(end);
        return Outcome::Seek;
    }

    const QByteArrayView m_filter;
    const bool m_beginsWithWildcard;
    QByteArrayView m_lastAny; // the topic up to the level that the last "+" stands for, null without one
    QByteArray m_seekKey;
};

} // namespace

MessagePtr RetainedTopics::set(const MessagePtr &message)
{
    Q_ASSERT(!message->payload().isEmpty());
    MessagePtr before = remove(message->topic());
    m_memoryBytes += message->memoryBytes();
    m_messages.insert(message);
    return before;
}

MessagePtr RetainedTopics::remove(QByteArrayView topic)
{
    const auto found = m_messages.find(topic);
    return found == m_messages.end() ? MessagePtr() : take(found);
}

MessagePtr RetainedTopics::take(Messages::const_iterator at)
{
    MessagePtr taken = *at;
    m_messages.erase(at);
    m_memoryBytes -= taken->memoryBytes();
    return taken;
}

MessagePtr RetainedTopics::find(QByteArrayView topic) const
{
    const auto found = m_messages.find(topic);
    return found == m_messages.end() ? MessagePtr() : *found;
}

void RetainedTopics::match(QByteArrayView filter, const std::function<bool(const MessagePtr &)> &visit) const
{
    matchAfter({}, filter, visit);
}

void RetainedTopics::matchAfter(
    QByteArrayView after, QByteArrayView filter, const std::function<bool(const MessagePtr &)> &visit) const
{
    size_t left = std::numeric_limits<size_t>::max();
    matchSome(after, filter, left, visit);
}

std::optional<QByteArray> RetainedTopics::matchSome(QByteArrayView after, QByteArrayView filter, size_t &left,
    const std::function<bool(const MessagePtr &)> &visit) const
{
    if (!hasWildcard(filter)) {
        left -= std::min<size_t>(left, 1);
        const auto found = m_messages.find(filter);
        if (found != m_messages.end() && filter > after)
            visit(*found);
        return std::nullopt;
    }
    FilterScan scan(filter);
    auto at = m_messages.upper_bound(after);
    while (at != m_messages.end()) {
        if (left == 0)
            return at == m_messages.begin() ? QByteArray() : (*std::prev(at))->topic().toByteArray();
        --left;
        switch (scan.compare((*at)->topic())) {
        case FilterScan::Outcome::Match:
            if (!visit(*at))
                return (*at)->topic().toByteArray();
            ++at;
            break;
        case FilterScan::Outcome::TryNext:
            ++at;
            break;
        case FilterScan::Outcome::Seek:
            at = m_messages.lower_bound(scan.seekKey());
            break;
        case FilterScan::Outcome::Finished:
            return std::nullopt;
        }
    }
    return std::nullopt;
}

qsizetype RetainedTopics::sweep(qsizetype most, const std::function<bool(const Message &)> &isGone)
{
    qsizetype removed = 0;
    auto at = m_messages.lower_bound(QByteArrayView(m_sweepFrom));
    for (qsizetype left = std::min(most, size()); left > 0; --left) {
        if (at == m_messages.end())
            at = m_messages.begin();
        const auto looked = at++;
        if (!isGone(**looked))
            continue;
        take(looked);
        ++removed;
    }
    m_sweepFrom = at == m_messages.end() ? QByteArray() : (*at)->topic().toByteArray();
    return removed;
}

} // namespace pigeon
