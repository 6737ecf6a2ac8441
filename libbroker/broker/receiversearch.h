#pragma once

#include "monitor/answers.h"
#include "routing/subscriptiontree.h"

#include <QHash>

namespace pigeon {

class HandlerPolicy;
class Session;
struct Services;
struct SubscriptionOptions;

/// Finds out who would get a message, and who only looks as if, without sending anything: it goes through the subscriptions
/// of all sessions. Made for one question. Broker thread.
class ReceiverSearch
{
public:
    /// Both outlive it.
    ReceiverSearch(const Services &services, const HandlerPolicy &policy)
        : m_services(services)
        , m_policy(policy)
    {
    }
    /// `publisher`: a client id, empty = the broker itself.
    MatchReport find(const QByteArray &topic, const QByteArray &publisher, QoS qos);

private:
    void look(const Session &session);
    void lookAt(const Session &session, const QByteArray &filter, const SubscriptionOptions &options,
        MatchedReceiver &merged);
    void addShared(const Session &session, const QByteArray &filter, const SubscriptionOptions &options);
    const SharedGroup::Member *nextOf(const SharedGroup &group);
    void addNearMiss(const Session &session, const QByteArray &filter, NearMiss miss);
    void add(const Session &session, MatchedReceiver receiver);
    RightVerdict rightToReceive(const Session &session) const;
    RightVerdict rightToPublish(const QByteArray &publisher) const;

    const Services &m_services;
    const HandlerPolicy &m_policy;
    QByteArray m_topic;
    QByteArray m_publisher;
    QoS m_qos = QoS::AtMostOnce;
    MatchReport m_report;
    QHash<const SharedGroup *, const SharedGroup::Member *> m_nextOf;
};

/// What makes `filter` (without `$share/`) look as if it matched `topic`, which it does not; nothing when it does not look
/// so. Pure.
std::optional<NearMiss> nearMissOf(QByteArrayView filter, QByteArrayView topic);
/// What is on its way to a client: all in flight, and the first `most` that wait.
QueueContents queueContentsOf(Session &session, qsizetype most);

} // namespace pigeon
