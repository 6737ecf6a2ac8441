#include "capture/topicstore.h"

#include "capture/rowlog.h"

#include <algorithm>

/// How new nodes come into the tree of a TopicStore, and how filters see one.
namespace pigeon {

namespace {

constexpr size_t mostRuns = 64; // each costs a view a walk over what is expanded; with more it had better begin anew

} // namespace

qsizetype TopicStore::showNew()
{
    std::vector<Node> growing = std::exchange(m_growing, {});
    qsizetype shown = 0;
    for (const Node parent : growing)
        shown += static_cast<qsizetype>(m_nodes[parent].hidden.size());

    // A new level comes into the tree with all that is below it.
    const auto seen = std::ranges::partition(growing, [this](Node parent) { return !m_nodes[parent].isInTree; });
    for (auto parent = growing.begin(); parent != seen.begin(); ++parent)
        mergeHidden(*parent);

    size_t runs = 0;
    for (const Node parent : seen)
        runs += m_watcher ? runsOf(parent) : 0;
    const bool isAnew = runs > mostRuns;
    if (isAnew)
        m_watcher->aboutToReset();
    for (const Node parent : seen) {
        if (isAnew || !m_watcher)
            mergeHidden(parent);
        else
            insertHidden(parent);
    }
    if (isAnew)
        m_watcher->reset();
    return shown;
}

/// How many pieces the new children of a node come to: those side by side are one.
size_t TopicStore::runsOf(Node parent) const
{
    const std::vector<Node> &children = m_nodes[parent].children;
    size_t runs = 0;
    std::optional<std::vector<Node>::const_iterator> before;
    for (const Node node : m_nodes[parent].hidden) {
        const auto place = placeIn(children, m_nodes[node].level);
        runs += before != place;
        before = place;
    }
    return runs;
}

void TopicStore::mergeHidden(Node parent)
{
    std::vector<Node> &children = m_nodes[parent].children;
    std::vector<Node> &hidden = m_nodes[parent].hidden;
    for (const Node node : hidden)
        m_nodes[node].isInTree = true;
    const auto middle = static_cast<std::ptrdiff_t>(children.size());
    children.insert(children.end(), hidden.begin(), hidden.end());
    std::ranges::inplace_merge(children, children.begin() + middle,
        [](QByteArrayView left, QByteArrayView right) { return compareNaturally(left, right) < 0; },
        [this](Node node) { return QByteArrayView(m_nodes[node].level); });
    hidden.clear();
    hidden.shrink_to_fit();
}

/// New siblings that come to lie side by side are told of at once.
void TopicStore::insertHidden(Node parent)
{
    const std::vector<Node> hidden = std::exchange(m_nodes[parent].hidden, {});
    for (size_t first = 0; first < hidden.size();) {
        std::vector<Node> &children = m_nodes[parent].children;
        const auto place = placeIn(children, m_nodes[hidden[first]].level);
        size_t last = first;
        while (last + 1 < hidden.size() && placeIn(children, m_nodes[hidden[last + 1]].level) == place)
            ++last;
        const auto row = static_cast<int>(place - children.begin());
        m_watcher->aboutToInsert(parent, row, row + static_cast<int>(last - first));
        for (size_t i = first; i <= last; ++i)
            m_nodes[hidden[i]].isInTree = true;
        children.insert(place, hidden.begin() + static_cast<std::ptrdiff_t>(first),
            hidden.begin() + static_cast<std::ptrdiff_t>(last) + 1);
        m_watcher->inserted();
        first = last + 1;
    }
}

template <typename Function>
void TopicStore::eachChild(Node node, Function &&apply) const
{
    for (const std::vector<Node> *siblings : {&m_nodes[node].children, &m_nodes[node].hidden}) {
        for (const Node child : *siblings)
            apply(child);
    }
}

/// Without what is below it.
double TopicStore::ownRateOf(Node node) const
{
    double rate = static_cast<double>(m_nodes[node].facts.rate);
    eachChild(node, [&](Node child) { rate -= static_cast<double>(m_nodes[child].facts.rate); });
    return rate > static_cast<double>(rateIsGone) ? rate : 0; // rates that fade are cut off one by one
}

/// What `#` matches there: the node too (4.7.1.2), but nothing that begins with $ (4.7.2).
double TopicStore::rateBelow(Node node) const
{
    double rate = static_cast<double>(m_nodes[node].facts.rate);
    if (node != root)
        return rate;
    eachChild(root, [&](Node child) {
        if (m_nodes[child].level.startsWith('$'))
            rate -= static_cast<double>(m_nodes[child].facts.rate);
    });
    return std::max(rate, 0.0);
}

double TopicStore::rateOf(QByteArrayView filter) const
{
    double rate = 0;
    std::vector<std::pair<Node, qsizetype>> open{{root, 0}}; // a node, and where the rest of the filter begins
    while (!open.empty()) {
        const auto [node, at] = open.back();
        open.pop_back();
        if (at > filter.size()) {
            rate += ownRateOf(node);
            continue;
        }
        const qsizetype slash = filter.indexOf('/', at);
        const qsizetype levelEnd = slash < 0 ? filter.size() : slash;
        const QByteArrayView level = filter.sliced(at, levelEnd - at);
        const auto goOn = [&, below = levelEnd + 1](Node child) {
            if (m_nodes[child].facts.rate > 0)
                open.emplace_back(child, below);
        };
        if (level == "#") {
            rate += rateBelow(node);
        } else if (level == "+") {
            eachChild(node, [&](Node child) {
                if (node != root || !m_nodes[child].level.startsWith('$'))
                    goOn(child);
            });
        } else if (const Node child = childOf(node, level); child != noNode) {
            goOn(child);
        }
    }
    return rate;
}

void TopicRow::goTo(TopicStore::Node node)
{
    m_node = node;
    m_topic = m_store.topicOf(node);
}

double TopicRow::number(FieldId field) const
{
    const TopicFacts &facts = m_store.factsOf(m_node);
    switch (field) {
    case FieldId::Retain:
        return facts.isRetained;
    case FieldId::Size:
        return facts.lastBytes;
    case FieldId::Age:
        return facts.lastAt == 0 ? absent : asMilliseconds(m_now - facts.lastAt);
    case FieldId::Messages:
        return static_cast<double>(facts.messages);
    case FieldId::Rate:
        return static_cast<double>(facts.rate);
    case FieldId::Publishers:
        return static_cast<double>(facts.publishers.size());
    case FieldId::Subscribers:
        return facts.lastReceivers;
    default:
        return absent;
    }
}

QByteArrayView TopicRow::text(FieldId field) const
{
    if (field == FieldId::Topic)
        return m_topic;
    const MessagePtr &last = m_store.factsOf(m_node).last;
    return field == FieldId::Payload && last ? last->payload() : QByteArrayView();
}

} // namespace pigeon
