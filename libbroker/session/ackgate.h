#pragma once

#include "base/inlinefunction.h"
#include "base/ring.h"

#include <pigeon/store.h>

#include <deque>
#include <memory>

namespace pigeon {

class AckGate;

/// Which gate waits for which ticket of the store. Broker thread.
class Tickets
{
public:
    void await(Ticket ticket, std::shared_ptr<AckGate> gate);
    /// The store's answer, passed on to the gate that waits for it.
    void complete(Ticket ticket, StoreStatus status);
    qsizetype waiting() const { return m_count; }

private:
    struct Entry
    {
        Ticket ticket = 0;
        std::shared_ptr<AckGate> gate; // null: it has been told
    };
    std::deque<Entry>::iterator placeOf(Ticket ticket);

    // In the order of tickets, in which they nearly always come and go.
    std::deque<Entry> m_entries;
    qsizetype m_count = 0;
};

/// What one session owes and may not send before the store has kept it: first in, first out. A step that has
/// nothing to wait for still does not overtake an earlier one that waits [MQTT-4.6.0-2] [MQTT-4.6.0-3]
/// [MQTT-4.6.0-4]. It outlives its session while it waits, since a message that was taken must be delivered
/// even if its publisher has gone. Broker thread.
class AckGate final : public std::enable_shared_from_this<AckGate>
{
public:
    explicit AckGate(Tickets &tickets)
        : m_tickets(tickets)
    {
    }

    /// Runs `step(StoreStatus)` as soon as `ticket` is durable (or failed) and all earlier steps have run; at
    /// once when nothing is in the way.
    template <typename Function>
    void run(Ticket ticket, Function &&step)
    {
        if (ticket == 0 && m_waiting.isEmpty())
            step(StoreStatus::Durable);
        else
            hold(ticket, Step(std::forward<Function>(step)));
    }
    bool isEmpty() const { return m_waiting.isEmpty(); }
    size_t size() const { return m_waiting.size(); }

private:
    friend class Tickets;
    // There is one for each message under way: who may answer for it, of which connection, with which packet id.
    using Step = InlineFunction<void(StoreStatus), 48>;
    struct Waiting
    {
        Ticket ticket = 0;
        bool isDecided = false;
        StoreStatus status = StoreStatus::Durable;
        Step step;
    };
    void hold(Ticket ticket, Step step);
    void complete(Ticket ticket, StoreStatus status);
    void release();

    Tickets &m_tickets;
    Ring<Waiting> m_waiting;
    bool m_releasing = false;
};

} // namespace pigeon
