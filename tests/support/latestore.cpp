#include "support/latestore.h"

namespace pigeon::test {

namespace {

template <typename... Cases>
struct Overloaded : Cases...
{
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

} // namespace

Ticket LateStore::commit(std::span<StoreChange> changes)
{
    m_pending.push_back({++m_lastTicket,
        std::vector<StoreChange>(std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()))});
    return m_lastTicket;
}

bool LateStore::completeOldest(StoreStatus status)
{
    if (m_pending.empty())
        return false;
    Pending oldest = std::move(m_pending.front());
    m_pending.pop_front();
    finish(std::move(oldest), status);
    return true;
}

void LateStore::fetch(const QByteArray &clientId, quint64 after, size_t count, Fetched fetched)
{
    m_fetches.push_back({m_lastTicket, clientId, after, count, std::move(fetched)});
}

bool LateStore::answerFetches()
{
    const auto isDue = [this](const Fetch &fetch) {
        return std::none_of(m_pending.begin(), m_pending.end(),
            [&fetch](const Pending &pending) { return pending.ticket <= fetch.behind; });
    };
    if (m_fetches.empty() || !isDue(m_fetches.front()))
        return false;
    const Fetch fetch = std::move(m_fetches.front());
    m_fetches.pop_front();
    fetch.fetched(m_failFetches ? StoreStatus::Failed : StoreStatus::Durable,
        m_failFetches ? std::vector<StoredDelivery>() : queuedAbove(fetch.clientId, fetch.after, fetch.count));
    return true;
}

std::vector<StoredDelivery> LateStore::queuedAbove(const QByteArray &clientId, quint64 after, size_t count) const
{
    std::vector<StoredDelivery> found;
    const auto rows = sessions.find(clientId);
    if (rows == sessions.end())
        return found;
    const std::map<quint64, StoredDelivery> &deliveries = rows->second.deliveries;
    for (auto each = deliveries.upper_bound(after); each != deliveries.end() && found.size() < count; ++each) {
        if (each->second.stage == DeliveryStage::Queued)
            found.push_back(each->second);
    }
    return found;
}

bool LateStore::turn()
{
    ++m_turns;
    if (answerFetches())
        return true;
    if (m_pending.empty() || m_mode == StoreMode::Manual)
        return false;
    switch (m_mode) {
    case StoreMode::EachTurn:
        return completeOldest();
    case StoreMode::Failing:
        return completeOldest(StoreStatus::Failed);
    case StoreMode::Batches:
        if (m_turns % 3 == 0) {
            for (size_t left = m_pending.size(); left > 0; --left)
                completeOldest();
        }
        return true;
    case StoreMode::OutOfTurn: {
        Pending latest = std::move(m_pending.back());
        m_pending.pop_back();
        finish(std::move(latest), StoreStatus::Durable);
        return true;
    }
    case StoreMode::Manual:
        break;
    }
    return false;
}

void LateStore::finish(Pending pending, StoreStatus status)
{
    if (status == StoreStatus::Durable) {
        for (const StoreChange &change : pending.changes)
            apply(change);
    }
    complete(pending.ticket, pending.ticket, status);
}

void LateStore::apply(const StoreChange &change)
{
    visitChange(change,
        Overloaded{
            [this](const change::PutSession &put) { sessions[put.session.clientId].session = put.session; },
            [this](const change::RemoveSession &remove) { sessions.erase(remove.clientId); },
            [this](const change::PutSubscription &put) {
                sessions[put.clientId].subscriptions[put.subscription.filter] = put.subscription;
            },
            [this](const change::RemoveSubscription &remove) {
                sessions[remove.clientId].subscriptions.erase(remove.filter);
            },
            [this](const change::AddDelivery &add) {
                sessions[add.clientId].deliveries[add.delivery.number] = add.delivery;
            },
            [this](const change::UpdateDelivery &update) {
                auto &deliveries = sessions[update.clientId].deliveries;
                if (const auto found = deliveries.find(update.number); found != deliveries.end()) {
                    found->second.stage = update.stage;
                    found->second.packetId = update.packetId;
                }
            },
            [this](const change::RemoveDelivery &remove) { sessions[remove.clientId].deliveries.erase(remove.number); },
            [this](const change::RemoveQueued &remove) {
                std::erase_if(sessions[remove.clientId].deliveries, [&remove](const auto &each) {
                    return each.first <= remove.upTo && each.second.stage == DeliveryStage::Queued;
                });
            },
            [this](const change::AddInboundId &add) { sessions[add.clientId].inboundIds.insert(add.packetId); },
            [this](const change::RemoveInboundId &remove) {
                sessions[remove.clientId].inboundIds.erase(remove.packetId);
            },
            [this](const change::PutRetained &put) { retained[put.message->topic().toByteArray()] = put.message; },
            [this](const change::RemoveRetained &remove) { retained.erase(remove.topic); },
            [this](const change::PutWill &put) { wills[put.clientId] = *put.will; },
            [this](const change::RemoveWill &remove) { wills.erase(remove.clientId); },
        });
}

void LateStore::load(StoreVisitor &visitor, const LoadBounds &bounds)
{
    for (const auto &[clientId, rows] : sessions) {
        RestoredSession restored;
        restored.session = rows.session;
        for (const auto &[filter, subscription] : rows.subscriptions)
            restored.subscriptions.push_back(subscription);
        size_t queued = 0;
        quint64 bytes = 0;
        for (const auto &[number, delivery] : rows.deliveries) {
            restored.unloaded.lastNumber = number;
            const bool isInBounds = queued < bounds.queuedPerSession && bytes < bounds.queuedBytesPerSession;
            if (delivery.stage != DeliveryStage::Queued) {
                restored.deliveries.push_back(delivery);
            } else if (isInBounds && restored.unloaded.count == 0) {
                restored.deliveries.push_back(delivery);
                ++queued;
                bytes += static_cast<quint64>(delivery.message->memoryBytes());
            } else {
                ++restored.unloaded.count;
                restored.unloaded.bytes += static_cast<quint64>(delivery.message->memoryBytes());
            }
        }
        restored.inboundIds.assign(rows.inboundIds.begin(), rows.inboundIds.end());
        if (const auto will = wills.find(clientId); will != wills.end())
            restored.will = will->second;
        visitor.restore(std::move(restored));
    }
    for (const auto &[clientId, will] : wills) {
        if (sessions.contains(clientId))
            continue;
        RestoredSession onlyAWill;
        onlyAWill.session.clientId = clientId;
        onlyAWill.will = will;
        visitor.restore(std::move(onlyAWill));
    }
    for (const auto &[topic, message] : retained)
        visitor.restore(message);
}

} // namespace pigeon::test
