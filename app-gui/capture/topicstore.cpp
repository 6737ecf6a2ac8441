#include "capture/topicstore.h"

#include <algorithm>
#include <cmath>

namespace pigeon {

namespace {

constexpr double nanosecondsPerSecond = 1e9;
constexpr float newShare = 0.5F; // of the last second in a rate: it settles within a few

bool isDigit(char byte) { return byte >= '0' && byte <= '9'; }

/// The digits at `at`, without zeros in front.
QByteArrayView digitsAt(QByteArrayView text, qsizetype at, qsizetype &end)
{
    while (at < text.size() && text[at] == '0')
        ++at;
    end = at;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    return text.sliced(at, end - at);
}

void smooth(float &rate, double perSecond) { rate += (static_cast<float>(perSecond) - rate) * newShare; }

} // namespace

int compareNaturally(QByteArrayView left, QByteArrayView right)
{
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < left.size() && j < right.size()) {
        if (isDigit(left[i]) && isDigit(right[j])) {
            const QByteArrayView one = digitsAt(left, i, i);
            const QByteArrayView other = digitsAt(right, j, j);
            if (one.size() != other.size())
                return one.size() < other.size() ? -1 : 1;
            if (const int order = one.compare(other))
                return order;
        } else if (left[i] != right[j]) {
            return static_cast<uchar>(left[i]) < static_cast<uchar>(right[j]) ? -1 : 1;
        } else {
            ++i;
            ++j;
        }
    }
    if ((i < left.size()) != (j < right.size()))
        return i < left.size() ? 1 : -1;
    return left.compare(right); // a1 and a01 are two topics
}

TopicStore::TopicStore(NameTablePtr topics, const Bounds &bounds)
    : m_topics(std::move(topics))
    , m_bounds(bounds)
{
    clear();
}

void TopicStore::clear()
{
    if (m_watcher)
        m_watcher->aboutToReset();
    m_nodes.clear();
    m_nodes.emplace_back();
    m_nodes.front().isInTree = true;
    m_byNumber.clear();
    m_growing.clear();
    m_busy.clear();
    m_topicCount = 0;
    m_leftOut.clear();
    m_lastBytes = 0;
    if (m_watcher)
        m_watcher->reset();
}

void TopicStore::add(const MessageRecord &record)
{
    Node node = nodeOf(record.topic);
    if (node == noNode) {
        node = makeNode(record.topic != 0 ? m_topics->text(record.topic)
                                          : record.message ? record.message->topic() : QByteArrayView());
        if (node == noNode)
            return;
        if (record.topic != 0) {
            if (m_byNumber.size() <= record.topic)
                m_byNumber.resize(std::max<size_t>(record.topic + 1, m_byNumber.size() * 2), noNode);
            m_byNumber[record.topic] = node;
        }
        markTopic(node);
    }
    TopicFacts &facts = m_nodes[node].facts;
    keepLast(facts, record.message);
    facts.lastReceivers = record.receivers;
    facts.lastBytes = record.payloadBytes;
    ++facts.messages;
    facts.bytes += record.payloadBytes;
    notePublisher(facts, record.publisher);
    for (Node each = node; each != noNode; each = m_nodes[each].parent) {
        Entry &entry = m_nodes[each];
        ++entry.facts.messagesBelow;
        entry.facts.bytesBelow += record.payloadBytes;
        entry.facts.lastAt = record.when;
        ++entry.messagesSinceTick;
        entry.bytesSinceTick += record.payloadBytes;
        markBusy(each);
    }
}

/// Where there is no place for it, nothing is kept of the topic: an older value would look like the last one.
void TopicStore::keepLast(TopicFacts &facts, const MessagePtr &message)
{
    const auto bytesOf = [](const MessagePtr &each) { return each ? qint64(each->memoryBytes()) : 0; };
    m_lastBytes -= bytesOf(facts.last);
    facts.last = m_lastBytes + bytesOf(message) <= m_bounds.lastBytes ? message : nullptr;
    m_lastBytes += bytesOf(facts.last);
}

void TopicStore::noteLeftOut(QByteArrayView topic)
{
    if (m_leftOut.size() < maximumLeftOut)
        m_leftOut.insert(qHash(topic));
}

void TopicStore::notePublisher(TopicFacts &facts, ClientNumber publisher)
{
    std::vector<ClientNumber> &known = facts.publishers;
    if (!known.empty() && known.back() == publisher)
        return;
    if (const auto found = std::ranges::find(known, publisher); found != known.end())
        known.erase(found);
    else if (known.size() == maximumPublishers)
        known.erase(known.begin());
    known.push_back(publisher);
}

void TopicStore::setRetained(QByteArrayView topic, const MessagePtr &message, bool isRetained)
{
    const Node node = isRetained ? makeNode(topic) : nodeOf(topic);
    if (node == noNode)
        return;
    if (isRetained)
        markTopic(node);
    TopicFacts &facts = m_nodes[node].facts;
    // What was there when the window came is all that is known of a topic until something is published.
    if (isRetained && message && facts.messages == 0) {
        keepLast(facts, message);
        facts.lastAt = std::chrono::nanoseconds(message->arrival()).count();
        facts.lastBytes = static_cast<quint32>(message->payload().size());
    }
    if (std::exchange(facts.isRetained, isRetained) == isRetained)
        return;
    for (Node each = node; each != noNode; each = m_nodes[each].parent)
        m_nodes[each].facts.retainedBelow += isRetained ? 1 : -1;
}

void TopicStore::tick(qint64 now)
{
    const double seconds = m_lastTick == 0 ? 1 : static_cast<double>(now - m_lastTick) / nanosecondsPerSecond;
    m_lastTick = now;
    if (seconds <= 0)
        return;
    std::vector<Node> busy;
    for (const Node node : m_busy) {
        Entry &entry = m_nodes[node];
        smooth(entry.facts.rate, std::exchange(entry.messagesSinceTick, 0) / seconds);
        smooth(entry.facts.byteRate, static_cast<double>(std::exchange(entry.bytesSinceTick, 0)) / seconds);
        entry.isBusy = entry.facts.rate > rateIsGone;
        if (entry.isBusy)
            busy.push_back(node);
        else
            entry.facts.rate = entry.facts.byteRate = 0;
    }
    m_busy = std::move(busy);
}

void TopicStore::markBusy(Node node)
{
    if (!std::exchange(m_nodes[node].isBusy, true))
        m_busy.push_back(node);
}

void TopicStore::markTopic(Node node)
{
    if (!std::exchange(m_nodes[node].facts.isTopic, true))
        ++m_topicCount;
}

std::vector<TopicStore::Node>::const_iterator TopicStore::placeIn(
    const std::vector<Node> &siblings, QByteArrayView level) const
{
    return std::ranges::lower_bound(siblings, level,
        [](QByteArrayView left, QByteArrayView right) { return compareNaturally(left, right) < 0; },
        [this](Node node) { return QByteArrayView(m_nodes[node].level); });
}

TopicStore::Node TopicStore::childOf(Node parent, QByteArrayView level) const
{
    for (const std::vector<Node> *siblings : {&m_nodes[parent].children, &m_nodes[parent].hidden}) {
        const auto place = placeIn(*siblings, level);
        if (place != siblings->end() && m_nodes[*place].level == level)
            return *place;
    }
    return noNode;
}

TopicStore::Node TopicStore::makeChild(Node parent, QByteArrayView level)
{
    const Node node = end();
    m_nodes.emplace_back();
    m_nodes.back().level = level.toByteArray();
    m_nodes.back().parent = parent;
    std::vector<Node> &hidden = m_nodes[parent].hidden;
    if (hidden.empty())
        m_growing.push_back(parent);
    hidden.insert(placeIn(hidden, level), node);
    return node;
}

TopicStore::Node TopicStore::makeNode(QByteArrayView topic)
{
    Node node = root;
    for (qsizetype at = 0; at <= topic.size();) {
        const qsizetype slash = topic.indexOf('/', at);
        const qsizetype levelEnd = slash < 0 ? topic.size() : slash;
        const QByteArrayView level = topic.sliced(at, levelEnd - at);
        Node child = childOf(node, level);
        if (child == noNode && m_nodes.size() >= m_bounds.nodes) {
            noteLeftOut(topic);
            return noNode;
        }
        node = child == noNode ? makeChild(node, level) : child;
        at = levelEnd + 1;
    }
    return node;
}

TopicStore::Node TopicStore::nodeOf(QByteArrayView topic) const
{
    Node node = root;
    for (qsizetype at = 0; at <= topic.size() && node != noNode;) {
        const qsizetype slash = topic.indexOf('/', at);
        const qsizetype levelEnd = slash < 0 ? topic.size() : slash;
        node = childOf(node, topic.sliced(at, levelEnd - at));
        at = levelEnd + 1;
    }
    return node;
}

TopicStore::Node TopicStore::nodeOf(TopicNumber topic) const
{
    return topic != 0 && topic < m_byNumber.size() ? m_byNumber[topic] : noNode;
}

QByteArray TopicStore::topicOf(Node node) const
{
    QByteArray topic;
    for (Node each = node; each != root && each != noNode; each = m_nodes[each].parent)
        topic.prepend(each == node ? m_nodes[each].level : m_nodes[each].level + '/');
    return topic;
}

int TopicStore::rowOf(Node node) const
{
    if (node == root || !m_nodes[node].isInTree)
        return -1;
    const std::vector<Node> &siblings = m_nodes[m_nodes[node].parent].children;
    return static_cast<int>(placeIn(siblings, m_nodes[node].level) - siblings.begin());
}

std::vector<TopicStore::Node> TopicStore::busiest(size_t most) const
{
    std::vector<Node> topics;
    std::ranges::copy_if(m_busy, std::back_inserter(topics), [this](Node node) { return m_nodes[node].facts.isTopic; });
    const size_t count = std::min(most, topics.size());
    std::ranges::partial_sort(topics, topics.begin() + static_cast<std::ptrdiff_t>(count), std::greater(),
        [this](Node node) { return m_nodes[node].facts.rate; });
    topics.resize(count);
    return topics;
}

std::vector<QByteArray> TopicStore::topicsBeginningWith(QByteArrayView prefix, size_t most) const
{
    const qsizetype slash = prefix.lastIndexOf('/');
    const Node parent = slash < 0 ? root : nodeOf(prefix.first(slash));
    const QByteArrayView begun = prefix.sliced(slash + 1);
    std::vector<QByteArray> found;
    std::vector<Node> open;
    if (parent != noNode) {
        std::ranges::copy_if(m_nodes[parent].children, std::back_inserter(open),
            [&](Node node) { return QByteArrayView(m_nodes[node].level).startsWith(begun); });
    }
    std::ranges::reverse(open);
    while (!open.empty() && found.size() < most) {
        const Node node = open.back();
        open.pop_back();
        if (m_nodes[node].facts.isTopic)
            found.push_back(topicOf(node));
        open.insert(open.end(), m_nodes[node].children.rbegin(), m_nodes[node].children.rend());
    }
    return found;
}

} // namespace pigeon
