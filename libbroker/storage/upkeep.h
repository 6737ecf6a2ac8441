#pragma once

#include "storage/database.h"

namespace pigeon {

/// Gives back to the file system what deleted rows have left, a bit at a time while nobody waits. In the connection's
/// thread; calls may throw SqlError.
class Upkeep
{
public:
    explicit Upkeep(Database &database)
        : m_database(database)
    {
    }
    /// Does one bit, a matter of milliseconds; false when there is nothing more to do.
    bool step();

private:
    Database &m_database;
    bool m_hasShrunk = false;
};

} // namespace pigeon
