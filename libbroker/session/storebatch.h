#pragma once

#include <pigeon/store.h>

#include <QVarLengthArray>

namespace pigeon {

/// The changes of one step, committed together: all of them are kept or none is. With a store that keeps
/// nothing a batch collects nothing, so the callers need not ask. Broker thread.
class StoreBatch
{
public:
    explicit StoreBatch(Store &store)
        : m_store(store)
        , m_keeps(store.keeps())
    {
    }
    bool keeps() const { return m_keeps; }
    bool isEmpty() const { return m_changes.isEmpty(); }

    template <typename Change>
    void add(Change change)
    {
        if (m_keeps)
            m_changes.emplace_back(std::move(change));
    }
    /// The new row, to be filled in where it lies. Precondition: keeps().
    StoredDelivery &addDelivery(const QByteArray &clientId)
    {
        m_changes.emplace_back(std::in_place_type<change::AddDelivery>);
        auto &added = std::get<change::AddDelivery>(m_changes.back());
        added.clientId = clientId;
        return added.delivery;
    }
    /// 0 when nothing has to be waited for; nothing is written when nothing durable was touched.
    Ticket commit()
    {
        if (m_changes.isEmpty())
            return 0;
        const Ticket ticket = m_store.commit(m_changes);
        m_changes.clear();
        return ticket;
    }
    /// For changes that nobody will ever wait for: to lose them means at worst that something is done once more.
    void note()
    {
        if (m_changes.isEmpty())
            return;
        m_store.note(m_changes);
        m_changes.clear();
    }

private:
    Store &m_store;
    QVarLengthArray<StoreChange, 2> m_changes; // a message for one client is one change, or with its packet id two
    const bool m_keeps;
};

} // namespace pigeon
