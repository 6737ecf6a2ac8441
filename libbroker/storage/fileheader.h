#pragma once

#include <QString>

namespace pigeon {

/// What the first bytes of a file say, read without SQLite, which may change a file by opening it. Any thread.
struct FileHeader
{
    enum class Kind { Missing, Empty, NotADatabase, Database, Unreadable };
    Kind kind = Kind::Missing;
    quint32 schemaVersion = 0;
    quint32 applicationId = 0;

    static FileHeader of(const QString &file);
};

} // namespace pigeon
