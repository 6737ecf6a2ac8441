#pragma once

#include "routing/subscriptiontree.h"
#include "session/publication.h"
#include "session/outbox.h"
#include "session/storebatch.h"

#include <pigeon/events.h>

#include <QSet>

#include <memory>
#include <optional>
#include <vector>

namespace pigeon {

class Session;
struct Services;

/// A message that waits for its commit before anybody gets it: inbound QoS 2.
struct HeldDeliveries
{
    struct Held
    {
        std::weak_ptr<Session> session;
        QByteArray clientId; // of the session, which may be gone by then
        MessageCopy copy;
    };
    std::vector<Held> deliveries;
    std::optional<PublishedEvent> event; ///< told when it is released; nothing when nobody listens
    MessagePtr forListeners; ///< told to those inside the process when it is released; null when there are none
};

/// What became of a publication.
struct PublishOutcome
{
    ReasonCode reason = ReasonCode::Success; ///< QuotaExceeded: refused, nothing happened
    const char *text = ""; ///< refused: why, static
    qsizetype receivers = 0; ///< sessions that it was for, and listeners inside the process
    qsizetype listeners = 0; ///< these alone
};

/// From one publisher to all receivers: the retained message of the topic, the matching subscriptions, one
/// member of each shared group, at the right QoS. Broker thread.
class Exchange
{
public:
    explicit Exchange(Services &services)
        : m_services(services)
    {
    }

    /// Delivers to everybody who is to have it; rows for the store go into `batch`.
    PublishOutcome publish(Publication &publication, const Session *publisher, StoreBatch &batch);
    /// The same, but nothing is delivered before `release`: rows first [design: inbound QoS 2].
    PublishOutcome publishHeld(Publication &publication, const Session *publisher, StoreBatch &batch,
        HeldDeliveries &held);
    void release(HeldDeliveries held);
    /// Publishes a will, or a message of the broker's own making (`publisher` null), in a commit of its own.
    PublishOutcome publishDirectly(Publication &publication, const Session *publisher);
    /// The same; `ticket` is the commit's.
    PublishOutcome publishDirectly(Publication &publication, const Session *publisher, Ticket &ticket);
    /// The same in the commit of `batch`.
    PublishOutcome publishDirectly(
        Publication &publication, const Session *publisher, StoreBatch &batch, Ticket *ticket = nullptr);

    /// Hands what waits for `from` through shared subscriptions, unsent, to members that can take it now; what
    /// nobody can take stays. `filters` limits it to these `$share/<group>/<filter>`; empty = all.
    void handOverUnsent(Session &from, const QSet<QByteArray> &filters = {});
    /// Hands the copies of a session that ends to other members; what nobody takes is dropped and counted.
    void handOverAtEnd(std::vector<MessageCopy> copies, Session &from);
    /// A member is here: it gets what waits for members of its groups that are away, of those in `filters` only
    /// (with `$share/<group>/`; others are passed over).
    void collectForShared(Session &arrived, const QList<QByteArray> &filters);

    /// How willingly a member of a shared group would take a message of that QoS and size now.
    SharedGroup::Readiness readiness(const Session &member, QoS qos, qsizetype bytes) const;

private:
    template <typename Visit>
    PublishOutcome forEachReceiver(Publication &publication, const Session *publisher, StoreBatch &batch,
        Visit &&visit);
    const char *refusal(const Publication &publication) const;
    bool isRefusedByStore(const Publication &publication, const Session *publisher, const MatchList &matches) const;
    bool isRefusedByQueue(Publication &publication, const MatchList &matches) const;
    void keepRetained(Publication &publication, StoreBatch &batch);
    Session *nextMember(const MessageCopy &copy, const Session &from, bool onlyReady, Delivery &delivery);
    bool giveToMember(MessageCopy &copy, Session &from, bool onlyReady);
    std::optional<PublishedEvent> publishedEvent(
        Publication &publication, const Session *publisher, const PublishOutcome &outcome) const;
    std::unique_ptr<MatchList> borrowMatches();

    Services &m_services;
    std::vector<std::unique_ptr<MatchList>> m_spareMatches; // a delivery may publish again: one list per depth
    std::vector<quint32> m_identifiers;
};

} // namespace pigeon
