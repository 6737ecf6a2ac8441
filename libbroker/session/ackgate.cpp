#include "session/ackgate.h"

namespace pigeon {

void Tickets::complete(Ticket ticket, StoreStatus status)
{
    if (const std::shared_ptr<AckGate> gate = m_waiting.take(ticket))
        gate->complete(ticket, status);
}

void AckGate::hold(Ticket ticket, std::function<void(StoreStatus)> step)
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
        const Waiting waiting = m_waiting.popFront();
        waiting.step(waiting.status);
    }
    m_releasing = false;
}

} // namespace pigeon
