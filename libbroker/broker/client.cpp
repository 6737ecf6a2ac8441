#include <pigeon/client.h>

#include "broker/brokerprivate.h"
#include "broker/sessionstatus.h"

namespace pigeon {

Client::Client(Broker *broker, QByteArray clientId)
    : m_broker(broker)
    , m_clientId(std::move(clientId))
{
}

std::optional<ClientStatus> Client::status() const
{
    const Session *session = m_broker->d->core->sessions().find(m_clientId);
    return session ? std::optional(statusOf(*session)) : std::nullopt;
}

std::vector<SubscriptionStatus> Client::subscriptions() const
{
    std::vector<SubscriptionStatus> found;
    if (const Session *session = m_broker->d->core->sessions().find(m_clientId))
        appendSubscriptions(*session, found);
    return found;
}

void Client::publish(const PublishPacket &packet, Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, packet, done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().publishTo(id, packet, done);
    });
}

void Client::subscribe(std::vector<SubscribeEntry> entries, quint32 identifier, Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, entries = std::move(entries), identifier,
                         done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().subscribe(id, entries, identifier, done);
    });
}

void Client::unsubscribe(std::vector<QByteArray> filters, Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, filters = std::move(filters),
                         done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().unsubscribe(id, filters, done);
    });
}

void Client::disconnect(ReasonCode reason, const QByteArray &text, Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, reason, text,
                         done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().disconnect(id, reason, text, {}, done);
    });
}

void Client::redirect(const QByteArray &serverReference, bool permanently, Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, serverReference, permanently,
                         done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().disconnect(id, permanently ? ReasonCode::ServerMoved : ReasonCode::UseAnotherServer,
            "another server is to be used", serverReference, done);
    });
}

void Client::clearQueue(Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().clearQueue(id, done);
    });
}

void Client::endSession(Completion done) const
{
    m_broker->d->run([d = m_broker->d.get(), id = m_clientId, done = m_broker->d->guarded(std::move(done))] {
        d->core->commands().endSession(
            id, ReasonCode::AdministrativeAction, "the session is ended by the broker", done);
    });
}

void Client::ban(std::optional<std::chrono::seconds> duration, const QByteArray &reason) const
{
    Ban ban{BannedBy::ClientId, m_clientId, std::nullopt, reason};
    if (duration)
        ban.endsAt = m_broker->d->clock.wallTime() + *duration;
    m_broker->ban(ban);
}

} // namespace pigeon
