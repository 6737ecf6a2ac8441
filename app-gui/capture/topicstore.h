#pragma once

#include "capture/nametable.h"
#include "filter/filterprogram.h"

#include <pigeon/message.h>

#include <deque>
#include <unordered_set>
#include <vector>

namespace pigeon {

/// Whoever shows the tree is told before and after each change of its shape, as an item model needs it.
class TopicTreeWatcher
{
public:
    virtual ~TopicTreeWatcher() = default;
    virtual void aboutToInsert(quint32 parent, int first, int last) = 0;
    virtual void inserted() = 0;
    virtual void aboutToReset() = 0;
    virtual void reset() = 0;
};

/// What is known of one topic, or of a level that topics have in common.
struct TopicFacts
{
    MessagePtr last; ///< the last message of the topic itself; null: none, left out by the broker, or no place for it
    qint64 lastAt = 0; ///< ns since the epoch of Unix, of it or of what is below it; 0: nothing yet
    quint64 messages = 0; ///< of the topic itself
    quint64 bytes = 0; ///< payloads
    quint64 messagesBelow = 0; ///< with all that is below it
    quint64 bytesBelow = 0;
    float rate = 0; ///< messages a second, with all that is below it
    float byteRate = 0;
    quint32 lastReceivers = 0; ///< how many the last message was for
    quint32 lastBytes = 0; ///< of its payload
    quint32 retainedBelow = 0; ///< retained messages, with all that is below it
    bool isTopic = false; ///< something was published there, or is retained
    bool isRetained = false; ///< it has a retained message
    std::vector<ClientNumber> publishers; ///< the last ones, TopicStore::maximumPublishers at most
};

/// All topics as a tree, with counters that lie outside of any model: a frame of a view reads those that it shows. Levels
/// are sorted by name, numbers by their size.
///
/// Nodes have numbers, 0 is the root; none is ever taken away but by `clear`. What a batch brings is counted at once, but
/// new nodes are in the tree (childCount and childAt) only from the next `showNew` on, so that a view takes them in once a
/// frame. Window's thread.
class TopicStore
{
public:
    using Node = quint32;
    static constexpr Node root = 0;
    static constexpr Node noNode = 0xFFFF'FFFF;
    static constexpr size_t maximumPublishers = 16; // who publishes to a topic; more is no answer but a list of clients
    static constexpr size_t maximumLeftOut = 100'000; // topics that are told apart once there is no place for more

    struct Bounds
    {
        Node nodes = 1'200'000; ///< a million topics with their levels: some 250 MB
        /// Of the last messages of all topics, half of what the ring of messages keeps: the newest of them are the same.
        qint64 lastBytes = 128 * 1024 * 1024;
    };
    explicit TopicStore(NameTablePtr topics, const Bounds &bounds);
    explicit TopicStore(NameTablePtr topics)
        : TopicStore(std::move(topics), Bounds())
    {
    }

    // --- what is fed in
    void add(const MessageRecord &record);
    void setRetained(QByteArrayView topic, const MessagePtr &message, bool isRetained);
    /// A second or so has passed: rates are worked out.
    void tick(qint64 now);
    void clear();

    // --- the tree
    void setWatcher(TopicTreeWatcher *watcher) { m_watcher = watcher; }
    /// Takes new nodes into the tree and tells the watcher; gives how many there were.
    qsizetype showNew();
    int childCount(Node node) const { return static_cast<int>(m_nodes[node].children.size()); }
    Node childAt(Node node, int row) const { return m_nodes[node].children[static_cast<size_t>(row)]; }
    Node parentOf(Node node) const { return m_nodes[node].parent; }
    /// Its place among its siblings; -1 while it is not in the tree.
    int rowOf(Node node) const;

    // --- what is known
    Node end() const { return static_cast<Node>(m_nodes.size()); }
    qsizetype topicCount() const { return m_topicCount; }
    /// Topics that found no place among `Bounds::nodes`; counting ends at `maximumLeftOut`.
    quint64 topicsLeftOut() const { return m_leftOut.size(); }
    /// Of the messages that are kept as the last ones.
    qint64 lastBytes() const { return m_lastBytes; }
    const TopicFacts &factsOf(Node node) const { return m_nodes[node].facts; }
    /// The last level, UTF-8.
    QByteArrayView levelOf(Node node) const { return m_nodes[node].level; }
    /// All of it, UTF-8.
    QByteArray topicOf(Node node) const;
    Node nodeOf(QByteArrayView topic) const;
    Node nodeOf(TopicNumber topic) const;
    /// Messages a second of all topics that a filter (4.7, without `$share/<group>/`) matches. Looks at busy nodes only.
    double rateOf(QByteArrayView filter) const;
    /// The busiest topics, the busiest first.
    std::vector<Node> busiest(size_t most) const;
    /// Topics with these first bytes, in order: for completion.
    std::vector<QByteArray> topicsBeginningWith(QByteArrayView prefix, size_t most) const;

private:
    static constexpr float rateIsGone = 0.01F; // a message in two minutes: no rate any more
    struct Entry
    {
        QByteArray level;
        Node parent = noNode;
        std::vector<Node> children; ///< in the tree, sorted
        std::vector<Node> hidden; ///< new, sorted too
        TopicFacts facts;
        quint32 messagesSinceTick = 0;
        quint64 bytesSinceTick = 0;
        bool isInTree = false;
        bool isBusy = false; ///< in m_busy
    };
    Node makeNode(QByteArrayView topic);
    Node childOf(Node parent, QByteArrayView level) const;
    Node makeChild(Node parent, QByteArrayView level);
    std::vector<Node>::const_iterator placeIn(const std::vector<Node> &siblings, QByteArrayView level) const;
    void keepLast(TopicFacts &facts, const MessagePtr &message);
    void noteLeftOut(QByteArrayView topic);
    static void notePublisher(TopicFacts &facts, ClientNumber publisher);
    void markTopic(Node node);
    void markBusy(Node node);
    template <typename Function>
    void eachChild(Node node, Function &&apply) const;
    double ownRateOf(Node node) const;
    double rateBelow(Node node) const;
    size_t runsOf(Node parent) const;
    void insertHidden(Node parent);
    void mergeHidden(Node parent);

    NameTablePtr m_topics;
    Bounds m_bounds;
    std::deque<Entry> m_nodes; // grows without moving what is there
    std::vector<Node> m_byNumber; ///< by TopicNumber
    std::vector<Node> m_growing; ///< parents with hidden children
    std::vector<Node> m_busy; ///< nodes whose rate is not 0
    TopicTreeWatcher *m_watcher = nullptr;
    qsizetype m_topicCount = 0;
    std::unordered_set<size_t> m_leftOut; ///< hashes of topics
    qint64 m_lastBytes = 0;
    qint64 m_lastTick = 0;
};

/// Names of levels as people sort them: a2 before a10. Less than 0, 0, more than 0.
int compareNaturally(QByteArrayView left, QByteArrayView right);

/// A node as filters ask for it.
class TopicRow : public FilterRow
{
public:
    TopicRow(const TopicStore &store, qint64 now)
        : m_store(store)
        , m_now(now)
    {
    }
    void goTo(TopicStore::Node node);
    double number(FieldId field) const override;
    QByteArrayView text(FieldId field) const override;
    quint32 nameOf(FieldId) const override { return noName; }

private:
    const TopicStore &m_store;
    qint64 m_now;
    TopicStore::Node m_node = TopicStore::root;
    QByteArray m_topic;
};

} // namespace pigeon
