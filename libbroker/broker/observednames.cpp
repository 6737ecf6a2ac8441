#include "broker/observednames.h"

#include "session/session.h"

#include <chrono>

namespace pigeon {

void ObservedNames::open(std::shared_ptr<TapChannel> channel)
{
    m_channel = std::move(channel);
    m_numbers.clear();
}

ClientNumber ObservedNames::numberOf(const QByteArray &clientId)
{
    if (clientId.isEmpty())
        return 0;
    if (const auto found = m_numbers.constFind(clientId); found != m_numbers.cend())
        return *found;
    if (m_numbers.size() >= static_cast<qsizetype>(m_channel->bounds.clientNames))
        return 0;
    const auto number = static_cast<ClientNumber>(m_numbers.size() + 1);
    m_numbers.insert(clientId, number);
    m_channel->tell([&](TapChanges &changes) { changes.newClients.push_back({number, clientId}); });
    return number;
}

ClientNumber ObservedNames::numberOf(const Session &session)
{
    if (session.observedAs() == 0)
        session.setObservedAs(numberOf(session.clientId()));
    return session.observedAs();
}

qint64 observedNow()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

} // namespace pigeon
