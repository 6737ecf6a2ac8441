#include "session/ackgate.h"

#include <algorithm>
#include <utility>

namespace pigeon {

std::deque<Tickets::Entry>::iterator Tickets::placeOf(Ticket ticket)
{
    if (!m_entries.empty() && m_entries.front().ticket >= ticket)
        return m_entries.begin();
    return std::lower_bound(m_entries.begin(), m_entries.end(), ticket,
        [](const Entry &each, Ticket wanted) { return each.ticket < wanted; });
}

void Tickets::await(Ticket ticket, std::shared_ptr<AckGate> gate)
{
    ++m_count;
    if (m_entries.empty() || m_entries.back().ticket < ticket)
        m_entries.push_back({ticket, std::move(gate)});
    else
        m_entries.insert(placeOf(ticket), {ticket, std::move(gate)});
}

void Tickets::complete(Ticket ticket, StoreStatus status)
{
    const auto place = placeOf(ticket);
    if (place == m_entries.end() || place->ticket != ticket || !place->gate)
        return; // nobody waits for it
    const std::shared_ptr<AckGate> gate = std::exchange(place->gate, nullptr);
    --m_count;
    while (!m_entries.empty() && !m_entries.front().gate)
        m_entries.pop_front();
    gate->complete(ticket, status);
}

void AckGate::hold(Ticket ticket, Step step)
{
    m_waiting.pushBack({ticket, ticket == 0, StoreStatus::Durable, std::move(step)});
    if (ticket != 0)
        m_tickets.await(ticket, shared_from_this());
}

void AckGate::complete(Ticket ticket, StoreStatus status)
{
    for (size_t i = 0; i < m_waiting.size(); ++i) {
        Waiting &waiting = m_waiting[i];
        if (waiting.ticket == ticket && !waiting.isDecided) {
            waiting.isDecided = true;
            waiting.status = status;
            break;
        }
    }
    release();
}

void AckGate::release()
{
    // A step may owe more and so come back here: the outermost call releases in order.
    if (m_releasing)
        return;
    m_releasing = true;
    while (!m_waiting.isEmpty() && m_waiting.front().isDecided) {
        // Taken out first, since a step may owe more: that lines up behind what waits, and runs at once when nothing
        // does.
        Waiting waiting = m_waiting.popFront();
        waiting.step(waiting.status);
    }
    m_releasing = false;
}

} // namespace pigeon
