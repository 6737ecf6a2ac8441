#pragma once

#include "session/retainedreplay.h"
#include "session/subscribequestions.h"

#include <pigeon/events.h>
#include <pigeon/message.h>
#include <pigeon/store.h>

#include <QByteArray>
#include <QList>
#include <QSet>

#include <vector>

namespace pigeon {

class Session;
struct Services;

/// What became of the filters of one request; in force already, to be told when `ticket` is durable.
struct Grants
{
    std::vector<ReasonCode> reasons; ///< one per filter: what was granted, or why not
    std::vector<GrantedSubscription> granted; ///< the same for who listens; empty when nobody does
    RetainedReplay replay;
    QList<QByteArray> shared; ///< the shared ones among what was granted
    Ticket ticket = 0;
};

/// The same for filters that are given up.
struct Removals
{
    std::vector<ReasonCode> reasons;
    Ticket ticket = 0;
};

/// Gives a session subscriptions and takes them away, whoever asks for it: bounds and rights, the subscriptions, their
/// rows, and what follows when they are told. Made for one request. Broker thread.
class Granting
{
public:
    /// `origin`: whose rights count. All outlive it.
    Granting(Session &session, const OriginPtr &origin, Services &services)
        : m_session(session)
        , m_origin(origin)
        , m_services(services)
    {
    }

    /// Why the session may not have that subscription now; Success when it may.
    ReasonCode refusal(const SubscribeEntry &entry) const;
    /// `isBridge`: no local and retain as published, whatever the entries say.
    Grants grant(const std::vector<AskedEntry> &entries, quint32 identifier, bool isBridge);
    Removals remove(const std::vector<QByteArray> &filters);
    /// The grants were told: those who listen hear of them as those of `client`, retained and shared messages follow.
    void follow(Grants grants, const ClientInfo &client);

private:
    void grantOne(const SubscribeEntry &entry, quint32 identifier, bool isBridge, Grants &grants, class StoreBatch &batch);
    void refuseOne(const SubscribeEntry &entry, ReasonCode refused, Grants &grants) const;
    ReasonCode removeOne(const QByteArray &filter, QSet<QByteArray> &shared);

    Session &m_session;
    const OriginPtr &m_origin;
    Services &m_services;
};

} // namespace pigeon
