#pragma once

#include "storage/workqueue.h"

#include <QObject>

#include <iterator>

namespace pigeon {

/// The commits of one turn of the event loop. They go to the storage thread together when the turn is over, or when they
/// are many: it is woken once for all of them rather than for each. Opener's thread.
class OpenTurn
{
public:
    explicit OpenTurn(WorkQueue &queue)
        : m_queue(queue)
    {
    }

    /// Tickets rise by one from call to call.
    void add(Ticket ticket, std::span<StoreChange> changes, quint64 bytes, bool isAwaited)
    {
        const bool isFirst = m_lot.isEmpty();
        if (isFirst) {
            m_lot.first = ticket;
            m_lot.since = SystemClock().now();
        }
        m_isAwaited = m_isAwaited || isAwaited;
        m_lot.changes.insert(
            m_lot.changes.end(), std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end()));
        m_lot.commits.push_back({m_lot.changes.size(), bytes, isAwaited});
        if (m_lot.commits.size() >= many)
            handOver();
        else if (isFirst && !std::exchange(m_isToldOfEnd, true)) // queued: it comes when all that is there has been read
            QMetaObject::invokeMethod(&m_home, [this] { endTurn(); }, Qt::QueuedConnection);
    }
    void handOver()
    {
        if (m_lot.isEmpty())
            return;
        m_queue.add(std::exchange(m_lot, {}), std::exchange(m_isAwaited, false));
        if (m_spares.empty())
            return;
        m_lot = std::move(m_spares.back());
        m_spares.pop_back();
    }
    /// Room for the commits of another turn: else both vectors of a lot grow anew each time.
    void reuse(CommitLot lot)
    {
        lot.clear();
        if (lot.changes.capacity() <= mostRoom && m_spares.size() < mostSpares)
            m_spares.push_back(std::move(lot));
    }

private:
    // The storage thread begins while the rest of a long turn is still being read.
    static constexpr size_t many = 1'000;
    static constexpr size_t mostRoom = 4 * many; // changes, of 104 bytes each
    static constexpr size_t mostSpares = 4; // one is on its way to the disk, one on its way back

    void endTurn()
    {
        m_isToldOfEnd = false;
        handOver();
    }

    WorkQueue &m_queue;
    CommitLot m_lot;
    std::vector<CommitLot> m_spares; // empty ones
    bool m_isAwaited = false; // one of the commits is
    bool m_isToldOfEnd = false;
    QObject m_home; // last: what is queued for it goes first
};

} // namespace pigeon
