#include "session/ackgate.h"

#include <algorithm>
#include <utility>

namespace pigeon {

void Tickets::complete(Ticket first, Ticket last, StoreStatus status)
{
    // A step may owe more, and a store may answer at once: what comes meanwhile lines up behind.
    const bool isOutermost = !std::exchange(m_isTelling, true);
    for (size_t i = 0; i < m_gates.size(); ++i) {
        const std::shared_ptr<AckGate> gate = m_gates[i];
        gate->complete(first, last, status);
    }
    if (!isOutermost)
        return; // the outer call walks over the list
    std::erase_if(m_gates, [](const std::shared_ptr<AckGate> &gate) {
        gate->m_isAwaiting = !gate->isEmpty();
        return gate->isEmpty();
    });
    m_isTelling = false;
}

void AckGate::hold(Ticket ticket, Step step)
{
    m_isInOrder = m_waiting.isEmpty() || (m_isInOrder && (ticket == 0 || ticket > m_highest));
    m_highest = m_waiting.isEmpty() ? ticket : std::max(m_highest, ticket);
    m_waiting.pushBack({ticket, StoreStatus::Durable, std::move(step)});
    if (!std::exchange(m_isAwaiting, true))
        m_tickets.await(shared_from_this());
}

void AckGate::complete(Ticket first, Ticket last, StoreStatus status)
{
    for (size_t i = 0; i < m_waiting.size(); ++i) {
        Waiting &waiting = m_waiting[i];
        if (waiting.ticket > last && m_isInOrder)
            break;
        if (first <= waiting.ticket && waiting.ticket <= last) {
            waiting.ticket = 0;
            waiting.status = status;
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
    while (!m_waiting.isEmpty() && m_waiting.front().ticket == 0) {
        // Taken out first, since a step may owe more: that lines up behind what waits, and runs at once when nothing
        // does.
        Waiting waiting = m_waiting.popFront();
        waiting.step(waiting.status);
    }
    m_releasing = false;
}

} // namespace pigeon
