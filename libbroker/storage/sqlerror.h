#pragma once

#include <QByteArray>

namespace pigeon {

/// Whose fault an error of SQLite is, which decides what is done about it.
enum class SqlFault {
    Surroundings, ///< disk full, read error, no permission, locked: it may work in a second
    Damage, ///< the file's contents are not a sound database
    Request, ///< what was asked for: the same request fails again, others do not
};

/// What SQLite could not do. Thrown inside the storage room and caught where a commit, a load or a check as a whole
/// succeeds or fails, never let out of it: in a chain of forty statements any may fail, all are given up the same way.
struct SqlError
{
    int code = 0; ///< SQLite's extended result code; 0 when the driver has none
    QByteArray text; ///< SQLite's own words

    SqlFault fault() const;
    /// The disk does not give back what lies on it.
    bool isReadError() const;
    /// What went wrong with which file, and what can be done: a sentence for people.
    QByteArray sentence(const QByteArray &file) const;
};

} // namespace pigeon
