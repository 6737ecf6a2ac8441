#pragma once

#include <pigeon/store.h>

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
    bool isEmpty() const { return m_changes.empty(); }

    template <typename Change>
    void add(Change change)
    {
        if (!m_keeps)
            return;
        if (m_changes.capacity() == 0)
            m_changes = m_store.spareChanges();
        m_changes.emplace_back(std::move(change));
    }
    /// 0 when nothing has to be waited for; nothing is written when nothing durable was touched.
    Ticket commit()
    {
        if (m_changes.empty())
            return 0;
        return m_store.commit(std::exchange(m_changes, {}));
    }
    /// For changes that nobody will ever wait for: to lose them means at worst that something is done once more.
    void note()
    {
        if (!m_changes.empty())
            m_store.note(std::exchange(m_changes, {}));
    }

private:
    Store &m_store;
    std::vector<StoreChange> m_changes;
    const bool m_keeps;
};

} // namespace pigeon
