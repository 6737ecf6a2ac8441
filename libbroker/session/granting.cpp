#include "session/granting.h"

#include "base/logabout.h"
#include "base/logging.h"
#include "protocol/topic.h"
#include "session/exchange.h"
#include "session/services.h"
#include "session/session.h"
#include "session/storebatch.h"

namespace pigeon {

ReasonCode Granting::refusal(const SubscribeEntry &entry) const
{
    const BrokerOptions &options = m_services.options;
    if (topicFilterError(entry.filter)
        || hasMoreLevels(splitFilter(entry.filter).filter, options.maximumTopicLevels))
        return ReasonCode::TopicFilterInvalid;
    if (!options.allowSystemTopics && isSystemTopic(splitFilter(entry.filter).filter))
        return ReasonCode::NotAuthorized;
    if (!m_session.outbox().hasRoomForReplay())
        return ReasonCode::QuotaExceeded; // the client asks for more and more without taking what it asked for
    if (!m_session.subscriptions().contains(entry.filter)
        && static_cast<quint32>(m_session.subscriptions().size()) >= options.maximumSubscriptions)
        return ReasonCode::QuotaExceeded;
    return m_services.policy.maySubscribe(*m_origin, entry);
}

Grants Granting::grant(const std::vector<AskedEntry> &entries, quint32 identifier, bool isBridge)
{
    Grants grants;
    grants.replay.subscriptionIdentifier = identifier;
    StoreBatch batch(m_services.store);
    for (const AskedEntry &asked : entries) { // [MQTT-3.8.4-5]
        const ReasonCode refused = isFailure(asked.refused) ? asked.refused : refusal(asked.entry);
        if (isFailure(refused))
            refuseOne(asked.entry, refused, grants);
        else
            grantOne(asked.entry, identifier, isBridge, grants, batch);
    }
    grants.ticket = batch.commit();
    return grants;
}

void Granting::refuseOne(const SubscribeEntry &entry, ReasonCode refused, Grants &grants) const
{
    ++m_services.counters.subscriptionsRefused;
    qCInfo(logSession, "%s may not subscribe to %s: reason 0x%02x", LogAbout(infoOf(m_session)).text(),
        quotedName(entry.filter).constData(), static_cast<unsigned>(refused));
    grants.reasons.push_back(refused);
    if (m_services.events.wants(Events::Subscribed))
        grants.granted.push_back({entry, refused});
}

void Granting::grantOne(
    const SubscribeEntry &entry, quint32 identifier, bool isBridge, Grants &grants, StoreBatch &batch)
{
    SubscriptionOptions options;
    options.maximumQoS = entry.maximumQoS;
    options.noLocal = entry.noLocal || isBridge;
    options.retainAsPublished = entry.retainAsPublished || isBridge;
    options.identifier = identifier;
    const bool isNew = m_session.subscribe(entry.filter, options);
    if (m_session.isDurable())
        batch.add(change::PutSubscription{m_session.clientId(),
            {entry.filter, options.maximumQoS, options.noLocal, options.retainAsPublished, identifier}});
    const auto reason = static_cast<ReasonCode>(entry.maximumQoS); // [MQTT-3.8.4-7]
    grants.reasons.push_back(reason);
    if (m_services.events.wants(Events::Subscribed))
        grants.granted.push_back({entry, reason});
    qCInfo(logSession, "%s subscribed to %s, QoS %u", LogAbout(infoOf(m_session)).text(),
        quotedName(entry.filter).constData(), static_cast<unsigned>(entry.maximumQoS));
    if (!splitFilter(entry.filter).group.isEmpty()) {
        grants.shared.push_back(entry.filter);
        return;
    }
    const bool wantsRetained = entry.retainHandling == RetainHandling::SendAlways // [MQTT-3.3.1-9]
        || (entry.retainHandling == RetainHandling::SendIfNew && isNew); // [MQTT-3.3.1-10]
    if (wantsRetained)
        grants.replay.filters.push_back({entry.filter, entry.maximumQoS, options.noLocal});
}

Removals Granting::remove(const std::vector<QByteArray> &filters)
{
    Removals removals;
    StoreBatch batch(m_services.store);
    QSet<QByteArray> shared;
    for (const QByteArray &filter : filters) { // [MQTT-3.10.4-6]
        removals.reasons.push_back(removeOne(filter, shared));
        // Even if there is none here: an earlier removal may have failed in the store.
        if (m_session.isDurable())
            batch.add(change::RemoveSubscription{m_session.clientId(), filter});
    }
    if (!shared.isEmpty())
        m_services.exchange.handOverUnsent(m_session, shared);
    removals.ticket = batch.commit();
    return removals;
}

ReasonCode Granting::removeOne(const QByteArray &filter, QSet<QByteArray> &shared)
{
    if (topicFilterError(filter))
        return ReasonCode::TopicFilterInvalid;
    if (!m_session.unsubscribe(filter)) // compared byte for byte [MQTT-3.10.4-1]
        return ReasonCode::NoSubscriptionExisted;
    qCInfo(logSession, "%s unsubscribed from %s", LogAbout(infoOf(m_session)).text(), quotedName(filter).constData());
    if (!splitFilter(filter).group.isEmpty())
        shared.insert(filter);
    return ReasonCode::Success;
}

void Granting::follow(Grants grants, const ClientInfo &client)
{
    if (!grants.granted.empty())
        m_services.events.subscribed(client, grants.granted);
    if (m_session.hasEnded())
        return; // who listened has ended it
    if (m_session.connection() && !grants.replay.filters.empty())
        m_session.outbox().replay(std::move(grants.replay));
    if (!grants.shared.isEmpty())
        m_services.exchange.collectForShared(m_session, grants.shared);
}

} // namespace pigeon
