#pragma once

#include "base/inlinefunction.h"
#include "base/ring.h"

#include <pigeon/store.h>

#include <memory>

namespace pigeon {

class AckGate;

/// The gates that wait for tickets of the store. Broker thread.
class Tickets
{
public:
    /// The store's answer to the tickets `first` to `last`, passed on to the gates that wait for any of them.
    void complete(Ticket first, Ticket last, StoreStatus status);
    /// Gates at which something waits.
    size_t waiting() const { return m_gates.size(); }

private:
    friend class AckGate;
    void await(std::shared_ptr<AckGate> gate) { m_gates.push_back(std::move(gate)); }

    std::vector<std::shared_ptr<AckGate>> m_gates; // each once, in the order in which they began to wait
    bool m_isTelling = false;
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
    /// once when nothing is in the way. The store must not have answered for `ticket` yet.
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
        Ticket ticket = 0; // 0: the store has answered, or was not asked
        StoreStatus status = StoreStatus::Durable;
        Step step;
    };
    void hold(Ticket ticket, Step step);
    void complete(Ticket first, Ticket last, StoreStatus status);
    void release();

    Tickets &m_tickets;
    Ring<Waiting> m_waiting;
    Ticket m_highest = 0; // of those that wait, and some before
    bool m_isInOrder = true; // the tickets that wait rise, as they nearly always do
    bool m_isAwaiting = false; // is among those of `m_tickets`
    bool m_releasing = false;
};

} // namespace pigeon
