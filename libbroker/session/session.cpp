#include "session/session.h"

#include "protocol/topic.h"
#include "session/connection.h"
#include "session/services.h"
#include "session/sessionregistry.h"

namespace pigeon {

Session::Session(QByteArray clientId, QByteArray userName, Services &services)
    : m_services(services)
    , m_clientId(std::move(clientId))
    , m_userName(std::move(userName))
    , m_gate(std::make_shared<AckGate>(services.tickets))
    , m_outbox(*this, services)
    , m_endDeadline([this] {
        ++m_services.counters.sessionsExpired;
        m_services.sessions.end(*this);
    })
    , m_willDeadline([this] { m_services.sessions.publishWill(*this); })
{
}

Session::~Session() = default;

void Session::attach(Connection &connection)
{
    m_connection = &connection;
}

Connection *Session::connection(quint64 serial) const
{
    return m_connection && m_connection->serial() == serial ? m_connection : nullptr;
}

void Session::detach()
{
    m_outbox.shut();
    m_connection = nullptr;
}

StoredSession Session::stored(std::optional<Milliseconds> endsAt) const
{
    return {m_clientId, m_userName, m_expirySeconds, endsAt};
}

bool Session::subscribe(const QByteArray &filter, const SubscriptionOptions &options)
{
    const FilterParts parts = splitFilter(filter);
    m_services.subscriptions.insert(parts.group, parts.filter, this, options);
    const qsizetype before = m_subscriptions.size();
    m_subscriptions.insert(filter, options);
    const bool isNew = m_subscriptions.size() > before;
    if (isNew && !parts.group.isEmpty())
        ++m_sharedSubscriptions;
    if (m_services.observers.state)
        m_services.observers.state->subscriptionSet(*this, filter, options);
    return isNew;
}

bool Session::unsubscribe(const QByteArray &filter)
{
    if (m_subscriptions.remove(filter) == 0)
        return false;
    const FilterParts parts = splitFilter(filter);
    if (!parts.group.isEmpty())
        --m_sharedSubscriptions;
    m_services.subscriptions.remove(parts.group, parts.filter, this);
    if (m_services.observers.state)
        m_services.observers.state->subscriptionRemoved(*this, filter);
    return true;
}

void Session::unsubscribeAll()
{
    for (auto each = m_subscriptions.cbegin(); each != m_subscriptions.cend(); ++each) {
        const FilterParts parts = splitFilter(each.key());
        m_services.subscriptions.remove(parts.group, parts.filter, this);
        if (m_services.observers.state)
            m_services.observers.state->subscriptionRemoved(*this, each.key());
    }
    m_subscriptions.clear();
    m_sharedSubscriptions = 0;
}

void Session::setWill(std::optional<Will> will)
{
    m_willDeadline.cancel();
    m_will = will ? std::make_unique<Will>(std::move(*will)) : nullptr;
}

std::unique_ptr<Will> Session::takeWill()
{
    m_willDeadline.cancel();
    return std::move(m_will);
}

Traffic Session::traffic() const
{
    Traffic sum = m_earlier ? *m_earlier : Traffic();
    if (m_connection)
        sum += m_connection->traffic();
    return sum;
}

void Session::addEarlier(const Traffic &traffic)
{
    if (!m_earlier)
        m_earlier = std::make_unique<Traffic>();
    *m_earlier += traffic;
}

void Session::countDrop(DropReason reason, quint64 count)
{
    if (!m_drops)
        m_drops = std::make_unique<std::array<quint64, dropReasonCount>>();
    (*m_drops)[static_cast<size_t>(reason)] += count;
}

ClientInfo infoOf(const Session &session)
{
    if (session.connection())
        return session.connection()->info();
    ClientInfo info;
    info.clientId = session.clientId();
    info.userName = session.userName();
    return info;
}

} // namespace pigeon
