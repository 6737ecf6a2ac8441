#pragma once

#include <pigeon/packets.h>

#include <QHash>

#include <memory>
#include <optional>
#include <vector>

namespace pigeon {

/// Whatever can subscribe. The tree borrows it and keeps its own mark in it, so that the matches of
/// overlapping filters merge without a lookup. One tree per subscriber.
class Subscriber
{
public:
    Subscriber() = default;
    Subscriber(const Subscriber &) = delete;
    Subscriber &operator=(const Subscriber &) = delete;

protected:
    ~Subscriber() = default;

private:
    friend class SubscriptionTree;
    // Its place in the match list that met it last. It says something only where the list, at that place,
    // names this subscriber: so nothing has to be reset between two matches.
    quint32 m_matchIndex = 0;
};

/// What was granted to one subscription.
struct SubscriptionOptions
{
    QoS maximumQoS = QoS::AtMostOnce;
    bool noLocal = false;
    bool retainAsPublished = false;
    quint32 identifier = 0; ///< subscription identifier, 0 = none

    friend bool operator==(const SubscriptionOptions &, const SubscriptionOptions &) = default;
};

/// The subscribers of one filter, each once, packed for being walked at every match. A large list has an
/// index beside it, so that joining and leaving cost the same however many there are. Broker thread.
class SubscriberList
{
public:
    struct Member
    {
        Subscriber *subscriber;
        SubscriptionOptions options;
    };

    /// In the order of subscribing, as long as nobody left a large list.
    const std::vector<Member> &members() const { return m_members; }
    bool isEmpty() const { return m_members.empty(); }

    /// Adds `subscriber` or replaces its options; returns true when it is new.
    bool set(Subscriber *subscriber, const SubscriptionOptions &options);
    /// Takes `subscriber` out; returns the place it had, nothing when it was not there. In a large list the
    /// last member takes that place, else all behind it move up.
    std::optional<size_t> remove(const Subscriber *subscriber);

private:
    using Index = QHash<const Subscriber *, quint32>;

    std::optional<size_t> placeOf(const Subscriber *subscriber) const;
    void addIndex();
    void removeLarge(size_t place);
    void returnMemory();

    std::vector<Member> m_members;
    std::unique_ptr<Index> m_index; // of a large list
};

} // namespace pigeon
