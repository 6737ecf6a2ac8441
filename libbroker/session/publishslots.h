#pragma once

#include <pigeon/store.h>

#include <deque>

namespace pigeon {

class Connection;

/// How many messages of clients may be under way at once, waiting for a handler or for the store, and how much the store
/// may have to do. Who would begin one
/// more waits in line with everything that it sends, and when there is room each of those in line has one message before
/// the first of them has a second. Broker thread.
class PublishSlots
{
public:
    /// `most` 0: no bound. `store` outlives it.
    PublishSlots(quint32 most, quint64 mostStoreBytes, const Store &store)
        : m_most(most)
        , m_mostStoreBytes(mostStoreBytes)
        , m_store(store)
    {
    }

    /// From now on; who is in line may be let on by it.
    void setBounds(quint32 most, quint64 mostStoreBytes)
    {
        m_most = most;
        m_mostStoreBytes = mostStoreBytes;
        if (!m_line.empty())
            serve();
    }
    /// True when `connection` may begin a message now; else it lines up and is told by `Connection::publishMayGoOn`.
    bool mayBegin(Connection &connection)
    {
        if ((m_line.empty() && !isFull()) || &connection == m_next) {
            m_next = nullptr;
            return true;
        }
        lineUp(connection);
        return false;
    }
    void begin() { ++m_underWay; }
    void end()
    {
        --m_underWay;
        if (!m_line.empty())
            serve();
    }
    /// The connection ends.
    void leave(const Connection &connection);

    quint32 underWay() const { return m_underWay; }
    size_t waiting() const { return m_line.size(); }

private:
    bool isFull() const
    {
        if (m_underWay == 0) // whatever the store still has to do, nobody would be told when it is done
            return false;
        return (m_most > 0 && m_underWay >= m_most) || m_store.waitingBytes() > m_mostStoreBytes;
    }
    void lineUp(Connection &connection);
    void serve();

    quint32 m_most;
    quint64 m_mostStoreBytes;
    const Store &m_store;
    quint32 m_underWay = 0;
    std::deque<Connection *> m_line;
    Connection *m_next = nullptr; // whose turn it is
    bool m_isServing = false;
};

} // namespace pigeon
