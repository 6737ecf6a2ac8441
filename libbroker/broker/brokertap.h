#pragma once

#include "base/clock.h"
#include "broker/eventrelay.h"
#include "broker/ringtap.h"

#include <functional>
#include <memory>
#include <vector>

namespace pigeon {

class Session;
struct Services;

/// Writes down for one observer what happens to connections, sessions and what they hold: rare records, into the list of a
/// channel. Hot ones are its RingTap's. While nobody watches both stand aside: events pass, and the session room has
/// nobody to tell. Broker thread.
class BrokerTap final : public EventRelay, private StateObserver
{
public:
    /// What the tap asks its broker for when a snapshot is taken.
    struct Facts
    {
        std::function<std::vector<QByteArray>()> listeners;
        std::function<std::vector<Ban>()> bans;
    };
    BrokerTap(Events &next, const QByteArray &version, Facts facts);

    /// The broker's parts, which outlive it or end before it is used again; again for a new core.
    void start(Services &services);
    /// Somebody watches from now on: a snapshot is put into `channel`. False: somebody does already.
    bool open(std::shared_ptr<TapChannel> channel);
    /// Who watches through `channel` does so no more; null: whoever it is. `why` is told there, when it is not empty.
    void close(const TapChannel *channel, const QString &why = {});
    bool isOpenFor(const TapChannel &channel) const { return m_channel.get() == &channel; }

    void setInterests(Interests interests);
    void takeSnapshot();
    /// The ring was emptied.
    void renew() { m_ring.renew(); }
    /// Puts totals, and what has changed of clients' counts and of bans, into the channel.
    void report();

    // --- Events
    void clientRegistered(const ClientInfo &client) override;
    void clientReady(const ClientInfo &client) override;
    void clientDisconnected(const ClientInfo &client, const EventError &why) override;
    void clientError(const ClientInfo &client, const EventError &error) override;
    void connectionError(const ClientInfo &client, const EventError &error) override;
    void keepAliveTimedOut(const ClientInfo &client) override;
    void sessionExpired(const QByteArray &clientId) override;

private:
    /// What is remembered of a client id while somebody watches.
    struct Known
    {
        qint64 since = 0;
        quint64 connects = 0;
        quint64 takeovers = 0;
        ReasonCode lastReason = ReasonCode::Success;
        QByteArray lastText;
        QByteArray takenFrom; // where the one was that is just being taken over from
        ClientCounts told;
    };

    // --- StateObserver
    void subscriptionSet(const Session &session, const QByteArray &filter, const SubscriptionOptions &options) override;
    void subscriptionRemoved(const Session &session, const QByteArray &filter) override;
    void retainedSet(const MessagePtr &message) override;
    void retainedRemoved(QByteArrayView topic) override;

    Known *known(ClientNumber number);
    ClientFacts factsOf(const Session &session);
    ClientCounts countsOf(const Session &session) const;
    std::vector<ClientCounts> changedCounts();
    MonitorTotals totals() const;
    void tellFacts(const Session &session);
    void tellEvent(ConnectionEvent event);
    SubscriptionChange subscriptionOf(const Session &session, const QByteArray &filter,
        const SubscriptionOptions &options) const;
    void observe();

    const QByteArray m_version;
    const Facts m_facts;
    const qint64 m_startedAt;
    Services *m_services = nullptr;
    TimePoint m_begun; // of the core, by the two clocks
    qint64 m_begunAt = 0;
    std::shared_ptr<TapChannel> m_channel; // null: nobody watches
    std::vector<Known> m_known; // by number
    std::vector<Ban> m_bans; // as told
    qint64 m_nextCounts = 0; // of steadyNow: when clients' counts are looked at again
    ObservedNames m_names;
    RingTap m_ring;
};

} // namespace pigeon
