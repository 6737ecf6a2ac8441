#pragma once

#include <QtGlobal>

#include <deque>

namespace pigeon {

class Connection;

/// How many messages of clients may be under way at once, waiting for a handler or for the store. Who would begin one
/// more waits in line with everything that it sends, and when there is room each of those in line has one message before
/// the first of them has a second. Broker thread.
class PublishSlots
{
public:
    /// `most` 0: no bound.
    explicit PublishSlots(quint32 most)
        : m_most(most)
    {
    }

    /// True when `connection` may begin a message now; else it lines up and is told by `Connection::publishMayGoOn`.
    bool mayBegin(Connection &connection)
    {
        if (m_most == 0 || (!isFull() && m_line.empty()) || &connection == m_next) {
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
    bool isFull() const { return m_underWay >= m_most; }
    void lineUp(Connection &connection);
    void serve();

    const quint32 m_most;
    quint32 m_underWay = 0;
    std::deque<Connection *> m_line;
    Connection *m_next = nullptr; // whose turn it is
    bool m_isServing = false;
};

} // namespace pigeon
