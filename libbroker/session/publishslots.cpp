#include "session/publishslots.h"

#include "session/connection.h"

#include <algorithm>
#include <utility>

namespace pigeon {

void PublishSlots::lineUp(Connection &connection)
{
    if (std::find(m_line.begin(), m_line.end(), &connection) == m_line.end())
        m_line.push_back(&connection);
}

void PublishSlots::leave(const Connection &connection)
{
    std::erase(m_line, &connection);
    if (m_next == &connection)
        m_next = nullptr;
}

/// What goes on may end messages at once and so come back here: the outermost call serves all.
void PublishSlots::serve()
{
    if (std::exchange(m_isServing, true))
        return;
    while (!isFull() && !m_line.empty()) {
        m_next = m_line.front();
        m_line.pop_front();
        m_next->publishMayGoOn();
    }
    m_next = nullptr;
    m_isServing = false;
}

} // namespace pigeon
