#pragma once

#include "storage/statement.h"

namespace pigeon {

/// Removes what sessions that have ended left behind, and gives back to the file system what deleted rows have left, a
/// bit at a time. In the connection's thread; calls may throw SqlError.
class Upkeep
{
public:
    explicit Upkeep(Database &database);
    /// Does one bit, a matter of milliseconds; false when there is nothing more to do. A store that is not at rest uses
    /// its free room itself.
    bool step(bool isAtRest);

private:
    bool removeEnded();
    bool shrink();
    bool isLogLong() const;

    Database &m_database;
    Statement m_findEnded, m_removeSome, m_removePacks, m_removeEnded;
    bool m_hasShrunk = false;
};

} // namespace pigeon
