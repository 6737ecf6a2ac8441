#include "broker/observednames.h"

#include "session/session.h"

#include <chrono>

namespace pigeon {

void ObservedNames::open(std::shared_ptr<TapChannel> channel)
{
    m_channel = std::move(channel);
    m_numbers.clear();
    m_bytes = 0;
    m_strangers = 0;
}

ClientNumber ObservedNames::numberOf(const QByteArray &clientId)
{
    if (clientId.isEmpty())
        return 0;
    if (const auto found = m_numbers.constFind(clientId); found != m_numbers.cend())
        return *found;
    const TapBounds &bounds = m_channel->bounds;
    if (m_numbers.size() >= static_cast<qsizetype>(bounds.clientNames) || m_bytes + clientId.size() > bounds.nameBytes)
        return 0;
    m_bytes += clientId.size();
    const auto number = static_cast<ClientNumber>(m_numbers.size() + 1);
    m_numbers.insert(clientId, number);
    m_channel->tell([&](TapChanges &changes) { changes.newClients.push_back({number, clientId}); });
    return number;
}

ClientNumber ObservedNames::numberOfStranger(const QByteArray &clientId)
{
    if (!m_numbers.contains(clientId) && ++m_strangers > m_channel->bounds.strangerNames)
        return 0;
    return numberOf(clientId);
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

qint64 steadyNow()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

} // namespace pigeon
