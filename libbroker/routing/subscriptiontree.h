#pragma once

#include "routing/subscriberlist.h"

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace pigeon {

class SharedGroup;

/// One copy that is to be delivered.
struct Match
{
    Subscriber *subscriber = nullptr;
    QoS maximumQoS = QoS::AtMostOnce; ///< the highest of the merged subscriptions [MQTT-3.3.4-2]
    bool retainAsPublished = false; ///< true when any merged subscription asked for it
    qint32 firstIdentifier = -1; ///< chain in MatchList::identifiers, -1 = none
    SharedGroup *group = nullptr; ///< the shared group this copy was taken from; null otherwise
};

/// The outcome of one match; reused, so that matching allocates nothing once it is warm.
class MatchList
{
public:
    struct Identifier
    {
        quint32 value = 0;
        qint32 next = -1;
    };
    std::vector<Match> matches;
    std::vector<Identifier> identifiers;

    void clear()
    {
        matches.clear();
        identifiers.clear();
    }
    /// Appends the subscription identifiers of `match` to `out` [MQTT-3.3.4-4].
    void collectIdentifiers(const Match &match, std::vector<quint32> &out) const
    {
        for (qint32 i = match.firstIdentifier; i >= 0; i = identifiers[static_cast<size_t>(i)].next)
            out.push_back(identifiers[static_cast<size_t>(i)].value);
    }
};

/// The members of one `$share/<name>/<filter>`, served in turn. Owned by the tree, ends with its last member.
class SharedGroup
{
public:
    using Member = SubscriberList::Member;

    QByteArrayView name() const { return m_name; }
    QByteArrayView filter() const { return m_filter; } ///< without `$share/<name>/`
    const std::vector<Member> &members() const { return m_members.members(); }

    /// How willingly a member takes a message now, from never to at once.
    enum class Readiness { No, AsLastResort, IfNobodyElse, Yes };
    /// Next member in turn among those that are the readiest, null when all say No. Without a `readiness` everybody
    /// is ready. The result is borrowed until the group changes.
    const Member *next(const std::function<Readiness(const Subscriber &)> &readiness);
    /// The same without using up its turn.
    const Member *wouldBeNext(const std::function<Readiness(const Subscriber &)> &readiness) const;

private:
    friend class SubscriptionTree;
    SharedGroup(QByteArrayView name, QByteArrayView filter);
    bool remove(const Subscriber *subscriber);
    std::optional<size_t> choose(const std::function<Readiness(const Subscriber &)> &readiness) const;

    QByteArray m_name;
    QByteArray m_filter;
    SubscriberList m_members;
    size_t m_turn = 0; // the place of the member that is next
};

/// Topic filters -> subscribers. A trie of topic levels; pure data, no session and no clock in it.
///
/// Filters are valid (protocol/topic.h). A subscriber has one subscription per filter and group; inserting
/// again replaces its options [MQTT-3.8.4-3]. Broker thread.
class SubscriptionTree
{
public:
    SubscriptionTree();
    ~SubscriptionTree();

    /// `group` empty: not shared. Returns true when the subscription is new.
    bool insert(QByteArrayView group, QByteArrayView filter, Subscriber *subscriber,
        const SubscriptionOptions &options);
    /// Returns true when there was one. Nodes that became empty go away.
    bool remove(QByteArrayView group, QByteArrayView filter, Subscriber *subscriber);
    /// The group, or null. Borrowed until its last member leaves.
    SharedGroup *sharedGroup(QByteArrayView group, QByteArrayView filter) const;

    /// Fills `out` (cleared first) with one match per subscriber for its non-shared subscriptions, merged,
    /// and one match for each shared group that has a ready member. A subscription with no local is passed
    /// over when its subscriber is `publisher` [MQTT-3.8.3-3]. Filters that begin with a wildcard do not
    /// match topics that begin with `$` [MQTT-4.7.2-1].
    void match(QByteArrayView topic, const Subscriber *publisher,
        const std::function<SharedGroup::Readiness(const Subscriber &)> &readiness, MatchList &out);

    /// True when a filter begins with exactly this first level: cheaper than a match where mostly nobody listens.
    bool reachesInto(QByteArrayView firstLevel) const { return findNode(firstLevel) != nullptr; }

    /// Subscriptions held, shared ones included.
    qsizetype size() const { return m_size; }
    /// Members of shared groups held.
    qsizetype sharedSize() const { return m_sharedSize; }
    /// Levels of filters held in memory, those that filters begin with in common counted once.
    qsizetype nodes() const;

private:
    struct Node;
    class NodeTable;
    struct Level
    {
        QByteArrayView text;
        quint64 hash;
    };
    struct Step
    {
        const Node *node;
        size_t depth;
    };

    Node *findNode(QByteArrayView filter) const;
    Node &makeNode(QByteArrayView filter);
    Node &addChild(Node &parent, QByteArrayView level);
    static bool removeFromGroup(Node &node, QByteArrayView group, const Subscriber *subscriber);
    void pruneFrom(Node *node);

    void collectMatchingNodes(QByteArrayView topic);
    void collectFrom(Step step, QByteArrayView topic);
    void noteSubscribers(const Node *node);
    const Level *levelAt(size_t depth, QByteArrayView topic);
    static void merge(const SubscriberList &list, const Subscriber *publisher, MatchList &out);
    static void appendGroups(const Node &node,
        const std::function<SharedGroup::Readiness(const Subscriber &)> &readiness, MatchList &out);

    std::unique_ptr<Node> m_root;
    std::unique_ptr<NodeTable> m_nodes; // all but the root
    qsizetype m_size = 0;
    qsizetype m_sharedSize = 0;

    // What a match needs while it runs; kept, so that matching allocates nothing once it is warm.
    std::vector<Level> m_levels; // the topic's, as deep as the tree was followed
    std::vector<Step> m_pending;
    std::vector<const Node *> m_matching;
    // What m_matching was collected for, null when filters have changed since: clients that publish much do so to
    // the same topic again and again.
    QByteArray m_matchedTopic;
};

} // namespace pigeon
