#pragma once

#include "routing/subscriptiontree.h"
#include "session/publication.h"

#include <vector>

namespace pigeon {

/// One filter that the program itself listens to. Broker thread.
class MessageListener : public Subscriber
{
public:
    /// A message that matches. `isRetained`: it was kept from before the listener came. Called in the middle of things:
    /// it may end any listener, itself too, but not call back into the session room.
    virtual void take(const MessagePtr &message, bool isRetained) = 0;

protected:
    ~MessageListener() = default;
};

/// Those who listen inside the process: no session, no queue, no acknowledgement; each hears each message that its
/// filter matches, by the rules of 4.7, at the moment at which connected clients get it. Borrows them. Broker thread.
class Listeners
{
public:
    bool isEmpty() const { return m_tree.size() == 0; }
    bool reachInto(QByteArrayView firstLevel) const { return m_tree.reachesInto(firstLevel); }
    /// `filter` is a valid one without `$share/`.
    void add(QByteArrayView filter, MessageListener &listener);
    void remove(QByteArrayView filter, MessageListener &listener);
    /// How many a message on that topic is for.
    qsizetype count(QByteArrayView topic);
    void deliver(const MessagePtr &message);

private:
    void collect(QByteArrayView topic, MatchList &matches);

    SubscriptionTree m_tree;
    MatchList m_counted;
    std::vector<MatchList *> m_delivering; // one who ends is taken out of them
};

} // namespace pigeon
