#include "routing/subscriptiontree.h"

#include <QHashSeed>

#include <algorithm>
#include <map>
#include <string>

namespace pigeon {

namespace {

/// Calls `use` with each level of `filter`.
template <typename Use> void forEachLevel(QByteArrayView filter, Use use)
{
    for (qsizetype from = 0; from <= filter.size();) {
        const qsizetype separator = filter.indexOf('/', from);
        const qsizetype end = separator < 0 ? filter.size() : separator;
        use(filter.sliced(from, end - from));
        from = end + 1;
    }
}

/// Seeded, for levels are chosen by strangers.
quint64 hashOf(QByteArrayView level)
{
    return qHashBits(level.data(), static_cast<size_t>(level.size()), QHashSeed::globalSeed());
}

/// The hash of a level below one parent. The level's own hash is computed once per match and used at every
/// node.
quint64 hashBelow(const void *parent, quint64 levelHash)
{
    quint64 hash = levelHash ^ (reinterpret_cast<quintptr>(parent) * 0x9E3779B97F4A7C15U);
    hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93U;
    return hash ^ (hash >> 32);
}

bool isPassedOver(const SubscriberList::Member &member, const Subscriber *publisher)
{
    return member.options.noLocal && member.subscriber == publisher; // [MQTT-3.8.3-3]
}

/// Puts `identifier` in front of the chain `next`; returns where the chain begins now.
qint32 chainIdentifier(quint32 identifier, qint32 next, MatchList &out)
{
    if (identifier == 0)
        return next;
    out.identifiers.push_back({identifier, next});
    return static_cast<qint32>(out.identifiers.size() - 1);
}

void append(const SubscriberList::Member &member, SharedGroup *group, MatchList &out)
{
    const SubscriptionOptions &options = member.options;
    const qint32 identifiers = chainIdentifier(options.identifier, -1, out);
    out.matches.push_back(
        {member.subscriber, options.maximumQoS, options.retainAsPublished, identifiers, group});
}

void appendAll(const SubscriberList &list, const Subscriber *publisher, MatchList &out)
{
    out.matches.reserve(list.members().size());
    for (const SubscriberList::Member &member : list.members()) {
        if (!isPassedOver(member, publisher))
            append(member, nullptr, out);
    }
}

/// Overlapping subscriptions of one subscriber make one copy [MQTT-3.3.4-2] [MQTT-3.3.4-3].
void widen(Match &match, const SubscriptionOptions &options, MatchList &out)
{
    match.maximumQoS = std::max(match.maximumQoS, options.maximumQoS);
    match.retainAsPublished |= options.retainAsPublished;
    match.firstIdentifier = chainIdentifier(options.identifier, match.firstIdentifier, out);
}

} // namespace

/// One level of the filters that begin alike, and who subscribed to the filter that ends here.
struct SubscriptionTree::Node
{
    using Groups
        = std::map<QByteArray, std::unique_ptr<SharedGroup>, std::less<>>; // many names may share a filter

    bool hasSubscribers() const { return !subscribers.isEmpty() || groups; }
    bool hasChildren() const { return literalChildren > 0 || anyLevel || anyLevels; }

    Node *parent = nullptr;
    Node *anyLevel = nullptr; // the child "+"
    Node *anyLevels = nullptr; // the child "#"
    std::string level; // keeps a short one in itself, where QByteArray takes a block
    SubscriberList subscribers; // not shared
    std::unique_ptr<Groups> groups; // null when there are none
    quint32 literalChildren = 0;
};

/// Finds a node by its parent and level, for the whole tree in one table, and owns them all: no chain of
/// owners, which a filter of 65 536 levels would end with a recursion as deep.
class SubscriptionTree::NodeTable
{
public:
    qsizetype count() const { return static_cast<qsizetype>(m_count); }

    Node *find(const Node *parent, QByteArrayView level, quint64 levelHash) const
    {
        const quint64 hash = hashBelow(parent, levelHash);
        for (size_t at = home(hash); m_slots[at].node; at = after(at)) {
            const Slot &slot = m_slots[at];
            if (slot.hash == hash && slot.node->parent == parent && QByteArrayView(slot.node->level) == level)
                return slot.node.get();
        }
        return nullptr;
    }

    void insert(std::unique_ptr<Node> node, quint64 levelHash)
    {
        ++m_count;
        if (m_count * 3 > m_slots.size() * 2)
            resize(m_slots.size() * 2);
        place({hashBelow(node->parent, levelHash), std::move(node)});
    }

    void remove(const Node *node)
    {
        const quint64 hash = hashBelow(node->parent, hashOf(node->level));
        size_t at = home(hash);
        while (m_slots[at].node.get() != node)
            at = after(at);
        m_slots[at].node.reset();
        closeGap(at);
        --m_count;
        if (m_slots.size() > smallest && m_count * 8 < m_slots.size())
            resize(m_slots.size() / 2);
    }

private:
    struct Slot
    {
        quint64 hash = 0;
        std::unique_ptr<Node> node;
    };
    static constexpr size_t smallest = 16; // slots; always a power of two

    size_t home(quint64 hash) const { return hash & (m_slots.size() - 1); }
    size_t after(size_t at) const { return (at + 1) & (m_slots.size() - 1); }

    void place(Slot slot)
    {
        size_t at = home(slot.hash);
        while (m_slots[at].node)
            at = after(at);
        m_slots[at] = std::move(slot);
    }

    /// Moves up what a search would no longer reach across the gap.
    void closeGap(size_t gap)
    {
        const size_t mask = m_slots.size() - 1;
        for (size_t at = after(gap); m_slots[at].node; at = after(at)) {
            const size_t fromHome = (at - home(m_slots[at].hash)) & mask;
            const size_t fromGap = (at - gap) & mask;
            if (fromHome >= fromGap) {
                m_slots[gap] = std::move(m_slots[at]);
                gap = at;
            }
        }
    }

    void resize(size_t size)
    {
        std::vector<Slot> old(size);
        old.swap(m_slots);
        for (Slot &slot : old) {
            if (slot.node)
                place(std::move(slot));
        }
    }

    std::vector<Slot> m_slots = std::vector<Slot>(smallest);
    size_t m_count = 0;
};

SharedGroup::SharedGroup(QByteArrayView name, QByteArrayView filter)
    : m_name(name.toByteArray())
    , m_filter(filter.toByteArray())
{ }

const SharedGroup::Member *SharedGroup::next(const std::function<Readiness(const Subscriber &)> &readiness)
{
    const std::optional<size_t> chosen = choose(readiness);
    if (!chosen)
        return nullptr;
    m_turn = *chosen + 1;
    return &members()[*chosen];
}

const SharedGroup::Member *SharedGroup::wouldBeNext(
    const std::function<Readiness(const Subscriber &)> &readiness) const
{
    const std::optional<size_t> chosen = choose(readiness);
    return chosen ? &members()[*chosen] : nullptr;
}

std::optional<size_t> SharedGroup::choose(const std::function<Readiness(const Subscriber &)> &readiness) const
{
    const size_t count = members().size();
    Readiness readiest = Readiness::No;
    size_t chosen = 0;
    for (size_t tried = 0; tried < count && readiest != Readiness::Yes; ++tried) {
        const size_t place = (m_turn + tried) % count;
        const Readiness ready = readiness ? readiness(*members()[place].subscriber) : Readiness::Yes;
        if (ready > readiest) {
            readiest = ready;
            chosen = place;
        }
    }
    return readiest == Readiness::No ? std::nullopt : std::optional(chosen);
}

bool SharedGroup::remove(const Subscriber *subscriber)
{
    const auto place = m_members.remove(subscriber);
    if (place && *place < m_turn)
        --m_turn; // in a large group, where members change places, somebody may get a turn too many
    return place.has_value();
}

SubscriptionTree::SubscriptionTree()
    : m_root(std::make_unique<Node>())
    , m_nodes(std::make_unique<NodeTable>())
{ }

SubscriptionTree::~SubscriptionTree() = default;

qsizetype SubscriptionTree::nodes() const
{
    return m_nodes->count();
}

bool SubscriptionTree::insert(
    QByteArrayView group, QByteArrayView filter, Subscriber *subscriber, const SubscriptionOptions &options)
{
    m_matchedTopic.clear();
    Node &node = makeNode(filter);
    if (group.isEmpty()) {
        const bool isNew = node.subscribers.set(subscriber, options);
        m_size += isNew;
        return isNew;
    }
    if (!node.groups)
        node.groups = std::make_unique<Node::Groups>();
    auto found = node.groups->find(group);
    if (found == node.groups->end()) {
        // Not make_unique: the constructor is the tree's alone.
        std::unique_ptr<SharedGroup> made(new SharedGroup(group, filter));
        found = node.groups->emplace(made->m_name, std::move(made)).first;
    }
    const bool isNew = found->second->m_members.set(subscriber, options);
    m_size += isNew;
    m_sharedSize += isNew;
    return isNew;
}

bool SubscriptionTree::remove(QByteArrayView group, QByteArrayView filter, Subscriber *subscriber)
{
    m_matchedTopic.clear();
    Node *const node = findNode(filter);
    if (!node)
        return false;
    const bool wasThere = group.isEmpty() ? node->subscribers.remove(subscriber).has_value()
                                          : removeFromGroup(*node, group, subscriber);
    if (!wasThere)
        return false;
    --m_size;
    m_sharedSize -= !group.isEmpty();
    pruneFrom(node);
    return true;
}

bool SubscriptionTree::removeFromGroup(Node &node, QByteArrayView group, const Subscriber *subscriber)
{
    if (!node.groups)
        return false;
    const auto found = node.groups->find(group);
    if (found == node.groups->end() || !found->second->remove(subscriber))
        return false;
    if (found->second->members().empty())
        node.groups->erase(found);
    if (node.groups->empty())
        node.groups.reset();
    return true;
}

SharedGroup *SubscriptionTree::sharedGroup(QByteArrayView group, QByteArrayView filter) const
{
    const Node *const node = findNode(filter);
    if (!node || !node->groups)
        return nullptr;
    const auto found = node->groups->find(group);
    return found == node->groups->end() ? nullptr : found->second.get();
}

SubscriptionTree::Node *SubscriptionTree::findNode(QByteArrayView filter) const
{
    Node *node = m_root.get();
    forEachLevel(filter, [this, &node](QByteArrayView level) {
        if (node)
            node = m_nodes->find(node, level, hashOf(level));
    });
    return node;
}

SubscriptionTree::Node &SubscriptionTree::makeNode(QByteArrayView filter)
{
    Node *node = m_root.get();
    forEachLevel(filter, [this, &node](QByteArrayView level) {
        Node *const child = m_nodes->find(node, level, hashOf(level));
        node = child ? child : &addChild(*node, level);
    });
    return *node;
}

SubscriptionTree::Node &SubscriptionTree::addChild(Node &parent, QByteArrayView level)
{
    auto made = std::make_unique<Node>();
    Node &child = *made;
    child.parent = &parent;
    child.level.assign(level.data(), static_cast<size_t>(level.size()));
    if (level == "+")
        parent.anyLevel = &child;
    else if (level == "#")
        parent.anyLevels = &child;
    else
        ++parent.literalChildren;
    m_nodes->insert(std::move(made), hashOf(level));
    return child;
}

void SubscriptionTree::pruneFrom(Node *node)
{
    while (node->parent && !node->hasSubscribers() && !node->hasChildren()) {
        Node *const parent = node->parent;
        if (node == parent->anyLevel)
            parent->anyLevel = nullptr;
        else if (node == parent->anyLevels)
            parent->anyLevels = nullptr;
        else
            --parent->literalChildren;
        m_nodes->remove(node);
        node = parent;
    }
}

void SubscriptionTree::match(QByteArrayView topic, const Subscriber *publisher,
    const std::function<SharedGroup::Readiness(const Subscriber &)> &readiness, MatchList &out)
{
    out.clear();
    if (m_matchedTopic.isNull() || topic != m_matchedTopic)
        collectMatchingNodes(topic);
    const auto lists = std::count_if(
        m_matching.begin(), m_matching.end(), [](const Node *node) { return !node->subscribers.isEmpty(); });
    for (const Node *node : m_matching) {
        if (lists > 1)
            merge(node->subscribers, publisher, out);
        else
            appendAll(node->subscribers, publisher, out); // a list holds nobody twice: nothing to merge
    }
    for (const Node *node : m_matching)
        appendGroups(*node, readiness, out);
}

void SubscriptionTree::merge(const SubscriberList &list, const Subscriber *publisher, MatchList &out)
{
    for (const SubscriberList::Member &member : list.members()) {
        if (isPassedOver(member, publisher))
            continue;
        const quint32 index = member.subscriber->m_matchIndex;
        if (index < out.matches.size() && out.matches[index].subscriber == member.subscriber) {
            widen(out.matches[index], member.options, out);
        } else {
            member.subscriber->m_matchIndex = static_cast<quint32>(out.matches.size());
            append(member, nullptr, out);
        }
    }
}

/// A shared subscription is a subscription of its own: its copy is never merged with others (4.8.2).
void SubscriptionTree::appendGroups(const Node &node,
    const std::function<SharedGroup::Readiness(const Subscriber &)> &readiness, MatchList &out)
{
    if (!node.groups)
        return;
    for (const auto &[name, group] : *node.groups) {
        if (const SharedGroup::Member *member = group->next(readiness))
            append(*member, group.get(), out);
    }
}

/// Every node is reached by one path only, so a match visits no node twice, however many "+" are stored; the
/// nodes put off lie at different depths, so there are never more of them than levels.
void SubscriptionTree::collectMatchingNodes(QByteArrayView topic)
{
    m_matchedTopic.resize(0); // keeps its memory
    m_matchedTopic.append(topic);
    m_matching.clear();
    m_levels.clear();
    m_pending.assign(1, {m_root.get(), 0});
    while (!m_pending.empty()) {
        const Step step = m_pending.back();
        m_pending.pop_back();
        collectFrom(step, topic);
    }
}

/// Goes down the literal levels from `step`, putting off each "+" that it passes.
void SubscriptionTree::collectFrom(Step step, QByteArrayView topic)
{
    while (step.node) {
        const bool wildcardsMatch = step.depth > 0 || !topic.startsWith('$'); // [MQTT-4.7.2-1]
        if (step.node->anyLevels && wildcardsMatch)
            noteSubscribers(step.node->anyLevels); // from here on, the parent level included (4.7.1.2)
        const Level *const level = levelAt(step.depth, topic);
        if (!level) {
            noteSubscribers(step.node);
            return;
        }
        ++step.depth;
        if (step.node->anyLevel && wildcardsMatch)
            m_pending.push_back({step.node->anyLevel, step.depth});
        step.node
            = step.node->literalChildren > 0 ? m_nodes->find(step.node, level->text, level->hash) : nullptr;
    }
}

void SubscriptionTree::noteSubscribers(const Node *node)
{
    if (node->hasSubscribers())
        m_matching.push_back(node);
}

/// The level at `depth`, null behind the last. A match asks for depths one after the other, so a long topic
/// is cut only as deep as filters go.
const SubscriptionTree::Level *SubscriptionTree::levelAt(size_t depth, QByteArrayView topic)
{
    if (depth < m_levels.size())
        return &m_levels[depth];
    const qsizetype from = m_levels.empty() ? 0 : m_levels.back().text.end() - topic.begin() + 1;
    if (from > topic.size())
        return nullptr;
    const qsizetype separator = topic.indexOf('/', from);
    const QByteArrayView text = topic.sliced(from, (separator < 0 ? topic.size() : separator) - from);
    m_levels.push_back({text, hashOf(text)});
    return &m_levels.back();
}

} // namespace pigeon
