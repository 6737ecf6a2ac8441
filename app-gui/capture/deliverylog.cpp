#include "capture/deliverylog.h"

#include <algorithm>

namespace pigeon {

struct DeliveryLog::Block
{
    explicit Block(quint64 rows)
        : records(rows)
        , previous(rows, MessageLog::noRow)
    {
    }
    std::vector<DeliveryRecord> records;
    std::vector<quint64> previous; // the row of the step before it of the same message
    qint64 bytes = 0;
};

namespace {

void addStep(DeliveryOutcome &outcome, const DeliveryRecord &record)
{
    outcome.step = record.step;
    outcome.qos = record.qos;
    if (record.packetId != 0)
        outcome.packetId = record.packetId;
    switch (record.step) {
    case DeliveryStep::Queued:
        outcome.queuedAt = record.when;
        break;
    case DeliveryStep::Sent:
        outcome.sentAt = outcome.sentAt == 0 ? record.when : outcome.sentAt;
        outcome.packet = record.packet;
        ++outcome.timesSent;
        break;
    case DeliveryStep::Received:
        outcome.receivedAt = record.when;
        outcome.reason = record.reason;
        break;
    case DeliveryStep::Acknowledged:
        outcome.acknowledgedAt = record.when;
        outcome.reason = record.reason;
        break;
    case DeliveryStep::Dropped:
        outcome.droppedAt = record.when;
        outcome.drop = record.drop;
        break;
    }
}

} // namespace

DeliveryLog::DeliveryLog(quint64 rows)
    : m_ring(rows, std::numeric_limits<qint64>::max())
{
}

DeliveryLog::~DeliveryLog() = default;

void DeliveryLog::add(const DeliveryRecord &record, MessageLog &messages)
{
    const auto [block, place] = m_ring.grow(0);
    block.records[place] = record;
    block.previous[place] = messages.addDelivery(record, end() - 1);
}

const DeliveryRecord &DeliveryLog::at(quint64 row) const
{
    const auto [block, place] = m_ring.at(row);
    return block.records[place];
}

DeliveryLog::Outcomes DeliveryLog::outcomesOf(const MessageLog &messages, quint64 messageRow) const
{
    std::vector<quint64> steps;
    quint64 row = messages.lastDeliveryOf(messageRow);
    while (m_ring.contains(row)) {
        steps.push_back(row);
        const auto [block, place] = m_ring.at(row);
        row = block.previous[place];
    }

    Outcomes outcomes;
    outcomes.isWhole = row == MessageLog::noRow;
    QHash<ClientNumber, size_t> places;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        const DeliveryRecord &record = at(*step);
        const auto known = places.constFind(record.receiver);
        const size_t place = known == places.cend() ? outcomes.receivers.size() : *known;
        if (known == places.cend()) {
            places.insert(record.receiver, place);
            outcomes.receivers.push_back({.receiver = record.receiver});
        }
        addStep(outcomes.receivers[place], record);
    }
    return outcomes;
}

} // namespace pigeon
