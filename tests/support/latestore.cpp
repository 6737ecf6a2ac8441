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

Ticket LateStore::commit(std::vector<StoreChange> changes)
{
    m_pending.push_back({++m_lastTicket, std::move(changes)});
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

bool LateStore::turn()
{
    ++m_turns;
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
    complete(pending.ticket, status);
}

void LateStore::apply(const StoreChange &change)
{
    std::visit(
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
            [this](const change::AddInboundId &add) { sessions[add.clientId].inboundIds.insert(add.packetId); },
            [this](const change::RemoveInboundId &remove) {
                sessions[remove.clientId].inboundIds.erase(remove.packetId);
            },
            [this](const change::PutRetained &put) { retained[put.message->topic().toByteArray()] = put.message; },
            [this](const change::RemoveRetained &remove) { retained.erase(remove.topic); },
            [this](const change::PutWill &put) { wills[put.clientId] = put.will; },
            [this](const change::RemoveWill &remove) { wills.erase(remove.clientId); },
        },
        change);
}

void LateStore::load(StoreVisitor &visitor)
{
    for (const auto &[clientId, rows] : sessions) {
        RestoredSession restored;
        restored.session = rows.session;
        for (const auto &[filter, subscription] : rows.subscriptions)
            restored.subscriptions.push_back(subscription);
        for (const auto &[number, delivery] : rows.deliveries)
            restored.deliveries.push_back(delivery);
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
